"""The Problems panel: what is wrong with the flow in front; Enter or a double click goes there."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QTimer, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QStackedLayout, QWidget

from editor.document.change import Change
from editor.document.document import Document
from editor.document.editing import DocumentEditor
from editor.panels.empty_state import EmptyState
from editor.panels.line_delegate import LineDelegate
from editor.panels.line_model import LineModel
from editor.panels.table import STRETCH, Table
from editor.theme import ROW, SPACE, Theme
from node_engine.models.problem import Problem, Severity, count_problems

_WIDTHS = (3 * ROW + SPACE, 4 * ROW, STRETCH, 4 * ROW)
_SIGNS = {Severity.ERROR: "✕", Severity.WARNING: "!", Severity.INFO: "i"}
_ORDER = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.INFO: 2}
_PAUSE_MS = 150
"""Problems are looked for this long after the last change, so that typing stays fluid."""


class ProblemsPanel(QWidget):
    """Signals: `go_to` with a component key and a field path (each may be ""), `count_changed` (hints not counted)."""

    go_to = Signal(str, str)
    count_changed = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document: Document | None = None
        columns = (
            (self.tr("Kind"), lambda problem: f"{_SIGNS[problem.severity]}  {problem.severity.value}"),
            (self.tr("Component"), lambda problem: problem.component_key or ""),
            (self.tr("Problem"), lambda problem: problem.message),
            (self.tr("Field"), lambda problem: (problem.field or "").removeprefix("config.")),
        )
        self.model: LineModel[Problem] = LineModel(columns, self)
        self.table = Table(self.model, LineDelegate(theme, _tone, mono=(3,)), _WIDTHS, self.tr("Problems"), self)
        self._empty = EmptyState("circle-check", theme, self)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self.table)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_PAUSE_MS)
        self._timer.timeout.connect(self.refresh)
        self.table.activated.connect(self._on_activated)
        self.table.doubleClicked.connect(self._on_activated)
        self.refresh()

    def set_document(self, document: Document | None, _editor: DocumentEditor | None = None) -> None:
        """Show the problems of another flow."""
        if self._document is not None:
            self._document.changed.disconnect(self._on_changed)
        self._document = document
        if document is not None:
            document.changed.connect(self._on_changed)
        self.refresh()

    def set_theme(self, theme: Theme) -> None:
        """Paint in the colours of another theme."""
        self.table.set_theme(theme)
        self._empty.set_theme(theme)

    def refresh(self) -> None:
        """Look for problems now."""
        self._timer.stop()
        found = [] if self._document is None else list(self._document.problems())
        found.sort(key=lambda problem: _ORDER[problem.severity])
        if found != list(self.model.records()):
            self.model.put(found)
            self.count_changed.emit(count_problems(found))
        self._stack.setCurrentWidget(self.table if found else self._empty)
        if self._document is None:
            self._empty.say(self.tr("Open a flow to see what is wrong with it."), "")
        else:
            self._empty.say(self.tr("No problems. The flow is ready to run."), "")

    def empty_text(self) -> str:
        """What is said instead of the table, empty while there is a table."""
        return self._empty.text() if self._stack.currentWidget() is self._empty else ""

    def _on_changed(self, change: Change) -> None:
        if change.moved and not (change.changed or change.wires or change.flow or change.reset):
            return
        self._timer.start()

    def _on_activated(self, index: QModelIndex) -> None:
        problem = self.model.record(index.row())
        if problem is not None:
            self.go_to.emit(problem.component_key or "", problem.field or "")

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._timer.stop()


def _tone(theme: Theme, record: object, column: int) -> str:
    if not isinstance(record, Problem):
        return theme.text
    if column == 0:
        return {Severity.ERROR: theme.failed, Severity.WARNING: theme.paused}.get(record.severity, theme.accent)
    return theme.text if column in (1, 2) else theme.secondary
