"""The open flows: pages behind the tab bar, with the welcome page where nothing is open."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from editor.theme import Theme
from editor.window.flow_tab import FlowTab
from editor.window.tab_bar import FlowTabBar


class FlowTabs(QStackedWidget):
    """Signals: `current_changed` when another flow, or none, is in front; `close_wanted(FlowTab)`."""

    current_changed = Signal()
    close_wanted = Signal(object)

    def __init__(self, bar: FlowTabBar, welcome: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bar = bar
        self._welcome = welcome
        self._tabs: list[FlowTab] = []
        self._shown: FlowTab | None = None
        self._blank = QWidget(self)
        self._blank.setObjectName("blank")
        self._blank.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.addWidget(welcome)
        self.addWidget(self._blank)
        bar.currentChanged.connect(self._on_bar_current)
        bar.tabBarClicked.connect(self._on_bar_current)
        bar.tabMoved.connect(self._on_moved)
        bar.close_wanted.connect(self._on_close_wanted)

    @property
    def current(self) -> FlowTab | None:
        """The flow in front; None while the welcome page is."""
        return self._shown

    def tabs(self) -> list[FlowTab]:
        """All open flows, from left to right."""
        return list(self._tabs)

    def with_path(self, path: Path) -> FlowTab | None:
        """The tab of a file, if it is open."""
        wanted = path.resolve()
        return next((tab for tab in self._tabs if tab.document.path and tab.document.path.resolve() == wanted), None)

    def add(self, tab: FlowTab) -> None:
        """Open a flow at the right end and bring it to the front."""
        self._tabs.append(tab)
        self.addWidget(tab)
        tab.described.connect(self._on_described)
        index = self._bar.add(tab.title, tab.place_text)
        self._describe(tab)
        self._bar.setCurrentIndex(index)
        self._show(tab)

    def show_tab(self, tab: FlowTab) -> None:
        """Bring a flow to the front."""
        self._bar.setCurrentIndex(self._tabs.index(tab))
        self._show(tab)

    def show_blank(self) -> None:
        """Show nothing yet: flows are about to be opened."""
        self.setCurrentWidget(self._blank)

    def show_welcome(self) -> None:
        """Bring the welcome page to the front; the flows stay open."""
        self._show(None)

    def remove(self, tab: FlowTab) -> None:
        """Close a flow without asking."""
        index = self._tabs.index(tab)
        self._tabs.remove(tab)
        if self._shown is tab:
            self._shown = None
        self._bar.removeTab(index)
        self.removeWidget(tab)
        tab.deleteLater()
        current = self._bar.currentIndex()
        self._show(self._tabs[current] if 0 <= current < len(self._tabs) else None, force=True)

    def show_next(self, step: int) -> None:
        """Go to the next tab, or with -1 to the previous one, round the ends."""
        if self._tabs:
            self._bar.setCurrentIndex((self._bar.currentIndex() + step) % len(self._tabs))

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        for tab in self._tabs:
            tab.canvas.set_theme(theme)

    def _show(self, tab: FlowTab | None, force: bool = False) -> None:
        if tab is self._shown and not force and self.currentWidget() is (tab or self._welcome):
            return
        self._shown = tab
        self.setCurrentWidget(tab or self._welcome)
        self._bar.setProperty("idle", tab is None)
        self.current_changed.emit()
        if tab is not None:
            tab.canvas.setFocus()

    def _describe(self, tab: FlowTab) -> None:
        self._bar.describe(self._tabs.index(tab), tab.title, tab.place_text, tab.document.is_dirty)

    def _on_described(self) -> None:
        tab = self.sender()
        if isinstance(tab, FlowTab) and tab in self._tabs:
            self._describe(tab)

    def _on_bar_current(self, index: int) -> None:
        if 0 <= index < len(self._tabs):
            self._show(self._tabs[index])

    def _on_moved(self, from_index: int, to_index: int) -> None:
        self._tabs.insert(to_index, self._tabs.pop(from_index))

    def _on_close_wanted(self, index: int) -> None:
        self.close_wanted.emit(self._tabs[index])
