"""An edit as values: what becomes what. The same kind of value undoes it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from editor.document.json_text import Spelling, same_json
from editor.document.layout import Frame, Note, Place
from node_engine.models.flow import FlowComponent
from node_engine.models.ids import ComponentKey
from node_engine.models.json import JsonObject
from node_engine.models.registration import ComponentRegistration


@dataclass(frozen=True, slots=True)
class Aside:
    """What a file says about a component beyond the model: its exact text, unknown keys, spelling of numbers."""

    text: str | None = None
    loaded: FlowComponent | None = None
    """The component that `text` stands for; `text` is written back while the component is still that one."""
    extras: JsonObject = field(default_factory=dict)
    spelling: Spelling = field(default_factory=dict)


NO_ASIDE = Aside()


@dataclass(frozen=True, slots=True)
class Entry:
    """A component of a document with what its file says beyond the model."""

    component: FlowComponent
    aside: Aside = NO_ASIDE


@dataclass(frozen=True, slots=True)
class Head:
    """What belongs to the flow itself. Values are replaced, never changed in place."""

    key: str
    context: JsonObject = field(default_factory=dict)
    registry: list[ComponentRegistration] | None = None
    extras: JsonObject = field(default_factory=dict)
    """Unknown top-level keys of the file."""
    spelling: Spelling = field(default_factory=dict)
    """Unusual numbers in the context and in unknown keys of the file, by their name."""


@dataclass(frozen=True, slots=True)
class Splice:
    """A change of the list order: at `start`, `removed` becomes `inserted`."""

    start: int
    removed: tuple[ComponentKey, ...]
    inserted: tuple[ComponentKey, ...]

    def inverse(self) -> Splice:
        """The splice that takes this one back."""
        return Splice(self.start, self.inserted, self.removed)


@dataclass(frozen=True, slots=True)
class Edit:
    """New values by key; None removes. What is not named stays as it is."""

    entries: Mapping[ComponentKey, Entry | None] = field(default_factory=dict)
    places: Mapping[ComponentKey, Place | None] = field(default_factory=dict)
    frames: Mapping[str, Frame | None] = field(default_factory=dict)
    notes: Mapping[str, Note | None] = field(default_factory=dict)
    splice: Splice | None = None
    head: Head | None = None
    renamed: Mapping[ComponentKey, ComponentKey] = field(default_factory=dict)

    def followed_by(self, later: Edit) -> Edit:
        """This edit and a later one as one; neither may change the order or rename."""
        return Edit(
            entries={**self.entries, **later.entries},
            places={**self.places, **later.places},
            frames={**self.frames, **later.frames},
            notes={**self.notes, **later.notes},
            head=later.head or self.head,
        )

    def is_same(self, other: Edit) -> bool:
        """True when both lead to the same state: as JSON has it, 1 and true are not the same."""
        return (
            (self.places, self.frames, self.notes, self.splice)
            == (other.places, other.frames, other.notes, other.splice)
            and _same_heads(self.head, other.head)
            and self.entries.keys() == other.entries.keys()
            and all(_same_entries(entry, other.entries[key]) for key, entry in self.entries.items())
        )


def _same_entries(one: Entry | None, other: Entry | None) -> bool:
    if one is None or other is None:
        return one is other
    return one.component is other.component or same_json(one.component.model_dump(), other.component.model_dump())


def _same_heads(one: Head | None, other: Head | None) -> bool:
    if one is None or other is None:
        return one is other
    return (one.key, one.registry) == (other.key, other.registry) and same_json(one.context, other.context)


_Key = TypeVar("_Key")
_Value = TypeVar("_Value")


def splice_between(before: Sequence[ComponentKey], after: Sequence[ComponentKey]) -> Splice | None:
    """The smallest splice that makes one order of the other; None when they are the same."""
    start, most = 0, min(len(before), len(after))
    while start < most and before[start] == after[start]:
        start += 1
    end_before, end_after = len(before), len(after)
    while end_before > start and end_after > start and before[end_before - 1] == after[end_after - 1]:
        end_before, end_after = end_before - 1, end_after - 1
    if start == end_before == end_after:
        return None
    return Splice(start, tuple(before[start:end_before]), tuple(after[start:end_after]))


def replace_in(values: dict[_Key, _Value], changes: Mapping[_Key, _Value | None]) -> None:
    """Put the changed values in and take those away that became None."""
    for key, value in changes.items():
        if value is None:
            values.pop(key, None)
        else:
            values[key] = value
