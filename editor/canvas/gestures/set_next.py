"""Dragging the arrow of a paused run to the component that shall run next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QLineF, QPointF, Qt
from PySide6.QtGui import QPainter, QPen

from editor.canvas.emphasis import Offer
from editor.canvas.geometry import Point, around, gutter_spot
from editor.canvas.gestures.connect import MAGNET
from editor.canvas.gestures.gesture import Gesture, Pointer
from editor.canvas.hits import node_at
from editor.canvas.paint_marks import draw_arrow
from editor.theme import color
from node_engine.models.ids import ComponentKey

if TYPE_CHECKING:
    from editor.canvas.canvas_view import CanvasView

_PAINTED = 24.0
_REACH = 30.0
"""The gutter before a component counts as the component."""


class SetNext(Gesture):
    """Every component of the flow lights up; the arrow snaps to the one below. The document is not touched."""

    cursor = Qt.CursorShape.ClosedHandCursor
    wants_edges = True

    def __init__(self, view: CanvasView, start: Pointer, key: ComponentKey, begin: Point) -> None:
        super().__init__(view, start)
        self._begin = begin
        self._end = start.scene
        self._refused = frozenset() if view.scene.marks.stands_after(key) else frozenset({key})
        self.aimed: ComponentKey | None = None
        view.offer(Offer(self._refused, is_next=True))

    def move(self, at: Pointer) -> None:
        """Follow the pointer, or stand before the component it is over."""
        scene = self.view.scene
        key = node_at(scene, at.scene, MAGNET) or node_at(scene, Point(at.scene.x + _REACH, at.scene.y))
        old, self.aimed = self.aimed, None if key in self._refused else key
        self._end = at.scene if self.aimed is None else gutter_spot(scene.rects[self.aimed])
        if self.aimed != old:
            self.view.offer(Offer(self._refused, self.aimed, is_next=True), (old, self.aimed))
        self.show_over(around((self._begin, self._end)).grown(_PAINTED))

    def release(self, at: Pointer) -> None:
        """Ask for the run to go on at the component below."""
        aimed = self.aimed
        self.cancel()
        if aimed is not None:
            self.view.set_next_wanted.emit(aimed)

    def cancel(self) -> None:
        """The run stands where it stood."""
        self.view.offer(None)
        self.show_over(None)

    def paint(self, painter: QPainter) -> None:
        """The arrow, and a thin line to where it came from."""
        theme = self.view.theme
        pen = QPen(color(theme.paused, 0.7), 1.5)
        pen.setDashPattern([3.0, 3.0])
        painter.setPen(pen)
        painter.drawLine(QLineF(QPointF(*self._begin), QPointF(*self._end)))
        draw_arrow(painter, theme, self._end, alpha=1.0 if self.aimed is not None else 0.8)
