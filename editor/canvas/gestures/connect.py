"""Drawing a wire from a port: to a component connects, into empty space asks for a new one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter

from editor.canvas.emphasis import Offer
from editor.canvas.geometry import Point, around, in_spot
from editor.canvas.gestures.gesture import Gesture, Pointer
from editor.canvas.hits import node_at
from editor.canvas.paint_wire import draw_pending_wire
from editor.canvas.routes import curve
from node_engine.analysis.wires import WireKind
from node_engine.models.ids import ComponentKey

if TYPE_CHECKING:
    from editor.canvas.canvas_view import CanvasView

MAGNET = 16.0
"""How near to a component, in scene units, the wire already arrives."""
_PAINTED = 12.0


class Connect(Gesture):
    """The wire follows the pointer; components that it may reach light up."""

    cursor = Qt.CursorShape.CrossCursor
    wants_edges = True

    def __init__(self, view: CanvasView, start: Pointer, key: ComponentKey, port: str) -> None:
        super().__init__(view, start)
        self.source = key
        self.port = port
        self.aimed: ComponentKey | None = None
        self._end = start.scene
        self._refused = self._find_refused()
        self._offer()

    def move(self, at: Pointer) -> None:
        """Follow the pointer, or arrive at the component it is over."""
        self.aim(node_at(self.view.scene, at.scene, MAGNET), at.scene)

    def aim(self, key: ComponentKey | None, end: Point) -> None:
        """Have the wire arrive at a component, or else end at a point."""
        old, self.aimed = self.aimed, None if key in self._refused else key
        self._end = end if self.aimed is None else in_spot(self.view.scene.rects[self.aimed])
        if self.aimed != old:
            self._offer(old)
        self.show_over(around((self._begin, self._end)).grown(_PAINTED + self._slack()))

    def release(self, at: Pointer) -> None:
        """Connect, or ask what to add where the wire ends."""
        aimed = self.aimed
        self.stop()
        if aimed is not None:
            self.view.change(lambda: self.view.editor.connect(self.source, self.port, aimed))
        elif node_at(self.view.scene, at.scene) is None:
            self.view.ask_for_component(at, (self.source, self.port))

    def cancel(self) -> None:
        """Leave everything as it was."""
        self.stop()

    def stop(self) -> None:
        """Take the lights off."""
        self.view.offer(None)
        self.show_over(None)

    def paint(self, painter: QPainter) -> None:
        """The wire so far."""
        draw_pending_wire(painter, curve(self._begin, self._end), self.view.theme, is_aimed=self.aimed is not None)

    @property
    def _begin(self) -> Point:
        return self.view.scene.out_point(self.source, self.port)

    def _offer(self, old: ComponentKey | None = None) -> None:
        self.view.offer(Offer(self._refused, self.aimed), (old, self.aimed))

    def _slack(self) -> float:
        return 240.0 if self._end.x < self._begin.x else 40.0

    def _find_refused(self) -> frozenset[ComponentKey]:
        """The component itself while a wire to it could only run in circles, and where the port leads already."""
        scene = self.view.scene
        wires = [scene.wires[id_] for id_ in scene.wires_from(self.source) if id_.port == self.port]
        led = {wire.id.target for wire in wires if wire.kind is not WireKind.ORDER}
        itself = set() if scene.nodes[self.source].has_rows else {self.source}
        return frozenset(led | itself)
