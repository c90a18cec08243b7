"""Values short enough for a list: a copy, or what is told of one that is too large."""

from __future__ import annotations

from itertools import islice

from node_engine.engine.config import copied
from node_engine.models.json import JsonValue

LONGEST = 16_384
"""About how many characters a value may have to be shown whole."""
_ITEM = 8


def short(value: JsonValue) -> JsonValue:
    """A copy of the value, or {"omitted": true, "items": n} for what is too large; text is cut."""
    if isinstance(value, str):
        return value if len(value) <= LONGEST else f"{value[:LONGEST]}…"
    if isinstance(value, dict | list):
        return copied(value) if is_short(value) else {"omitted": True, "items": len(value)}
    return value


def is_short(value: JsonValue) -> bool:
    """True when the value may be shown whole; looks at no more of it than that takes."""
    left, waiting = LONGEST, [value]
    while waiting and left > 0:
        part = waiting.pop()
        left -= _ITEM
        if isinstance(part, str):
            left -= len(part)
        elif isinstance(part, dict):
            left -= sum(map(len, islice(part, LONGEST)))
            waiting.extend(islice(part.values(), LONGEST))
        elif isinstance(part, list):
            waiting.extend(islice(part, LONGEST))
    return left > 0
