"""The documented endpoints that run flows and carry events (WIRE.md §1-§4, §8)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import unquote

from fastapi import APIRouter, HTTPException, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import TypeAdapter

from node_engine.errors import LimitError
from node_engine.models.event import SSEMessage
from node_engine.models.flow import FlowDefinition
from node_engine.models.ids import ComponentKey, SessionId
from node_engine.models.run import DebugPolicy, Origin
from node_engine.models.step import FlowStep
from node_engine.service.answers import flow_answer, json_answer, step_answer
from node_engine.service.bodies import busy, missing_query, read_flow, read_model
from node_engine.service.capabilities import has_token, needs_token
from node_engine.service.parts import ServiceParts
from node_engine.service.stream import session_stream

T = TypeVar("T")

TUNNEL_HEADER = "x-tunnel-authorization"
DEBUG_HEADER = "x-flow-debug"
FOLDER_HEADER = "x-flow-folder"
_WATCHED_AFTER_S = 0.05
"""Most runs are over by then, and a task for each that looks whether its caller is still there costs 15 µs."""
_MESSAGE: TypeAdapter[SSEMessage] = TypeAdapter(SSEMessage)


def documented_body(schema: Mapping[str, Any]) -> dict[str, Any]:
    """The OpenAPI words for a body that the route reads by itself."""
    return {"required": True, "content": {"application/json": {"schema": schema}}}


FLOW_BODY = documented_body({"$ref": "#/components/schemas/FlowDefinition"})
"""FastAPI lists the model itself, because it is the answer of /invoke."""


def _header(name: str, description: str, **schema: Any) -> dict[str, Any]:
    return {
        "name": name,
        "in": "header",
        "required": False,
        "description": description,
        "schema": {"type": "string", **schema},
    }


_TUNNEL = _header("X-Tunnel-Authorization", "Passed on to components and endpoints as it is.")
DEBUG_PARAMETER = _header(
    "X-Flow-Debug",
    "break: breakpoints stop this run. observe: they do not, but it can be paused by hand. off: neither. "
    "Without it, breakpoints stop the run while breaking on outside runs is armed.",
    enum=[policy.value for policy in DebugPolicy],
)
FOLDER_PARAMETER = _header(
    "X-Flow-Folder", "The folder of the flow's file, where its relative paths begin. Needs the token."
)
_PREFER = _header("Prefer", '"respond-async" answers 202 with the id of the run at once.')
_KEY = {"name": "component_key", "in": "query", "required": True, "schema": {"type": "string"}}


def flow_routes(parts: ServiceParts) -> APIRouter:
    """The router with /invoke and /invoke_component."""
    router = APIRouter(tags=["flows"])
    runtime, limits = parts.runtime, parts.limits

    @router.post(
        "/invoke",
        response_model=FlowDefinition,
        openapi_extra={"requestBody": FLOW_BODY, "parameters": [_TUNNEL, DEBUG_PARAMETER, FOLDER_PARAMETER, _PREFER]},
    )
    async def invoke(request: Request) -> Response:
        """Run a flow and answer with it as it ended. A flow that fails is answered with 200 and `status.error`."""
        flow = await read_flow(request, limits)
        headers = request.headers
        parts.capabilities.check_flow(request, flow)
        options: dict[str, Any] = {
            "origin": Origin.HTTP,
            "debug": debug_policy(headers),
            "tunnel_authorization": headers.get(TUNNEL_HEADER),
            "flow_folder": flow_folder(request),
        }
        try:
            run = runtime.start(flow, **options)
        except LimitError as error:
            raise busy(error) from error
        if not has_token(request):
            parts.capabilities.note_open_run(run.id)
        if "respond-async" in headers.get("prefer", ""):
            return json_answer({"run_id": run.id}, 202, {"Preference-Applied": "respond-async"})
        async with acting_when_gone(request, run.stop):
            return flow_answer(await run.wait())

    @router.post(
        "/invoke_component",
        response_model=FlowStep,
        openapi_extra={"requestBody": FLOW_BODY, "parameters": [_KEY, _TUNNEL, FOLDER_PARAMETER]},
    )
    async def invoke_component(request: Request) -> Response:
        """Run one component of a flow and answer with the next key and the flow as it is then."""
        key = request.query_params.get("component_key")
        problems = [] if key is not None else [missing_query("component_key")]
        flow = await read_flow(request, limits, problems)
        parts.capabilities.check_flow(request, flow)
        step = runtime.invoke_component(
            flow,
            ComponentKey(key or ""),
            origin=Origin.HTTP,
            tunnel_authorization=request.headers.get(TUNNEL_HEADER),
            flow_folder=flow_folder(request),
        )
        try:
            return step_answer(await finished(step, request))
        except LimitError as error:
            raise busy(error) from error

    return router


def event_routes(parts: ServiceParts) -> APIRouter:
    """The router with /sse and /emit_sse_message."""
    router = APIRouter(tags=["events"])
    runtime = parts.runtime

    @router.get("/sse", response_class=Response, responses={200: {"content": {"text/event-stream": {}}}})
    async def events(
        request: Request,
        session_id: str,
        connection_id: str | None = None,
        last_event_id: str | None = None,
        events: str | None = Query(None, description="Names to send, with commas; name* stands for a prefix."),
    ) -> Response:
        """The events of a session, as they happen, without end."""
        try:
            return session_stream(
                parts.readers,
                runtime.events,
                SessionId(session_id),
                connection_id=connection_id,
                last_event_id=request.headers.get("last-event-id") or last_event_id,
                names=events,
            )
        except LimitError as error:
            raise busy(error) from error

    @router.post(
        "/emit_sse_message",
        response_model=dict[str, str],
        openapi_extra={"requestBody": documented_body(SSEMessage.model_json_schema())},
    )
    async def emit_sse_message(request: Request, connection_id: str | None = None) -> Response:
        """Send an event to a session's listeners, or to one connection of it."""
        message = await read_model(request, _MESSAGE, parts.limits)
        await runtime.emit(message, connection_id)
        return json_answer({"status": "ok"})

    return router


