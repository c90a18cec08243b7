"""JSON text that keeps how a file spells its numbers, and the one form in which we write."""

from __future__ import annotations

import json
import math
import re
from typing import NoReturn

import orjson

from node_engine.models.json import JsonObject, JsonValue
from node_engine.models.parse import JsonTextError

Spelling = dict[str | int, "Spelling | tuple[int | float, str]"]
"""Numbers that the file spells otherwise than we would ("1e3", "1.50"), at their place in a value."""

_INDENT = "  "
_HALF_PAIR = re.compile("[\ud800-\udfff]")


class _SpelledInt(int):
    """A whole number that the text spells otherwise than we would."""

    text: str


class _SpelledFloat(float):
    """A number that the text spells otherwise than we would."""

    text: str


class SpellingReader:
    """Reads JSON values out of a text one after the other, and notes unusual spellings of numbers."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._met = False
        self._decoder = json.JSONDecoder(
            parse_int=self._read_int, parse_float=self._read_float, parse_constant=_refuse_constant
        )

    def read(self, start: int) -> tuple[JsonValue, Spelling, int]:
        """The value that starts there, its unusual spellings, and where it ends."""
        self._met = False
        value, end = self._decoder.raw_decode(self._text, start)
        if not self._met:
            return value, {}, end
        holder: list[JsonValue] = [value]
        spelling = _take_spelling(holder)
        inner = spelling.get(0, {})
        return holder[0], inner if isinstance(inner, dict) else {}, end

    def _read_int(self, text: str) -> int:
        number = int(text)
        if text != "-0":
            return number
        self._met = True
        spelled = _SpelledInt(number)
        spelled.text = text
        return spelled

    def _read_float(self, text: str) -> float:
        number = float(text)
        if math.isinf(number):
            raise JsonTextError("a number is too large")
        if number_text(number) == text:
            return number
        self._met = True
        spelled = _SpelledFloat(number)
        spelled.text = text
        return spelled


def number_text(number: float) -> str:
    """How we write a number."""
    try:
        return orjson.dumps(number).decode()
    except orjson.JSONEncodeError:
        return str(number)


def same_json(one: JsonValue, other: JsonValue) -> bool:
    """Equality as JSON has it: 1, 1.0 and true are three values; the order of keys does not matter."""
    if type(one) is not type(other):
        return False
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same_json(value, other[name]) for name, value in one.items())
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(same_json(*pair) for pair in zip(one, other, strict=True))
    return one == other


def carried_spelling(spelling: Spelling, old: JsonValue, new: JsonValue) -> Spelling:
    """The spellings that still hold after `old` became `new`; list items are followed from both ends."""
    carried: Spelling = {}
    for place, spelled in spelling.items():
        target = _moved_place(place, old, new)
        if target is None:
            continue
        value = new[target]  # type: ignore[index]  # _moved_place answers with a place in `new`
        if isinstance(spelled, tuple):
            if same_json(value, spelled[0]):
                carried[target] = spelled
        elif inner := carried_spelling(spelled, old[place], value):  # type: ignore[index]  # spelled there
            carried[target] = inner
    return carried


def write_json(value: JsonValue, spelling: Spelling, level: int) -> str:
    """JSON text with two spaces a level, the first line unindented, non-ASCII unescaped."""
    if not spelling:
        try:
            text = orjson.dumps(value, option=orjson.OPT_INDENT_2).decode()
        except orjson.JSONEncodeError:  # whole numbers beyond 64 bits
            return _write(value, {}, level)
        return text.replace("\n", "\n" + _INDENT * level) if level else text
    return _write(value, spelling, level)


def _write(value: JsonValue, spelling: Spelling, level: int) -> str:
    if isinstance(value, dict) and value:
        members = [f"{_text(name)}: {_write_at(each, spelling.get(name), level + 1)}" for name, each in value.items()]
        return _enclosed("{", members, "}", level)
    if isinstance(value, list) and value:
        items = [_write_at(each, spelling.get(place), level + 1) for place, each in enumerate(value)]
        return _enclosed("[", items, "]", level)
    if isinstance(value, dict | list):
        return "{}" if isinstance(value, dict) else "[]"
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    return number_text(value)


def _write_at(value: JsonValue, spelled: Spelling | tuple[int | float, str] | None, level: int) -> str:
    return spelled[1] if isinstance(spelled, tuple) else write_json(value, spelled or {}, level)


def _enclosed(opener: str, parts: list[str], closer: str, level: int) -> str:
    indent = "\n" + _INDENT * (level + 1)
    return opener + indent + ("," + indent).join(parts) + "\n" + _INDENT * level + closer


def _text(text: str) -> str:
    """A JSON string; half a surrogate pair cannot be saved and becomes the replacement character."""
    return json.dumps(_HALF_PAIR.sub("\ufffd", text), ensure_ascii=False)


def _moved_place(place: str | int, old: JsonValue, new: JsonValue) -> str | int | None:
    if isinstance(old, dict) and isinstance(new, dict):
        return place if place in new and place in old else None
    if not (isinstance(old, list) and isinstance(new, list) and isinstance(place, int)):
        return None
    if place >= len(old):
        return None
    if len(old) == len(new) or old[: place + 1] == new[: place + 1]:
        return place
    from_end = len(old) - place
    return len(new) - from_end if old[place:] == new[len(new) - from_end :] and from_end <= len(new) else None


def _take_spelling(container: JsonObject | list[JsonValue]) -> Spelling:
    """Make spelled numbers of a freshly read container plain, in place, and answer with their texts by place."""
    taken: Spelling = {}
    places = container.items() if isinstance(container, dict) else enumerate(container)
    for place, value in places:
        if isinstance(value, dict | list):
            if inner := _take_spelling(value):
                taken[place] = inner
        elif isinstance(value, _SpelledInt):
            taken[place] = (int(value), value.text)
        elif isinstance(value, _SpelledFloat):
            taken[place] = (float(value), value.text)
    for place, spelled in taken.items():
        if isinstance(spelled, tuple):
            container[place] = spelled[0]  # type: ignore[index]  # its own places
    return taken


def _refuse_constant(name: str) -> NoReturn:
    raise JsonTextError(f"{name} is not a JSON value")
