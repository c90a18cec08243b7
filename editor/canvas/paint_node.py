"""A component as it is drawn near: card, tile, ports, words, pill and marks. Pure: values in, pixels out.

Everything is drawn with the node's upper left corner at the painter's origin.
"""

from __future__ import annotations

from collections.abc import Hashable
from functools import lru_cache
from math import isqrt

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPainterPath, QPen, QPixmap, QPolygonF

from editor.canvas.geometry import (
    HALO,
    PORT_RADIUS,
    SHADOW,
    Point,
    Rect,
    in_spot,
    out_spot,
)
from editor.canvas.looks import NO_STATUS, Flag, NodeLook, StatusLook
from editor.canvas.paint_pill import draw_pill, state_color
from editor.canvas.words import Role, draw_words, words_for
from editor.document.layout import NODE_HEIGHT, NODE_WIDTH
from editor.theme import NODE_RADIUS, TILE, Theme, color, icon_pixmap, mix
from node_engine.models.problem import Severity
from node_engine.models.run import StepState

TILE_X = 10.0
WORDS_X = TILE_X + TILE + 11.0
WORDS_WIDTH = NODE_WIDTH - WORDS_X - 14.0
LABEL_RIGHT = NODE_WIDTH - 15.0
LABEL_WIDTH = NODE_WIDTH - 40.0
_TILE_RADIUS = 7.0
_ICON = 18
_SHADOW_LAYERS = 7
_SHADOW_STEP = 1.25
_SHADOW_LAYER = 0.085
"""Opacity of each layer, as a share of the theme's shadow."""
_SHADOW_DROP = 2.0
_DISABLED = 0.45
_DIMMED = 0.35
_HATCH = 7.0
RINGED: dict[StepState | None, StepState] = {
    state: state for state in (StepState.PAUSED, StepState.FAILED, StepState.RUNNING)
}
"""The states that show at the card itself; the others only in the pill."""
_MARK = 7.0
_NOTE = 10.0
_EDIT, _PENCIL = 7.5, 9


def draw_node(
    painter: QPainter,
    look: NodeLook,
    theme: Theme,
    status: StatusLook = NO_STATUS,
    flags: int = Flag.NONE,
    turn: float = 0.0,
) -> None:
    """Draw all of a component. `turn` is where the spinner of a running one stands (0 to 1)."""
    draw_body(painter, look, theme, status, flags)
    draw_texts(painter, look, theme, flags)
    draw_pill(painter, theme, status, turn)


def tile_key(look: NodeLook) -> Hashable:
    """What `draw_tile` depends on."""
    return look.family, look.icon, look.is_known, look.is_enabled


def card_key(look: NodeLook) -> Hashable:
    """What `draw_body` depends on besides the tile, state and flags: components with equal keys share one picture."""
    return (
        look.height,
        tuple(port.is_error for port in look.ports) if look.has_rows else len(look.ports),
        look.is_known,
        look.is_enabled,
        look.severity,
        bool(look.note),
        look.tint,
    )


def draw_body(
    painter: QPainter, look: NodeLook, theme: Theme, status: StatusLook, flags: int, *, has_tile: bool = True
) -> None:
    """Draw everything of a component but its texts and pill."""
    card = QRectF(0, 0, NODE_WIDTH, look.height)
    painter.save()
    painter.setOpacity(painter.opacity() * _opacity(flags))
    _draw_shadow(painter, card, theme)
    _draw_halo(painter, card, theme, status, flags)
    _draw_card(painter, card, look, theme, status, flags)
    if has_tile:
        draw_tile(painter, look, theme)
    if not look.is_enabled:
        _draw_hatch(painter, card, color(theme.faint, 0.30))
    if flags & Flag.EDITED:
        _draw_edit(painter, card, theme)
    if look.note:
        _draw_note_corner(painter, card, theme)
    _draw_ports(painter, look, theme, flags)
    if look.severity is not None:
        _draw_mark(painter, theme, look.severity)
    painter.restore()


def draw_texts(painter: QPainter, look: NodeLook, theme: Theme, flags: int = Flag.NONE) -> None:
    """Draw key, second line and port labels."""
    opacity = painter.opacity()
    painter.setOpacity(opacity * _opacity(flags) * (1.0 if look.is_enabled else _DISABLED))
    title = words_for(look.key, Role.TITLE, WORDS_WIDTH)
    draw_words(painter, title, WORDS_X, 9.0, theme.text)
    detail = words_for(look.detail, Role.DETAIL, WORDS_WIDTH)
    draw_words(painter, detail, WORDS_X, 28.0, theme.secondary)
    if look.has_rows:
        _draw_labels(painter, look, theme)
    painter.setOpacity(opacity)


def family_color(look: NodeLook, theme: Theme) -> str:
    """The colour of a component's family; amber for one that the registry does not hold."""
    return theme.family[look.family] if look.is_known else theme.paused


def _opacity(flags: int) -> float:
    return _DIMMED if flags & Flag.DIMMED else 1.0


