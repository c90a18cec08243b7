"""Whether two JSON values are the same, types included: 1, 1.0 and true are three values."""

from __future__ import annotations

from typing import Any

import orjson

_MISSING = object()
CHUNK = 256
"""Items compared at once by C code; a chunk that differs is looked at item by item."""
_FEW = 8
"""Below, comparing at once saves nothing."""


def is_same(one: object, other: object) -> bool:
    """Deep equality that tells 1, 1.0 and true apart."""
    if one is other:
        return True
    kind = one.__class__
    if kind is not other.__class__:
        return False
    if kind is dict:
        return _is_same_object(one, other)  # type: ignore[arg-type]  # both are dicts
    if kind is list:
        return len(one) == len(other) == same_items(one, other)  # type: ignore[arg-type]  # both are lists
    return one == other


def is_surely_same(one: Any, other: Any) -> bool:
    """True when C code alone can tell that two lists or objects are the same; False says nothing.

    Equal JSON text tells 1, 1.0 and true apart; `==` refuses what orjson writes like something else, such as NaN or a
    date. orjson goes first, since it refuses values whose `==` might do anything.
    """
    try:
        return orjson.dumps(one) == orjson.dumps(other) and one == other
    except TypeError:  # something is not JSON, or a number beyond 64 bits
        return False


def same_items(one: list[Any], other: list[Any]) -> int:
    """How many items at the start are the same."""
    most = min(len(one), len(other))
    count = 0
    end = min(CHUNK, most)
    while end - count >= _FEW and is_surely_same(one[count:end], other[count:end]):
        count, end = end, min(end + CHUNK, most)
    for item, there in zip(one[count:most], other[count:most], strict=True):
        if item is not there and not is_same(item, there):
            return count
        count += 1
    return count


def same_tail(one: list[Any], other: list[Any], most: int) -> int:
    """How many of the last `most` items are the same."""
    count = 0
    while most - count >= CHUNK and is_surely_same(_from_end(one, count), _from_end(other, count)):
        count += CHUNK
    while count < most:
        item, there = one[-1 - count], other[-1 - count]
        if item is not there and not is_same(item, there):
            break
        count += 1
    return count


def _from_end(items: list[Any], skipped: int) -> list[Any]:
    """A chunk that ends `skipped` items before the end."""
    end = len(items) - skipped
    return items[end - CHUNK : end]


def _is_same_object(one: dict[str, object], other: dict[str, object]) -> bool:
    if len(one) != len(other):
        return False
    if len(one) >= _FEW and is_surely_same(one, other):
        return True
    for name, item in one.items():
        there = other.get(name, _MISSING)
        if item is not there and not is_same(item, there):
            return False
    return True
