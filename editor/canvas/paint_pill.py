"""The state of a component over its upper right edge: sign, words and count, by colour and sign and word. Pure."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from editor.canvas.geometry import PILL_HEIGHT
from editor.canvas.looks import StatusLook
from editor.canvas.words import Role, Words, draw_words, words_for
from editor.document.layout import NODE_WIDTH
from editor.theme import Theme, color, mix
from node_engine.models.run import StepState

_RIGHT = NODE_WIDTH - 10.0
_PADDING = 8.0
_SIGN = 8.0
_GAP = 5.0
_MOST = 150.0
_STRONG = (StepState.PAUSED, StepState.FAILED)


def draw_pill(painter: QPainter, theme: Theme, status: StatusLook, turn: float = 0.0) -> None:
    """Draw the pill; nothing when there is nothing to say. `turn` is where the spinner stands (0 to 1)."""
    if status.state is None:
        return
    box = pill_box(status)
    signal = state_color(theme, status.state)
    is_strong = status.state in _STRONG
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    painter.setPen(QPen(QColor(signal if is_strong else theme.node_line), 1.0))
    painter.setBrush(mix(theme.node, signal, 0.16) if is_strong else QColor(theme.node))
    painter.drawRoundedRect(box, box.height() / 2, box.height() / 2)
    x, y = box.x() + _PADDING, box.center().y()
    draw_sign(painter, theme, status.state, QPointF(x + _SIGN / 2, y), turn)
    x += _SIGN + _GAP
    words, count = _words(status)
    if words is not None:
        draw_words(painter, words, x, round(y - words.height / 2), signal)
        x += words.width + _GAP
    if count is not None:
        draw_words(painter, count, x, round(y - count.height / 2), theme.secondary)


def pill_box(status: StatusLook) -> QRectF:
    """Where the pill lies, from the node's corner."""
    widths = [_SIGN] + [words.width for words in _words(status) if words is not None]
    width = round(sum(widths) + _GAP * (len(widths) - 1) + 2 * _PADDING)
    return QRectF(_RIGHT - width + 0.5, -PILL_HEIGHT / 2 - 0.5, width, PILL_HEIGHT)


def draw_sign(painter: QPainter, theme: Theme, state: StepState, center: QPointF, turn: float = 0.0) -> None:
    """Draw the sign of a state: a tick, a cross, two bars, a spinner, a skip or a stop."""
    tint = QColor(state_color(theme, state))
    x, y = center.x(), center.y()
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(tint, 1.7, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
    match state:
        case StepState.DONE:
            painter.drawPolyline(
                QPolygonF([QPointF(x - 3.6, y + 0.2), QPointF(x - 1.0, y + 2.8), QPointF(x + 3.8, y - 2.8)])
            )
        case StepState.FAILED:
            painter.drawLine(QPointF(x - 2.8, y - 2.8), QPointF(x + 2.8, y + 2.8))
            painter.drawLine(QPointF(x - 2.8, y + 2.8), QPointF(x + 2.8, y - 2.8))
        case StepState.PAUSED:
            painter.fillRect(QRectF(x - 3.5, y - 3.5, 2.5, 7.0), tint)
            painter.fillRect(QRectF(x + 1.0, y - 3.5, 2.5, 7.0), tint)
        case StepState.RUNNING:
            _draw_spinner(painter, theme, center, turn)
        case StepState.SKIPPED:
            painter.drawPolyline(QPolygonF([QPointF(x - 3.5, y - 3), QPointF(x - 0.5, y), QPointF(x - 3.5, y + 3)]))
            painter.drawPolyline(QPolygonF([QPointF(x + 0.5, y - 3), QPointF(x + 3.5, y), QPointF(x + 0.5, y + 3)]))
        case StepState.STOPPED:
            painter.drawRect(QRectF(x - 2.8, y - 2.8, 5.6, 5.6))


def state_color(theme: Theme, state: StepState | None) -> str:
    """The colour of a run state."""
    match state:
        case StepState.DONE:
            return theme.done
        case StepState.FAILED:
            return theme.failed
        case StepState.PAUSED:
            return theme.paused
        case StepState.RUNNING:
            return theme.accent
        case _:
            return theme.secondary


def _draw_spinner(painter: QPainter, theme: Theme, center: QPointF, turn: float) -> None:
    radius = _SIGN / 2 + 0.4
    box = QRectF(center.x() - radius, center.y() - radius, 2 * radius, 2 * radius)
    painter.setPen(QPen(color(theme.accent, 0.25), 1.7))
    painter.drawEllipse(box)
    painter.setPen(QPen(QColor(theme.accent), 1.7, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    painter.drawArc(box, round(-turn * 360 * 16), 110 * 16)


def _words(status: StatusLook) -> tuple[Words | None, Words | None]:
    words = words_for(status.words, Role.PILL, _MOST) if status.words else None
    return words, words_for(status.count, Role.COUNT) if status.count else None
