"""Aligning and distributing components: where each one goes. Pure, scene units."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from editor.canvas.geometry import Point, Rect, united
from node_engine.models.ids import ComponentKey

_LEAST_TO_DISTRIBUTE = 3


class Side(StrEnum):
    """What components are aligned by."""

    LEFT = "left"
    CENTER = "center"
    """Their middles lie on one vertical line."""
    RIGHT = "right"
    TOP = "top"
    MIDDLE = "middle"
    """Their middles lie on one horizontal line."""
    BOTTOM = "bottom"


class Axis(StrEnum):
    """Along which gaps are made equal."""

    HORIZONTAL = "horizontal"
    VERTICAL = "vertical"


Rects = Mapping[ComponentKey, Rect]


def aligned(rects: Rects, side: Side) -> dict[ComponentKey, Point]:
    """New corners; only of those that move."""
    whole = united(rects.values())
    if whole is None or len(rects) == 1:
        return {}
    return _moved(rects, {key: _aligned(rect, whole, side) for key, rect in rects.items()})


def distributed(rects: Rects, axis: Axis) -> dict[ComponentKey, Point]:
    """New corners with equal gaps between the outermost two, which stay; only of those that move."""
    if len(rects) < _LEAST_TO_DISTRIBUTE:
        return {}
    is_across = axis is Axis.HORIZONTAL
    keys = sorted(rects, key=lambda key: _span(rects[key], is_across=is_across))
    first, last = rects[keys[0]], rects[keys[-1]]
    lengths = {key: rects[key].width if is_across else rects[key].height for key in keys}
    start = first.x if is_across else first.y
    end = last.right if is_across else last.bottom
    gap = (end - start - sum(lengths.values())) / (len(keys) - 1)
    places: dict[ComponentKey, Point] = {}
    for key in keys:
        rect, at = rects[key], float(round(start))
        places[key] = Point(at, rect.y) if is_across else Point(rect.x, at)
        start += lengths[key] + gap
    places.pop(keys[-1])
    return _moved(rects, places)


def _aligned(rect: Rect, whole: Rect, side: Side) -> Point:
    match side:
        case Side.LEFT:
            return Point(whole.x, rect.y)
        case Side.CENTER:
            return Point(round(whole.x + (whole.width - rect.width) / 2), rect.y)
        case Side.RIGHT:
            return Point(whole.right - rect.width, rect.y)
        case Side.TOP:
            return Point(rect.x, whole.y)
        case Side.MIDDLE:
            return Point(rect.x, round(whole.y + (whole.height - rect.height) / 2))
        case Side.BOTTOM:
            return Point(rect.x, whole.bottom - rect.height)


def _span(rect: Rect, *, is_across: bool) -> tuple[float, float]:
    return (rect.x, rect.right) if is_across else (rect.y, rect.bottom)


def _moved(rects: Rects, places: Mapping[ComponentKey, Point]) -> dict[ComponentKey, Point]:
    return {key: place for key, place in places.items() if place != rects[key][:2]}
