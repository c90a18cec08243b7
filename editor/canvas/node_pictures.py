"""Pictures of component bodies, shared by all that look alike at a zoom; shadow and tile are painted once."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter, QPixmap

from editor.canvas.camera import Camera
from editor.canvas.geometry import OUTSIDE
from editor.canvas.looks import NodeLook, StatusLook
from editor.canvas.paint_node import RINGED, body_key, draw_body
from editor.document.layout import NODE_WIDTH
from editor.theme import Theme
from node_engine.models.ids import ComponentKey

KEPT_BYTES = 48 * 1024 * 1024
"""Beyond, the pictures not used for longest are dropped: a picture at zoom 1 has 0.1 MB, at zoom 4 1.5 MB."""


class NodePictures:
    """Draws bodies from kept pictures. A picture is good for one theme, zoom and pixel ratio."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._kept: OrderedDict[Hashable, QPixmap] = OrderedDict()
        self._bodies: dict[ComponentKey, tuple[NodeLook, Hashable]] = {}
        self._bytes = 0

    def draw(
        self, painter: QPainter, look: NodeLook, status: StatusLook, flags: int, x: float, y: float, camera: Camera
    ) -> None:
        """Draw a body with its corner at a widget point; the painter is in widget coordinates."""
        key = (self._body_of(look), RINGED.get(status.state), flags, camera.zoom, camera.ratio)
        pixmap = self._kept.get(key)
        if pixmap is None:
            pixmap = self._paint(look, status, flags, camera)
            self._keep(key, pixmap)
        else:
            self._kept.move_to_end(key)
        margin = _margin(camera)
        painter.drawPixmap(QPointF(x - margin, y - margin), pixmap)

    def _body_of(self, look: NodeLook) -> Hashable:
        known = self._bodies.get(look.key)
        if known is None or known[0] is not look:
            known = self._bodies[look.key] = (look, body_key(look))
        return known[1]

    def _paint(self, look: NodeLook, status: StatusLook, flags: int, camera: Camera) -> QPixmap:
        margin, zoom, ratio = _margin(camera), camera.zoom, camera.ratio
        width = round((NODE_WIDTH * zoom + 2 * margin) * ratio) + 1
        height = round((look.height * zoom + 2 * margin) * ratio) + 1
        pixmap = QPixmap(width, height)
        pixmap.setDevicePixelRatio(ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        painter.translate(margin, margin)
        painter.scale(zoom, zoom)
        draw_body(painter, look, self._theme, status, flags)
        painter.end()
        return pixmap

    def _keep(self, key: Hashable, pixmap: QPixmap) -> None:
        self._kept[key] = pixmap
        self._bytes += _bytes(pixmap)
        while self._bytes > KEPT_BYTES and len(self._kept) > 1:
            _key, dropped = self._kept.popitem(last=False)
            self._bytes -= _bytes(dropped)


def _margin(camera: Camera) -> int:
    return round(OUTSIDE * camera.zoom) + 1


def _bytes(pixmap: QPixmap) -> int:
    return pixmap.width() * pixmap.height() * 4
