"""A surface that shows what the debugger knows: a run, breakpoints, edits, a comparison, and values in a bubble."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from editor.canvas.bubble import Bubble, BubbleTarget
from editor.canvas.debug_marks import Arrow, Comparison
from editor.canvas.geometry import OUTSIDE, Rect
from editor.canvas.paint_bubble import BubbleLine
from editor.canvas.paint_pill import pill_box
from editor.canvas.run_overlay import Passage, RunOverlay, Taken
from editor.canvas.surface import Surface
from editor.document.document import Document
from editor.session.run_view import Mark
from editor.theme import Theme
from node_engine.analysis.compare import Difference
from node_engine.models.breakpoint import BreakPlace, Breakpoint
from node_engine.models.ids import ComponentKey

FRAME_MS = 16
SPIN_MS = 50
_TURN = 0.05
"""Share of a turn that a spinner makes in `SPIN_MS`."""
_SPINS_ABOVE = 124.0


class WatchedSurface(Surface):
    """Everything here is told from outside and drawn; nothing of it is part of the document.

    Signals:
        bubble_wanted: the pointer rests on a "component" (its key, None) or on the "wire" that leaves a component
            by a port (key, port); the answer is given to `set_bubble`.
    """

    bubble_wanted = Signal(str, str, object)

    def __init__(self, document: Document, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(document, theme, parent)
        self._overlay = RunOverlay(self.scene)
        self._arrow: Arrow | None = None
        self.bubble = Bubble(self, self._ask_for_values)
        self._frame_timer = self.make_timer(FRAME_MS, self._on_frame, is_single=True)
        self._spin_timer = self.make_timer(SPIN_MS, self._on_spin)

    def set_overlay(
        self,
        marks: Mapping[ComponentKey, Mark],
        taken: Taken,
        paused: str | None = None,
        last: Passage | None = None,
        *,
        place: str = BreakPlace.BEFORE,
        can_move: bool = True,
    ) -> None:
        """Show a run: states by component, wires taken by (source, target), where it stands, the wire taken last.

        `place` says where at the component it stands; with `can_move` its arrow can be dragged elsewhere.
        May be called any number of times; the picture follows once a frame. The mappings are read then.
        """
        key, where = None if paused is None else ComponentKey(paused), BreakPlace(place)
        self._overlay.show(marks, taken, key, last, where)
        is_after = where in (BreakPlace.AFTER, BreakPlace.WIRE, BreakPlace.CHANGE)
        self._arrow = None if key is None else Arrow(key, is_after, can_move)
        if not self._frame_timer.isActive():
            self._frame_timer.start()

    def flush_overlay(self) -> None:
        """Show the newest overlay now, without waiting for the frame."""
        self._frame_timer.stop()
        self._on_frame()

    def set_breakpoints(self, breakpoints: Iterable[Breakpoint | str], off: Iterable[str] = ()) -> None:
        """Show these breakpoints and no others. A key alone stands for one before that component."""
        shown = [each if isinstance(each, Breakpoint) else _before(each) for each in breakpoints]
        shown.extend(_before(key, is_on=False) for key in off)
        self.scene.damage_marks(self.scene.marks.set_breakpoints(shown))

    def set_config_edits(self, keys: Iterable[str]) -> None:
        """Hatch components whose config was changed for the shown run only."""
        edited = frozenset(ComponentKey(key) for key in keys)
        self.emphasis.edited = edited
        self.scene.damage_marks(self.scene.marks.set_edited(edited))

    def set_comparison(
        self, marks: Mapping[str, Difference | str], first: str | None = None, names: tuple[str, str] = ("A", "B")
    ) -> None:
        """Show how components differ between two runs called `names`; `first` is where they begin to differ."""
        found = {ComponentKey(key): Difference(difference) for key, difference in marks.items()}
        comparison = Comparison(found, ComponentKey(first) if first in found else None, names)
        self.scene.damage_marks(self.scene.marks.set_comparison(comparison))

    @property
    def bubble_target(self) -> BubbleTarget | None:
        """What the pointer is on: compare with what was asked for when an answer took its time."""
        return self.bubble.target

    def set_bubble(self, lines: Sequence[BubbleLine]) -> None:
        """Show values where the pointer rests: texts, or pairs of name and value; none hides the bubble."""
        self.bubble.show(lines)

    def camera_moved(self) -> None:
        """What the bubble belongs to goes elsewhere."""
        self.bubble.hide()

    def paused_moved(self) -> None:
        """The run stands elsewhere now, or no more; for who adds gestures."""

    def paint_over(self, painter: QPainter) -> None:
        """The bubble lies on top."""
        painter.save()
        painter.resetTransform()
        self.bubble.paint(painter)
        painter.restore()

    def make_timer(self, interval_ms: int, slot: Callable[[], None], *, is_single: bool = False) -> QTimer:
        """A timer that lives as long as the widget."""
        timer = QTimer(self)
        timer.setInterval(interval_ms)
        timer.setSingleShot(is_single)
        timer.timeout.connect(slot)
        return timer

    def _ask_for_values(self, target: BubbleTarget) -> None:
        self.bubble_wanted.emit(*target)

    def _on_frame(self) -> None:
        self._overlay.apply()
        touched = self.scene.marks.set_arrow(self._arrow)
        if touched:
            self.scene.damage_marks(touched)
            self.paused_moved()
        if self._overlay.running and not self._spin_timer.isActive():
            self._spin_timer.start()

    def _on_spin(self) -> None:
        """Turn the spinners that are in view; nothing is painted for the others."""
        running = self._overlay.running
        if not running:
            self._spin_timer.stop()
            return
        if not self.isVisible() or self.camera.node_pixels < _SPINS_ABOVE:
            return
        view = self.camera.view
        seen = [key for key in running if key in self.scene.rects and self.scene.rects[key].grown(OUTSIDE).meets(view)]
        if not seen:
            return
        self._overlay.tick()
        if not self.has_reduced_motion:
            self.renderer.turn = (self.renderer.turn + _TURN) % 1.0
            for key in seen:
                self._damage_pill(key)

    def _damage_pill(self, key: ComponentKey) -> None:
        status = self.scene.statuses.get(key)
        if status is not None:
            rect, box = self.scene.rects[key], pill_box(status)
            area = self.camera.box(Rect(rect.x + box.x(), rect.y + box.y(), box.width(), box.height()))
            self.update(area.toAlignedRect().adjusted(-1, -1, 1, 1))


def _before(key: str, *, is_on: bool = True) -> Breakpoint:
    return Breakpoint(flow_key="", component_key=key, enabled=is_on)
