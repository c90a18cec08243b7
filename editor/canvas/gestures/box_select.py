"""Selecting what a rectangle touches: alone, or added to the selection with Shift."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from editor.canvas.geometry import Rect, around
from editor.canvas.gestures.gesture import Gesture, Pointer
from editor.theme import color

if TYPE_CHECKING:
    from editor.canvas.canvas_view import CanvasView


class BoxSelect(Gesture):
    """The selection follows while the box is drawn."""

    cursor = Qt.CursorShape.CrossCursor
    wants_edges = True

    def __init__(self, view: CanvasView, start: Pointer) -> None:
        super().__init__(view, start)
        self._before = set(view.scene.selected)
        self._box: Rect | None = None

    def move(self, at: Pointer) -> None:
        """Select what the box touches now."""
        self._box = around((self.start.scene, at.scene))
        touched = set(self.view.scene.node_grid.within(self._box))
        is_adding = at.holds(Qt.KeyboardModifier.ShiftModifier)
        self.view.select_keys(touched | self._before if is_adding else touched)
        self.show_over(self._box.grown(2 / self.view.camera.zoom))

    def release(self, at: Pointer) -> None:
        """Keep the selection."""
        self.show_over(None)

    def cancel(self) -> None:
        """Select what was selected before."""
        self.view.select_keys(self._before)
        self.show_over(None)

    def paint(self, painter: QPainter) -> None:
        """The box, as a thin line over a soft fill."""
        if self._box is None:
            return
        pen = QPen(QColor(self.view.theme.accent), 1.0)
        pen.setCosmetic(True)
        painter.setPen(pen)
        painter.setBrush(color(self.view.theme.accent, 0.1))
        painter.drawRect(QRectF(*self._box))
