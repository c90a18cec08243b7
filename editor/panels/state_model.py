"""The Qt model over a lazily built state tree: one column, rows built when they are opened."""

from __future__ import annotations

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from editor.panels.plain_text import tooltip
from editor.panels.state_tree import (
    Sign,
    StateNode,
    next_rows,
    open_node,
    place_children,
    root_of_change,
    root_of_state,
)
from editor.panels.value_text import short_text, short_value
from node_engine.models.json import JsonObject, JsonValue

_TOOLTIP = 1_000
_OPENED_CHILDREN = 40

Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()


class StateModel(QAbstractItemModel):
    """Rows are values of a context. A row's children are built when a view asks for them.

    Signals:
        edit_wanted: a row, and the value that the person gave it; the model waits for others to make it true.
    """

    edit_wanted = Signal(object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._nodes: list[StateNode] = []
        self._root = root_of_state({})
        self._keep(self._root)
        self._notes: dict[str, str] = {}
        self._edited: frozenset[str] = frozenset()
        self._is_editable = False

    def set_editable(self, is_editable: bool) -> None:
        """Let values be edited in their rows, or not."""
        self._is_editable = is_editable

    @property
    def is_editable(self) -> bool:
        """True while values may be edited."""
        return self._is_editable

    def set_edited(self, paths: frozenset[str]) -> None:
        """Mark what was edited by hand, from the next state on that is shown."""
        self._edited = paths

    def is_edited(self, node: StateNode) -> bool:
        """True for a value that was edited by hand, or is inside of one."""
        at: StateNode | None = node
        while at is not None and self._edited and node.sign is not Sign.REMOVED:
            if at.path and at.path in self._edited:
                return True
            at = at.parent
        return False

    def can_edit(self, node: StateNode) -> bool:
        """True for a value that is there now and may be edited."""
        return self._is_editable and node.sign not in (Sign.REMOVED, Sign.MORE) and node.parent is not None

    def show_state(self, state: JsonObject, notes: dict[str, str] | None = None) -> None:
        """Show a whole state; `notes` are remarks beside values, by path."""
        self._reset(root_of_state(state), notes)

    def show_change(self, before: JsonObject, after: JsonObject, notes: dict[str, str] | None = None) -> None:
        """Show what became of `before`."""
        self._reset(root_of_change(before, after), notes)

    def node(self, index: Index) -> StateNode:
        """The row at an index, the root for no index."""
        return self._nodes[index.internalId()] if index.isValid() else self._root

    def note(self, node: StateNode) -> str:
        """The remark beside a value, such as who wrote it."""
        if node.path in self._edited and node.sign is not Sign.REMOVED:
            return self.tr("edited by hand")
        return self._notes.get(node.path, "") if node.sign in (Sign.SAME, Sign.CHANGED) else ""

    def load_more(self, index: Index) -> int:
        """Put the next rows in the place of a MORE row; answers how many came."""
        node = self.node(index)
        parent = node.parent
        if node.sign is not Sign.MORE or parent is None or parent.children is None or node.pending is None:
            return 0
        fresh = next_rows(node.pending)
        above = self.parent(index)
        self.beginRemoveRows(above, node.row, node.row)
        del parent.children[node.row]
        place_children(parent, node.row)
        self.endRemoveRows()
        if fresh:
            self.beginInsertRows(above, node.row, node.row + len(fresh) - 1)
            parent.children[node.row : node.row] = fresh
            place_children(parent, node.row)
            self._keep(*fresh)
            self.endInsertRows()
        return len(fresh)

    def changed_indexes(self) -> list[QModelIndex]:
        """The rows with changes inside that are worth opening at first: not too many, and not too large."""
        found: list[QModelIndex] = []
        pending = [_NOWHERE]
        while pending and len(found) < _OPENED_CHILDREN:
            above = pending.pop(0)
            for row in range(min(self.rowCount(above), _OPENED_CHILDREN)):
                index = self.index(row, 0, above)
                if self.node(index).sign is Sign.CHANGED:
                    found.append(index)
                    pending.append(index)
        return found

    def text(self, node: StateNode) -> str:
        """The value of a row in words."""
        if node.sign is Sign.MORE:
            return node.name or self.tr("more…")
        return short_value(node.value)

    def _reset(self, root: StateNode, notes: dict[str, str] | None) -> None:
        self.beginResetModel()
        self._nodes = []
        self._root = root
        self._keep(root)
        self._notes = notes or {}
        self.endResetModel()

    def _keep(self, *nodes: StateNode) -> None:
        for node in nodes:
            node.number = len(self._nodes)
            self._nodes.append(node)

    def _rows(self, node: StateNode) -> list[StateNode]:
        if node.children is None and node.can_open:
            self._keep(*open_node(node))
        return node.children or []

    def index(self, row: int, column: int, parent: Index = _NOWHERE) -> QModelIndex:
        rows = self._rows(self.node(parent))
        if column != 0 or not 0 <= row < len(rows):
            return QModelIndex()
        return self.createIndex(row, 0, rows[row].number)

    def parent(self, child: Index = _NOWHERE) -> QModelIndex:  # type: ignore[override]  # Qt overloads this name
        above = self.node(child).parent if child.isValid() else None
        if above is None or above.parent is None:
            return QModelIndex()
        return self.createIndex(above.row, 0, above.number)

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.column() > 0 else len(self._rows(self.node(parent)))

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        return 1

    def flags(self, index: Index) -> Qt.ItemFlag:
        made = super().flags(index)
        return made | Qt.ItemFlag.ItemIsEditable if index.isValid() and self.can_edit(self.node(index)) else made

    def setData(self, index: Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role != Qt.ItemDataRole.EditRole or not index.isValid():
            return False
        self.edit_wanted.emit(self.node(index), value)
        return True

    def hasChildren(self, parent: Index = _NOWHERE) -> bool:
        return self.node(parent).can_open

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        node = self.node(index)
        if role == Qt.ItemDataRole.DisplayRole:
            return self.text(node) if node.sign is Sign.MORE else f"{node.name}: {self.text(node)}"
        if role == Qt.ItemDataRole.ToolTipRole and node.sign is not Sign.MORE:
            return tooltip(f"{node.path}\n{self._tooltip_value(node.value)}")
        if role == Qt.ItemDataRole.AccessibleTextRole:
            by_hand = self.tr(", edited by hand") if self.is_edited(node) else ""
            return f"{self._spoken(node.sign)}{node.path} {self.text(node)}".strip() + by_hand
        return None

    def _tooltip_value(self, value: JsonValue) -> str:
        return short_text(value, _TOOLTIP) if isinstance(value, str) else short_value(value)

    def _spoken(self, sign: Sign) -> str:
        words = {Sign.ADDED: self.tr("added"), Sign.REMOVED: self.tr("removed"), Sign.CHANGED: self.tr("changed")}
        return words[sign] + " " if sign in words else ""
