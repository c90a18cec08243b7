"""Signs of the debugger as they are drawn near: breakpoints, the arrow of a paused run, differences. Pure."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from editor.canvas.breakpoint_looks import BreakpointLook
from editor.canvas.geometry import DOT_RADIUS, HALO, PILL_HEIGHT, Point
from editor.canvas.words import Role, draw_words, words_for
from editor.document.layout import NODE_WIDTH
from editor.theme import NODE_RADIUS, Theme, color, mix
from node_engine.analysis.compare import Difference

_DIAMOND = 7.0
"""Half the diagonal: a diamond of the same weight as the disc."""
_RIM = 2.0
_SMALL = 0.62
"""The sign inside the arrow, beside the one that stands alone."""
_BADGE_AT = QPointF(7.5, -12.0)
_BADGE_PADDING = 3.0
_ARROW = ((-9.0, -6.0), (2.0, -6.0), (8.5, 0.0), (2.0, 6.0), (-9.0, 6.0))
_IN_ARROW = -3.0
_PADDING = 8.0
_SIGN = 8.0
_GAP = 5.0
_MOST = 150.0
_DIFFERENCE_LEFT = 40.0
_DIFFERENCE_DROP = 2.0


def draw_breakpoint(
    painter: QPainter, theme: Theme, look: BreakpointLook, at: Point, *, is_error: bool = False
) -> None:
    """Draw a sign: red, an outline when off, a diamond for a log point, "=" in it when conditional, and its count."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    badge = "=" + look.badge if is_error and look.is_conditional else look.badge
    if badge:
        _draw_badge(painter, theme, badge, at)
    _draw_sign(painter, theme, look, at, 1.0, theme.canvas)
    if is_error:
        _draw_cross(painter, theme, look, at)
    elif look.is_conditional:
        _draw_equals(painter, theme, look, at)


def draw_hint(painter: QPainter, theme: Theme, at: Point) -> None:
    """Show faintly where a click would set a breakpoint."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(theme.canvas))
    painter.drawEllipse(QPointF(*at), DOT_RADIUS + _RIM, DOT_RADIUS + _RIM)
    painter.setPen(QPen(color(theme.failed, 0.55), 1.5))
    painter.setBrush(color(theme.failed, 0.15))
    painter.drawEllipse(QPointF(*at), DOT_RADIUS - 0.75, DOT_RADIUS - 0.75)


def draw_arrow(
    painter: QPainter, theme: Theme, at: Point, breakpoint_: BreakpointLook | None = None, alpha: float = 1.0
) -> None:
    """Draw where a paused run stands; a breakpoint of the same place is shown inside the arrow."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    shape = QPolygonF([QPointF(at.x + x, at.y + y) for x, y in _ARROW])
    rim = QPen(color(theme.canvas, alpha), 2 * _RIM + 1, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)
    rim.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(rim)
    painter.setBrush(color(theme.canvas, alpha))
    painter.drawPolygon(shape)
    edge = QPen(color(theme.paused, alpha), 1.5)
    edge.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(edge)
    painter.setBrush(color(theme.paused, alpha))
    painter.drawPolygon(shape)
    if breakpoint_ is None:
        return
    inside = Point(at.x + _IN_ARROW, at.y)
    _draw_sign(painter, theme, breakpoint_, inside, _SMALL, theme.canvas)
    if breakpoint_.badge:
        _draw_badge(painter, theme, breakpoint_.badge, at)


def difference_color(theme: Theme, difference: Difference) -> str:
    """The colour of a difference."""
    match difference:
        case Difference.SAME:
            return theme.secondary
        case Difference.ERROR:
            return theme.failed
        case Difference.ONLY_A | Difference.ONLY_B:
            return theme.accent
        case _:
            return theme.paused


def difference_words(difference: Difference, names: tuple[str, str], *, is_first: bool) -> str:
    """What a difference is called."""
    words = {
        Difference.SAME: _tr("same"),
        Difference.CHANGES: _tr("other values"),
        Difference.NEXT: _tr("other way"),
        Difference.ERROR: _tr("other error"),
        Difference.ONLY_A: _tr("only in {0}").format(names[0]),
        Difference.ONLY_B: _tr("only in {0}").format(names[1]),
    }[difference]
    return _tr("first: {0}").format(words) if is_first else words


def draw_first_difference(painter: QPainter, theme: Theme, difference: Difference, height: float) -> None:
    """Draw a ring round the card where two runs begin to differ; texts and pills lie over it."""
    tint = difference_color(theme, difference)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(color(tint, 0.28), HALO))
    card = QRectF(0, 0, NODE_WIDTH, height)
    grow = HALO / 2
    painter.drawRoundedRect(card.adjusted(-grow, -grow, grow, grow), NODE_RADIUS + grow, NODE_RADIUS + grow)
    painter.setPen(QPen(QColor(tint), 2.0))
    painter.drawRoundedRect(card.adjusted(1, 1, -1, -1), NODE_RADIUS - 1, NODE_RADIUS - 1)


