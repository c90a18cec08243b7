"""Offers below the cursor of a text field while a name is typed: arrows choose, Enter or Tab takes, Escape closes."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QAbstractListModel, QEvent, QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QTextCursor
from PySide6.QtWidgets import QFrame, QListView, QPlainTextEdit, QStyleOptionViewItem

from editor.panels.forms.completion import Completion, Offers
from editor.panels.row_painting import Index, RowDelegate, paint_item, paint_text, row_rect
from editor.theme import GAP, PANEL_RIGHT, ROW, SECONDARY_TEXT, SPACE, TARGET, Theme, mono_font

FindOffers = Callable[[str], Offers]
"""Answers what can follow the text before the cursor."""
_ROWS_SHOWN = 8
_NOWHERE = QModelIndex()


class _OfferModel(QAbstractListModel):
    """The offers as a list."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._items: Sequence[Completion] = ()

    def put(self, items: Sequence[Completion]) -> None:
        """Offer these instead."""
        self.beginResetModel()
        self._items = items
        self.endResetModel()

    def item(self, row: int) -> Completion | None:
        """The offer in a row."""
        return self._items[row] if 0 <= row < len(self._items) else None

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._items)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        item = self.item(index.row())
        if item is None or role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return None
        return item.name if role == Qt.ItemDataRole.DisplayRole else f"{item.name}, {item.detail}"


class _OfferDelegate(RowDelegate):
    """Paints a name and, at the right and paler, what is known of it."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        model = index.model()
        item = model.item(index.row()) if isinstance(model, _OfferModel) else None
        if item is None:
            return
        painter.save()
        paint_item(painter, option, self.theme)
        rect = row_rect(option).adjusted(GAP, 0, -GAP, 0)
        name = QRect(rect)
        name.setWidth(rect.width() // 2)
        paint_text(painter, name, item.name, mono_font(), self.theme.text)
        detail = QRect(rect)
        detail.setLeft(name.right() + SPACE)
        right = Qt.AlignmentFlag.AlignRight
        paint_text(painter, detail, item.detail, mono_font(SECONDARY_TEXT - 1), self.theme.secondary, right)
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(ROW, TARGET)


class Completing(QObject):
    """Watches a text field; owned by it."""

    def __init__(self, edit: QPlainTextEdit, find_offers: FindOffers, theme: Theme) -> None:
        super().__init__(edit)
        self._edit = edit
        self._find_offers = find_offers
        self._length = 0
        self._is_taking = False
        self._model = _OfferModel(self)
        self._delegate = _OfferDelegate(theme)
        self._delegate.setParent(self)
        self.list = QListView(edit)
        self.list.setWindowFlags(Qt.WindowType.ToolTip | Qt.WindowType.FramelessWindowHint)
        self.list.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setProperty("offers", True)
        self.list.setUniformItemSizes(True)
        self.list.setMouseTracking(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setAccessibleName(self.tr("What can follow"))
        self.list.setModel(self._model)
        self.list.setItemDelegate(self._delegate)
        self.list.clicked.connect(self._take)
        self.list.hide()
        edit.installEventFilter(self)
        edit.textChanged.connect(self._on_text_changed)

    def set_theme(self, theme: Theme) -> None:
        """Paint in the colours of another theme."""
        self._delegate.set_theme(theme)

    def is_open(self) -> bool:
        """True while offers are shown."""
        return self.list.isVisible()

    def names(self) -> list[str]:
        """The names offered now."""
        return [str(self._model.data(self._model.index(row))) for row in range(self._model.rowCount())]

    def open(self, *, with_nothing_typed: bool = True) -> None:
        """Show what can follow at the cursor, if there is something."""
        cursor = self._edit.textCursor()
        before = cursor.block().text()[: cursor.positionInBlock()]
        offers = self._find_offers(before)
        is_asked = offers.length > 0 or with_nothing_typed or before.endswith((".", "{{"))
        if not offers.items or not is_asked or not self._edit.hasFocus():
            self.close()
            return
        self._length = offers.length
        self._model.put(offers.items)
        self.list.setCurrentIndex(self._model.index(0))
        rows = min(_ROWS_SHOWN, len(offers.items))
        self.list.resize(PANEL_RIGHT, rows * TARGET + 2 * SPACE)
        below = self._edit.cursorRect().bottomLeft()
        self.list.move(self._edit.viewport().mapToGlobal(below))
        self.list.show()

    def close(self) -> None:
        """Take the offers away."""
        self.list.hide()

    def _on_text_changed(self) -> None:
        if self._edit.hasFocus() and not self._is_taking:
            self.open(with_nothing_typed=False)

    def _take(self, index: QModelIndex) -> None:
        item = self._model.item(index.row())
        self.close()
        if item is None:
            return
        cursor = self._edit.textCursor()
        cursor.movePosition(QTextCursor.MoveOperation.Left, QTextCursor.MoveMode.KeepAnchor, self._length)
        self._is_taking = True
        cursor.insertText(item.name)
        self._is_taking = False

    def _move(self, by: int) -> None:
        row = (self.list.currentIndex().row() + by) % max(1, self._model.rowCount())
        self.list.setCurrentIndex(self._model.index(row))

    def _on_key(self, event: QKeyEvent) -> bool:
        """True when the key was meant for the offers."""
        key = event.key()
        if key == Qt.Key.Key_Space and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.open()
            return True
        if not self.is_open():
            return False
        if key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self._move(1 if key == Qt.Key.Key_Down else -1)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab):
            self._take(self.list.currentIndex())
        elif key == Qt.Key.Key_Escape:
            self.close()
        else:
            return False
        return True

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and self._on_key(event):
            return True
        if event.type() == QEvent.Type.ShortcutOverride and self.is_open():
            event.accept()
            return True
        if event.type() in (QEvent.Type.FocusOut, QEvent.Type.Hide):
            self.close()
        return super().eventFilter(watched, event)
