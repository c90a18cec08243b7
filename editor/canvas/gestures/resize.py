"""Changing the size of a frame or sticky note by its edge: snapped to the grid; Alt sizes freely."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from editor.canvas.geometry import Rect
from editor.canvas.gestures.gesture import Gesture, Pointer
from editor.canvas.guides import snapped
from editor.canvas.hits import Edge
from editor.document.layout import Frame, Note
from editor.theme import GRID

if TYPE_CHECKING:
    from editor.canvas.canvas_view import CanvasView

LEAST_FRAME = (6.0 * GRID, 3.0 * GRID)
LEAST_NOTE = (4.0 * GRID, 2.0 * GRID)
_PAINTED = 4.0


class Resize(Gesture):
    """The frame or note is drawn as it will be; the document hears of it at release, as one step."""

    wants_edges = True

    def __init__(self, view: CanvasView, start: Pointer, id_: str, box: Frame | Note, edge: Edge) -> None:
        super().__init__(view, start)
        self._id = id_
        self._before = box
        self._edge = edge
        self._now = box
        self.cursor = view.cursor().shape()

    def move(self, at: Pointer) -> None:
        """Have the edge follow the pointer."""
        is_free = at.holds(Qt.KeyboardModifier.AltModifier)
        dx, dy = at.scene.x - self.start.scene.x, at.scene.y - self.start.scene.y
        before, least = self._before, LEAST_FRAME if isinstance(self._before, Frame) else LEAST_NOTE
        x, width = _stretched(before.x, before.width, self._edge.across, dx, least[0], is_free=is_free)
        y, height = _stretched(before.y, before.height, self._edge.down, dy, least[1], is_free=is_free)
        self._now = replace(before, x=x, y=y, width=width, height=height)
        self.view.emphasis.reshaped = (self._id, self._now)
        self.show_over(_rect(self._now).grown(_PAINTED))

    def release(self, at: Pointer) -> None:
        """Tell the document, once."""
        now, editor = self._now, self.view.editor
        self.cancel()
        if now == self._before:
            return
        if isinstance(now, Frame):
            self.view.change(lambda: editor.set_frame(self._id, now))
        else:
            self.view.change(lambda: editor.set_note(self._id, now))

    def cancel(self) -> None:
        """Draw it as it was."""
        self.view.emphasis.reshaped = None
        self.view.damage(_rect(self._before).grown(_PAINTED))
        self.show_over(None)


def _stretched(
    start: float, length: float, side: int, by: float, least: float, *, is_free: bool
) -> tuple[float, float]:
    """Where something begins and how long it is when one of its ends moves; the other end stays."""
    if side == 0:
        return start, length
    moved = start + by if side < 0 else start + length + by
    end = moved if is_free else snapped(moved)
    if side > 0:
        return start, max(least, end - start)
    begin = min(end, start + length - least)
    return begin, start + length - begin


def _rect(box: Frame | Note) -> Rect:
    return Rect(box.x, box.y, box.width, box.height)
