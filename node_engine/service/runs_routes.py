"""Runs over HTTP: the list, one run, the state at a step, its events (WIRE.md §9)."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query, Request, Response

from node_engine.errors import LimitError
from node_engine.models.ids import RunId
from node_engine.models.run import Origin, RunState
from node_engine.service.answers import json_answer
from node_engine.service.bodies import busy
from node_engine.service.capabilities import needs_token
from node_engine.service.parts import ServiceParts
from node_engine.service.run_answers import live_json, step_json, summary_json
from node_engine.service.run_reader import RunFilter, RunReader, run_stream

_STEPS_SHOWN: Final = 1_000


def runs_routes(parts: ServiceParts) -> APIRouter:
    """The router for questions about /runs."""
    router = APIRouter(prefix="/runs", tags=["runs"])
    reader, lookback = RunReader(parts.engine), parts.engine.lookback

    @router.get("", dependencies=[Depends(needs_token)])
    async def runs(
        limit: Annotated[int, Query(ge=1, le=1_000)] = 100,
        flow: Annotated[str | None, Query(description="The key of the flow.")] = None,
        origin: Annotated[Origin | None, Query(description="Who started it.")] = None,
        state: RunState | None = None,
        session: Annotated[str | None, Query(description="The id of the session.")] = None,
        text: Annotated[
            str | None, Query(description="Stands in the number, id, flow, session or error of the run.")
        ] = None,
    ) -> Response:
        """Runs, newest first: those under way and those that ended. Each filter that is given must fit."""
        found = await reader.summaries(limit, RunFilter(flow, origin, state, session, text))
        return json_answer([summary_json(summary) for summary in found])

    @router.get("/{run_id}")
    async def run(
        request: Request,
        run_id: str,
        after: Annotated[int, Query(ge=0, description="Only steps after this number.")] = 0,
        limit: Annotated[int, Query(ge=1, le=100_000)] = _STEPS_SHOWN,
    ) -> Response:
        """One run with its steps, and where it stands if it is paused. Changes are at /runs/{id}/steps/{n}."""
        parts.capabilities.check_run(request, run_id)
        live = lookback.live(run_id)
        shown = live_json(live) if live is not None else summary_json(await lookback.summary(run_id))
        steps = await reader.steps(RunId(run_id), after, limit)
        shown.pop("steps")  # their number gives way to the list, which comes last
        return json_answer({**shown, "steps": [step_json(step) for step in steps]})

    @router.get("/{run_id}/steps/{number}")
    async def step(request: Request, run_id: str, number: int) -> Response:
        """One step: what it changed, and the context of its frame as it was after it."""
        parts.capabilities.check_run(request, run_id)
        record = await reader.step(RunId(run_id), number)
        context = await lookback.state_at(run_id, number)
        shown = {**step_json(record), "config": record.config, "changes": record.changes, "context": context}
        return json_answer(shown)

    @router.get("/{run_id}/events", tags=["events"], response_class=Response)
    async def events(request: Request, run_id: str, last_event_id: str | None = None) -> Response:
        """The events of one run from its beginning; the stream ends when the run has ended."""
        parts.capabilities.check_run(request, run_id)
        last_id = request.headers.get("last-event-id") or last_event_id
        try:
            return await run_stream(parts.readers, parts.engine, reader, RunId(run_id), last_id)
        except LimitError as error:
            raise busy(error) from error

    return router
