"""References: places that name another component, and what a rename does to them."""

from __future__ import annotations

from node_engine.analysis.references import references, rename, with_target
from node_engine.models.description import Output
from tests.analysis.catalog import CATALOG, described, flow_of, step

MERGE = described("Merge", key_fields=("wait_for", "sources"), outputs=(Output("next"),))


def test_references_are_found_in_every_place_that_can_hold_one() -> None:
    flow = flow_of(
        step("a", next="b", on_error={"go_to": "c"}),
        step("b", "If", outputs={"true": "a", "false": "exit"}),
        step("c", "Evaluate", config={"outputs": {"yes": "a", "no": "{{where}}"}}),
        step("d", "Merge", config={"wait_for": "a", "sources": ["b", "c"]}),
    )

    found = [(item.component_key, item.path, item.target) for item in references(flow, {**CATALOG, "Merge": MERGE})]

    assert found == [
        ("a", "next", "b"),
        ("a", "error", "c"),
        ("b", "outputs.true", "a"),
        ("c", "config.outputs.yes", "a"),
        ("d", "config.wait_for", "a"),
        ("d", "config.sources[0]", "b"),
        ("d", "config.sources[1]", "c"),
    ]


def test_a_rename_rewrites_every_reference_and_shares_the_rest() -> None:
    flow = flow_of(
        step("a", next="b"),
        step("b", "If", outputs={"true": "b", "false": "c"}, on_error={"go_to": "b"}),
        step("c", "Evaluate", config={"outputs": {"yes": "b", "no": None}, "other": "b"}),
        step("d", "Merge", config={"sources": ["a", "b"]}),
        step("e", "Unknown", next="b"),
        step("f"),
    )

    after = rename(flow, {**CATALOG, "Merge": MERGE}, "b", "check")

    shown = [component.model_dump(exclude={"name"}) for component in after.flow]
    assert shown == [
        {"key": "a", "config": {}, "next": "check"},
        {"key": "check", "config": {}, "outputs": {"true": "check", "false": "c"}, "on_error": {"go_to": "check"}},
        {"key": "c", "config": {"outputs": {"yes": "check", "no": None}, "other": "b"}},
        {"key": "d", "config": {"sources": ["a", "check"]}},
        {"key": "e", "config": {}, "next": "check"},
        {"key": "f", "config": {}},
    ]
    assert after.flow[5] is flow.flow[5]
    assert flow.flow[0].next == "b"


def test_a_connection_can_be_made_and_cut_at_every_kind_of_path() -> None:
    for path in ("next", "outputs.true", "outputs.name.with.dots", "error", "config.next", "config.outputs.yes"):
        made = with_target(step("a"), path, "b")
        cut = with_target(made, path, None)

        assert "b" in str(made.model_dump()), path
        assert "'b'" not in str(cut.model_dump()), path


def test_cutting_the_last_named_output_leaves_no_empty_object() -> None:
    cut = with_target(step("a", "If", outputs={"true": "b"}), "outputs.true", None)

    assert cut.model_dump() == {"key": "a", "name": "If", "config": {}}
