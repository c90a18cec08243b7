"""The command palette: one field over all actions, components and flows; arrows choose, Enter does it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QAbstractListModel, QEvent, QModelIndex, QObject, QPersistentModelIndex, QPoint, QSize, Qt
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QLabel,
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from editor import theme as look
from editor.theme import Theme
from editor.window.entries import Entry, find_entries
from editor.window.entry_painting import draw_entry

_Index = QModelIndex | QPersistentModelIndex
_MOVES = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 8, Qt.Key.Key_PageUp: -8}


class EntryList(QAbstractListModel):
    """The entries that match."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._entries: list[Entry] = []

    def set_entries(self, entries: list[Entry]) -> None:
        """Show other entries."""
        self.beginResetModel()
        self._entries = entries
        self.endResetModel()

    def entry(self, index: _Index) -> Entry | None:
        """The entry of a row."""
        return self._entries[index.row()] if index.isValid() else None

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008  Qt's own default
        return 0 if parent.isValid() else len(self._entries)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        entry = self.entry(index)
        if entry is None:
            return None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return entry.text
        if role == Qt.ItemDataRole.AccessibleDescriptionRole:
            return entry.hint
        return None

    def flags(self, index: _Index) -> Qt.ItemFlag:
        entry = self.entry(index)
        if entry is None or not entry.is_enabled:
            return Qt.ItemFlag.ItemIsSelectable
        return Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEnabled


class EntryRow(QStyledItemDelegate):
    """Paints icon, text and hint of an entry."""

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.theme = theme

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        model = index.model()
        entry = model.entry(index) if isinstance(model, EntryList) else None
        if entry is not None:
            draw_entry(painter, option.rect, entry, self.theme, is_selected=_is_selected(option))

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        return QSize(0, look.FIELD)


def _is_selected(option: QStyleOptionViewItem) -> bool:
    return bool(option.state & QStyle.StateFlag.State_Selected)


class CommandPalette(QFrame):
    """A sheet over the window. `open_with` shows entries; Escape or a click elsewhere closes it."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._host = parent
        self.setProperty("role", "popup")
        self.setAccessibleName(self.tr("Command palette"))
        self._entries: Sequence[Entry] = ()
        self._return_to: QWidget | None = None
        self.field = QLineEdit(self)
        self.field.setAccessibleName(self.tr("Type to search"))
        self.field.setClearButtonEnabled(False)
        self.field.installEventFilter(self)
        self.field.textEdited.connect(self._on_edited)
        self._model = EntryList(self)
        self.list = QListView(self)
        self.list.setAccessibleName(self.tr("Matches"))
        self.list.setModel(self._model)
        self._row = EntryRow(theme, self)
        self.list.setItemDelegate(self._row)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setMouseTracking(True)
        self.list.setUniformItemSizes(True)
        self.list.clicked.connect(self._choose)
        self._nothing = QLabel(self.tr("Nothing matches. Try fewer letters."), self)
        self._nothing.setProperty("role", "secondary")
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column = QVBoxLayout(self)
        column.setContentsMargins(look.GAP_S, look.GAP_S, look.GAP_S, look.GAP_S)
        column.setSpacing(look.GAP_S)
        for widget in (self.field, self.list, self._nothing):
            column.addWidget(widget)
        self.hide()

    def open_with(self, entries: Sequence[Entry], placeholder: str, below: QPoint | None = None) -> None:
        """Show `entries` in a sheet at the top of the window and take the keyboard."""
        self._entries = entries
        focused = QApplication.focusWidget()
        if focused is not self.field:
            self._return_to = focused
        self.field.setPlaceholderText(placeholder)
        self.field.clear()
        self._on_edited("")
        host = self._host
        width = min(look.POPUP_WIDTH, host.width() - look.GAP_XL)
        self.setGeometry((host.width() - width) // 2, look.TOOLBAR + look.GAP_S, width, look.LIST_HEIGHT)
        self.show()
        self.raise_()
        self.field.setFocus(Qt.FocusReason.PopupFocusReason)

    def close_sheet(self) -> None:
        """Hide the sheet and give the keyboard back."""
        if self.isHidden():
            return
        self.hide()
        if self._return_to is not None:
            self._return_to.setFocus(Qt.FocusReason.PopupFocusReason)

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._row.theme = theme

    def _on_edited(self, text: str) -> None:
        found = find_entries(self._entries, text)
        self._model.set_entries(found)
        self.list.setVisible(bool(found))
        self._nothing.setVisible(not found)
        if found:
            self.list.setCurrentIndex(self._model.index(0))

    def _move(self, rows: int) -> None:
        last = self._model.rowCount() - 1
        row = max(0, min(last, self.list.currentIndex().row() + rows))
        self.list.setCurrentIndex(self._model.index(row))

    def _choose(self, index: QModelIndex) -> None:
        entry = self._model.entry(index)
        if entry is None or not entry.is_enabled:
            return
        self.close_sheet()
        entry.run()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusOut and not self.isAncestorOf(QApplication.focusWidget() or self.window()):
            self.hide()
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._on_key(Qt.Key(event.key()))
        return super().eventFilter(watched, event)

    def _on_key(self, key: Qt.Key) -> bool:
        if key in _MOVES:
            self._move(_MOVES[key])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._choose(self.list.currentIndex())
        elif key == Qt.Key.Key_Escape:
            self.close_sheet()
        elif key != Qt.Key.Key_Tab:
            return False
        return True
