"""Flows inside the config of a component: where they are and what they hold."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pydantic import ValidationError

from node_engine.analysis.ports import config_value
from node_engine.analysis.templates import typed_path
from node_engine.models.description import ComponentDescription
from node_engine.models.flow import FlowComponent, FlowDefinition


@dataclass(frozen=True, slots=True)
class NestedFlow:
    """A flow at `path` of the config ("flow_definition"); `flow` is None when it cannot be read, see `error`.

    `is_list`: the config holds only the list of components, as BackgroundProcess does.
    """

    path: str
    flow: FlowDefinition | None
    is_list: bool = False
    error: str = ""

    def place_of(self, key: str | None) -> str:
        """Where the component `key` stands inside, to be put after `path`: ".flow[2]", or "[2]" in a list."""
        for index, component in enumerate(self.flow.flow if self.flow else ()):
            if component.key == key:
                return f"[{index}]" if self.is_list else f".flow[{index}]"
        return ""


def nested_flows(component: FlowComponent, description: ComponentDescription) -> Iterator[NestedFlow]:
    """The flows written into a component's config; one that a template names is known only to the run."""
    for path in description.nested:
        value = config_value(component, description, path)
        if not value or isinstance(value, str) or typed_path(value) is not None:
            continue
        is_list = isinstance(value, list)
        written = {"key": component.key, "flow": value} if is_list else value
        try:
            yield NestedFlow(path, FlowDefinition.model_validate(written), is_list)
        except ValidationError as error:
            yield NestedFlow(path, None, is_list, _first_error(error))


def _first_error(error: ValidationError) -> str:
    detail = error.errors(include_url=False, include_input=False)[0]
    place = ".".join(str(part) for part in detail["loc"])
    return f"{place}: {detail['msg']}" if place else detail["msg"]
