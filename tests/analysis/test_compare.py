"""Two runs side by side."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from node_engine.analysis.compare import Difference, RunComparison, compare
from node_engine.models.ids import MAIN_FRAME, ComponentKey, ComponentName
from node_engine.models.run import StepId, StepRecord, StepState


def steps(*places: str, **fields: Any) -> list[StepRecord]:
    """Steps such as "a", or "b#2" for a second visit, numbered from 1."""
    made = []
    for number, place in enumerate(places, 1):
        key, _, visit = place.partition("#")
        step_id = StepId(MAIN_FRAME, ComponentKey(key), int(visit or 1))
        made.append(StepRecord(number, step_id, ComponentName("Step"), StepState.DONE, number * 1.5, **fields))
    return made


def told(comparison: RunComparison) -> list[tuple[str, int | None, int | None, str]]:
    return [(str(row.id)[5:], row.a_number, row.b_number, row.difference.value) for row in comparison.rows]


def test_runs_that_did_the_same_have_no_first_difference() -> None:
    a, b = steps("a", "b", "a#2"), steps("a", "b", "a#2")
    b[1] = replace(b[1], elapsed_ms=99.0, started_s=12.0)

    comparison = compare(a, b)

    assert told(comparison) == [("a#1", 1, 1, "same"), ("b#1", 2, 2, "same"), ("a#2", 3, 3, "same")]
    assert comparison.first_difference is None


def test_steps_of_only_one_run_stand_where_it_did_them() -> None:
    comparison = compare(steps("a", "b", "d"), steps("a", "c", "c#2", "d", "e"))

    assert told(comparison) == [
        ("a#1", 1, 1, "same"),
        ("b#1", 2, None, "only_a"),
        ("c#1", None, 2, "only_b"),
        ("c#2", None, 3, "only_b"),
        ("d#1", 3, 4, "same"),
        ("e#1", None, 5, "only_b"),
    ]
    assert comparison.first_difference == 1


def test_an_error_another_way_and_other_values_are_told_apart() -> None:
    first, second = steps("a", "b", "c", "d"), steps("a", "b", "c", "d")
    second[0] = replace(second[0], changes=[{"op": "replace", "path": "/n", "value": True}])
    first[0] = replace(first[0], changes=[{"op": "replace", "path": "/n", "value": 1}])
    second[1] = replace(second[1], next=ComponentKey("d"))
    second[2] = replace(second[2], error="boom", state=StepState.FAILED)
    first[3] = replace(first[3], changes=[{"op": "add", "path": "/x", "value": {"a": [1], "b": 2}}])
    second[3] = replace(second[3], changes=[{"op": "add", "path": "/x", "value": {"b": 2, "a": [1.0]}}])

    comparison = compare(first, second)

    assert [row.difference for row in comparison.rows] == [
        Difference.CHANGES,
        Difference.NEXT,
        Difference.ERROR,
        Difference.SAME,
    ]
    assert comparison.first_difference == 0


def test_what_a_run_did_before_its_fork_is_no_difference() -> None:
    comparison = compare(steps("a", "b", "c"), steps("c"), forked_at=3)

    assert told(comparison) == [("a#1", 1, None, "only_a"), ("b#1", 2, None, "only_a"), ("c#1", 3, 1, "same")]
    assert comparison.first_difference is None


def test_parallel_steps_in_another_order_are_each_told_once() -> None:
    comparison = compare(steps("a", "b", "c"), steps("c", "b", "a"))

    assert sorted(told(comparison)) == [("a#1", 1, 3, "same"), ("b#1", 2, 2, "same"), ("c#1", 3, 1, "same")]