def debug_policy(headers: Mapping[str, str]) -> DebugPolicy | None:
    """What the X-Flow-Debug header asks for; None without it: then it matters whether breaking is armed.

    Raises:
        RequestValidationError: it asks for something else.
    """
    text = headers.get(DEBUG_HEADER)
    if text is None:
        return None
    try:
        return DebugPolicy(text.strip().lower())
    except ValueError:
        expected = ", ".join(f"'{policy.value}'" for policy in DebugPolicy)
        problem = {
            "type": "enum",
            "loc": ("header", DEBUG_HEADER),
            "msg": f"Input should be {expected}",
            "input": text,
            "ctx": {"expected": expected},
        }
        raise RequestValidationError([problem]) from None


def flow_folder(request: Request) -> Path | None:
    """Where the flow's relative paths begin, by the X-Flow-Folder header; None without it.

    Raises:
        HTTPException: 401, there is no token.
        RequestValidationError: it names no folder.
    """
    text = request.headers.get(FOLDER_HEADER)
    if text is None:
        return None
    needs_token(request)
    folder = Path(unquote(text))
    if folder.is_absolute() and folder.is_dir():
        return folder
    problem = {
        "type": "path_not_directory",
        "loc": ("header", FOLDER_HEADER),
        "msg": "This must be the absolute path of a folder on the service's machine, percent-encoded as in a URL",
        "input": text,
    }
    raise RequestValidationError([problem])


async def finished(work: Awaitable[T], request: Request) -> T:
    """What the work gives; it is cancelled when the caller disconnects.

    Raises:
        HTTPException: 499, nobody is there to take the answer.
    """
    task = asyncio.ensure_future(work)
    async with acting_when_gone(request, task.cancel):
        await asyncio.wait({task})
    if task.cancelled():
        raise HTTPException(499, "The caller disconnected.")
    return task.result()


@asynccontextmanager
async def acting_when_gone(request: Request, act: Callable[[], object]) -> AsyncIterator[None]:
    """Call `act` if the caller disconnects before the end of the block."""
    watchers: list[asyncio.Task[None]] = []

    def watch() -> None:
        watchers.append(asyncio.create_task(_act_when_gone(request, act)))

    timer = asyncio.get_running_loop().call_later(_WATCHED_AFTER_S, watch)
    try:
        yield
    finally:
        timer.cancel()
        for watcher in watchers:
            watcher.cancel()


async def _act_when_gone(request: Request, act: Callable[[], object]) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
    act()
