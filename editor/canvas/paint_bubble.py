"""The bubble with values beside a wire or component: where it fits, and how it is drawn. Pure; widget coordinates."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QCoreApplication, QPointF, QRectF, QSizeF
from PySide6.QtGui import QColor, QPainter, QPen

from editor.canvas.words import Role, Words, draw_words, words_for
from editor.theme import RADIUS, Theme, color, mix

BubbleLine = str | tuple[str, str]
"""A text, or a name and its value."""
MOST_LINES = 8
_WIDEST_NAME, _WIDEST_VALUE = 150.0, 280.0
_PADDING_X, _PADDING_Y = 10.0, 6.0
_LINE_GAP = 3.0
_COLUMN_GAP = 8.0
_AWAY = 12.0
"""Distance from what the bubble belongs to."""
_EDGE = 4.0
_POINTER = 9.0
_FOREIGN, _OWN = 1.0, 1_000.0
"""How bad it is to cover other components, and the one that is meant."""


def bubble_size(lines: Sequence[BubbleLine]) -> QSizeF:
    """How large a bubble with these lines is."""
    rows = _rows(lines)
    name_width, value_width, text_width = _columns(rows)
    both = name_width + value_width + (_COLUMN_GAP if name_width and value_width else 0.0)
    height = sum(_height(row) for row in rows) + _LINE_GAP * max(0, len(rows) - 1)
    return QSizeF(round(max(both, text_width) + 2 * _PADDING_X), round(height + 2 * _PADDING_Y))


def place_beside(size: QSizeF, node: QRectF, view: QRectF, others: Iterable[QRectF]) -> QRectF:
    """Where a bubble of a component lies: above it, else below, right or left; never on it when there is any room."""
    width, height = size.width(), size.height()
    corners = [
        QPointF(node.left(), node.top() - _AWAY - height),
        QPointF(node.left(), node.bottom() + _AWAY),
        QPointF(node.right() + 2 * _AWAY, node.top()),
        QPointF(node.left() - 2 * _AWAY - width, node.top()),
    ]
    return _best(size, corners, view, node, others)


def place_at(size: QSizeF, point: QPointF, view: QRectF, others: Iterable[QRectF]) -> QRectF:
    """Where a bubble of a wire lies: right of the pointer, else wherever it covers no component."""
    x, y, width, height = point.x(), point.y(), size.width(), size.height()
    beside, above, below = y - height / 2, y - _AWAY - height, y + _AWAY + _POINTER
    corners = [
        QPointF(x + _AWAY + _EDGE, beside),
        QPointF(x - _AWAY - _EDGE - width, beside),
        QPointF(x - width / 2, above),
        QPointF(x - width / 2, below),
        QPointF(x + _AWAY, above),
        QPointF(x + _AWAY, below),
        QPointF(x - _AWAY - width, above),
        QPointF(x - _AWAY - width, below),
        QPointF(x - width / 2, above - 3 * _AWAY),
        QPointF(x - width / 2, below + 3 * _AWAY),
    ]
    pointer = QRectF(x - _POINTER, y - _POINTER, 2 * _POINTER, 2 * _POINTER)
    return _best(size, corners, view, pointer, others)


def draw_bubble(painter: QPainter, theme: Theme, lines: Sequence[BubbleLine], box: QRectF) -> None:
    """Draw a bubble: names quiet, values strong."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    painter.setPen(QPen(color(theme.shadow, 0.25), 3.0))
    painter.setBrush(QColor(theme.raised))
    painter.drawRoundedRect(box.adjusted(0, 1, 0, 1), RADIUS, RADIUS)
    painter.setPen(QPen(mix(theme.node_line, theme.secondary, 0.2), 1.0))
    painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)
    rows = _rows(lines)
    name_width, _value_width, _text_width = _columns(rows)
    left, y = box.left() + _PADDING_X, box.top() + _PADDING_Y
    value_left = left + name_width + (_COLUMN_GAP if name_width else 0.0)
    for row in rows:
        name, value = row
        if name is not None:
            draw_words(painter, name, left, round(y), theme.secondary)
        if value is not None:
            draw_words(painter, value, round(value_left), round(y), theme.text)
        y += _height(row) + _LINE_GAP


_Row = tuple[Words | None, Words | None]


def _rows(lines: Sequence[BubbleLine]) -> list[_Row]:
    rows = [_row(line) for line in lines[:MOST_LINES]]
    if len(lines) > MOST_LINES:
        rows.append(_row(QCoreApplication.translate("Bubble", "{0} more").format(len(lines) - MOST_LINES)))
    return rows


def _row(line: BubbleLine) -> _Row:
    if isinstance(line, str):
        return words_for(line, Role.DETAIL, _WIDEST_NAME + _WIDEST_VALUE), None
    name, value = line
    return words_for(name, Role.VALUE_NAME, _WIDEST_NAME), words_for(value, Role.VALUE, _WIDEST_VALUE)


def _columns(rows: Sequence[_Row]) -> tuple[float, float, float]:
    """The widths of names, of values, and of plain texts."""
    pairs = [(name.width if name else 0.0, value.width) for name, value in rows if value is not None]
    texts = [name.width for name, value in rows if value is None and name is not None]
    names, values = zip(*pairs, strict=True) if pairs else ((0.0,), (0.0,))
    return max(names), max(values), max(texts, default=0.0)


def _height(row: _Row) -> float:
    return max(words.height for words in row if words is not None)


def _best(size: QSizeF, corners: Sequence[QPointF], view: QRectF, own: QRectF, others: Iterable[QRectF]) -> QRectF:
    taken = list(others)
    boxes = [_inside(QRectF(corner, size), view) for corner in corners]
    boxes = [QRectF(round(box.x()), round(box.y()), box.width(), box.height()) for box in boxes]
    return min(boxes, key=lambda box: _OWN * _shared(box, own) + _FOREIGN * sum(_shared(box, one) for one in taken))


def _inside(box: QRectF, view: QRectF) -> QRectF:
    x = max(view.left() + _EDGE, min(box.x(), view.right() - _EDGE - box.width()))
    y = max(view.top() + _EDGE, min(box.y(), view.bottom() - _EDGE - box.height()))
    return QRectF(x, y, box.width(), box.height())


def _shared(box: QRectF, other: QRectF) -> float:
    shared = box.intersected(other)
    return max(0.0, shared.width()) * max(0.0, shared.height())
