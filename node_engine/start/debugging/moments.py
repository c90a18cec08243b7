"""Where a run is, and what a step changed: taken from a Run on the engine's thread, as values for any other."""

from __future__ import annotations

from dataclasses import dataclass

from node_engine.analysis.templates import Missing
from node_engine.engine.context_path import read_path, value_at
from node_engine.engine.expressions import evaluate
from node_engine.engine.gate import Held
from node_engine.engine.patch import apply
from node_engine.engine.run import Run
from node_engine.models.flow import FlowDefinition
from node_engine.models.json import JsonObject, JsonValue
from node_engine.models.parse import dump_json
from node_engine.models.run import RunState, StepRecord
from node_engine.start.output import dotted

_SHOWN_CHANGES = 20
_SHOWN_PARTS = 2_000


@dataclass(frozen=True, slots=True)
class ShownChange:
    """One change of a step: a context path with the value before and after, as JSON text; None where there is none."""

    path: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class ShownStep:
    """A step that ended, and what it changed."""

    number: int
    key: str
    visit: int
    name: str
    error: str | None
    changes: list[ShownChange]
    more_changes: int
    """How many are not in `changes`."""


@dataclass(frozen=True, slots=True)
class Stop:
    """A run that stands. `facts` are those of the event run.paused."""

    facts: JsonObject
    frame: str
    flow: FlowDefinition
    """The flow of that frame."""
    step: ShownStep | None
    """The last step of the frame."""


def standing(run: Run) -> Held | None:
    """Where the run stands, or None while it goes on and when it is over."""
    held = run.gate.held
    return None if held is None or held.released.done() else held


def stop_of(run: Run) -> Stop | None:
    """The run as it stands now, or None."""
    held = standing(run)
    if held is None:
        return None
    record = held.record or held.frame.record
    step = None if record is None else shown_step(run, record)
    return Stop(held.facts(), held.frame.id, held.frame.definition, step)


def is_failing(run: Run) -> bool:
    """True when the run has failed, or stands at a failure that nothing leads on from."""
    held = standing(run)
    if held is None:
        return run.state is RunState.FAILED
    return held.record is not None and held.record.error is not None and not held.record.is_caught


def shown_step(run: Run, record: StepRecord) -> ShownStep:
    """A step with its changes, each with the value that was there."""
    shown: list[ShownChange] = []
    state: JsonValue = run.history.before(record.number)
    for change in record.changes[:_SHOWN_CHANGES]:
        path = str(change["path"])
        before = None if change["op"] == "add" else _text(value_at(state, read_path(path)))
        after = None if change["op"] == "remove" else _text(change["value"])
        shown.append(ShownChange(dotted(path), before, after))
        state = apply(state, [change])
    more = len(record.changes) - len(shown)
    return ShownStep(record.number, record.id.key, record.id.visit, record.name, record.error, shown, more)


def step_of(run: Run, number: int) -> ShownStep:
    """The step of that number, which must be there."""
    return shown_step(run, run.records[number - 1])


def value_now(run: Run, expression: str) -> JsonValue:
    """The value of an expression where the run stands, or as it ended. Raises ExpressionError."""
    held = standing(run)
    if held is None:
        return evaluate(expression, run.main.mirror)
    names: JsonObject = {"key": held.key, "visit": held.visit}
    return evaluate(expression, held.frame.mirror, **names)


def value_at_step(run: Run, expression: str, number: int) -> JsonValue:
    """The value of an expression after a step; before the first for 0. Raises ExpressionError."""
    if number == 0:
        return evaluate(expression, run.history.before(1))
    record = run.records[number - 1]
    names: JsonObject = {"key": record.id.key, "visit": record.id.visit}
    return evaluate(expression, run.history.after(number), **names)


def _text(value: JsonValue | Missing) -> str | None:
    return None if isinstance(value, Missing) else dump_json(value).decode()[:_SHOWN_PARTS]
