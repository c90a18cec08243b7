"""What lies under the pointer."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from editor.canvas.camera import COMPACT_BELOW, FAR_BELOW, MID_BELOW, Camera
from editor.canvas.geometry import GUTTER_X, PORT_REACH, Point, Rect, distance, gutter_spot, in_spot, out_spot
from editor.canvas.looks import WireId
from editor.canvas.paint_backdrop import FRAME_TITLE
from editor.canvas.routes import gap
from editor.canvas.scene import Scene
from editor.document.layout import Layout
from node_engine.models.ids import ComponentKey

_WIRE_REACH = 7.0
_WIRE_END = 40.0
_GUTTER_REACH = 8.0
_PORT_INSIDE = 8.0
"""A port reaches less far into its own card, where a press means the component."""


class HitKind(Enum):
    """The kinds of things that answer to the pointer."""

    EMPTY = "empty"
    NODE = "node"
    IN_PORT = "in port"
    OUT_PORT = "out port"
    GUTTER = "gutter"
    WIRE = "wire"
    FRAME = "frame"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing under the pointer; the fields that belong to its kind are set."""

    kind: HitKind = HitKind.EMPTY
    key: ComponentKey | None = None
    port: str | None = None
    wire: WireId | None = None
    is_wire_end: bool = False
    """Near where the wire arrives."""
    id: str | None = None
    """Of a frame or note."""


NOTHING = Hit()


def find_hit(scene: Scene, layout: Layout, camera: Camera, point: Point) -> Hit:
    """The topmost thing at a point of the scene. From far only components answer."""
    return (
        _node_hit(scene, camera, point)
        or (find_wire(scene, camera, point) if camera.node_pixels >= FAR_BELOW else None)
        or _backdrop_hit(layout, point)
        or NOTHING
    )


def node_at(scene: Scene, point: Point, margin: float = 0.0) -> ComponentKey | None:
    """The topmost component at a point."""
    keys = [key for key in _near(scene, point, margin) if scene.rects[key].grown(margin).holds(point)]
    return keys[0] if keys else None


def find_wire(scene: Scene, camera: Camera, point: Point) -> Hit | None:
    """The nearest wire at a point."""
    reach = _WIRE_REACH / min(1.0, camera.zoom)
    near = scene.wire_grid.within(Rect(point.x - reach, point.y - reach, 2 * reach, 2 * reach))
    gaps = [(gap(scene.routes[id_], point), index, id_) for index, id_ in enumerate(near)]
    if not gaps:
        return None
    nearest, _index, id_ = min(gaps)
    if nearest > reach:
        return None
    route = scene.routes[id_]
    is_end = not id_.is_exit and distance(point, route.end) < min(_WIRE_END, distance(route.start, route.end) / 2)
    return Hit(HitKind.WIRE, wire=id_, is_wire_end=is_end)


def _near(scene: Scene, point: Point, margin: float) -> list[ComponentKey]:
    """Components around a point, the topmost first."""
    area = Rect(point.x - margin, point.y - margin, 2 * margin, 2 * margin).grown(0.01)
    keys = scene.near_grid.within(area)
    keys.sort(key=lambda key: (key in scene.selected, scene.ranks[key]), reverse=True)
    return keys


def _node_hit(scene: Scene, camera: Camera, point: Point) -> Hit | None:
    has_ports = camera.node_pixels >= MID_BELOW
    reach = PORT_REACH / min(1.0, camera.zoom)
    for key in _near(scene, point, max(reach, -GUTTER_X + _GUTTER_REACH) if has_ports else 0.0):
        rect = scene.rects[key]
        hit = _part_hit(scene, camera, key, point, reach) if has_ports else None
        if hit is not None:
            return hit
        if rect.holds(point):
            return Hit(HitKind.NODE, key=key)
    return None


def _part_hit(scene: Scene, camera: Camera, key: ComponentKey, point: Point, reach: float) -> Hit | None:
    look, rect = scene.nodes[key], scene.rects[key]
    inside = min(reach, _PORT_INSIDE)
    spots = [(distance(point, in_spot(rect)), Hit(HitKind.IN_PORT, key=key))]
    for row, port in enumerate(look.ports):
        spot = out_spot(rect, row if look.has_rows else None)
        spots.append((distance(point, spot), Hit(HitKind.OUT_PORT, key=key, port=port.name)))
    if camera.node_pixels >= COMPACT_BELOW:
        away = distance(point, gutter_spot(rect))
        if away <= _GUTTER_REACH and away < spots[0][0]:
            return Hit(HitKind.GUTTER, key=key)
    away, hit = min(spots, key=lambda spot: spot[0])
    return hit if away <= (inside if rect.holds(point) else reach) else None


def _backdrop_hit(layout: Layout, point: Point) -> Hit | None:
    for id_, note in reversed(layout.notes.items()):
        if Rect(note.x, note.y, note.width, note.height).holds(point):
            return Hit(HitKind.NOTE, id=id_)
    for id_, frame in reversed(layout.frames.items()):
        if Rect(frame.x, frame.y, frame.width, min(FRAME_TITLE, frame.height)).holds(point):
            return Hit(HitKind.FRAME, id=id_)
    return None
