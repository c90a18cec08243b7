"""Paints one row of the command palette."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter

from editor import theme as look
from editor.theme import Theme
from editor.window.entries import Entry

_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


def draw_entry(painter: QPainter, rect: QRect, entry: Entry, theme: Theme, *, is_selected: bool) -> None:
    """Paint icon, text, group and hint of an entry into `rect`."""
    painter.save()
    if is_selected:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.selected))
        painter.drawRoundedRect(rect, look.RADIUS, look.RADIUS)
    inner = rect.adjusted(look.GAP_S, 0, -look.GAP_S, 0)
    if entry.icon:
        top = inner.top() + (inner.height() - look.ICON) // 2
        ratio = painter.device().devicePixelRatioF()
        pixmap = look.icon_pixmap(entry.icon, entry.color or theme.secondary, look.ICON, ratio)
        painter.drawPixmap(inner.left(), top, pixmap)
    hint = entry.hint or entry.group
    hint_font = look.ui_font(look.SECONDARY_TEXT)
    painter.setFont(hint_font)
    painter.setPen(QColor(theme.secondary))
    painter.drawText(inner, _RIGHT, hint)
    width = QFontMetrics(hint_font).horizontalAdvance(hint) + look.GAP
    text_rect = inner.adjusted(look.ICON + look.GAP_S, 0, -width, 0)
    font = look.ui_font()
    painter.setFont(font)
    painter.setPen(QColor(theme.text if entry.is_enabled else theme.faint))
    shown = QFontMetrics(font).elidedText(entry.text, Qt.TextElideMode.ElideRight, text_rect.width())
    painter.drawText(text_rect, _LEFT, shown)
    painter.restore()
