"""The Compare panel: two runs step by step, the first difference marked and gone to, and what each step wrote."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from editor.panels.answers import CompareRuns
from editor.panels.compare_delegate import CompareDelegate
from editor.panels.compare_detail import CompareDetail
from editor.panels.compare_model import CompareModel
from editor.panels.empty_state import EmptyState
from editor.panels.plain_text import ElidedLabel
from editor.panels.table import STRETCH, Table
from editor.session.jobs import Jobs
from editor.session.run_model import RunModel
from editor.theme import GAP, GAP_S, ICON_S, ROW, SPACE, STRIP, TARGET, Theme, icon
from node_engine.analysis.compare import RunComparison

_JOB = "compare"
_WIDTHS = (
    2 * ROW,
    5 * ROW,
    2 * ROW,
    2 * ROW + 4 * SPACE,
    2 * ROW + 4 * SPACE,
    STRETCH,
)


class CompareView(QWidget):
    """Compares two runs.

    Signals:
        step_wanted: id of a run and number of one of its steps, to be shown.
        compared: the comparison shown, None when there is none any more; for marks on the canvas.
        closed: the person is done with it.
    """

    step_wanted = Signal(str, int)
    compared = Signal(object)
    closed = Signal()

    def __init__(
        self, run_model: RunModel, theme: Theme, compare: CompareRuns | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._run_model = run_model
        self._compare = compare
        self._ids: tuple[str, str] | None = None
        self.comparison: RunComparison | None = None
        """What is shown."""
        self.jobs = Jobs(self)
        self.model = CompareModel(self)
        self.table = Table(self.model, CompareDelegate(theme), _WIDTHS, self.tr("Compared steps"), self)
        self.detail = CompareDetail(theme, self)
        self.title = ElidedLabel("", "heading", self)
        self.only = QCheckBox(self.tr("Differences only"), self)
        self.previous = self._tool("chevron-up", self.tr("Previous difference (Shift+F8)"))
        self.next = self._tool("chevron-down", self.tr("Next difference (F8)"))
        self.swap = self._tool("arrow-right-left", self.tr("Swap the runs"))
        self.done = QPushButton(self.tr("Done"), self)
        self._empty = EmptyState("columns-2", theme, self)
        self._arrange()
        self._connect()
        self.set_theme(theme)
        self.clear()

    def set_compare(self, compare: CompareRuns | None) -> None:
        """Take the callable that compares two runs."""
        self._compare = compare

    def set_theme(self, theme: Theme) -> None:
        """Paint in the colours of another theme."""
        for part in (self.table, self.detail, self._empty):
            part.set_theme(theme)
        for button in (self.previous, self.next, self.swap):
            button.setIcon(icon(str(button.property("sign")), theme.secondary, ICON_S))

    def show_runs(self, a_id: str, b_id: str) -> None:
        """Compare two runs; the first is the one to compare with."""
        self._ids, self.comparison = (a_id, b_id), None
        self._say(self.tr("Comparing the runs…"))
        self._ask()

    def clear(self) -> None:
        """Show no comparison."""
        self._ids = self.comparison = None
        self.model.show_comparison(None, None, None)
        self._say(self.tr("Choose “Compare with…” at a run in the list of runs to see where two runs part."))
        self.compared.emit(None)

    def empty_text(self) -> str:
        """What is said instead of the table, empty while there is a table."""
        return self._empty.text() if self._stack.currentWidget() is self._empty else ""

    def _tool(self, sign: str, tip: str) -> QToolButton:
        button = QToolButton(self)
        button.setProperty("sign", sign)
        button.setFixedSize(TARGET, TARGET)
        button.setToolTip(tip)
        button.setAccessibleName(tip)
        return button

    def _arrange(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(GAP, 0, GAP_S, 0)
        head.setSpacing(SPACE)
        head.addWidget(self.title, 1)
        head.addWidget(self.only)
        for widget in (self.previous, self.next, self.swap):
            head.addWidget(widget)
        self.done.setProperty("kind", "flat")
        head.addWidget(self.done)
        top = QWidget(self)
        top.setFixedHeight(STRIP)
        top.setLayout(head)
        split = QSplitter(Qt.Orientation.Vertical, self)
        split.setChildrenCollapsible(False)
        split.addWidget(self.table)
        split.addWidget(self.detail)
        split.setStretchFactor(0, 3)
        split.setStretchFactor(1, 2)
        whole = QWidget(self)
        inner = QVBoxLayout(whole)
        inner.setContentsMargins(0, SPACE, 0, 0)
        inner.setSpacing(0)
        inner.addWidget(top)
        inner.addWidget(split, 1)
        self._stack = QStackedWidget(self)
        self._stack.addWidget(whole)
        self._stack.addWidget(self._empty)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._stack)

    def _connect(self) -> None:
        self.only.toggled.connect(self._on_only_toggled)
        self.previous.clicked.connect(self._on_previous)
        self.next.clicked.connect(self._on_next)
        self.swap.clicked.connect(self._on_swap)
        self.done.clicked.connect(self._on_done)
        self.table.row_chosen.connect(self._on_row_chosen)
        self.table.activated.connect(self._on_activated)
        self.jobs.failed.connect(self._on_failed)
        self.jobs.ended.connect(self._on_ended)

    def _say(self, text: str) -> None:
        self._empty.say(text, "")
        self._stack.setCurrentWidget(self._empty)

    def _ask(self) -> None:
        if self._compare is not None and self._ids is not None and self.comparison is None:
            self.jobs.start(_JOB, self._load(self._compare, self._ids))

    async def _load(self, compare: CompareRuns, ids: tuple[str, str]) -> None:
        found = await compare(*ids)
        if ids == self._ids:
            self.comparison = found
            self._show(found)

    def _show(self, comparison: RunComparison) -> None:
        a, b = (self._run_model.run(run_id) for run_id in self._ids or ("", ""))
        self.model.show_comparison(a, b, comparison)
        count = self.model.difference_count()
        numbers = ("?" if a is None else a.number, "?" if b is None else b.number)
        words = self.tr("Runs {0} and {1} did the same in all {2} steps.")
        if count:
            words = self.tr("Runs {0} and {1}: {3} of {2} steps differ.")
        self.detail.name_runs(*numbers)
        self.title.set_whole_text(words.format(*numbers, len(comparison.rows), count))
        for widget in (self.previous, self.next, self.only):
            widget.setEnabled(count > 0)
        self._stack.setCurrentIndex(0)
        self.compared.emit(comparison)
        self._go_to(max(0, self.model.first_row()))

    def _go_to(self, row: int) -> None:
        if self.model.row(row) is not None:
            self.table.select_row(row)
            self._on_row_chosen(row)

    def _on_row_chosen(self, row: int) -> None:
        a, b = self.model.steps(row)
        self.detail.show_steps(a, b)

    def _on_activated(self, index: QModelIndex) -> None:
        one = self.model.row(index.row())
        if one is None or self._ids is None:
            return
        if one.b_number is not None:
            self.step_wanted.emit(self._ids[1], one.b_number)
        elif one.a_number is not None:
            self.step_wanted.emit(self._ids[0], one.a_number)

    def _on_only_toggled(self, only: bool) -> None:
        self.model.set_only_differences(only)
        self._go_to(max(0, self.model.first_row()))

    def _on_previous(self) -> None:
        self._go_to(self.model.next_difference(self.table.currentIndex().row(), -1))

    def _on_next(self) -> None:
        self._go_to(self.model.next_difference(self.table.currentIndex().row(), 1))

    def _on_swap(self) -> None:
        if self._ids is not None:
            self.show_runs(self._ids[1], self._ids[0])

    def _on_done(self) -> None:
        self.clear()
        self.closed.emit()

    def _on_failed(self, _name: str, message: str) -> None:
        self._ids = None
        self._say(message)

    def _on_ended(self, _name: str) -> None:
        self._ask()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_F8:
            is_back = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
            (self._on_previous if is_back else self._on_next)()
        elif event.key() == Qt.Key.Key_Escape and self.comparison is not None:
            self._on_done()
        else:
            super().keyPressEvent(event)
