"""Paints what the debugger knows over wires and components, at every level of detail."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from editor.canvas.breakpoint_looks import BreakpointLook, Spot
from editor.canvas.camera import COMPACT_BELOW, FAR_BELOW, Camera
from editor.canvas.cell_cache import CellCache
from editor.canvas.debug_marks import spot_point
from editor.canvas.emphasis import Emphasis
from editor.canvas.geometry import OUTSIDE, Point, Rect, gutter_spot
from editor.canvas.grid import Cell
from editor.canvas.paint_marks import (
    difference_color,
    difference_words,
    draw_arrow,
    draw_breakpoint,
    draw_difference,
    draw_hint,
)
from editor.canvas.routes import middle
from editor.canvas.scene import Scene
from editor.theme import Theme
from node_engine.analysis.compare import Difference
from node_engine.models.ids import ComponentKey

_FAINT = 0.35
_FEW = 64
_DOT_PIXELS, _FAR_DOT_PIXELS = 7.0, 4.0
"""Breakpoints seen from far are dots of this size on the screen."""


@dataclass(slots=True)
class _SmallMarks:
    """The marks of a cell as they are drawn from far."""

    outlines: dict[Difference, list[QRectF]] = field(default_factory=dict)
    all: QPolygonF = field(default_factory=QPolygonF)
    off: QPolygonF = field(default_factory=QPolygonF)

    def add(self, look: BreakpointLook, at: Point) -> None:
        """Add a dot."""
        self.all.append(QPointF(*at))
        if not look.is_on:
            self.off.append(QPointF(*at))


class MarksPainter:
    """Only what is marked is looked at, so a flow without marks costs nothing."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._at_nodes: CellCache[_SmallMarks] = CellCache()
        self._on_wires: CellCache[_SmallMarks] = CellCache()

    def forget(self) -> None:
        """Drop what was kept, after the scene was built anew."""
        self._at_nodes.clear()
        self._on_wires.clear()

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
        for key in self._seen(comparison.marks, area):
            difference, rect = comparison.marks[key], scene.rects[key]
            is_first = key == comparison.first
            words = difference_words(difference, comparison.names, is_first=is_first)
            painter.translate(rect.x, rect.y)
            draw_difference(painter, theme, difference, rect.height, words, is_first=is_first)
            painter.setTransform(transform)

    def _paint_small(self, painter: QPainter, area: Rect, theme: Theme, camera: Camera) -> None:
        """Differences as outlines, breakpoints as dots, batched by the cells of the grids."""
        scene, version = self._scene, self._scene.marks.version
        nodes, wires = scene.node_grid, scene.wire_grid
        made: list[_SmallMarks] = []
        if scene.marks.spots or scene.marks.comparison.marks:
            for cell in nodes.cells(area):
                made.append(self._at_nodes.made(cell, (version, nodes.shape_version(cell)), self._make_at_nodes))
        if scene.marks.ways:
            for cell in wires.cells(area):
                made.append(self._on_wires.made(cell, (version, wires.shape_version(cell)), self._make_on_wires))
        pixels = (_FAR_DOT_PIXELS if camera.node_pixels < FAR_BELOW else _DOT_PIXELS) / camera.ratio
        _draw_small(painter, theme, made, pixels)
        arrow = scene.marks.arrow
        if arrow is not None and arrow.key in scene.rects:
            at = spot_point(arrow.spot, scene.rects[arrow.key])
            _draw_dots(painter, theme.paused, 1.4 * pixels, QPolygonF([QPointF(*at)]))

    def _make_at_nodes(self, cell: Cell) -> _SmallMarks:
        small, marks = _SmallMarks(), self._scene.marks
        for key, rect in self._scene.node_grid.members(cell).items():
            difference = marks.comparison.marks.get(key, Difference.SAME)
            if difference is not Difference.SAME:
                small.outlines.setdefault(difference, []).append(QRectF(*rect))
            for spot, look in marks.spots.get(key, {}).items():
                small.add(look, spot_point(spot, rect))
        return small

    def _make_on_wires(self, cell: Cell) -> _SmallMarks:
        small, marks = _SmallMarks(), self._scene.marks
        for id_ in self._scene.wire_grid.members(cell):
            way = marks.way_of(id_)
            if way is not None:
                small.add(marks.ways[way], middle(self._scene.routes[id_]))
        return small

    def _marked_spots(self, area: Rect) -> Iterator[tuple[ComponentKey, Spot, BreakpointLook]]:
        spots = self._scene.marks.spots
        for key in self._seen(spots, area):
            for spot, look in spots[key].items():
                yield key, spot, look

    def _marked_wires(self, area: Rect) -> Iterator[tuple[BreakpointLook, Point]]:
        marks = self._scene.marks
        if not marks.ways:
            return
        for id_ in self._scene.wire_grid.within(area):
            way = marks.way_of(id_)
            if way is not None:
                yield marks.ways[way], middle(self._scene.routes[id_])

    def _seen(self, marked: Mapping[ComponentKey, object], area: Rect) -> list[ComponentKey]:
        """The marked components of an area: few marks are asked where they are, many by what is there."""
        rects = self._scene.rects
        if len(marked) < _FEW:
            return [key for key in marked if key in rects and area.meets(rects[key].grown(OUTSIDE))]
        return [key for key in self._scene.near_grid.within(area.grown(OUTSIDE)) if key in marked]


def _draw_small(painter: QPainter, theme: Theme, made: list[_SmallMarks], pixels: float) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for small in made:
        for difference, rects in small.outlines.items():
            painter.setPen(_cosmetic(difference_color(theme, difference), 2.0))
            painter.drawRects(rects)
    for small in made:
        _draw_dots(painter, theme.canvas, pixels + 2.0, small.all)
        _draw_dots(painter, theme.failed, pixels, small.all)
        _draw_dots(painter, theme.canvas, pixels - 3.0, small.off)


def _draw_dots(painter: QPainter, value: str, pixels: float, points: QPolygonF) -> None:
    if pixels <= 0 or points.isEmpty():
        return
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    pen = _cosmetic(value, pixels)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    painter.setPen(pen)
    painter.drawPoints(points)


def _cosmetic(value: str, width: float) -> QPen:
    pen = QPen(QColor(value), width)
    pen.setCosmetic(True)
    return pen
