"""The figures that Aggregate works out from the values of a group."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from statistics import median

from node_engine.errors import ComponentError
from node_engine.models.json import JsonValue
from node_engine.models.parse import dump_json

Placed = tuple[int, JsonValue]
"""A value, after the index of the item it comes from."""
_Number = int | float


def measured(function: str, placed: Sequence[Placed], digits: int | None = None) -> JsonValue:
    """The figure of one group. Raises ComponentError for values that the function has no use for."""
    figure = MEASURES[function](placed)
    return round(figure, digits) if isinstance(figure, float) and digits is not None else figure


def _count(placed: Sequence[Placed]) -> JsonValue:
    return len(placed)


def _sum(placed: Sequence[Placed]) -> JsonValue:
    return _total(_numbers("sum", placed))


def _mean(placed: Sequence[Placed]) -> JsonValue:
    numbers = _numbers("mean", placed)
    return _total(numbers) / len(numbers) if numbers else None


def _median(placed: Sequence[Placed]) -> JsonValue:
    numbers = _numbers("median", placed)
    return median(numbers) if numbers else None


def _min(placed: Sequence[Placed]) -> JsonValue:
    return min(_comparable("min", placed), default=None)


def _max(placed: Sequence[Placed]) -> JsonValue:
    return max(_comparable("max", placed), default=None)


def _first(placed: Sequence[Placed]) -> JsonValue:
    return placed[0][1] if placed else None


def _last(placed: Sequence[Placed]) -> JsonValue:
    return placed[-1][1] if placed else None


def _list(placed: Sequence[Placed]) -> JsonValue:
    return [value for _, value in placed]


def _distinct(placed: Sequence[Placed]) -> JsonValue:
    return len({dump_json(value) for _, value in placed})


MEASURES: Mapping[str, Callable[[Sequence[Placed]], JsonValue]] = {
    "count": _count,
    "sum": _sum,
    "mean": _mean,
    "min": _min,
    "max": _max,
    "median": _median,
    "first": _first,
    "last": _last,
    "list": _list,
    "distinct": _distinct,
}
"""What there is, by the name in the config."""


def _total(numbers: Sequence[_Number]) -> _Number:
    """Whole numbers stay whole; fractions are added without losing digits on the way."""
    if all(isinstance(number, int) for number in numbers):
        return sum(numbers)
    try:
        return math.fsum(numbers)
    except OverflowError as error:
        raise ComponentError("The sum is too large to be kept as a number.") from error


def _numbers(function: str, placed: Sequence[Placed]) -> list[_Number]:
    found: list[_Number] = []
    for index, value in placed:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise ComponentError(f'Item {index + 1}: "{function}" needs a number, not {_shown(value)}.')
        found.append(value)
    return found


def _comparable(function: str, placed: Sequence[Placed]) -> list[str] | list[_Number]:
    if placed and isinstance(placed[0][1], str):
        for index, value in placed:
            if not isinstance(value, str):
                raise ComponentError(f'Item {index + 1}: "{function}" cannot compare {_shown(value)} with text.')
        return [str(value) for _, value in placed]
    return _numbers(function, placed)


def _shown(value: JsonValue) -> str:
    text = dump_json(value).decode()
    return text if len(text) <= 40 else f"{text[:37]}..."
