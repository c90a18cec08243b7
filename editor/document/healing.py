"""Removing components without cutting the flow: what led to them leads to where they went on."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from editor.document.document import Document
from editor.document.draft import Draft
from node_engine.analysis.ports import NEXT
from node_engine.analysis.wires import Wire, WireKind
from node_engine.models.ids import EXIT, ComponentKey


def remove_and_heal(document: Document, draft: Draft, keys: Iterable[ComponentKey]) -> None:
    """Take the components out of the draft, and lead every wire to them on to their successor."""
    gone = dict.fromkeys(keys)
    broken = [
        wire
        for source in dict.fromkeys(source for key in gone for source in document.sources_of(key))
        if source not in gone
        for wire in document.wires_of(source)
        if wire.target in gone
    ]
    draft.remove(gone)
    for wire in broken:
        goes_on, target = _destination(document, wire.target, gone)
        if wire.path is None and (not goes_on or target == draft.following(wire.source)):
            continue
        draft.lead(wire.source, draft.port(wire.source, wire.path or wire.port), target)


def _destination(
    document: Document, key: ComponentKey, gone: Collection[ComponentKey]
) -> tuple[bool, ComponentKey | None]:
    """Whether the removed component went on to anything, and to which component that stays (None: to the end)."""
    seen: set[ComponentKey] = set()
    current = key
    while current in gone and current not in seen:
        seen.add(current)
        wire = _main_wire(document, current)
        if wire is None:
            return False, None
        current = wire.target
    if current in gone or not (current == EXIT or document.has(current)):
        return True, None
    return True, current


def _main_wire(document: Document, key: ComponentKey) -> Wire | None:
    """The wire by which a component mainly goes on: "next", else the first that leads forward in the list."""
    wires = [wire for wire in document.wires_of(key) if wire.kind is not WireKind.ERROR]
    for wire in wires:
        if wire.port == NEXT:
            return wire
    here = document.index(key)
    return next((wire for wire in wires if document.has(wire.target) and document.index(wire.target) > here), None)