def draw_difference(
    painter: QPainter, theme: Theme, difference: Difference, height: float, words: str, *, is_first: bool
) -> None:
    """Draw how a component differs, over its lower edge; the node's corner is at the painter's origin."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    tint = difference_color(theme, difference)
    laid = None if difference is Difference.SAME else words_for(words, Role.PILL, _MOST)
    width = round(_SIGN + 2 * _PADDING + (laid.width + _GAP if laid else 0))
    box = QRectF(_DIFFERENCE_LEFT + 0.5, height - PILL_HEIGHT / 2 + _DIFFERENCE_DROP + 0.5, width, PILL_HEIGHT)
    painter.setPen(QPen(QColor(tint if is_first else theme.node_line), 1.0))
    painter.setBrush(mix(theme.node, tint, 0.16) if is_first else QColor(theme.node))
    painter.drawRoundedRect(box, PILL_HEIGHT / 2, PILL_HEIGHT / 2)
    center = QPointF(box.x() + _PADDING + _SIGN / 2, box.center().y())
    _draw_difference_sign(painter, tint, difference, center)
    if laid is not None:
        draw_words(painter, laid, box.x() + _PADDING + _SIGN + _GAP, round(center.y() - laid.height / 2), tint)


def _draw_sign(painter: QPainter, theme: Theme, look: BreakpointLook, at: Point, scale: float, ground: str) -> None:
    radius, half = DOT_RADIUS * scale, _DIAMOND * scale
    outline = 1.75 * scale + 0.25
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(ground))
    _draw_shape(painter, at, radius + _RIM * scale, half + 1.4 * _RIM * scale, is_diamond=look.is_log)
    if look.is_on:
        painter.setBrush(QColor(theme.failed))
    else:
        painter.setPen(QPen(QColor(theme.failed), outline))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        radius, half = radius - outline / 2, half - 0.7 * outline
    _draw_shape(painter, at, radius, half, is_diamond=look.is_log)


def _draw_shape(painter: QPainter, at: Point, radius: float, half: float, *, is_diamond: bool) -> None:
    if not is_diamond:
        painter.drawEllipse(QPointF(*at), radius, radius)
        return
    x, y = at
    painter.drawPolygon(
        QPolygonF([QPointF(x - half, y), QPointF(x, y - half), QPointF(x + half, y), QPointF(x, y + half)])
    )


def _draw_equals(painter: QPainter, theme: Theme, look: BreakpointLook, at: Point) -> None:
    length, apart = 2.6 if look.is_on else 2.1, 1.6
    painter.setPen(QPen(QColor(theme.canvas if look.is_on else theme.failed), 1.5))
    painter.drawLine(QLineF(at.x - length, at.y - apart, at.x + length, at.y - apart))
    painter.drawLine(QLineF(at.x - length, at.y + apart, at.x + length, at.y + apart))


def _draw_cross(painter: QPainter, theme: Theme, look: BreakpointLook, at: Point) -> None:
    tint = theme.canvas if look.is_on else theme.failed
    reach = 2.2 if look.is_on else 1.7
    painter.setPen(QPen(QColor(tint), 1.6, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    painter.drawLine(QLineF(at.x - reach, at.y - reach, at.x + reach, at.y + reach))
    painter.drawLine(QLineF(at.x - reach, at.y + reach, at.x + reach, at.y - reach))


def _draw_badge(painter: QPainter, theme: Theme, text: str, at: Point) -> None:
    words = words_for(text, Role.BADGE)
    center = QPointF(*at) + _BADGE_AT
    width = max(words.width + 2 * _BADGE_PADDING, words.height)
    box = QRectF(center.x() - width / 2, center.y() - words.height / 2, width, words.height)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(theme.canvas))
    painter.drawRoundedRect(box, box.height() / 2, box.height() / 2)
    draw_words(painter, words, center.x() - words.width / 2, box.top(), theme.failed)


def _draw_difference_sign(painter: QPainter, tint: str, difference: Difference, center: QPointF) -> None:
    x, y = center.x(), center.y()
    painter.setPen(QPen(QColor(tint), 1.6, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    match difference:
        case Difference.SAME | Difference.CHANGES:
            painter.drawLine(QLineF(x - 3.2, y - 1.8, x + 3.2, y - 1.8))
            painter.drawLine(QLineF(x - 3.2, y + 1.8, x + 3.2, y + 1.8))
            if difference is Difference.CHANGES:
                painter.drawLine(QLineF(x + 1.8, y - 4.2, x - 1.8, y + 4.2))
        case Difference.NEXT:
            painter.drawPolyline([QPointF(x - 3.5, y - 3.5), QPointF(x - 3.5, y + 1), QPointF(x + 3.0, y + 1)])
            painter.drawPolyline([QPointF(x + 0.5, y - 1.5), QPointF(x + 3.2, y + 1), QPointF(x + 0.5, y + 3.5)])
        case Difference.ERROR:
            painter.drawLine(QLineF(x - 2.8, y - 2.8, x + 2.8, y + 2.8))
            painter.drawLine(QLineF(x - 2.8, y + 2.8, x + 2.8, y - 2.8))
        case Difference.ONLY_A | Difference.ONLY_B:
            _draw_half(painter, tint, center, is_left=difference is Difference.ONLY_A)


def _draw_half(painter: QPainter, tint: str, center: QPointF, *, is_left: bool) -> None:
    """A square of which the left or right half is filled: there in one of two."""
    box = QRectF(center.x() - 3.5, center.y() - 3.5, 7.0, 7.0)
    painter.setPen(QPen(QColor(tint), 1.3))
    painter.drawRoundedRect(box, 1.0, 1.0)
    painter.fillRect(QRectF(box.x() if is_left else center.x(), box.y(), 3.5, 7.0), QColor(tint))


def _tr(text: str) -> str:
    return QCoreApplication.translate("Marks", text)
