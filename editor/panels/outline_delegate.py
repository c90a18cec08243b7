"""Paints the outline: breakpoint, number, icon and key; the key is edited in place."""

from __future__ import annotations

from PySide6.QtCore import QAbstractItemModel, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QLineEdit, QStyleOptionViewItem, QWidget

from editor.panels.outline_model import KEY, OutlineModel
from editor.panels.row_painting import Index, RowDelegate, cell_rect, paint_row, paint_text, row_rect
from editor.theme import CAPTION_TEXT, GAP_S, ICON, ROW, SPACE, Theme, color, icon_pixmap, ui_font
from node_engine.models.description import Family

_DOT = GAP_S + SPACE // 2


class OutlineDelegate(RowDelegate):
    """Signals: `rename_wanted` with a row and the new key."""

    rename_wanted = Signal(int, str)

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        model = index.model()
        if not isinstance(model, OutlineModel):
            return
        painter.save()
        paint_row(painter, option, self.theme)
        row, column = index.row(), index.column()
        is_enabled = model.is_enabled(row)
        if column == KEY:
            self._paint_key(painter, row_rect(option), model, row)
        else:
            tone = self.theme.secondary if is_enabled else self.theme.faint
            paint_text(painter, cell_rect(option), model.words(row, column), ui_font(), tone)
        painter.restore()

    def _paint_key(self, painter: QPainter, rect: QRect, model: OutlineModel, row: int) -> None:
        line = rect.adjusted(SPACE, 0, -GAP_S, 0)
        if model.has_breakpoint(row):
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(color(self.theme.failed))
            painter.drawEllipse(QRectF(line.left(), line.center().y() - _DOT / 2 + 1, _DOT, _DOT))
        number = QRect(line.left() + _DOT, line.top(), ROW - SPACE, line.height())
        right = Qt.AlignmentFlag.AlignRight
        paint_text(painter, number, str(row + 1), ui_font(CAPTION_TEXT), self.theme.secondary, right)
        name, family = model.look(row)
        tone = self.theme.family[Family(family)] if family else self.theme.failed
        left = number.right() + GAP_S
        pixmap = icon_pixmap(name, tone, ICON, painter.device().devicePixelRatio())
        painter.drawPixmap(left, line.center().y() - ICON // 2 + 1, pixmap)
        text = QRect(left + ICON + GAP_S, line.top(), line.right() - left - ICON - GAP_S, line.height())
        is_enabled = model.is_enabled(row)
        words = model.words(row, KEY) if is_enabled else model.tr("{0} (disabled)").format(model.words(row, KEY))
        paint_text(painter, text, words, ui_font(), self.theme.text if is_enabled else self.theme.faint)

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        field = QLineEdit(parent)
        field.setAccessibleName(self.tr("New key"))
        return field

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        if isinstance(editor, QLineEdit):
            editor.setText(str(index.data(Qt.ItemDataRole.EditRole)))

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:
        if isinstance(editor, QLineEdit):
            self.rename_wanted.emit(index.row(), editor.text().strip())
