"""Paints the cells of a line table: a tone for each cell, monospace and right-aligned columns."""

from __future__ import annotations

from collections.abc import Callable, Collection

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyleOptionViewItem

from editor.panels.line_model import LineModel
from editor.panels.plain_text import one_line
from editor.panels.row_painting import Index, RowDelegate, cell_rect, paint_row, paint_text
from editor.theme import Theme, mono_font, ui_font

Tone = Callable[[Theme, object, int], str]
"""Answers the colour of a cell for a theme, a record and a column."""


class LineDelegate(RowDelegate):
    """Paints the text of each cell on one line."""

    def __init__(self, theme: Theme, tone: Tone, *, mono: Collection[int] = (), right: Collection[int] = ()) -> None:
        super().__init__(theme)
        self._tone = tone
        self._mono = mono
        self._right = right

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        model = index.model()
        if not isinstance(model, LineModel):
            return
        record = model.record(index.row())
        if record is None:
            return
        painter.save()
        paint_row(painter, option, self.theme)
        column = index.column()
        font = mono_font() if column in self._mono else ui_font()
        align = Qt.AlignmentFlag.AlignRight if column in self._right else Qt.AlignmentFlag.AlignLeft
        text = one_line(model.text(index.row(), column))
        paint_text(painter, cell_rect(option), text, font, self._tone(self.theme, record, column), align)
        painter.restore()
