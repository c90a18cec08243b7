"""The Outline panel: the flow as an ordered list, with everything the canvas can do by keyboard."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from PySide6.QtCore import QEvent, QItemSelectionModel, QModelIndex, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QMenu, QStackedWidget, QVBoxLayout, QWidget

from editor.document.document import Document
from editor.document.editing import DocumentEditor
from editor.panels.connect_popup import ConnectPopup
from editor.panels.empty_state import EmptyState
from editor.panels.outline_delegate import OutlineDelegate
from editor.panels.outline_model import KEY, KIND, NEXT, OutlineModel
from editor.panels.plain_text import PlainLabel
from editor.panels.quick_add import QuickAdd
from editor.panels.table import STRETCH, Table
from editor.theme import GAP, GRID, PANEL_LEFT, PANEL_RIGHT, ROW, SPACE, Theme
from node_engine.errors import NodeEngineError
from node_engine.models.ids import ComponentKey

_WIDTHS = (STRETCH, 3 * ROW + SPACE, 4 * ROW)


class OutlinePanel(QWidget):
    """Keys: Insert adds, F2 renames, Alt+Up and Alt+Down reorder, C connects, B breaks, D disables, Delete removes.

    Signals:
        selection_changed: the keys of the selected components.
        open_wanted: key of the component that shall be opened in the inspector.
        breakpoint_toggled: key of the component whose breakpoint is set or taken away.
    """

    selection_changed = Signal(list)
    open_wanted = Signal(str)
    breakpoint_toggled = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._editor: DocumentEditor | None = None
        self._is_selecting = False
        self.model = OutlineModel(self)
        self._delegate = OutlineDelegate(theme)
        self.table = Table(self.model, self._delegate, _WIDTHS, self.tr("Outline"), self)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.quick_add = QuickAdd({}, theme, self)
        self.connect_popup = ConnectPopup(self)
        self.error = PlainLabel("", "error", self, wrap=True)
        self._empty = EmptyState("list-ordered", theme, self)
        self._arrange()
        self.table.installEventFilter(self)
        self._delegate.rename_wanted.connect(self._on_rename_wanted)
        self.table.selectionModel().selectionChanged.connect(self._on_selection_changed)
        self.table.activated.connect(self._on_activated)
        self.table.doubleClicked.connect(self._on_activated)
        self.quick_add.chosen.connect(self._on_chosen)
        self.connect_popup.chosen.connect(self._on_target_chosen)
        self._empty.pressed.connect(self.add_after_current)
        self.model.modelReset.connect(self._show_what_there_is)
        self._show_what_there_is()

    def set_document(self, document: Document | None, editor: DocumentEditor | None) -> None:
        """Show the components of another flow."""
        self._editor = editor
        self.model.set_document(document)
        self.error.hide()
        if document is not None:
            self.quick_add.set_catalog(document.catalog)

    def set_breakpoints(self, keys: Collection[str]) -> None:
        """Show which components runs stop before."""
        self.model.set_breakpoints(keys)

    def set_theme(self, theme: Theme) -> None:
        """Paint in the colours of another theme."""
        self.table.set_theme(theme)
        self.quick_add.set_theme(theme)
        self._empty.set_theme(theme)

    def selection(self) -> list[ComponentKey]:
        """The keys of the selected components, in list order."""
        rows = sorted(index.row() for index in self.table.selectionModel().selectedRows())
        return [key for row in rows if (key := self.model.key(row)) is not None]

    def select(self, keys: Sequence[str]) -> None:
        """Select these components; tells nothing."""
        rows = [row for key in keys if (row := self.model.row_of(key)) >= 0]
        if [self.model.key(row) for row in rows] == self.selection():
            return
        self._is_selecting = True
        selection = self.table.selectionModel()
        selection.clearSelection()
        flags = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
        for row in rows:
            selection.select(self.model.index(row, KEY), flags)
        if rows:
            selection.setCurrentIndex(self.model.index(rows[-1], KEY), QItemSelectionModel.SelectionFlag.NoUpdate)
            self.table.scrollTo(self.model.index(rows[-1], KEY))
        self._is_selecting = False

    def add_after_current(self) -> None:
        """Ask for a component and add it after the current one."""
        if self._editor is not None:
            self.quick_add.set_catalog(self._editor.document.catalog)
            self.quick_add.open_at(self._below_current())

    def connect_current(self) -> None:
        """Ask where the current component shall lead."""
        key = self._current()
        if key is not None and self._editor is not None:
            document = self._editor.document
            keys = document.keys()
            others = [each for each in keys if each != key]
            self.connect_popup.open_at(self._below_current(), key, document.ports(key), others)

    def empty_text(self) -> str:
        """What is said instead of the list, empty while there is a list."""
        return self._empty.text() if self._stack.currentWidget() is self._empty else ""

    def _arrange(self) -> None:
        self._stack = QStackedWidget(self)
        self._stack.addWidget(self.table)
        self._stack.addWidget(self._empty)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, SPACE, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._stack, 1)
        column.addWidget(self.error)
        self.error.setContentsMargins(GAP, SPACE, GAP, SPACE)
        self.error.hide()

    def _current(self) -> ComponentKey | None:
        return self.model.key(self.table.currentIndex().row())

    def _below_current(self) -> QPoint:
        rect = self.table.visualRect(self.table.currentIndex())
        return self.table.viewport().mapToGlobal(rect.bottomLeft() if rect.isValid() else QPoint(GAP, GAP))

    def _show_what_there_is(self) -> None:
        self._stack.setCurrentWidget(self.table if self.model.rowCount() else self._empty)
        if self.model.document is None:
            self._empty.say(self.tr("Open a flow to see its components in order."), "")
        else:
            self._empty.say(self.tr("This flow has no components yet."), self.tr("Add the first one"))

    def _try(self, change: Callable[[], object]) -> bool:
        """Change the document; what it refuses is said below the list."""
        try:
            change()
        except NodeEngineError as error:
            self.error.setText(str(error))
            self.error.show()
            return False
        self.error.hide()
        return True

    def _move(self, by: int) -> None:
        key, editor = self._current(), self._editor
        if key is None or editor is None:
            return
        place = self.model.row_of(key) + by
        if 0 <= place < self.model.rowCount() and self._try(lambda: editor.move_in_order(key, place)):
            self.select([key])

    def _remove(self) -> None:
        keys, editor = self.selection(), self._editor
        if keys and editor is not None:
            row = self.model.row_of(keys[0])
            self._try(lambda: editor.remove(keys))
            left = self.model.key(min(row, self.model.rowCount() - 1))
            if left is not None:
                self.select([left])

    def _toggle_enabled(self) -> None:
        keys, editor = self.selection(), self._editor
        if keys and editor is not None:
            is_enabled = self.model.is_enabled(self.model.row_of(keys[0]))
            self._try(lambda: editor.set_enabled(keys, not is_enabled))

    def _toggle_breakpoint(self) -> None:
        for key in self.selection():
            self.breakpoint_toggled.emit(key)

    def _rename(self) -> None:
        if self.table.currentIndex().isValid():
            self.table.edit(self.model.index(self.table.currentIndex().row(), KEY))

    def _on_rename_wanted(self, row: int, text: str) -> None:
        key, editor = self.model.key(row), self._editor
        if key is not None and editor is not None and text and text != key:
            self._try(lambda: editor.rename(key, text))
            self.select([text])

    def _on_chosen(self, name: str) -> None:
        editor, after = self._editor, self._current()
        if editor is None:
            return
        x, y = 0.0, 0.0
        if after is not None:
            place = editor.document.place(after)
            x, y = place.x + PANEL_LEFT + GRID, place.y
        added: list[ComponentKey] = []
        if self._try(lambda: added.append(editor.add(name, x, y, after=after))):
            self.select(added)

    def _on_target_chosen(self, port: str, target: str) -> None:
        key, editor = self._current(), self._editor
        if key is None or editor is None:
            return
        if target:
            self._try(lambda: editor.connect(key, port, target))
        else:
            self._try(lambda: editor.disconnect(key, port))

    def _on_selection_changed(self) -> None:
        if not self._is_selecting:
            self.selection_changed.emit(self.selection())

    def _on_activated(self, index: QModelIndex) -> None:
        key = self.model.key(index.row())
        if key is not None:
            self.open_wanted.emit(key)

    def _press(self, event: QKeyEvent) -> bool:
        """Do what a key stands for; False for a key that stands for nothing here."""
        key = Qt.Key(event.key())
        commands: dict[Qt.Key, Callable[[], None]] = {
            Qt.Key.Key_Insert: self.add_after_current,
            Qt.Key.Key_F2: self._rename,
            Qt.Key.Key_C: self.connect_current,
            Qt.Key.Key_B: self._toggle_breakpoint,
            Qt.Key.Key_D: self._toggle_enabled,
            Qt.Key.Key_Delete: self._remove,
        }
        if event.modifiers() == Qt.KeyboardModifier.AltModifier and key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self._move(1 if key == Qt.Key.Key_Down else -1)
        elif key in commands and not event.modifiers():
            commands[key]()
        else:
            return False
        return True

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        is_key = event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent)
        return (is_key and self._press(event)) or super().eventFilter(watched, event)  # type: ignore[arg-type]  # checked

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.table.setColumnHidden(NEXT, self.width() < PANEL_RIGHT)
        self.table.setColumnHidden(KIND, self.width() < PANEL_LEFT - ROW)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if self._current() is None:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for text, key, command in (
            (self.tr("Add after…"), "Ins", self.add_after_current),
            (self.tr("Connect…"), "C", self.connect_current),
            (self.tr("Rename"), "F2", self._rename),
            (self.tr("Breakpoint"), "B", self._toggle_breakpoint),
            (self.tr("Disable or enable"), "D", self._toggle_enabled),
            (self.tr("Delete"), "Del", self._remove),
        ):
            menu.addAction(f"{text}\t{key}").triggered.connect(command)
        menu.popup(event.globalPos())
