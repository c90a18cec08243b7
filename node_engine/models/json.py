"""The JSON types as the type checker sees them (RFC 8259).

At run time they are loose on purpose: pydantic must not walk and copy a context of a megabyte a second time. What
enters is JSON already (the edge parsed it), what components write is checked by `engine.delta`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

JsonScalar: TypeAlias = str | int | float | bool | None

if TYPE_CHECKING:
    JsonValue: TypeAlias = JsonScalar | list["JsonValue"] | dict[str, "JsonValue"]
    JsonObject: TypeAlias = dict[str, JsonValue]
else:
    JsonValue = Any
    JsonObject = dict[str, Any]
