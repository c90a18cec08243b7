"""A flow as its file spells it: what is kept, so that saving changes nothing that was not edited."""

from __future__ import annotations

from dataclasses import dataclass, field

from editor.document.edit import Entry, Head


@dataclass(frozen=True, slots=True)
class FlowText:
    """The text of a flow file and where its parts stand in it (start and end offsets)."""

    text: str
    members: dict[str, tuple[int, int]] = field(default_factory=dict)
    """Top-level names and where their values stand; empty where a name stands twice."""
    components: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class FlowSource:
    """A flow that was read from text; keys of components are unique."""

    head: Head
    entries: tuple[Entry, ...]
    text: FlowText | None = None
    session_id: str | None = None
