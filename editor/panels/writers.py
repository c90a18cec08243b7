"""Who wrote a value: the steps and edits that wrote a path of the context, with the value before and after."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QToolButton, QVBoxLayout, QWidget

from editor.panels.answers import FindWriters, Writing
from editor.panels.empty_state import EmptyState
from editor.panels.line_delegate import LineDelegate
from editor.panels.line_model import LineModel
from editor.panels.plain_text import ElidedLabel, Line
from editor.panels.table import STRETCH, Table
from editor.panels.value_text import told_value
from editor.session.jobs import Jobs
from editor.theme import GAP, GAP_S, ROW, SPACE, STRIP, TARGET, Theme, icon

_JOB = "writers"
_WIDTHS = (2 * ROW, 3 * ROW + 3 * SPACE, STRETCH, STRETCH)


@dataclass(frozen=True, slots=True)
class _Row:
    """One writing, as values: answers may be computed at each look."""

    at: int
    key: str
    by: str
    before: str
    after: str


class WritersView(QWidget):
    """A list below the tree of the context.

    Signals:
        step_wanted: number of the step that the chosen writing is to be looked at.
        closed: the person closed it.
    """

    step_wanted = Signal(int)
    closed = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._find_writers: FindWriters | None = None
        self._asked: tuple[str, str, str] | None = None
        self.jobs = Jobs(self)
        columns = (
            (self.tr("Step"), lambda row: str(row.at) if row.at else ""),
            (self.tr("Who"), self._who),
            (self.tr("Before"), lambda row: row.before),
            (self.tr("After"), lambda row: row.after),
        )
        self.model: LineModel[_Row] = LineModel(columns, self)
        self.model.align_right(0)
        self.table = Table(self.model, LineDelegate(theme, _tone, mono=(2, 3), right=(0,)), _WIDTHS, "", self)
        self.title = ElidedLabel("", "heading", self)
        self.close_button = QToolButton(self)
        self.close_button.setFixedSize(TARGET, TARGET)
        self.close_button.setToolTip(self.tr("Close"))
        self.close_button.setAccessibleName(self.tr("Close"))
        self._empty = EmptyState("history", theme, self)
        self._arrange()
        self.table.row_chosen.connect(self._on_row_chosen)
        self.table.activated.connect(self._on_activated)
        self.close_button.clicked.connect(self.closed)
        self.jobs.failed.connect(self._on_failed)
        self.jobs.ended.connect(self._on_ended)
        self.set_theme(theme)

    def set_writers(self, find_writers: FindWriters | None) -> None:
        """Take the callable that knows who wrote a value."""
        self._find_writers = find_writers

    def set_theme(self, theme: Theme) -> None:
        """Paint in the colours of another theme."""
        self.table.set_theme(theme)
        self._empty.set_theme(theme)
        self.close_button.setIcon(icon("x", theme.secondary))

    def show_writers(self, run_id: str, path: str, frame: str) -> None:
        """Ask who wrote a path and list them."""
        self._asked = (run_id, path, frame)
        self.title.set_whole_text(self.tr("Who wrote {0}?").format(path))
        self.table.setAccessibleName(self.title.whole_text())
        self.model.put([])
        self._say(self.tr("Looking through the run…"))
        self._ask()

    def empty_text(self) -> str:
        """What is said instead of the list, empty while there is a list."""
        return self._empty.text() if self._stack.currentWidget() is self._empty else ""

    def _arrange(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(GAP, 0, GAP_S, 0)
        head.setSpacing(GAP_S)
        head.addWidget(self.title, 1)
        head.addWidget(self.close_button)
        top = QWidget(self)
        top.setFixedHeight(STRIP)
        top.setLayout(head)
        self._stack = QStackedWidget(self)
        self._stack.addWidget(self.table)
        self._stack.addWidget(self._empty)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(Line(self))
        column.addWidget(top)
        column.addWidget(self._stack, 1)
        self.setMinimumHeight(STRIP + 4 * ROW)

    def _ask(self) -> None:
        if self._find_writers is not None and self._asked is not None:
            self.jobs.start(_JOB, self._load(self._find_writers, self._asked))

    async def _load(self, find_writers: FindWriters, asked: tuple[str, str, str]) -> None:
        found: Sequence[Writing] = await find_writers(*asked)
        if asked != self._asked:
            return
        self.model.put([self._row_of(one) for one in found])
        if found:
            self._stack.setCurrentWidget(self.table)
            self.table.scrollToBottom()
            self.table.setFocus()
        else:
            self._say(self.tr("No step of this run wrote it."))
        self._asked = None

    def _row_of(self, one: Writing) -> _Row:
        before = "" if one.is_new else told_value(one.before)
        after = self.tr("removed") if one.is_removed else told_value(one.after)
        return _Row(one.at, one.key or "", one.by, before, after)

    def _say(self, text: str) -> None:
        self._empty.say(text, "")
        self._stack.setCurrentWidget(self._empty)

    def _who(self, row: _Row) -> str:
        words = {"edit": self.tr("✎ by hand"), "start": self.tr("at the start"), "engine": self.tr("the engine")}
        return words.get(row.by, row.key)

    def _on_failed(self, _name: str, message: str) -> None:
        self._asked = None
        self._say(message)

    def _on_ended(self, _name: str) -> None:
        self._ask()

    def _on_row_chosen(self, row: int) -> None:
        record = self.model.record(row)
        if record is not None and record.at:
            self.step_wanted.emit(record.at)

    def _on_activated(self, index: QModelIndex) -> None:
        self._on_row_chosen(index.row())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            super().keyPressEvent(event)


def _tone(theme: Theme, record: object, column: int) -> str:
    if isinstance(record, _Row) and record.by == "edit":
        return theme.accent
    return theme.secondary if column in (0, 2) else theme.text
