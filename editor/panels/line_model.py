"""A table model over a list of records that grows at its end and is cut at its start; filtered by typed words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from editor.panels.plain_text import tooltip

Record = TypeVar("Record")
Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()


class LineModel(QAbstractTableModel, Generic[Record]):
    """Rows are records; `columns` are pairs of a title and a function that makes a record's text."""

    def __init__(
        self,
        columns: Sequence[tuple[str, Callable[[Record], str]]],
        parent: QObject | None = None,
        *,
        most_rows: int = 10_000,
    ) -> None:
        super().__init__(parent)
        self._columns = columns
        self._most_rows = most_rows
        self._rows: list[Record] = []
        self._words: list[str] = []
        self._right: frozenset[int] = frozenset()

    def align_right(self, *columns: int) -> None:
        """Have these columns' titles stand at the right, as their figures do."""
        self._right = frozenset(columns)

    def set_titles(self, *titles: str) -> None:
        """Give the columns other titles."""
        self._columns = [(title, text) for title, (_, text) in zip(titles, self._columns, strict=True)]
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(titles) - 1)

    def set_filter(self, words: str) -> None:
        """Show only records that hold every one of these words; the caller then puts the records in again."""
        self._words = words.lower().split()

    def accepts(self, record: Record) -> bool:
        """True when a record holds every word of the filter."""
        if not self._words:
            return True
        whole = "\n".join(text(record) for _, text in self._columns).lower()
        return all(word in whole for word in self._words)

    def put(self, records: Sequence[Record]) -> None:
        """Show these records instead of all before."""
        self.beginResetModel()
        self._rows = [record for record in records if self.accepts(record)][-self._most_rows :]
        self.endResetModel()

    def append(self, records: Sequence[Record]) -> None:
        """Show these records after the others; the oldest go when there are too many."""
        fresh = [record for record in records if self.accepts(record)][-self._most_rows :]
        if not fresh:
            return
        over = len(self._rows) + len(fresh) - self._most_rows
        if over > 0:
            self.beginRemoveRows(_NOWHERE, 0, min(over, len(self._rows)) - 1)
            del self._rows[:over]
            self.endRemoveRows()
        self.beginInsertRows(_NOWHERE, len(self._rows), len(self._rows) + len(fresh) - 1)
        self._rows.extend(fresh)
        self.endInsertRows()

    def record(self, row: int) -> Record | None:
        """The record in a row."""
        return self._rows[row] if 0 <= row < len(self._rows) else None

    def records(self) -> Sequence[Record]:
        """The records shown, in their order; not to be changed."""
        return self._rows

    def text(self, row: int, column: int) -> str:
        """The text of a cell."""
        record = self.record(row)
        return "" if record is None else self._columns[column][1](record)

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._columns)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(self._columns):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._columns[section][0]
        if role == Qt.ItemDataRole.TextAlignmentRole and section in self._right:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.text(index.row(), index.column())
        if role == Qt.ItemDataRole.ToolTipRole:
            return tooltip(self.text(index.row(), index.column()))
        return None
