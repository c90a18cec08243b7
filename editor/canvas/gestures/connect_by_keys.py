"""Connecting with the keyboard: arrows choose the target, Tab the port, Enter connects."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QKeyEvent

from editor.canvas.geometry import Point, in_spot
from editor.canvas.gestures.connect import Connect
from editor.canvas.gestures.gesture import Pointer
from editor.canvas.walking import Direction, nearest
from node_engine.models.ids import ComponentKey

if TYPE_CHECKING:
    from editor.canvas.canvas_view import CanvasView

_ARROWS = {
    Qt.Key.Key_Left: Direction.LEFT,
    Qt.Key.Key_Right: Direction.RIGHT,
    Qt.Key.Key_Up: Direction.UP,
    Qt.Key.Key_Down: Direction.DOWN,
}


class ConnectByKeys(Connect):
    """A connection without a pointer. It starts aimed at the nearest component to the right."""

    def __init__(self, view: CanvasView, start: Pointer, key: ComponentKey, port: str) -> None:
        self._at = key
        super().__init__(view, start, key, port)
        self._step(Direction.RIGHT)

    def move(self, at: Pointer) -> None:
        """The pointer does not matter here."""

    def release(self, at: Pointer) -> None:
        """A click ends it without a connection."""
        self.stop()

    def key(self, event: QKeyEvent) -> bool:
        """Arrows aim, Tab changes the port, Enter connects."""
        if event.key() in _ARROWS:
            self._step(_ARROWS[Qt.Key(event.key())])
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._finish()
        elif event.key() in (Qt.Key.Key_Tab, Qt.Key.Key_P):
            self._take_next_port()
        else:
            return False
        return True

    def _step(self, direction: Direction) -> None:
        scene = self.view.scene
        found = nearest(scene, self._at, direction)
        while found is not None and found in self._refused and found != self._at:
            self._at = found
            found = nearest(scene, self._at, direction)
        if found is None:
            self.aim(self.aimed, self._free_end())
            return
        self._at = found
        self.aim(found, in_spot(scene.rects[found]))
        self.view.reveal(found)
        self.view.announce(
            QCoreApplication.translate("ConnectByKeys", "Connect {0} to {1}? Enter connects.").format(
                self.source_words, found
            )
        )

    @property
    def source_words(self) -> str:
        """The component that the wire leaves, with its port where it has several."""
        return f"{self.source}.{self.port}" if self.view.scene.nodes[self.source].has_rows else self.source

    def _free_end(self) -> Point:
        start = self.view.scene.out_point(self.source, self.port)
        return Point(start.x + 60, start.y)

    def _finish(self) -> None:
        aimed = self.aimed
        self.view.end_gesture()
        self.stop()
        if aimed is not None:
            self.view.change(lambda: self.view.editor.connect(self.source, self.port, aimed))

    def _take_next_port(self) -> None:
        names = [port.name for port in self.view.scene.nodes[self.source].ports]
        self.port = names[(names.index(self.port) + 1) % len(names)]
        self.view.update()
