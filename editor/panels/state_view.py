"""The tree of a context on the screen: signs, tinted lines, values, and who wrote them."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QGuiApplication, QKeyEvent, QKeySequence, QPainter
from PySide6.QtWidgets import QAbstractItemView, QMenu, QStyle, QStyleOptionViewItem, QTreeView, QWidget

from editor.panels.forms.values import as_text
from editor.panels.plain_text import size_words
from editor.panels.row_painting import Index, RowDelegate, Span, paint_spans, paint_text, row_rect
from editor.panels.state_model import StateModel
from editor.panels.state_tree import Sign, StateNode
from editor.panels.value_text import PREVIEW_BYTES
from editor.theme import CAPTION_TEXT, GAP_L, GAP_S, SPACE, TARGET, Theme, color, mono_font, ui_font

_WIDE_TEXT = 60


class _StateDelegate(RowDelegate):
    """Paints a name, its value, and remarks; lines that go are red, lines that come are green."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        model = index.model()
        if not isinstance(model, StateModel):
            return
        painter.save()
        node = model.node(index)
        rect = row_rect(option).adjusted(SPACE, 0, -GAP_S, 0)
        paint_spans(painter, rect, self._spans(model, node), mono_font(), mono_font())
        painter.restore()

    def _spans(self, model: StateModel, node: StateNode) -> list[Span]:
        theme = self.theme
        if node.sign is Sign.MORE:
            return [Span(model.text(node), theme.accent)]
        spans = [Span(node.name, theme.text)]
        if node.can_open and node.sign in (Sign.ADDED, Sign.REMOVED):
            spans.insert(0, Span(f"{node.sign} ", theme.done if node.sign is Sign.ADDED else theme.failed))
        is_scalar = not isinstance(node.value, dict | list | str)
        tone = theme.text if is_scalar or node.sign in (Sign.ADDED, Sign.REMOVED) else theme.secondary
        spans.append(Span(f" {model.text(node)}", tone))
        if isinstance(node.value, str) and len(node.value) > _WIDE_TEXT:
            size = len(node.value)
            words = size_words(size) if size > PREVIEW_BYTES else model.tr("{0} chars").format(size)
            spans.append(Span(f"  {words}", theme.secondary))
        note = model.note(node)
        if note:
            spans.append(Span(f"  {note}", theme.faint))
        return spans

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(GAP_L, TARGET)


class StateView(QTreeView):
    """Signals: `value_wanted` with the row whose value shall be shown whole."""

    value_wanted = Signal(object)

    def __init__(self, model: StateModel, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._state_model = model
        self._state_delegate = _StateDelegate(theme)
        self._state_delegate.setParent(self)
        self.setModel(model)
        self.setItemDelegate(self._state_delegate)
        self.setAccessibleName(self.tr("Context"))
        self.setHeaderHidden(True)
        self.setUniformRowHeights(True)
        self.setIndentation(GAP_L)
        self.setMouseTracking(True)
        self.setExpandsOnDoubleClick(False)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.clicked.connect(self._on_clicked)
        self.doubleClicked.connect(self._open)

    def set_theme(self, theme: Theme) -> None:
        """Paint in the colours of another theme."""
        self._theme = theme
        self._state_delegate.set_theme(theme)
        self.viewport().update()

    def open_changes(self) -> None:
        """Open the rows with changes inside."""
        for index in self._state_model.changed_indexes():
            self.expand(index)

    def copy_value(self) -> None:
        """Put the current value on the clipboard."""
        if self.currentIndex().isValid():
            QGuiApplication.clipboard().setText(as_text(self._state_model.node(self.currentIndex()).value))

    def copy_path(self) -> None:
        """Put the path of the current value on the clipboard."""
        if self.currentIndex().isValid():
            QGuiApplication.clipboard().setText(self._state_model.node(self.currentIndex()).path)

    def _copy_template(self) -> None:
        if self.currentIndex().isValid():
            path = self._state_model.node(self.currentIndex()).path
            QGuiApplication.clipboard().setText("{{" + path + "}}")

    def _on_clicked(self, index: QModelIndex) -> None:
        if self._state_model.node(index).sign is Sign.MORE:
            self._state_model.load_more(index)

    def _open(self, index: QModelIndex) -> None:
        node = self._state_model.node(index)
        if node.sign is Sign.MORE:
            self._state_model.load_more(index)
        elif index.isValid():
            self.value_wanted.emit(node)

    def _open_current(self) -> None:
        self._open(self.currentIndex())

    def drawRow(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        sign = self._state_model.node(index).sign
        rect = QRect(0, row_rect(option).top(), self.viewport().width(), row_rect(option).height())
        is_selected = self.selectionModel().isSelected(index)
        if is_selected:
            painter.fillRect(rect, color(self._theme.selected))
        if sign in (Sign.ADDED, Sign.REMOVED):
            tint = self._theme.done_soft if sign is Sign.ADDED else self._theme.failed_soft
            painter.fillRect(rect, color(tint))
        super().drawRow(painter, option, index)

    def drawBranches(self, painter: QPainter, rect: QRect, index: Index) -> None:
        node = self._state_model.node(index)
        if node.can_open:
            option = QStyleOptionViewItem()
            option.rect = QRect(rect.right() - GAP_L, rect.top(), GAP_L, rect.height())
            option.state = QStyle.StateFlag.State_Children | QStyle.StateFlag.State_Enabled
            if self.isExpanded(index):
                option.state |= QStyle.StateFlag.State_Open
            self.style().drawPrimitive(QStyle.PrimitiveElement.PE_IndicatorBranch, option, painter, self)
        elif node.sign in (Sign.ADDED, Sign.REMOVED):
            place = QRect(rect.right() - GAP_L + SPACE, rect.top(), GAP_L, rect.height())
            tone = self._theme.done if node.sign is Sign.ADDED else self._theme.failed
            paint_text(painter, place, node.sign.value, mono_font(), tone)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_value()
        elif event.key() == Qt.Key.Key_C and event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.copy_path()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._open_current()
        elif event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Escape):
            event.ignore()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if not self.currentIndex().isValid():
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.setFont(ui_font(CAPTION_TEXT + 2))
        for text, command in (
            (self.tr("Show the value"), self._open_current),
            (self.tr("Copy the value"), self.copy_value),
            (self.tr("Copy the path"), self.copy_path),
            (self.tr("Copy as template"), self._copy_template),
        ):
            menu.addAction(text).triggered.connect(command)
        menu.popup(event.globalPos())