def _draw_shadow(painter: QPainter, card: QRectF, theme: Theme) -> None:
    """A shadow has no sharp edge, so one picture of it serves every zoom."""
    picture = _shadow_picture(theme.shadow, card.width(), card.height())
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, True)
    target = card.adjusted(-SHADOW, -SHADOW, SHADOW, SHADOW)
    painter.drawPixmap(target, picture, QRectF(picture.rect()))


@lru_cache(maxsize=64)
def _shadow_picture(value: str, width: float, height: float) -> QPixmap:
    picture = QPixmap(round(width + 2 * SHADOW), round(height + 2 * SHADOW))
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color(value, _SHADOW_LAYER))
    for step in range(_SHADOW_LAYERS, -1, -1):
        grow = step * _SHADOW_STEP
        box = QRectF(SHADOW - grow, SHADOW - grow + _SHADOW_DROP, width + 2 * grow, height + 2 * grow)
        painter.drawRoundedRect(box, NODE_RADIUS + grow, NODE_RADIUS + grow)
    painter.end()
    return picture


def _draw_halo(painter: QPainter, card: QRectF, theme: Theme, status: StatusLook, flags: int) -> None:
    ring = _halo_color(theme, status, flags)
    if ring is None:
        return
    painter.setPen(QPen(color(ring, 0.28), HALO))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    box = card.adjusted(-HALO / 2, -HALO / 2, HALO / 2, HALO / 2)
    painter.drawRoundedRect(box, NODE_RADIUS + HALO / 2, NODE_RADIUS + HALO / 2)


def _halo_color(theme: Theme, status: StatusLook, flags: int) -> str | None:
    if flags & Flag.AIMED:
        return _offer_color(theme, flags)
    if flags & Flag.SELECTED:
        return theme.accent
    if status.state in (StepState.PAUSED, StepState.FAILED):
        return state_color(theme, status.state)
    return None


def _draw_card(painter: QPainter, card: QRectF, look: NodeLook, theme: Theme, status: StatusLook, flags: int) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(theme.node))
    painter.drawRoundedRect(card, NODE_RADIUS, NODE_RADIUS)
    if look.tint is not None:
        _draw_tint(painter, card, look.tint)
    pen = _border_pen(look, theme, status, flags)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    inset = pen.widthF() / 2
    box = card.adjusted(inset, inset, -inset, -inset)
    painter.drawRoundedRect(box, NODE_RADIUS - inset, NODE_RADIUS - inset)
    if look.has_rows:
        painter.setPen(QPen(QColor(theme.node_line), 1.0))
        painter.drawLine(QLineF(1.0, NODE_HEIGHT + 0.5, NODE_WIDTH - 1.0, NODE_HEIGHT + 0.5))


def _border_pen(look: NodeLook, theme: Theme, status: StatusLook, flags: int) -> QPen:
    if flags & Flag.AIMED:
        return QPen(QColor(_offer_color(theme, flags)), 2.0)
    if status.state in (StepState.PAUSED, StepState.FAILED):
        return QPen(QColor(state_color(theme, status.state)), 2.0)
    if flags & Flag.SELECTED:
        return QPen(QColor(theme.accent), 2.0)
    if status.state is StepState.RUNNING:
        return QPen(QColor(theme.accent), 1.5)
    if not look.is_known:
        return QPen(QColor(theme.paused), 1.25, Qt.PenStyle.DashLine)
    if flags & Flag.HOVERED:
        return QPen(mix(theme.node_line, theme.secondary, 0.45), 1.0)
    return QPen(QColor(theme.node_line), 1.0)


def _draw_tint(painter: QPainter, card: QRectF, tint: str) -> None:
    path = QPainterPath()
    path.addRoundedRect(card, NODE_RADIUS, NODE_RADIUS)
    painter.save()
    painter.setClipPath(path, Qt.ClipOperation.IntersectClip)
    painter.fillRect(QRectF(0, 0, 4, card.height()), QColor(tint))
    painter.restore()


def draw_tile(painter: QPainter, look: NodeLook, theme: Theme) -> None:
    """Draw the tile with the icon of the family."""
    tint = family_color(look, theme)
    painter.save()
    if not look.is_enabled:
        painter.setOpacity(painter.opacity() * _DISABLED)
    top = (NODE_HEIGHT - TILE) / 2
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color(tint, 0.17))
    painter.drawRoundedRect(QRectF(TILE_X, top, TILE, TILE), _TILE_RADIUS, _TILE_RADIUS)
    draw_icon(painter, look.icon, tint, QPointF(TILE_X + TILE / 2, top + TILE / 2), _ICON)
    painter.restore()


