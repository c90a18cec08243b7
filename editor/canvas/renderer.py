"""Paints a part of the scene at the level of detail that its size on the screen allows, and keeps what it made."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPainter, QPainterPath, QTransform

from editor.canvas.camera import COMPACT_BELOW, FAR_BELOW, MID_BELOW, Camera
from editor.canvas.cell_cache import CellCache
from editor.canvas.emphasis import Emphasis
from editor.canvas.geometry import OUTSIDE, Rect
from editor.canvas.grid import Cell
from editor.canvas.looks import NO_STATUS, NodeLook, StatusLook, WireId, WireStyle
from editor.canvas.marks_painter import MarksPainter
from editor.canvas.node_pictures import NodePictures
from editor.canvas.paint_backdrop import draw_dots, draw_frame, draw_note
from editor.canvas.paint_compact import draw_compact
from editor.canvas.paint_far import (
    Boxes,
    MidCell,
    MidStates,
    draw_far_boxes,
    draw_far_wires,
    draw_mid_cells,
    draw_mid_states,
    far_boxes,
    mid_cell,
    mid_states,
)
from editor.canvas.paint_marks import draw_first_difference
from editor.canvas.paint_node import draw_texts
from editor.canvas.paint_pill import draw_pill
from editor.canvas.paint_wire import CALM, draw_wire, draw_wire_marks, wire_path
from editor.canvas.routes import Route
from editor.canvas.scene import Scene
from editor.document.layout import Layout
from editor.theme import Theme
from node_engine.models.ids import ComponentKey
from node_engine.models.run import StepState

_SPARE_PATHS = 1_000
"""Paths of wires that are gone are kept until there are this many."""


class Renderer:
    """Paints scenes of one view. All it keeps can be made again."""

    def __init__(self, scene: Scene, layout: Layout, theme: Theme) -> None:
        self._scene = scene
        self._layout = layout
        self._theme = theme
        self._pictures = NodePictures(theme)
        self._marks = MarksPainter(scene)
        self._far: CellCache[Boxes] = CellCache()
        self._mid: CellCache[MidCell] = CellCache()
        self._mid_states: CellCache[MidStates] = CellCache()
        self._lines: CellCache[dict[WireStyle, QPainterPath]] = CellCache()
        self._curves: CellCache[dict[WireStyle, QPainterPath]] = CellCache()
        self._paths: dict[WireId, tuple[Route, QPainterPath]] = {}
        self.turn = 0.0
        """Where spinners stand, 0 to 1."""

    def set_theme(self, theme: Theme) -> None:
        """Paint in other colours from now on."""
        self._theme = theme
        self._pictures = NodePictures(theme)
        self.forget()

    def forget(self) -> None:
        """Drop everything that was kept for cells and wires, after the scene was built anew."""
        for kept in (self._far, self._mid, self._mid_states, self._lines, self._curves, self._paths):
            kept.clear()
        self._marks.forget()

    def paint(self, painter: QPainter, exposed: QRectF, camera: Camera, emphasis: Emphasis) -> None:
        """Paint what one rectangle of the widget shows."""
        painter.resetTransform()
        painter.fillRect(exposed, QColor(self._theme.canvas))
        if camera.node_pixels >= FAR_BELOW:
            draw_dots(painter, exposed, camera, self._theme)
        area = camera.area(exposed)
        painter.setTransform(camera.transform())
        self._paint_backdrop(painter, area, emphasis)
        if camera.node_pixels < FAR_BELOW:
            self._paint_far(painter, area, emphasis)
        elif camera.node_pixels < MID_BELOW:
            self._paint_mid(painter, area, emphasis)
        else:
            self._paint_near(painter, area, camera, emphasis)
        painter.setTransform(camera.transform())
        self._marks.paint_on_nodes(painter, area, self._theme, camera, emphasis)
        painter.resetTransform()

    def paint_map(self, painter: QPainter) -> None:
        """Paint every component of the flow as a flat rectangle, in scene coordinates."""
        nodes = self._scene.node_grid
        everything = nodes.all_cells()
        draw_far_boxes(painter, [self._far.made(cell, nodes.version(cell), self._make_far) for cell in everything])

    def path_of(self, id_: WireId) -> QPainterPath:
        """The way of a wire as a path, kept while the way is the same."""
        route = self._scene.routes[id_]
        kept = self._paths.get(id_)
        if kept is None or kept[0] is not route:
            if len(self._paths) > 2 * len(self._scene.routes) + _SPARE_PATHS:
                self._paths.clear()
            kept = self._paths[id_] = (route, wire_path(route))
        return kept[1]

    def _paint_backdrop(self, painter: QPainter, area: Rect, emphasis: Emphasis) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        for id_, frame in self._layout.frames.items():
            frame = emphasis.shape_of(id_, frame)
            if area.meets(Rect(frame.x, frame.y, frame.width, frame.height).grown(1)):
                draw_frame(painter, frame, self._theme)
        for id_, note in self._layout.notes.items():
            note = emphasis.shape_of(id_, note)
            if area.meets(Rect(note.x, note.y, note.width, note.height).grown(1)):
                draw_note(painter, note, self._theme)

    def _paint_far(self, painter: QPainter, area: Rect, emphasis: Emphasis) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        wires, nodes = self._scene.wire_grid, self._scene.node_grid
        lines = [self._lines.made(cell, wires.version(cell), self._make_lines) for cell in wires.cells(area)]
        draw_far_wires(painter, lines, self._theme)
        draw_far_boxes(
            painter, [self._far.made(cell, nodes.version(cell), self._make_far) for cell in nodes.cells(area)]
        )
        self._paint_standing_out(painter, emphasis)

    def _paint_mid(self, painter: QPainter, area: Rect, emphasis: Emphasis) -> None:
        wires, nodes = self._scene.wire_grid, self._scene.node_grid
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        curves = [self._curves.made(cell, wires.version(cell), self._make_curves) for cell in wires.cells(area)]
        draw_far_wires(painter, curves, self._theme)
        self._paint_standing_out(painter, emphasis)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        shown = list(nodes.cells(area))
        cells = [self._mid.made(cell, nodes.shape_version(cell), self._make_mid) for cell in shown]
        draw_mid_cells(painter, cells, self._theme)
        states = [self._mid_states.made(cell, nodes.version(cell), self._make_mid_states) for cell in shown]
        draw_mid_states(painter, states)

    def _paint_standing_out(self, painter: QPainter, emphasis: Emphasis) -> None:
        """Wires that stand out are drawn one by one even from far."""
        shown = {*emphasis.selected_wires, *emphasis.cut_wires, emphasis.hovered_wire, emphasis.opened_wire}
        for id_ in shown:
            if id_ is not None and id_ in self._scene.routes:
                draw_wire(painter, self.path_of(id_), self._scene.wires[id_], self._theme, emphasis.wire_mood(id_))

    def _paint_near(self, painter: QPainter, area: Rect, camera: Camera, emphasis: Emphasis) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        self._paint_wires(painter, area, emphasis, has_marks=camera.node_pixels >= COMPACT_BELOW)
        keys = self._scene.node_grid.within(area.grown(OUTSIDE))
        keys.sort(key=self._scene.ranks.__getitem__)
        selected = self._scene.selected
        if selected:
            keys.sort(key=selected.__contains__)
        if camera.node_pixels < COMPACT_BELOW:
            self._paint_compact_nodes(painter, keys, camera, emphasis)
        else:
            self._paint_whole_nodes(painter, keys, camera, emphasis)

    def _paint_wires(self, painter: QPainter, area: Rect, emphasis: Emphasis, *, has_marks: bool) -> None:
        scene = self._scene
        ids = [id_ for id_ in scene.wire_grid.within(area) if id_ not in emphasis.hidden_wires]
        ids.sort(key=lambda id_: scene.wires[id_].style)
        if emphasis.selected_wires:
            ids.sort(key=emphasis.selected_wires.__contains__)
        is_calm = emphasis.leaves_wires_calm
        moods = [CALM if is_calm else emphasis.wire_mood(id_) for id_ in ids]
        for id_, mood in zip(ids, moods, strict=True):
            draw_wire(painter, self.path_of(id_), scene.wires[id_], self._theme, mood)
        if has_marks:
            for id_, mood in zip(ids, moods, strict=True):
                draw_wire_marks(painter, scene.wires[id_], scene.routes[id_], self._theme, mood)
            self._marks.paint_on_wires(painter, area, self._theme, emphasis)

    def _paint_whole_nodes(
        self, painter: QPainter, keys: list[ComponentKey], camera: Camera, emphasis: Emphasis
    ) -> None:
        scene, theme, zoom = self._scene, self._theme, camera.zoom
        first = scene.marks.comparison.first
        for key in keys:
            look, status = scene.nodes[key], scene.statuses.get(key, NO_STATUS)
            flags = emphasis.node_flags(key, scene.selected)
            x, y = camera.pixel_of(scene.rects[key])
            painter.resetTransform()
            self._pictures.draw(painter, look, status, flags, x, y, camera)
            painter.setTransform(QTransform(zoom, 0, 0, zoom, x, y))
            if key == first:
                draw_first_difference(painter, theme, scene.marks.comparison.marks[key], look.height)
            draw_texts(painter, look, theme, flags)
            draw_pill(painter, theme, status, self.turn if status.state is StepState.RUNNING else 0.0)

    def _paint_compact_nodes(
        self, painter: QPainter, keys: list[ComponentKey], camera: Camera, emphasis: Emphasis
    ) -> None:
        scene, theme, zoom = self._scene, self._theme, camera.zoom
        painter.resetTransform()
        for key in keys:
            look, status = scene.nodes[key], scene.statuses.get(key, NO_STATUS)
            flags = emphasis.node_flags(key, scene.selected)
            x, y = camera.pixel_of(scene.rects[key])
            self._pictures.draw(painter, look, status, flags, x, y, camera)
            draw_compact(painter, look, status, theme, flags, x, y, zoom)

    def _make_far(self, cell: Cell) -> Boxes:
        return far_boxes(self._nodes_of(cell), self._theme)

    def _make_mid(self, cell: Cell) -> MidCell:
        scene = self._scene
        return mid_cell(((scene.nodes[key], rect) for key, rect in scene.node_grid.members(cell).items()), self._theme)

    def _make_mid_states(self, cell: Cell) -> MidStates:
        scene = self._scene
        standing_out = [
            (rect, scene.statuses.get(key, NO_STATUS), key in scene.selected)
            for key, rect in scene.node_grid.members(cell).items()
            if key in scene.statuses or key in scene.selected
        ]
        return mid_states(standing_out, self._theme)

    def _nodes_of(self, cell: Cell) -> Iterator[tuple[NodeLook, Rect, StatusLook, bool]]:
        scene = self._scene
        for key in scene.node_grid.members(cell):
            yield scene.nodes[key], scene.rects[key], scene.statuses.get(key, NO_STATUS), key in scene.selected

    def _make_lines(self, cell: Cell) -> dict[WireStyle, QPainterPath]:
        paths: dict[WireStyle, QPainterPath] = {}
        for id_ in self._scene.wire_grid.members(cell):
            route = self._scene.routes[id_]
            path = paths.setdefault(self._scene.wires[id_].style, QPainterPath())
            path.moveTo(*route.start)
            for point in route.points[1:] if not route.is_curve else (route.end,):
                path.lineTo(*point)
        return paths

    def _make_curves(self, cell: Cell) -> dict[WireStyle, QPainterPath]:
        paths: dict[WireStyle, QPainterPath] = {}
        for id_ in self._scene.wire_grid.members(cell):
            paths.setdefault(self._scene.wires[id_].style, QPainterPath()).addPath(self.path_of(id_))
        return paths
