"""Moving components: snapped to the grid and to neighbours' edges, with guides; Alt moves freely."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from editor.canvas.geometry import Rect, united
from editor.canvas.gestures.gesture import Gesture, Pointer
from editor.canvas.gestures.insert import drop_wire, insert_on_wire
from editor.canvas.guides import Guide, settle
from editor.canvas.looks import WireId
from editor.document.layout import Frame, Note
from editor.theme import color
from node_engine.models.ids import ComponentKey

if TYPE_CHECKING:
    from editor.canvas.canvas_view import CanvasView

FOLLOWING_MOST = 150
"""More components than this follow as outlines and move when released."""
_GUIDE_OVERHANG = 12.0


class Move(Gesture):
    """Components, frames and notes follow the pointer; the document hears of it at release, as one step."""

    cursor = Qt.CursorShape.ArrowCursor
    wants_edges = True

    def __init__(
        self,
        view: CanvasView,
        start: Pointer,
        keys: Iterable[ComponentKey],
        frames: Iterable[str] = (),
        notes: Iterable[str] = (),
    ) -> None:
        super().__init__(view, start)
        layout = view.document.layout
        self._before: dict[ComponentKey, Rect] = {key: view.scene.rects[key] for key in keys}
        self._frames = {id_: layout.frames[id_] for id_ in frames}
        self._notes = {id_: layout.notes[id_] for id_ in notes}
        self._is_live = len(self._before) <= FOLLOWING_MOST and not self._frames and not self._notes
        boxes = [Rect(each.x, each.y, each.width, each.height) for each in self._boxes()]
        self._outlines = [*boxes, *([] if self._is_live else self._before.values())]
        self._whole = united([*self._before.values(), *boxes]) or Rect(0, 0, 0, 0)
        self._shift = (0.0, 0.0)
        self._guides: tuple[Guide, ...] = ()

    def move(self, at: Pointer) -> None:
        """Have everything follow, settled on grid or neighbours."""
        dx, dy = at.scene.x - self.start.scene.x, at.scene.y - self.start.scene.y
        self._guides = ()
        if not at.holds(Qt.KeyboardModifier.AltModifier):
            settled = settle(self._anchor(), dx, dy, self._neighbours(dx, dy), self.view.camera.zoom)
            dx, dy, self._guides = settled.dx, settled.dy, settled.guides
        self._shift = (dx, dy)
        if self._is_live:
            for key, rect in self._before.items():
                self.view.scene.place(key, rect.x + dx, rect.y + dy)
        self.view.open_wire(self._wire_below())
        self.show_over(self._painted())

    def release(self, at: Pointer) -> None:
        """Tell the document, once."""
        wire = self._wire_below()
        self._end()
        places = {key: (rect.x + self._shift[0], rect.y + self._shift[1]) for key, rect in self._before.items()}
        if wire is not None and len(places) == 1:
            key = next(iter(places))
            self.view.change(lambda: insert_on_wire(self.view, key, places[key], wire))
            return
        frames = {id_: (each.x + self._shift[0], each.y + self._shift[1]) for id_, each in self._frames.items()}
        notes = {id_: (each.x + self._shift[0], each.y + self._shift[1]) for id_, each in self._notes.items()}
        self.view.change(lambda: self.view.editor.move(places, frames=frames, notes=notes))

    def cancel(self) -> None:
        """Put everything back."""
        self._end()
        if self._is_live:
            for key, rect in self._before.items():
                if key in self.view.scene.rects:
                    self.view.scene.place(key, rect.x, rect.y)

    def paint(self, painter: QPainter) -> None:
        """Guides, and outlines of what does not follow by itself."""
        theme = self.view.theme
        pen = QPen(QColor(theme.accent), 1.0)
        pen.setCosmetic(True)
        painter.setPen(pen)
        if self._outlines and self._shift != (0.0, 0.0):
            painter.setBrush(color(theme.accent, 0.12))
            painter.drawRects([QRectF(*rect.moved(*self._shift)) for rect in self._outlines])
        for guide in self._guides:
            start, end = guide.start - _GUIDE_OVERHANG, guide.end + _GUIDE_OVERHANG
            if guide.is_vertical:
                painter.drawLine(QLineF(guide.position, start, guide.position, end))
            else:
                painter.drawLine(QLineF(start, guide.position, end, guide.position))

    def _end(self) -> None:
        self.view.open_wire(None)
        self._guides = ()
        self.show_over(None)

    def _boxes(self) -> list[Frame | Note]:
        return [*self._frames.values(), *self._notes.values()]

    def _anchor(self) -> Rect:
        return next(iter(self._before.values())) if len(self._before) == 1 else self._whole

    def _neighbours(self, dx: float, dy: float) -> list[Rect]:
        scene = self.view.scene
        near = self._anchor().moved(dx, dy).grown(400)
        return [scene.rects[key] for key in scene.near_grid.within(near) if key not in self._before]

    def _wire_below(self) -> WireId | None:
        if len(self._before) != 1 or self._frames or self._notes:
            return None
        return drop_wire(self.view, next(iter(self._before)))

    def _painted(self) -> Rect | None:
        areas = [self._whole.moved(*self._shift)] if self._outlines else []
        for guide in self._guides:
            length = guide.end - guide.start
            if guide.is_vertical:
                areas.append(Rect(guide.position, guide.start, 0, length))
            else:
                areas.append(Rect(guide.start, guide.position, length, 0))
        painted = united(areas)
        return None if painted is None else painted.grown(_GUIDE_OVERHANG + 4)
