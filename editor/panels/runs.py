"""The Runs panel: live runs first, then past ones; filters; show, fork, compare, continue and export one."""

from __future__ import annotations

import time
from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QContextMenuEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QStackedWidget, QToolButton, QVBoxLayout, QWidget

from editor.panels.answers import FindEffects, PastRuns, RunFilter
from editor.panels.clock import day_words
from editor.panels.empty_state import EmptyState
from editor.panels.fork_popup import ForkPopup
from editor.panels.line_delegate import LineDelegate
from editor.panels.line_model import LineModel
from editor.panels.plain_text import duration_words
from editor.panels.run_filters import RunFilters
from editor.panels.run_words import ORIGIN_WORDS, state_tone, state_words
from editor.panels.table import STRETCH, Table
from editor.session.failure_words import reason_of
from editor.session.jobs import Jobs
from editor.session.run_model import RunModel
from editor.session.run_view import RunView
from editor.theme import FIELD, GAP_S, ICON_S, PANEL_RIGHT, ROW, SPACE, Theme, icon
from node_engine.models.run import RunState, RunSummary

_STATE, _FLOW, _STEPS, _PROBLEM = 1, 2, 5, 7
_WIDTHS = (
    ROW + 4 * SPACE,
    3 * ROW + 4 * SPACE,
    3 * ROW + 3 * SPACE,
    2 * ROW + 4 * SPACE,
    3 * ROW + 5 * SPACE,
    ROW + 5 * SPACE,
    2 * ROW + 2 * SPACE,
    STRETCH,
)
_JOB = "past runs"
_PAUSE_MS = 250
_COMPARED = 12
"""As many runs are offered to compare with."""


