"""Which gesture a drag begins: one table from what lies under the pointer and which keys are held."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from editor.canvas.breakpoint_looks import Spot
from editor.canvas.debug_marks import spot_point
from editor.canvas.geometry import Rect
from editor.canvas.gestures.box_select import BoxSelect
from editor.canvas.gestures.connect import Connect
from editor.canvas.gestures.connect_back import ConnectBack
from editor.canvas.gestures.cut import Cut
from editor.canvas.gestures.gesture import Gesture, Pointer
from editor.canvas.gestures.move import Move
from editor.canvas.gestures.pan import Pan
from editor.canvas.gestures.reconnect import Reconnect
from editor.canvas.gestures.resize import Resize
from editor.canvas.gestures.set_next import SetNext
from editor.canvas.hits import Hit, HitKind
from editor.canvas.looks import WireId
from node_engine.models.ids import ComponentKey

if TYPE_CHECKING:
    from editor.canvas.canvas_view import CanvasView

_CONTROL = Qt.KeyboardModifier.ControlModifier


def begin_gesture(view: CanvasView, hit: Hit, start: Pointer, *, is_panning: bool) -> Gesture | None:
    """The gesture that starts here, or None when nothing happens."""
    if start.button == Qt.MouseButton.MiddleButton or is_panning:
        return Pan(view, start)
    if start.button != Qt.MouseButton.LeftButton:
        return None
    if hit.is_arrow and hit.key is not None:
        return SetNext(view, start, hit.key, spot_point(hit.spot or Spot.BEFORE, view.scene.rects[hit.key]))
    if view.is_read_only:
        return BoxSelect(view, start) if hit.kind not in (HitKind.NODE, HitKind.GUTTER, HitKind.SIGN) else None
    if hit.kind is HitKind.WIRE and not start.holds(_CONTROL) and hit.is_wire_end and hit.wire is not None:
        return Reconnect(view, start, hit.wire)
    return _begin_change(view, hit, start)


def _begin_change(view: CanvasView, hit: Hit, start: Pointer) -> Gesture | None:
    match hit.kind:
        case HitKind.EMPTY | HitKind.WIRE:
            return Cut(view, start) if start.holds(_CONTROL) else BoxSelect(view, start)
        case HitKind.NODE if hit.key is not None:
            return Move(view, start, _moved_with(view, hit.key))
        case HitKind.OUT_PORT if hit.key is not None and hit.port is not None:
            return Connect(view, start, hit.key, hit.port)
        case HitKind.IN_PORT if hit.key is not None:
            wire = _wire_to_take(view, hit.key)
            return ConnectBack(view, start, hit.key) if wire is None else Reconnect(view, start, wire)
        case HitKind.FRAME if hit.id is not None:
            return _move_frame(view, start, hit.id)
        case HitKind.NOTE if hit.id is not None:
            return Move(view, start, (), notes=(hit.id,))
        case HitKind.EDGE if hit.id is not None and hit.box is not None and hit.edge is not None:
            return Resize(view, start, hit.id, hit.box, hit.edge)
        case _:
            return None


def _moved_with(view: CanvasView, key: ComponentKey) -> list[ComponentKey]:
    """The pressed component first, so that its edges are the ones that settle."""
    selected = [other for other in view.selection() if other != key]
    return [key, *selected] if key in view.scene.selected else [key]


def _wire_to_take(view: CanvasView, key: ComponentKey) -> WireId | None:
    """The wire whose end is taken at a port where wires arrive: a selected one, else the one on top."""
    wires = view.scene.wires_into(key)
    chosen = [id_ for id_ in wires if id_ in view.emphasis.selected_wires]
    if chosen:
        return chosen[0]
    return max(wires, key=lambda id_: view.scene.wires[id_].style, default=None)


def _move_frame(view: CanvasView, start: Pointer, id_: str) -> Gesture:
    """A frame moves what lies wholly inside it."""
    layout = view.document.layout
    frame = layout.frames[id_]
    inside = Rect(frame.x, frame.y, frame.width, frame.height)
    keys = [key for key in view.scene.node_grid.within(inside) if _is_inside(inside, view.scene.rects[key])]
    notes = [
        other
        for other, note in layout.notes.items()
        if _is_inside(inside, Rect(note.x, note.y, note.width, note.height))
    ]
    return Move(view, start, keys, frames=(id_,), notes=notes)


def _is_inside(outer: Rect, inner: Rect) -> bool:
    return outer.x <= inner.x and outer.y <= inner.y and inner.right <= outer.right and inner.bottom <= outer.bottom
