"""Differences between two versions of a flow."""

from __future__ import annotations

from node_engine.analysis.diff import diff
from tests.analysis.catalog import flow_of, step


def test_a_flow_does_not_differ_from_its_copy() -> None:
    flow = flow_of(step("a", config={"x": [1]}), step("b"), context={"n": 1})

    assert diff(flow, flow.model_copy(deep=True)).is_empty


def test_added_removed_and_moved_components_are_named() -> None:
    found = diff(flow_of(step("a"), step("b"), step("c")), flow_of(step("c"), step("new"), step("a")))

    assert (found.added, found.removed, found.order_changed) == (("new",), ("b",), True)


def test_changed_fields_have_paths() -> None:
    before = flow_of(step("a", "If", config={"limit": {"max": 1, "key": "n"}, "old": 1}, outputs={"true": "b"}))
    after = flow_of(
        step("a", "Own", config={"limit": {"max": 2, "key": "n"}, "new": 1}, outputs={"true": "c"}, note="why")
    )

    found = diff(before, after)

    assert found.changed == {"a": ("name", "config.limit.max", "config.old", "config.new", "note", "outputs.true")}


def test_values_of_another_json_type_differ() -> None:
    before = flow_of(step("a", config={"n": 1, "flags": [True]}), context={"n": 0})
    after = flow_of(step("a", config={"n": 1.0, "flags": [1]}), context={"n": False})

    found = diff(before, after)

    assert found.changed == {"a": ("config.n", "config.flags")}
    assert found.context_changed
