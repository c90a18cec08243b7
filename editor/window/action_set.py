"""The actions of one window as QActions: made from the table, enabled by the situation, coloured by the theme."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAction, QIcon, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from editor import theme as look
from editor.theme import Theme
from editor.window.action_table import ACTIONS, BY_ID
from editor.window.actions import Action, Menu, Situation


class ActionSet(QObject):
    """QActions by id. `triggered(id)` comes for every action that the user chose."""

    triggered = Signal(str)

    def __init__(self, host: QWidget) -> None:
        super().__init__(host)
        self._host = host
        self._theme: Theme | None = None
        self._tinted: set[str] = set()
        self._own_icons: set[str] = set()
        self._actions = {row.id: self._make(row) for row in ACTIONS}

    def __getitem__(self, action_id: str) -> QAction:
        return self._actions[action_id]

    def set_icon(self, action_id: str, icon: QIcon) -> None:
        """Give an action an icon of its own, as the tool bar has."""
        self._own_icons.add(action_id)
        self._tinted.add(action_id)
        self._actions[action_id].setIcon(icon)

    def add_to_canvas(self, canvas: QWidget) -> None:
        """Give a canvas the keys that apply only while it has the focus."""
        canvas.addActions([self._actions[row.id] for row in ACTIONS if row.canvas])

    def refresh(self, now: Situation, checks: Callable[[str], bool]) -> None:
        """Enable what applies now; `checks` tells whether a name like "theme:dark" is on."""
        for row in ACTIONS:
            action = self._actions[row.id]
            action.setEnabled(row.enabled(now))
            if row.check:
                action.setChecked(checks(row.check))

    def set_theme(self, theme: Theme) -> None:
        """Tint the icons; those of menus are made when a menu opens, which spares a tenth of the start."""
        self._theme = theme
        self._tinted = set(self._own_icons)

    def fill(self, menu: QMenu, ids: Iterable[str]) -> None:
        """Put actions into a menu; an empty id makes a line."""
        for action_id in ids:
            if action_id:
                menu.addAction(self._actions[action_id])
            else:
                menu.addSeparator()
        menu.aboutToShow.connect(self._on_about_to_show)

    def fill_menu(self, menu: QMenu, which: Menu) -> None:
        """Put all actions of one menu of the table into `menu`, its groups parted by lines."""
        ids: list[str] = []
        group = 0
        for row in (row for row in ACTIONS if row.menu is which):
            if row.group != group:
                ids.append("")
            group = row.group
            ids.append(row.id)
        self.fill(menu, ids)

    def _on_about_to_show(self) -> None:
        menu = self.sender()
        if isinstance(menu, QMenu) and self._theme is not None:
            for action in menu.actions():
                self._tint(action.objectName(), self._theme)

    def _tint(self, action_id: str, theme: Theme) -> None:
        row = BY_ID.get(action_id)
        if row is not None and row.icon and action_id not in self._tinted:
            self._tinted.add(action_id)
            self._actions[action_id].setIcon(look.icon(row.icon, theme.secondary))

    def _make(self, row: Action) -> QAction:
        action = QAction(self.tr(row.text), self)
        action.setObjectName(row.id)
        action.setShortcuts([QKeySequence(key) for key in row.keys])
        action.setCheckable(bool(row.check))
        action.setToolTip(tool_tip(row))
        action.setStatusTip("")
        action.triggered.connect(partial(self.triggered.emit, row.id))
        if row.canvas:
            action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        else:
            self._host.addAction(action)
        return action


def tool_tip(row: Action) -> str:
    """Say what an action does and its keys, as plain text."""
    keys = ", ".join(key_text(key) for key in row.keys[:1])
    first = f"{row.text.rstrip('…')}  {keys}" if keys else row.text.rstrip("…")
    return f"{first}\n{row.hint}" if row.hint else first


def key_text(key: str) -> str:
    """Write a key as this system writes it, e.g. "Ctrl+Shift+P"."""
    return QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)


def keys_of(action_id: str) -> str:
    """The first key of an action in the table as text, or nothing."""
    keys = BY_ID[action_id].keys
    return key_text(keys[0]) if keys else ""
