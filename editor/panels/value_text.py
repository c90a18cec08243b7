"""JSON values in few words: one line for a row, a bounded text for a viewer, a bounded estimate of the size."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import orjson

from node_engine.models.json import JsonValue

PREVIEW_BYTES = 64 * 1024
"""A value beyond this is shown as a preview until the person asks for more."""
_LINE = 120
_INLINE_ITEMS = 4
_INLINE_LENGTH = 40
_END = object()


def short_value(value: JsonValue, length: int = _LINE) -> str:
    """A value in a few words on one line: `"text…"`, `0.5`, `["a", "b"]`, `[312 items]`, `{2 keys}`."""
    if isinstance(value, dict):
        return _counted(len(value), "key", "{", "}")
    if isinstance(value, list):
        inline = _inline_list(value)
        return inline if inline is not None else _counted(len(value), "item", "[", "]")
    if isinstance(value, str):
        return short_text(value, length)
    return orjson.dumps(value).decode()


def told_value(value: JsonValue, length: int = _LINE) -> str:
    """A value that somebody told about the past in a few words; one that was too large to be told says so."""
    if isinstance(value, dict) and value.get("omitted") is True:
        items = value.get("items")
        return f"large value, {items:,} items" if isinstance(items, int) else "large value"
    return short_value(value, length)


def short_text(text: str, length: int = _LINE) -> str:
    """A text in quotes as JSON writes it, shortened with "…" inside the quotes."""
    shown = text if len(text) <= length else text[: length - 1] + "…"
    try:
        return orjson.dumps(shown).decode()
    except orjson.JSONEncodeError:
        return orjson.dumps(shown.encode(errors="replace").decode()).decode()


def exceeds(value: JsonValue, limit_bytes: int = PREVIEW_BYTES) -> bool:
    """True when the value as JSON is surely or probably larger; looks at a bounded part of it only."""
    room = limit_bytes
    pending: list[Iterator[JsonValue]] = [iter((value,))]
    while pending:
        one = next(pending[-1], _END)
        if one is _END:
            pending.pop()
            continue
        room -= 4
        if isinstance(one, str):
            room -= len(one)
        elif isinstance(one, dict):
            room -= sum(map(len, islice(one, limit_bytes)))
            pending.append(iter(one.values()))
        elif isinstance(one, list):
            pending.append(iter(one))
        if room < 0:
            return True
    return False


def bounded_json(value: JsonValue, limit: int = PREVIEW_BYTES) -> tuple[str, bool]:
    """The value as indented JSON of at most about `limit` characters, and whether that is all of it."""
    if isinstance(value, str):
        return value[:limit], len(value) <= limit
    if not exceeds(value, limit):
        return orjson.dumps(value, option=orjson.OPT_INDENT_2).decode(), True
    lines: list[str] = []
    used = 0
    for line in _lines(value, 0, "", limit):
        lines.append(line)
        used += len(line) + 1
        if used > limit:
            break
    return "\n".join(lines)[:limit], False


def _counted(count: int, word: str, opening: str, closing: str) -> str:
    if count == 0:
        return opening + closing
    return f"{opening}{count:,} {word}{'' if count == 1 else 's'}{closing}"


def _inline_list(items: list[JsonValue]) -> str | None:
    if not 0 < len(items) <= _INLINE_ITEMS or any(isinstance(item, list | dict) for item in items):
        return None
    shown = "[" + ", ".join(short_value(item, _INLINE_LENGTH) for item in items) + "]"
    return shown if len(shown) <= _LINE else None


def _lines(value: JsonValue, depth: int, before: str, limit: int) -> Iterator[str]:
    pad = "  " * depth
    if isinstance(value, dict) and value:
        yield f"{pad}{before}{{"
        for key, item in value.items():
            yield from _lines(item, depth + 1, f"{short_text(key, limit)}: ", limit)
        yield f"{pad}}}"
    elif isinstance(value, list) and value:
        yield f"{pad}{before}["
        for item in value:
            yield from _lines(item, depth + 1, "", limit)
        yield f"{pad}]"
    else:
        yield f"{pad}{before}{short_value(value, limit)}"
