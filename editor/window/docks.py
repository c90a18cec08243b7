"""The docks round the canvas: panels with slim title bars that can be moved, tabbed, closed and restored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QChildEvent, QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QContextMenuEvent, QMouseEvent
from PySide6.QtWidgets import QDockWidget, QMainWindow, QMenu, QTabBar, QTabWidget, QWidget

from editor import theme as look
from editor.theme import Theme
from editor.window.settings import Settings
from editor.window.title_bar import TitleBar

_LAYOUT_VERSION = 2
_LEFT, _RIGHT, _BOTTOM = (
    Qt.DockWidgetArea.LeftDockWidgetArea,
    Qt.DockWidgetArea.RightDockWidgetArea,
    Qt.DockWidgetArea.BottomDockWidgetArea,
)
_LEAST_WIDTHS = {_LEFT: look.PANEL_LEFT * 2 // 3, _RIGHT: look.PANEL_RIGHT * 2 // 3}
"""What panels beside the canvas need to be of use; Qt takes from them first in a small window."""


@dataclass(frozen=True, slots=True)
class DockPlace:
    """Where a dock stands at first start; docks of one group are tabs of each other."""

    name: str
    title: str
    area: Qt.DockWidgetArea
    group: str
    is_open: bool = True
    """False for one that opens when there is something to show."""


PLACES = (
    DockPlace("components", "Components", _LEFT, "left"),
    DockPlace("outline", "Outline", _LEFT, "left"),
    DockPlace("guide", "Guide", _LEFT, "left", is_open=False),
    DockPlace("inspector", "Inspector", _RIGHT, "right"),
    DockPlace("steps", "Steps", _BOTTOM, "bottom"),
    DockPlace("log", "Log", _BOTTOM, "bottom"),
    DockPlace("events", "Events", _BOTTOM, "bottom"),
    DockPlace("runs", "Runs", _BOTTOM, "bottom"),
    DockPlace("timeline", "Timeline", _BOTTOM, "bottom"),
    DockPlace("problems", "Problems", _BOTTOM, "bottom"),
    DockPlace("breakpoints", "Breakpoints", _BOTTOM, "bottom"),
    DockPlace("compare", "Compare", _BOTTOM, "bottom", is_open=False),
    DockPlace("context", "Context", _BOTTOM, "state"),
    DockPlace("watch", "Watch", _BOTTOM, "state"),
)


class Docks(QObject):
    """All docks of a window by name."""

    def __init__(self, window: QMainWindow, panels: Mapping[str, QWidget], theme: Theme) -> None:
        super().__init__(window)
        self._window = window
        self._docks: dict[str, QDockWidget] = {}
        self._bars: dict[str, TitleBar] = {}
        window.setDockOptions(
            QMainWindow.DockOption.AllowTabbedDocks
            | QMainWindow.DockOption.AllowNestedDocks
            | QMainWindow.DockOption.GroupedDragging
        )
        window.setTabPosition(Qt.DockWidgetArea.AllDockWidgetAreas, QTabWidget.TabPosition.North)
        for corner, area in (
            (Qt.Corner.BottomLeftCorner, _LEFT),
            (Qt.Corner.TopLeftCorner, _LEFT),
            (Qt.Corner.BottomRightCorner, _RIGHT),
            (Qt.Corner.TopRightCorner, _RIGHT),
        ):
            window.setCorner(corner, area)
        for place in PLACES:
            self._add(place, panels[place.name], theme)
        window.installEventFilter(self)

    def dock(self, name: str) -> QDockWidget:
        """A dock by its name."""
        return self._docks[name]

    def show(self, name: str) -> None:
        """Bring a dock to the front of its tabs and give it the keyboard."""
        dock = self._docks[name]
        dock.show()
        dock.raise_()
        widget = dock.widget()
        if widget is not None:
            widget.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def show_beside(self, name: str, width: int) -> None:
        """Bring a dock to the front, at least so wide; the keyboard stays where it is."""
        dock = self._docks[name]
        dock.show()
        dock.raise_()
        if not dock.isFloating() and dock.width() < width:
            self._window.resizeDocks([dock], [width], Qt.Orientation.Horizontal)

    def raise_dock(self, name: str) -> None:
        """Bring a dock that is open to the front of its tabs; the keyboard stays where it is."""
        if self._docks[name].isVisibleTo(self._window) or not self._docks[name].isHidden():
            self._docks[name].raise_()

    def raise_floating(self) -> None:
        """Bring docks with windows of their own before the main window, which was shown after them."""
        for dock in self._docks.values():
            if dock.isFloating() and not dock.isHidden():
                dock.raise_()

    def arrange(self) -> None:
        """Put every dock where it stands at first start."""
        for dock in self._docks.values():
            dock.setFloating(False)
            self._window.removeDockWidget(dock)
        self._settle()
        first: dict[str, QDockWidget] = {}
        later: list[tuple[QDockWidget, QDockWidget]] = []
        for place in PLACES:
            dock = self._docks[place.name]
            if place.group in first:
                later.append((first[place.group], dock))
            elif place.group == "state":
                self._window.splitDockWidget(first["bottom"], dock, Qt.Orientation.Horizontal)
            else:
                self._window.addDockWidget(place.area, dock)
            first.setdefault(place.group, dock)
        self._settle()
        for ahead, dock in later:  # a dock that has tabs already cannot be split any more
            self._window.tabifyDockWidget(ahead, dock)
            self._settle()
        for place in PLACES:
            self._docks[place.name].setVisible(place.is_open)
        for dock in first.values():
            dock.raise_()
        self._size(first)

    def release(self) -> None:
        """Stop following the docks, before the window and they are deleted."""
        for dock in self._docks.values():
            for signal in (dock.visibilityChanged, dock.topLevelChanged, dock.dockLocationChanged):
                signal.disconnect(self._slim_titles)

    def save(self, settings: Settings) -> None:
        """Remember where everything is."""
        settings.keep_bytes("geometry", self._window.saveGeometry())
        settings.keep_bytes("docks", self._window.saveState(_LAYOUT_VERSION))

    def restore(self, settings: Settings) -> None:
        """Put everything where it was; at first start, where it stands then. Before the window is shown."""
        geometry, docks = settings.bytes_of("geometry"), settings.bytes_of("docks")
        if not geometry.isEmpty():
            self._window.restoreGeometry(geometry)
        if docks.isEmpty() or not self._window.restoreState(docks, _LAYOUT_VERSION):
            self.arrange()
        self._slim_titles()

    def set_count(self, name: str, count: int) -> None:
        """Put a figure behind the title of a dock; none for 0."""
        title = next(place.title for place in PLACES if place.name == name)
        self._docks[name].setWindowTitle(f"{self.tr(title)}  {count}" if count else self.tr(title))

    def set_theme(self, theme: Theme) -> None:
        """Tint the signs of the title bars."""
        for bar in self._bars.values():
            bar.set_theme(theme)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QChildEvent) and event.type() == QEvent.Type.ChildPolished:
            bar = event.child()
            if isinstance(bar, QTabBar):
                bar.setElideMode(Qt.TextElideMode.ElideNone)
                bar.installEventFilter(self)
        elif isinstance(event, QMouseEvent) and event.type() == QEvent.Type.MouseButtonRelease:
            if isinstance(watched, QTabBar) and event.button() is Qt.MouseButton.MiddleButton:
                self._close_tab(watched, event.position().toPoint())
        elif isinstance(event, QContextMenuEvent) and isinstance(watched, QTabBar):
            self._offer(watched, event)
            return True
        return super().eventFilter(watched, event)

    def _close_tab(self, bar: QTabBar, place: QPoint) -> None:
        dock = self._dock_at(bar, place)
        if dock is not None:
            dock.close()

    def _offer(self, bar: QTabBar, event: QContextMenuEvent) -> None:
        """A menu for a tab of docks: close it, or take it out of the window."""
        dock = self._dock_at(bar, event.pos())
        if dock is None:
            return
        menu = QMenu(self._window)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(self.tr("Close {name}").format(name=dock.windowTitle())).triggered.connect(dock.close)
        menu.addAction(self.tr("In a window of its own")).triggered.connect(partial(dock.setFloating, True))
        menu.popup(event.globalPos())

    def _dock_at(self, bar: QTabBar, place: QPoint) -> QDockWidget | None:
        title = bar.tabText(bar.tabAt(place))
        return next((dock for dock in self._docks.values() if title and dock.windowTitle() == title), None)

    def _add(self, place: DockPlace, panel: QWidget, theme: Theme) -> None:
        dock = QDockWidget(self.tr(place.title), self._window)
        dock.setObjectName(f"dock_{place.name}")
        dock.setWidget(panel)
        panel.setMinimumWidth(_LEAST_WIDTHS.get(place.area, 0))
        panel.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        panel.setProperty("dock", True)
        panel.setAccessibleName(panel.accessibleName() or dock.windowTitle())
        bar = TitleBar(dock, theme)
        dock.setTitleBarWidget(bar)
        for signal in (dock.visibilityChanged, dock.topLevelChanged, dock.dockLocationChanged):
            signal.connect(self._slim_titles)
        self._docks[place.name] = dock
        self._bars[place.name] = bar
        self._window.addDockWidget(place.area, dock)

    def _settle(self) -> None:
        """Have Qt lay out at once: tab bars made by several changes in one go stay on the screen unused."""
        layout = self._window.layout()
        if layout is not None:
            layout.activate()

    def _slim_titles(self) -> None:
        for name, dock in self._docks.items():
            is_tabbed = bool(self._window.tabifiedDockWidgets(dock))
            self._bars[name].set_slim(is_tabbed and not dock.isFloating())

    def _size(self, first: Mapping[str, QDockWidget]) -> None:
        horizontal, vertical = Qt.Orientation.Horizontal, Qt.Orientation.Vertical
        self._window.resizeDocks([first["left"], first["right"]], [look.PANEL_LEFT, look.PANEL_RIGHT], horizontal)
        self._window.resizeDocks([first["bottom"], first["state"]], [look.STEPS_SHARE, look.STATE_SHARE], horizontal)
        self._window.resizeDocks([first["bottom"]], [look.PANEL_BOTTOM], vertical)
