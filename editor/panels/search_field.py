"""A search field: magnifier, a hint at the right while empty, and keys that move through the list below it."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from editor.panels.row_painting import paint_text
from editor.theme import FIELD, GAP, GAP_S, HAIRLINE, ICON, ICON_S, SECONDARY_TEXT, SPACE, Theme, icon_pixmap, ui_font

_MOVES = {
    Qt.Key.Key_Down: 1,
    Qt.Key.Key_Up: -1,
    Qt.Key.Key_PageDown: 8,
    Qt.Key.Key_PageUp: -8,
}


class SearchField(QLineEdit):
    """A line for search words.

    Signals: `moved` by how many rows an arrow key goes, `accepted` by Enter, `escaped` by Escape while there is
    nothing to clear.
    """

    clears_on_escape = True

    moved = Signal(int)
    accepted = Signal()
    escaped = Signal()

    def __init__(self, placeholder: str, theme: Theme, hint: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._hint = hint
        self._theme = theme
        self.setTextMargins(ICON + SPACE, 0, 0, 0)
        self.setPlaceholderText(placeholder)
        self.setAccessibleName(placeholder)
        self.setFixedHeight(FIELD)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Show the magnifier and the hint in the colours of another theme."""
        self._theme = theme
        self.update()

    def _has_room_for_hint(self) -> bool:
        taken = self.textMargins().left() + self.fontMetrics().horizontalAdvance(self.placeholderText()) + 3 * GAP
        return taken + QFontMetrics(ui_font(SECONDARY_TEXT)).horizontalAdvance(self._hint) <= self.width()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in _MOVES:
            self.moved.emit(_MOVES[key])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.accepted.emit()
        elif key == Qt.Key.Key_Escape and self.text() and self.clears_on_escape:
            self.clear()
        elif key == Qt.Key.Key_Escape:
            self.escaped.emit()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        glass = icon_pixmap("search", self._theme.secondary, ICON_S, self.devicePixelRatioF())
        painter.drawPixmap(GAP_S + HAIRLINE, (self.height() - ICON_S) // 2, glass)
        if self._hint and not self.text() and self._has_room_for_hint():
            rect = QRect(self.rect()).adjusted(GAP, 0, -GAP, 0)
            paint_text(
                painter, rect, self._hint, ui_font(SECONDARY_TEXT), self._theme.secondary, Qt.AlignmentFlag.AlignRight
            )
