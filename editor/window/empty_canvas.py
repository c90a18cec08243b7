"""What the canvas of a flow without components says: what to do first, with one button for it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject

from editor.panels.empty_state import EmptyState
from editor.theme import PANEL_RIGHT, Theme
from editor.window.flow_tab import FlowTab


class EmptyCanvas(EmptyState):
    """Lies in the middle of a canvas while its flow has no components. Double clicks and drops go through to it."""

    def __init__(self, tab: FlowTab, theme: Theme) -> None:
        super().__init__("workflow", theme, tab.canvas)
        self._tab = tab
        self.say(
            self.tr("Double-click to add the first component, or drag one here from the list."),
            self.tr("Add a component"),
        )
        self.pressed.connect(tab.canvas.quick_add)
        tab.canvas.installEventFilter(self)
        tab.document.changed.connect(self._show_or_hide)
        self._show_or_hide()

    def _show_or_hide(self) -> None:
        document = self._tab.document
        is_wanted = not (self._tab.is_read_only or document.keys() or document.notes() or document.frames())
        if is_wanted == self.isHidden():
            self._place()
            self.setVisible(is_wanted)

    def _place(self) -> None:
        room = self._tab.canvas.rect()
        self.resize(min(PANEL_RIGHT, room.width()), min(self.heightForWidth(PANEL_RIGHT), room.height()))
        box = self.rect()
        box.moveCenter(room.center())
        self.move(box.topLeft())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Show):
            self._place()
        return super().eventFilter(watched, event)
