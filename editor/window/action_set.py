"""The actions of one window as QActions: made from the table, enabled by the situation, coloured by the theme."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence
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
        self._actions = {row.id: self._make(row) for row in ACTIONS}

    def __getitem__(self, action_id: str) -> QAction:
        return self._actions[action_id]

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
        """Tint the icons."""
        for row in ACTIONS:
            if row.icon:
                self._actions[row.id].setIcon(look.icon(row.icon, theme.secondary))

    def fill(self, menu: QMenu, ids: Iterable[str]) -> None:
        """Put actions into a menu; an empty id makes a line."""
        for action_id in ids:
            if action_id:
                menu.addAction(self._actions[action_id])
            else:
                menu.addSeparator()

    def fill_menu(self, menu: QMenu, which: Menu) -> None:
        """Put all actions of one menu of the table into `menu`, its groups parted by lines."""
        group = 0
        for row in (row for row in ACTIONS if row.menu is which):
            if row.group != group:
                menu.addSeparator()
            group = row.group
            menu.addAction(self._actions[row.id])

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
