"""The whole flow in the corner of the canvas, coloured by state; a press brings that part into view."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QWidget

from editor.canvas.geometry import Point, Rect
from editor.theme import RADIUS, color

if TYPE_CHECKING:
    from editor.canvas.surface import Surface

WIDTH, HEIGHT = 168, 92
INSET = 14
PADDING = 7.0
_REFRESH_MS = 120
_LEAST_NODES = 2


class Minimap(QWidget):
    """Shown while a part of the flow is out of view, unless the user switched it off."""

    def __init__(self, surface: Surface) -> None:
        super().__init__(surface)
        self._surface = surface
        self._is_wanted = True
        self._picture: QPixmap | None = None
        self._world = Rect(0, 0, 1, 1)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_REFRESH_MS)
        self._timer.timeout.connect(self.refresh)
        self.setFixedSize(QSize(WIDTH, HEIGHT))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(self.tr("Map of the flow"))
        self.hide()

    @property
    def is_wanted(self) -> bool:
        """False when the user switched the map off."""
        return self._is_wanted

    def set_wanted(self, is_wanted: bool) -> None:
        """Show the map when it helps, or never."""
        self._is_wanted = is_wanted
        self.follow()

    def settle(self) -> None:
        """Take the place in the lower left corner."""
        self.move(INSET, self._surface.height() - HEIGHT - INSET)
        if self._picture is None:
            self.refresh()
        self.follow()

    def refresh_soon(self) -> None:
        """Draw the flow anew a little later, however often this is asked."""
        if not self._timer.isActive():
            self._timer.start()

    def refresh(self) -> None:
        """Draw the flow anew at the next paint."""
        self._timer.stop()
        self._picture = None
        self._world = self._surface.scene.bounds() or Rect(0, 0, 1, 1)
        self.follow()
        self.update()

    def follow(self) -> None:
        """The view moved: show or hide. What lies below is painted anew then, and this with it."""
        is_shown = self._is_wanted and self._helps()
        if is_shown == self.isHidden():
            self.setVisible(is_shown)

    def _helps(self) -> bool:
        surface = self._surface
        if len(surface.scene.nodes) < _LEAST_NODES or surface.width() < 3 * WIDTH or surface.height() < 3 * HEIGHT:
            return False
        world, view = self._world, surface.camera.view
        return world.x < view.x or world.y < view.y or world.right > view.right or world.bottom > view.bottom

    def _scale(self) -> tuple[float, float, float]:
        """Scale and offset from the scene to this widget."""
        world = self._world
        scale = min((WIDTH - 2 * PADDING) / max(1.0, world.width), (HEIGHT - 2 * PADDING) / max(1.0, world.height))
        dx = WIDTH / 2 - (world.x + world.width / 2) * scale
        dy = HEIGHT / 2 - (world.y + world.height / 2) * scale
        return scale, dx, dy

    def _paint_flow(self) -> QPixmap:
        ratio = self.devicePixelRatioF()
        picture = QPixmap(round(WIDTH * ratio), round(HEIGHT * ratio))
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        scale, dx, dy = self._scale()
        painter.translate(dx, dy)
        painter.scale(scale, scale)
        self._surface.renderer.paint_map(painter)
        painter.end()
        return picture

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._picture is None:
            self._picture = self._paint_flow()
        theme = self._surface.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        painter.setPen(QPen(QColor(theme.line), 1.0))
        painter.setBrush(color(theme.panel, 0.94))
        painter.drawRoundedRect(QRectF(0.5, 0.5, WIDTH - 1, HEIGHT - 1), RADIUS, RADIUS)
        if self._picture is not None:
            painter.drawPixmap(0, 0, self._picture)
        painter.setPen(QPen(QColor(theme.accent), 1.5))
        painter.setBrush(color(theme.accent, 0.1))
        painter.drawRoundedRect(self._view_box(), 2.0, 2.0)
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._look_at(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._look_at(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def _look_at(self, position: QPointF) -> None:
        scale, dx, dy = self._scale()
        self._surface.look_at(Point((position.x() - dx) / scale, (position.y() - dy) / scale))

    def _view_box(self) -> QRectF:
        scale, dx, dy = self._scale()
        view = self._surface.camera.view
        box = QRectF(view.x * scale + dx, view.y * scale + dy, view.width * scale, view.height * scale)
        return box.intersected(QRectF(2.5, 2.5, WIDTH - 5, HEIGHT - 5))