def draw_icon(painter: QPainter, name: str, tint: str, center: QPointF, size: int) -> None:
    """Draw an icon with as many pixels as it gets on the device, so that it is sharp at every zoom."""
    transform = painter.worldTransform()
    ratio = painter.device().devicePixelRatio() if painter.device() is not None else 1.0
    scale = isqrt(round(abs(transform.determinant()) * 10_000)) / 100
    pixels = max(4, round(size * scale * ratio))
    pixmap = icon_pixmap(name, tint, pixels, 1.0)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, True)
    target = QRectF(center.x() - size / 2, center.y() - size / 2, size, size)
    painter.drawPixmap(target, pixmap, QRectF(0, 0, pixels, pixels))


def _draw_hatch(painter: QPainter, card: QRectF, tint: QColor) -> None:
    path = QPainterPath()
    path.addRoundedRect(card.adjusted(1, 1, -1, -1), NODE_RADIUS - 1, NODE_RADIUS - 1)
    painter.save()
    painter.setClipPath(path, Qt.ClipOperation.IntersectClip)
    painter.setPen(QPen(tint, 1.0))
    height = card.height()
    count = int((card.width() + height) // _HATCH) + 1
    painter.drawLines([QLineF(n * _HATCH, 0, n * _HATCH - height, height) for n in range(count)])
    painter.restore()


def _draw_edit(painter: QPainter, card: QRectF, theme: Theme) -> None:
    """Amber hatching and a pencil at the tile: what runs is not what the flow says."""
    _draw_hatch(painter, card, color(theme.paused, 0.28))
    corner = QPointF(TILE_X + TILE - 1.0, (NODE_HEIGHT + TILE) / 2 - 1.0)
    painter.setPen(QPen(QColor(theme.node), 2.0))
    painter.setBrush(QColor(theme.paused))
    painter.drawEllipse(corner, _EDIT, _EDIT)
    draw_icon(painter, "pencil", theme.node, corner, _PENCIL)


def _draw_note_corner(painter: QPainter, card: QRectF, theme: Theme) -> None:
    x, y = card.x() + 5.0, card.bottom() - 5.0
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color(theme.paused, 0.85))
    painter.drawPolygon(QPolygonF([QPointF(x, y - _NOTE), QPointF(x, y), QPointF(x + _NOTE, y)]))


def _draw_mark(painter: QPainter, theme: Theme, severity: Severity) -> None:
    tint = theme.failed if severity is Severity.ERROR else theme.paused
    center = QPointF(3.0, 3.0)
    painter.setPen(QPen(QColor(theme.canvas), 2.0))
    painter.setBrush(QColor(tint))
    painter.drawEllipse(center, _MARK, _MARK)
    painter.setPen(QPen(QColor(theme.canvas), 1.8, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    painter.drawLine(QLineF(center.x(), center.y() - 3.4, center.x(), center.y() + 0.6))
    painter.drawPoint(QPointF(center.x(), center.y() + 3.4))


def _draw_ports(painter: QPainter, look: NodeLook, theme: Theme, flags: int) -> None:
    node = Rect(0, 0, NODE_WIDTH, look.height)
    entry = in_spot(node)
    if flags & (Flag.OFFERED | Flag.AIMED):
        _draw_offer(painter, entry, theme, _offer_color(theme, flags), is_aimed=bool(flags & Flag.AIMED))
    else:
        _draw_ring(painter, entry, theme.wire, theme)
    if not look.has_rows:
        if look.ports:
            _draw_ring(painter, out_spot(node, None), theme.wire, theme)
        return
    for row, port in enumerate(look.ports):
        _draw_ring(painter, out_spot(node, row), theme.failed if port.is_error else theme.wire, theme)


def _draw_ring(painter: QPainter, spot: Point, line: str, theme: Theme) -> None:
    painter.setPen(QPen(QColor(line), 1.5))
    painter.setBrush(QColor(theme.node))
    painter.drawEllipse(QPointF(spot.x, spot.y), PORT_RADIUS - 0.75, PORT_RADIUS - 0.75)


def _offer_color(theme: Theme, flags: int) -> str:
    """Blue for what a wire may reach, amber for where a paused run may go on."""
    return theme.paused if flags & Flag.NEXT else theme.accent


def _draw_offer(painter: QPainter, spot: Point, theme: Theme, tint: str, *, is_aimed: bool) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color(tint, 0.35 if is_aimed else 0.22))
    painter.drawEllipse(QPointF(spot.x, spot.y), PORT_RADIUS + 4.5, PORT_RADIUS + 4.5)
    painter.setPen(QPen(QColor(tint), 1.75))
    painter.setBrush(QBrush(QColor(tint if is_aimed else theme.node)))
    painter.drawEllipse(QPointF(spot.x, spot.y), PORT_RADIUS, PORT_RADIUS)


def _draw_labels(painter: QPainter, look: NodeLook, theme: Theme) -> None:
    node = Rect(0, 0, NODE_WIDTH, look.height)
    for row, port in enumerate(look.ports):
        words = words_for(port.label, Role.PORT, LABEL_WIDTH)
        y = out_spot(node, row).y - words.height / 2
        tint = theme.failed if port.is_error else theme.secondary
        draw_words(painter, words, LABEL_RIGHT - words.width, round(y), tint)
