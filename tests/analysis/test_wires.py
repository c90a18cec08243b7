"""Wires: everything that can send control from one component to another."""

from __future__ import annotations

import time

from node_engine.analysis.wires import Wire, WireKind, wires
from node_engine.models.flow import FlowDefinition
from tests.analysis.catalog import CATALOG, flow_of, step


def drawn(flow: FlowDefinition) -> list[tuple[str, str, str, str]]:
    return [(wire.source, wire.port, wire.target, wire.kind.value) for wire in wires(flow, CATALOG)]


def test_list_order_joins_neighbours_and_leaves_the_last_one_open() -> None:
    assert wires(flow_of(step("a"), step("b")), CATALOG) == (Wire("a", "next", "b", WireKind.ORDER, "", None),)


def test_an_explicit_next_replaces_list_order() -> None:
    assert drawn(flow_of(step("a", next="c"), step("b"), step("c"))) == [
        ("a", "next", "c", "next"),
        ("b", "next", "c", "order"),
    ]


def test_named_ports_replace_list_order() -> None:
    flow = flow_of(step("a", "If", outputs={"true": "c"}), step("b"), step("c"))

    assert drawn(flow) == [("a", "true", "c", "output"), ("b", "next", "c", "order")]


def test_a_null_target_of_a_documented_component_falls_through() -> None:
    flow = flow_of(step("a", "Evaluate", config={"outputs": {"yes": None, "no": "exit"}}), step("b"))

    assert drawn(flow) == [("a", "yes", "b", "order"), ("a", "no", "exit", "config")]


def test_missing_targets_are_wires_too() -> None:
    assert drawn(flow_of(step("a", next="gone"))) == [("a", "next", "gone", "next")]


def test_an_error_branch_is_a_wire() -> None:
    flow = flow_of(step("a", on_error={"go_to": "c"}), step("b"), step("c"))

    assert drawn(flow)[:2] == [("a", "next", "b", "order"), ("a", "error", "c", "error")]


def test_going_on_after_an_error_is_a_wire_where_list_order_is_none() -> None:
    flow = flow_of(step("a", "If", outputs={"true": "c"}, on_error="continue"), step("b"), step("c"))

    assert ("a", "error", "b", "error") in drawn(flow)


def test_a_disabled_component_passes_control_on() -> None:
    flow = flow_of(step("a", "If", enabled=False, outputs={"true": "c"}), step("b"), step("c"))

    assert ("a", "next", "b", "order") in drawn(flow)


def test_a_component_without_ports_ends_the_flow() -> None:
    assert drawn(flow_of(step("a", "Stop"), step("b"))) == []


def test_wires_of_ten_thousand_components_come_at_once() -> None:
    branches = [
        step(f"c{n}", "If", outputs={"true": f"c{n + 1}", "false": "c0"}) if n % 2 else step(f"c{n}")
        for n in range(10_000)
    ]
    flow = flow_of(*branches)

    started = time.perf_counter()
    found = wires(flow, CATALOG)

    assert len(found) == 15_000
    assert time.perf_counter() - started < 1.0
