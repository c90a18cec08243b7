"""A short way to the endpoints that programs call in loops: past FastAPI's routing, with the same errors.

FastAPI still lists these endpoints and its routes still work; going through them takes 40 µs longer a call.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from fastapi import HTTPException, Request, Response
from fastapi.exceptions import RequestValidationError

from node_engine.errors import NodeEngineError
from node_engine.service.guard import Application, Receive, Scope, Send

Endpoint = Callable[[Request], Awaitable[Response]]
ErrorAnswer = Callable[[Request, Exception], Awaitable[Response]]


class Direct:
    """ASGI middleware: POST requests to some paths go straight to their endpoint, all others to the application."""

    def __init__(self, app: Application, endpoints: Mapping[str, Endpoint], answer_error: ErrorAnswer) -> None:
        self._app = app
        self._endpoints = endpoints
        self._answer_error = answer_error

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer the request."""
        endpoint = self._endpoints.get(scope["path"]) if scope["method"] == "POST" else None
        if endpoint is None:
            await self._app(scope, receive, send)
            return
        request = Request(scope, receive, send)
        try:
            answer = await endpoint(request)
        except (HTTPException, RequestValidationError, NodeEngineError) as error:
            answer = await self._answer_error(request, error)
        await answer(scope, receive, send)
