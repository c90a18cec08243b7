"""Paints a row of the breakpoints: the box, the sign, the place; a condition in the colours of code."""

from __future__ import annotations

from PySide6.QtCore import QAbstractItemModel, QEvent, QPointF, QRect, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QStyleOptionViewItem

from editor.panels.breakpoint_sign import paint_breakpoint
from editor.panels.breakpoints_model import CONDITION, PLACE, THEN, BreakpointsModel
from editor.panels.plain_text import one_line
from editor.panels.row_painting import Index, RowDelegate, cell_rect, paint_row, paint_text, row_rect
from editor.theme import GAP, GAP_S, ICON, ICON_S, SPACE, TARGET, Theme, color, icon_pixmap, mono_font, ui_font
from node_engine.models.breakpoint import Breakpoint

_SIGN = 12.0


class BreakpointsDelegate(RowDelegate):
    """A click on the box, or Space, switches a breakpoint on or off; all else is painted only."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        model = index.model()
        one = model.row(index.row()) if isinstance(model, BreakpointsModel) else None
        if one is None or not isinstance(model, BreakpointsModel):
            return
        painter.save()
        paint_row(painter, option, self.theme)
        rect = cell_rect(option)
        if index.column() == PLACE:
            self._paint_signs(painter, option, one)
            rect.setLeft(_box(option).right() + GAP + TARGET - SPACE)
        font = mono_font() if index.column() == CONDITION else ui_font()
        text = one_line(model.words(index.row(), index.column()))
        paint_text(painter, rect, text, font, _tone(self.theme, one, index.column()))
        painter.restore()

    def _paint_signs(self, painter: QPainter, option: QStyleOptionViewItem, one: Breakpoint) -> None:
        box = _box(option)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(color(self.theme.accent if one.enabled else self.theme.wire)))
        painter.setBrush(color(self.theme.accent if one.enabled else self.theme.field))
        painter.drawRoundedRect(box, SPACE, SPACE)
        if one.enabled:
            tick = icon_pixmap("check", self.theme.on_accent, ICON_S, painter.device().devicePixelRatioF())
            painter.drawPixmap(box.left() + 1, box.top() + 1, tick)
        centre = QPointF(box.right() + GAP + SPACE, box.center().y() + 1)
        paint_breakpoint(painter, centre, _SIGN, one, self.theme)

    def editorEvent(self, event: QEvent, model: QAbstractItemModel, option: QStyleOptionViewItem, index: Index) -> bool:
        if isinstance(event, QKeyEvent):
            is_meant = event.type() == QEvent.Type.KeyPress and event.key() == Qt.Key.Key_Space
            return is_meant and _toggle(model, model.index(index.row(), PLACE))
        if not isinstance(event, QMouseEvent) or index.column() != PLACE:
            return False
        is_on_box = _box(option).adjusted(-SPACE, -SPACE, SPACE, SPACE).contains(event.position().toPoint())
        if event.type() == QEvent.Type.MouseButtonDblClick:
            return is_on_box
        return event.type() == QEvent.Type.MouseButtonRelease and is_on_box and _toggle(model, index)


def _toggle(model: QAbstractItemModel, index: Index) -> bool:
    is_on = model.data(index, Qt.ItemDataRole.CheckStateRole) == Qt.CheckState.Checked
    new = Qt.CheckState.Unchecked if is_on else Qt.CheckState.Checked
    return model.setData(index, new, Qt.ItemDataRole.CheckStateRole)


def _box(option: QStyleOptionViewItem) -> QRect:
    rect = row_rect(option)
    return QRect(rect.left() + GAP_S, rect.center().y() - ICON // 2 + 1, ICON, ICON)


def _tone(theme: Theme, one: Breakpoint, column: int) -> str:
    if not one.enabled:
        return theme.secondary
    if column == CONDITION:
        return theme.code_name
    return theme.secondary if column == THEN and one.log is None else theme.text
