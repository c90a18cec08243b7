"""What a step changed, in a few signs: "+ score 0.5", "~ round 2", "− draft"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import orjson

from node_engine.models.json import JsonObject, JsonValue

ADDED, CHANGED, REMOVED = "+", "~", "−"
_LONGEST_VALUE = 24
_LONGEST_KEY = 40


@dataclass(frozen=True, slots=True)
class ChangeText:
    """One changed key of the context; `value` is its new value where that is short enough to be shown."""

    sign: str
    key: str
    value: str | None = None

    def __str__(self) -> str:
        return f"{self.sign} {self.key}" if self.value is None else f"{self.sign} {self.key} {self.value}"


def change_texts(changes: Sequence[JsonObject]) -> tuple[ChangeText, ...]:
    """One text for each top-level key that JSON Patch operations (RFC 6902) touch, in order of first touch."""
    found: dict[str, ChangeText] = {}
    for change in changes:
        text = _text_of(change)
        before = found.get(text.key)
        if before is not None and before.sign == ADDED and text.sign == CHANGED:
            text = ChangeText(ADDED, text.key)
        elif before is not None and before.sign == REMOVED and text.sign == ADDED:
            text = ChangeText(CHANGED, text.key, text.value)
        found[text.key] = text
    return tuple(found.values())


def short_value(value: JsonValue) -> str | None:
    """A value in at most 24 characters, or None when it is longer."""
    if isinstance(value, str):
        return f'"{value}"' if len(value) <= _LONGEST_VALUE - 2 and "\n" not in value else None
    if isinstance(value, dict | list):
        return None if value else ("{}" if isinstance(value, dict) else "[]")
    try:
        text = orjson.dumps(value).decode()
    except orjson.JSONEncodeError:
        text = str(value)
    return text if len(text) <= _LONGEST_VALUE else None


def _text_of(change: JsonObject) -> ChangeText:
    path = str(change.get("path", ""))
    key, _, rest = path.removeprefix("/").partition("/")
    key = key.replace("~1", "/").replace("~0", "~") or "context"
    if len(key) > _LONGEST_KEY:
        key = key[: _LONGEST_KEY - 1] + "…"
    if rest or not path:
        return ChangeText(CHANGED, key)
    sign = {"add": ADDED, "remove": REMOVED}.get(str(change.get("op")), CHANGED)
    return ChangeText(sign, key, None if sign == REMOVED else short_value(change.get("value")))
