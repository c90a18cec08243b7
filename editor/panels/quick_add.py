"""Quick-add: a small popup at the cursor that finds a component while typing and adds it with Enter."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QGuiApplication, QHideEvent, QKeyEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from editor.panels.component_list import ComponentListView, ListStyle
from editor.panels.empty_state import EmptyState
from editor.panels.search_field import SearchField
from editor.theme import GAP_S, LIST_HEIGHT, PANEL_RIGHT, ROW, SPACE, Theme
from node_engine.models.description import Catalog


class QuickAdd(QFrame):
    """Signals: `chosen` with a registry key, `cancelled` when it was closed without a choice."""

    chosen = Signal(str)
    cancelled = Signal()

    def __init__(self, catalog: Catalog, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        self.setProperty("role", "popup")
        self.setAccessibleName(self.tr("Quick add"))
        self._is_decided = True
        self.search_field = SearchField(self.tr("Type to find a component"), theme, self.tr("Enter adds"), self)
        self.search_field.clears_on_escape = False
        self.list = ComponentListView(catalog, theme, ListStyle(with_descriptions=True), self)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setMinimumHeight(ROW + 2 * self.list.frameWidth())
        self._nothing = EmptyState("search", theme, self)
        self._arrange()
        self.search_field.textChanged.connect(self._on_text_changed)
        self.search_field.moved.connect(self.list.move_current)
        self.search_field.accepted.connect(self.list.activate_current)
        self.search_field.escaped.connect(self.close)
        self.list.activated_name.connect(self._on_chosen)
        self.list.clicked.connect(self.list.activate_current)
        self._nothing.pressed.connect(self.search_field.clear)

    def set_catalog(self, catalog: Catalog) -> None:
        """Offer the components of another catalog."""
        self.list.component_model.set_catalog(catalog)

    def set_theme(self, theme: Theme) -> None:
        """Paint in the colours of another theme."""
        self.search_field.set_theme(theme)
        self.list.set_theme(theme)
        self._nothing.set_theme(theme)

    def open_at(self, place: QPoint, text: str = "") -> None:
        """Show the popup at a place of the screen, inside it as a whole, ready for typing."""
        self._is_decided = False
        self.search_field.setText(text)
        self._on_text_changed(text)
        self.list.move_current(0)
        self.resize(self.sizeHint())
        self.move(self._inside_screen(place))
        self.show()
        self.search_field.setFocus(Qt.FocusReason.PopupFocusReason)

    def _inside_screen(self, place: QPoint) -> QPoint:
        screen = QGuiApplication.screenAt(place) or QGuiApplication.primaryScreen()
        free: QRect = screen.availableGeometry()
        x = max(free.left(), min(place.x(), free.right() - self.width()))
        y = max(free.top(), min(place.y(), free.bottom() - self.height()))
        return QPoint(x, y)

    def _arrange(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE, GAP_S, SPACE, SPACE)
        column.setSpacing(SPACE)
        field = QVBoxLayout()
        field.setContentsMargins(SPACE, 0, SPACE, 0)
        field.addWidget(self.search_field)
        column.addLayout(field)
        column.addWidget(self.list, 1)
        column.addWidget(self._nothing, 1)

    def _on_text_changed(self, text: str) -> None:
        self.list.search(text)
        has_rows = self.list.component_model.rowCount() > 0
        self.list.setVisible(has_rows)
        self._nothing.setVisible(not has_rows)
        self._nothing.say(self.tr("No component matches “{0}”.").format(text.strip()), self.tr("Clear the search"))
        self.resize(self.sizeHint())

    def _on_chosen(self, name: str) -> None:
        if self._is_decided:
            return
        self._is_decided = True
        self.close()
        self.chosen.emit(name)

    def sizeHint(self) -> QSize:
        """As high as what it found needs, and not higher than a list may be."""
        around = GAP_S + self.search_field.sizeHint().height() + 2 * SPACE
        found = self.list.rows_height() if self.list.component_model.rowCount() else self._nothing.sizeHint().height()
        return QSize(PANEL_RIGHT + ROW, min(LIST_HEIGHT, around + found))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close()
        else:
            super().keyPressEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        if not self._is_decided:
            self._is_decided = True
            self.cancelled.emit()
