"""Where a new component goes in the list, and which wires that needs, so that nothing else becomes another flow."""

from __future__ import annotations

from editor.document.draft import Draft
from editor.document.layout import Place
from node_engine.analysis.ports import NEXT, Port
from node_engine.models.flow import FlowComponent
from node_engine.models.ids import EXIT, ComponentKey


def append(draft: Draft, component: FlowComponent, place: Place) -> ComponentKey:
    """Put it at the end of the list: what went on to the end now goes on to it."""
    return draft.insert(len(draft.order()), component, place)


def add_at_port(draft: Draft, component: FlowComponent, place: Place, source: ComponentKey, port: Port) -> ComponentKey:
    """Have `source` lead to the new component through this port, and the new one to where the port led before."""
    led_to = _target(draft, source, port)
    if port.path == NEXT:
        key = _insert_after(draft, component, place, source, port)
    else:
        key = _append_aside(draft, component, place)
    draft.lead(source, port, key)
    first = next(iter(draft.ports(key)), None)
    ends_anyway = led_to == EXIT and draft.following(key) is None
    if led_to is not None and first is not None and not ends_anyway:
        draft.lead(key, first, led_to)
    return key


def add_after(draft: Draft, component: FlowComponent, place: Place, source: ComponentKey) -> ComponentKey:
    """Have the new component run after `source`: at its "next" port, else at its first port that leads nowhere."""
    free = [port for port in draft.ports(source) if port.path == NEXT or port.target is None]
    free.sort(key=lambda port: port.path != NEXT)
    if free:
        return add_at_port(draft, component, place, source, free[0])
    return draft.insert(draft.index(source) + 1, component, place)


def _target(draft: Draft, source: ComponentKey, port: Port) -> ComponentKey | None:
    targets = (wire.target for wire in draft.wires_of(source) if wire.port == port.name)
    return next(targets, None) if port.target is None else port.target


def _insert_after(
    draft: Draft, component: FlowComponent, place: Place, source: ComponentKey, port: Port
) -> ComponentKey:
    """Put it after `source`; other ports of `source` that went on by list order still lead to the same component."""
    others = [each for each in draft.order_ports(source) if each.path != port.path]
    following = draft.following(source)
    key = draft.insert(draft.index(source) + 1, component, place)
    for other in others:
        draft.lead(source, other, following)
    return key


def _append_aside(draft: Draft, component: FlowComponent, place: Place) -> ComponentKey:
    """Put it at the end of the list without the component before it going on to it."""
    last = draft.order()[-1]
    key = draft.insert(len(draft.order()), component, place)
    for port in draft.order_ports(last):
        draft.lead(last, port, None)
    return key
