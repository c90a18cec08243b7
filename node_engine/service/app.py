"""The application: all routes behind the guard, with the engine's errors turned into answers."""

from __future__ import annotations

from fastapi import FastAPI, HTTPException, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute

from node_engine import __version__
from node_engine.engine.patch import PatchError
from node_engine.errors import (
    LimitError,
    NodeEngineError,
    RunStateError,
    TrustError,
    UnknownKeyError,
    UnknownRunError,
)
from node_engine.service.answers import json_answer
from node_engine.service.binding import Bound, ServiceSettings
from node_engine.service.bodies import answer_validation_error
from node_engine.service.breakpoint_routes import breakpoint_routes
from node_engine.service.check_routes import check_routes
from node_engine.service.direct import Direct
from node_engine.service.fork_routes import fork_routes
from node_engine.service.guard import Application, Guard
from node_engine.service.history_routes import history_routes
from node_engine.service.parts import ServiceParts
from node_engine.service.routes import event_routes, flow_routes
from node_engine.service.runs_routes import runs_routes
from node_engine.service.samples_routes import samples_routes
from node_engine.service.steering_routes import steering_routes

_STATUS: dict[type[NodeEngineError], int] = {
    UnknownRunError: 404,
    UnknownKeyError: 404,
    RunStateError: 409,
    PatchError: 409,
    LimitError: 413,
    TrustError: 403,
}
"""Everything else is 400."""


_DIRECT = ("/invoke", "/invoke_component")


def create_app(parts: ServiceParts) -> Application:
    """All endpoints, without the guard."""
    flows = flow_routes(parts)
    app = FastAPI(
        title="Node Engine",
        version=__version__,
        description="Runs flows on this machine and tells what happens in them.",
        docs_url=None,  # those pages load scripts from the internet
        redoc_url=None,
        redirect_slashes=False,
        separate_input_output_schemas=False,
    )
    for router in (
        flows,
        event_routes(parts),
        check_routes(parts),
        runs_routes(parts),
        steering_routes(parts),
        fork_routes(parts),
        history_routes(parts),
        breakpoint_routes(parts),
        samples_routes(parts),
    ):
        app.include_router(router)
    app.add_exception_handler(RequestValidationError, answer_error)
    app.add_exception_handler(NodeEngineError, answer_error)
    routes = [route for route in flows.routes if isinstance(route, APIRoute) and route.path in _DIRECT]
    return Direct(app, {route.path: route.endpoint for route in routes}, answer_error)


def guarded(app: Application, parts: ServiceParts, settings: ServiceSettings, bound: Bound, token: str) -> Guard:
    """The application as uvicorn gets it."""
    return Guard(
        app,
        hosts=bound.hosts,
        token=token,
        require_token=settings.needs_token,
        body_bytes=parts.limits.request_body_bytes,
    )


async def answer_error(request: Request, error: Exception) -> Response:
    """An error as an answer. The text of an engine error is made for people and holds no stack."""
    match error:
        case RequestValidationError():
            return answer_validation_error(error)
        case HTTPException():
            return json_answer({"detail": error.detail}, error.status_code, error.headers)
        case _:
            status = next((status for kind, status in _STATUS.items() if isinstance(error, kind)), 400)
            return json_answer({"detail": str(error)}, status)
