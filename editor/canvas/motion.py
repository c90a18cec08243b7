"""Moves the camera smoothly, so that one sees where it went; at once with reduced motion."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEasingCurve, QObject, QVariantAnimation

from editor.canvas.camera import Camera
from editor.canvas.geometry import Point
from editor.theme import MOTION_MS


class CameraMotion(QObject):
    """Runs one movement of a camera at a time; a new one replaces it where it is."""

    def __init__(self, camera: Camera, moved: Callable[[], None], parent: QObject) -> None:
        super().__init__(parent)
        self._camera = camera
        self._moved = moved
        self._from = self._to = (Point(0, 0), 1.0)
        self._animation = QVariantAnimation(self)
        self._animation.setDuration(MOTION_MS)
        self._animation.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._animation.setStartValue(0.0)
        self._animation.setEndValue(1.0)
        self._animation.valueChanged.connect(self._on_value_changed)

    @property
    def is_moving(self) -> bool:
        """True while a movement is under way."""
        return self._animation.state() is QVariantAnimation.State.Running

    def move_to(self, center: Point, zoom: float, *, at_once: bool) -> None:
        """Bring a scene point to the middle at a zoom."""
        self._animation.stop()
        if at_once:
            self._camera.show(center, zoom)
            self._moved()
            return
        self._from = (self._camera.center, self._camera.zoom)
        self._to = (center, zoom)
        self._animation.start()

    def finish(self) -> None:
        """Be at the end of the movement now."""
        if self.is_moving:
            self._animation.stop()
            self._camera.show(*self._to)
            self._moved()

    def stop(self) -> None:
        """Stay where the movement is now."""
        self._animation.stop()

    def _on_value_changed(self, share: float) -> None:
        (start, first), (end, last) = self._from, self._to
        zoom = first * (last / first) ** share
        drift = share if abs(last - first) < 1e-9 else (1 / first - 1 / zoom) / (1 / first - 1 / last)
        self._camera.show(Point(start.x + (end.x - start.x) * drift, start.y + (end.y - start.y) * drift), zoom)
        self._moved()
