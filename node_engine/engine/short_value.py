"""Values short enough for a list: a copy, or what is told of one that is too large."""

from __future__ import annotations

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
        if isinstance(part, str):
            left -= len(part)
        elif isinstance(part, dict | list):
            left -= _ITEM * (len(part) + 1)
            if left > 0:
                waiting.extend(part.values() if isinstance(part, dict) else part)
                left -= sum(map(len, part)) if isinstance(part, dict) else 0
    return left > 0
