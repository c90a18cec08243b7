"""A flow as its file spells it: what is kept, so that saving changes nothing that was not edited."""

from __future__ import annotations

from dataclasses import dataclass

from editor.document.edit import Entry, Head
from editor.document.file_stamp import FileStamp

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class FlowText:
    """The text of a flow file and where its parts stand in it (start and end offsets)."""

    text: str
    members: dict[str, Span] | None
    """Top-level names and where their values stand; None where the file has to be written anew when it changes."""
    components: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class FlowSource:
    """A flow that was read from text; keys of components are unique."""

    head: Head
    entries: tuple[Entry, ...]
    text: FlowText | None = None
    session_id: str | None = None
    is_altered: bool = False
    """True when the flow is not what the file says, because two components shared a key."""
    stamp: FileStamp | None = None
    layout_text: str | None = None
    """What the layout file held; None where there is none."""
    warnings: tuple[str, ...] = ()
