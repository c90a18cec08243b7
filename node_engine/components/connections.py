"""Leaving by a port that stands for a failure: a branch where it is connected, an error where it is not."""

from __future__ import annotations

from node_engine.engine.component import Component, StepResult


def leave_or_fail(component: Component, port: str, message: str) -> StepResult:
    """Take the port if the flow connects it; otherwise the step fails with the message.

    So `retry` and `on_error` work for a failure nobody drew a branch for, and none passes unnoticed.
    """
    entries = (item for item in component.flow_definition.flow if item.key == component.key)
    entry = next(entries, None)
    if entry is not None and entry.outputs and entry.outputs.get(port):
        return component.output(port)
    return component.exit_flow_with_error(message)
