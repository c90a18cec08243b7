"""Templates in configs: `{{path}}` in text and the typed form `{"$ctx": "path"}` (WIRE.md §6). Pure parsing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from node_engine.models.json import JsonValue

TEMPLATE = re.compile(r"\{\{([^{}]+)\}\}")
TYPED = "$ctx"
"""The only key of an object that stands for a context value with its type."""
_PART = re.compile(r"([^\[\]]*)((?:\[-?\d{1,9}\])*)")
_INDEX = re.compile(r"-?\d+")

ContextPath = tuple[str | int, ...]
"""Names of object members and indexes of list items, from the context inwards."""


class Missing:
    """Stands for "nothing is there", which null does not."""

    def __bool__(self) -> bool:
        return False


MISSING = Missing()


@lru_cache(maxsize=4_096)
def parse_path(text: str) -> ContextPath | None:
    """The parts of "a.b[0][1].c", or None when the text is no path. A negative index counts from the end."""
    parts: list[str | int] = []
    for piece in text.split("."):
        match = _PART.fullmatch(piece)
        if match is None:
            return None
        parts.append(match[1])
        parts.extend(int(index) for index in _INDEX.findall(match[2]))
    return tuple(parts)


def find_value(value: JsonValue, path: ContextPath) -> JsonValue | Missing:
    """What is at a path, or MISSING. Walks objects and lists only; never an attribute or a character of text."""
    for part in path:
        if isinstance(part, str):
            if not isinstance(value, dict) or part not in value:
                return MISSING
            value = value[part]
        elif isinstance(value, list) and -len(value) <= part < len(value):
            value = value[part]
        else:
            return MISSING
    return value


def typed_path(value: JsonValue) -> str | None:
    """The path of a `{"$ctx": "path"}`, or None for any other value."""
    if isinstance(value, dict) and len(value) == 1:
        path = value.get(TYPED)
        return path if isinstance(path, str) else None
    return None


def has_template(value: JsonValue) -> bool:
    """True when a step must look at its context to know this config value."""
    if isinstance(value, str):
        return "{{" in value and TEMPLATE.search(value) is not None
    if isinstance(value, dict):
        return typed_path(value) is not None or any(has_template(item) for item in value.values())
    return isinstance(value, list) and any(has_template(item) for item in value)


def template_paths(value: JsonValue) -> list[tuple[str, str]]:
    """Every template below a config value as (field path, context path): ("messages[0].content", "user.name")."""
    return list(_paths(value, ""))


def _paths(value: JsonValue, field: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        for expression in TEMPLATE.findall(value):
            yield field, expression
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _paths(item, f"{field}[{index}]")
    elif isinstance(value, dict):
        path = typed_path(value)
        if path is not None:
            yield field, path
        else:
            for name, item in value.items():
                yield from _paths(item, f"{field}.{name}" if field else name)
