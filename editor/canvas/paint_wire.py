"""Wires as they are drawn near: line by style, count at the port, arrow on a way back. Pure: values in, pixels out."""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF

from editor.canvas.geometry import Point, distance
from editor.canvas.looks import WireLook, WireStyle
from editor.canvas.routes import CORNER, Route, at_length
from editor.canvas.words import Role, draw_words, words_for
from editor.theme import Theme, color, mix

_ARC = 0.5523
"""Control point distance that makes a cubic curve a quarter of a circle."""
_STOP = 4.0
_ARROW = 4.5
_ARROW_ROOM = 90.0
_HALO = 4.0
_COUNT_AT = 22.0
_STEEP = 5.0
_DIMMED = 0.3
_SELECTED_HALO = 5.0


class WireMood(NamedTuple):
    """How a wire stands out at the moment."""

    is_selected: bool = False
    is_hovered: bool = False
    is_dimmed: bool = False
    is_cut: bool = False
    """A release would cut it."""
    is_opened: bool = False
    """A drop would insert a component here."""


CALM = WireMood()


def wire_path(route: Route) -> QPainterPath:
    """The route as a path with rounded corners."""
    path = QPainterPath(QPointF(*route.start))
    if route.is_curve:
        _start, first, second, end = route.points
        path.cubicTo(QPointF(*first), QPointF(*second), QPointF(*end))
        return path
    points = _without_repeats(route.points)
    for index in range(1, len(points) - 1):
        _add_corner(path, points, index)
    path.lineTo(QPointF(*points[-1]))
    return path


def draw_wire(painter: QPainter, path: QPainterPath, look: WireLook, theme: Theme, mood: WireMood = CALM) -> None:
    """Draw the line of a wire. Lines of a shown run keep the others at a distance."""
    pen = scaled_pen(look, theme, mood, painter.worldTransform().m11())
    if mood is CALM and look.style < WireStyle.TAKEN:
        painter.strokePath(path, pen)
        return
    painter.setOpacity(_DIMMED if mood.is_dimmed else 1.0)
    if mood.is_selected or mood.is_opened:
        painter.strokePath(path, QPen(color(theme.accent, 0.25), pen.widthF() + 2 * _SELECTED_HALO))
    elif look.style >= WireStyle.TAKEN:
        painter.strokePath(path, QPen(QColor(theme.canvas), pen.widthF() + _HALO))
    painter.strokePath(path, pen)
    painter.setOpacity(1.0)


def scaled_pen(look: WireLook, theme: Theme, mood: WireMood, scale: float) -> QPen:
    """The pen of a wire, never thinner than a pixel at this scale; pens are kept while the scale is the same."""
    key = (look.style, mood, _is_taken_error(look), theme.name, scale)
    pen = _pens.get(key)
    if pen is None:
        if len(_pens) > _PENS_KEPT:
            _pens.clear()
        pen = _pens[key] = wire_pen(look, theme, mood)
        pen.setWidthF(max(pen.widthF(), 1.0 / max(0.05, scale)))
    return pen


_pens: dict[tuple[WireStyle, WireMood, bool, str, float], QPen] = {}
_PENS_KEPT = 200


def wire_pen(look: WireLook, theme: Theme, mood: WireMood) -> QPen:
    """Colour, width and dashes of a wire."""
    width = _WIDTHS[look.style] + (0.5 if mood.is_selected or mood.is_hovered or _is_taken_error(look) else 0.0)
    pen = QPen(wire_color(look.style, theme), width)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    if look.style is WireStyle.ERROR:
        pen.setDashPattern([4.0, 3.0])
    if mood.is_cut:
        pen.setColor(QColor(theme.failed))
        pen.setDashPattern([2.0, 3.0])
    elif mood.is_selected or mood.is_opened:
        pen.setColor(QColor(theme.accent))
    elif mood.is_hovered and look.style < WireStyle.TAKEN:
        pen.setColor(mix(theme.wire, theme.text, 0.35))
    return pen


def wire_color(style: WireStyle, theme: Theme) -> QColor:
    """The colour of a style."""
    known = _colors.get((style, theme.name))
    if known is None:
        known = _colors[style, theme.name] = _color(style, theme)
    return known


_colors: dict[tuple[WireStyle, str], QColor] = {}


def _color(style: WireStyle, theme: Theme) -> QColor:
    match style:
        case WireStyle.ORDER:
            return mix(theme.canvas, theme.wire, 0.72)
        case WireStyle.EXPLICIT:
            return QColor(theme.wire)
        case WireStyle.ERROR:
            return QColor(theme.failed)
        case WireStyle.TAKEN:
            return QColor(theme.done)
        case WireStyle.LAST:
            return QColor(theme.paused)


