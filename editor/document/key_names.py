"""Keys of components as the editor makes and accepts them."""

from __future__ import annotations

import re
from collections.abc import Container

from node_engine.errors import DuplicateKeyError, FlowError
from node_engine.models.ids import EXIT, ComponentKey

KEY_PATTERN = re.compile(r"[A-Za-z0-9_.-]{1,128}")
_LONGEST_BASE = 120
_NOT_IN_KEYS = re.compile(r"[^A-Za-z0-9]+")
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_NUMBERED = re.compile(r"(.+?)_(\d{1,9})")


def key_base(label: str) -> str:
    """A label in snake_case: "HTTP Request" and "HttpRequest" become "http_request"."""
    words = _HUMP.sub("_", _NOT_IN_KEYS.sub("_", label)).strip("_").lower()
    return words[:_LONGEST_BASE] or "component"


class KeyMaker:
    """Makes unique keys with numbers from 2 on, without looking at every key that exists."""

    def __init__(self) -> None:
        self._next_number: dict[str, int] = {}

    def unique(self, base: str, taken: Container[str]) -> ComponentKey:
        """`base` if it is free, else the base with the next free number."""
        if base not in taken and base != EXIT:
            return ComponentKey(base)
        numbered = _NUMBERED.fullmatch(base)
        stem = (numbered[1] if numbered else base)[:_LONGEST_BASE]
        number = self._next_number.get(stem, 2)
        while f"{stem}_{number}" in taken:
            number += 1
        self._next_number[stem] = number + 1
        return ComponentKey(f"{stem}_{number}")

    def forget(self) -> None:
        """Start again at 2; freed numbers are used again."""
        self._next_number.clear()


def check_key(key: str, taken: Container[str]) -> None:
    """Refuse a key that the editor must not give.

    Raises:
        DuplicateKeyError: another component has it.
        FlowError: it is reserved, or holds other characters than letters, digits, dot, dash and underscore.
    """
    if not KEY_PATTERN.fullmatch(key):
        message = f'"{key[:140]}" cannot be a key. Use 1 to 128 letters, digits, dots, dashes and underscores.'
        raise FlowError(message, component_key=key)
    if key == EXIT:
        raise FlowError('"exit" cannot be a key, because it ends a flow. Choose another.', component_key=key)
    if key in taken:
        raise DuplicateKeyError(key)
