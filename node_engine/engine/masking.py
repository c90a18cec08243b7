"""Hiding secrets: text under names such as api_key, token, secret or password, wherever values are written down.

The plain name "key" is not one of them: components, events and objects are full of keys that are no secrets.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from node_engine.models.json import JsonObject, JsonValue

MASK = "••••••"

_KEY_KINDS = "api|access|secret|private|client|auth|encryption|signing|subscription|account|master|shared|functions?"
_NAME = re.compile(
    rf"(?:^|[^a-z])(?:token|secret|password|passwd|passphrase|authorization|credentials?|(?:{_KEY_KINDS})[^a-z]?key)$"
)
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_IN_TEXT = re.compile(r"(?i)\b(bearer|basic|tunnel)\s+[A-Za-z0-9._~+/=-]{8,}")
_HINTS = (b"token", b"secret", b"passw", b"passphrase", b"authorization", b"credential", b"bearer", b"tunnel", b"basic")
_KEY_HINTS = tuple(f"{letter}key".encode() for letter in "_- .istehngrd")
"""How a name that ends in "key" and is a secret can look."""


@lru_cache(maxsize=4_096)
def is_secret(name: str) -> bool:
    """True for names whose text is hidden: api_key, accessToken, X-Api-Key, Authorization, db_password."""
    return _NAME.search(_CAMEL.sub("_", name).lower()) is not None


def may_hold_secret(data: bytes) -> bool:
    """False when JSON text cannot hold anything to mask; cheap, so that most values are never walked."""
    lowered = data.lower()
    if any(hint in lowered for hint in _HINTS):
        return True
    for harmless in (b"flow_key", b"component_key"):  # in every life-cycle event and every line of a log
        lowered = lowered.replace(harmless, b"")
    return any(hint in lowered for hint in _KEY_HINTS)


def masked(value: JsonValue, name: str = "") -> JsonValue:
    """The value with text under secret names replaced; the same object when there is nothing to hide."""
    if isinstance(value, str):
        return MASK if value and name and is_secret(name) else mask_text(value)
    if isinstance(value, dict):
        return _masked_object(value, name)
    if isinstance(value, (list, tuple)):
        items = [masked(item, name) for item in value]
        return items if any(new is not old for new, old in zip(items, value, strict=True)) else value
    return value


def _masked_object(value: JsonObject, name: str) -> JsonObject:
    path = value.get("path")
    if isinstance(path, str) and path.startswith("/") and isinstance(value.get("op"), str):
        changed = masked(value.get("value"), _secret_part(path))
        return value if changed is value.get("value") else {**value, "value": changed}
    inherited = name if name and is_secret(name) else ""
    items = {key: masked(item, inherited or str(key)) for key, item in value.items()}
    return items if any(items[key] is not value[key] for key in items) else value


def mask_text(text: str) -> str:
    """Text with what follows "Bearer", "Basic" or "tunnel" hidden; the same object when there is nothing."""
    if len(text) < 12 or ("earer" not in text and "asic" not in text and "unnel" not in text and "EARER" not in text):
        return text
    return _IN_TEXT.sub(lambda found: f"{found[1]} {MASK}", text)


def masked_changes(changes: Sequence[JsonObject]) -> list[JsonObject]:
    """JSON Patch operations with secret values hidden; the path says what is secret."""
    return [_masked_object(change, "") for change in changes]


def _secret_part(pointer: str) -> str:
    """The last part of a JSON Pointer that is a secret name, else its last part."""
    parts = [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]
    return next((part for part in parts if is_secret(part)), parts[-1] if parts else "")
