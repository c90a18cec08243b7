"""Wires take a free way: a curve when there is one, else round the components."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import pytest

from editor.canvas.geometry import Point, Rect, in_spot, out_spot
from editor.canvas.routes import Route, at_length, crosses, curve, find_route, gap, sample

SOURCE = Rect(0, 0, 206, 52)
Obstacles = Callable[[Rect], list[Rect]]


def among(*rects: Rect) -> Obstacles:
    return lambda area: [rect for rect in rects if rect.meets(area)]


def way(target: Rect, *others: Rect, lane: int = 0) -> Route:
    return find_route(out_spot(SOURCE, None), in_spot(target), SOURCE, target, among(SOURCE, target, *others), lane)


def runs_through(route: Route, rect: Rect) -> bool:
    inner = rect.grown(-1)
    points = sample(route)
    steps = [
        Point(a.x + (b.x - a.x) * n / 50, a.y + (b.y - a.y) * n / 50) for a, b in pairwise(points) for n in range(51)
    ]
    return any(inner.holds(point) for point in steps)


def test_a_free_way_forward_is_one_curve_with_level_ends() -> None:
    target = Rect(400, 120, 206, 52)

    route = way(target)

    assert route.is_curve
    assert route.points[0].y == route.points[1].y
    assert route.points[2].y == route.points[3].y


@pytest.mark.parametrize(
    "target",
    [
        Rect(-400, 0, 206, 52),
        Rect(-400, 300, 206, 52),
        Rect(0, 200, 206, 52),
        Rect(100, -200, 206, 52),
        Rect(-100, 80, 206, 52),
    ],
)
def test_a_way_back_runs_through_neither_end(target: Rect) -> None:
    route = way(target)

    assert not route.is_curve
    assert not runs_through(route, SOURCE)
    assert not runs_through(route, target)


def test_a_way_back_runs_round_what_lies_between() -> None:
    between = Rect(-250, -60, 206, 300)
    target = Rect(-600, 0, 206, 52)

    route = way(target, between)

    assert not runs_through(route, between)


def test_a_way_forward_runs_round_a_component_in_its_way() -> None:
    between = Rect(300, -10, 206, 72)
    target = Rect(600, 0, 206, 52)

    route = way(target, between)

    assert not runs_through(route, between)


def test_ways_back_in_other_lanes_do_not_lie_on_each_other() -> None:
    target = Rect(-600, 0, 206, 52)

    heights = {way(target, lane=lane).points[2].y for lane in range(3)}

    assert len(heights) == 3


def test_gap_is_the_distance_to_the_line() -> None:
    route = curve(Point(0, 0), Point(100, 0))

    assert gap(route, Point(50, 7)) == pytest.approx(7)
    assert gap(route, Point(110, 0)) == pytest.approx(10)


def test_a_line_across_crosses_and_a_line_beside_does_not() -> None:
    route = curve(Point(0, 0), Point(200, 100))

    assert crosses(route, Point(100, -50), Point(100, 150))
    assert not crosses(route, Point(-50, -50), Point(-50, 150))


def test_a_point_is_found_by_its_way_from_the_start() -> None:
    route = curve(Point(0, 0), Point(100, 0))

    assert at_length(route, 30).x == pytest.approx(30, abs=1)
    assert at_length(route, 1_000) == Point(100, 0)
