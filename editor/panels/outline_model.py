"""The components of a flow in list order, as a table."""

from __future__ import annotations

from collections.abc import Collection

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from editor.document.change import Change
from editor.document.document import Document
from editor.panels.plain_text import tooltip
from node_engine.models.ids import ComponentKey

KEY, KIND, NEXT = range(3)
Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()


class OutlineModel(QAbstractTableModel):
    """One row for each component: its key, its kind, and where it leads."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document: Document | None = None
        self._keys: list[ComponentKey] = []
        self._breakpoints: Collection[str] = ()

    @property
    def document(self) -> Document | None:
        """The document whose components these are."""
        return self._document

    def set_document(self, document: Document | None) -> None:
        """Show the components of another document."""
        if self._document is not None:
            self._document.changed.disconnect(self._on_changed)
        self.beginResetModel()
        self._document = document
        self._keys = [] if document is None else list(document.keys())
        self.endResetModel()
        if document is not None:
            document.changed.connect(self._on_changed)

    def set_breakpoints(self, keys: Collection[str]) -> None:
        """Show which components runs stop before."""
        self._breakpoints = frozenset(keys)
        self._repaint()

    def key(self, row: int) -> ComponentKey | None:
        """The component in a row."""
        return self._keys[row] if 0 <= row < len(self._keys) else None

    def row_of(self, key: str | None) -> int:
        """The row of a component, -1 if there is none."""
        if self._document is None or key is None or not self._document.has(key):
            return -1
        return self._document.index(key)

    def has_breakpoint(self, row: int) -> bool:
        """True when runs stop before the component in a row."""
        return self.key(row) in self._breakpoints

    def is_enabled(self, row: int) -> bool:
        """False for a component that is passed over."""
        key = self.key(row)
        return key is None or self._document is None or self._document.component(key).enabled is not False

    def look(self, row: int) -> tuple[str, str]:
        """Icon and family value of the component in a row; the box for an unknown component."""
        key = self.key(row)
        about = None if key is None or self._document is None else self._document.description(key)
        return ("box", "") if about is None else (about.icon, about.family.value)

    def words(self, row: int, column: int) -> str:
        """The text of a cell."""
        key = self.key(row)
        if key is None or self._document is None:
            return ""
        if column == KEY:
            return key
        if column == KIND:
            about = self._document.description(key)
            return about.label if about is not None else self._document.component(key).name
        return self._targets(key)

    def _targets(self, key: ComponentKey) -> str:
        """Where control goes from a component, where list order does not say it already."""
        document = self._document
        if document is None:
            return ""
        texts = []
        for port in document.ports(key):
            if port.target is not None:
                texts.append(f"{port.label} → {port.target}" if port.label else f"→ {port.target}")
        return ", ".join(texts)

    def _repaint(self) -> None:
        if self._keys:
            self.dataChanged.emit(self.index(0, KEY), self.index(len(self._keys) - 1, NEXT))

    def _on_changed(self, change: Change) -> None:
        document = self._document
        if document is None:
            return
        keys = list(document.keys())
        if keys != self._keys:
            self.beginResetModel()
            self._keys = keys
            self.endResetModel()
        elif change.changed or change.wires or change.reset:
            self._repaint()

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._keys)

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else NEXT + 1

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if orientation != Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        names = (self.tr("Component"), self.tr("Kind"), self.tr("Leads to"))
        return names[section] if 0 <= section < len(names) else None

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = super().flags(index)
        return flags | Qt.ItemFlag.ItemIsEditable if index.isValid() and index.column() == KEY else flags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        row, column = index.row(), index.column()
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            return self.words(row, column)
        if role == Qt.ItemDataRole.ToolTipRole:
            return tooltip(self.words(row, column))
        if role == Qt.ItemDataRole.AccessibleTextRole and column == KEY:
            marks = [self.tr("breakpoint")] if self.has_breakpoint(row) else []
            marks += [] if self.is_enabled(row) else [self.tr("disabled")]
            return ", ".join([f"{row + 1}. {self.words(row, KEY)}", self.words(row, KIND), *marks])
        return None
