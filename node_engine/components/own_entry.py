"""A component's own entry in its flow: its config as it is written, and what is connected."""

from __future__ import annotations

from node_engine.analysis.templates import typed_path
from node_engine.engine.component import Component, StepResult
from node_engine.engine.config import copied
from node_engine.models.flow import FlowComponent
from node_engine.models.json import JsonValue


def own_entry(component: Component) -> FlowComponent | None:
    """The entry of the flow that this step runs."""
    return next((item for item in component.flow_definition.flow if item.key == component.key), None)


def nested_as_written(component: Component, field: str, value: JsonValue) -> JsonValue:
    """A copy of a nested flow without templates filled in: they are for the steps inside, each in its own time.

    A flow that a template stands for as a whole is `value`, the config after templates.
    """
    entry = own_entry(component)
    written = None if entry is None else entry.config.get(field)
    if isinstance(written, list) or (isinstance(written, dict) and typed_path(written) is None):
        return copied(written)
    return value


def leave_or_fail(component: Component, port: str, message: str) -> StepResult:
    """Take the port if the flow connects it; otherwise the step fails with the message.

    So `retry` and `on_error` work for a failure nobody drew a branch for, and none passes unnoticed.
    """
    entry = own_entry(component)
    if entry is not None and entry.outputs and entry.outputs.get(port):
        return component.output(port)
    return component.exit_flow_with_error(message)
