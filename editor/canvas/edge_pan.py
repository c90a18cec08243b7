"""The view moves along while a drag is held at its edge."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer

from editor.canvas.gestures.gesture import Pointer

if TYPE_CHECKING:
    from editor.canvas.canvas_view import CanvasView

EDGE = 28.0
"""How near to the edge, in pixels, the view begins to move."""
FASTEST = 18.0
"""Pixels a frame, at and beyond the edge itself."""
_FRAME_MS = 16


class EdgePan:
    """Pans once a frame while the pointer is at an edge, and tells where the pointer is then."""

    def __init__(self, view: CanvasView, panned: Callable[[Pointer], None]) -> None:
        self._view = view
        self._panned = panned
        self._at: Pointer | None = None
        self._timer = QTimer(view)
        self._timer.setInterval(_FRAME_MS)
        self._timer.timeout.connect(self._on_timeout)

    def follow(self, at: Pointer) -> None:
        """The pointer went here: start or stop."""
        self._at = at
        if self._speed(at) == (0.0, 0.0):
            self._timer.stop()
        elif not self._timer.isActive():
            self._timer.start()

    def stop(self) -> None:
        """The drag is over."""
        self._timer.stop()

    def _on_timeout(self) -> None:
        if self._at is None:
            return
        dx, dy = self._speed(self._at)
        self._view.pan(dx, dy)
        self._panned(replace(self._at, scene=self._view.camera.to_scene(self._at.position)))

    def _speed(self, at: Pointer) -> tuple[float, float]:
        view, position = self._view, at.position
        return _push(position.x(), view.width()), _push(position.y(), view.height())


def _push(position: float, length: int) -> float:
    """How fast to move the picture: faster the further into the edge."""
    if position < EDGE:
        return min(1.0, (EDGE - position) / EDGE) * FASTEST
    if position > length - EDGE:
        return -min(1.0, (position - length + EDGE) / EDGE) * FASTEST
    return 0.0
