"""Breakpoints over HTTP: shown, and replaced as a whole or for one flow (DEBUGGER.md §2)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import TypeAdapter

from node_engine.engine.expressions import check
from node_engine.models.breakpoint import Breakpoint
from node_engine.models.json import JsonObject
from node_engine.service.answers import json_answer
from node_engine.service.bodies import Problems, read_model
from node_engine.service.capabilities import needs_token
from node_engine.service.parts import ServiceParts
from node_engine.service.routes import documented_body

_BREAKPOINTS: TypeAdapter[list[Breakpoint]] = TypeAdapter(list[Breakpoint])


def breakpoint_routes(parts: ServiceParts) -> APIRouter:
    """The router for /breakpoints."""
    router = APIRouter(prefix="/breakpoints", tags=["debugging"], dependencies=[Depends(needs_token)])
    breakpoints = parts.runtime.breakpoints

    def answer(flow_key: str | None) -> Response:
        return json_answer([breakpoint_json(each) for each in breakpoints.all() if flow_key in (None, each.flow_key)])

    @router.get("", response_model=list[Breakpoint])
    async def show_breakpoints(flow_key: str | None = None) -> Response:
        """All breakpoints, or those of one flow."""
        return answer(flow_key)

    @router.put(
        "",
        response_model=list[Breakpoint],
        openapi_extra={"requestBody": documented_body({"type": "array", "items": Breakpoint.model_json_schema()})},
    )
    async def put_breakpoints(request: Request, flow_key: str | None = None) -> Response:
        """Replace all breakpoints, or those of one flow. Runs under way that allow it heed them at once."""
        given = await read_model(request, _BREAKPOINTS, parts.limits)
        problems = _problems(given, flow_key)
        if problems:
            raise RequestValidationError(problems)
        if flow_key is None:
            breakpoints.put(given)
        else:
            breakpoints.replace_for(flow_key, given)
        return answer(flow_key)

    return router


def breakpoint_json(breakpoint_: Breakpoint) -> JsonObject:
    """A breakpoint with what it has."""
    shown: JsonObject = breakpoint_.model_dump(mode="json", exclude_none=True)
    return shown


def condition_problem(breakpoint_: Breakpoint, *place: str | int) -> list[dict[str, Any]]:
    """The problem of a condition that cannot be read, at its place in the body; none when it can."""
    words = None if breakpoint_.condition is None else check(breakpoint_.condition)
    if words is None:
        return []
    where = ("body", *place, "condition")
    return [{"type": "expression", "loc": where, "msg": words, "input": breakpoint_.condition}]


def _problems(breakpoints: Sequence[Breakpoint], flow_key: str | None) -> Problems:
    """What is wrong with the list, beside what the model says of each."""
    found: Problems = []
    seen: set[str] = set()
    for place, each in enumerate(breakpoints):
        found += condition_problem(each, place)
        if flow_key not in (None, each.flow_key):
            words = f'This request replaces the breakpoints of the flow "{flow_key}" only'
            loc = ("body", place, "flow_key")
            found.append({"type": "value_error", "loc": loc, "msg": words, "input": each.flow_key})
        if each.id in seen:
            words = "Two breakpoints have this id; leave it out for a new one"
            found.append({"type": "value_error", "loc": ("body", place, "id"), "msg": words, "input": each.id})
        seen.add(each.id)
    return found
