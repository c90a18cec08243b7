"""The text field of forms: one line or growing with its text, templates in colour."""

from __future__ import annotations

import re

from PySide6.QtCore import QMimeData, QSize, Qt, Signal
from PySide6.QtGui import (
    QFont,
    QFontMetrics,
    QKeyEvent,
    QResizeEvent,
    QSyntaxHighlighter,
    QTextCharFormat,
    QTextDocument,
)
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from editor.theme import FIELD, GAP_S, HAIRLINE, RADIUS, SPACE, Theme, color, mono_font, ui_font

_TEMPLATE = re.compile(r"\{\{.*?\}\}")
_PASTE_LIMIT = 2_000_000


class TemplateColours(QSyntaxHighlighter):
    """Shows {{…}} in the accent colour."""

    def __init__(self, document: QTextDocument, theme: Theme) -> None:
        super().__init__(document)
        self._format = QTextCharFormat()
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Use the accent of another theme."""
        self._format.setForeground(color(theme.accent))
        self.rehighlight()

    def highlightBlock(self, text: str) -> None:
        for match in _TEMPLATE.finditer(text):
            self.setFormat(match.start(), match.end() - match.start(), self._format)


class TextEdit(QPlainTextEdit):
    """A plain text field that is `lines` to `most_lines` high. `typed` tells each change made by the person."""

    typed = Signal(str)

    def __init__(
        self,
        theme: Theme,
        *,
        lines: int = 1,
        most_lines: int = 1,
        is_mono: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._lines, self._most_lines = lines, most_lines
        self._is_setting = False
        self._colours = TemplateColours(self.document(), theme)
        self.setTabChangesFocus(True)
        self.document().setDocumentMargin(RADIUS - SPACE / 2)
        self.set_font(mono_font() if is_mono else ui_font())
        if self.is_one_line:
            self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
            self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
            self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.textChanged.connect(self._on_text_changed)

    @property
    def is_one_line(self) -> bool:
        """True for a field that never holds a line end."""
        return self._most_lines == 1

    def set_font(self, font: QFont) -> None:
        """Write in another font."""
        self.setProperty("mono", font.fixedPitch())
        self.setFont(font)
        self._fit()

    def set_theme(self, theme: Theme) -> None:
        """Paint in the colours of another theme."""
        self._colours.set_theme(theme)

    def set_text(self, text: str) -> None:
        """Show another text; keeps the cursor where it was, tells nothing."""
        if text == self.toPlainText():
            return
        place = self.textCursor().position()
        self._is_setting = True
        self.setPlainText(text)
        self._is_setting = False
        cursor = self.textCursor()
        cursor.setPosition(min(place, len(self.toPlainText())))
        self.setTextCursor(cursor)
        self._fit()

    def _on_text_changed(self) -> None:
        self._fit()
        if not self._is_setting:
            self.typed.emit(self.toPlainText())

    def _fit(self) -> None:
        """Be as high as the text, between the fewest and the most lines."""
        if self.is_one_line:
            height = FIELD
        else:
            shown = self.document().size().height()
            lines = max(self._lines, min(int(shown), self._most_lines))
            height = lines * QFontMetrics(self.font()).lineSpacing() + 2 * (RADIUS + HAIRLINE) + SPACE
            if self.lineWrapMode() == QPlainTextEdit.LineWrapMode.NoWrap:
                height += self.horizontalScrollBar().sizeHint().height()
        if self.height() != height or self.minimumHeight() != height:
            self.setFixedHeight(height)

    def insertFromMimeData(self, source: QMimeData) -> None:
        text = source.text()[:_PASTE_LIMIT]
        self.insertPlainText(" ".join(text.splitlines()) if self.is_one_line else text)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.is_one_line and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.ignore()
            return
        super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def sizeHint(self) -> QSize:
        return QSize(FIELD * SPACE, self.minimumHeight() + GAP_S)
