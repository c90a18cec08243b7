"""Joins a canvas with what its gestures ask for: quick-add, its menu, renaming, the inspector."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject, QPoint, QPointF, Qt
from PySide6.QtWidgets import QMenu

from editor.document.key_names import check_key
from editor.panels.quick_add import QuickAdd
from editor.window.action_set import ActionSet
from editor.window.dialogs.rename_dialog import RenameDialog
from editor.window.dialogs.text_dialog import TextDialog
from editor.window.empty_canvas import EmptyCanvas
from editor.window.flow_tab import FlowTab
from editor.window.theme_switch import ThemeSwitch
from node_engine.analysis.wires import Wire
from node_engine.errors import FlowError

_COMPONENT_MENU = (
    "edit.connect",
    "edit.rename",
    "edit.toggle_enabled",
    "",
    "run.to_here",
    "run.from_here",
    "debug.set_next",
    "run.only_this",
    "",
    "run.breakpoint",
    "debug.edit_breakpoint",
    "debug.break_after",
    "debug.break_error",
    "",
    "edit.cut",
    "edit.copy",
    "edit.duplicate",
    "edit.delete",
)
_WIRE_MENU = ("run.breakpoint", "debug.edit_breakpoint", "", "edit.delete")
_CANVAS_MENU = (
    "edit.add",
    "edit.note",
    "edit.frame",
    "",
    "edit.paste",
    "edit.select_all",
    "",
    "edit.tidy",
    "view.fit",
    "view.full_size",
)


class CanvasWiring(QObject):
    """One per tab. `opens` is called with the key of a component that was double-clicked."""

    def __init__(self, tab: FlowTab, actions: ActionSet, themes: ThemeSwitch, opens: Callable[[str], None]) -> None:
        super().__init__(tab)
        self._tab = tab
        self._actions = actions
        self._themes = themes
        self._opens = opens
        canvas = tab.canvas
        actions.add_to_canvas(canvas)
        canvas.quick_add_wanted.connect(self._on_quick_add)
        canvas.context_menu_wanted.connect(self._on_context_menu)
        canvas.rename_wanted.connect(self._on_rename)
        canvas.open_wanted.connect(self._on_open)
        canvas.note_wanted.connect(self._on_note)
        canvas.frame_wanted.connect(self._on_frame)
        themes.changed.connect(EmptyCanvas(tab, themes.theme).set_theme)

    def _on_quick_add(self, scene: QPointF, place: QPoint, origin: object) -> None:
        if self._tab.is_read_only:
            return
        popup = QuickAdd(self._tab.document.catalog, self._themes.theme, self._tab)
        popup.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        popup.chosen.connect(partial(self._add, scene, origin))
        popup.open_at(place)

    def _add(self, scene: QPointF, origin: object, name: str) -> None:
        editor, x, y = self._tab.editor, scene.x(), scene.y()
        match origin:
            case Wire():
                key = editor.add(name, x, y, on_wire=origin)
            case (str(source), str(port)):
                key = editor.add(name, x, y, connect_from=(source, port))
            case _:
                key = editor.add(name, x, y)
        self._tab.canvas.select([key])
        self._tab.canvas.reveal(key)
        self._tab.canvas.setFocus()

    def _on_context_menu(self, place: QPoint, key: str | None) -> None:
        menu = QMenu(self._tab)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        on_wire = (*_WIRE_MENU, "", *_CANVAS_MENU) if self._tab.canvas.selected_wires() else _CANVAS_MENU
        self._actions.fill(menu, _COMPONENT_MENU if key else on_wire)
        menu.popup(place)

    def _on_rename(self, key: str) -> None:
        dialog = RenameDialog(key, partial(self._problem_of, key), self._tab)
        dialog.accepted.connect(partial(self._rename, key, dialog))
        dialog.open()

    def _rename(self, key: str, dialog: RenameDialog) -> None:
        if dialog.key != key and not self._problem_of(key, dialog.key):
            self._tab.editor.rename(key, dialog.key)
            self._tab.canvas.select([dialog.key])

    def _problem_of(self, key: str, new_key: str) -> str:
        if new_key == key:
            return ""
        try:
            check_key(new_key, set(self._tab.document.keys()))
        except FlowError as error:
            return str(error)
        return ""

    def _on_open(self, key: str) -> None:
        self._opens(key)

    def _on_note(self, note_id: str) -> None:
        note = self._tab.document.notes().get(note_id)
        if note is not None:
            dialog = TextDialog(self.tr("Note"), note.text, is_long=True, parent=self._tab)
            dialog.accepted.connect(partial(self._set_note, note_id, dialog))
            dialog.open()

    def _set_note(self, note_id: str, dialog: TextDialog) -> None:
        note = self._tab.document.notes().get(note_id)
        if note is not None:
            self._tab.canvas.change(partial(self._tab.editor.set_note, note_id, replace(note, text=dialog.text)))

    def _on_frame(self, frame_id: str) -> None:
        frame = self._tab.document.frames().get(frame_id)
        if frame is not None:
            dialog = TextDialog(self.tr("Title of the frame"), frame.title, is_long=False, parent=self._tab)
            dialog.accepted.connect(partial(self._set_frame, frame_id, dialog))
            dialog.open()

    def _set_frame(self, frame_id: str, dialog: TextDialog) -> None:
        frame = self._tab.document.frames().get(frame_id)
        if frame is not None:
            self._tab.canvas.change(partial(self._tab.editor.set_frame, frame_id, replace(frame, title=dialog.text)))
