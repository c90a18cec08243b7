"""What a step's config becomes: templates filled in from the context; and reading and writing context paths."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from difflib import get_close_matches
from itertools import pairwise

from node_engine.analysis.templates import MISSING, TEMPLATE, ContextPath, find_value, parse_path, typed_path
from node_engine.errors import ComponentError, LimitError
from node_engine.models.json import JsonObject, JsonValue
from node_engine.models.limits import DEFAULT_LIMITS, Limits

Unresolved = Callable[[str, str], None]
"""Told the field and the template path of everything that was left as written."""


def resolve(
    config: JsonObject,
    context: JsonObject,
    unresolved: Unresolved | None = None,
    limits: Limits = DEFAULT_LIMITS,
    nested: Collection[str] = (),
    verbatim: Collection[str] = (),
) -> JsonObject:
    """A copy of the config with templates filled in by the rules of WIRE.md §6.

    Inserted values are copies and are not looked at again, so text that holds `{{…}}` stays text. Raises LimitError
    when the texts that templates make grow beyond `limits.template_bytes`. Fields in `nested` that hold a flow are
    copied as they are: their templates are for the steps inside. So are those in `verbatim`: they hold source text.
    """
    resolver = _Resolver(context, unresolved, limits.template_bytes)
    return {
        name: copied(value) if is_kept(name, value, nested, verbatim) else resolver.value(value, name)
        for name, value in config.items()
    }


def is_kept(name: str, value: JsonValue, nested: Collection[str], verbatim: Collection[str]) -> bool:
    """True for a field whose templates, or what looks like them, are not filled in by the step."""
    return name in verbatim or (name in nested and is_written_flow(value))


def is_written_flow(value: JsonValue) -> bool:
    """True for a flow itself, False for a template that stands for one."""
    return isinstance(value, list) or (isinstance(value, dict) and typed_path(value) is None)


def look_up(context: JsonObject, path: str, default: JsonValue = None) -> JsonValue:
    """The value at a path like "a.b[0]", or `default` when nothing is there."""
    parts = parse_path(path)
    value = MISSING if parts is None else find_value(context, parts)
    return default if value is MISSING else value  # type: ignore[return-value]  # mypy cannot narrow by MISSING


def put(context: JsonObject, path: str, value: JsonValue) -> None:
    """Write a value at a path. Missing objects on the way are made; an index one past the end appends.

    Raises ComponentError when the way is blocked by a value of another kind.
    """
    parts = _checked(path)
    place: JsonValue = context
    for part, following in pairwise(parts):
        inner = find_value(place, (part,))
        if inner is MISSING or inner is None:
            inner = [] if isinstance(following, int) else {}
            _set(place, part, inner, path)
        place = inner  # type: ignore[assignment]  # mypy cannot narrow by MISSING
    _set(place, parts[-1], value, path)


def remove(context: JsonObject, path: str) -> bool:
    """Remove what is at a path; False when nothing was there."""
    *way, last = _checked(path)
    place = find_value(context, tuple(way))
    if find_value(place, (last,)) is MISSING:  # type: ignore[arg-type]  # MISSING holds nothing
        return False
    del place[last]  # type: ignore[union-attr, arg-type]  # find_value has just found it there
    return True


def nearest_key(context: JsonObject, path: str) -> str | None:
    """The context key that was probably meant by a path that leads nowhere."""
    name = path.strip().split(".")[0].split("[")[0].strip()
    close = get_close_matches(name, [key for key in dict.keys(context) if isinstance(key, str)], n=1)
    return close[0] if close else None


def _checked(path: str) -> ContextPath:
    parts = parse_path(path)
    if parts is None:
        raise ComponentError(f'"{path}" is no path in the context. Write it like order.items[0].name.')
    return parts


def _set(place: JsonValue, part: str | int, value: JsonValue, path: str) -> None:
    if isinstance(part, str) and isinstance(place, dict):
        place[part] = value
    elif isinstance(part, int) and isinstance(place, list) and -len(place) <= part <= len(place):
        place[part:] = [value] if part == len(place) else [value, *place[part:][1:]]
    else:
        kind = "an object" if isinstance(part, str) else "a list that is long enough"
        raise ComponentError(f'"{path}" cannot be written: there is no {kind} to hold "{part}".')


class _Resolver:
    """One walk over a config. `budget` counts down the bytes that templates may still make."""

    def __init__(self, context: JsonObject, unresolved: Unresolved | None, budget: int) -> None:
        self._context = context
        self._unresolved = unresolved
        self._limit = self._budget = budget

    def members(self, value: JsonObject, field: str) -> JsonObject:
        return {name: self.value(item, f"{field}.{name}" if field else name) for name, item in value.items()}

    def value(self, value: JsonValue, field: str) -> JsonValue:
        if isinstance(value, str):
            return self._text(value, field) if "{{" in value else value
        if isinstance(value, list):
            return [self.value(item, f"{field}[{index}]") for index, item in enumerate(value)]
        if isinstance(value, dict):
            path = typed_path(value)
            return self.members(value, field) if path is None else self._found(path, value, field)
        return value

    def _text(self, text: str, field: str) -> JsonValue:
        whole = TEMPLATE.fullmatch(text)
        if whole is not None:
            found = self._found(whole[1], text, field)
            return found if isinstance(found, dict | list) else self._spent(str(found))
        return TEMPLATE.sub(lambda match: self._inserted(match[1], match[0], field), text)

    def _inserted(self, path: str, written: str, field: str) -> str:
        found = self._found(path, written, field)
        return self._spent(json.dumps(found, ensure_ascii=False) if isinstance(found, dict | list) else str(found))

    def _found(self, path: str, written: JsonValue, field: str) -> JsonValue:
        parts = parse_path(path)
        value = MISSING if parts is None else find_value(self._context, parts)
        if value is MISSING:
            if self._unresolved is not None:
                self._unresolved(field, path)
            return written
        return copied(value)  # type: ignore[arg-type]  # mypy cannot narrow by MISSING

    def _spent(self, text: str) -> str:
        self._budget -= len(text)
        if self._budget < 0:
            raise LimitError(
                f"The templates of this config make more than {self._limit:,} bytes. Insert a smaller value.",
                limit=self._limit,
            )
        return text


def copied(value: JsonValue) -> JsonValue:
    """A copy that shares no list or object with the value."""
    if isinstance(value, dict):
        return {name: copied(item) for name, item in dict.items(value)}
    return [copied(item) for item in value] if isinstance(value, list) else value
