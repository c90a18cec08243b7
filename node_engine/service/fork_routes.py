"""Starting again from a step over HTTP: fork, continue an interrupted run, and what would happen again."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Request, Response
from pydantic import Field, TypeAdapter

from node_engine.analysis.effects import effects_from
from node_engine.engine.run import Run
from node_engine.errors import LimitError, UnknownKeyError
from node_engine.models.flow import FlowDefinition
from node_engine.models.ids import MAIN_FRAME
from node_engine.models.run import Origin
from node_engine.service.answers import json_answer
from node_engine.service.bodies import busy, check_model, read_json
from node_engine.service.capabilities import has_token
from node_engine.service.parts import ServiceParts
from node_engine.service.routes import DEBUG_PARAMETER, FOLDER_PARAMETER, debug_policy, documented_body, flow_folder
from node_engine.service.run_answers import live_json
from node_engine.service.steering_routes import StrictBody


class ForkBody(StrictBody):
    """The body of fork."""

    step: Annotated[int, Field(ge=1)]
    before: bool = True
    """True to do that step again, False to begin at what came after it."""
    context_patch: list[dict[str, Any]] | None = None
    """JSON Patch operations on the context recorded there."""
    flow: FlowDefinition | None = None
    """Another definition than the one that ran; its own context is not used."""
    paused: bool = False
    """True to pause the new run before its first component."""


class ContinueBody(StrictBody):
    """The body of continue."""

    repeat: bool = False
    """True to do the step again that was under way, although it may have had effects already."""


_HEADERS = [DEBUG_PARAMETER, FOLDER_PARAMETER]
_FORK: TypeAdapter[ForkBody] = TypeAdapter(ForkBody)
_CONTINUE: TypeAdapter[ContinueBody] = TypeAdapter(ContinueBody)


def fork_routes(parts: ServiceParts) -> APIRouter:
    """The router for new runs that begin where another was."""
    router = APIRouter(prefix="/runs/{run_id}", tags=["debugging"])
    runtime, lookback = parts.runtime, parts.engine.lookback

    @router.get("/steps/{number}/effects")
    async def effects(request: Request, run_id: str, number: int) -> Response:
        """Components with effects outside of the flow that a fork from this step may repeat."""
        parts.capabilities.check_run(request, run_id)
        steps = await lookback.steps(run_id)
        if not 1 <= number <= len(steps):
            raise UnknownKeyError(f"step {number}")
        step = next(each for each in reversed(steps[:number]) if each.id.frame == MAIN_FRAME)
        found = effects_from(await lookback.flow(run_id), step.id.key, parts.registry.catalog())
        return json_answer([asdict(effect) for effect in found])

    @router.post(
        "/fork",
        status_code=201,
        openapi_extra={"requestBody": documented_body(ForkBody.model_json_schema()), "parameters": _HEADERS},
    )
    async def fork(request: Request, run_id: str) -> Response:
        """Start a new run of the same flow at a step, with the context recorded there; answers with the new run."""
        parts.capabilities.check_run(request, run_id)
        body = check_model(await read_json(request, parts.limits), _FORK)
        options = _options(request)
        parts.capabilities.check_flow(request, body.flow or await lookback.flow(run_id))
        try:
            started = await runtime.fork(
                run_id,
                body.step,
                before=body.before,
                flow=body.flow,
                context_patch=body.context_patch,
                paused_at_start=body.paused,
                **options,
            )
        except LimitError as error:
            raise busy(error) from error
        return answer(request, started)

    @router.post(
        "/continue",
        status_code=201,
        openapi_extra={"requestBody": documented_body(ContinueBody.model_json_schema()), "parameters": _HEADERS},
    )
    async def continue_interrupted(request: Request, run_id: str) -> Response:
        """Continue a run that a crash interrupted, as a new run after its last finished step.

        409 when the step under way may have had effects already and `repeat` does not allow it.
        """
        parts.capabilities.check_run(request, run_id)
        value = await read_json(request, parts.limits)
        body = check_model({} if value is None else value, _CONTINUE)
        options = _options(request)
        parts.capabilities.check_flow(request, await lookback.flow(run_id))
        try:
            started = await runtime.continue_interrupted(run_id, repeat=body.repeat, **options)
        except LimitError as error:
            raise busy(error) from error
        return answer(request, started)

    def answer(request: Request, started: Run) -> Response:
        if not has_token(request):
            parts.capabilities.note_open_run(started.id)
        return json_answer(live_json(started), 201)

    return router


def _options(request: Request) -> dict[str, Any]:
    """How the new run is started, by the headers of the request. Raises what they raise."""
    return {"origin": Origin.HTTP, "debug": debug_policy(request.headers), "flow_folder": flow_folder(request)}
