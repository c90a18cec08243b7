"""The value of an expression over the steps of a run."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from time import perf_counter

from node_engine.engine.expressions import evaluate, names_in
from node_engine.engine.history import Entry, RunHistory
from node_engine.engine.moment import Moment
from node_engine.engine.replaying import Replays
from node_engine.engine.short_value import short
from node_engine.errors import ExpressionError
from node_engine.models.ids import FrameId
from node_engine.models.json import JsonValue
from node_engine.models.run import StepRecord

_LONGEST_S = 3.0
"""Longest work for one expression over all steps; what is left has no value."""
_OF_STEPS = frozenset(("ctx", "key", "visit", "error", "caught", "elapsed"))
"""Names whose value may change although the context keys that are named did not."""


@dataclass(frozen=True, slots=True)
class WatchValue:
    """The value after one step, in the context of the step's frame; or why there is none.

    A value that is too large is told as {"omitted": true, "items": n}.
    """

    step: int
    value: JsonValue
    error: str | None = None


def watch_values(
    history: RunHistory, steps: Sequence[StepRecord], expression: str, frame: FrameId | None
) -> list[WatchValue]:
    """The value after every step, of one frame if given, in order of starting."""
    replays = Replays(history)
    names = names_in(expression)
    last: dict[FrameId, WatchValue] = {}
    found = []
    ends_s = perf_counter() + _LONGEST_S
    for step in steps:
        place = step.id.frame
        if frame not in (None, place):
            continue
        replay = replays.of(place)
        passed = replay.advance(history.ended_at(step.number))
        known = last.get(place)
        if known is not None and not names & _OF_STEPS and not _concerns(passed, names):
            value = WatchValue(step.number, known.value, known.error)
        elif perf_counter() > ends_s:
            value = WatchValue(step.number, None, f"The values before took {_LONGEST_S:g} s; this one was left out.")
        else:
            moment = Moment(step.id.key, step.id.visit, replay.context, step.elapsed_ms, step.error, step.is_caught)
            value = _value(step.number, expression, moment)
        last[place] = value
        found.append(value)
    return found


def _concerns(passed: Iterable[Entry], names: frozenset[str]) -> bool:
    return any(_top_key(str(change["path"])) in names for entry in passed for change in entry.changes)


def _top_key(pointer: str) -> str:
    return pointer.split("/", 2)[1].replace("~1", "/").replace("~0", "~")


def _value(number: int, expression: str, moment: Moment) -> WatchValue:
    try:
        return WatchValue(number, short(evaluate(expression, moment.context, **moment.names())))
    except ExpressionError as error:
        return WatchValue(number, None, str(error))
