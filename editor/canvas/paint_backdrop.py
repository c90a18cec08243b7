"""What lies behind the components: the dots of the grid, frames and sticky notes. Pure: values in, pixels out."""

from __future__ import annotations

from math import ceil, floor

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from editor.canvas.camera import Camera
from editor.canvas.words import Role, draw_words, paragraph_for, words_for
from editor.document.layout import Frame, Note
from editor.theme import FRAME_RADIUS, GRID, RADIUS, Theme, color, mix
from node_engine.models.description import Family

_NEAREST_DOTS = 9.0
"""Closer dots, in pixels, are thinned out."""
_THINNER = 5
FRAME_TITLE = 30.0
"""Height of the strip by which a frame is held."""
_NOTE_PADDING = 12.0


def draw_dots(painter: QPainter, exposed: QRectF, camera: Camera, theme: Theme) -> None:
    """Draw the dots of the grid inside a part of the widget; the painter is in widget coordinates."""
    step = GRID * camera.zoom
    while step < _NEAREST_DOTS:
        step *= _THINNER
    size = 2.0 if camera.zoom >= 1.5 else 1.5 if camera.ratio > 1 else 1.0
    pen = QPen(_dot_color(camera, theme), size)
    pen.setCapStyle(Qt.PenCapStyle.SquareCap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setPen(pen)
    first = ceil((exposed.left() - 1 - camera.dx) / step)
    last = floor((exposed.right() + 1 - camera.dx) / step)
    xs = [round(n * step + camera.dx) for n in range(first, last + 1)]
    top = ceil((exposed.top() - 1 - camera.dy) / step)
    bottom = floor((exposed.bottom() + 1 - camera.dy) / step)
    row = QPolygonF([QPointF(x, 0.0) for x in xs])
    for n in range(top, bottom + 1):
        painter.drawPoints(row.translated(0.0, round(n * step + camera.dy)))


def draw_frame(painter: QPainter, frame: Frame, theme: Theme, *, is_hovered: bool = False) -> None:
    """Draw a titled area; the painter is in scene coordinates."""
    tint = frame.color or theme.family[Family.CONTROL]
    box = QRectF(frame.x, frame.y, frame.width, frame.height)
    painter.setPen(QPen(color(tint, 0.55 if is_hovered else 0.35), 1.0))
    painter.setBrush(color(tint, 0.06))
    painter.drawRoundedRect(box, FRAME_RADIUS, FRAME_RADIUS)
    if frame.title:
        words = words_for(frame.title, Role.FRAME, max(20.0, frame.width - 24))
        draw_words(painter, words, frame.x + 12, frame.y + 8, tint)


def draw_note(painter: QPainter, note: Note, theme: Theme) -> None:
    """Draw a sticky note; text that does not fit ends in an ellipsis."""
    tint = note.color or theme.paused
    box = QRectF(note.x, note.y, note.width, note.height)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(mix(theme.canvas, tint, 0.16))
    painter.drawRoundedRect(box, RADIUS, RADIUS)
    inner = box.adjusted(_NOTE_PADDING, _NOTE_PADDING - 2, -_NOTE_PADDING, -_NOTE_PADDING + 2)
    words = paragraph_for(note.text, Role.NOTE, max(20.0, inner.width()), max(16.0, inner.height()))
    draw_words(painter, words, inner.x(), inner.y(), theme.text)


def _dot_color(camera: Camera, theme: Theme) -> QColor:
    """Dots are 1 px wide at ratio 1, where they need a little more contrast to be seen."""
    return mix(theme.dots, theme.faint, 0.22 if camera.ratio <= 1 else 0.1)
