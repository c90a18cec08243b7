"""The verbs of the debugger and the breakpoints over HTTP (DEBUGGER.md §2-§5)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, TypeAdapter

from node_engine.engine.breakpoints import Breakpoint
from node_engine.engine.run import Run
from node_engine.models.ids import ComponentKey, RunId
from node_engine.models.json import JsonObject, JsonValue
from node_engine.service.answers import json_answer
from node_engine.service.bodies import read_json, read_model
from node_engine.service.capabilities import needs_token
from node_engine.service.parts import ServiceParts
from node_engine.service.routes import documented_body
from node_engine.service.runs_routes import summary_json


class KeyBody(BaseModel):
    """The body of run_to and set_next."""

    model_config = ConfigDict(extra="forbid", strict=True)

    key: str


class BreakpointBody(BaseModel):
    """A breakpoint: stop before this component of this flow."""

    model_config = ConfigDict(extra="forbid", strict=True)

    flow_key: str
    component_key: str
    enabled: bool = True


_KEY: TypeAdapter[KeyBody] = TypeAdapter(KeyBody)
_PATCH: TypeAdapter[list[JsonObject]] = TypeAdapter(list[dict[str, Any]])
_BREAKPOINTS: TypeAdapter[list[BreakpointBody]] = TypeAdapter(list[BreakpointBody])

_VERBS: dict[str, Callable[[Run], object]] = {
    "pause": lambda run: run.pause(),
    "step": lambda run: run.step(),
    "step_into": lambda run: run.step_into(),
    "step_out": lambda run: run.step_out(),
    "resume": lambda run: run.resume(),
    "stop": lambda run: run.stop(),
}
_KEY_VERBS: dict[str, Callable[[Run, ComponentKey], object]] = {
    "run_to": lambda run, key: run.run_to(key),
    "set_next": lambda run, key: run.set_next(key),
}


def steering_routes(parts: ServiceParts) -> APIRouter:
    """The router for the verbs of /runs/{id}."""
    router = APIRouter(prefix="/runs", tags=["runs"])

    @router.post(
        "/{run_id}/context",
        openapi_extra={"requestBody": documented_body({"type": "array", "items": {"type": "object"}})},
    )
    async def edit_context(request: Request, run_id: str) -> Response:
        """Change the context of a paused run by JSON Patch operations (RFC 6902)."""
        parts.capabilities.check_run(request, run_id)
        changes = await read_model(request, _PATCH, parts.limits)
        steered = parts.runtime.run(RunId(run_id))
        steered.edit_context(changes)
        return json_answer(summary_json(steered.summary()))

    for verb, act in _KEY_VERBS.items():
        _add_key_verb(router, parts, verb, act)
    for verb, plain_act in _VERBS.items():
        _add_verb(router, parts, verb, plain_act)
    return router


def breakpoint_routes(parts: ServiceParts) -> APIRouter:
    """The router for /breakpoints."""
    router = APIRouter(prefix="/breakpoints", tags=["runs"], dependencies=[Depends(needs_token)])
    breakpoints = parts.runtime.breakpoints

    def answer() -> Response:
        return json_answer(
            [each.model_dump(include={"flow_key", "component_key", "enabled"}) for each in breakpoints.all()]
        )

    @router.get("", response_model=list[BreakpointBody])
    async def show_breakpoints() -> Response:
        """All breakpoints."""
        return answer()

    @router.put(
        "",
        response_model=list[BreakpointBody],
        openapi_extra={"requestBody": documented_body({"type": "array", "items": BreakpointBody.model_json_schema()})},
    )
    async def put_breakpoints(request: Request) -> Response:
        """Replace all breakpoints."""
        bodies = await read_model(request, _BREAKPOINTS, parts.limits)
        breakpoints.put(
            Breakpoint(flow_key=each.flow_key, component_key=each.component_key, enabled=each.enabled)
            for each in bodies
        )
        return answer()

    return router


def _add_verb(router: APIRouter, parts: ServiceParts, verb: str, act: Callable[[Run], object]) -> None:
    async def steer(request: Request, run_id: str) -> Response:
        parts.capabilities.check_run(request, run_id)
        await _refuse_body(request, parts)
        run = parts.runtime.run(RunId(run_id))
        act(run)
        return json_answer(summary_json(run.summary()))

    words = f"{verb.replace('_', ' ').capitalize()}; 409 when the run is not in a state for it."
    router.add_api_route(f"/{{run_id}}/{verb}", steer, methods=["POST"], name=verb, description=words)


def _add_key_verb(
    router: APIRouter, parts: ServiceParts, verb: str, act: Callable[[Run, ComponentKey], object]
) -> None:
    async def steer(request: Request, run_id: str) -> Response:
        parts.capabilities.check_run(request, run_id)
        body = await read_model(request, _KEY, parts.limits)
        run = parts.runtime.run(RunId(run_id))
        act(run, ComponentKey(body.key))
        return json_answer(summary_json(run.summary()))

    words = f"{verb.replace('_', ' ').capitalize()} a component; 409 when the run is not in a state for it."
    extra = {"requestBody": documented_body(KeyBody.model_json_schema())}
    router.add_api_route(
        f"/{{run_id}}/{verb}", steer, methods=["POST"], name=verb, description=words, openapi_extra=extra
    )


async def _refuse_body(request: Request, parts: ServiceParts) -> None:
    """A verb without arguments takes no body, or an empty object."""
    value: JsonValue = await read_json(request, parts.limits)
    if value not in (None, {}):
        raise RequestValidationError(
            [{"type": "extra_forbidden", "loc": ("body",), "msg": "Extra inputs are not permitted", "input": None}]
        )
