"""The tabs of open flows: name, a dot while there are unsaved changes, a cross to close; tabs can be moved."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QEnterEvent, QMouseEvent
from PySide6.QtWidgets import QSizePolicy, QTabBar, QToolButton, QWidget

from editor import theme as look
from editor.theme import Theme


class FlowTabBar(QTabBar):
    """One tab per open flow. `close_wanted(index)` comes from the cross or the middle mouse button."""

    close_wanted = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("flow_tabs")
        self.setAccessibleName(self.tr("Open flows"))
        self.setDrawBase(False)
        self.setExpanding(False)
        self.setMovable(True)
        self.setUsesScrollButtons(True)
        self.setElideMode(Qt.TextElideMode.ElideRight)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._theme = theme

    def add(self, title: str, tool_tip: str) -> int:
        """Add a tab at the end and return its place."""
        index = self.addTab(_no_mnemonic(title))
        button = _CloseButton(self._theme, self)
        button.clicked.connect(self._on_close_clicked)
        self.setTabButton(index, QTabBar.ButtonPosition.RightSide, button)
        self.setTabToolTip(index, look.plain_tool_tip(tool_tip))
        return index

    def describe(self, index: int, title: str, tool_tip: str, is_dirty: bool) -> None:
        """Write the name of a tab and whether it has unsaved changes."""
        self.setTabText(index, _no_mnemonic(title))
        self.setTabToolTip(index, look.plain_tool_tip(tool_tip))
        button = self.tabButton(index, QTabBar.ButtonPosition.RightSide)
        if isinstance(button, _CloseButton):
            button.set_dirty(is_dirty)
            button.setAccessibleName(self.tr("Close {name}").format(name=title))

    def set_theme(self, theme: Theme) -> None:
        """Tint the crosses and dots."""
        self._theme = theme
        for index in range(self.count()):
            button = self.tabButton(index, QTabBar.ButtonPosition.RightSide)
            if isinstance(button, _CloseButton):
                button.set_theme(theme)

    def _on_close_clicked(self) -> None:
        button = self.sender()
        for index in range(self.count()):
            if self.tabButton(index, QTabBar.ButtonPosition.RightSide) is button:
                self.close_wanted.emit(index)
                return

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.MiddleButton:
            index = self.tabAt(event.position().toPoint())
            if index >= 0:
                self.close_wanted.emit(index)
        super().mouseReleaseEvent(event)

    def minimumTabSizeHint(self, index: int) -> QSize:
        return QSize(look.TAB_MIN_WIDTH, super().minimumTabSizeHint(index).height())


class _CloseButton(QToolButton):
    """A dot while there are unsaved changes, else a cross; always a cross under the mouse."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("tab_close")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setFixedSize(look.TAB_CLOSE, look.TAB_CLOSE)
        self.setIconSize(QSize(look.ICON_S, look.ICON_S))
        self.setToolTip(self.tr("Close"))
        self._theme = theme
        self._is_dirty = False
        self._hovered = False
        self._refresh()

    def set_dirty(self, is_dirty: bool) -> None:
        self._is_dirty = is_dirty
        self._refresh()

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self._refresh()

    def _refresh(self) -> None:
        if self._is_dirty and not self._hovered:
            self.setIcon(look.dot_icon(self._theme.secondary))
        else:
            self.setIcon(look.icon("x", self._theme.secondary, look.ICON_S))

    def enterEvent(self, event: QEnterEvent) -> None:
        self._hovered = True
        self._refresh()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self._hovered = False
        self._refresh()
        super().leaveEvent(event)


def _no_mnemonic(text: str) -> str:
    return text.replace("&", "&&")
