"""What lies under the pointer."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

from editor.canvas.breakpoint_looks import Spot
from editor.canvas.camera import COMPACT_BELOW, FAR_BELOW, MID_BELOW, Camera
from editor.canvas.debug_marks import spot_point
from editor.canvas.geometry import GUTTER_X, PORT_REACH, Point, Rect, distance, gutter_spot, in_spot, out_spot
from editor.canvas.looks import WireId
from editor.canvas.paint_backdrop import FRAME_TITLE
from editor.canvas.routes import gap, middle
from editor.canvas.scene import Scene
from editor.document.layout import Frame, Layout, Note
from node_engine.models.ids import ComponentKey

_WIRE_REACH = 7.0
_WIRE_END = 40.0
_GUTTER_REACH = 8.0
_SIGN_REACH = 9.0
_EDGE_REACH = 5.0
"""How near to the border of a frame or note, in pixels, a press takes the border."""
_PORT_INSIDE = 8.0
"""A port reaches less far into its own card, where a press means the component."""


class HitKind(Enum):
    """The kinds of things that answer to the pointer."""

    EMPTY = "empty"
    NODE = "node"
    IN_PORT = "in port"
    OUT_PORT = "out port"
    GUTTER = "gutter"
    """Where the breakpoint before a component is set."""
    SIGN = "sign"
    """A breakpoint at another place of a component."""
    WIRE = "wire"
    FRAME = "frame"
    NOTE = "note"
    EDGE = "edge"
    """The border of a frame or note, by which its size is changed."""


class Edge(NamedTuple):
    """Which sides of a rectangle move with the pointer: -1 left or top, 1 right or bottom, 0 neither."""

    across: int
    down: int


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing under the pointer; the fields that belong to its kind are set."""

    kind: HitKind = HitKind.EMPTY
    key: ComponentKey | None = None
    port: str | None = None
    wire: WireId | None = None
    is_wire_end: bool = False
    """Near where the wire arrives."""
    is_wire_sign: bool = False
    """On the breakpoint of the wire."""
    spot: Spot | None = None
    """Of a sign."""
    is_arrow: bool = False
    """On the arrow of a paused run, which may be dragged."""
    id: str | None = None
    """Of a frame or note."""
    edge: Edge | None = None
    box: Frame | Note | None = None
    """The frame or note that the edge belongs to."""


NOTHING = Hit()


def find_hit(scene: Scene, layout: Layout, camera: Camera, point: Point) -> Hit:
    """The topmost thing at a point of the scene. From far only components answer."""
    return (
        _node_hit(scene, camera, point)
        or (find_wire(scene, camera, point) if camera.node_pixels >= FAR_BELOW else None)
        or _backdrop_hit(layout, camera, point)
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
    is_sign = distance(point, middle(route)) <= _SIGN_REACH and scene.marks.way_of(id_) is not None
    return Hit(HitKind.WIRE, wire=id_, is_wire_end=is_end and not is_sign, is_wire_sign=is_sign)


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
        sign = _sign_hit(scene, key, point, spots[0][0])
        if sign is not None:
            return sign
    away, hit = min(spots, key=lambda spot: spot[0])
    return hit if away <= (inside if rect.holds(point) else reach) else None


def _sign_hit(scene: Scene, key: ComponentKey, point: Point, from_entry: float) -> Hit | None:
    """The gutter, and wherever there is a breakpoint or the arrow of a paused run."""
    rect, arrow = scene.rects[key], scene.marks.arrow
    stands_at = arrow.spot if arrow is not None and arrow.key == key and arrow.can_move else None
    if distance(point, gutter_spot(rect)) <= min(_GUTTER_REACH, from_entry):
        return Hit(HitKind.GUTTER, key=key, is_arrow=stands_at is Spot.BEFORE)
    for spot in {*scene.marks.spots.get(key, ()), *([stands_at] if stands_at else [])}:
        if spot is not Spot.BEFORE and distance(point, spot_point(spot, rect)) <= _SIGN_REACH:
            return Hit(HitKind.SIGN, key=key, spot=spot, is_arrow=spot is stands_at)
    return None


def _backdrop_hit(layout: Layout, camera: Camera, point: Point) -> Hit | None:
    reach = _EDGE_REACH / camera.zoom
    for id_, note in reversed(layout.notes.items()):
        found = _box_hit(HitKind.NOTE, id_, note, point, reach, note.height)
        if found is not None:
            return found
    for id_, frame in reversed(layout.frames.items()):
        found = _box_hit(HitKind.FRAME, id_, frame, point, reach, min(FRAME_TITLE, frame.height))
        if found is not None:
            return found
    return None


def _box_hit(kind: HitKind, id_: str, box: Frame | Note, point: Point, reach: float, held: float) -> Hit | None:
    """The edge of a frame or note, or the upper part by which it is held."""
    rect = Rect(box.x, box.y, box.width, box.height)
    if not rect.grown(reach).holds(point):
        return None
    edge = Edge(_side(point.x, rect.x, rect.right, reach), _side(point.y, rect.y, rect.bottom, reach))
    if edge != (0, 0):
        return Hit(HitKind.EDGE, id=id_, edge=edge, box=box)
    return Hit(kind, id=id_) if point.y <= rect.y + held else None


def _side(at: float, low: float, high: float, reach: float) -> int:
    if abs(at - high) <= reach:
        return 1
    return -1 if abs(at - low) <= reach else 0
