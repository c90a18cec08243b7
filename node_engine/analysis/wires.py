"""Every wire of a flow: anything that can send control from one component to another. The only source of wires."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from node_engine.analysis.ports import ERROR, NEXT, Port, ports
from node_engine.models.description import Catalog, ComponentDescription, Output
from node_engine.models.flow import FlowComponent, FlowDefinition
from node_engine.models.ids import ComponentKey


class WireKind(StrEnum):
    """Where a wire comes from; the canvas draws each kind in its own way."""

    ORDER = "order"
    """List order: nothing is connected, so the following component runs."""
    NEXT = "next"
    OUTPUT = "output"
    CONFIG = "config"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Wire:
    """One wire. `target` may be "exit", or a key that the flow does not hold; `path` is None for list order."""

    source: ComponentKey
    port: str
    target: ComponentKey
    kind: WireKind
    label: str
    path: str | None


def wires(flow: FlowDefinition, catalog: Catalog) -> tuple[Wire, ...]:
    """All wires, in list order of their sources. Wires to missing keys are included; duplicates of a key too."""
    found: list[Wire] = []
    components = flow.flow
    last = len(components) - 1
    for index, component in enumerate(components):
        following = ComponentKey(components[index + 1].key) if index < last else None
        description = catalog.get(component.name)
        if _is_plain(component, description):
            if following is not None:
                found.append(Wire(ComponentKey(component.key), NEXT, following, WireKind.ORDER, "", None))
        else:
            found.extend(wires_from(component, description, following))
    return tuple(found)


def wires_from(
    component: FlowComponent, description: ComponentDescription | None, following: ComponentKey | None
) -> Iterator[Wire]:
    """The wires of one component, given the key of the component that follows it in the list."""
    return wires_of_ports(component, ports(component, description), following)


def wires_of_ports(
    component: FlowComponent, its_ports: tuple[Port, ...], following: ComponentKey | None
) -> Iterator[Wire]:
    """As `wires_from`, for a component whose ports are known already."""
    seen_order = False
    for port in its_ports:
        wire = _wire_of(ComponentKey(component.key), port, following)
        if wire is not None:
            seen_order = seen_order or wire.target == following
            yield wire
    if following is None or seen_order:
        return
    if component.enabled is False and component.next is None:
        yield Wire(ComponentKey(component.key), NEXT, following, WireKind.ORDER, "", None)
    elif component.on_error == "continue":
        yield Wire(ComponentKey(component.key), ERROR, following, WireKind.ERROR, "on error", None)


_PLAIN_OUTPUTS = (Output(NEXT),)


def _is_plain(component: FlowComponent, description: ComponentDescription | None) -> bool:
    """True when the only way out is list order: nine of ten components of a long flow."""
    return (
        (description is None or description.outputs is _PLAIN_OUTPUTS or description.outputs == _PLAIN_OUTPUTS)
        and component.next is None
        and not component.outputs
        and (component.on_error is None or isinstance(component.on_error, str))
    )


def _wire_of(source: ComponentKey, port: Port, following: ComponentKey | None) -> Wire | None:
    if port.target is not None:
        return Wire(source, port.name, port.target, _kind(port), port.label, port.path)
    if port.unset == "following" and following is not None and not port.is_dynamic:
        return Wire(source, port.name, following, WireKind.ORDER, port.label, None)
    return None


def _kind(port: Port) -> WireKind:
    if port.path == ERROR:
        return WireKind.ERROR
    if port.path == NEXT:
        return WireKind.NEXT
    return WireKind.CONFIG if port.path.startswith("config.") else WireKind.OUTPUT
