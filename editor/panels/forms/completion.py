"""What can be typed next in an expression or a template: names and members of a known context, with their values."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from editor.panels.value_text import short_value
from node_engine.analysis.templates import MISSING, find_value, parse_path
from node_engine.models.json import JsonObject, JsonValue

MOST = 200
_VALUE_LENGTH = 48
_WORD = re.compile(r"((?:[A-Za-z_]\w*(?:\[-?\d+\])*\.)*)([A-Za-z_]\w*)?$")
_IN_STRING = re.compile(r"""(?:[^"']|"[^"]*"|'[^']*')*["'][^"']*$""")
_OPEN_TEMPLATE = re.compile(r"\{\{([^{}]*)$")
_NAME = re.compile(r"[A-Za-z_]\w*")


@dataclass(frozen=True, slots=True)
class Completion:
    """One offer: the name and what is known of it."""

    name: str
    detail: str


@dataclass(frozen=True, slots=True)
class Offers:
    """What is offered in the place of the last `length` characters before the cursor."""

    length: int
    items: Sequence[Completion]


NOTHING = Offers(0, ())


def offers_in_expression(before: str, context: JsonObject, names: Mapping[str, str]) -> Offers:
    """Complete an expression whose text before the cursor is `before`; `names` are further names with their meaning."""
    if _IN_STRING.fullmatch(before):
        return NOTHING
    match = _WORD.search(before)
    if match is None or before[: match.start()].endswith(("]", ")", ".")) or before[: match.start()][-1:].isalnum():
        return NOTHING
    path, typed = match[1].rstrip("."), match[2] or ""
    if path:
        return _fitting(typed, _members(_under(context, path.removeprefix("ctx").lstrip("."))))
    known = [*_members(context), *(Completion(name, meaning) for name, meaning in names.items() if name not in context)]
    return _fitting(typed, known)


def offers_in_template(before: str, context: JsonObject) -> Offers:
    """Complete the path of an open `{{` before the cursor."""
    match = _OPEN_TEMPLATE.search(before)
    if match is None:
        return NOTHING
    path, _, typed = match[1].lstrip().rpartition(".")
    value = _under(context, path) if path else context
    return _fitting(typed, _members(value))


def _under(context: JsonObject, path: str) -> JsonValue:
    if not path:
        return context
    parsed = parse_path(path)
    found = MISSING if parsed is None else find_value(context, parsed)
    return found if isinstance(found, dict) else None


def _members(value: JsonValue) -> Iterable[Completion]:
    if not isinstance(value, dict):
        return ()
    return (Completion(name, short_value(item, _VALUE_LENGTH)) for name, item in value.items() if _NAME.fullmatch(name))


def _fitting(typed: str, known: Iterable[Completion]) -> Offers:
    wanted = typed.lower()
    starting: list[Completion] = []
    holding: list[Completion] = []
    for one in known:
        place = one.name.lower().find(wanted)
        if place == 0:
            starting.append(one)
        elif place > 0:
            holding.append(one)
    starting.sort(key=lambda one: one.name != typed)
    items = [*starting, *holding][:MOST]
    is_done = len(items) == 1 and items[0].name == typed
    return NOTHING if is_done else Offers(len(typed), items)
