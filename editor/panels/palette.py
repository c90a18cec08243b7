"""The palette: every component that can be added, searchable, added by Enter, double click or drag."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from editor.panels.component_list import ComponentListView
from editor.panels.empty_state import EmptyState
from editor.panels.search_field import SearchField
from editor.theme import GAP, GAP_S, Theme
from node_engine.models.description import Catalog


class PalettePanel(QWidget):
    """Signals: `add_wanted` with a registry key. Drags carry `component_list.MIME_COMPONENT`."""

    add_wanted = Signal(str)

    def __init__(self, catalog: Catalog, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.search_field = SearchField(self.tr("Add a component…"), theme, self.tr("Tab"), self)
        self.list = ComponentListView(catalog, theme, parent=self)
        self._nothing = EmptyState("search", theme, self)
        self._arrange()
        self.list.setDragEnabled(True)
        self.list.setDragDropMode(ComponentListView.DragDropMode.DragOnly)
        self.search_field.textChanged.connect(self._on_text_changed)
        self.search_field.moved.connect(self.list.move_current)
        self.search_field.accepted.connect(self.list.activate_current)
        self.list.activated_name.connect(self.add_wanted)
        self._nothing.pressed.connect(self.search_field.clear)
        self._show_what_there_is()

    def set_catalog(self, catalog: Catalog) -> None:
        """Offer the components of another catalog."""
        self.list.component_model.set_catalog(catalog)
        self._show_what_there_is()

    def set_theme(self, theme: Theme) -> None:
        """Paint in the colours of another theme."""
        self.search_field.set_theme(theme)
        self.list.set_theme(theme)
        self._nothing.set_theme(theme)

    def focus_search(self) -> None:
        """Put the cursor into the search field, its text selected."""
        self.search_field.setFocus()
        self.search_field.selectAll()

    def empty_text(self) -> str:
        """What is said instead of the list, empty while there is a list."""
        return "" if self.list.isVisibleTo(self) else self._nothing.text()

    def _arrange(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, GAP, 0, 0)
        column.setSpacing(GAP_S)
        field = QVBoxLayout()
        field.setContentsMargins(GAP, 0, GAP, 0)
        field.addWidget(self.search_field)
        column.addLayout(field)
        column.addWidget(self.list, 1)
        column.addWidget(self._nothing, 1)
        self.setFocusProxy(self.search_field)

    def _on_text_changed(self, text: str) -> None:
        self.list.search(text)
        self._show_what_there_is()

    def _show_what_there_is(self) -> None:
        has_rows = self.list.component_model.rowCount() > 0
        query = self.list.component_model.query
        self.list.setVisible(has_rows)
        self._nothing.setVisible(not has_rows)
        if query:
            self._nothing.say(self.tr("No component matches “{0}”.").format(query), self.tr("Clear the search"))
        else:
            self._nothing.say(self.tr("No components are loaded. Start the engine to see them."), "")
