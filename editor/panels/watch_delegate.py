"""Paints the rows of the watch: a value that just changed in amber, an error in red, its course as a small curve."""

from __future__ import annotations

from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyleOptionViewItem

from editor.panels.plain_text import one_line
from editor.panels.row_painting import Index, RowDelegate, cell_rect, paint_row, paint_text
from editor.panels.spark import paint_spark
from editor.panels.watch_model import COURSE, EXPRESSION, WatchModel
from editor.theme import mono_font


class WatchDelegate(RowDelegate):
    """Paints one cell of the watch."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        model = index.model()
        one = model.row(index.row()) if isinstance(model, WatchModel) else None
        if one is None or not isinstance(model, WatchModel):
            return
        painter.save()
        paint_row(painter, option, self.theme)
        rect = cell_rect(option)
        if index.column() == COURSE:
            paint_spark(painter, rect, one.spark, model.now(index.row()), self.theme)
        else:
            text = one_line(model.words(index.row(), index.column()))
            paint_text(painter, rect, text, mono_font(), self._tone(model, index))
        painter.restore()

    def _tone(self, model: WatchModel, index: Index) -> str:
        if index.column() == EXPRESSION:
            return self.theme.code_name
        if model.is_error(index.row()):
            return self.theme.failed
        if model.is_by_hand(index.row()):
            return self.theme.accent
        if model.value_at(index.row()) is None:
            return self.theme.secondary
        return self.theme.paused if model.has_changed(index.row()) else self.theme.text
