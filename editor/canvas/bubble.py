"""The bubble over the canvas: asks for values when the pointer rests, shows them beside what they belong to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QPointF, QRectF, QTimer
from PySide6.QtGui import QPainter

from editor.canvas.geometry import PILL_HEIGHT, Rect
from editor.canvas.hits import Hit, HitKind
from editor.canvas.paint_bubble import BubbleLine, bubble_size, draw_bubble, place_at, place_beside
from node_engine.models.ids import ComponentKey

if TYPE_CHECKING:
    from editor.canvas.surface import Surface

BUBBLE_MS = 350
_RIM = 3
_AROUND = 460.0
"""How far from its target, in pixels, a bubble can reach."""


class BubbleTarget(NamedTuple):
    """What the pointer rests on: a "component", or the "wire" that leaves a component by a port."""

    kind: str
    key: ComponentKey
    port: str | None = None


class Bubble:
    """Knows one target at a time. `asks` is called once for each, when the pointer has rested on it."""

    def __init__(self, surface: Surface, asks: Callable[[BubbleTarget], None]) -> None:
        self._surface = surface
        self._asks = asks
        self._at = QPointF()
        self._lines: tuple[BubbleLine, ...] = ()
        self._box = QRectF()
        self._is_asked = False
        self.target: BubbleTarget | None = None
        self._timer = QTimer(surface)
        self._timer.setSingleShot(True)
        self._timer.setInterval(BUBBLE_MS)
        self._timer.timeout.connect(self._on_rested)

    @property
    def box(self) -> QRectF | None:
        """Where the bubble is on the widget, or None while there is none."""
        return self._box if self._lines else None

    def follow(self, hit: Hit, at: QPointF) -> None:
        """The pointer is here, over this."""
        target = _target_of(hit)
        if target != self.target:
            self.hide()
            self.target = target
        if target is not None and not self._is_asked:
            self._at = at
            self._timer.start()

    def show(self, lines: Sequence[BubbleLine]) -> None:
        """Show these lines at the target; nothing when the pointer has left it."""
        self._damage()
        self._lines = tuple(lines) if self.target is not None else ()
        self._place()
        self._damage()

    def hide(self) -> None:
        """Show nothing, and ask for nothing before the pointer rests again."""
        self._timer.stop()
        self.target = None
        self._is_asked = False
        self._damage()
        self._lines = ()

    def paint(self, painter: QPainter) -> None:
        """Paint the bubble; the painter is in widget coordinates."""
        if self._lines:
            draw_bubble(painter, self._surface.theme, self._lines, self._box)

    def _on_rested(self) -> None:
        if self.target is not None:
            self._is_asked = True
            self._asks(self.target)

    def _place(self) -> None:
        if self.target is None or not self._lines:
            return
        size, view = bubble_size(self._lines), QRectF(self._surface.rect())
        scene, camera = self._surface.scene, self._surface.camera
        node = scene.rects.get(self.target.key) if self.target.kind == "component" else None
        meant = QRectF(self._at, self._at) if node is None else camera.box(_with_pill(node))
        around = meant.adjusted(-_AROUND, -_AROUND, _AROUND, _AROUND)
        others = [camera.box(_with_pill(rect)) for rect in scene.near_grid.rects_within(camera.area(around))]
        if node is None:
            self._box = place_at(size, self._at, view, others)
        else:
            self._box = place_beside(size, meant, view, others)

    def _damage(self) -> None:
        if self._lines:
            self._surface.update(self._box.toAlignedRect().adjusted(-_RIM, -_RIM, _RIM, _RIM))


def _with_pill(rect: Rect) -> Rect:
    return Rect(rect.x, rect.y - PILL_HEIGHT / 2, rect.width, rect.height + PILL_HEIGHT / 2)


def _target_of(hit: Hit) -> BubbleTarget | None:
    match hit.kind:
        case HitKind.NODE if hit.key is not None:
            return BubbleTarget("component", hit.key)
        case HitKind.OUT_PORT if hit.key is not None:
            return BubbleTarget("wire", hit.key, hit.port)
        case HitKind.WIRE if hit.wire is not None:
            return BubbleTarget("wire", hit.wire.source, hit.wire.port)
        case _:
            return None
