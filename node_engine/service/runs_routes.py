"""Runs over HTTP: the list, one run, the state at a step, its events (WIRE.md §9)."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query, Request, Response

from node_engine.errors import LimitError
from node_engine.models.ids import RunId
from node_engine.models.json import JsonObject
from node_engine.models.run import RunState, RunSummary, StepRecord
from node_engine.service.answers import json_answer
from node_engine.service.bodies import busy
from node_engine.service.capabilities import needs_token
from node_engine.service.parts import ServiceParts
from node_engine.service.run_reader import RunReader, run_stream

_STEPS_SHOWN: Final = 1_000


def runs_routes(parts: ServiceParts) -> APIRouter:
    """The router for questions about /runs."""
    router = APIRouter(prefix="/runs", tags=["runs"])
    reader = RunReader(parts.engine)

    @router.get("", dependencies=[Depends(needs_token)])
    async def runs(
        limit: Annotated[int, Query(ge=1, le=1_000)] = 100,
        flow_key: str | None = None,
        session_id: str | None = None,
        state: RunState | None = None,
    ) -> Response:
        """Runs, newest first: those under way and those that ended."""
        found = await reader.summaries(limit, flow_key, session_id, state)
        return json_answer([summary_json(summary) for summary in found])

    @router.get("/{run_id}")
    async def run(
        request: Request,
        run_id: str,
        after: Annotated[int, Query(ge=0, description="Only steps after this number.")] = 0,
        limit: Annotated[int, Query(ge=1, le=100_000)] = _STEPS_SHOWN,
    ) -> Response:
        """One run with its steps; their changes are at /runs/{id}/steps/{n}."""
        parts.capabilities.check_run(request, run_id)
        summary = await reader.summary(RunId(run_id))
        steps = await reader.steps(RunId(run_id), after, limit)
        return json_answer({**summary_json(summary), "steps": [step_json(step) for step in steps]})

    @router.get("/{run_id}/steps/{number}")
    async def step(request: Request, run_id: str, number: int) -> Response:
        """One step: what it changed, and the context of its frame as it was after it."""
        parts.capabilities.check_run(request, run_id)
        record = await reader.step(RunId(run_id), number)
        context = await reader.state_at(RunId(run_id), number)
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


def summary_json(summary: RunSummary) -> JsonObject:
    """A run as one row."""
    return asdict(summary)


def step_json(step: StepRecord) -> JsonObject:
    """A step without what it changed."""
    return {
        "number": step.number,
        "frame": step.id.frame,
        "key": step.id.key,
        "visit": step.id.visit,
        "name": step.name,
        "state": step.state.value,
        "started_s": step.started_s,
        "elapsed_ms": step.elapsed_ms,
        "next": step.next,
        "port": step.port,
        "error": step.error,
        "tries": step.tries,
    }