class RunsPanel(QWidget):
    """Lists runs, whoever started them.

    Signals:
        show_wanted: id of the run that shall be shown.
        fork_wanted: id of a run, number of a step, and whether that step is done again.
        compare_wanted: ids of two runs.
        continue_wanted: id of an interrupted run that shall go on.
        export_wanted: id of the run that shall be written to a file.
        stop_wanted: id of a live run that shall end.
    """

    show_wanted = Signal(str)
    fork_wanted = Signal(str, int, bool)
    compare_wanted = Signal(str, str)
    continue_wanted = Signal(str)
    export_wanted = Signal(str)
    stop_wanted = Signal(str)

    def __init__(self, run_model: RunModel, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._run_model = run_model
        self._past_runs: PastRuns | None = None
        self._past: dict[str, RunView] = {}
        self._asked: RunFilter | None = None
        self.jobs = Jobs(self)
        columns = (
            (self.tr("Run"), lambda run: str(run.number)),
            (self.tr("State"), lambda run: state_words(run.state)),
            (self.tr("Flow"), lambda run: run.flow_key),
            (self.tr("From"), lambda run: ORIGIN_WORDS[run.origin]),
            (self.tr("Started"), lambda run: day_words(run.started_s, time.time())),
            (self.tr("Steps"), lambda run: str(run.step_count)),
            (self.tr("Time"), _time_words),
            (self.tr("Note"), self._note_words),
        )
        self.model: LineModel[RunView] = LineModel(columns, self)
        self.model.align_right(0, 5, 6)
        self.table = Table(self.model, LineDelegate(theme, _tone, right=(0, 5, 6)), _WIDTHS, self.tr("Runs"), self)
        self.filters = RunFilters(theme, self)
        self.filter = self.filters.text
        self.fork = self._tool("git-fork", self.tr("Fork from a step…"))
        self.compare = self._tool("columns-2", self.tr("Compare with…"))
        self.fork_popup = ForkPopup(self)
        self._empty = EmptyState("history", theme, self)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_PAUSE_MS)
        self._arrange()
        self._connect()
        self.set_theme(theme)
        self._refill()

    def set_past_runs(self, past_runs: PastRuns | None) -> None:
        """Take the callable that finds runs which the run model does not hold."""
        self._past_runs, self._asked = past_runs, None
        self._timer.start()

    def set_effects(self, find_effects: FindEffects | None) -> None:
        """Take the callable that tells what would happen again after a fork."""
        self.fork_popup.set_effects(find_effects)

    def set_theme(self, theme: Theme) -> None:
        """Paint in the colours of another theme."""
        for part in (self.table, self.filters, self._empty):
            part.set_theme(theme)
        for button in (self.fork, self.compare):
            button.setIcon(icon(str(button.property("sign")), theme.secondary, ICON_S))

    def live_count(self) -> int:
        """How many runs are under way."""
        return sum(run.is_live for run in self._run_model.runs())

    def empty_text(self) -> str:
        """What is said instead of the table, empty while there is a table."""
        return self._empty.text() if self._stack.currentWidget() is self._empty else ""

    def _tool(self, sign: str, tip: str) -> QToolButton:
        button = QToolButton(self)
        button.setProperty("sign", sign)
        button.setFixedSize(FIELD, FIELD)
        button.setToolTip(tip)
        button.setAccessibleName(tip)
        return button

    def _arrange(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(GAP_S, SPACE, GAP_S, SPACE)
        head.setSpacing(SPACE)
        head.addWidget(self.filters, 1)
        head.addWidget(self.fork)
        head.addWidget(self.compare)
        self._stack = QStackedWidget(self)
        self._stack.addWidget(self.table)
        self._stack.addWidget(self._empty)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self._stack, 1)

    def _connect(self) -> None:
        self.filters.changed.connect(self._on_filter_changed)
        self._timer.timeout.connect(self._ask)
        self.jobs.failed.connect(self._on_failed)
        self.jobs.ended.connect(self._on_ended)
        self.table.clicked.connect(self._on_activated)
        self.table.activated.connect(self._on_activated)
        self.table.selectionModel().currentRowChanged.connect(self._show_actions)
        self.fork.clicked.connect(self._on_fork)
        self.compare.clicked.connect(self._on_compare)
        self.fork_popup.chosen.connect(self.fork_wanted)
        self._empty.pressed.connect(self.filters.clear)
        self._run_model.runs_changed.connect(self._refill)
        self._run_model.shown_changed.connect(self._select_shown)
        self._run_model.run_changed.connect(self._on_run_changed)

    def _known(self) -> list[RunView]:
        """Every run that is known, live ones first, then the newest."""
        known = dict(self._past)
        known.update({run.id: run for run in self._run_model.runs()})
        return sorted(known.values(), key=lambda run: (run.is_live, run.started_s, run.number), reverse=True)

    def _accepts(self, run: RunView, wanted: RunFilter) -> bool:
        return (
            wanted.flow_key in (None, run.flow_key)
            and wanted.origin in (None, run.origin)
            and wanted.state in (None, run.state)
            and self.model.accepts(run)
        )

    def _refill(self) -> None:
        known = self._known()
        self.filters.offer_flows(run.flow_key for run in known)
        wanted = self.filters.wanted()
        self.model.set_filter(wanted.text)
        rows = [run for run in known if self._accepts(run, wanted)]
        if rows != list(self.model.records()):
            self.model.put(rows)
            self._select_shown()
        elif rows:
            self._repaint(0, len(rows) - 1)
        self._show_what_there_is(bool(known))
        self._show_actions()

    def _on_filter_changed(self) -> None:
        self._refill()
        self._timer.start()

    def _ask(self) -> None:
        """Ask for past runs that fit, while somebody looks."""
        wanted = self.filters.wanted()
        past_runs = self._past_runs
        if past_runs is not None and wanted != self._asked and self.isVisible():
            self.jobs.start(_JOB, self._load(past_runs, wanted))

    async def _load(self, past_runs: PastRuns, wanted: RunFilter) -> None:
        self._asked = wanted
        found: Sequence[RunSummary] = await past_runs(wanted)
        self._past.update({summary.id: _view_of(summary) for summary in found})
        self._refill()

    def _on_failed(self, _name: str, message: str) -> None:
        if not self.model.rowCount():
            self._empty.say(message, "")

    def _on_ended(self, _name: str) -> None:
        if self.filters.wanted() != self._asked:
            self._timer.start()

    def _repaint(self, first: int, last: int) -> None:
        self.model.dataChanged.emit(self.model.index(first, 0), self.model.index(last, _PROBLEM))

    def _select_shown(self) -> None:
        shown = self._run_model.shown
        rows = (row for row, run in enumerate(self.model.records()) if run is shown)
        self.table.select_row(next(rows, -1))

    def _show_what_there_is(self, has_runs: bool) -> None:
        self._stack.setCurrentWidget(self.table if self.model.rowCount() else self._empty)
        if has_runs:
            self._empty.say(self.tr("No run matches the filter."), self.tr("Show all"))
        else:
            self._empty.say(self.tr("No run yet. Runs from here and from other programs appear at once."), "")

    def _show_actions(self) -> None:
        run = self._current()
        self.fork.setEnabled(run is not None and run.step_count > 0)
        self.compare.setEnabled(run is not None and bool(self._others(run)))

    def _current(self) -> RunView | None:
        return self.model.record(self.table.currentIndex().row())

    def _others(self, run: RunView) -> list[RunView]:
        """The runs that are worth comparing with: its parent first, then those of the same flow."""
        runs = [other for other in self._known() if other is not run and other.flow_key == run.flow_key]
        return sorted(runs, key=lambda other: other.id != run.parent)[:_COMPARED]

    def _on_run_changed(self, run_id: str) -> None:
        for row, run in enumerate(self.model.records()):
            if run.id == run_id:
                self._repaint(row, row)
                return

    def _on_activated(self, index: QModelIndex) -> None:
        run = self.model.record(index.row())
        if run is not None:
            self.show_wanted.emit(run.id)

    def _on_fork(self) -> None:
        run = self._current()
        if run is not None:
            shown = self._run_model.shown_step if run is self._run_model.shown else None
            self.fork_popup.open_at(self.fork.mapToGlobal(QPoint(0, self.fork.height())), run, shown)

    def _on_compare(self) -> None:
        run = self._current()
        if run is not None:
            self._compare_menu(run, self).popup(self.compare.mapToGlobal(QPoint(0, self.compare.height())))

    def _compare_menu(self, run: RunView, parent: QWidget) -> QMenu:
        menu = QMenu(self.tr("Compare with"), parent)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for other in self._others(run):
            when = day_words(other.started_s, time.time())
            text = self.tr("run {0} · {1} · {2}").format(other.number, state_words(other.state), when)
            action = menu.addAction(text)
            action.setData((run.id, other.id))
        menu.triggered.connect(self._on_compared)
        return menu

    def _on_compared(self, action: object) -> None:
        pair = action.data() if hasattr(action, "data") else None
        if isinstance(pair, tuple):
            self.compare_wanted.emit(*pair)

    def _note_words(self, run: RunView) -> str:
        if run.error:
            return reason_of(run.error)
        if run.paused is not None:
            return self.tr("{0} {1}, visit {2}").format(run.paused.place, run.paused.key, run.paused.visit)
        parent = self._run_model.run(run.parent) or self._past.get(run.parent or "")
        return "" if parent is None else self.tr("from run {0}").format(parent.number)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        run = self._current()
        if run is None:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(self.tr("Show"), lambda: self.show_wanted.emit(run.id))
        menu.addAction(self.tr("Fork from a step…"), self._on_fork).setEnabled(run.step_count > 0)
        menu.addMenu(self._compare_menu(run, menu)).setEnabled(bool(self._others(run)))
        if run.state is RunState.INTERRUPTED:
            menu.addAction(self.tr("Continue where it was interrupted"), lambda: self.continue_wanted.emit(run.id))
        if run.is_live:
            menu.addAction(self.tr("Stop"), lambda: self.stop_wanted.emit(run.id))
        menu.addSeparator()
        menu.addAction(self.tr("Export…"), lambda: self.export_wanted.emit(run.id))
        menu.popup(event.globalPos())

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._timer.start()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.table.setColumnHidden(_STEPS, self.width() < 2 * PANEL_RIGHT)


def _view_of(summary: RunSummary) -> RunView:
    return RunView(
        summary.id,
        summary.number,
        summary.flow_key,
        summary.session_id,
        summary.origin,
        state=summary.state,
        started_s=summary.started_s,
        elapsed_ms=summary.elapsed_ms,
        error=summary.error,
        parent=summary.parent,
        step_count=summary.steps,
        is_loaded=False,
    )


def _time_words(run: RunView) -> str:
    return duration_words(run.elapsed_ms) if run.state.is_final else ""


def _tone(theme: Theme, record: object, column: int) -> str:
    if not isinstance(record, RunView):
        return theme.text
    if column == _STATE:
        return state_tone(theme, record.state)
    if column == _PROBLEM:
        return theme.failed if record.error else theme.paused if record.paused is not None else theme.secondary
    return theme.text if column == _FLOW else theme.secondary
