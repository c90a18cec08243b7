"""Breakpoints: where a run is to stop, and on which condition. Kept beside a flow, never in it."""

from __future__ import annotations

import re
from enum import StrEnum
from secrets import token_hex

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

_HITS = re.compile(r"\s*(?P<kind>=|==|>=|every)?\s*(?P<count>[1-9][0-9]{0,8})\s*")
_PARTS_OF_PLACES = {
    "before": "component_key",
    "after": "component_key",
    "wire": "component_key",
    "change": "path",
    "event": "event",
}
_WORDS = {
    "component_key": "the key of a component (component_key)",
    "path": "a path in the context (path), such as order.total",
    "event": "the name of an event (event)",
}


class BreakPlace(StrEnum):
    """Where a breakpoint stands."""

    BEFORE = "before"
    AFTER = "after"
    WIRE = "wire"
    """When control leaves a component by the port `port`."""
    ERROR = "error"
    """When a step fails: that of a component, or any of the flow."""
    CHANGE = "change"
    """When a step changed the value at a path of the context, or anything below it."""
    EVENT = "event"
    """When a component sends an event of that name."""


class HitKind(StrEnum):
    """How the number in `hits` is meant."""

    EXACTLY = "="
    FROM = ">="
    EVERY = "every"


class Breakpoint(BaseModel):
    """One place where runs of a flow stop. What is not needed at its place is ignored.

    `component_key` is needed before, after and on a wire; elsewhere it narrows the breakpoint to one component.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(default_factory=lambda: token_hex(4), min_length=1, max_length=64)
    flow_key: str
    place: BreakPlace = BreakPlace.BEFORE
    component_key: str | None = None
    port: str | None = None
    """The port of a wire: "next", "error" for `on_error`, or the name of an output; None is every way out."""
    path: str | None = None
    """A context path such as "order.total" or "messages[0]"."""
    event: str | None = None
    condition: str | None = Field(None, max_length=4_000)
    """An expression over the context keys, ctx, key, visit, error, caught, event, elapsed (ms), item and index."""
    hits: str | None = None
    """Which of the times that place and condition fit: "= 3", ">= 3" or "every 3"."""
    log: str | None = Field(None, max_length=4_000)
    """A message with {expression} parts: it is logged instead of stopping."""
    once: bool = False
    """Removed after its first hit."""
    enabled: bool = True

    @field_validator("hits")
    @classmethod
    def _read_hits(cls, text: str | None) -> str | None:
        if text is None or not text.strip():
            return None
        found = _HITS.fullmatch(text)
        if found is None:
            raise ValueError(f'"{text}" is no hit count; write = 3, >= 3 or every 3')
        return f"{HitKind.EXACTLY if found['kind'] in (None, '==') else found['kind']} {found['count']}"

    @field_validator("condition", "log", "port", "path", "event", "component_key")
    @classmethod
    def _nothing_for_blank(cls, text: str | None) -> str | None:
        return text if text is not None and text.strip() else None

    @model_validator(mode="after")
    def _check_place(self) -> Breakpoint:
        needed = _PARTS_OF_PLACES.get(self.place)
        if needed is not None and getattr(self, needed) is None:
            raise ValueError(f'a breakpoint at "{self.place}" needs {_WORDS[needed]}')
        return self

    @property
    def hit_rule(self) -> tuple[HitKind, int] | None:
        """`hits` in parts."""
        if self.hits is None:
            return None
        kind, count = self.hits.split()
        return HitKind(kind), int(count)

    def is_due(self, hit: int) -> bool:
        """True when the hit of that number, counted from 1, is one that `hits` means."""
        match self.hit_rule:
            case None:
                return True
            case HitKind.EXACTLY, count:
                return hit == count
            case HitKind.FROM, count:
                return hit >= count
            case _, count:
                return hit % count == 0
