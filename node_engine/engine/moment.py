"""A moment of a run as breakpoints see it: which place, which names their conditions may use, what fits."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import orjson

from node_engine.analysis.ports import NEXT, Port
from node_engine.engine.context_path import Relation, closest, differs, read_path, value_at
from node_engine.engine.expressions import evaluate
from node_engine.errors import ExpressionError
from node_engine.models.breakpoint import BreakPlace, Breakpoint
from node_engine.models.ids import ComponentKey
from node_engine.models.json import JsonObject, JsonValue
from node_engine.models.run import StepRecord, StepState

Counts = dict[str, int]
"""How often each breakpoint was hit in one run, by its id."""


@dataclass(frozen=True, slots=True)
class Moment:
    """Where a run is and what a condition may look at there."""

    key: ComponentKey
    visit: int
    context: JsonObject
    elapsed_ms: float
    """How long the step took; before a component, how long the run has taken."""
    error: str | None = None
    is_caught: bool = False
    event: str | None = None
    event_data: str = ""

    def names(self) -> JsonObject:
        """The names beside the context keys. A name that means nothing here is the context's own, or None."""
        context = self.context
        names: JsonObject = {name: dict.get(context, name) for name in ("error", "event", "item", "index")}
        names |= {"key": self.key, "visit": self.visit, "elapsed": self.elapsed_ms, "caught": self.is_caught}
        if self.error is not None:
            names["error"] = self.error
        if self.event is not None:
            names |= {"event": self.event, "data": _event_data(self.event_data)}
        return names


@dataclass(frozen=True, slots=True)
class Hit:
    """A breakpoint that is to stop the run, or to log."""

    breakpoint: Breakpoint
    condition_error: str | None = None
    """Why its condition could not be worked out; that stops too."""


def judge(breakpoint_: Breakpoint, moment: Moment, counts: Counts) -> Hit | None:
    """What a breakpoint that stands at this place says to the moment; counts it when the condition fits."""
    if breakpoint_.condition is not None:
        try:
            if not evaluate(breakpoint_.condition, moment.context, **moment.names()):
                return None
        except ExpressionError as error:
            return Hit(breakpoint_, str(error))
    count = counts[breakpoint_.id] = counts.get(breakpoint_.id, 0) + 1
    return Hit(breakpoint_) if breakpoint_.is_due(count) else None


def fits_after(
    breakpoint_: Breakpoint,
    record: StepRecord,
    port: Callable[[], str],
    before: Callable[[], JsonObject],
    after: JsonObject,
) -> bool:
    """True when a breakpoint for ended steps stands at this one; `before` and `after` are its contexts."""
    if breakpoint_.component_key not in (None, record.id.key):
        return False
    match breakpoint_.place:
        case BreakPlace.AFTER:
            return record.state is not StepState.STOPPED
        case BreakPlace.ERROR:
            return record.state is StepState.FAILED
        case BreakPlace.WIRE:
            return leaves(record) and breakpoint_.port in (None, port())
        case BreakPlace.CHANGE:
            return is_changed(breakpoint_.path or "", record.changes, before, after)
        case _:
            return False


def leaves(record: StepRecord) -> bool:
    """True when control left the component by one of its ports."""
    return record.state in (StepState.DONE, StepState.SKIPPED) or record.is_caught


def is_changed(path: str, changes: Iterable[JsonObject], before: Callable[[], JsonObject], after: JsonObject) -> bool:
    """True when changes made the value at a path, or below it, another. `before` is asked only when it matters."""
    parts = read_path(path)
    match closest(changes, parts):
        case Relation.NONE:
            return False
        case Relation.INSIDE:
            return True
        case Relation.AROUND:
            return differs(value_at(before(), parts), value_at(after, parts))


def port_taken(record: StepRecord, ports: Iterable[Port], following: str | None) -> str:
    """The port by which control left: its name, "error" after a failure that was caught, "next" for list order."""
    if record.state is StepState.FAILED:
        return "error"
    if record.state is StepState.SKIPPED:
        return NEXT
    if record.port is not None:
        return record.port
    found = {port.name: port for port in ports}
    plain = found.get(NEXT)
    if plain is not None and record.next == (plain.target or following):
        return NEXT
    return next((port.name for port in found.values() if port.target == record.next), NEXT)


def _event_data(text: str) -> JsonValue:
    """What an event carries: JSON as its value, anything else as text."""
    try:
        value: JsonValue = orjson.loads(text)
    except orjson.JSONDecodeError:
        return text
    return value
