"""Where a run can begin again: a step of the main flow of another run, with the context that was there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from node_engine.engine.history import RunHistory
from node_engine.errors import RunStateError, UnknownKeyError
from node_engine.models.ids import EXIT, MAIN_FRAME, ComponentKey, RunId
from node_engine.models.json import JsonObject
from node_engine.models.run import StepRecord, StepState


@dataclass(frozen=True, slots=True)
class ForkPoint:
    """What a new run needs to know."""

    step: int
    """The step of the other run, in its main flow."""
    key: ComponentKey
    """The component to begin at."""
    context: JsonObject
    """Shared with the other run's history: not to be changed."""
    visits: dict[str, int]
    """How often each component was visited before."""


def fork_point(
    run_id: RunId, history: RunHistory, steps: Sequence[StepRecord], number: int, *, before: bool
) -> ForkPoint:
    """The point at a step; one inside of a child flow stands for the step of the main flow around it.

    Raises UnknownKeyError for a step that is not there, RunStateError when nothing came after it.
    """
    if not 1 <= number <= len(steps):
        raise UnknownKeyError(f"step {number}")
    step = next(step for step in reversed(steps[:number]) if step.id.frame == MAIN_FRAME)
    if before:
        return ForkPoint(step.number, step.id.key, history.before(step.number), _visits(steps[: step.number - 1]))
    if step.next in (None, EXIT):
        raise RunStateError(f"Nothing came after step {step.number}; begin before it.", run_id=run_id)
    assert step.next is not None  # checked above
    return ForkPoint(step.number, step.next, history.after(step.number), _visits(steps[: step.number]))


def last_point(run_id: RunId, history: RunHistory, steps: Sequence[StepRecord], next_key: str | None) -> ForkPoint:
    """The point after everything that a run has done; `next_key` is what comes next if somebody decided that by hand.

    Raises RunStateError when the run was at its end.
    """
    last = next((step for step in reversed(steps) if step.id.frame == MAIN_FRAME), None)
    key = next_key or (None if last is None else last.next)
    if key in (None, EXIT) or last is None:
        raise RunStateError("This run had done all of its steps, so there is nothing to continue.", run_id=run_id)
    assert key is not None  # checked above
    context = history.frames[MAIN_FRAME].state(history.moment)
    return ForkPoint(last.number, ComponentKey(key), context, _visits(steps))


def step_in_flight(steps: Sequence[StepRecord]) -> StepRecord | None:
    """The step of the main flow that was under way when an interrupted run ended."""
    last = next((step for step in reversed(steps) if step.id.frame == MAIN_FRAME), None)
    unfinished = (StepState.RUNNING, StepState.STOPPED)
    return last if last is not None and last.state in unfinished else None


def _visits(steps: Sequence[StepRecord]) -> dict[str, int]:
    return {step.id.key: step.id.visit for step in steps if step.id.frame == MAIN_FRAME}
