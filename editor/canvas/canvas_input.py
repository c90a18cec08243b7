"""Pointer, wheel, keys and drops on the canvas: finds what was meant and hands it to gestures and commands."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import (
    QContextMenuEvent,
    QCursor,
    QDragMoveEvent,
    QDropEvent,
    QHelpEvent,
    QInputDevice,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QToolTip

from editor.canvas.edge_pan import EdgePan
from editor.canvas.gestures.beginning import begin_gesture
from editor.canvas.gestures.gesture import Gesture, Pointer
from editor.canvas.gestures.place import Place
from editor.canvas.hits import NOTHING, Hit, HitKind, find_hit
from editor.canvas.keyboard import is_canvas_key, press_key
from editor.canvas.tooltips import tooltip_for

if TYPE_CHECKING:
    from editor.canvas.canvas_view import CanvasView

MIME_COMPONENT = "application/x-node-engine-component"
DRAG_FROM = 3
"""A press becomes a drag when the pointer has gone this many pixels."""
_NOTCH = 120.0
_ZOOM_NOTCH = 1.2
_SCROLL_NOTCH = 80.0
_ALT = Qt.KeyboardModifier.AltModifier
_SHIFT = Qt.KeyboardModifier.ShiftModifier
_CONTROL = Qt.KeyboardModifier.ControlModifier
_NO_BUTTON = Qt.MouseButton.NoButton


class CanvasInput:
    """Answers the events of one canvas. A press waits until it is a click or a drag; a drag is a gesture."""

    def __init__(self, view: CanvasView) -> None:
        self._view = view
        self.gesture: Gesture | None = None
        self._press: tuple[Hit, Pointer] | None = None
        self._is_space_down = False
        self._edges = EdgePan(view, self._on_edge_panned)
        self._handlers: dict[QEvent.Type, Callable[[Any], bool]] = {
            QEvent.Type.MouseButtonPress: self._on_press,
            QEvent.Type.MouseMove: self._on_move,
            QEvent.Type.MouseButtonRelease: self._on_release,
            QEvent.Type.MouseButtonDblClick: self._on_double_click,
            QEvent.Type.Wheel: self._on_wheel,
            QEvent.Type.NativeGesture: self._on_native_gesture,
            QEvent.Type.KeyPress: self._on_key,
            QEvent.Type.KeyRelease: self._on_key_release,
            QEvent.Type.ShortcutOverride: self._on_shortcut_override,
            QEvent.Type.ContextMenu: self._on_context_menu,
            QEvent.Type.ToolTip: self._on_tooltip,
            QEvent.Type.Leave: self._on_leave,
            QEvent.Type.FocusOut: self._on_focus_out,
            QEvent.Type.DragEnter: self._on_drag_enter,
            QEvent.Type.DragMove: self._on_drag_move,
            QEvent.Type.DragLeave: self._on_drag_leave,
            QEvent.Type.Drop: self._on_drop,
        }

    def answer(self, event: QEvent) -> bool:
        """Handle an event; False leaves it to the widget."""
        handler = self._handlers.get(event.type())
        return handler is not None and handler(event)

    def begin(self, gesture: Gesture) -> None:
        """Have a gesture under way from now on."""
        self.cancel()
        self.gesture = gesture
        self._view.setCursor(gesture.cursor)

    def cancel(self) -> None:
        """Cancel the gesture under way, if any; nothing has happened then."""
        gesture = self.end()
        if gesture is not None:
            gesture.cancel()

    def end(self) -> Gesture | None:
        """Have no gesture under way any more; answers with the one that was."""
        gesture, self.gesture, self._press = self.gesture, None, None
        self._edges.stop()
        self._view.unsetCursor()
        return gesture

    def _on_press(self, event: QMouseEvent) -> bool:
        if self.gesture is not None:
            self.cancel()
            return True
        self._view.finish_motion()
        self._view.bubble.hide()
        at = self._pointer(event)
        hit = self._hit(at)
        self._press = (hit, at)
        if event.button() == Qt.MouseButton.LeftButton and not self._is_space_down:
            self._select_at_press(hit, at)
        if event.button() == Qt.MouseButton.MiddleButton or self._is_space_down:
            self._begin_drag()
        return True

    def _on_move(self, event: QMouseEvent) -> bool:
        at = self._pointer(event)
        if self.gesture is None and self._press is not None and event.buttons() != _NO_BUTTON:
            start = self._press[1].position
            if (at.position - start).manhattanLength() >= DRAG_FROM:
                self._begin_drag()
        if self.gesture is not None:
            self.gesture.move(at)
            if self.gesture.wants_edges:
                self._edges.follow(at)
        elif event.buttons() == _NO_BUTTON:
            hit = self._hit(at)
            self._hover(hit, is_marking=at.holds(_ALT))
            self._view.bubble.follow(hit, at.position)
        return True

    def _on_edge_panned(self, at: Pointer) -> None:
        if self.gesture is not None:
            self.gesture.move(at)

    def _on_release(self, event: QMouseEvent) -> bool:
        at, press = self._pointer(event), self._press
        gesture = self.end()
        if gesture is not None:
            gesture.release(at)
        elif press is not None and event.button() == Qt.MouseButton.LeftButton:
            self._click(press[0], at)
        return True

    def _on_double_click(self, event: QMouseEvent) -> bool:
        if event.button() != Qt.MouseButton.LeftButton:
            return self._on_press(event)
        at = self._pointer(event)
        hit = self._hit(at)
        self._press = None
        match hit.kind:
            case HitKind.NODE if hit.key is not None:
                self._view.open_wanted.emit(hit.key)
            case HitKind.NOTE if hit.id is not None:
                self._view.note_wanted.emit(hit.id)
            case HitKind.FRAME if hit.id is not None:
                self._view.frame_wanted.emit(hit.id)
            case HitKind.WIRE if hit.wire is not None and not hit.is_wire_sign:
                self._view.ask_for_component(at, self._view.find_wire(hit.wire))
            case HitKind.EMPTY:
                self._view.ask_for_component(at, None)
            case _:
                return self._on_press(event)
        return True

    def _on_wheel(self, event: QWheelEvent) -> bool:
        """A mouse wheel zooms, two fingers on a trackpad pan; Ctrl always zooms, Shift goes sideways."""
        view, pixels, angle = self._view, event.pixelDelta(), event.angleDelta()
        is_trackpad = not pixels.isNull() and (
            event.device().type() == QInputDevice.DeviceType.TouchPad or event.phase() != Qt.ScrollPhase.NoScrollPhase
        )
        if event.modifiers() & _CONTROL or not (is_trackpad or event.modifiers() & _SHIFT):
            notches = (angle.y() or angle.x()) / _NOTCH
            view.zoom_to(view.zoom * _ZOOM_NOTCH**notches, event.position())
        elif is_trackpad:
            view.pan(pixels.x(), pixels.y())
        else:
            view.pan((angle.y() or angle.x()) / _NOTCH * _SCROLL_NOTCH, 0)
        event.accept()
        return True

    def _on_native_gesture(self, event: QNativeGestureEvent) -> bool:
        if event.gestureType() != Qt.NativeGestureType.ZoomNativeGesture:
            return False
        self._view.zoom_to(self._view.zoom * (1 + event.value()), event.position())
        return True

    def _on_key(self, event: QKeyEvent) -> bool:
        if event.key() == Qt.Key.Key_Alt:
            self._hover_again(is_marking=True)
        if self.gesture is not None:
            if event.key() == Qt.Key.Key_Escape:
                self.cancel()
                return True
            return self.gesture.key(event) or self._is_plain(event)
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._is_space_down = True
            self._view.setCursor(Qt.CursorShape.OpenHandCursor)
            return True
        return press_key(self._view, event)

    def _on_key_release(self, event: QKeyEvent) -> bool:
        if event.key() == Qt.Key.Key_Alt:
            self._hover_again(is_marking=False)
        if event.key() != Qt.Key.Key_Space or event.isAutoRepeat():
            return False
        self._is_space_down = False
        if self.gesture is None:
            self._view.unsetCursor()
        return True

    def _on_shortcut_override(self, event: QKeyEvent) -> bool:
        if self.gesture is None and not is_canvas_key(event):
            return False
        event.accept()
        return True

    def _on_context_menu(self, event: QContextMenuEvent) -> bool:
        view = self._view
        if event.reason() == QContextMenuEvent.Reason.Keyboard and view.current is not None:
            rect = view.scene.rects[view.current]
            corner = view.camera.box(rect).bottomLeft().toPoint()
            view.context_menu_wanted.emit(view.mapToGlobal(corner), view.current)
            return True
        hit = self._hit(view.pointer_at(QPointF(event.pos())))
        if hit.key is not None and hit.key not in view.scene.selected:
            view.select([hit.key])
        elif hit.wire is not None:
            view.select_wires({hit.wire})
        view.context_menu_wanted.emit(event.globalPos(), hit.key)
        return True

    def _on_tooltip(self, event: QHelpEvent) -> bool:
        hit = self._hit(self._view.pointer_at(QPointF(event.pos())))
        is_told = self.gesture is not None or (self._view.bubble.box is not None and hit.kind is HitKind.WIRE)
        text = "" if is_told else tooltip_for(self._view.scene, self._view.document.layout, hit)
        if text:
            QToolTip.showText(event.globalPos(), text, self._view)
        else:
            QToolTip.hideText()
        return True

    def _on_leave(self, _event: QEvent) -> bool:
        self._view.bubble.hide()
        if self.gesture is None:
            self._hover(NOTHING)
        return False

    def _on_focus_out(self, _event: QEvent) -> bool:
        self._is_space_down = False
        return False

    def _on_drag_enter(self, event: QDragMoveEvent) -> bool:
        if not event.mimeData().hasFormat(MIME_COMPONENT) or self._view.is_read_only:
            return False
        name = bytes(event.mimeData().data(MIME_COMPONENT).data()).decode("utf-8", "replace")
        self.begin(Place(self._view, self._view.pointer_at(event.position()), name))
        event.acceptProposedAction()
        return True

    def _on_drag_move(self, event: QDragMoveEvent) -> bool:
        if not isinstance(self.gesture, Place):
            return False
        self.gesture.move(self._view.pointer_at(event.position()))
        event.acceptProposedAction()
        return True

    def _on_drag_leave(self, _event: QEvent) -> bool:
        self.cancel()
        return True

    def _on_drop(self, event: QDropEvent) -> bool:
        gesture = self.end()
        if not isinstance(gesture, Place):
            return False
        gesture.release(self._view.pointer_at(event.position()))
        event.acceptProposedAction()
        return True

    def _begin_drag(self) -> None:
        if self._press is None:
            return
        hit, start = self._press
        gesture = begin_gesture(self._view, hit, start, is_panning=self._is_space_down)
        self._hover(NOTHING)
        if gesture is None:
            self._press = None
        else:
            self.begin(gesture)

    def _select_at_press(self, hit: Hit, at: Pointer) -> None:
        """A press on a component that is not selected selects it at once, so that a drag moves it."""
        view = self._view
        if hit.kind is not HitKind.NODE or hit.key is None:
            return
        if at.holds(_SHIFT) or at.holds(_CONTROL):
            view.select_keys(view.scene.selected ^ {hit.key})
            view.emphasis.current = hit.key
        elif hit.key not in view.scene.selected:
            view.select([hit.key])

    def _click(self, hit: Hit, at: Pointer) -> None:
        view = self._view
        is_adding = at.holds(_SHIFT) or at.holds(_CONTROL)
        match hit.kind:
            case HitKind.NODE if hit.key is not None and not is_adding:
                view.select([hit.key])
            case HitKind.IN_PORT | HitKind.OUT_PORT if hit.key is not None:
                view.select([hit.key])
            case HitKind.GUTTER if hit.key is not None:
                view.breakpoint_toggled.emit(hit.key)
            case HitKind.SIGN if hit.key is not None and hit.spot is not None:
                view.place_toggled.emit(hit.key, hit.spot.value)
            case HitKind.WIRE if hit.wire is not None and (hit.is_wire_sign or at.holds(_ALT)):
                view.toggle_wire_breakpoint(hit.wire)
            case HitKind.WIRE if hit.wire is not None:
                chosen = {hit.wire}
                view.select_wires(view.emphasis.selected_wires ^ chosen if is_adding else chosen)
            case HitKind.EMPTY | HitKind.FRAME | HitKind.NOTE | HitKind.EDGE if not is_adding:
                view.clear_selection()
            case _:
                pass

    def _hover(self, hit: Hit, *, is_marking: bool = False) -> None:
        view, emphasis = self._view, self._view.emphasis
        gutter = hit.key if hit.kind is HitKind.GUTTER else None
        if (hit.key, gutter) != (emphasis.hovered, emphasis.gutter):
            touched = {emphasis.hovered, emphasis.gutter, hit.key}
            emphasis.hovered, emphasis.gutter = hit.key, gutter
            for key in touched:
                if key is not None and key in view.scene.rects:
                    view.damage_picture(view.scene.rects[key])
        view.hover_wire(hit.wire)
        view.hint_on_wire(hit.wire if is_marking and not hit.is_wire_sign else None)
        if self.gesture is None and not self._is_space_down:
            view.setCursor(_cursor_for(view, hit))

    def _hover_again(self, *, is_marking: bool) -> None:
        """Alt went down or up while the pointer rests: a wire shows where its breakpoint would be, or no more."""
        view = self._view
        position = pointer_on(view)
        if self.gesture is None and position is not None:
            hit = self._hit(view.pointer_at(QPointF(position)))
            view.hint_on_wire(hit.wire if is_marking and not hit.is_wire_sign else None)

    def _hit(self, at: Pointer) -> Hit:
        view = self._view
        return find_hit(view.scene, view.document.layout, view.camera, at.scene)

    def _pointer(self, event: QMouseEvent) -> Pointer:
        position = event.position()
        scene = self._view.camera.to_scene(position)
        return Pointer(position, scene, event.globalPosition().toPoint(), event.modifiers(), event.button())

    def _is_plain(self, event: QKeyEvent) -> bool:
        """Keys without Ctrl wait for the end of a gesture."""
        return not event.modifiers() & _CONTROL


_CURSORS = {
    HitKind.IN_PORT: Qt.CursorShape.CrossCursor,
    HitKind.OUT_PORT: Qt.CursorShape.CrossCursor,
    HitKind.GUTTER: Qt.CursorShape.PointingHandCursor,
    HitKind.SIGN: Qt.CursorShape.PointingHandCursor,
    HitKind.WIRE: Qt.CursorShape.PointingHandCursor,
    HitKind.FRAME: Qt.CursorShape.SizeAllCursor,
}
_EDGE_CURSORS = {
    (1, 0): Qt.CursorShape.SizeHorCursor,
    (0, 1): Qt.CursorShape.SizeVerCursor,
    (1, 1): Qt.CursorShape.SizeFDiagCursor,
    (1, -1): Qt.CursorShape.SizeBDiagCursor,
}


def _cursor_for(view: CanvasView, hit: Hit) -> Qt.CursorShape:
    if hit.edge is not None and not view.is_read_only:
        across, down = hit.edge
        return _EDGE_CURSORS.get((across, down)) or _EDGE_CURSORS[-across, -down]
    if hit.is_arrow:
        return Qt.CursorShape.OpenHandCursor
    return _CURSORS.get(hit.kind, Qt.CursorShape.ArrowCursor)


def pointer_on(view: CanvasView) -> QPoint | None:
    """Where the pointer is on the canvas, or None when it is elsewhere."""
    position = view.mapFromGlobal(QCursor.pos())
    return position if view.rect().contains(position) and view.underMouse() else None
