"""The tree of a context on the screen: signs, tinted lines, values, and who wrote them."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QAbstractItemModel, QEvent, QModelIndex, QObject, QRect, QSize, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QFontMetrics, QGuiApplication, QKeyEvent, QKeySequence, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QMenu,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeView,
    QWidget,
)

from editor.panels.forms.values import as_text
from editor.panels.plain_text import size_words
from editor.panels.row_painting import Index, RowDelegate, Span, paint_spans, paint_text, row_rect
from editor.panels.scalar_field import ScalarField
from editor.panels.state_model import StateModel
from editor.panels.state_tree import Sign, StateNode, same
from editor.panels.value_text import PREVIEW_BYTES
from editor.theme import CAPTION_TEXT, FIELD, GAP_L, GAP_S, SPACE, TARGET, Theme, color, mono_font, ui_font

_WIDE_TEXT = 60
_IN_ROW = 200
"""Longer texts are edited below the tree."""
_MOST_KEPT_OPEN = 200
_PENCIL = "✎"


@dataclass(frozen=True, slots=True)
class Opened:
    """What a person sees of a tree: open paths, the current path, and the place of the scroll bar."""

    paths: frozenset[str]
    current: str
    scrolled: int


class _StateDelegate(RowDelegate):
    """Paints a name, its value, and remarks; lines that go are red, lines that come are green, edits are blue."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        model = index.model()
        if not isinstance(model, StateModel):
            return
        painter.save()
        node = model.node(index)
        rect = row_rect(option).adjusted(SPACE, 0, -GAP_S, 0)
        paint_spans(painter, rect, self._spans(model, node), mono_font(), mono_font())
        painter.restore()

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        return ScalarField(parent)

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        model = index.model()
        if isinstance(editor, ScalarField) and isinstance(model, StateModel) and not editor.property("has value"):
            editor.setProperty("has value", True)
            editor.set_value(model.node(index).value)

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:
        if not isinstance(editor, ScalarField) or not isinstance(model, StateModel):
            return
        read, old = editor.read(), model.node(index).value
        if not read.error and not same(read.value, old):
            model.setData(index, read.value)

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: Index) -> None:
        model = index.model()
        rect = row_rect(option)
        name = model.node(index).name if isinstance(model, StateModel) else ""
        used = min(QFontMetrics(mono_font()).horizontalAdvance(name) + GAP_S, rect.width() // 2)
        middle = rect.center().y() - FIELD // 2 + 1
        editor.setGeometry(rect.left() + used, middle, rect.width() - used - SPACE, FIELD)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Enter takes the value only when it can be read."""
        if isinstance(watched, ScalarField) and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            is_enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
            if is_enter and watched.show_problem():
                return True
        return super().eventFilter(watched, event)

    def _spans(self, model: StateModel, node: StateNode) -> list[Span]:
        theme = self.theme
        if node.sign is Sign.MORE:
            return [Span(model.text(node), theme.accent)]
        spans = [Span(node.name, theme.text)]
        if node.can_open and (node.sign in (Sign.ADDED, Sign.REMOVED) or model.is_edited(node)):
            sign, tone = _sign(model, node, theme)
            spans.insert(0, Span(f"{sign} ", tone))
        is_scalar = not isinstance(node.value, dict | list | str)
        tone = theme.text if is_scalar or node.sign in (Sign.ADDED, Sign.REMOVED) else theme.secondary
        spans.append(Span(f" {model.text(node)}", tone))
        if isinstance(node.value, str) and len(node.value) > _WIDE_TEXT:
            size = len(node.value)
            words = size_words(size) if size > PREVIEW_BYTES else model.tr("{0} chars").format(size)
            spans.append(Span(f"  {words}", theme.secondary))
        note = model.note(node)
        if note:
            spans.append(Span(f"  {note}", theme.accent if model.is_edited(node) else theme.faint))
        return spans

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(GAP_L, TARGET)


class StateView(QTreeView):
    """Shows a context; edits its small values in their rows.

    Signals:
        value_wanted: the row whose value shall be shown whole.
        edit_wanted: the row whose value is too large for its row and shall be edited.
        add_wanted: the row below which a new value shall be added.
        remove_wanted: the row that shall be removed.
        writers_wanted, watch_wanted, break_wanted: the path of a value: who wrote it, watch it, stop when it changes.
    """

    value_wanted = Signal(object)
    edit_wanted = Signal(object)
    add_wanted = Signal(object)
    remove_wanted = Signal(object)
    writers_wanted = Signal(str)
    watch_wanted = Signal(str)
    break_wanted = Signal(str)

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
        self.doubleClicked.connect(self._on_double_clicked)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)

    def set_theme(self, theme: Theme) -> None:
        """Paint in the colours of another theme."""
        self._theme = theme
        self._state_delegate.set_theme(theme)
        self.viewport().update()

    def open_changes(self) -> None:
        """Open the rows with changes inside."""
        for index in self._state_model.changed_indexes():
            self.expand(index)

    def opened(self) -> Opened:
        """The paths that are open, the current one, and how far the tree is scrolled."""
        model = self._state_model
        paths: set[str] = set()
        pending = [QModelIndex()]
        while pending and len(paths) < _MOST_KEPT_OPEN:
            above = pending.pop()
            for row in range(model.rowCount(above)):
                index = model.index(row, 0, above)
                if self.isExpanded(index):
                    paths.add(model.node(index).path)
                    pending.append(index)
        return Opened(frozenset(paths), model.node(self.currentIndex()).path, self.verticalScrollBar().value())

    def restore(self, opened: Opened | None) -> None:
        """Open what was open before the tree was built anew, and go where the person was."""
        if opened is None:
            return
        model = self._state_model
        pending = [QModelIndex()]
        while pending:
            above = pending.pop()
            for row in range(model.rowCount(above)):
                index = model.index(row, 0, above)
                node = model.node(index)
                if node.path == opened.current and node.path and node.sign is not Sign.REMOVED:
                    self.setCurrentIndex(index)
                if node.path in opened.paths and node.sign is not Sign.REMOVED:
                    self.expand(index)
                    pending.append(index)
        self.verticalScrollBar().setValue(opened.scrolled)

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

    def edit_current(self) -> None:
        """Edit the current value: a small one in its row, any other below the tree."""
        index = self.currentIndex()
        node = self._state_model.node(index)
        if not index.isValid() or not self._state_model.can_edit(node):
            return
        value = node.value
        is_long = isinstance(value, str) and (len(value) > _IN_ROW or "\n" in value)
        if isinstance(value, dict | list) or is_long:
            self.edit_wanted.emit(node)
        else:
            self.edit(index)

    def close_editor(self) -> None:
        """Leave the field in a row without a change."""
        for field in self.findChildren(ScalarField):
            self._state_delegate.closeEditor.emit(field, QStyledItemDelegate.EndEditHint.NoHint)

    def _on_double_clicked(self, index: QModelIndex) -> None:
        if index.isValid() and self._state_model.can_edit(self._state_model.node(index)):
            self.edit_current()
        else:
            self._open(index)

    def _tell(self, signal: str) -> None:
        """Emit a signal about the current row."""
        node = self._state_model.node(self.currentIndex())
        if not self.currentIndex().isValid() or not node.path:
            return
        match signal:
            case "writers":
                self.writers_wanted.emit(node.path)
            case "watch":
                self.watch_wanted.emit(node.path)
            case "break":
                self.break_wanted.emit(node.path)
            case "remove" if self._state_model.can_edit(node):
                self.remove_wanted.emit(node)

    def _add(self) -> None:
        """Ask for a new value: in the current object or list, else beside the current value."""
        node = self._state_model.node(self.currentIndex())
        is_container = isinstance(node.value, dict | list) and node.sign is not Sign.REMOVED
        self.add_wanted.emit(node if is_container or node.parent is None else node.parent)

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
        if self._state_model.is_edited(self._state_model.node(index)):
            painter.fillRect(rect, color(self._theme.accent_soft))
        elif sign in (Sign.ADDED, Sign.REMOVED):
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
        elif node.sign in (Sign.ADDED, Sign.REMOVED) or self._state_model.is_edited(node):
            place = QRect(rect.right() - GAP_L + SPACE, rect.top(), GAP_L, rect.height())
            sign, tone = _sign(self._state_model, node, self._theme)
            paint_text(painter, place, sign, mono_font(), tone)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_value()
        elif event.key() == Qt.Key.Key_C and event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.copy_path()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._open_current()
        elif event.key() == Qt.Key.Key_F2:
            self.edit_current()
        elif event.key() == Qt.Key.Key_W and not event.modifiers():
            self._tell("writers")
        elif event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self._tell("remove")
        elif event.key() == Qt.Key.Key_Insert and self._state_model.is_editable:
            self._add()
        elif event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Escape):
            event.ignore()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if self.currentIndex().isValid():
            self.menu().popup(event.globalPos())

    def menu(self) -> QMenu:
        """What can be done with the current value."""
        node = self._state_model.node(self.currentIndex())
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.setFont(ui_font(CAPTION_TEXT + 2))
        menu.addAction(self.tr("Show the value"), self._open_current)
        if self._state_model.can_edit(node):
            menu.addAction(self.tr("Edit\tF2"), self.edit_current)
            menu.addAction(self.tr("Add a value…\tInsert"), self._add)
            menu.addAction(self.tr("Remove\tDelete"), lambda: self._tell("remove"))
        menu.addSeparator()
        menu.addAction(self.tr("Who wrote this?\tW"), lambda: self._tell("writers"))
        menu.addAction(self.tr("Watch this"), lambda: self._tell("watch"))
        menu.addAction(self.tr("Stop when this changes"), lambda: self._tell("break"))
        menu.addSeparator()
        menu.addAction(self.tr("Copy the value"), self.copy_value)
        menu.addAction(self.tr("Copy the path"), self.copy_path)
        menu.addAction(self.tr("Copy as template"), self._copy_template)
        return menu


def _sign(model: StateModel, node: StateNode, theme: Theme) -> tuple[str, str]:
    """The sign before a row, and its colour."""
    if model.is_edited(node):
        return _PENCIL, theme.accent
    return node.sign.value, theme.done if node.sign is Sign.ADDED else theme.failed
