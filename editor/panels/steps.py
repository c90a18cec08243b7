"""The Steps panel: one row for each step of the shown run; a click shows that moment."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from editor.panels.call_stack import CallStackBar
from editor.panels.empty_state import EmptyState
from editor.panels.steps_delegate import StepsDelegate
from editor.panels.steps_model import KIND, NEXT, StepsModel
from editor.panels.table import STRETCH, Table
from editor.session.failure_words import reason_of
from editor.session.run_model import RunModel
from editor.theme import PANEL_LEFT, PANEL_RIGHT, ROW, SPACE, Theme
from node_engine.models.description import Catalog

_WIDTHS = (2 * ROW + SPACE, 4 * ROW, 3 * ROW + 2 * SPACE, 2 * ROW + 4 * SPACE, 4 * ROW, STRETCH)


class StepsPanel(QWidget):
    """Signals: `run_wanted` by the button while there is no run, `component_wanted` with a key by a double click."""

    run_wanted = Signal()
    component_wanted = Signal(str)

    def __init__(
        self, run_model: RunModel, theme: Theme, parent: QWidget | None = None, *, catalog: Catalog | None = None
    ) -> None:
        super().__init__(parent)
        self._run_model = run_model
        self.model = StepsModel(catalog or {}, self)
        self.table = Table(self.model, StepsDelegate(theme), _WIDTHS, self.tr("Steps"), self, follows=True, grows=True)
        self._empty = EmptyState("list-ordered", theme, self)
        self.call_stack = CallStackBar(run_model, self)
        self._stack = QStackedWidget(self)
        self._stack.addWidget(self.table)
        self._stack.addWidget(self._empty)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.call_stack)
        column.addWidget(self._stack, 1)
        self._empty.pressed.connect(self.run_wanted)
        self.table.row_chosen.connect(self._show_row)
        self.table.activated.connect(self._on_activated)
        self.table.doubleClicked.connect(self._on_activated)
        run_model.shown_changed.connect(self._on_shown_changed)
        run_model.run_changed.connect(self._on_run_changed)
        self._on_shown_changed()

    def set_theme(self, theme: Theme) -> None:
        """Paint in the colours of another theme."""
        self.table.set_theme(theme)
        self._empty.set_theme(theme)

    def set_catalog(self, catalog: Catalog) -> None:
        """Take the kinds' names from another catalog."""
        self.model.set_catalog(catalog)

    def empty_text(self) -> str:
        """What is said instead of the table, empty while there is a table."""
        return self._empty.text() if self._stack.currentWidget() is self._empty else ""

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.table.setColumnHidden(KIND, self.width() < PANEL_LEFT + PANEL_RIGHT)
        self.table.setColumnHidden(NEXT, self.width() < PANEL_LEFT + 6 * ROW)

    def _on_shown_changed(self) -> None:
        run = self._run_model.shown
        if run is not self.model.run:
            self.model.set_run(run)
        self._select_shown()
        self._show_what_there_is()

    def _on_run_changed(self, run_id: str) -> None:
        run = self.model.run
        if run is None or run.id != run_id:
            return
        self.model.refresh()
        self._select_shown(scrolls=False)
        self._show_what_there_is()

    def _select_shown(self, *, scrolls: bool = True) -> None:
        number = self._run_model.shown_step
        self.table.select_row(-1 if number is None else self.model.row_of(number), scrolls=scrolls)

    def _show_what_there_is(self) -> None:
        run = self.model.run
        has_rows = self.model.rowCount() > 0
        self._stack.setCurrentWidget(self.table if has_rows else self._empty)
        if run is None:
            self._empty.say(self.tr("Run the flow to see each of its steps here, and what it changed."), self.tr("Run"))
        elif not run.is_loaded:
            self._empty.say(self.tr("The steps of run {0} are being read.").format(run.number), "")
        elif run.is_live:
            self._empty.say(self.tr("Run {0} has not begun its first step.").format(run.number), "")
        else:
            words = reason_of(run.error or "") or self.tr("Run {0} ended without a step.").format(run.number)
            self._empty.say(words, self.tr("Run again"))

    def _show_row(self, row: int) -> None:
        step = self.model.step(row)
        if step is not None:
            self._run_model.show_step(step.number)
        elif self.model.is_waiting(row):
            self._run_model.show_step(None)

    def _on_activated(self, index: QModelIndex) -> None:
        step = self.model.step(index.row())
        if step is not None:
            self.component_wanted.emit(step.key)
