"""Places in a flow that name another component: found for the checker, rewritten when a component is renamed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from node_engine.analysis.ports import ERROR, NEXT, config_value, ports
from node_engine.models.description import Catalog, ComponentDescription
from node_engine.models.flow import FlowComponent, FlowDefinition, GoTo
from node_engine.models.ids import ComponentKey
from node_engine.models.json import JsonObject, JsonValue


@dataclass(frozen=True, slots=True)
class Reference:
    """`component_key` names `target` at `path` ("next", "outputs.true", "error", "config.next", "config.merge[2]")."""

    component_key: ComponentKey
    path: str
    target: ComponentKey


def references(flow: FlowDefinition, catalog: Catalog) -> list[Reference]:
    """Every reference in list order; "exit" and templates are none. Targets need not exist."""
    return [
        Reference(ComponentKey(component.key), path, target)
        for component in flow.flow
        for path, target in references_of(component, catalog.get(component.name))
    ]


def references_of(
    component: FlowComponent, description: ComponentDescription | None
) -> Iterator[tuple[str, ComponentKey]]:
    """The paths and targets of one component."""
    for port in ports(component, description):
        if port.target is not None and port.target != "exit":
            yield port.path, port.target
    yield from keys_in_config(component, description)


def keys_in_config(
    component: FlowComponent, description: ComponentDescription | None
) -> Iterator[tuple[str, ComponentKey]]:
    """The references that are no connections: the component's `key_fields`."""
    for field in () if description is None else description.key_fields:
        value = config_value(component, description, field)
        for path, target in _keys_in(value, f"config.{field}"):
            yield path, ComponentKey(target)


def rename(flow: FlowDefinition, catalog: Catalog, old: str, new: str) -> FlowDefinition:
    """The flow with component `old` called `new` and every reference following; unchanged components are shared.

    Nested flows have keys of their own and stay as they are.
    """
    return flow.model_copy(update={"flow": [renamed(item, catalog.get(item.name), old, new) for item in flow.flow]})


def renamed(component: FlowComponent, description: ComponentDescription | None, old: str, new: str) -> FlowComponent:
    """This component after `old` became `new`: the same object when it neither is nor names `old`."""
    for path, target in references_of(component, description):
        if target == old:
            component = with_target(component, path, ComponentKey(new))
    return component.model_copy(update={"key": new}) if component.key == old else component


def with_target(component: FlowComponent, path: str, target: ComponentKey | None) -> FlowComponent:
    """A copy of the component whose connection at a port's or reference's `path` leads to `target` (None: cut)."""
    if path == NEXT:
        return component.model_copy(update={"next": target})
    if path == ERROR:
        return component.model_copy(update={"on_error": None if target is None else GoTo(go_to=target)})
    place, _, rest = path.partition(".")
    if place == "outputs":
        outputs = {name: key for name, key in (component.outputs or {}).items() if name != rest}
        if target is not None:
            outputs[rest] = target
        return component.model_copy(update={"outputs": outputs or None})
    return component.model_copy(update={"config": _with_config_target(component.config, rest, target)})


def _with_config_target(config: JsonObject, path: str, target: ComponentKey | None) -> JsonObject:
    if path.endswith("]"):
        return _with_listed_target(config, path, target)
    head, _, rest = path.partition(".")
    changed = dict(config)
    if rest:
        inner = config.get(head)
        changed[head] = _with_nested_target(inner if isinstance(inner, dict) else {}, rest, target)
    elif target is None:
        changed.pop(head, None)
    else:
        changed[head] = target
    return changed


def _with_nested_target(config: JsonObject, path: str, target: ComponentKey | None) -> JsonObject:
    """Below the first level a cut connection is null, so that the object that holds it keeps its shape."""
    head, _, rest = path.partition(".")
    inner = config.get(head)
    if rest:
        return {**config, head: _with_nested_target(inner if isinstance(inner, dict) else {}, rest, target)}
    return {**config, head: target}


def _with_listed_target(config: JsonObject, path: str, target: ComponentKey | None) -> JsonObject:
    field, _, index = path.removesuffix("]").partition("[")
    keys = config.get(field)
    if not isinstance(keys, list):
        return config
    changed = [target if place == int(index) else key for place, key in enumerate(keys)]
    return {**config, field: [key for key in changed if key is not None]}


def _keys_in(value: JsonValue, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str) and value and value != "exit" and "{{" not in value:
        yield path, value
    elif isinstance(value, list):
        for index, item in enumerate(value):
            if isinstance(item, str) and item and "{{" not in item:
                yield f"{path}[{index}]", item
