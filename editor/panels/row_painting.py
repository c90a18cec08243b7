"""How the rows of every list and table here are painted: backgrounds, and text in pieces of several colours."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from editor.theme import GAP_S, RADIUS, ROW, SPACE, Theme, color

Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of one line: its text, its colour, and whether it is bold or in the monospace font."""

    text: str
    colour: str
    bold: bool = False
    mono: bool = False


def is_selected(option: QStyleOptionViewItem) -> bool:
    """True when the row that `option` describes is selected."""
    return bool(option.state & QStyle.StateFlag.State_Selected)


def is_hovered(option: QStyleOptionViewItem) -> bool:
    """True when the mouse is over the row that `option` describes."""
    return bool(option.state & QStyle.StateFlag.State_MouseOver)


def row_rect(option: QStyleOptionViewItem) -> QRect:
    """The place of the cell that `option` describes."""
    return QRect(option.rect)


def paint_row(painter: QPainter, option: QStyleOptionViewItem, theme: Theme) -> None:
    """Fill a cell for its state: selected, under the mouse, or not at all."""
    if is_selected(option):
        painter.fillRect(row_rect(option), color(theme.selected))
    elif is_hovered(option):
        painter.fillRect(row_rect(option), color(theme.raised))


def paint_item(painter: QPainter, option: QStyleOptionViewItem, theme: Theme) -> None:
    """Fill a free-standing row with round corners for its state."""
    if not (is_selected(option) or is_hovered(option)):
        return
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color(theme.selected if is_selected(option) else theme.raised))
    painter.drawRoundedRect(QRectF(row_rect(option)).adjusted(SPACE, 0, -SPACE, 0), RADIUS, RADIUS)
    painter.restore()


def paint_text(
    painter: QPainter,
    rect: QRect,
    text: str,
    font: QFont,
    colour: str,
    align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
) -> None:
    """Paint one line, middle high, shortened with "…" where it does not fit."""
    painter.setFont(font)
    painter.setPen(color(colour))
    shown = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, rect.width())
    painter.drawText(rect, int(align | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine), shown)


def paint_spans(painter: QPainter, rect: QRect, spans: Iterable[Span], font: QFont, mono: QFont) -> None:
    """Paint pieces one after another in one line; the last that fits is shortened with "…"."""
    left = rect.left()
    for span in spans:
        used = QFont(mono if span.mono else font)
        if span.bold:
            used.setWeight(QFont.Weight.DemiBold)
        metrics = QFontMetrics(used)
        room = rect.right() - left
        if room < metrics.averageCharWidth() * 2:
            return
        shown = metrics.elidedText(span.text, Qt.TextElideMode.ElideRight, room)
        painter.setFont(used)
        painter.setPen(color(span.colour))
        painter.drawText(QRect(left, rect.top(), room, rect.height()), int(Qt.AlignmentFlag.AlignVCenter), shown)
        left += metrics.horizontalAdvance(shown)


def cell_rect(option: QStyleOptionViewItem) -> QRect:
    """The place for the text of a table's cell."""
    return row_rect(option).adjusted(GAP_S, 0, -GAP_S, 0)


class RowDelegate(QStyledItemDelegate):
    """Paints rows of one height in the colours of a theme; the base of the tables' delegates."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme

    def set_theme(self, theme: Theme) -> None:
        """Paint in other colours from now on."""
        self.theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(super().sizeHint(option, index).width(), ROW)
