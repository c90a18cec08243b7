"""The verbs of the debugger over HTTP (DEBUGGER.md §3-§5): one table, one route for each."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from node_engine.components.checking import check_config
from node_engine.engine.run import Run
from node_engine.models.ids import RunId
from node_engine.models.json import JsonObject
from node_engine.service.answers import json_answer
from node_engine.service.bodies import check_model, read_json
from node_engine.service.capabilities import Capabilities
from node_engine.service.parts import ServiceParts
from node_engine.service.routes import documented_body
from node_engine.service.run_answers import live_json


class StrictBody(BaseModel):
    """A body of a verb: unknown fields and fields of another type are refused."""

    model_config = ConfigDict(extra="forbid", strict=True)


class KeyBody(StrictBody):
    """The body of run_to and set_next."""

    key: str


class ConfigBody(StrictBody):
    """The body of edit_config."""

    key: str
    config: JsonObject


class HoldBody(StrictBody):
    """The body of hold_longer."""

    seconds: Annotated[float, Field(gt=0, le=86_400, strict=False)] = 300.0


@dataclass(frozen=True, slots=True)
class Verb:
    """A verb: what it does in words, the type of its body, and what it does."""

    words: str
    body: TypeAdapter[Any] | None
    act: Callable[[Run, Any], object]
    needs_body: bool = True


_KEY: TypeAdapter[Any] = TypeAdapter(KeyBody)
_NOT_NOW = "409 when the run is not in a state for it."

_VERBS: dict[str, Verb] = {
    "pause": Verb("Stop before the next component.", None, lambda run, _: run.pause()),
    "resume": Verb("Go on until the end or a breakpoint.", None, lambda run, _: run.resume()),
    "step": Verb("Do one component; nested flows are done as a whole.", None, lambda run, _: run.step()),
    "step_into": Verb("Go on to the very next component, however deep.", None, lambda run, _: run.step_into()),
    "step_out": Verb("Go on to the end of the nested flow.", None, lambda run, _: run.step_out()),
    "retry_step": Verb(
        "Paused at a failed step: do it again with context and config as they are now.",
        None,
        lambda run, _: run.retry_step(),
    ),
    "stop": Verb("End the run, whatever it is doing.", None, lambda run, _: run.stop()),
    "run_to": Verb("Go on until a component comes next.", _KEY, lambda run, body: run.run_to(body.key)),
    "set_next": Verb(
        "Put another component next; the run stays paused.", _KEY, lambda run, body: run.set_next(body.key)
    ),
    "hold_longer": Verb(
        "Keep a held caller waiting that much longer before the run goes on by itself.",
        TypeAdapter(HoldBody),
        lambda run, body: run.hold_longer(body.seconds),
        needs_body=False,
    ),
    "context": Verb(
        "Change the context of a paused run by JSON Patch operations (RFC 6902).",
        TypeAdapter(list[dict[str, Any]]),
        lambda run, body: run.edit_context(body),
    ),
    "edit_config": Verb(
        "Give a component another config, for this run only.",
        TypeAdapter(ConfigBody),
        lambda run, body: run.edit_config(body.key, body.config),
    ),
}


def steering_routes(parts: ServiceParts) -> APIRouter:
    """The router for the verbs of /runs/{id}."""
    router = APIRouter(prefix="/runs", tags=["debugging"])
    for name, verb in _VERBS.items():
        _add_verb(router, parts, name, verb)
    return router


def _add_verb(router: APIRouter, parts: ServiceParts, name: str, verb: Verb) -> None:
    async def steer(request: Request, run_id: str) -> Response:
        parts.capabilities.check_run(request, run_id)
        body = await _read_body(request, parts, verb)
        run = parts.runtime.run(RunId(run_id))
        if isinstance(body, ConfigBody):
            _check_config(parts.capabilities, request, run, body)
        verb.act(run, body)
        await asyncio.sleep(0)  # the run takes it in, and the answer shows it
        return json_answer(live_json(run))

    extra = None if verb.body is None else {"requestBody": documented_body(verb.body.json_schema())}
    router.add_api_route(
        f"/{{run_id}}/{name}",
        steer,
        methods=["POST"],
        name=name,
        description=f"{verb.words} {_NOT_NOW}",
        openapi_extra=extra,
    )


async def _read_body(request: Request, parts: ServiceParts, verb: Verb) -> object:
    """The body as the verb wants it. A verb without arguments takes none, or an empty object."""
    value = await read_json(request, parts.limits)
    if verb.body is None:
        if value in (None, {}):
            return None
        problem = {"type": "extra_forbidden", "loc": ("body",), "msg": "Extra inputs are not permitted", "input": None}
        raise RequestValidationError([problem])
    if value is None and not verb.needs_body:
        value = {}
    return check_model(value, verb.body)


def _check_config(capabilities: Capabilities, request: Request, run: Run, body: ConfigBody) -> None:
    """See that the config fits, and that the caller may run it: it may reach further than the old one."""
    for frame in run.frames_alive:
        plan = frame.by_key.get(body.key)
        if plan is None:
            continue
        edited = plan.component.model_copy(update={"config": body.config})
        capabilities.check_flow(request, run.flow.model_copy(update={"flow": [edited]}))
        found = check_config(plan.name, body.config)
        if found:
            raise RequestValidationError(
                [
                    {"type": "config", "loc": ("body", "config", each.path), "msg": each.message, "input": None}
                    for each in found
                ]
            )
