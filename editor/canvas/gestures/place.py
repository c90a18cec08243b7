"""Placing a component that is dragged in from the palette; on a wire it is put between the two."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QPainter

from editor.canvas.geometry import OUTSIDE, Rect, node_rect
from editor.canvas.gestures.gesture import Gesture, Pointer
from editor.canvas.gestures.insert import wire_through
from editor.canvas.guides import snapped
from editor.canvas.looks import WireId, node_look
from editor.canvas.paint_node import draw_node
from editor.document.layout import NODE_HEIGHT, NODE_WIDTH
from node_engine.analysis.ports import ports
from node_engine.models.flow import FlowComponent
from node_engine.models.ids import ComponentKey

if TYPE_CHECKING:
    from editor.canvas.canvas_view import CanvasView

_FAINT = 0.7


class Place(Gesture):
    """A pale component follows the pointer; the drop makes it real."""

    def __init__(self, view: CanvasView, start: Pointer, name: str) -> None:
        super().__init__(view, start)
        self._name = name
        description = view.document.catalog.get(name)
        component = FlowComponent(key=description.label if description else name, name=name)
        self._look = node_look(component, description, ports(component, description))
        self._rect = self._below(start)
        self._wire: WireId | None = None

    def move(self, at: Pointer) -> None:
        """Follow the pointer along the grid."""
        self._rect = self._below(at)
        self._wire = wire_through(self.view, self._rect, set())
        self.view.open_wire(self._wire)
        self.show_over(self._rect.grown(OUTSIDE))

    def release(self, at: Pointer) -> None:
        """Add the component here."""
        self.move(at)
        wire = self.view.find_wire(self._wire) if self._wire is not None else None
        rect = self._rect
        self.cancel()
        added: list[ComponentKey] = []
        self.view.change(
            lambda: added.append(self.view.editor.add(self._name, rect.x, rect.y, on_wire=wire)),
        )
        self.view.select(added)
        self.view.setFocus()

    def cancel(self) -> None:
        """Add nothing."""
        self.view.open_wire(None)
        self.show_over(None)

    def paint(self, painter: QPainter) -> None:
        """The pale component."""
        painter.save()
        painter.translate(self._rect.x, self._rect.y)
        painter.setOpacity(_FAINT)
        draw_node(painter, self._look, self.view.theme)
        painter.restore()

    def _below(self, at: Pointer) -> Rect:
        x, y = at.scene.x - NODE_WIDTH / 2, at.scene.y - NODE_HEIGHT / 2
        return node_rect(snapped(x), snapped(y), self._look.height)
