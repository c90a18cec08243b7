"""The Events panel: everything on the bus, newest last, with a filter and a row that sends an event."""

from __future__ import annotations

from collections.abc import Coroutine
from itertools import islice
from typing import Any, Protocol

import orjson
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from editor.panels.clock import clock_words
from editor.panels.empty_state import EmptyState
from editor.panels.line_delegate import LineDelegate
from editor.panels.line_model import LineModel
from editor.panels.plain_text import Line, PlainLabel
from editor.panels.search_field import SearchField
from editor.panels.table import STRETCH, Table
from editor.panels.value_text import bounded_json
from editor.session.jobs import Jobs
from editor.session.run_model import EVENT_ROWS, EventRow, RunModel
from editor.theme import GAP_S, ROW, SPACE, Theme

_WIDTHS = (2 * ROW, 4 * ROW, 4 * ROW, 3 * ROW, STRETCH)
_DATA_LENGTH = 400
_EVERYWHERE = frozenset({"run_id", "flow_key", "origin", "frame"})
"""Parts of every event of a run, left out of its line; a copied event has them."""
_JOB = "send event"


class Emit(Protocol):
    """Sends an event to the listeners of a session."""

    def __call__(self, session_id: str, event: str, data: str, /) -> Coroutine[Any, Any, object]: ...


class EventsPanel(QWidget):
    """A list of events and a row to send one."""

    def __init__(self, run_model: RunModel, emit: Emit, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._run_model = run_model
        self._emit = emit
        self._seen = 0
        self.jobs = Jobs(self)
        columns = (
            ("#", lambda row: str(row.number)),
            (self.tr("Time"), lambda row: clock_words(row.time_s)),
            (self.tr("Event"), lambda row: row.name),
            (self.tr("Session"), lambda row: row.session_id),
            (self.tr("Data"), _data_words),
        )
        self.model: LineModel[EventRow] = LineModel(columns, self, most_rows=EVENT_ROWS)
        self.model.align_right(0)
        delegate = LineDelegate(theme, _tone, mono=(4,), right=(0,))
        self.table = Table(self.model, delegate, _WIDTHS, self.tr("Events"), self, follows=True)
        self.filter = SearchField(self.tr("Filter by name, session or data"), theme, parent=self)
        self.session, self.event_name, self.data = (QLineEdit(self) for _ in range(3))
        self.send = QPushButton(self.tr("Send"), self)
        self.error = PlainLabel("", "error", self)
        self._empty = EmptyState("radio", theme, self)
        self._arrange()
        self.filter.textChanged.connect(self._refill)
        self.send.clicked.connect(self._on_send)
        self.data.returnPressed.connect(self._on_send)
        self.event_name.textChanged.connect(self._show_whether_sendable)
        self.session.textChanged.connect(self._show_whether_sendable)
        self.jobs.failed.connect(self._on_failed)
        run_model.events_changed.connect(self._on_events_changed)
        self._refill()
        self._show_whether_sendable()

    def set_theme(self, theme: Theme) -> None:
        """Paint in the colours of another theme."""
        self.table.set_theme(theme)
        self.filter.set_theme(theme)
        self._empty.set_theme(theme)

    def set_session(self, session_id: str) -> None:
        """Propose the session of the flow in front, unless the person typed one."""
        if not self.session.isModified():
            self.session.setText(session_id)

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
        foot = QHBoxLayout()
        foot.setContentsMargins(GAP_S, SPACE, GAP_S, SPACE)
        foot.setSpacing(SPACE)
        names = (self.tr("session"), self.tr("event"), self.tr("data"))
        for field, name, share in zip((self.session, self.event_name, self.data), names, (2, 2, 4), strict=True):
            field.setPlaceholderText(name)
            field.setAccessibleName(self.tr("Send an event: {0}").format(name))
            foot.addWidget(field, share)
        foot.addWidget(self.error)
        foot.addWidget(self.send)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self._stack, 1)
        column.addWidget(Line(self))
        column.addLayout(foot)

    def _refill(self) -> None:
        self._seen = self._run_model.event_count
        self.model.set_filter(self.filter.text())
        self.model.put(list(self._run_model.events))
        self._show_what_there_is()

    def _show_what_there_is(self) -> None:
        self._stack.setCurrentWidget(self.table if self.model.rowCount() else self._empty)
        if self._run_model.events:
            self._empty.say(self.tr("No event matches the filter."), "")
        else:
            self._empty.say(self.tr("No event yet. Run a flow, or send one with the fields below."), "")

    def _show_whether_sendable(self) -> None:
        self.send.setEnabled(bool(self.session.text().strip() and self.event_name.text().strip()))

    def _on_events_changed(self) -> None:
        fresh = self._run_model.event_count - self._seen
        if fresh <= 0:
            return
        self._seen = self._run_model.event_count
        events = self._run_model.events
        rows = list(islice(reversed(events), min(fresh, len(events))))
        rows.reverse()
        self.model.append(rows)
        self._show_what_there_is()

    def _on_send(self) -> None:
        if self.send.isEnabled():
            self.error.setText("")
            texts = (self.session.text().strip(), self.event_name.text().strip(), self.data.text())
            self.jobs.start(_JOB, self._emit(*texts))

    def _on_failed(self, _name: str, message: str) -> None:
        self.error.setText(message)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        row = self.model.record(self.table.currentIndex().row())
        if event.matches(QKeySequence.StandardKey.Copy) and row is not None:
            data = row.data if isinstance(row.data, str) else orjson.dumps(row.data).decode()
            QGuiApplication.clipboard().setText(data)
        else:
            super().keyPressEvent(event)


def _data_words(row: EventRow) -> str:
    if isinstance(row.data, str):
        return row.data[:_DATA_LENGTH]
    data = row.data
    if isinstance(data, dict):
        data = {name: value for name, value in data.items() if name not in _EVERYWHERE}
    return " ".join(bounded_json(data, _DATA_LENGTH)[0].split())


def _tone(theme: Theme, row: object, column: int) -> str:
    if column != 2 or not isinstance(row, EventRow):
        return theme.secondary
    if row.name.endswith("failed"):
        return theme.failed
    return theme.secondary if "." in row.name or row.name == "log" else theme.text
