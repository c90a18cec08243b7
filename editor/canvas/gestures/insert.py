"""Putting a component onto a wire: it runs between the two that the wire connected."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from editor.canvas.geometry import Rect
from editor.canvas.looks import WireId
from editor.canvas.routes import sample
from node_engine.analysis.wires import WireKind
from node_engine.models.ids import ComponentKey

if TYPE_CHECKING:
    from editor.canvas.canvas_view import CanvasView

_CORE_X, _CORE_Y = 50.0, 12.0
"""A wire counts as under a component when it runs through its core, this far inside its edges."""


def drop_wire(view: CanvasView, key: ComponentKey) -> WireId | None:
    """The wire that a component would be put on where it is now: one it has no part in, and only if it is free."""
    scene = view.scene
    if any(scene.wires[id_].kind is not WireKind.ORDER for id_ in scene.wires_at(key)):
        return None
    return wire_through(view, scene.rects[key], set(scene.wires_at(key)))


def wire_through(view: CanvasView, rect: Rect, but: set[WireId]) -> WireId | None:
    """A wire that runs through the core of a rectangle."""
    core = Rect(rect.x + _CORE_X, rect.y + _CORE_Y, rect.width - 2 * _CORE_X, rect.height - 2 * _CORE_Y)
    for id_ in view.scene.wire_grid.within(core):
        if id_ not in but and _runs_through(view, id_, core):
            return id_
    return None


def insert_on_wire(view: CanvasView, key: ComponentKey, place: tuple[float, float], wire: WireId) -> None:
    """Move a component onto a wire and connect it there, as one undo step."""
    stack = view.document.undo_stack
    stack.beginMacro(QCoreApplication.translate("Insert", "insert {0}").format(key))
    try:
        view.editor.move({key: place})
        view.editor.connect(wire.source, wire.port, key)
        port = next(iter(view.document.ports(key)), None)
        if port is not None and port.target is None:
            view.editor.connect(key, port.name, wire.target)
    finally:
        stack.endMacro()


def _runs_through(view: CanvasView, id_: WireId, core: Rect) -> bool:
    points = sample(view.scene.routes[id_])
    if any(core.holds(point) for point in points):
        return True
    return any(
        Rect(min(a.x, b.x), min(a.y, b.y), abs(a.x - b.x) + 0.01, abs(a.y - b.y) + 0.01).meets(core)
        for a, b in pairwise(points)
        if a.x == b.x or a.y == b.y
    )
