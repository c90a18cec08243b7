"""Exact changes between two JSON values as JSON Patch (RFC 6902), against a private mirror that shares structure.

A mirror value is never changed in place and never shares a list or object with what a component holds. So a shallow
copy of a mirror is a snapshot for ever, and a step costs what it changed.
"""

from __future__ import annotations

from math import isfinite

from node_engine.engine.patch import PatchError, apply
from node_engine.engine.sameness import CHUNK, is_same, is_surely_same, same_items, same_tail
from node_engine.errors import NotJsonError
from node_engine.models.json import JsonObject, JsonValue
from node_engine.models.limits import DEFAULT_LIMITS

__all__ = [
    "SMALL",
    "Capture",
    "PatchError",
    "apply",
    "capture",
    "check_name",
    "escaped",
    "is_same",
    "size_of",
    "small_size",
]

_MISSING = object()
SMALL = frozenset((int, bool, type(None)))
"""Classes of values that are JSON as they are and take next to no room."""
_MANY_MEMBERS = 8
"""From so many on, an object is first compared as a whole."""
_FEW_OPERATIONS = 32
"""A list may take this many operations, or one per two items; beyond, one operation replaces it."""


class Capture:
    """One comparison of what was with what is. Collects the operations and how much the values grew.

    Sizes are those of compact JSON, escapes not counted.
    """

    __slots__ = ("changes", "depth", "grown_bytes", "is_normalised", "max_depth", "written_bytes")

    def __init__(self, changes: list[JsonObject], max_depth: int = DEFAULT_LIMITS.json_depth) -> None:
        self.changes = changes
        self.grown_bytes = 0
        self.is_normalised = False
        """True when something of another type (a tuple, a subclass) was stored as its JSON twin."""
        self.written_bytes = 0
        """Size of the values in the operations."""
        self.depth = 0
        self.max_depth = max_depth

    def added(self, new: object, path: str) -> JsonValue:
        """The private copy of a value that was not there before."""
        value = self._private(new, path)
        self.changes.append({"op": "add", "path": path, "value": value})
        return value

    def removed(self, old: JsonValue, path: str) -> None:
        """Note that a value went away."""
        self.grown_bytes -= size_of(old)
        self.changes.append({"op": "remove", "path": path})

    def compared(self, old: JsonValue, new: object, path: str) -> JsonValue:
        """The private value for `new`, which is `old` itself when nothing changed."""
        if new is old:
            return old
        kind = new.__class__
        if kind is old.__class__:
            if kind is dict:
                return self._compared_objects(old, new, path)  # type: ignore[arg-type]  # both are dicts
            if kind is list:
                return self._compared_lists(old, new, path)  # type: ignore[arg-type]  # both are lists
            if old == new:
                return old
        elif isinstance(new, dict) and old.__class__ is dict:
            self.is_normalised = True
            return self._compared_objects(old, dict(dict.items(new)), path)
        return self._replaced(old, new, path)

    def _replaced(self, old: JsonValue, new: object, path: str) -> JsonValue:
        value = self._private(new, path)
        self.grown_bytes -= size_of(old)
        self.changes.append({"op": "replace", "path": path, "value": value})
        return value

    def _compared_objects(self, old: dict[str, JsonValue], new: dict[str, object], path: str) -> JsonValue:
        if len(old) == len(new) >= _MANY_MEMBERS and is_surely_same(old, new):
            return old
        result: dict[str, JsonValue] | None = None
        self.depth += 1
        left = len(old)
        for name, item in new.items():
            before = old.get(name, _MISSING)
            if before is _MISSING:
                after = self._added_member(item, name, path, is_first=not (old or result))
            else:
                left -= 1
                if item is before:
                    continue
                after = self.compared(before, item, f"{path}/{escaped(name)}")  # type: ignore[arg-type]  # found
                if after is before:
                    continue
            if result is None:
                result = dict(old)
            result[name] = after
        if left:
            result = self._without_missing(old, new, result, path)
        self.depth -= 1
        return old if result is None else result

    def _added_member(self, item: object, name: str, path: str, *, is_first: bool) -> JsonValue:
        try:
            self.grown_bytes += _name_size(name) + (not is_first)
        except _UnfitError as error:
            raise NotJsonError(path, error.reason) from None
        return self.added(item, f"{path}/{escaped(name)}")

    def _without_missing(
        self, old: dict[str, JsonValue], new: dict[str, object], result: dict[str, JsonValue] | None, path: str
    ) -> dict[str, JsonValue]:
        kept = dict(old) if result is None else result
        for name in [name for name in old if name not in new]:
            del kept[name]
            self.grown_bytes -= _name_size(name) + bool(kept)
            self.removed(old[name], f"{path}/{escaped(name)}")
        return kept

    def _compared_lists(self, old: list[JsonValue], new: list[object], path: str) -> JsonValue:
        head = same_items(old, new)
        old_count, new_count = len(old), len(new)
        if head == old_count == new_count:
            return old
        tail = same_tail(old, new, min(old_count, new_count) - head)
        paired = min(old_count, new_count) - head - tail
        if old_count - head - tail - paired > new_count:
            return self._replaced(old, new, path)
        first = len(self.changes)
        result = old[:head]
        self.depth += 1
        for start in range(head, head + paired, CHUNK):
            end = min(start + CHUNK, head + paired)
            if is_surely_same(old[start:end], new[start:end]):
                result.extend(old[start:end])
            else:
                result.extend(self.compared(old[index], new[index], f"{path}/{index}") for index in range(start, end))
        for index in range(head + paired, new_count - tail):
            result.append(self.added(new[index], f"{path}/{index}"))
        for value in old[head + paired : old_count - tail]:
            self.removed(value, f"{path}/{head + paired}")
        self.depth -= 1
        result.extend(old[old_count - tail :])
        self.grown_bytes += max(new_count - 1, 0) - max(old_count - 1, 0)
        if len(self.changes) - first > max(_FEW_OPERATIONS, new_count // 2):
            self.changes[first:] = [{"op": "replace", "path": path, "value": result}]
            self.written_bytes += size_of(result)
        return result

    def _private(self, new: object, path: str) -> JsonValue:
        before = self.grown_bytes
        try:
            value = self._frozen(new)
        except _UnfitError as error:
            raise NotJsonError(path + "".join(f"/{part}" for part in error.parts[::-1])[:400], error.reason) from None
        self.written_bytes += self.grown_bytes - before
        return value

    def _frozen(self, value: object) -> JsonValue:
        """A private copy of any value, checked to be JSON; its size is added to `grown_bytes`."""
        kind = value.__class__
        if kind is str:
            self.grown_bytes += _text_size(value)  # type: ignore[arg-type]  # a str
        elif kind is dict:
            return self._frozen_object(value)  # type: ignore[arg-type]  # a dict
        elif kind is list:
            return self._frozen_list(value)  # type: ignore[arg-type]  # a list
        elif kind is int:
            self.grown_bytes += _int_size(value)  # type: ignore[arg-type]  # an int
        elif kind is float:
            self.grown_bytes += _float_size(value)  # type: ignore[arg-type]  # a float
        elif value is None or value is True:
            self.grown_bytes += 4
        elif value is False:
            self.grown_bytes += 5
        else:
            self.is_normalised = True
            return self._frozen(_plain(value))
        return value  # type: ignore[return-value]  # one of the scalars above

    def _frozen_object(self, value: dict[str, object]) -> JsonValue:
        self._go_deeper()
        size = 1 + max(len(value), 1)
        result: dict[str, JsonValue] = {}
        for name, item in value.items():
            size += _name_size(name)
            try:
                result[name] = self._frozen(item)
            except _UnfitError as error:
                error.parts.append(escaped(name))
                raise
        self.grown_bytes += size
        self.depth -= 1
        return result

    def _frozen_list(self, value: list[object]) -> JsonValue:
        self._go_deeper()
        self.grown_bytes += 1 + max(len(value), 1)
        result: list[JsonValue] = []
        for item in value:
            try:
                result.append(self._frozen(item))
            except _UnfitError as error:
                error.parts.append(str(len(result)))
                raise
        self.depth -= 1
        return result

    def _go_deeper(self) -> None:
        self.depth += 1
        if self.depth > self.max_depth:
            raise _UnfitError(f"it is nested deeper than {self.max_depth} levels, or holds itself")


class _UnfitError(Exception):
    """A value that is not JSON; `parts` of its path are added on the way out."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.parts: list[str] = []


def capture(old: JsonValue, new: object, path: str, changes: list[JsonObject]) -> JsonValue:
    """Compare `old`, a mirror value, with `new`; append what changed to `changes`; return the new mirror value.

    The result shares what did not change with `old` and never a list or object with `new`. Raises NotJsonError, with
    the JSON Pointer of the place, for NaN, Infinity, keys that are not text, lone surrogates, objects of other types
    and values nested too deeply. Tuples are lists.
    """
    return Capture(changes).compared(old, new, path)


def check_name(name: object) -> None:
    """Raise NotJsonError unless `name` can be a key of the context."""
    try:
        _name_size(name)  # type: ignore[arg-type]  # that is the question
    except _UnfitError as error:
        raise NotJsonError("", error.reason) from None


def size_of(value: JsonValue) -> int:
    """The length of a private value as compact JSON, escapes not counted."""
    measure = Capture([], max_depth=10_000)
    measure._frozen(value)
    return measure.grown_bytes


def escaped(name: str) -> str:
    """A name as part of a JSON Pointer (RFC 6901)."""
    return name.replace("~", "~0").replace("/", "~1") if "~" in name or "/" in name else name


def _plain(value: object) -> object:
    """The JSON twin of a subclass of a JSON type, or of a tuple."""
    if isinstance(value, str):
        return "".join((value,))
    if isinstance(value, dict):
        return dict(dict.items(value))
    if isinstance(value, list | tuple):
        return [*value]
    if isinstance(value, int):
        return int.__add__(value, 0)
    if isinstance(value, float):
        return float.__add__(value, 0.0)
    raise _UnfitError(f"it is of the Python type {value.__class__.__name__}; use text, numbers, lists and objects")


def _text_size(text: str) -> int:
    if text.isascii():
        return len(text) + 2
    try:
        return len(text.encode()) + 2
    except UnicodeEncodeError:
        raise _UnfitError("the text holds half of a character (a lone surrogate)") from None


def _name_size(name: str) -> int:
    """A member's name with quotes and colon."""
    if name.__class__ is not str:
        raise _UnfitError(f"the key {name!r:.60} is a {name.__class__.__name__}; keys must be text")
    return _text_size(name) + 1


def small_size(value: int | bool | None) -> int:
    """The size of a value of one of the classes in SMALL."""
    if value.__class__ is int:
        return _int_size(value)
    return 5 if value is False else 4


def _int_size(value: int) -> int:
    if -1_000_000_000 < value < 1_000_000_000:
        return len(str(value))
    return int(abs(value).bit_length() * 0.30103) + 1 + (value < 0)


def _float_size(value: float) -> int:
    if not isfinite(value):
        raise _UnfitError(f"{value} is not a JSON number")
    return len(repr(value))
