"""Cutting wires by drawing a line across them with Ctrl held."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from editor.canvas.geometry import around, distance
from editor.canvas.gestures.gesture import Gesture, Pointer
from editor.canvas.looks import WireId
from editor.canvas.routes import crosses

if TYPE_CHECKING:
    from editor.canvas.canvas_view import CanvasView

_STEP = 4.0


class Cut(Gesture):
    """The wires that the line crosses turn red; they are disconnected at release, as one step."""

    cursor = Qt.CursorShape.CrossCursor

    def __init__(self, view: CanvasView, start: Pointer) -> None:
        super().__init__(view, start)
        self._line = [start.scene]
        self._found: dict[WireId, None] = {}

    def move(self, at: Pointer) -> None:
        """Lengthen the line."""
        last = self._line[-1]
        if distance(last, at.scene) * self.view.camera.zoom < _STEP:
            return
        self._line.append(at.scene)
        area = around((last, at.scene)).grown(1)
        scene = self.view.scene
        crossed = [id_ for id_ in scene.wire_grid.within(area) if crosses(scene.routes[id_], last, at.scene)]
        self._found.update(dict.fromkeys(crossed))
        self.view.mark_cut(frozenset(self._found))
        self.show_over(around(self._line).grown(6 / self.view.camera.zoom))

    def release(self, at: Pointer) -> None:
        """Disconnect what was crossed."""
        self.move(at)
        found = list(self._found)
        self.cancel()
        self.view.disconnect_wires(found)

    def cancel(self) -> None:
        """Leave the wires."""
        self.view.mark_cut(frozenset())
        self.show_over(None)

    def paint(self, painter: QPainter) -> None:
        """The line, dashed."""
        pen = QPen(QColor(self.view.theme.failed), 1.5, Qt.PenStyle.DashLine)
        pen.setCosmetic(True)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolyline(QPolygonF([QPointF(*point) for point in self._line]))
