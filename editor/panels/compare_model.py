"""Two runs side by side as a table: a row for each step of either, and how they differ."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from editor.panels.plain_text import duration_words, tooltip
from editor.session.run_view import RunView, StepRow
from node_engine.analysis.compare import ComparedStep, Difference, RunComparison
from node_engine.models.ids import MAIN_FRAME

A_NUMBER, STEP, B_NUMBER, A_TIME, B_TIME, DIFFERENCE = range(6)
SIGNS = {
    Difference.SAME: "=",
    Difference.CHANGES: "≠",
    Difference.NEXT: "⤷",
    Difference.ERROR: "✕",
    Difference.ONLY_A: "−",
    Difference.ONLY_B: "+",
}
_SLOWER = 1.5
"""From this factor on a difference of times is told."""
_LEAST_MS = 20.0
Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()


class CompareModel(QAbstractTableModel):
    """Rows are compared steps; with `only_differences` those alone that differ."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._a: RunView | None = None
        self._b: RunView | None = None
        self._all: Sequence[ComparedStep] = ()
        self._rows: list[ComparedStep] = []
        self._first: ComparedStep | None = None
        self._only_differences = False

    def show_comparison(self, a: RunView | None, b: RunView | None, comparison: RunComparison | None) -> None:
        """Show how two runs differ."""
        self.beginResetModel()
        self._a, self._b = a, b
        self._all = () if comparison is None else comparison.rows
        first = None if comparison is None else comparison.first_difference
        self._first = None if first is None else self._all[first]
        self._filter()
        self.endResetModel()

    def set_only_differences(self, only: bool) -> None:
        """Leave out the steps that are the same, or not."""
        self.beginResetModel()
        self._only_differences = only
        self._filter()
        self.endResetModel()

    def row(self, row: int) -> ComparedStep | None:
        """The steps in a row."""
        return self._rows[row] if 0 <= row < len(self._rows) else None

    def steps(self, row: int) -> tuple[StepRow | None, StepRow | None]:
        """The step of each run in a row."""
        one = self.row(row)
        a = None if one is None or one.a_number is None or self._a is None else self._a.step(one.a_number)
        b = None if one is None or one.b_number is None or self._b is None else self._b.step(one.b_number)
        return a, b

    def first_row(self) -> int:
        """The row of the first difference, -1 when both runs did the same."""
        return next((row for row, one in enumerate(self._rows) if one is self._first), -1)

    def is_first(self, row: int) -> bool:
        """True for the first difference."""
        return self._first is not None and self.row(row) is self._first

    def next_difference(self, row: int, by: int) -> int:
        """The next row after `row`, or before it for -1, that differs; -1 if there is none."""
        rows = range(row + 1, len(self._rows)) if by > 0 else range(row - 1, -1, -1)
        return next((each for each in rows if self._rows[each].difference is not Difference.SAME), -1)

    def difference_count(self) -> int:
        """How many steps differ."""
        return sum(one.difference is not Difference.SAME for one in self._all)

    def words(self, row: int, column: int) -> str:
        """The text of a cell."""
        one = self.row(row)
        if one is None:
            return ""
        a, b = self.steps(row)
        match column:
            case 0:
                return "" if one.a_number is None else str(one.a_number)
            case 1:
                return _name(one)
            case 2:
                return "" if one.b_number is None else str(one.b_number)
            case 3:
                return "" if a is None else duration_words(a.elapsed_ms)
            case 4:
                return "" if b is None else duration_words(b.elapsed_ms)
            case _:
                return f"{SIGNS[one.difference]} {self._difference_words(one, a, b)}"

    def is_time_different(self, row: int) -> bool:
        """True when one run took much longer for a step than the other."""
        a, b = self.steps(row)
        if a is None or b is None:
            return False
        low, high = sorted((a.elapsed_ms, b.elapsed_ms))
        return high - low >= _LEAST_MS and high >= low * _SLOWER

    def _difference_words(self, one: ComparedStep, a: StepRow | None, b: StepRow | None) -> str:
        match one.difference:
            case Difference.CHANGES:
                return self.tr("wrote {0}").format(", ".join(_different_keys(a, b)) or self.tr("other values"))
            case Difference.NEXT:
                return self.tr("went to {0}, then to {1}").format(_way(a), _way(b))
            case Difference.ERROR if b is not None and b.error and not (a is not None and a.error):
                return self.tr("failed in {0}: {1}").format(self._run_words(self._b), b.error)
            case Difference.ERROR if a is not None and a.error and not (b is not None and b.error):
                return self.tr("failed in {0}: {1}").format(self._run_words(self._a), a.error)
            case Difference.ERROR:
                return self.tr("ended otherwise")
            case Difference.ONLY_A:
                return self.tr("only in {0}").format(self._run_words(self._a))
            case Difference.ONLY_B:
                return self.tr("only in {0}").format(self._run_words(self._b))
            case _:
                return self.tr("same")

    def _run_words(self, run: RunView | None) -> str:
        return self.tr("one run") if run is None else self.tr("run {0}").format(run.number)

    def _filter(self) -> None:
        only = self._only_differences
        self._rows = [one for one in self._all if not only or one.difference is not Difference.SAME]

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else DIFFERENCE + 1

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole and section in (A_NUMBER, B_NUMBER, A_TIME, B_TIME):
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        a = self.tr("Run {0}").format(self._a.number) if self._a is not None else self.tr("First")
        b = self.tr("Run {0}").format(self._b.number) if self._b is not None else self.tr("Second")
        times = (self.tr("Time {0}"), self._a, self._b)
        names = (
            a,
            self.tr("Component"),
            b,
            times[0].format("" if self._a is None else self._a.number),
            times[0].format("" if self._b is None else self._b.number),
            self.tr("Difference"),
        )
        return names[section] if 0 <= section < len(names) else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.words(index.row(), index.column())
        if role == Qt.ItemDataRole.ToolTipRole:
            return tooltip(self._tip(index.row(), index.column()))
        return None

    def _tip(self, row: int, column: int) -> str:
        one = self.row(row)
        return str(one.id) if one is not None and column == STEP else self.words(row, column)


def _name(one: ComparedStep) -> str:
    visit = f" ×{one.id.visit}" if one.id.visit > 1 else ""
    inside = "" if one.id.frame == MAIN_FRAME else "  " * one.id.frame.count("/")
    return f"{inside}{one.id.key}{visit}"


def _way(step: StepRow | None) -> str:
    return "" if step is None or step.next is None else str(step.next)


def _different_keys(a: StepRow | None, b: StepRow | None) -> list[str]:
    """The keys of the context that the two steps wrote differently."""
    if a is None or b is None:
        return []
    left, right = ({str(text.key): str(text) for text in step.change_texts()} for step in (a, b))
    short = [key for key in {**left, **right} if left.get(key) != right.get(key)]
    return short or [key for key in left if key in right]
