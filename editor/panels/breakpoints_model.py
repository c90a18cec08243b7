"""The breakpoints of a document as a table; the first column is the box that switches one on and off."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from editor.document.breakpoints import BreakpointStore
from editor.panels.breakpoint_words import hits_words, place_words, spoken, then_words
from editor.panels.plain_text import tooltip
from node_engine.models.breakpoint import Breakpoint

PLACE, CONDITION, HITS, THEN = range(4)
Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()


class BreakpointsModel(QAbstractTableModel):
    """Rows are the breakpoints of a store, in the order they were made."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store: BreakpointStore | None = None
        self._rows: list[Breakpoint] = []
        self._hits: Mapping[str, int] = {}

    def set_store(self, store: BreakpointStore | None) -> None:
        """Show the breakpoints of another document."""
        if self._store is not None:
            self._store.changed.disconnect(self._on_changed)
        self._store = store
        if store is not None:
            store.changed.connect(self._on_changed)
        self._put(store.all() if store is not None else [])

    def set_hits(self, hits: Mapping[str, int]) -> None:
        """Show how often each breakpoint, by its id, was hit in the shown run."""
        if hits != self._hits:
            self._hits = hits
            if self._rows:
                self.dataChanged.emit(self.index(0, HITS), self.index(len(self._rows) - 1, HITS))

    def row(self, row: int) -> Breakpoint | None:
        """The breakpoint in a row."""
        return self._rows[row] if 0 <= row < len(self._rows) else None

    def row_of(self, breakpoint_id: str) -> int:
        """The row of a breakpoint, -1 if it is not there."""
        return next((row for row, one in enumerate(self._rows) if one.id == breakpoint_id), -1)

    def words(self, row: int, column: int) -> str:
        """The text of a cell."""
        one = self.row(row)
        if one is None:
            return ""
        match column:
            case 0:
                return place_words(one)
            case 1:
                return one.condition or ""
            case 2:
                return self._hits_words(one)
            case _:
                return then_words(one)

    def _hits_words(self, one: Breakpoint) -> str:
        count = self._hits.get(one.id, 0)
        words = hits_words(one)
        if not count:
            return words
        return f"{count} × · {words}" if words else f"{count} ×"

    def _on_changed(self) -> None:
        if self._store is not None:
            self._put(self._store.all())

    def _put(self, rows: list[Breakpoint]) -> None:
        """Show other rows; those that only became others keep their place and the selection."""
        if [one.id for one in rows] == [one.id for one in self._rows]:
            self._rows = rows
            if rows:
                self.dataChanged.emit(self.index(0, 0), self.index(len(rows) - 1, THEN))
            return
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else THEN + 1

    def flags(self, index: Index) -> Qt.ItemFlag:
        made = super().flags(index)
        return made | Qt.ItemFlag.ItemIsUserCheckable if index.column() == PLACE else made

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if orientation != Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        names = (self.tr("Stops"), self.tr("If"), self.tr("Hits"), self.tr("Then"))
        return names[section] if 0 <= section < len(names) else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        one = self.row(index.row()) if index.isValid() else None
        if one is None:
            return None
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self.words(index.row(), index.column())
            case Qt.ItemDataRole.CheckStateRole if index.column() == PLACE:
                return Qt.CheckState.Checked if one.enabled else Qt.CheckState.Unchecked
            case Qt.ItemDataRole.ToolTipRole:
                return tooltip(spoken(one))
            case Qt.ItemDataRole.AccessibleTextRole:
                return spoken(one) if index.column() == PLACE else self.words(index.row(), index.column())
            case _:
                return None

    def setData(self, index: Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        one = self.row(index.row())
        if one is None or self._store is None or role != Qt.ItemDataRole.CheckStateRole:
            return False
        self._store.set_enabled([one.id], value in (Qt.CheckState.Checked, Qt.CheckState.Checked.value))
        return True
