"""What every gesture is: an object from press to release, that Escape can cancel at any time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QKeyEvent, QPainter

from editor.canvas.geometry import Point, Rect

if TYPE_CHECKING:
    from editor.canvas.canvas_view import CanvasView


@dataclass(frozen=True, slots=True)
class Pointer:
    """Where the pointer is, and what is held with it."""

    position: QPointF
    """On the widget."""
    scene: Point
    screen: QPoint
    modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
    button: Qt.MouseButton = Qt.MouseButton.NoButton

    def holds(self, modifier: Qt.KeyboardModifier) -> bool:
        """Tell whether a modifier key is down."""
        return bool(self.modifiers & modifier)


class Gesture:
    """One gesture under way. The document changes in `release` only; `cancel` leaves everything as it was."""

    cursor = Qt.CursorShape.ArrowCursor
    wants_edges = False
    """True when the view moves along while the pointer is at its edge."""

    def __init__(self, view: CanvasView, start: Pointer) -> None:
        self.view = view
        self.start = start
        self._shown: Rect | None = None

    def move(self, at: Pointer) -> None:
        """The pointer went here."""

    def release(self, at: Pointer) -> None:
        """The button was released here: make it true."""

    def cancel(self) -> None:
        """Have nothing happened."""

    def key(self, event: QKeyEvent) -> bool:
        """Answer a key while the gesture is under way; True when it was meant for the gesture."""
        return False

    def paint(self, painter: QPainter) -> None:
        """Paint over the scene, in scene coordinates."""

    def show_over(self, area: Rect | None) -> None:
        """Repaint where this gesture painted before, and where it paints now."""
        for each in (self._shown, area):
            if each is not None:
                self.view.damage(each)
        self._shown = area
