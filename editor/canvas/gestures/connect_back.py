"""Drawing a wire backwards, from where wires arrive to the component that shall lead here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter

from editor.canvas.emphasis import Offer
from editor.canvas.geometry import Point, around, distance, in_spot, out_spot
from editor.canvas.gestures.connect import MAGNET
from editor.canvas.gestures.gesture import Gesture, Pointer
from editor.canvas.hits import node_at
from editor.canvas.paint_wire import draw_pending_wire
from editor.canvas.routes import curve
from node_engine.models.ids import ComponentKey

if TYPE_CHECKING:
    from editor.canvas.canvas_view import CanvasView


class ConnectBack(Gesture):
    """The wire's beginning follows the pointer and takes the nearest port of the component below."""

    cursor = Qt.CursorShape.CrossCursor
    wants_edges = True

    def __init__(self, view: CanvasView, start: Pointer, key: ComponentKey) -> None:
        super().__init__(view, start)
        self._key = key
        self._from: tuple[ComponentKey, str] | None = None
        self._begin = start.scene
        self._refused = frozenset({key})
        view.offer(Offer(self._refused))

    def move(self, at: Pointer) -> None:
        """Follow the pointer, or begin at the port it is near."""
        key = node_at(self.view.scene, at.scene, MAGNET)
        old = self._from
        self._from = None if key is None or key in self._refused else self._nearest_port(key, at.scene)
        self._begin = at.scene if self._from is None else self.view.scene.out_point(*self._from)
        if self._from != old:
            aimed = self._from[0] if self._from else None
            self.view.offer(Offer(self._refused, aimed), (old[0] if old else None, aimed))
        self.show_over(around((self._begin, self._end)).grown(60 if self._end.x > self._begin.x else 250))

    def release(self, at: Pointer) -> None:
        """Connect the port that was found."""
        found = self._from
        self.cancel()
        if found is not None:
            self.view.change(lambda: self.view.editor.connect(found[0], found[1], self._key))

    def cancel(self) -> None:
        """Leave everything as it was."""
        self.view.offer(None)
        self.show_over(None)

    def paint(self, painter: QPainter) -> None:
        """The wire so far."""
        draw_pending_wire(painter, curve(self._begin, self._end), self.view.theme, is_aimed=self._from is not None)

    @property
    def _end(self) -> Point:
        return in_spot(self.view.scene.rects[self._key])

    def _nearest_port(self, key: ComponentKey, point: Point) -> tuple[ComponentKey, str] | None:
        look, rect = self.view.scene.nodes[key], self.view.scene.rects[key]
        spots = [(distance(point, out_spot(rect, look.row_of(port.name))), port.name) for port in look.ports]
        return (key, min(spots)[1]) if spots else None
