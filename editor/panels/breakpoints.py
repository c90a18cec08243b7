"""The Breakpoints panel: every place where runs of the flow in front stop, and the editor of one."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from editor.document.breakpoints import BreakpointStore
from editor.document.document import Document
from editor.panels.answers import WouldStop
from editor.panels.breakpoint_editor import BreakpointEditor
from editor.panels.breakpoints_delegate import BreakpointsDelegate
from editor.panels.breakpoints_model import HITS, THEN, BreakpointsModel
from editor.panels.empty_state import EmptyState
from editor.panels.known_context import KnownContext
from editor.panels.plain_text import PlainLabel
from editor.panels.table import STRETCH, Table
from editor.theme import GAP, GAP_S, ROW, SPACE, STRIP, Theme
from node_engine.models.breakpoint import BreakPlace, Breakpoint

_WIDTHS = (9 * ROW - SPACE, STRETCH, 3 * ROW + SPACE, 5 * ROW)


class BreakpointsPanel(QWidget):
    """Signals: `component_wanted` with the key of the component whose breakpoint was gone to."""

    component_wanted = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._store: BreakpointStore | None = None
        self._document: Document | None = None
        self.model = BreakpointsModel(self)
        self.table = Table(self.model, BreakpointsDelegate(theme), _WIDTHS, self.tr("Breakpoints"), self)
        self.editor = BreakpointEditor(theme, self)
        self.summary = PlainLabel("", "caption", self)
        self.add = QPushButton(self.tr("Add…"), self)
        self.switch_all = QPushButton(self)
        self.remove_all = QPushButton(self.tr("Remove all"), self)
        self._empty = EmptyState("circle-dot", theme, self)
        self._arrange()
        self.add.clicked.connect(self.add_breakpoint)
        self._empty.pressed.connect(self.add_breakpoint)
        self.switch_all.clicked.connect(self._on_switch_all)
        self.remove_all.clicked.connect(self._on_remove_all)
        self.table.activated.connect(self._on_activated)
        self.table.doubleClicked.connect(self._on_activated)
        self.table.row_chosen.connect(self._on_row_chosen)
        self.editor.closed.connect(self._on_editor_closed)
        self._show_what_there_is()

    def set_document(self, document: Document | None, store: BreakpointStore | None) -> None:
        """Show the breakpoints of another document."""
        if self._store is not None:
            self._store.changed.disconnect(self._show_what_there_is)
        self._document, self._store = document, store
        self.editor.set_document(document, store)
        self.model.set_store(store)
        if store is not None:
            store.changed.connect(self._show_what_there_is)
        self._stack.setCurrentWidget(self._list)
        self._show_what_there_is()

    def set_would_stop(self, would_stop: WouldStop | None) -> None:
        """Take the callable that tells how often a breakpoint would have stopped a run."""
        self.editor.set_would_stop(would_stop)

    def set_known(self, known: KnownContext) -> None:
        """Complete conditions over this context."""
        self.editor.set_known(known)

    def set_hits(self, hits: Mapping[str, int]) -> None:
        """Show how often each breakpoint, by its id, was hit in the shown run."""
        self.model.set_hits(hits)
        self._show_what_there_is()

    def set_theme(self, theme: Theme) -> None:
        """Paint in the colours of another theme."""
        self.table.set_theme(theme)
        self.editor.set_theme(theme)
        self._empty.set_theme(theme)

    def edit(self, one: Breakpoint) -> None:
        """Open the editor for a breakpoint, kept or new."""
        self._stack.setCurrentWidget(self.editor)
        self.editor.show_breakpoint(one)

    def add_breakpoint(self) -> None:
        """Open the editor for a new breakpoint."""
        if self._store is not None:
            empty = {"place": BreakPlace.BEFORE, "component_key": None}
            self.edit(self._store.make(None, BreakPlace.ERROR).model_copy(update=empty))

    def select(self, breakpoint_id: str) -> None:
        """Make a breakpoint the current row."""
        self.table.select_row(self.model.row_of(breakpoint_id))

    def empty_text(self) -> str:
        """What is said instead of the table, empty while there is a table."""
        return self._empty.text() if self._pages.currentWidget() is self._empty else ""

    def _arrange(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(GAP, 0, GAP_S, 0)
        head.setSpacing(SPACE)
        head.addWidget(self.summary, 1)
        for button in (self.switch_all, self.remove_all, self.add):
            button.setProperty("kind", "flat")
            head.addWidget(button)
        top = QWidget(self)
        top.setFixedHeight(STRIP)
        top.setLayout(head)
        self._pages = QStackedWidget(self)
        self._pages.addWidget(self.table)
        self._pages.addWidget(self._empty)
        self._list = QWidget(self)
        inner = QVBoxLayout(self._list)
        inner.setContentsMargins(0, SPACE, 0, 0)
        inner.setSpacing(0)
        inner.addWidget(top)
        inner.addWidget(self._pages, 1)
        self._stack = QStackedWidget(self)
        self._stack.addWidget(self._list)
        self._stack.addWidget(self.editor)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._stack)

    def _show_what_there_is(self) -> None:
        rows = [] if self._store is None else self._store.all()
        on = sum(one.enabled for one in rows)
        has_rows = bool(rows)
        numbers = range(self.model.rowCount())
        self.table.setColumnHidden(HITS, not any(self.model.words(row, HITS) for row in numbers))
        self.table.setColumnHidden(THEN, not any(one.log is not None or one.once for one in rows))
        for button in (self.switch_all, self.remove_all):
            button.setVisible(has_rows)
        self.add.setVisible(has_rows)
        self.add.setEnabled(self._store is not None)
        self.switch_all.setText(self.tr("All off") if on else self.tr("All on"))
        problem = self._store.problem if self._store is not None else None
        counted = self.tr("{0} of {1} on").format(on, len(rows)) if has_rows else ""
        self.summary.setText(problem or counted)
        self._pages.setCurrentWidget(self.table if has_rows else self._empty)
        if self._store is None:
            self._empty.say(self.tr("Open a flow to set breakpoints in it."), "")
        else:
            text = self.tr("A run stops where a breakpoint is. Select a component and press F9, or add one here.")
            self._empty.say(text, self.tr("Add a breakpoint"))

    def _current(self) -> Breakpoint | None:
        return self.model.row(self.table.currentIndex().row())

    def _on_activated(self, index: QModelIndex) -> None:
        one = self.model.row(index.row())
        if one is not None:
            self.edit(one)

    def _on_row_chosen(self, row: int) -> None:
        one = self.model.row(row)
        if one is not None and one.component_key is not None:
            self.component_wanted.emit(one.component_key)

    def _on_editor_closed(self) -> None:
        self._stack.setCurrentWidget(self._list)
        self.table.setFocus()

    def _on_switch_all(self) -> None:
        if self._store is not None:
            rows = self._store.all()
            self._store.set_enabled([one.id for one in rows], not any(one.enabled for one in rows))

    def _on_remove_all(self) -> None:
        if self._store is not None:
            self._store.remove(*(one.id for one in self._store.all()))

    def _toggle(self) -> None:
        one = self._current()
        if one is not None and self._store is not None:
            self._store.set_enabled([one.id], not one.enabled)

    def _remove(self) -> None:
        one, row = self._current(), self.table.currentIndex().row()
        if one is not None and self._store is not None:
            self._store.remove(one.id)
            self.table.select_row(min(row, self.model.rowCount() - 1))

    def _edit_current(self) -> None:
        self._on_activated(self.table.currentIndex())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        commands = {
            Qt.Key.Key_Delete.value: self._remove,
            Qt.Key.Key_Backspace.value: self._remove,
            Qt.Key.Key_F2.value: self._edit_current,
            Qt.Key.Key_Insert.value: self.add_breakpoint,
        }
        command = commands.get(event.key()) if self._stack.currentWidget() is self._list else None
        if command is not None:
            command()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        one = self._current()
        if one is None or self._stack.currentWidget() is not self._list:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for text, command in (
            (self.tr("Edit…"), self._edit_current),
            (self.tr("Switch off") if one.enabled else self.tr("Switch on"), self._toggle),
            (self.tr("Remove"), self._remove),
        ):
            menu.addAction(text).triggered.connect(command)
        menu.popup(event.globalPos())
