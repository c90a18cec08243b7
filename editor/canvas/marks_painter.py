"""Paints what the debugger knows over wires and components, at every level of detail."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from editor.canvas.breakpoint_looks import BreakpointLook, Spot
from editor.canvas.camera import COMPACT_BELOW, FAR_BELOW, Camera
from editor.canvas.debug_marks import spot_point
from editor.canvas.emphasis import Emphasis
from editor.canvas.geometry import OUTSIDE, Point, Rect, gutter_spot
from editor.canvas.looks import WireId
from editor.canvas.paint_marks import (
    difference_color,
    difference_words,
    draw_arrow,
    draw_breakpoint,
    draw_difference,
    draw_hint,
)
from editor.canvas.routes import middle
from editor.canvas.scene import WIRE_OUTSIDE, Scene
from editor.theme import Theme
from node_engine.analysis.compare import Difference
from node_engine.models.ids import ComponentKey

_FAINT = 0.35
_DOT_PIXELS, _FAR_DOT_PIXELS = 7.0, 4.0
"""Breakpoints seen from far are dots of this size on the screen."""


class MarksPainter:
    """Only what is marked is looked at, so a flow without marks costs nothing."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene

    def paint_on_wires(self, painter: QPainter, area: Rect, theme: Theme, emphasis: Emphasis) -> None:
        """Breakpoints in the middle of wires, and where one would be set."""
        routes = self._scene.routes
        hint = emphasis.wire_hint
        if hint is not None and hint in routes:
            draw_hint(painter, theme, middle(routes[hint]))
        for look, at in self._marked_wires(area):
            draw_breakpoint(painter, theme, look, at)

    def paint_on_nodes(self, painter: QPainter, area: Rect, theme: Theme, camera: Camera, emphasis: Emphasis) -> None:
        """Everything that lies over components; the painter is in scene coordinates."""
        if camera.node_pixels < COMPACT_BELOW:
            self._paint_small(painter, area, theme, camera)
            return
        self._paint_differences(painter, area, theme)
        arrow = self._scene.marks.arrow
        self._paint_hint(painter, theme, emphasis.gutter)
        for key, spot, look in self._marked_spots(area):
            if arrow is None or (arrow.key, arrow.spot) != (key, spot):
                at = spot_point(spot, self._scene.rects[key])
                draw_breakpoint(painter, theme, look, at, is_error=spot is Spot.ERROR)
        self._paint_arrow(painter, area, theme, emphasis)

    def _paint_hint(self, painter: QPainter, theme: Theme, key: ComponentKey | None) -> None:
        marks = self._scene.marks
        if key is None or key not in self._scene.rects or marks.spot(key, Spot.BEFORE) is not None:
            return
        if marks.arrow is None or marks.arrow.key != key:
            draw_hint(painter, theme, gutter_spot(self._scene.rects[key]))

    def _paint_arrow(self, painter: QPainter, area: Rect, theme: Theme, emphasis: Emphasis) -> None:
        arrow = self._scene.marks.arrow
        rect = self._scene.rects.get(arrow.key) if arrow is not None else None
        if arrow is None or rect is None or not area.meets(rect.grown(OUTSIDE)):
            return
        is_taken = emphasis.offer is not None and emphasis.offer.is_next
        breakpoint_ = self._scene.marks.spot(arrow.key, arrow.spot)
        draw_arrow(painter, theme, spot_point(arrow.spot, rect), breakpoint_, _FAINT if is_taken else 1.0)

    def _paint_differences(self, painter: QPainter, area: Rect, theme: Theme) -> None:
        comparison, scene = self._scene.marks.comparison, self._scene
        transform = painter.worldTransform()
        for key, difference in comparison.marks.items():
            rect = scene.rects.get(key)
            if rect is None or not area.meets(rect.grown(OUTSIDE)):
                continue
            is_first = key == comparison.first
            words = difference_words(difference, comparison.names, is_first=is_first)
            painter.translate(rect.x, rect.y)
            draw_difference(painter, theme, difference, rect.height, words, is_first=is_first)
            painter.setTransform(transform)

    def _paint_small(self, painter: QPainter, area: Rect, theme: Theme, camera: Camera) -> None:
        """Differences as outlines, breakpoints as dots."""
        for key, difference in self._scene.marks.comparison.marks.items():
            rect = self._scene.rects.get(key)
            if rect is not None and difference is not Difference.SAME and area.meets(rect):
                painter.setPen(_cosmetic(difference_color(theme, difference), 2.0))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRect(QRectF(*rect))
        signs = [(look.is_on, spot_point(spot, self._scene.rects[key])) for key, spot, look in self._marked_spots(area)]
        signs += [(look.is_on, at) for look, at in self._marked_wires(area)]
        pixels = (_FAR_DOT_PIXELS if camera.node_pixels < FAR_BELOW else _DOT_PIXELS) / camera.ratio
        if signs:
            self._paint_dots(painter, theme, signs, pixels)
        arrow = self._scene.marks.arrow
        if arrow is not None and arrow.key in self._scene.rects:
            _draw_dots(painter, theme.paused, 1.4 * pixels, [spot_point(arrow.spot, self._scene.rects[arrow.key])])

    def _paint_dots(self, painter: QPainter, theme: Theme, signs: list[tuple[bool, Point]], pixels: float) -> None:
        _draw_dots(painter, theme.canvas, pixels + 2.0, [at for _is_on, at in signs])
        _draw_dots(painter, theme.failed, pixels, [at for _is_on, at in signs])
        _draw_dots(painter, theme.canvas, pixels - 3.0, [at for is_on, at in signs if not is_on])

    def _marked_spots(self, area: Rect) -> Iterator[tuple[ComponentKey, Spot, BreakpointLook]]:
        for key, spots in self._scene.marks.spots.items():
            rect = self._scene.rects.get(key)
            if rect is not None and area.meets(rect.grown(OUTSIDE)):
                for spot, look in spots.items():
                    yield key, spot, look

    def _marked_wires(self, area: Rect) -> Iterator[tuple[BreakpointLook, Point]]:
        for id_, look in marked_wires(self._scene):
            at = middle(self._scene.routes[id_])
            if area.grown(WIRE_OUTSIDE).holds(at):
                yield look, at


def marked_wires(scene: Scene) -> Iterator[tuple[WireId, BreakpointLook]]:
    """The drawn wires that have a breakpoint."""
    for source, port in scene.marks.ways:
        for id_ in scene.wires_from(source):
            if scene.marks.way_of(id_) == (source, port) and id_ in scene.routes:
                yield id_, scene.marks.ways[source, port]


def _draw_dots(painter: QPainter, value: str, pixels: float, points: list[Point]) -> None:
    if pixels <= 0:
        return
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    pen = _cosmetic(value, pixels)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    painter.setPen(pen)
    painter.drawPoints(QPolygonF([QPointF(*point) for point in points]))


def _cosmetic(value: str, width: float) -> QPen:
    pen = QPen(QColor(value), width)
    pen.setCosmetic(True)
    return pen
