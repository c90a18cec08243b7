"""Messages of breakpoints that log: `score={score:.2f} visit={visit}` filled in from the context."""

from __future__ import annotations

import re
from collections.abc import Iterator

from node_engine.engine.expressions import evaluate
from node_engine.engine.failure import clean
from node_engine.engine.masking import mask_text
from node_engine.errors import ExpressionError
from node_engine.models.json import JsonObject, JsonValue
from node_engine.models.parse import dump_json

_FORMAT = re.compile(r"[<>=^]?[-+ ]?#?0?\d{0,2}[,_]?(\.\d{1,2})?[bdeEfFgGnosxX%]?")
_QUOTES = "'\""
_OPENING, _CLOSING = "([{", ")]}"


def fill_in(message: str, context: JsonObject, names: JsonObject) -> tuple[str, str | None]:
    """The text with every {expression} as its value, and the first thing that went wrong, if any.

    What cannot be worked out stays as it was written. `{{` and `}}` are braces.
    """
    text, problem = "", None
    for part, is_expression in _parts(message):
        if not is_expression:
            text += part
            continue
        expression, pattern = _split(part)
        try:
            text += _shown(evaluate(expression, context, **names), pattern)
        except ExpressionError as error:
            problem = problem or str(error)
            text += f"{{{part}}}"
        except (ValueError, TypeError):
            problem = problem or f'"{pattern}" is no format for the value of {expression.strip()}; try .2f or >10'
            text += f"{{{part}}}"
    return mask_text(clean(text)), problem


def _parts(message: str) -> Iterator[tuple[str, bool]]:
    """Plain texts, and expressions without their braces."""
    place, plain = 0, ""
    while place < len(message):
        letter = message[place]
        if message[place : place + 2] in ("{{", "}}"):
            plain += letter
            place += 2
            continue
        end = _end_of(message, place + 1) if letter == "{" else None
        if end is None:
            plain += letter
            place += 1
            continue
        yield plain, False
        yield message[place + 1 : end], True
        place, plain = end + 1, ""
    yield plain, False


def _end_of(text: str, start: int) -> int | None:
    """Where the expression that starts there ends: the "}" outside of brackets and quotes."""
    return next((place for place, letter in _outside(text, start) if letter == "}"), None)


def _split(part: str) -> tuple[str, str]:
    """Expression and format: the first ":" outside of brackets and quotes parts them."""
    colon = next((place for place, letter in _outside(part, 0) if letter == ":"), None)
    return (part, "") if colon is None else (part[:colon], part[colon + 1 :])


def _outside(text: str, start: int) -> Iterator[tuple[int, str]]:
    """The characters outside of brackets and quotes; a closing bracket without its opening one is outside."""
    depth, quote = 0, ""
    for place in range(start, len(text)):
        letter = text[place]
        if quote:
            quote = "" if letter == quote and text[place - 1] != "\\" else quote
        elif letter in _QUOTES:
            quote = letter
        elif letter in _OPENING:
            depth += 1
        elif letter in _CLOSING and depth:
            depth -= 1
        elif not depth:
            yield place, letter


def _shown(value: JsonValue, pattern: str) -> str:
    if pattern:
        if _FORMAT.fullmatch(pattern) is None:
            raise ValueError(pattern)
        return format(value, pattern)
    return value if isinstance(value, str) else dump_json(value).decode()
