"""Between the values of a config and what a person types: templates, numbers, JSON."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

import orjson

from node_engine.models.json import JsonValue

_TEMPLATE = re.compile(r"\{\{.*?\}\}", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Read:
    """What was made of typed text: a value, or the reason why there is none."""

    value: JsonValue = None
    error: str = ""


def is_template(value: JsonValue) -> bool:
    """True for a text that holds {{…}}."""
    return isinstance(value, str) and _TEMPLATE.search(value) is not None


def as_text(value: JsonValue) -> str:
    """A value as the text of a field: a text as it is, everything else as JSON."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    return to_json(value)


def number_text(value: JsonValue) -> str:
    """A number as people write it: 60 instead of 60.0."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return as_text(value)


def to_json(value: JsonValue, *, is_indented: bool = False) -> str:
    """A value as JSON, on one line or with two spaces of indentation."""
    option = orjson.OPT_INDENT_2 if is_indented else 0
    return orjson.dumps(value, option=option).decode()


def short_json(value: JsonValue, length: int) -> str:
    """The first `length` characters of a value as JSON on one line; for values that are not large."""
    return to_json(value)[:length]


def read_json(text: str) -> Read:
    """Read JSON; the error says the place and what was expected."""
    if not text.strip():
        return Read(error='Type a JSON value, for example 1, true, "text", [1, 2] or {"a": 1}.')
    try:
        return Read(orjson.loads(text))
    except orjson.JSONDecodeError as error:
        return Read(error=f"Line {error.lineno}, column {error.colno}: {_plain(error.msg)}.")


def read_loosely(text: str) -> Read:
    """Read what looks like JSON as JSON and all else as text: `12` is a number, `hello` a text."""
    stripped = text.strip()
    if (
        stripped
        and (stripped[0] in '{["-0123456789' or stripped in ("true", "false", "null"))
        and not is_template(text)
    ):
        found = read_json(stripped)
        if not found.error:
            return found
    return Read(text)


def loose_text(value: JsonValue, *, texts_only: bool = False) -> str:
    """The text that `read_loosely` reads back as `value`."""
    if isinstance(value, str) and (texts_only or read_loosely(value).value == value):
        return value
    return to_json(value)


def read_number(text: str, *, is_whole: bool) -> Read:
    """Read a number as people type it; a comma is taken for a decimal point."""
    cleaned = text.strip().replace(" ", "").replace(",", ".")
    try:
        number = float(cleaned)
    except ValueError:
        return Read(error="Type a number.")
    if not math.isfinite(number):
        return Read(error="Type a finite number.")
    if is_whole and not number.is_integer():
        return Read(error="Type a whole number.")
    if number.is_integer() and (is_whole or not set(cleaned.lower()) & {".", "e"}) and abs(number) < 2**63:
        return Read(int(number))
    return Read(number)


def _plain(message: str) -> str:
    return message.split(": line", 1)[0].rstrip(".")
