"""The way a wire takes: a curve when the way is free, else round the components with rounded corners. No Qt."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import hypot

from editor.canvas.geometry import EXIT_LENGTH, Point, Rect, around, distance

CORNER = 30.0
"""Radius of the corners of a wire that runs round."""
STUB = 22.0
"""How far a wire that runs round leaves a port before it turns, at least."""
CLEAR = 24.0
"""Distance that a wire that runs round keeps from components."""
LANE = 9.0
"""Distance between wires that run round side by side."""
_LANES = 3
_FORWARD = 10.0
_TRIES = 10
_SAMPLES = 24
_ABOVE_COST, _BELOW_COST = 0.0, 20.0
_THROUGH = 10_000.0

Obstacles = Callable[[Rect], Sequence[Rect]]
"""Answers the rectangles of the components inside an area."""


@dataclass(frozen=True, slots=True)
class Route:
    """A curve of four points (start, two control points, end), or corners to be rounded."""

    points: tuple[Point, ...]
    is_curve: bool
    bounds: Rect

    @property
    def start(self) -> Point:
        """Where the wire leaves."""
        return self.points[0]

    @property
    def end(self) -> Point:
        """Where the wire arrives."""
        return self.points[-1]


def curve(start: Point, end: Point) -> Route:
    """A curve with horizontal tangents, whatever is in its way."""
    reach = _reach(start, end)
    return _route((start, Point(start.x + reach, start.y), Point(end.x - reach, end.y), end), is_curve=True)


def stub(start: Point) -> Route:
    """The short line of a wire to the end of the flow."""
    return _route((start, Point(start.x + EXIT_LENGTH, start.y)), is_curve=False)


def find_route(start: Point, end: Point, source: Rect, target: Rect, obstacles: Obstacles, lane: int = 0) -> Route:
    """The way from a port to a component that runs through no other component, if one is found soon.

    `lane` moves the way aside a little, so that wires round the same components do not lie on each other.
    """
    if end.x - start.x >= _FORWARD:
        straight = curve(start, end)
        others = [r for r in obstacles(straight.bounds.grown(4)) if r != source and r != target]
        if not others or not _is_blocked(straight, others):
            return straight
        if _is_squeezed(start, end):
            return straight
    return _run_round(start, end, source, target, obstacles, lane % _LANES)


def sample(route: Route) -> tuple[Point, ...]:
    """Points along the route, near enough for hit tests and cuts."""
    if not route.is_curve:
        return route.points
    a, b, c, d = route.points
    return tuple(_cubic(a, b, c, d, step / _SAMPLES) for step in range(_SAMPLES + 1))


def gap(route: Route, point: Point) -> float:
    """The distance of a point from the route."""
    points = sample(route)
    return min(_distance_to_segment(point, a, b) for a, b in pairwise(points))


def crosses(route: Route, a: Point, b: Point) -> bool:
    """Tell whether the segment from a to b cuts the route."""
    points = sample(route)
    return any(_segments_cross(a, b, c, d) for c, d in pairwise(points))


def at_length(route: Route, length: float) -> Point:
    """The point this far along the route, or its end."""
    points = sample(route)
    for a, b in pairwise(points):
        step = distance(a, b)
        if length <= step and step > 0:
            share = length / step
            return Point(a.x + (b.x - a.x) * share, a.y + (b.y - a.y) * share)
        length -= step
    return points[-1]


def middle(route: Route) -> Point:
    """Where a mark for the whole wire stands: halfway along a curve, or on the longest straight part."""
    if route.is_curve:
        a, b, c, d = route.points
        return _cubic(a, b, c, d, 0.5)
    a, b = max(pairwise(route.points), key=lambda pair: distance(*pair))
    return Point((a.x + b.x) / 2, (a.y + b.y) / 2)


def _reach(start: Point, end: Point) -> float:
    along, across = end.x - start.x, abs(end.y - start.y)
    if along >= 0:
        return max(along * 0.5, min(across * 0.6, 36.0))
    return min(240.0, max(48.0, -along * 0.5))


def _route(points: tuple[Point, ...], *, is_curve: bool) -> Route:
    return Route(points, is_curve, around(points))


def _is_squeezed(start: Point, end: Point) -> bool:
    """True when there is no room to turn twice between the two ends."""
    return end.x - start.x < 2 * STUB


def _is_blocked(route: Route, others: Sequence[Rect]) -> bool:
    points = sample(route)
    return any(rect.holds(point) for rect in others for point in points)


def _run_round(start: Point, end: Point, source: Rect, target: Rect, obstacles: Obstacles, lane: int) -> Route:
    out = STUB + lane * LANE
    x1 = _free_column(start.x + out, start.y, end.y, obstacles, +1)
    x2 = _free_column(end.x - out, end.y, start.y, obstacles, -1)
    ways = [_corners(start, end, x1, x2, y) for y in _lanes(min(x1, x2), max(x1, x2), source, target, obstacles, lane)]
    best = min(ways, key=lambda way: _cost(way, start, obstacles, (source, target)))
    return _route(best, is_curve=False)


def _free_column(x: float, y1: float, y2: float, obstacles: Obstacles, side: int) -> float:
    """The nearest x, on one side, where the first part of a vertical line is not inside a component."""
    near = y1 + max(-60.0, min(60.0, y2 - y1))
    for _ in range(_TRIES):
        line = Rect(x - 4, min(y1, near), 8, abs(near - y1))
        inside = [r for r in obstacles(line) if r.x < x < r.right]
        if not inside:
            return x
        x = max(r.right for r in inside) + CLEAR if side > 0 else min(r.x for r in inside) - CLEAR
    return x


def _lanes(left: float, right: float, source: Rect, target: Rect, obstacles: Obstacles, lane: int) -> Iterator[float]:
    """Heights at which the long part may run: between the two components, above both, below both."""
    shift = lane * LANE
    upper, lower = (source, target) if source.y <= target.y else (target, source)
    room = lower.y - upper.bottom
    if room >= 2 * LANE:
        between = upper.bottom + room / 2 + (shift if room > 6 * LANE else 0.0)
        if not obstacles(Rect(left, between - 4, right - left, 8)):
            yield between
    yield _clear_lane(left, right, min(source.y, target.y) - CLEAR - 16 - shift, obstacles, -1)
    yield _clear_lane(left, right, max(source.bottom, target.bottom) + CLEAR + shift, obstacles, +1)


def _clear_lane(left: float, right: float, y: float, obstacles: Obstacles, side: int) -> float:
    for _ in range(_TRIES):
        found = obstacles(Rect(left, y - CLEAR / 2, right - left, CLEAR))
        if not found:
            return y
        y = max(r.bottom for r in found) + CLEAR if side > 0 else min(r.y for r in found) - CLEAR
    return y


def _corners(start: Point, end: Point, x1: float, x2: float, y: float) -> tuple[Point, ...]:
    return (start, Point(x1, start.y), Point(x1, y), Point(x2, y), Point(x2, end.y), end)


def _cost(way: tuple[Point, ...], start: Point, obstacles: Obstacles, own: tuple[Rect, Rect]) -> float:
    length = sum(abs(a.x - b.x) + abs(a.y - b.y) for a, b in pairwise(way))
    side = _BELOW_COST if way[2].y > start.y else _ABOVE_COST
    hits = 0
    for a, b in ((way[1], way[2]), (way[3], way[4])):
        line = Rect(a.x - 2, min(a.y, b.y), 4, abs(a.y - b.y))
        hits += sum(1 for rect in obstacles(line) if rect not in own or rect.x < a.x < rect.right)
    return length + side + _THROUGH * hits


def _cubic(a: Point, b: Point, c: Point, d: Point, t: float) -> Point:
    s = 1 - t
    p, q, r, u = s * s * s, 3 * s * s * t, 3 * s * t * t, t * t * t
    return Point(p * a.x + q * b.x + r * c.x + u * d.x, p * a.y + q * b.y + r * c.y + u * d.y)


def _distance_to_segment(point: Point, a: Point, b: Point) -> float:
    dx, dy = b.x - a.x, b.y - a.y
    length = dx * dx + dy * dy
    share = 0.0 if length == 0 else ((point.x - a.x) * dx + (point.y - a.y) * dy) / length
    share = max(0.0, min(1.0, share))
    return hypot(a.x + share * dx - point.x, a.y + share * dy - point.y)


def _segments_cross(a: Point, b: Point, c: Point, d: Point) -> bool:
    return _side(a, b, c) != _side(a, b, d) and _side(c, d, a) != _side(c, d, b)


def _side(a: Point, b: Point, c: Point) -> bool:
    return (b.x - a.x) * (c.y - a.y) > (b.y - a.y) * (c.x - a.x)
