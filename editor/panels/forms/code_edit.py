"""The code field: line numbers, colours by language, indentation kept."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QResizeEvent, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from editor.panels.forms.highlighting import CodeColours
from editor.panels.forms.text_edit import TextEdit
from editor.panels.row_painting import paint_text
from editor.theme import CAPTION_TEXT, GAP_S, Theme, color, mono_font

_INDENT = {"python": "    "}
_MOST_LINES = 100_000


class _Gutter(QWidget):
    """The line numbers beside a code field."""

    def __init__(self, field: CodeEdit) -> None:
        super().__init__(field)
        self._field = field

    def sizeHint(self) -> QSize:
        return QSize(self._field.gutter_width(), 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        self._field.paint_gutter(QPainter(self), event.rect())


class CodeEdit(TextEdit):
    """A text field for code. Tab indents; Escape gives the focus to the next control, so that Tab is no trap."""

    def __init__(
        self, language: str, theme: Theme, *, lines: int = 4, most_lines: int = 18, parent: QWidget | None = None
    ) -> None:
        self._gutter: _Gutter | None = None
        super().__init__(theme, lines=lines, most_lines=most_lines, is_mono=True, parent=parent)
        self._theme = theme
        self._indent = _INDENT.get(language, "  ")
        self._colours.setDocument(None)  # no template colours in code
        self._code_colours = CodeColours(self.document(), language, theme)
        self._gutter = _Gutter(self)
        self.setTabChangesFocus(language != "python")
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.blockCountChanged.connect(self._on_block_count_changed)
        self.updateRequest.connect(self._on_update_request)
        self._on_block_count_changed(0)

    def set_theme(self, theme: Theme) -> None:
        """Paint in the colours of another theme."""
        self._theme = theme
        self._code_colours.set_theme(theme)
        self.update()

    def gutter_width(self) -> int:
        """The width of the column of line numbers."""
        digits = max(2, len(str(min(self.blockCount(), _MOST_LINES))))
        return QFontMetrics(mono_font(CAPTION_TEXT)).horizontalAdvance("9" * digits) + 2 * GAP_S

    def paint_gutter(self, painter: QPainter, dirty: QRect) -> None:
        """Paint the numbers of the lines that are visible."""
        painter.fillRect(dirty, color(self._theme.field))
        font = mono_font(CAPTION_TEXT)
        block = self.firstVisibleBlock()
        current = self.textCursor().blockNumber()
        width = self.gutter_width() - GAP_S
        top = self.blockBoundingGeometry(block).translated(self.contentOffset()).top()
        while block.isValid() and top <= dirty.bottom():
            height = self.blockBoundingRect(block).height()
            if block.isVisible() and top + height >= dirty.top():
                place = QRect(0, round(top), width, round(height))
                is_current = block.blockNumber() == current and self.hasFocus()
                colour = self._theme.text if is_current else self._theme.secondary
                paint_text(painter, place, str(block.blockNumber() + 1), font, colour, Qt.AlignmentFlag.AlignRight)
            top += height
            block = block.next()

    def _on_block_count_changed(self, _count: int) -> None:
        self.setViewportMargins(self.gutter_width(), 0, 0, 0)

    def _on_update_request(self, rect: QRect, dy: int) -> None:
        if self._gutter is None:
            return
        if dy:
            self._gutter.scroll(0, dy)
        else:
            self._gutter.update(0, rect.y(), self._gutter.width(), rect.height())

    def _insert_line(self) -> None:
        cursor = self.textCursor()
        line = cursor.block().text()[: cursor.positionInBlock()]
        blank = line[: len(line) - len(line.lstrip())]
        opens = line.rstrip().endswith((":", "{", "[", "("))
        cursor.insertText("\n" + blank + (self._indent if opens else ""))
        self.ensureCursorVisible()

    def _shift(self, by: int) -> None:
        """Indent (1) or unindent (-1) the selected lines in one undo step."""
        cursor = self.textCursor()
        first = self.document().findBlock(cursor.selectionStart()).blockNumber()
        last = self.document().findBlock(cursor.selectionEnd()).blockNumber()
        cursor.beginEditBlock()
        for number in range(first, last + 1):
            line = QTextCursor(self.document().findBlockByNumber(number))
            if by > 0:
                line.insertText(self._indent)
            else:
                text = line.block().text()
                blank = min(len(self._indent), len(text) - len(text.lstrip()))
                line.movePosition(QTextCursor.MoveOperation.Right, QTextCursor.MoveMode.KeepAnchor, blank)
                line.removeSelectedText()
        cursor.endEditBlock()

    def _leave(self) -> None:
        """Give the focus to the next control; a field in which Tab indents refuses that otherwise."""
        changes_focus = self.tabChangesFocus()
        self.setTabChangesFocus(True)
        self.focusNextChild()
        self.setTabChangesFocus(changes_focus)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key == Qt.Key.Key_Escape:
            self._leave()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            self._insert_line()
        elif key == Qt.Key.Key_Tab and not self.tabChangesFocus() and not self.textCursor().hasSelection():
            self.insertPlainText(self._indent)
        elif key == Qt.Key.Key_Tab and not self.tabChangesFocus():
            self._shift(1)
        elif key == Qt.Key.Key_Backtab and not self.tabChangesFocus():
            self._shift(-1)
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._gutter is not None:
            rect = self.contentsRect()
            self._gutter.setGeometry(rect.left(), rect.top(), self.gutter_width(), rect.height())
