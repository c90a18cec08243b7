"""The status bar: service lamp with its menu, counts, problems, what undo would take back, and the zoom."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QLabel, QMenu, QStatusBar, QToolButton, QWidget

from editor import theme as look
from editor.session.debugger import Debugger
from editor.theme import Theme
from editor.window.action_set import ActionSet
from editor.window.armed_lamp import ArmedLamp

_SERVICE_MENU = (
    "service.copy_url",
    "service.copy_curl",
    "service.copy_token",
    "service.open_api",
    "",
    "service.toggle",
)


@dataclass(frozen=True, slots=True)
class ServiceState:
    """What the lamp shows: `url` while serving, else a reason in words."""

    url: str | None = None
    reason: str = ""
    is_starting: bool = False


class StatusBar(QStatusBar):
    """The bottom row of the window."""

    def __init__(self, actions: ActionSet, debugger: Debugger, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizeGripEnabled(False)
        self._theme = theme
        self._service = ServiceState(is_starting=True)
        self.lamp = self._button(self.tr("Service"))
        self.lamp.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.lamp.setIconSize(QSize(look.GAP_S, look.GAP_S))
        self.lamp.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self.lamp)
        actions.fill(menu, _SERVICE_MENU)
        self.lamp.setMenu(menu)
        self.armed = ArmedLamp(debugger, actions, theme, self)
        self._message = self._label()
        self._counts, self._undo = self._label(), self._label()
        self.problems = self._button(self.tr("Problems"))
        self.problems.clicked.connect(actions["view.problems"].trigger)
        self.zoom = self._button(self.tr("Zoom"))
        self.zoom.setToolTip(actions["view.full_size"].toolTip())
        self.zoom.clicked.connect(actions["view.full_size"].trigger)
        self.addWidget(self.lamp)
        self.addWidget(self.armed)
        self.armed.hide()
        self.addWidget(self._message, 1)
        for widget in (self._counts, self.problems, self._undo, self.zoom):
            self.addPermanentWidget(widget)
        self.setContentsMargins(look.GAP_S, 0, look.GAP_S, 0)
        self.show_undo("", "")
        self.show_counts("", None)
        self.set_theme(theme)

    def show_service(self, state: ServiceState) -> None:
        """Light the lamp."""
        self._service = state
        tone = self._theme.done if state.url else self._theme.faint if not state.reason else self._theme.failed
        self.lamp.setIcon(look.dot_icon(self._theme.paused if state.is_starting else tone))
        if state.is_starting:
            self.lamp.setText(self.tr(" Starting the service…"))
        else:
            self.lamp.setText(f" {state.url or state.reason or self.tr('Service is off')}")
        self.lamp.setToolTip(
            self.tr("The service other programs use. Press for its URL, a curl line and its API page.")
        )

    def show_undo(self, undo: str, zoom: str) -> None:
        """Show what undo would take back and the zoom of the flow in front; empty texts hide their place."""
        self._undo.setText(undo)
        self.zoom.setText(zoom)
        self._undo.setVisible(bool(undo))
        self.zoom.setVisible(bool(zoom))

    def show_counts(self, counts: str, problems: int | None) -> None:
        """Show how large the flow in front is and how many problems it has."""
        self._counts.setText(counts)
        self._counts.setVisible(bool(counts))
        self.problems.setVisible(problems is not None)
        self.problems.setText(self._problem_text(problems or 0))
        self.problems.setIcon(
            look.icon("triangle-alert", self._theme.paused, look.ICON_S) if problems else look.no_icon()
        )

    def say(self, text: str) -> None:
        """Say something that the user may miss, e.g. "Saved hello.flow.json"; the next text replaces it."""
        self._message.setText(text)

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self.show_service(self._service)
        self.armed.set_theme(theme)

    def _problem_text(self, problems: int) -> str:
        if problems == 0:
            return self.tr("No problems")
        return self.tr("1 problem") if problems == 1 else self.tr("{n} problems").format(n=problems)

    def _button(self, name: str) -> QToolButton:
        button = QToolButton(self)
        button.setAccessibleName(name)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setIconSize(QSize(look.ICON_S, look.ICON_S))
        return button

    def _label(self) -> QLabel:
        label = QLabel(self)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setContentsMargins(look.GAP_XS, 0, look.GAP_XS, 0)
        return label
