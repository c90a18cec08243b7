"""Which components control can reach, and which loops it can never leave."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from node_engine.analysis.ports import ports
from node_engine.analysis.wires import Wire, wires_of_ports
from node_engine.models.description import BUILT_IN, Catalog, ComponentDescription
from node_engine.models.flow import FlowComponent, FlowDefinition
from node_engine.models.ids import ComponentKey


@dataclass(frozen=True, slots=True)
class Ways:
    """The ways out of one component: `wires`, `ends` (some port ends the flow) and `is_free` (it may go anywhere)."""

    wires: tuple[Wire, ...]
    ends: bool
    is_free: bool


def ways(flow: FlowDefinition, catalog: Catalog) -> dict[ComponentKey, Ways]:
    """The ways out of every component; the first of two with one key counts."""
    found: dict[ComponentKey, Ways] = {}
    for index, component in enumerate(flow.flow):
        following = ComponentKey(flow.flow[index + 1].key) if index + 1 < len(flow.flow) else None
        found.setdefault(ComponentKey(component.key), _ways_of(component, catalog.get(component.name), following))
    return found


def unreachable(flow: FlowDefinition, catalog: Catalog, found: Mapping[ComponentKey, Ways]) -> list[ComponentKey]:
    """Keys that no way leads to, in list order. Empty as soon as a reachable component may go anywhere."""
    if not flow.flow:
        return []
    reached = reachable(flow, catalog, found, ComponentKey(flow.flow[0].key))
    return [key for key in found if key not in reached]


def reachable(
    flow: FlowDefinition, catalog: Catalog, found: Mapping[ComponentKey, Ways], start: ComponentKey
) -> set[ComponentKey]:
    """Keys that control may come to from `start`, itself included; all keys when a component there may go anywhere."""
    own = _keys_named_by_own_components(flow, catalog)
    reached, waiting = {start}, [start]
    while waiting:
        key = waiting.pop()
        if found[key].is_free:
            return set(found)
        for target in (*(wire.target for wire in found[key].wires), *own.get(key, ())):
            if target in found and target not in reached:
                reached.add(target)
                waiting.append(target)
    return reached


def endless_loops(
    flow: FlowDefinition, catalog: Catalog, found: Mapping[ComponentKey, Ways]
) -> list[list[ComponentKey]]:
    """Loops that nothing leaves: no port leads out or ends the flow, no component in them declares a limit.

    Loops with a component of the user's own are never named, because it may choose another next by itself.
    """
    trapped = set(found) - _can_end(flow, catalog, found)
    loops: list[list[ComponentKey]] = []
    walked: set[ComponentKey] = set()
    for start in found:
        path: dict[ComponentKey, int] = {}
        key = start
        while key in trapped and key not in walked:
            walked.add(key)
            path[key] = len(path)
            key = found[key].wires[0].target
        if key in path:
            loops.append(list(path)[path[key] :])
    return loops


def _can_end(flow: FlowDefinition, catalog: Catalog, found: Mapping[ComponentKey, Ways]) -> set[ComponentKey]:
    """Components from which some way ends the flow, or leads to a component that may."""
    comes_from: dict[ComponentKey, list[ComponentKey]] = {}
    for key, leaving in found.items():
        for wire in leaving.wires:
            comes_from.setdefault(wire.target, []).append(key)
    waiting = [key for key in comes_from if key not in found]
    waiting.extend(key for key, leaving in found.items() if leaving.ends or leaving.is_free or not leaving.wires)
    waiting.extend(ComponentKey(item.key) for item in flow.flow if _may_end_by_itself(item, catalog.get(item.name)))
    reached = set(waiting)
    while waiting:
        for source in comes_from.get(waiting.pop(), ()):
            if source not in reached:
                reached.add(source)
                waiting.append(source)
    return reached


def _ways_of(
    component: FlowComponent, description: ComponentDescription | None, following: ComponentKey | None
) -> Ways:
    its_ports = ports(component, description)
    leaving = tuple(wires_of_ports(component, its_ports, following))
    if component.enabled is False:
        passed_on = component.next or following
        return Ways(tuple(wire for wire in leaving if wire.target == passed_on), ends=passed_on is None, is_free=False)
    connected = {wire.port for wire in leaving}
    ends = any((port.name not in connected and port.unset != "error") or port.target == "exit" for port in its_ports)
    is_free = description is not None and any(port.is_dynamic for port in its_ports)
    return Ways(leaving, ends or (description is not None and not description.outputs), is_free)


def _may_end_by_itself(component: FlowComponent, description: ComponentDescription | None) -> bool:
    return description is None or description.source != BUILT_IN or _has_limit(component, description)


def _has_limit(component: FlowComponent, description: ComponentDescription) -> bool:
    """True when a config field marked `limits_loop` in the schema has a value."""
    properties = description.config_schema.get("properties")
    if not isinstance(properties, dict):
        return False
    return any(
        isinstance(schema, dict) and schema.get("limits_loop") and component.config.get(name)
        for name, schema in properties.items()
    )


def _keys_named_by_own_components(flow: FlowDefinition, catalog: Catalog) -> dict[ComponentKey, list[ComponentKey]]:
    """Own components may continue at any key they know: every config text that is a key counts as a way."""
    keys = {component.key for component in flow.flow}
    named: dict[ComponentKey, list[ComponentKey]] = {}
    for component in flow.flow:
        description = catalog.get(component.name)
        if description is not None and (description.source != BUILT_IN or description.key_fields):
            named[ComponentKey(component.key)] = [
                ComponentKey(text) for text in _texts(component.config) if text in keys
            ]
    return named


def _texts(value: object) -> Iterator[str]:
    waiting = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, str):
            yield item
        elif isinstance(item, dict):
            waiting.extend(item.values())
        elif isinstance(item, list):
            waiting.extend(item)
