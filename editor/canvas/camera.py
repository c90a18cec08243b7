"""Where the view stands: the zoom and offset between scene and widget."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QTransform

from editor.canvas.geometry import Point, Rect
from editor.document.layout import NODE_WIDTH

MIN_ZOOM, MAX_ZOOM = 0.01, 4.0
FIT_MARGIN = 28.0
FIT_MAX_ZOOM = 1.0
"""Fitting never magnifies."""
FAR_BELOW, MID_BELOW, COMPACT_BELOW = 36.0, 80.0, 124.0
"""Node widths on the screen, in device pixels, below which less is drawn (three levels of detail and a small one)."""


@dataclass(slots=True)
class Camera:
    """widget = scene × zoom + offset. Offsets are whole pixels, so that nothing blurs at zoom 1."""

    zoom: float = 1.0
    dx: float = 0.0
    dy: float = 0.0
    width: int = 0
    height: int = 0
    ratio: float = 1.0
    """Device pixels per pixel."""

    @property
    def node_pixels(self) -> float:
        """Width of a node in device pixels; decides how much is drawn."""
        return NODE_WIDTH * self.zoom * self.ratio

    @property
    def center(self) -> Point:
        """The scene point in the middle of the widget."""
        return self.to_scene(QPointF(self.width / 2, self.height / 2))

    @property
    def view(self) -> Rect:
        """The part of the scene that is seen."""
        return self.area(QRectF(0, 0, self.width, self.height))

    def transform(self) -> QTransform:
        """From scene to widget."""
        return QTransform(self.zoom, 0, 0, self.zoom, self.dx, self.dy)

    def to_scene(self, point: QPointF) -> Point:
        """The scene point under a widget point."""
        return Point((point.x() - self.dx) / self.zoom, (point.y() - self.dy) / self.zoom)

    def to_widget(self, point: Point) -> QPointF:
        """Where a scene point is on the widget."""
        return QPointF(point.x * self.zoom + self.dx, point.y * self.zoom + self.dy)

    def area(self, box: QRectF) -> Rect:
        """The scene rectangle under a widget rectangle."""
        left, top = self.to_scene(box.topLeft())
        return Rect(left, top, box.width() / self.zoom, box.height() / self.zoom)

    def box(self, rect: Rect) -> QRectF:
        """Where a scene rectangle is on the widget."""
        corner = self.to_widget(Point(rect.x, rect.y))
        return QRectF(corner.x(), corner.y(), rect.width * self.zoom, rect.height * self.zoom)

    def pixel_of(self, rect: Rect) -> tuple[float, float]:
        """Where the corner of a scene rectangle is on the widget, on a whole device pixel."""
        ratio = self.ratio
        return (
            round((rect[0] * self.zoom + self.dx) * ratio) / ratio,
            round((rect[1] * self.zoom + self.dy) * ratio) / ratio,
        )

    def pan(self, dx: float, dy: float) -> tuple[int, int]:
        """Move the picture; answers by how many whole pixels it moved."""
        x, y = round(dx), round(dy)
        self.dx += x
        self.dy += y
        return x, y

    def zoom_at(self, anchor: QPointF, zoom: float) -> None:
        """Zoom so that the scene point under the anchor stays there."""
        fixed = self.to_scene(anchor)
        self.zoom = max(MIN_ZOOM, min(MAX_ZOOM, zoom))
        self.dx = float(round(anchor.x() - fixed.x * self.zoom))
        self.dy = float(round(anchor.y() - fixed.y * self.zoom))

    def show(self, center: Point, zoom: float) -> None:
        """Have a scene point in the middle, at a zoom."""
        self.zoom = max(MIN_ZOOM, min(MAX_ZOOM, zoom))
        self.dx = float(round(self.width / 2 - center.x * self.zoom))
        self.dy = float(round(self.height / 2 - center.y * self.zoom))

    def fitting(self, rect: Rect) -> tuple[Point, float]:
        """The middle and zoom that show a whole rectangle."""
        width, height = max(1.0, self.width - 2 * FIT_MARGIN), max(1.0, self.height - 2 * FIT_MARGIN)
        zoom = min(width / max(1.0, rect.width), height / max(1.0, rect.height), FIT_MAX_ZOOM)
        return Point(rect.x + rect.width / 2, rect.y + rect.height / 2), zoom
