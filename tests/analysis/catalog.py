"""A small catalog and shorthand for flows, so that analysis is tested without any real component."""

from __future__ import annotations

from typing import Any

from node_engine.models.description import ComponentDescription, Output
from node_engine.models.flow import FlowComponent, FlowDefinition


def described(name: str, **fields: Any) -> ComponentDescription:
    """A description with a name and whatever else matters to the test."""
    return ComponentDescription(name, name, "", **fields)


CATALOG = {
    "Step": described("Step", source="built in"),
    "Own": described("Own", source="module own"),
    "If": described("If", source="built in", outputs=(Output("true", "yes"), Output("false", "no"))),
    "Switch": described("Switch", source="built in", outputs=(Output("case", each="cases"), Output("default"))),
    "GoTo": described(
        "GoTo",
        source="built in",
        outputs=(Output("next", "to", config="next", unset="error"),),
        config_schema={"properties": {"next": {}, "limit": {"limits_loop": True}}, "additionalProperties": False},
    ),
    "Write": described(
        "Write",
        source="built in",
        writes=("{target|key}", "{component.key}_count"),
        config_schema={
            "properties": {"target": {}, "key": {}, "when": {"widget": "expression"}, "values": {}},
            "required": ["target"],
        },
    ),
    "Evaluate": described(
        "Evaluate",
        source="built in",
        outputs=(
            Output("yes", config="outputs.yes", unset="following"),
            Output("no", config="outputs.no", unset="following"),
        ),
    ),
    "Nest": described("Nest", source="built in", nested=("flow_definition",)),
    "Stop": described("Stop", source="built in", outputs=()),
}


def step(key: str, name: str = "Step", **fields: Any) -> FlowComponent:
    """One component of a test's flow."""
    return FlowComponent(key=key, name=name, **fields)


def flow_of(*components: FlowComponent, **fields: Any) -> FlowDefinition:
    """A flow of these components."""
    return FlowDefinition(key="test", flow=list(components), **fields)
