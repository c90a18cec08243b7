"""Moving the view with the middle button, or with space held."""

from __future__ import annotations

from PySide6.QtCore import Qt

from editor.canvas.gestures.gesture import Gesture, Pointer


class Pan(Gesture):
    """The scene follows the pointer."""

    cursor = Qt.CursorShape.ClosedHandCursor

    def move(self, at: Pointer) -> None:
        """Follow the pointer from where it was last."""
        self.view.pan(at.position.x() - self.start.position.x(), at.position.y() - self.start.position.y())
        self.start = at
