"""Taking the end of a wire off a component: onto another reconnects, into empty space disconnects."""

from __future__ import annotations

from typing import TYPE_CHECKING

from editor.canvas.gestures.connect import Connect
from editor.canvas.gestures.gesture import Pointer
from editor.canvas.hits import node_at
from editor.canvas.looks import WireId
from node_engine.models.ids import ComponentKey

if TYPE_CHECKING:
    from editor.canvas.canvas_view import CanvasView


class Reconnect(Connect):
    """The same as connecting, while the wire's own line is hidden."""

    def __init__(self, view: CanvasView, start: Pointer, wire: WireId) -> None:
        self._wire = wire
        view.hide_wire(wire)
        super().__init__(view, start, wire.source, wire.port)

    def release(self, at: Pointer) -> None:
        """Connect to the component below, or disconnect in empty space; nothing where it came from."""
        aimed = self.aimed
        self.stop()
        wire = self._wire
        if aimed is not None and aimed != wire.target:
            self.view.change(lambda: self.view.editor.connect(wire.source, wire.port, aimed))
        elif aimed is None and node_at(self.view.scene, at.scene) is None:
            self.view.disconnect_wires([wire])

    def stop(self) -> None:
        """Show the wire's own line again."""
        self.view.hide_wire(None)
        super().stop()

    def _find_refused(self) -> frozenset[ComponentKey]:
        return frozenset(super()._find_refused() - {self._wire.target})
