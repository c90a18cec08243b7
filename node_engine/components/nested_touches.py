"""What a component may reach by running a flow that its config holds."""

from __future__ import annotations

from pydantic import ValidationError

from node_engine.engine.component import Touch
from node_engine.models.flow import FlowDefinition
from node_engine.models.json import JsonValue

EVERYTHING = frozenset(Touch)


def touches_of_nested(flow: JsonValue) -> frozenset[Touch]:
    """Nothing, because the runtime adds what the components inside touch; everything if nobody can tell before the run.

    A flow that comes from a template, or that a template completes, is known only when it runs.
    """
    try:
        components = FlowDefinition.model_validate(flow).flow
    except ValidationError:
        return EVERYTHING
    return EVERYTHING if any("{{" in component.name for component in components) else frozenset()
