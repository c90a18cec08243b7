"""Where things are on a node: rectangles, ports and the areas that answer to the pointer. Scene units, no Qt."""

from __future__ import annotations

from collections.abc import Iterable
from math import hypot
from typing import NamedTuple

from editor.document.layout import NODE_HEIGHT, NODE_WIDTH, PORT_ROW

PORT_RADIUS = 4.5
"""A port is a ring of 9 px."""
PORT_REACH = 12.0
"""How near to a port's centre a press still means the port."""
HALO = 4.0
"""Width of the soft ring around a selected node."""
PILL_HEIGHT = 18.0
SHADOW = 12.0
"""How far a node's shadow reaches."""
OUTSIDE = 24.0
"""How far anything that belongs to a node reaches beyond its rectangle: shadow, halo, pill, breakpoint."""
GUTTER_X = -14.0
"""Centre of the breakpoint dot, from the node's left edge."""
DOT_RADIUS = 5.5
ERROR_X = 26.0
"""Centre of the sign of a breakpoint at a failure, from the node's left edge."""
EXIT_LENGTH = 22.0
"""Length of the stub that stands for a wire to the end of the flow."""


class Point(NamedTuple):
    """A point of the scene."""

    x: float
    y: float


class Rect(NamedTuple):
    """A rectangle of the scene."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """The x of the right edge."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """The y of the lower edge."""
        return self.y + self.height

    def grown(self, by: float) -> Rect:
        """Make the same rectangle with `by` more on every side."""
        return Rect(self.x - by, self.y - by, self.width + 2 * by, self.height + 2 * by)

    def meets(self, other: Rect) -> bool:
        """Tell whether the two share an area."""
        return (
            self.x < other.x + other.width
            and other.x < self.x + self.width
            and self.y < other.y + other.height
            and other.y < self.y + self.height
        )

    def holds(self, point: Point) -> bool:
        """Tell whether a point lies inside or on the edge."""
        return self.x <= point.x <= self.x + self.width and self.y <= point.y <= self.y + self.height

    def moved(self, dx: float, dy: float) -> Rect:
        """Make the same rectangle elsewhere."""
        return Rect(self.x + dx, self.y + dy, self.width, self.height)


def united(rects: Iterable[Rect]) -> Rect | None:
    """The smallest rectangle around all, or None when there are none."""
    found = list(rects)
    if not found:
        return None
    left, top = min(r[0] for r in found), min(r[1] for r in found)
    return Rect(left, top, max(r[0] + r[2] for r in found) - left, max(r[1] + r[3] for r in found) - top)


def around(points: Iterable[Point]) -> Rect:
    """The smallest rectangle around some points; there must be one at least."""
    xs, ys = zip(*points, strict=True)
    left, top = min(xs), min(ys)
    return Rect(left, top, max(xs) - left, max(ys) - top)


def in_spot(node: Rect) -> Point:
    """The centre of the port where wires arrive."""
    return Point(node.x, node.y + NODE_HEIGHT / 2)


def out_spot(node: Rect, row: int | None) -> Point:
    """The centre of a port where wires leave: a row's, or for None the one at the middle of the card."""
    if row is None:
        return Point(node.x + node.width, node.y + NODE_HEIGHT / 2)
    return Point(node.x + node.width, node.y + row_top(node, row) + PORT_ROW / 2)


def row_top(node: Rect, row: int) -> float:
    """The upper edge of a port row, from the node's upper edge."""
    rows = round((node.height - NODE_HEIGHT) // PORT_ROW)
    spare = (node.height - NODE_HEIGHT - rows * PORT_ROW) / 2
    return NODE_HEIGHT + spare + row * PORT_ROW


def gutter_spot(node: Rect) -> Point:
    """The centre of the breakpoint dot."""
    return Point(node.x + GUTTER_X, node.y + NODE_HEIGHT / 2)


def after_spot(node: Rect) -> Point:
    """The centre of the sign of a breakpoint after the component."""
    return Point(node.right - GUTTER_X, node.y + NODE_HEIGHT / 2)


def error_spot(node: Rect) -> Point:
    """The centre of the sign of a breakpoint at its failure: on the lower edge."""
    return Point(node.x + ERROR_X, node.bottom)


def node_rect(x: float, y: float, height: float) -> Rect:
    """The rectangle of a node at a place."""
    return Rect(x, y, NODE_WIDTH, height)


def distance(a: Point, b: Point) -> float:
    """The distance of two points."""
    return hypot(a.x - b.x, a.y - b.y)
