"""What each key does on the canvas, as one table; everything the pointer can do has a key."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from editor.canvas.walking import Direction, walk
from editor.theme import GRID
from node_engine.models.ids import ComponentKey

if TYPE_CHECKING:
    from editor.canvas.canvas_view import CanvasView

ARROWS = {
    Qt.Key.Key_Left: Direction.LEFT,
    Qt.Key.Key_Right: Direction.RIGHT,
    Qt.Key.Key_Up: Direction.UP,
    Qt.Key.Key_Down: Direction.DOWN,
}
_ZOOM_STEP = 1.2
_PLAIN = Qt.KeyboardModifier.NoModifier
_SHIFT = Qt.KeyboardModifier.ShiftModifier
_CONTROL = Qt.KeyboardModifier.ControlModifier
_ALT = Qt.KeyboardModifier.AltModifier
_KEYPAD = Qt.KeyboardModifier.KeypadModifier
_NUDGES = count(1)

Command = Callable[["CanvasView"], None]

KEYS: dict[tuple[Qt.KeyboardModifier, Qt.Key], Command] = {
    (_PLAIN, Qt.Key.Key_Tab): lambda view: view.quick_add(),
    (_PLAIN, Qt.Key.Key_Return): lambda view: view.open_current(),
    (_PLAIN, Qt.Key.Key_Enter): lambda view: view.open_current(),
    (_PLAIN, Qt.Key.Key_C): lambda view: view.start_connection(),
    (_PLAIN, Qt.Key.Key_D): lambda view: view.toggle_enabled(),
    (_PLAIN, Qt.Key.Key_B): lambda view: view.toggle_breakpoint(),
    (_PLAIN, Qt.Key.Key_F9): lambda view: view.toggle_breakpoint(),
    (_PLAIN, Qt.Key.Key_F): lambda view: view.fit_selection(),
    (_PLAIN, Qt.Key.Key_Home): lambda view: view.fit(),
    (_PLAIN, Qt.Key.Key_1): lambda view: view.zoom_to(1.0),
    (_PLAIN, Qt.Key.Key_Plus): lambda view: view.zoom_to(view.zoom * _ZOOM_STEP),
    (_PLAIN, Qt.Key.Key_Minus): lambda view: view.zoom_to(view.zoom / _ZOOM_STEP),
    (_PLAIN, Qt.Key.Key_M): lambda view: view.toggle_minimap(),
    (_PLAIN, Qt.Key.Key_Slash): lambda view: view.search(),
    (_CONTROL, Qt.Key.Key_F): lambda view: view.search(),
    (_PLAIN, Qt.Key.Key_F2): lambda view: view.rename_current(),
    (_PLAIN, Qt.Key.Key_Delete): lambda view: view.delete_selection(),
    (_PLAIN, Qt.Key.Key_Backspace): lambda view: view.delete_selection(),
    (_CONTROL, Qt.Key.Key_A): lambda view: view.select_all(),
    (_CONTROL, Qt.Key.Key_C): lambda view: view.copy(),
    (_CONTROL, Qt.Key.Key_X): lambda view: view.cut(),
    (_CONTROL, Qt.Key.Key_V): lambda view: view.paste(),
    (_CONTROL, Qt.Key.Key_D): lambda view: view.duplicate(),
    (_PLAIN, Qt.Key.Key_Escape): lambda view: view.clear_selection(),
}


def is_canvas_key(event: QKeyEvent) -> bool:
    """Tell whether the canvas answers a key without Ctrl itself, so that no shortcut of the window takes it."""
    modifiers, key = _modifiers(event), Qt.Key(event.key())
    return key in ARROWS or ((modifiers, key) in KEYS and not modifiers & _CONTROL)


def press_key(view: CanvasView, event: QKeyEvent) -> bool:
    """Do what a key means; True when it meant something."""
    modifiers, key = _modifiers(event), Qt.Key(event.key())
    if key in ARROWS:
        return _press_arrow(view, ARROWS[key], modifiers, is_repeated=event.isAutoRepeat())
    command = KEYS.get((modifiers, key))
    if command is None:
        return False
    command(view)
    return True


def _press_arrow(view: CanvasView, direction: Direction, modifiers: Qt.KeyboardModifier, *, is_repeated: bool) -> bool:
    """Arrows walk along wires, with Shift they select on the way; with Alt or several selected they nudge those."""
    if modifiers == _ALT or (modifiers == _PLAIN and len(view.scene.selected) > 1):
        nudge(view, direction, is_repeated=is_repeated)
    elif modifiers in (_PLAIN, _SHIFT):
        step(view, direction, is_adding=modifiers == _SHIFT)
    else:
        return False
    return True


def step(view: CanvasView, direction: Direction, *, is_adding: bool) -> None:
    """Select the component that an arrow leads to; the first of the list when none is selected."""
    current = view.current
    found: ComponentKey | None
    if current is None:
        found = next(iter(view.document.keys()), None)
    else:
        found = walk(view.scene, current, direction)
    if found is None:
        return
    view.select([*view.selection(), found] if is_adding else [found], current=found)
    view.reveal(found)


def nudge(view: CanvasView, direction: Direction, *, is_repeated: bool) -> None:
    """Move the selection by one step of the grid; while a key repeats it is one undo step."""
    keys = view.selection()
    if not keys or view.is_read_only:
        return
    dx, dy = direction.value
    rects = view.scene.rects
    places = {key: (rects[key].x + dx * GRID, rects[key].y + dy * GRID) for key in keys}
    drag_id = view.nudge_id if is_repeated else -next(_NUDGES)
    view.nudge_id = drag_id
    view.change(lambda: view.editor.move(places, drag_id))


def _modifiers(event: QKeyEvent) -> Qt.KeyboardModifier:
    """The modifiers that matter; Shift is part of a sign such as "+" or "/"."""
    modifiers = event.modifiers() & ~_KEYPAD
    if event.key() in (Qt.Key.Key_Plus, Qt.Key.Key_Slash, Qt.Key.Key_Minus):
        modifiers &= ~_SHIFT
    return modifiers
