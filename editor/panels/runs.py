"""The Runs panel: live and past runs, newest first, whoever started them; a click opens one."""

from __future__ import annotations

import time

from PySide6.QtCore import QModelIndex, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from editor.panels.clock import day_words
from editor.panels.empty_state import EmptyState
from editor.panels.line_delegate import LineDelegate
from editor.panels.line_model import LineModel
from editor.panels.plain_text import duration_words
from editor.panels.run_words import ORIGIN_WORDS, state_tone, state_words
from editor.panels.search_field import SearchField
from editor.panels.table import STRETCH, Table
from editor.session.failure_words import reason_of
from editor.session.run_model import RunModel
from editor.session.run_view import RunView
from editor.theme import GAP_S, PANEL_RIGHT, ROW, SPACE, Theme

_STATE, _FLOW, _STEPS, _PROBLEM = 1, 2, 5, 7
_WIDTHS = (
    ROW + 4 * SPACE,
    3 * ROW + 2 * SPACE,
    4 * ROW,
    2 * ROW + 5 * SPACE,
    4 * ROW,
    ROW + 5 * SPACE,
    2 * ROW + 5 * SPACE,
    STRETCH,
)


class RunsPanel(QWidget):
    """Signals: `show_wanted` with the id of the run that shall be shown."""

    show_wanted = Signal(str)

    def __init__(self, run_model: RunModel, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._run_model = run_model
        columns = (
            (self.tr("Run"), lambda run: str(run.number)),
            (self.tr("State"), lambda run: state_words(run.state)),
            (self.tr("Flow"), lambda run: run.flow_key),
            (self.tr("From"), lambda run: ORIGIN_WORDS[run.origin]),
            (self.tr("Started"), lambda run: day_words(run.started_s, time.time())),
            (self.tr("Steps"), lambda run: str(run.step_count)),
            (self.tr("Time"), _time_words),
            (self.tr("Note"), _note_words),
        )
        self.model: LineModel[RunView] = LineModel(columns, self)
        self.model.align_right(0, 5, 6)
        self.table = Table(self.model, LineDelegate(theme, _tone, right=(0, 5, 6)), _WIDTHS, self.tr("Runs"), self)
        self.filter = SearchField(self.tr("Filter by flow, state or origin"), theme, parent=self)
        self._empty = EmptyState("history", theme, self)
        self._arrange()
        self.filter.textChanged.connect(self._refill)
        self.table.clicked.connect(self._on_activated)
        self.table.activated.connect(self._on_activated)
        run_model.runs_changed.connect(self._refill)
        run_model.shown_changed.connect(self._select_shown)
        run_model.run_changed.connect(self._on_run_changed)
        self._refill()

    def set_theme(self, theme: Theme) -> None:
        """Paint in the colours of another theme."""
        self.table.set_theme(theme)
        self.filter.set_theme(theme)
        self._empty.set_theme(theme)

    def live_count(self) -> int:
        """How many runs are under way."""
        return sum(run.is_live for run in self._run_model.runs())

    def empty_text(self) -> str:
        """What is said instead of the table, empty while there is a table."""
        return self._empty.text() if self._stack.currentWidget() is self._empty else ""

    def _arrange(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(GAP_S, SPACE, GAP_S, SPACE)
        head.addWidget(self.filter)
        self._stack = QStackedWidget(self)
        self._stack.addWidget(self.table)
        self._stack.addWidget(self._empty)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self._stack, 1)

    def _refill(self) -> None:
        self.model.set_filter(self.filter.text())
        wanted = [run for run in self._run_model.runs() if self.model.accepts(run)]
        if wanted != list(self.model.records()):
            self.model.put(wanted)
            self._select_shown()
        elif wanted:
            self._repaint(0, len(wanted) - 1)
        self._show_what_there_is()

    def _repaint(self, first: int, last: int) -> None:
        self.model.dataChanged.emit(self.model.index(first, 0), self.model.index(last, _PROBLEM))

    def _select_shown(self) -> None:
        shown = self._run_model.shown
        rows = (row for row, run in enumerate(self.model.records()) if run is shown)
        self.table.select_row(next(rows, -1))

    def _show_what_there_is(self) -> None:
        self._stack.setCurrentWidget(self.table if self.model.rowCount() else self._empty)
        if self._run_model.runs():
            self._empty.say(self.tr("No run matches the filter."), "")
        else:
            self._empty.say(self.tr("No run yet. Runs from here and from other programs appear at once."), "")

    def _on_run_changed(self, run_id: str) -> None:
        for row, run in enumerate(self.model.records()):
            if run.id == run_id:
                self._repaint(row, row)
                return

    def _on_activated(self, index: QModelIndex) -> None:
        run = self.model.record(index.row())
        if run is not None:
            self.show_wanted.emit(run.id)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.table.setColumnHidden(_STEPS, self.width() < 2 * PANEL_RIGHT)


def _time_words(run: RunView) -> str:
    return duration_words(run.elapsed_ms) if run.state.is_final else ""


def _note_words(run: RunView) -> str:
    if run.error:
        return reason_of(run.error)
    if run.paused_at is not None:
        return f"before {run.paused_at[0]}, visit {run.paused_at[1]}"
    return ""


def _tone(theme: Theme, record: object, column: int) -> str:
    if not isinstance(record, RunView):
        return theme.text
    if column == _STATE:
        return state_tone(theme, record.state)
    if column == _PROBLEM:
        return theme.failed if record.error else theme.paused
    return theme.text if column == _FLOW else theme.secondary
