"""What would happen again: components with effects outside of the flow that control can reach from a component."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from node_engine.analysis.nested import nested_flows
from node_engine.analysis.reach import reachable, ways
from node_engine.errors import UnknownKeyError
from node_engine.models.description import Catalog, Touch
from node_engine.models.flow import FlowComponent, FlowDefinition
from node_engine.models.ids import ComponentKey, ComponentName


@dataclass(frozen=True, slots=True)
class Effect:
    """A component that reaches beyond the flow and does not call itself repeatable."""

    component_key: ComponentKey
    name: ComponentName
    touches: frozenset[Touch]
    """What it reaches; for a component with flows written into its config, what they reach too."""


def effects_from(flow: FlowDefinition, key: str, catalog: Catalog) -> list[Effect]:
    """The effects that a run beginning at `key` may have, in list order. Raises UnknownKeyError."""
    found = ways(flow, catalog)
    start = ComponentKey(key)
    if start not in found:
        raise UnknownKeyError(key, flow_key=flow.key)
    reached = reachable(flow, catalog, found, start)
    effects = []
    for component in flow.flow:
        touches = frozenset(_touches(component, catalog)) if component.key in reached else frozenset()
        if touches:
            effects.append(Effect(ComponentKey(component.key), ComponentName(component.name), touches))
    return effects


def _touches(component: FlowComponent, catalog: Catalog) -> Iterator[Touch]:
    """What a component reaches in a way that matters when it is done twice, with the flows inside of it."""
    description = catalog.get(component.name)
    if description is None or component.enabled is False:
        return
    if not description.repeatable:
        yield from description.touches
    for nested in nested_flows(component, description):
        for inside in nested.flow.flow if nested.flow is not None else ():
            yield from _touches(inside, catalog)
