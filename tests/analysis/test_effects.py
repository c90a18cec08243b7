"""What would happen again when a run begins at a component."""

from __future__ import annotations

import pytest

from node_engine.analysis.effects import Effect, effects_from
from node_engine.errors import UnknownKeyError
from node_engine.models.description import Output, Touch
from tests.analysis.catalog import CATALOG, described, flow_of, step

NETWORK = frozenset({Touch.NETWORK})
CATALOG_WITH_EFFECTS = {
    **CATALOG,
    "Call": described("Call", source="built in", touches=NETWORK),
    "Read": described("Read", source="built in", touches=frozenset({Touch.FILES}), repeatable=True),
    "Anywhere": described("Anywhere", source="built in", outputs=(Output("next", config="to"),)),
}


def keys_from(flow, key):
    return [effect.component_key for effect in effects_from(flow, key, CATALOG_WITH_EFFECTS)]


def test_effects_before_the_component_are_not_named() -> None:
    flow = flow_of(step("a", "Call"), step("b"), step("c", "Call"), step("d", "Read"))

    assert effects_from(flow, "b", CATALOG_WITH_EFFECTS) == [Effect("c", "Call", NETWORK)]
    assert keys_from(flow, "a") == ["a", "c"]


def test_a_loop_back_reaches_what_is_before() -> None:
    flow = flow_of(step("a", "Call"), step("b", next="a"))

    assert keys_from(flow, "b") == ["a"]


def test_only_ways_that_lead_there_count() -> None:
    flow = flow_of(step("i", "If", outputs={"true": "y"}), step("x", "Call"), step("y", "Call"))

    assert keys_from(flow, "i") == ["y"]


def test_a_component_that_may_go_anywhere_reaches_everything() -> None:
    flow = flow_of(step("a", "Call"), step("b", "Anywhere", config={"to": "{{where}}"}))

    assert keys_from(flow, "b") == ["a"]


def test_effects_of_flows_inside_a_component_are_its_own() -> None:
    inside = {"key": "child", "flow": [{"key": "x", "name": "Call"}]}
    flow = flow_of(step("n", "Nest", config={"flow_definition": inside}))

    assert effects_from(flow, "n", CATALOG_WITH_EFFECTS) == [Effect("n", "Nest", NETWORK)]


def test_what_is_switched_off_has_no_effects() -> None:
    flow = flow_of(step("a", "Call", enabled=False), step("b", "Unknown"))

    assert keys_from(flow, "a") == []


def test_a_key_that_is_not_there_is_refused() -> None:
    with pytest.raises(UnknownKeyError):
        effects_from(flow_of(step("a")), "gone", CATALOG_WITH_EFFECTS)
