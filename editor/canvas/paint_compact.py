"""What is written on a component too small for all its words: the key at a readable size, the state as a dot."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from editor.canvas.looks import Flag, NodeLook, StatusLook
from editor.canvas.paint_node import WORDS_X
from editor.canvas.paint_pill import state_color
from editor.canvas.words import Role, draw_words, words_for
from editor.document.layout import NODE_HEIGHT, NODE_WIDTH
from editor.theme import Theme
from node_engine.models.run import StepState

_STEP = 8
"""Widths are rounded down to this, so that a zoom does not lay out every key anew."""
_DOT = 4.5
_FADED = 0.45
_SHOWN = (StepState.RUNNING, StepState.PAUSED, StepState.DONE, StepState.FAILED)


def draw_compact(
    painter: QPainter,
    look: NodeLook,
    status: StatusLook,
    theme: Theme,
    flags: int,
    left: float,
    top: float,
    zoom: float,
) -> None:
    """Write the key beside the tile, in pixels of the widget, and mark the state at the upper right corner."""
    room = (NODE_WIDTH - WORDS_X) * zoom - 4
    words = words_for(look.key, Role.SMALL_TITLE, room // _STEP * _STEP)
    x = left + (WORDS_X - 4) * zoom
    y = top + NODE_HEIGHT * zoom / 2 - words.height / 2
    is_faded = bool(flags & Flag.DIMMED) or not look.is_enabled
    draw_words(painter, words, round(x), round(y), theme.text, _FADED if is_faded else 1.0)
    if status.state in _SHOWN:
        painter.setPen(QPen(QColor(theme.canvas), 2.0))
        painter.setBrush(QColor(state_color(theme, status.state)))
        painter.drawEllipse(QPointF(left + NODE_WIDTH * zoom - 2 * _DOT, top), _DOT, _DOT)
    painter.setBrush(Qt.BrushStyle.NoBrush)
