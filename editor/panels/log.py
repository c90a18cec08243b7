"""The Log panel: what the components of the shown run wrote, filtered by level and words."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from editor.panels.clock import clock_words
from editor.panels.empty_state import EmptyState
from editor.panels.forms.choice_controls import Chooser
from editor.panels.line_delegate import LineDelegate
from editor.panels.line_model import LineModel
from editor.panels.search_field import SearchField
from editor.panels.table import STRETCH, Table
from editor.session.run_model import RunModel
from editor.session.run_view import LOG_ROWS, LogRow, RunView
from editor.theme import GAP_S, ROW, SPACE, Theme

_LEVELS = ("debug", "info", "warning", "error", "critical")
_WIDTHS = (4 * ROW, 2 * ROW + 3 * SPACE, 4 * ROW, STRETCH)


class LogPanel(QWidget):
    """Signals: `component_wanted` with the key of the component that wrote the activated line."""

    component_wanted = Signal(str)

    def __init__(self, run_model: RunModel, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._run_model = run_model
        self._run: RunView | None = None
        self._last: LogRow | None = None
        columns = (
            (self.tr("Time"), lambda row: clock_words(row.time_s)),
            (self.tr("Level"), lambda row: row.level),
            (self.tr("Component"), lambda row: row.key or row.namespace),
            (self.tr("Message"), lambda row: row.message),
        )
        self.model: LineModel[LogRow] = LineModel(columns, self, most_rows=LOG_ROWS)
        self.table = Table(self.model, LineDelegate(theme, _tone), _WIDTHS, self.tr("Log"), self, follows=True)
        self.filter = SearchField(self.tr("Filter the log"), theme, parent=self)
        self.level = Chooser(self)
        self._empty = EmptyState("scroll-text", theme, self)
        self._arrange()
        self.filter.textChanged.connect(self._refill)
        self.level.currentIndexChanged.connect(self._refill)
        self.table.activated.connect(self._on_activated)
        run_model.shown_changed.connect(self._on_shown_changed)
        run_model.run_changed.connect(self._on_run_changed)
        self._on_shown_changed()

    def set_theme(self, theme: Theme) -> None:
        """Paint in the colours of another theme."""
        self.table.set_theme(theme)
        self.filter.set_theme(theme)
        self._empty.set_theme(theme)

    def empty_text(self) -> str:
        """What is said instead of the table, empty while there is a table."""
        return self._empty.text() if self._stack.currentWidget() is self._empty else ""

    def _arrange(self) -> None:
        names = (self.tr("All levels"), self.tr("Info and above"), self.tr("Warnings and errors"), self.tr("Errors"))
        self.level.addItems(list(names))
        self.level.setAccessibleName(self.tr("Level"))
        self.level.setMinimumContentsLength(max(len(name) for name in names))
        head = QHBoxLayout()
        head.setContentsMargins(GAP_S, SPACE, GAP_S, SPACE)
        head.setSpacing(GAP_S)
        head.addWidget(self.filter, 1)
        head.addWidget(self.level)
        self._stack = QStackedWidget(self)
        self._stack.addWidget(self.table)
        self._stack.addWidget(self._empty)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self._stack, 1)

    def _is_wanted(self, row: LogRow) -> bool:
        least = (0, 1, 2, 3)[max(0, self.level.currentIndex())]
        return row.level not in _LEVELS or _LEVELS.index(row.level) >= least

    def _refill(self) -> None:
        log = list(self._run.log) if self._run is not None else []
        self._last = log[-1] if log else None
        self.model.set_filter(self.filter.text())
        self.model.put([row for row in log if self._is_wanted(row)])
        self._show_what_there_is()

    def _show_what_there_is(self) -> None:
        self._stack.setCurrentWidget(self.table if self.model.rowCount() else self._empty)
        if self._run is not None and self._run.log:
            self._empty.say(self.tr("No line of the log matches the filter."), "")
        else:
            self._empty.say(self.tr("Nothing was logged. A Log component writes a line here."), "")

    def _on_shown_changed(self) -> None:
        if self._run is not self._run_model.shown or self._run is None:
            self._run = self._run_model.shown
            self._refill()

    def _on_run_changed(self, run_id: str) -> None:
        run = self._run
        if run is None or run.id != run_id or not run.log or run.log[-1] is self._last:
            return
        fresh: list[LogRow] = []
        for row in reversed(run.log):
            if row is self._last:
                break
            fresh.append(row)
        self._last = run.log[-1]
        self.model.append([row for row in reversed(fresh) if self._is_wanted(row)])
        self._show_what_there_is()

    def _on_activated(self, index: QModelIndex) -> None:
        row = self.model.record(index.row())
        if row is not None and row.key:
            self.component_wanted.emit(row.key)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        row = self.model.record(self.table.currentIndex().row())
        if event.matches(QKeySequence.StandardKey.Copy) and row is not None:
            QGuiApplication.clipboard().setText(row.message)
        elif event.matches(QKeySequence.StandardKey.Find):
            self.filter.setFocus(Qt.FocusReason.ShortcutFocusReason)
        else:
            super().keyPressEvent(event)


def _tone(theme: Theme, row: object, column: int) -> str:
    level = row.level if isinstance(row, LogRow) else ""
    alarm = {"warning": theme.paused, "error": theme.failed, "critical": theme.failed}
    if column == 1:
        return alarm.get(level, theme.secondary)
    return theme.text if column == 3 else theme.secondary
