"""The watched expressions as a table: the expression, its value at the shown moment, and its way there."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from editor.panels.answers import WatchValue
from editor.panels.plain_text import tooltip
from editor.panels.spark import Spark, spark_of
from editor.panels.state_tree import same
from editor.panels.value_text import short_text, told_value
from node_engine.models.json import JsonValue

EXPRESSION, VALUE, COURSE = range(3)
_TOOLTIP = 1_000
Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()


@dataclass(slots=True)
class Watched:
    """One expression with what is known of it."""

    expression: str
    values: Sequence[WatchValue] | None = None
    """None while nothing was asked or answered."""
    problem: str = ""
    """Why there are no values."""
    spark: Spark = field(default_factory=Spark)

    def at(self, step: int | None) -> int:
        """The place in `values` that counts at a moment (None: the last), -1 before the first."""
        values = self.values or ()
        if step is None:
            return len(values) - 1
        return bisect_right(values, step, key=lambda one: one.step) - 1

    def share(self, place: int) -> float | None:
        """Where that place is in the run, from 0 to 1."""
        count = len(self.values or ())
        return None if place < 0 or not count else (place + 0.5) / count


class WatchModel(QAbstractTableModel):
    """Rows are watched expressions, in the order of the person."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[Watched] = []
        self._step: int | None = None
        self._now: dict[str, WatchValue] = {}

    def set_now(self, now: dict[str, WatchValue]) -> None:
        """Show these values, by expression, while the last moment is shown: a paused run was edited since."""
        if now != self._now:
            self._now = now
            self._repaint()

    def set_expressions(self, expressions: Sequence[str]) -> None:
        """Watch these; what is known of those that stay is kept."""
        if list(expressions) == self.expressions():
            return
        known = {one.expression: one for one in self._rows}
        self.beginResetModel()
        self._rows = [known.get(text) or Watched(text) for text in expressions]
        self.endResetModel()

    def expressions(self) -> list[str]:
        """The expressions in their order."""
        return [one.expression for one in self._rows]

    def row(self, row: int) -> Watched | None:
        """The expression in a row."""
        return self._rows[row] if 0 <= row < len(self._rows) else None

    def set_values(self, expression: str, values: Sequence[WatchValue] | None, problem: str = "") -> None:
        """Take in the answer for an expression, or why there is none."""
        for row, one in enumerate(self._rows):
            if one.expression == expression:
                one.values, one.problem = values, problem
                one.spark = spark_of(values or ())
                self.dataChanged.emit(self.index(row, 0), self.index(row, COURSE))

    def forget(self) -> None:
        """Another run is shown: nothing is known."""
        for one in self._rows:
            one.values, one.problem, one.spark = None, "", Spark()
        self._repaint()

    def set_step(self, step: int | None) -> None:
        """Show the values after another step, None for the last."""
        if step != self._step:
            self._step = step
            self._repaint()

    def value_at(self, row: int) -> WatchValue | None:
        """The value that counts at the shown moment."""
        one = self.row(row)
        if one is not None and self._step is None and one.expression in self._now:
            return self._now[one.expression]
        place = -1 if one is None else one.at(self._step)
        return one.values[place] if one is not None and one.values and place >= 0 else None

    def is_by_hand(self, row: int) -> bool:
        """True when the value shown is another one because of an edit by hand."""
        one = self.row(row)
        if one is None or self._step is not None or one.expression not in self._now:
            return False
        last = one.values[-1] if one.values else None
        return last is None or not same(last.value, self._now[one.expression].value)

    def has_changed(self, row: int) -> bool:
        """True when the value became another at the shown step."""
        one = self.row(row)
        place = -1 if one is None else one.at(self._step)
        if one is None or one.values is None or place < 0:
            return False
        began = one.values[place].step
        return place > 0 and any(block.number == began for block in one.spark.blocks)

    def now(self, row: int) -> float | None:
        """Where the shown moment is in the course of a row, from 0 to 1."""
        one = self.row(row)
        return None if one is None else one.share(one.at(self._step))

    def words(self, row: int, column: int) -> str:
        """The text of a cell."""
        one = self.row(row)
        if one is None or column == COURSE:
            return ""
        if column == EXPRESSION:
            return one.expression
        if one.problem:
            return f"✕ {one.problem}"
        value = self.value_at(row)
        if value is None:
            return "…" if one.values is None else self.tr("no step yet")
        return f"✕ {value.error}" if value.error is not None else told_value(value.value)

    def is_error(self, row: int) -> bool:
        """True when there is no value but an error."""
        one, value = self.row(row), self.value_at(row)
        return (one is not None and bool(one.problem)) or (value is not None and value.error is not None)

    def _repaint(self) -> None:
        if self._rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._rows) - 1, COURSE))

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else COURSE + 1

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if orientation != Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        names = (self.tr("Expression"), self.tr("Value"), self.tr("Over the run"))
        return names[section] if 0 <= section < len(names) else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        row, column = index.row(), index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return self.words(row, column)
        if role == Qt.ItemDataRole.ToolTipRole:
            return tooltip(self._tip(row, column))
        return None

    def _tip(self, row: int, column: int) -> str:
        value = self.value_at(row)
        if column == VALUE and value is not None and value.error is None:
            return _long(value.value)
        return self.words(row, column)


def _long(value: JsonValue) -> str:
    return short_text(value, _TOOLTIP) if isinstance(value, str) else told_value(value, _TOOLTIP)
