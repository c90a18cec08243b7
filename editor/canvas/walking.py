"""Which component the arrow keys lead to: along wires first, else to the nearest in that direction."""

from __future__ import annotations

from enum import Enum

from editor.canvas.geometry import Point, Rect
from editor.canvas.scene import Scene
from node_engine.models.ids import ComponentKey

_REACHES = (600.0, 2_400.0, 9_600.0, 1e8)
_SIDEWAYS = 2.5
"""How much worse a step aside is than a step ahead."""


class Direction(Enum):
    """The four arrow keys, as unit vectors."""

    LEFT = (-1, 0)
    RIGHT = (1, 0)
    UP = (0, -1)
    DOWN = (0, 1)


def walk(scene: Scene, key: ComponentKey, direction: Direction) -> ComponentKey | None:
    """The component that an arrow key leads to: Right along the wire out, Left along the wire in."""
    if direction is Direction.RIGHT:
        ahead = [id_.target for id_ in scene.wires_from(key) if id_.target in scene.rects and id_.target != key]
        if ahead:
            return ahead[0]
    if direction is Direction.LEFT:
        behind = [id_.source for id_ in scene.wires_into(key) if id_.source != key]
        if behind:
            return min(behind, key=lambda source: _ahead_first(scene, source, key))
    return nearest(scene, key, direction)


def nearest(scene: Scene, key: ComponentKey, direction: Direction) -> ComponentKey | None:
    """The nearest component in a direction, wires or not."""
    here = _center(scene.rects[key])
    for reach in _REACHES:
        area = _ahead(here, direction, reach)
        found = [
            (cost, other) for other in scene.near_grid.within(area) if (cost := _cost(scene, here, other, direction))
        ]
        if found:
            return min(found, key=lambda item: (item[0], scene.ranks[item[1]]))[1]
    return None


def _cost(scene: Scene, here: Point, other: ComponentKey, direction: Direction) -> float:
    there = _center(scene.rects[other])
    dx, dy = there.x - here.x, there.y - here.y
    along = dx * direction.value[0] + dy * direction.value[1]
    across = abs(dx * direction.value[1]) + abs(dy * direction.value[0])
    return along + _SIDEWAYS * across if along > 1 else 0.0


def _ahead(here: Point, direction: Direction, reach: float) -> Rect:
    x, y = direction.value
    if x:
        return Rect(here.x if x > 0 else here.x - reach, here.y - reach, reach, 2 * reach)
    return Rect(here.x - reach, here.y if y > 0 else here.y - reach, 2 * reach, reach)


def _ahead_first(scene: Scene, source: ComponentKey, key: ComponentKey) -> tuple[bool, float]:
    there, here = scene.rects[source], scene.rects[key]
    return there.x >= here.x, abs(there.y - here.y) + abs(there.x - here.x)


def _center(rect: Rect) -> Point:
    return Point(rect.x + rect.width / 2, rect.y + rect.height / 2)
