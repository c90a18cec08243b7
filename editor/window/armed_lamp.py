"""The lamp of the status bar that tells that breakpoints stop runs of other programs, and for how long yet."""

from __future__ import annotations

import math
import time

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from editor import theme as look
from editor.session.debugger import Debugger
from editor.theme import Theme
from editor.window.action_set import ActionSet
from editor.window.moment import clock_text

_LOOK_MS = 1_000
_MENU = ("debug.arm", "debug.arm_again")


class ArmedLamp(QToolButton):
    """Absent while outside runs are only watched. Counts down by itself."""

    def __init__(self, debugger: Debugger, actions: ActionSet, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._debugger = debugger
        self.setAccessibleName(self.tr("Break on outside runs"))
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setIconSize(QSize(look.GAP_S, look.GAP_S))
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setToolTip(self.tr("Breakpoints also stop runs that other programs start; their callers wait meanwhile."))
        menu = QMenu(self)
        actions.fill(menu, _MENU)
        self.setMenu(menu)
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_MS)
        self._timer.timeout.connect(self.refresh)
        self.set_theme(theme)
        self.hide()

    @property
    def is_lit(self) -> bool:
        """True while outside runs may break."""
        return self._timer.isActive()

    def refresh(self) -> None:
        """Say how long it lasts; go when it is over."""
        until_s = self._debugger.armed_until_s
        left_s = 0.0 if until_s is None else until_s - time.time()
        if left_s <= 0:
            self._timer.stop()
            self.hide()
            return
        self.setText(self.tr(" Outside runs may break, {left} left").format(left=clock_text(math.ceil(left_s))))
        self.show()
        if not self._timer.isActive():
            self._timer.start()

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self.setIcon(look.dot_icon(theme.paused))
