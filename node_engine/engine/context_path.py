"""Context paths and the changes that touch them: "order.total" against the JSON Pointers of recorded changes."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum, auto
from functools import lru_cache

from node_engine.analysis.templates import MISSING, ContextPath, Missing, find_value, parse_path
from node_engine.engine.sameness import is_same
from node_engine.models.json import JsonObject, JsonValue


class Relation(Enum):
    """How a change lies to a path."""

    NONE = auto()
    INSIDE = auto()
    """At the path or below it: the value there is another for certain."""
    AROUND = auto()
    """Above it, or earlier in the same list: the value there may be another."""


@lru_cache(maxsize=1_024)
def read_path(text: str) -> ContextPath:
    """The parts of "order.items[0]", or of a JSON Pointer such as "/order/items/0". Odd text is one key."""
    if text.startswith("/"):
        return tuple(_unescaped(part) for part in text[1:].split("/"))
    return parse_path(text) or (text,)


def value_at(context: JsonValue, path: ContextPath) -> JsonValue | Missing:
    """The value at a path, or MISSING. An item of a list may be named by text, as JSON Pointers do."""
    value = context
    for part in path:
        if isinstance(value, list) and isinstance(part, str) and part.isdigit():
            part = int(part)
        found = find_value(value, (part,))
        if found is MISSING:
            return MISSING
        value = found  # type: ignore[assignment]  # mypy cannot narrow by MISSING
    return value


def relation(pointer: str, path: ContextPath) -> Relation:
    """How a change at a JSON Pointer lies to a path."""
    parts = pointer.split("/")
    del parts[0]
    last = len(parts) - 1
    for place, (part, wanted) in enumerate(zip(parts, path)):  # noqa: B905  # the shorter one counts
        if wanted.__class__ is int and wanted < 0:
            return Relation.AROUND
        name = str(wanted)
        if part == name or ("~" in part and _unescaped(part) == name):
            continue
        shifts = place == last and part.isdigit() and name.isdigit() and int(part) < int(name)
        return Relation.AROUND if shifts else Relation.NONE
    return Relation.INSIDE if len(parts) >= len(path) else Relation.AROUND


def closest(changes: Iterable[JsonObject], path: ContextPath) -> Relation:
    """The closest relation of any of the changes."""
    found = Relation.NONE
    for change in changes:
        match relation(str(change["path"]), path):
            case Relation.INSIDE:
                return Relation.INSIDE
            case Relation.AROUND:
                found = Relation.AROUND
    return found


def differs(before: JsonValue | Missing, after: JsonValue | Missing) -> bool:
    """True when two values, each of which may be MISSING, are not the same."""
    if before is MISSING or after is MISSING:
        return before is not after
    return not is_same(before, after)


def _unescaped(part: str) -> str:
    return part.replace("~1", "/").replace("~0", "~")
