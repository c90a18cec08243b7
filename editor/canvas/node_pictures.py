"""Pictures of component bodies, shared by all that look alike at a zoom; shadow, card and tile are painted once."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter, QPixmap

from editor.canvas.camera import Camera
from editor.canvas.geometry import OUTSIDE
from editor.canvas.looks import Flag, NodeLook, StatusLook
from editor.canvas.paint_node import RINGED, TILE_X, card_key, draw_body, draw_tile, tile_key
from editor.document.layout import NODE_WIDTH
from editor.theme import TILE, Theme
from node_engine.models.ids import ComponentKey

KEPT_BYTES = 48 * 1024 * 1024
"""Beyond, the pictures not used for longest are dropped: a picture at zoom 1 has 0.1 MB, at zoom 4 1.5 MB."""


class NodePictures:
    """Draws bodies from kept pictures. A picture is good for one theme, zoom and pixel ratio."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._kept: OrderedDict[Hashable, QPixmap] = OrderedDict()
        self._keys: dict[ComponentKey, tuple[NodeLook, Hashable, Hashable]] = {}
        self._bytes = 0

    def draw(
        self, painter: QPainter, look: NodeLook, status: StatusLook, flags: int, x: float, y: float, camera: Camera
    ) -> None:
        """Draw a body with its corner at a widget point; the painter is in widget coordinates."""
        card, tile = self._keys_of(look)
        is_plain = look.is_enabled and not flags & (Flag.EDITED | Flag.DIMMED)
        body_key = (card, None if is_plain else tile, RINGED.get(status.state), flags, camera.zoom, camera.ratio)
        body = self._kept.get(body_key)
        if body is None:
            body = self._painted_body(look, status, flags, camera, has_tile=not is_plain)
            self._keep(body_key, body)
        else:
            self._kept.move_to_end(body_key)
        margin = _margin(camera)
        painter.drawPixmap(QPointF(x - margin, y - margin), body)
        if is_plain:
            self._draw_tile(painter, look, (tile, camera.zoom, camera.ratio), QPointF(x, y), camera)

    def _draw_tile(self, painter: QPainter, look: NodeLook, key: Hashable, corner: QPointF, camera: Camera) -> None:
        """The tile has a picture of its own, so that shadow and card are painted once for all kinds."""
        picture = self._kept.get(key)
        if picture is None:
            reach = (TILE_X + TILE) * camera.zoom + 2
            picture = _painted(reach, reach, 0, camera, lambda tile: draw_tile(tile, look, self._theme))
            self._keep(key, picture)
        painter.drawPixmap(corner, picture)

    def _painted_body(
        self, look: NodeLook, status: StatusLook, flags: int, camera: Camera, *, has_tile: bool
    ) -> QPixmap:
        margin, zoom = _margin(camera), camera.zoom
        width, height = NODE_WIDTH * zoom + 2 * margin, look.height * zoom + 2 * margin
        return _painted(
            width,
            height,
            margin,
            camera,
            lambda painter: draw_body(painter, look, self._theme, status, flags, has_tile=has_tile),
        )

    def _keys_of(self, look: NodeLook) -> tuple[Hashable, Hashable]:
        known = self._keys.get(look.key)
        if known is None or known[0] is not look:
            known = self._keys[look.key] = (look, card_key(look), tile_key(look))
        return known[1], known[2]

    def _keep(self, key: Hashable, pixmap: QPixmap) -> None:
        self._kept[key] = pixmap
        self._bytes += _bytes(pixmap)
        while self._bytes > KEPT_BYTES and len(self._kept) > 1:
            _key, dropped = self._kept.popitem(last=False)
            self._bytes -= _bytes(dropped)


def _painted(width: float, height: float, margin: int, camera: Camera, draw: Callable[[QPainter], None]) -> QPixmap:
    """A picture of so many pixels of the widget; the node's corner is at the painter's origin."""
    pixmap = QPixmap(round(width * camera.ratio) + 1, round(height * camera.ratio) + 1)
    pixmap.setDevicePixelRatio(camera.ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    painter.translate(margin, margin)
    painter.scale(camera.zoom, camera.zoom)
    draw(painter)
    painter.end()
    return pixmap


def _margin(camera: Camera) -> int:
    return round(OUTSIDE * camera.zoom) + 1


def _bytes(pixmap: QPixmap) -> int:
    return pixmap.width() * pixmap.height() * 4
