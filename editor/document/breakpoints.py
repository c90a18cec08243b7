"""The breakpoints of one document, kept beside its file in `.flow/<name>.breakpoints.json`: never in the flow."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path

from pydantic import ValidationError
from PySide6.QtCore import QObject, Signal

from editor.document.change import Change
from editor.document.document import Document
from editor.document.side_file import read_side_file, side_path, write_side_file
from node_engine.errors import StorageError
from node_engine.models.breakpoint import BreakPlace, Breakpoint
from node_engine.models.ids import ComponentKey
from node_engine.models.json import JsonObject, JsonValue


class BreakpointStore(QObject):
    """Every breakpoint of a document, in the order they were made. Not part of undo; renames are followed.

    A breakpoint whose component was removed sleeps: it is in none of the answers, and back when the component is.

    Signals:
        changed: some breakpoint came, went or became another.
    """

    changed = Signal()

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        """Read what is kept beside the document's file."""
        super().__init__(parent)
        self.problem: str | None = None
        """Why the breakpoints could not be read or kept, in words; None when they were."""
        self._document = document
        self._flow_key = document.key
        self._kept = {one.id: one for one in self._read() if self._is_awake(one)}
        document.changed.connect(self._on_changed)
        document.path_changed.connect(self._write)

    def all(self) -> list[Breakpoint]:
        """Every breakpoint that can stop a run, also those that are off."""
        return [one for one in self._kept.values() if self._is_awake(one)]

    def get(self, breakpoint_id: str) -> Breakpoint | None:
        """A breakpoint by its id."""
        one = self._kept.get(breakpoint_id)
        return one if one is not None and self._is_awake(one) else None

    def at(self, key: str, place: BreakPlace = BreakPlace.BEFORE, port: str | None = None) -> list[Breakpoint]:
        """The breakpoints at one place of a component; `port` is asked for on wires only."""
        return [
            one
            for one in self.all()
            if one.component_key == key and one.place is place and (place is not BreakPlace.WIRE or one.port == port)
        ]

    def keys(self) -> set[ComponentKey]:
        """The components that have a breakpoint before them."""
        keys = (one.component_key for one in self.all() if one.place is BreakPlace.BEFORE)
        return {ComponentKey(key) for key in keys if key is not None}

    def make(self, key: str | None, place: BreakPlace = BreakPlace.BEFORE, port: str | None = None) -> Breakpoint:
        """A new breakpoint of this document's flow at a component; it counts once it is `put`."""
        return Breakpoint(flow_key=self._flow_key, place=place, component_key=key, port=port)

    def put(self, *breakpoints: Breakpoint) -> None:
        """Add breakpoints, or put them in the place of those with the same ids."""
        self._keep({**self._kept, **{one.id: one for one in breakpoints}})

    def remove(self, *ids: str) -> None:
        """Remove breakpoints; ids that are not there are passed over."""
        self._keep({one.id: one for one in self._kept.values() if one.id not in ids})

    def toggle(self, key: str, place: BreakPlace = BreakPlace.BEFORE, port: str | None = None) -> None:
        """Remove the breakpoints at a place, or make one if there is none: F9, a click in the gutter or on a wire."""
        there = self.at(key, place, port)
        if there:
            self.remove(*(one.id for one in there))
        else:
            self.put(self.make(key, place, port))

    def set_enabled(self, ids: Iterable[str], is_enabled: bool) -> None:
        """Switch breakpoints on or off."""
        found = [one for one in map(self.get, ids) if one is not None]
        self.put(*(one.model_copy(update={"enabled": is_enabled}) for one in found))

    def _keep(self, kept: dict[str, Breakpoint]) -> None:
        if kept != self._kept or list(kept) != list(self._kept):
            self._kept = kept
            self._write()
            self.changed.emit()

    def _is_awake(self, one: Breakpoint) -> bool:
        key = one.component_key
        return key is None or one.flow_key != self._flow_key or self._document.has(key)

    def _on_changed(self, change: Change) -> None:
        if change.renamed or change.flow:
            self._follow(change.renamed, self._document.key)
        if change.reset or any(one.component_key in change.added | change.removed for one in self._kept.values()):
            self.changed.emit()

    def _follow(self, renamed: Mapping[ComponentKey, ComponentKey], flow_key: str) -> None:
        """Rewrite what names a renamed component or the flow's former key."""
        before, self._flow_key = self._flow_key, flow_key
        kept = dict(self._kept)
        for one in self._kept.values():
            if one.flow_key == before:
                key = one.component_key
                new_key = None if key is None else renamed.get(ComponentKey(key), ComponentKey(key))
                kept[one.id] = one.model_copy(update={"flow_key": flow_key, "component_key": new_key})
        self._keep(kept)

    def _read(self) -> list[Breakpoint]:
        try:
            entries = read_side_file(breakpoint_path(self._document.path))
        except StorageError as error:
            self.problem = str(error)
            return []
        found: list[Breakpoint] = []
        for entry in entries:
            with suppress(ValidationError, TypeError):
                found.append(Breakpoint.model_validate({"flow_key": self._flow_key, **_object(entry)}))
        if len(found) < len(entries):
            self.problem = self.tr("Some breakpoints in {0} cannot be read and were left out.").format(
                breakpoint_path(self._document.path)
            )
        return found

    def _write(self) -> None:
        """Keep the breakpoints of a document that has a file; those of an unsaved one wait until it has."""
        try:
            write_side_file(breakpoint_path(self._document.path), [*map(self._entry, self._kept.values())])
        except StorageError as error:
            self.problem = str(error)
        else:
            self.problem = None

    def _entry(self, one: Breakpoint) -> dict[str, object]:
        entry = one.model_dump(mode="json", exclude_defaults=True)
        entry = {"id": one.id, **entry}
        if one.flow_key == self._flow_key:
            del entry["flow_key"]
        return entry


def breakpoint_path(flow_path: Path | None) -> Path | None:
    """Where the breakpoints of a flow's file are kept."""
    return side_path(flow_path, "breakpoints")


def _object(entry: JsonValue) -> JsonObject:
    if not isinstance(entry, dict):
        raise TypeError("a breakpoint is an object")
    return entry