def draw_wire_marks(painter: QPainter, look: WireLook, route: Route, theme: Theme, mood: WireMood = CALM) -> None:
    """Draw what belongs to a wire beside its line: where the flow ends, the way back, how often it was taken."""
    tint = wire_pen(look, theme, mood).color()
    painter.setOpacity(_DIMMED if mood.is_dimmed else 1.0)
    if look.id.is_exit:
        _draw_stop(painter, route.end, tint)
    elif not route.is_curve:
        _draw_arrow(painter, route, tint)
    if look.count > 1 or (look.count == 1 and look.is_named):
        _draw_count(painter, look, route, theme)
    painter.setOpacity(1.0)


def draw_pending_wire(painter: QPainter, route: Route, theme: Theme, *, is_aimed: bool) -> None:
    """Draw the wire that is being connected; it has arrived when it is aimed at a component."""
    path = wire_path(route)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.strokePath(path, QPen(color(theme.accent, 0.22), 8.0))
    pen = QPen(QColor(theme.accent), 2.5)
    if not is_aimed:
        pen.setDashPattern([3.5, 2.5])
    painter.strokePath(path, pen)
    if not is_aimed:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.accent))
        painter.drawEllipse(QPointF(*route.end), 4.0, 4.0)


def _is_taken_error(look: WireLook) -> bool:
    """A failure that was dealt with stays red and dashed, so that it is seen as one."""
    return look.style is WireStyle.ERROR and look.count > 0


_WIDTHS = {
    WireStyle.ORDER: 1.75,
    WireStyle.EXPLICIT: 2.0,
    WireStyle.ERROR: 2.0,
    WireStyle.TAKEN: 2.5,
    WireStyle.LAST: 2.5,
}


def _without_repeats(points: tuple[Point, ...]) -> list[Point]:
    kept = [points[0]]
    kept.extend(point for before, point in pairwise(points) if distance(before, point) > 0.01)
    return kept


def _add_corner(path: QPainterPath, points: list[Point], index: int) -> None:
    before, corner, after = points[index - 1 : index + 2]
    first, second = distance(before, corner), distance(corner, after)
    room_in = first if index == 1 else first / 2
    room_out = second if index == len(points) - 2 else second / 2
    radius = min(CORNER, room_in, room_out)
    ux, uy = (corner.x - before.x) / first, (corner.y - before.y) / first
    vx, vy = (after.x - corner.x) / second, (after.y - corner.y) / second
    back = radius * (1 - _ARC)
    path.lineTo(corner.x - ux * radius, corner.y - uy * radius)
    path.cubicTo(
        corner.x - ux * back,
        corner.y - uy * back,
        corner.x + vx * back,
        corner.y + vy * back,
        corner.x + vx * radius,
        corner.y + vy * radius,
    )


def _draw_stop(painter: QPainter, end: Point, tint: QColor) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(tint)
    painter.drawRoundedRect(QRectF(end.x - _STOP, end.y - _STOP, 2 * _STOP, 2 * _STOP), 2.0, 2.0)


def _draw_arrow(painter: QPainter, route: Route, tint: QColor) -> None:
    """A small arrow head on the long part of a way round, where the direction is not plain."""
    longest = max(pairwise(route.points), key=lambda pair: distance(*pair))
    a, b = longest
    length = distance(a, b)
    if length < _ARROW_ROOM:
        return
    x, y = (a.x + b.x) / 2, (a.y + b.y) / 2
    ux, uy = (b.x - a.x) / length * _ARROW, (b.y - a.y) / length * _ARROW
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(tint)
    painter.drawPolygon(
        QPolygonF([QPointF(x + ux, y + uy), QPointF(x - ux - uy, y - uy + ux), QPointF(x - ux + uy, y - uy - ux)])
    )


def _draw_count(painter: QPainter, look: WireLook, route: Route, theme: Theme) -> None:
    """On the outer side of the wire: beside it where it is steep at once, else above it, or below when it goes up."""
    words = words_for(f"×{look.count}", Role.PILL)
    near = at_length(route, _COUNT_AT)
    rise = near.y - route.start.y
    if abs(rise) > _STEEP:
        x, y = near.x + 6.0, near.y - words.height / 2
    else:
        x, y = route.start.x + 9.0, route.start.y + (3.0 if rise < 0 else -words.height - 3.0)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color(theme.canvas, 0.8))
    painter.drawRoundedRect(QRectF(x - 2, y, words.width + 4, words.height), 4, 4)
    draw_words(painter, words, x, round(y), wire_color(look.style, theme).name())
