"""Paints the rows of a comparison: differences in amber, errors in red, the first one marked at its left edge."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyleOptionViewItem

from editor.panels.compare_model import A_NUMBER, A_TIME, B_NUMBER, B_TIME, DIFFERENCE, STEP, CompareModel
from editor.panels.plain_text import one_line
from editor.panels.row_painting import Index, RowDelegate, cell_rect, is_selected, paint_row, paint_text, row_rect
from editor.theme import SEMIBOLD, SPACE, Theme, color, ui_font
from node_engine.analysis.compare import Difference

_RIGHT = frozenset({A_NUMBER, B_NUMBER, A_TIME, B_TIME})


class CompareDelegate(RowDelegate):
    """Paints one cell."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        model = index.model()
        one = model.row(index.row()) if isinstance(model, CompareModel) else None
        if one is None or not isinstance(model, CompareModel):
            return
        painter.save()
        row, column = index.row(), index.column()
        tint = _tint(self.theme, one.difference)
        if tint is not None and not is_selected(option):
            painter.fillRect(row_rect(option), color(tint))
        else:
            paint_row(painter, option, self.theme)
        if model.is_first(row) and column == 0:
            edge = row_rect(option)
            painter.fillRect(QRect(edge.left(), edge.top(), SPACE - 1, edge.height()), color(self.theme.paused))
        align = Qt.AlignmentFlag.AlignRight if column in _RIGHT else Qt.AlignmentFlag.AlignLeft
        font = ui_font(weight=SEMIBOLD) if model.is_first(row) and column in (STEP, DIFFERENCE) else ui_font()
        text = one_line(model.words(row, column))
        paint_text(painter, cell_rect(option), text, font, self._tone(model, row, column), align)
        painter.restore()

    def _tone(self, model: CompareModel, row: int, column: int) -> str:
        one = model.row(row)
        if column == STEP:
            return self.theme.text
        if column == DIFFERENCE and one is not None:
            return _difference_tone(self.theme, one.difference)
        is_time = column in (A_TIME, B_TIME)
        return self.theme.paused if is_time and model.is_time_different(row) else self.theme.secondary


def _difference_tone(theme: Theme, difference: Difference) -> str:
    match difference:
        case Difference.SAME:
            return theme.secondary
        case Difference.ERROR | Difference.ONLY_A:
            return theme.failed
        case Difference.ONLY_B:
            return theme.done
        case _:
            return theme.paused


def _tint(theme: Theme, difference: Difference) -> str | None:
    match difference:
        case Difference.SAME:
            return None
        case Difference.ERROR | Difference.ONLY_A:
            return theme.failed_soft
        case Difference.ONLY_B:
            return theme.done_soft
        case _:
            return theme.paused_soft
