"""Ports: where control can leave a component."""

from __future__ import annotations

from node_engine.analysis.ports import Port, ports
from tests.analysis.catalog import CATALOG, step


def named(found: tuple[Port, ...]) -> list[tuple[str, str, str | None]]:
    return [(port.name, port.path, port.target) for port in found]


def test_a_component_has_the_port_next() -> None:
    assert ports(step("a"), CATALOG["Step"]) == (Port("next", "", "next", None, "following"),)


def test_a_named_port_holds_its_target_in_outputs_and_ends_the_flow_when_unconnected() -> None:
    found = ports(step("a", "If", outputs={"true": "b"}), CATALOG["If"])

    assert found == (Port("true", "yes", "outputs.true", "b", "end"), Port("false", "no", "outputs.false", None, "end"))


def test_a_port_kept_in_the_config_says_where() -> None:
    found = ports(step("a", "Evaluate", config={"outputs": {"yes": "b", "no": None}}), CATALOG["Evaluate"])

    assert named(found) == [("yes", "config.outputs.yes", "b"), ("no", "config.outputs.no", None)]


def test_a_list_in_the_config_makes_one_port_per_item() -> None:
    cases = [{"name": "billing"}, "technical", {"value": 3}, {"name": "billing"}]

    found = ports(step("a", "Switch", config={"cases": cases}, outputs={"billing": "b"}), CATALOG["Switch"])

    assert named(found) == [
        ("billing", "outputs.billing", "b"),
        ("technical", "outputs.technical", None),
        ("default", "outputs.default", None),
    ]


def test_an_object_in_the_config_makes_one_port_per_key() -> None:
    found = ports(step("a", "Switch", config={"cases": {"x": 1, "y": 2}}), CATALOG["Switch"])

    assert [port.name for port in found] == ["x", "y", "default"]


def test_a_template_as_target_is_dynamic() -> None:
    (port,) = ports(step("a", "GoTo", config={"next": "{{where}}"}), CATALOG["GoTo"])

    assert port.is_dynamic
    assert port.target is None


def test_an_unknown_component_keeps_its_connections() -> None:
    found = ports(step("a", "Nobody", next="b", outputs={"maybe": "c"}), None)

    assert named(found) == [("next", "next", "b"), ("maybe", "outputs.maybe", "c")]


def test_connections_that_no_output_declares_stay_visible() -> None:
    found = ports(step("a", "If", next="b", outputs={"old": "c"}), CATALOG["If"])

    assert named(found)[2:] == [("next", "next", "b"), ("old", "outputs.old", "c")]


def test_go_to_on_error_is_a_port_of_its_own() -> None:
    found = ports(step("a", on_error={"go_to": "rescue"}), CATALOG["Step"])

    assert named(found)[1:] == [("error", "error", "rescue")]
