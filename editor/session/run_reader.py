"""Runs as the engine remembers them, in memory or in the journal. Coroutines here are for the engine's loop."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from node_engine.errors import UnknownRunError
from node_engine.models.event import Event, EventName
from node_engine.models.flow import FlowDefinition
from node_engine.models.ids import MAIN_FRAME, FrameId
from node_engine.models.json import JsonObject
from node_engine.models.run import Origin, RunState, RunSummary, StepRecord

if TYPE_CHECKING:
    from node_engine.engine.engine import Engine
    from node_engine.engine.journal import Journal
    from node_engine.engine.run import Run

PAST_RUNS = 200
"""As many runs of the journal are listed at the start."""
FOUND_RUNS = 2_000
"""As many runs of the journal are looked through for a filter."""


@dataclass(frozen=True, slots=True)
class RunStory:
    """All that is known of one run."""

    summary: RunSummary
    steps: list[StepRecord]
    log: list[Event] = field(default_factory=list)
    """Its log events, where they come from the journal."""


async def past_runs(engine: Engine) -> list[RunSummary]:
    """The newest runs of the journal; none without one."""
    return [] if engine.journal is None else await engine.journal.runs(limit=PAST_RUNS)


async def find_runs(
    engine: Engine, flow_key: str | None, origin: Origin | None, state: RunState | None, text: str
) -> list[RunSummary]:
    """Runs of the journal that fit, newest first; `text` must be in key, session, error or number."""
    if engine.journal is None:
        return []
    found = await engine.journal.runs(limit=FOUND_RUNS, flow_key=flow_key, state=state)
    words = text.casefold().split()
    return [run for run in found if origin in (None, run.origin) and _holds(run, words)]


def _holds(run: RunSummary, words: list[str]) -> bool:
    text = f"{run.number} {run.flow_key} {run.session_id} {run.origin} {run.state} {run.error or ''}".casefold()
    return all(word in text for word in words)


async def read_run(engine: Engine, run_id: str) -> RunStory:
    """A run with its steps. Raises UnknownRunError."""
    run = _in_memory(engine, run_id)
    if run is not None:
        return RunStory(run.summary(), list(run.steps()))
    journal = await _journal(engine, run_id)
    summary = await journal.run(run_id)
    if summary is None:
        raise UnknownRunError(run_id)
    log = [event for event in await journal.events(run_id) if event.name == EventName.LOG]
    return RunStory(summary, await journal.steps(run_id), log)


async def read_state(engine: Engine, run_id: str, step: int, frame: FrameId | None) -> JsonObject:
    """The context after a step; after step 0 is what the first step found. Raises UnknownRunError, UnknownKeyError."""
    run = _in_memory(engine, run_id)
    if run is not None:
        return run.state_at(step, frame) if step > 0 else _state_at_start(run, frame)
    journal = await _journal(engine, run_id)
    return await (journal.state_at(run_id, step, frame) if step > 0 else journal.state_before(run_id, 1, frame))


def _state_at_start(run: Run, frame: FrameId | None) -> JsonObject:
    """What the first step found, or will find when the run stands before it."""
    from node_engine.engine.config import copied  # whoever has a run has loaded the engine

    if run.records:
        return run.state_before(1, frame)
    history = run.history.frames.get(frame or MAIN_FRAME)
    state = {} if history is None else history.state(run.history.moment)
    return {key: copied(value) for key, value in state.items()}


async def read_flow(engine: Engine, run_id: str) -> FlowDefinition:
    """The definition that a run runs or ran. Raises UnknownRunError."""
    run = _in_memory(engine, run_id)
    return run.flow if run is not None else await (await _journal(engine, run_id)).flow(run_id)


def _in_memory(engine: Engine, run_id: str) -> Run | None:
    try:
        return engine.runtime.run(run_id)
    except UnknownRunError:
        return None


async def _journal(engine: Engine, run_id: str) -> Journal:
    if engine.journal is None:
        raise UnknownRunError(run_id)
    await engine.journal.flush()
    return engine.journal
