"""The canvas: draws a flow and lets pointer and keyboard change it, through the document's editor only."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from editor.canvas import clipboard
from editor.canvas.accessibility import announce, install_accessibility, tell_focus
from editor.canvas.arranging import Axis, Side, aligned, distributed
from editor.canvas.canvas_input import CanvasInput, pointer_on
from editor.canvas.geometry import Point
from editor.canvas.gestures.connect_by_keys import ConnectByKeys
from editor.canvas.gestures.gesture import Gesture, Pointer
from editor.canvas.gestures.set_next import SetNext
from editor.canvas.looks import WireId
from editor.canvas.watched_surface import FRAME_MS, WatchedSurface
from editor.document.change import Change
from editor.document.document import Document
from editor.document.editing import DocumentEditor
from editor.theme import Theme
from node_engine.analysis.wires import Wire
from node_engine.errors import NodeEngineError
from node_engine.models.ids import ComponentKey

PROBLEMS_MS = 200
"""Problems are looked for when nothing has changed for this long."""


class CanvasView(WatchedSurface):
    """A flow to be seen, changed and watched.

    Signals:
        selection_changed: other components or wires are selected.
        quick_add_wanted: scene point, screen point, and None, (key, port) or Wire that it shall be connected to.
        open_wanted: this component shall be opened (inspector, or its nested flow).
        rename_wanted: this component shall get another key.
        context_menu_wanted: screen point and component or None.
        breakpoint_toggled: the breakpoint before this component shall be set or removed.
        place_toggled: component and place ("after", "error") whose breakpoint shall be set or removed.
        wire_breakpoint_toggled: component and port whose wire shall have a breakpoint or none; None is every port.
        set_next_wanted: the paused run shall go on at this component.
        search_wanted: a component shall be found by typing.
        note_wanted: the sticky note with this id shall be edited.
        frame_wanted: the frame with this id shall be edited.
        refused: something could not be done; the words say why.
    """

    selection_changed = Signal()
    quick_add_wanted = Signal(QPointF, QPoint, object)
    open_wanted = Signal(str)
    rename_wanted = Signal(str)
    context_menu_wanted = Signal(QPoint, object)
    breakpoint_toggled = Signal(str)
    place_toggled = Signal(str, str)
    wire_breakpoint_toggled = Signal(str, object)
    set_next_wanted = Signal(str)
    search_wanted = Signal()
    note_wanted = Signal(str)
    frame_wanted = Signal(str)
    refused = Signal(str)

    _is_ready = False
    """False while Qt already sends events, but the constructor has not come to its end."""

    def __init__(self, document: Document, editor: DocumentEditor, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(document, theme, parent)
        self.editor = editor
        self.is_read_only = False
        self.nudge_id = 0
        self._input = CanvasInput(self)
        self.setMouseTracking(True)
        self.setAcceptDrops(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._problem_timer = self.make_timer(PROBLEMS_MS, self._on_problems_due, is_single=True)
        self._problem_frames = self.make_timer(FRAME_MS, self._on_problem_frame)
        self.setAccessibleName(self.tr("Canvas"))
        self.setAccessibleDescription(
            self.tr("The components of the flow. Arrow keys walk along wires, C connects, Tab adds a component.")
        )
        install_accessibility()
        document.changed.connect(self._on_changed)
        self._problem_timer.start()
        self._is_ready = True

    @property
    def current(self) -> ComponentKey | None:
        """Where the keyboard is."""
        key = self.emphasis.current
        return key if key in self.scene.rects else next(iter(self.selection()), None)

    def set_read_only(self, is_read_only: bool) -> None:
        """Allow looking only."""
        self.is_read_only = is_read_only
        self.setAcceptDrops(not is_read_only)

    def selection(self) -> list[ComponentKey]:
        """The selected components in list order."""
        return sorted(self.scene.selected, key=self.scene.ranks.__getitem__)

    def selected_wires(self) -> list[Wire]:
        """The selected wires."""
        found = [self.find_wire(id_) for id_ in self.emphasis.selected_wires]
        return [wire for wire in found if wire is not None]

    def select(self, keys: Iterable[str], current: str | None = None) -> None:
        """Select these components and no others; the keyboard is at `current`, else at the last of them."""
        chosen = [ComponentKey(key) for key in keys if key in self.scene.rects]
        self.select_keys(set(chosen))
        if chosen:
            self.emphasis.current = ComponentKey(current) if current is not None else chosen[-1]
            tell_focus(self, self.emphasis.current)

    def select_keys(self, keys: set[ComponentKey]) -> None:
        """Select these components and no others, nor any wire; tells it when it is news."""
        is_news = keys != self.scene.selected or bool(self.emphasis.selected_wires)
        self._set_selected_wires(set())
        self.scene.select(set(keys))
        if is_news:
            self.selection_changed.emit()

    def select_wires(self, ids: set[WireId]) -> None:
        """Select these wires and no components."""
        self.scene.select(set())
        self._set_selected_wires(ids)
        self.selection_changed.emit()

    def select_all(self) -> None:
        """Select every component."""
        self.select_keys(set(self.scene.nodes))

    def clear_selection(self) -> None:
        """Select nothing."""
        self.select_keys(set())

    def fit_selection(self) -> None:
        """Show the selection as large as it fits, or everything."""
        if self.scene.selected:
            self.fit_keys(self.selection())
        else:
            self.fit()

    def delete_selection(self) -> None:
        """Remove the selected components, healing the order, or disconnect the selected wires."""
        keys = self.selection()
        if keys:
            self.change(lambda: self.editor.remove(keys))
        elif self.emphasis.selected_wires:
            self.disconnect_wires(list(self.emphasis.selected_wires))

    def disconnect_wires(self, ids: list[WireId]) -> None:
        """Disconnect wires, as one undo step."""
        wires = [wire for wire in map(self.find_wire, ids) if wire is not None]
        if wires:
            self.change(lambda: self.editor.disconnect_wires(wires))

    def copy(self) -> None:
        """Put the selection on the clipboard as JSON text."""
        clipboard.copy(self)

    def cut(self) -> None:
        """Copy the selection and remove it."""
        if self.selection():
            clipboard.copy(self)
            self.delete_selection()

    def paste(self) -> None:
        """Add the components of the clipboard's text where the pointer is, else in the middle."""
        clipboard.paste(self)

    def duplicate(self) -> None:
        """Add the selection once more and select the copies."""
        clipboard.duplicate(self)

    def toggle_enabled(self) -> None:
        """Disable the selection, or enable it when all of it is disabled."""
        keys = self.selection()
        if keys:
            are_off = not any(self.scene.nodes[key].is_enabled for key in keys)
            self.change(lambda: self.editor.set_enabled(keys, are_off))

    def toggle_breakpoint(self) -> None:
        """Ask for the breakpoints of the selected components, else of the selected wires, to be set or removed."""
        for key in self.selection():
            self.breakpoint_toggled.emit(key)
        for id_ in sorted(self.emphasis.selected_wires):
            self.toggle_wire_breakpoint(id_)

    def toggle_wire_breakpoint(self, id_: WireId) -> None:
        """Ask for the breakpoint of a wire to be set or removed."""
        self.wire_breakpoint_toggled.emit(*(self.scene.marks.way_of(id_) or (id_.source, id_.port)))

    def toggle_minimap(self) -> None:
        """Show the map of the flow when it helps, or never."""
        self.minimap.set_wanted(not self.minimap.is_wanted)

    def align(self, side: Side | str) -> None:
        """Align the selection with its outermost component on one side, or with its middle, as one undo step."""
        keys = self.selection()
        self._arrange(aligned({key: self.scene.rects[key] for key in keys}, Side(side)), self.tr("align"))

    def distribute(self, axis: Axis | str) -> None:
        """Leave equal gaps between the selected components along an axis, as one undo step."""
        keys = self.selection()
        self._arrange(distributed({key: self.scene.rects[key] for key in keys}, Axis(axis)), self.tr("distribute"))

    def start_connection(self, port: str | None = None) -> None:
        """Begin to connect the current component by keyboard: arrows choose the target, Enter connects."""
        key = self.current
        if key is None or self.is_read_only or not self.scene.nodes[key].ports:
            return
        self.select([key])
        at = self.pointer_at(self.camera.to_widget(self.scene.out_point(key, port or "")))
        self.begin(ConnectByKeys(self, at, key, port or self.scene.nodes[key].ports[0].name))

    def open_current(self) -> None:
        """Ask for the current component to be opened."""
        if self.current is not None:
            self.open_wanted.emit(self.current)

    def search(self) -> None:
        """Ask for a component to be found by typing."""
        self.search_wanted.emit()

    def rename_current(self) -> None:
        """Ask for another key of the current component."""
        if self.current is not None and not self.is_read_only:
            self.rename_wanted.emit(self.current)

    def quick_add(self) -> None:
        """Ask for a component: after the current one when one is selected, else where the pointer is."""
        keys = self.selection()
        if len(keys) == 1 and self.scene.nodes[keys[0]].ports:
            rect, port = self.scene.rects[keys[0]], self.scene.nodes[keys[0]].ports[0]
            at = self.camera.to_widget(Point(rect.right + 60, rect.y))
            self.ask_for_component(self.pointer_at(at), (keys[0], port.name))
        else:
            self.ask_for_component(self.pointer_at(self.pointer_position()), None)

    def ask_for_component(self, at: Pointer, origin: object) -> None:
        """Ask what to add at a point, connected to `origin`."""
        if not self.is_read_only:
            self.quick_add_wanted.emit(QPointF(*at.scene), at.screen, origin)

    def find_wire(self, id_: WireId) -> Wire | None:
        """The document's wire, or None when it is gone."""
        if not self.document.has(id_.source):
            return None
        wires = self.document.wires_of(id_.source)
        return next((wire for wire in wires if (wire.port, wire.target) == (id_.port, id_.target)), None)

    def change(self, make: Callable[[], object]) -> None:
        """Change the document; what it refuses is told in words."""
        if self.is_read_only:
            self.refused.emit(self.tr("This flow is shown for reading only. Save a copy to change it."))
            return
        try:
            make()
        except NodeEngineError as error:
            self.refused.emit(str(error))

    @property
    def gesture(self) -> Gesture | None:
        """The gesture under way."""
        return self._input.gesture

    def begin(self, gesture: Gesture) -> None:
        """Have a gesture under way from now on."""
        self._input.begin(gesture)

    def end_gesture(self) -> None:
        """Have no gesture under way any more."""
        self._input.end()

    def pointer_at(self, position: QPointF) -> Pointer:
        """A pointer standing at a point of the widget."""
        return Pointer(position, self.camera.to_scene(position), self.mapToGlobal(position.toPoint()))

    def pointer_position(self) -> QPointF:
        """Where the pointer is on the canvas, else its middle."""
        position = pointer_on(self)
        return QPointF(self.rect().center()) if position is None else QPointF(position)

    def announce(self, text: str) -> None:
        """Have a screen reader say something."""
        announce(self, text)

    def paint_over(self, painter: QPainter) -> None:
        """The gesture under way paints on top."""
        if self._input.gesture is not None:
            self._input.gesture.paint(painter)
        super().paint_over(painter)

    def paused_moved(self) -> None:
        """Nothing can be set for a run that went on meanwhile."""
        if isinstance(self.gesture, SetNext):
            self._input.cancel()

    def event(self, event: QEvent) -> bool:
        return (self._is_ready and self._input.answer(event)) or super().event(event)

    def _arrange(self, places: dict[ComponentKey, Point], text: str) -> None:
        if places:
            self.change(lambda: self.editor.move(places, text=text))

    def _set_selected_wires(self, ids: set[WireId]) -> None:
        touched = ids ^ self.emphasis.selected_wires
        self.emphasis.selected_wires = ids
        self._damage_wires(touched)

    def _on_changed(self, change: Change) -> None:
        if change.problems or change == Change(flow=True):
            self._problem_timer.start()
            return
        self._input.cancel()
        self.bubble.hide()
        before = set(self.scene.selected)
        wires_before = set(self.emphasis.selected_wires)
        self.scene.update(change)
        self._follow_renames(change, before)
        self.emphasis.selected_wires &= self.scene.wires.keys()
        if change.reset:
            self.renderer.forget()
            self.warm_up.start()
        if change.reset or change.layout:
            self.update()
        if change.reset or change.rewired or change.added or change.removed or change.renamed:
            self._overlay.forget()
            self._frame_timer.start()
        if not (change.moved and change == Change(moved=change.moved)):
            self._problem_timer.start()
        if before != self.scene.selected or wires_before != self.emphasis.selected_wires:
            self.selection_changed.emit()
        self.minimap.refresh_soon()

    def _follow_renames(self, change: Change, before: set[ComponentKey]) -> None:
        renamed = {change.renamed[key] for key in before if key in change.renamed}
        if renamed:
            self.scene.select(self.scene.selected | renamed)
        current = self.emphasis.current
        if current is not None:
            self.emphasis.current = change.renamed.get(current, current)

    def _on_problems_due(self) -> None:
        if self.scene.set_problems(self.document.problems()):
            self._problem_frames.start()

    def _on_problem_frame(self) -> None:
        if not self.scene.show_problems():
            self._problem_frames.stop()
