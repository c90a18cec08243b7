"""Two runs side by side: steps aligned by their name (frame, key, visit), and where they begin to differ."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from node_engine.models.json import JsonObject, JsonValue
from node_engine.models.run import StepId, StepRecord


class Difference(StrEnum):
    """How a step differs between two runs; the first that applies, in this order: error, next, changes."""

    SAME = "same"
    CHANGES = "changes"
    """It wrote other values."""
    NEXT = "next"
    """It went another way."""
    ERROR = "error"
    """It failed in one of them, or for another reason."""
    ONLY_A = "only_a"
    ONLY_B = "only_b"


@dataclass(frozen=True, slots=True)
class ComparedStep:
    """One row: a step of either run, or of both. Numbers are those of the steps in their runs."""

    id: StepId
    a_number: int | None
    b_number: int | None
    difference: Difference


@dataclass(frozen=True, slots=True)
class RunComparison:
    """All rows in the order of doing, and the place of the first one that differs."""

    rows: list[ComparedStep]
    first_difference: int | None
    """Index into `rows`; None when both runs did the same."""


def compare(a: Sequence[StepRecord], b: Sequence[StepRecord], *, forked_at: int | None = None) -> RunComparison:
    """Compare the steps of two runs.

    `forked_at`: `b` was forked from `a` at that step, so that what `a` did before it is no difference.
    """
    rows = list(_rows(a, b))
    first = next((place for place, row in enumerate(rows) if _differs(row, forked_at)), None)
    return RunComparison(rows, first)


def _rows(a: Sequence[StepRecord], b: Sequence[StepRecord]) -> Iterator[ComparedStep]:
    places = {step.id: place for place, step in enumerate(b)}
    in_a = {step.id for step in a}
    told = 0
    for step in a:
        place = places.get(step.id)
        if place is None:
            yield ComparedStep(step.id, step.number, None, Difference.ONLY_A)
            continue
        yield from (_only_b(other) for other in b[told:place] if other.id not in in_a)
        told = max(told, place)
        yield ComparedStep(step.id, step.number, b[place].number, _difference(step, b[place]))
    yield from (_only_b(other) for other in b[told:] if other.id not in in_a)


def _only_b(step: StepRecord) -> ComparedStep:
    return ComparedStep(step.id, None, step.number, Difference.ONLY_B)


def _difference(a: StepRecord, b: StepRecord) -> Difference:
    if a.error != b.error or a.state is not b.state:
        return Difference.ERROR
    if a.next != b.next or a.port != b.port:
        return Difference.NEXT
    return Difference.SAME if _same_changes(a.changes, b.changes) else Difference.CHANGES


def _same_changes(a: list[JsonObject], b: list[JsonObject]) -> bool:
    return len(a) == len(b) and all(map(_is_same, a, b))


def _is_same(a: JsonValue, b: JsonValue) -> bool:
    """Equality of JSON: true is not 1, and the order of an object's members does not matter."""
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(_is_same(value, b[name]) for name, value in a.items())
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(map(_is_same, a, b))
    return isinstance(a, bool) is isinstance(b, bool) and a == b


def _differs(row: ComparedStep, forked_at: int | None) -> bool:
    if row.difference is Difference.ONLY_A and forked_at is not None and row.a_number is not None:
        return row.a_number >= forked_at
    return row.difference is not Difference.SAME
