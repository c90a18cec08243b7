"""The tool bar: menu, the primary Run button, run verbs, the tabs of open flows and the search box."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QSizePolicy,
    QToolBar,
    QToolButton,
    QWidget,
)

from editor import theme as look
from editor.theme import Theme
from editor.window.action_set import ActionSet, keys_of
from editor.window.actions import Menu

_VERBS = ("run.step", "debug.into", "debug.out", "run.previous_step", "run.pause", "run.stop")
_RUN_MENU = (
    "run.with_input",
    "run.from_here",
    "run.only_this",
    "run.to_here",
    "",
    "run.breakpoint",
    "debug.edit_breakpoint",
    "debug.pause_on_errors",
    "run.clear_breakpoints",
    "",
    "debug.arm",
)
_STEP_ICONS = {
    "run.step": "arrow-right-to-line",
    "debug.into": "arrow-down-to-line",
    "debug.out": "arrow-up-from-line",
    "run.previous_step": "arrow-left-to-line",
}


class ToolBar(QToolBar):
    """The top row of the window. `tabs` is placed between the run verbs and the search box."""

    def __init__(self, actions: ActionSet, tabs: QWidget, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("toolbar")
        self.setWindowTitle(self.tr("Tool bar"))
        self.setMovable(False)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self.toggleViewAction().setVisible(False)
        self._actions = actions
        self._can_continue = False
        self.menu_button = self._make_menu_button()
        self.run_button = self._make_run_button()
        self._more = self._make_more_button()
        self.addWidget(self.menu_button)
        self.addWidget(self.run_button)
        self.addWidget(self._more)
        for verb in _VERBS:
            self.addAction(actions[verb])
            button = self.widgetForAction(actions[verb])
            button.setAccessibleName(actions[verb].text())
        line = QFrame(self)
        line.setProperty("role", "upright")
        self.addWidget(line)
        self.addWidget(tabs)
        self.search = SearchButton(theme, self)
        self.search.clicked.connect(actions["view.commands"].trigger)
        self.addWidget(self.search)
        self.setIconSize(QSize(look.ICON, look.ICON))
        self.set_theme(theme)

    def set_can_continue(self, can_continue: bool) -> None:
        """Call the primary button Continue while a run is paused, else Run."""
        self._can_continue = can_continue
        self.run_button.setText(self.tr(" Continue") if can_continue else self.tr(" Run"))

    def set_theme(self, theme: Theme) -> None:
        """Tint the icons."""
        self.menu_button.setIcon(look.icon("menu", theme.secondary))
        self.run_button.setIcon(look.icon("play", theme.on_accent, look.ICON_S, theme.secondary))
        self._more.setIcon(look.icon("chevron-down", theme.secondary, look.ICON_S))
        self._actions.set_icon("run.stop", look.icon("square", theme.failed))
        self._actions.set_icon("run.pause", look.icon("pause", theme.text))
        for action_id, name in _STEP_ICONS.items():
            self._actions.set_icon(action_id, look.icon(name, theme.text))
        self.search.set_theme(theme)

    def _make_menu_button(self) -> QToolButton:
        button = QToolButton(self)
        button.setAccessibleName(self.tr("Menu"))
        button.setToolTip(self.tr("Menu  Alt+M"))
        button.setShortcut("Alt+M")
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(button)
        for which in Menu:
            self._actions.fill_menu(menu.addMenu(self.tr(which.value)), which)
        button.setMenu(menu)
        return button

    def _make_run_button(self) -> QPushButton:
        action = self._actions["run.start"]
        button = QPushButton(self.tr(" Run"), self)
        button.setProperty("kind", "primary")
        button.setIconSize(QSize(look.ICON_S, look.ICON_S))
        button.setToolTip(action.toolTip())
        button.setMinimumWidth(look.RUN_WIDTH)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(action.trigger)
        action.enabledChanged.connect(button.setEnabled)
        return button

    def _make_more_button(self) -> QToolButton:
        button = QToolButton(self)
        button.setAccessibleName(self.tr("More ways to run"))
        button.setToolTip(button.accessibleName())
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(button)
        self._actions.fill(menu, _RUN_MENU)
        button.setMenu(menu)
        return button


class SearchButton(QPushButton):
    """Looks like a search field and opens the command palette."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("search_box")
        self.setFixedSize(look.SEARCH_WIDTH, look.FIELD)
        self.setCursor(Qt.CursorShape.IBeamCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName(self.tr("Commands and components"))
        self._sign = QLabel(self)
        text, keys = QLabel(self.accessibleName(), self), QLabel(keys_of("view.commands"), self)
        row = QHBoxLayout(self)
        row.setContentsMargins(look.GAP_S, 0, look.GAP_S, 0)
        row.setSpacing(look.GAP_S)
        row.addWidget(self._sign)
        row.addWidget(text, 1)
        row.addWidget(keys)
        for label in (self._sign, text, keys):
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            label.setProperty("role", "secondary")
        text.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Tint the magnifier."""
        self._sign.setPixmap(look.icon_pixmap("search", theme.secondary, look.ICON_S, self.devicePixelRatioF()))
