"""The layout side file: one JSON array per line, sorted, the last line of a key wins, so that git merges it cleanly."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from math import isfinite
from pathlib import Path
from typing import TypeVar

import orjson

from editor.document.layout import Frame, Layout, Note, Place
from node_engine.models.ids import ComponentKey
from node_engine.models.json import JsonObject, JsonValue

LAYOUT_SUFFIX = ".layout.jsonl"
_FLOW_SUFFIXES = (".flow.json", ".json")
_FURTHEST = 1e7
"""Canvas units; what lies further out is a mistake or an attack on the painter."""
_MARKERS = ("<<<<<<<", "=======", ">>>>>>>", "|||||||")
_SHOWN_WARNINGS = 5
_Kind = TypeVar("_Kind", Frame, Note)


def layout_path(flow_path: Path) -> Path:
    """The side file of a flow file: `my.flow.json` has `my.layout.jsonl`, `other.json` has `other.layout.jsonl`."""
    name = flow_path.name
    for suffix in _FLOW_SUFFIXES:
        if name.endswith(suffix) and name != suffix:
            return flow_path.with_name(name.removesuffix(suffix) + LAYOUT_SUFFIX)
    return flow_path.with_name(name + LAYOUT_SUFFIX)


def read_layout(text: str) -> tuple[Layout, list[str]]:
    """The layout of a side file, and what was passed over in it, in words. Nothing in it can be an error."""
    layout = Layout()
    warnings: list[str] = []
    others: list[str] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        if line.startswith(_MARKERS):
            warnings.append(f"Layout, line {number}: left over from a merge; both sides were read, the last one wins.")
            continue
        problem = _read_line(line, layout, others)
        if problem is not None:
            warnings.append(f"Layout, line {number}: {problem}. The line was passed over.")
    layout.other_lines = tuple(others)
    if len(warnings) > _SHOWN_WARNINGS:
        more = len(warnings) - _SHOWN_WARNINGS
        warnings[_SHOWN_WARNINGS:] = [f"Layout: {more} more lines could not be read."]
    return layout, warnings


def write_layout(layout: Layout, keys: Iterable[ComponentKey]) -> str:
    """The text of the side file for the components with these keys; empty when there is nothing to keep."""
    lines = [_line("component", key, _short(layout.places[key])) for key in keys if key in layout.places]
    lines += [_line("frame", key, _short(frame)) for key, frame in layout.frames.items()]
    lines += [_line("note", key, _short(note)) for key, note in layout.notes.items()]
    lines += layout.other_lines
    return "".join(f"{line}\n" for line in sorted(lines))


def read_place(form: JsonValue) -> Place | None:
    """A place from `{"x": …, "y": …}`, or None."""
    if not isinstance(form, dict):
        return None
    x, y = _number(form, "x"), _number(form, "y")
    return None if x is None or y is None else Place(x, y, _color(form))


def _read_line(line: str, layout: Layout, others: list[str]) -> str | None:
    try:
        value = orjson.loads(line)
    except orjson.JSONDecodeError:
        return "this is not JSON"
    match value:
        case ["component", str(key), dict(form)]:
            return _keep(layout.places, ComponentKey(key), read_place(form))
        case ["frame", str(key), dict(form)]:
            return _keep(layout.frames, key, _read_area(form, _frame_of))
        case ["note", str(key), dict(form)]:
            return _keep(layout.notes, key, _read_area(form, _note_of))
        case ["component" | "frame" | "note", *_]:
            return 'this is not ["kind", "key", {…}]'
        case [str(), *_] | dict():
            others.append(line)
            return None
        case _:
            return 'this is not ["kind", "key", {…}]'


_KeyType = TypeVar("_KeyType")
_ValueType = TypeVar("_ValueType")


def _keep(values: dict[_KeyType, _ValueType], key: _KeyType, value: _ValueType | None) -> str | None:
    if value is None:
        return '"x" and "y" must be numbers'
    values[key] = value
    return None


def _read_area(form: JsonObject, make: Callable[[JsonObject, float, float], _Kind]) -> _Kind | None:
    x, y = _number(form, "x"), _number(form, "y")
    return None if x is None or y is None else make(form, x, y)


def _frame_of(form: JsonObject, x: float, y: float) -> Frame:
    width, height = _number(form, "width") or 400.0, _number(form, "height") or 300.0
    return Frame(x, y, abs(width), abs(height), _string(form, "title"), _color(form))


def _note_of(form: JsonObject, x: float, y: float) -> Note:
    width, height = _number(form, "width") or 240.0, _number(form, "height") or 80.0
    return Note(x, y, abs(width), abs(height), _string(form, "text"), _color(form))


def _number(form: JsonObject, name: str) -> float | None:
    value = form.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value) or abs(value) > _FURTHEST:
        return None
    return float(value)


def _string(form: JsonObject, name: str) -> str:
    value = form.get(name)
    return value if isinstance(value, str) else ""


def _color(form: JsonObject) -> str | None:
    """ "#rrggbb" or nothing: a colour from a file is handed to the painter."""
    value = form.get("color")
    is_color = isinstance(value, str) and len(value) == 7 and value[0] == "#" and value[1:].isalnum() and _is_hex(value)
    return value if is_color and isinstance(value, str) else None


def _is_hex(value: str) -> bool:
    try:
        int(value[1:], 16)
    except ValueError:
        return False
    return True


def _short(item: Place | Frame | Note) -> Mapping[str, JsonValue]:
    return {name: _whole(value) for name, value in asdict(item).items() if value not in (None, "")}


def _whole(value: JsonValue) -> JsonValue:
    if isinstance(value, float):
        return int(value) if value.is_integer() else round(value, 2)
    return value


def _line(kind: str, key: str, form: Mapping[str, JsonValue]) -> str:
    return orjson.dumps([kind, key, form]).decode()
