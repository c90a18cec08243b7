"""The flow being edited: the one truth that canvas, panels, engine and files read."""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence
from copy import deepcopy
from pathlib import Path
from uuid import uuid4
from weakref import finalize, ref

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoStack
from shiboken6 import isValid

from editor.document.autolayout import arrange_missing
from editor.document.change import Change
from editor.document.edit import Edit, Entry, Head, replace_in
from editor.document.file_stamp import FileStamp
from editor.document.flow_source import FlowSource
from editor.document.flow_writer import FlowWriter
from editor.document.layout import Frame, Layout, Note, Place, node_size
from editor.document.problem_finder import ProblemFinder
from editor.document.wire_index import WireIndex
from node_engine.analysis.ports import Port, ports
from node_engine.analysis.wires import Wire, wires_from
from node_engine.errors import DuplicateKeyError, UnknownKeyError
from node_engine.models.description import Catalog, ComponentDescription
from node_engine.models.flow import FlowComponent, FlowDefinition
from node_engine.models.ids import ComponentKey, SessionId
from node_engine.models.json import JsonObject
from node_engine.models.problem import Problem
from node_engine.models.registration import ComponentRegistration

UNDO_STEPS = 1_000
"""Older steps are forgotten; one step holds only what it changed."""


class Document(QObject):
    """A flow, its layout and its undo stack. Only commands change it: `DocumentEditor` makes them.

    Signals:
        changed: a `Change`, once per command, undo and redo, after it is true.
        path_changed: the file it belongs to became another.
        dirty_changed: whether there is something to save became `bool`.
    """

    changed = Signal(object)
    path_changed = Signal()
    dirty_changed = Signal(bool)

    def __init__(
        self,
        flow: FlowDefinition | FlowSource,
        layout: Layout | None = None,
        catalog: Catalog | None = None,
        path: Path | None = None,
        parent: QObject | None = None,
    ) -> None:
        """Take over a flow. Components without a place get one.

        Raises:
            DuplicateKeyError: two components of the definition share a key (a `FlowSource` has none such).
        """
        super().__init__(parent)
        source = flow if isinstance(flow, FlowSource) else _source_of(flow)
        self.catalog: Catalog = catalog if catalog is not None else {}
        self.layout: Layout = layout or Layout()
        self.source: FlowSource = source
        """What the file held when it was read."""
        self.file_stamp: FileStamp | None = source.stamp if path is not None else None
        """The state of the file when it was read or last written; None while there is no file."""
        self.saved_layout_text: str | None = source.layout_text if path is not None else None
        """The text of the layout file when it was read or last written; None while there is no such file."""
        self.warnings: tuple[str, ...] = source.warnings
        """What was odd about the file, in words, for whoever opens it."""
        self._writer = FlowWriter(source)
        self._session_id = SessionId(source.session_id or str(uuid4()))
        self._head = source.head
        self._order = [ComponentKey(entry.component.key) for entry in source.entries]
        self._entries = dict(zip(self._order, source.entries, strict=True))
        self._positions: dict[ComponentKey, int] | None = None
        self._wires = WireIndex(self._compute_wires)
        self._finder = ProblemFinder(self)
        self._finder.found.connect(self._on_problems_found)
        self._path = path
        self._wires.rebuild(self._order)
        self._place_missing()
        self.undo_stack = QUndoStack()
        finalize(self, self.undo_stack.clear).atexit = False  # see `_teller`
        self.undo_stack.setUndoLimit(UNDO_STEPS)
        self.undo_stack.cleanChanged.connect(_teller(self))
        if source.is_altered:
            self.undo_stack.resetClean()

    @property
    def key(self) -> str:
        """The flow's key."""
        return self._head.key

    @property
    def head(self) -> Head:
        """The flow's own values: key, context, registry and unknown keys of the file."""
        return self._head

    @property
    def context(self) -> JsonObject:
        """The context that runs start with; not to be changed in place."""
        return self._head.context

    @property
    def registry(self) -> list[ComponentRegistration] | None:
        """The registry entries that the flow carries; not to be changed in place."""
        return self._head.registry

    @property
    def session_id(self) -> SessionId:
        """The session of runs started from here; it belongs to runs and is not saved."""
        return self._session_id

    @property
    def path(self) -> Path | None:
        """The file, or None for a flow that was never saved."""
        return self._path

    @property
    def is_dirty(self) -> bool:
        """True when there is something to save."""
        return not self.undo_stack.isClean()

    def keys(self) -> Sequence[ComponentKey]:
        """The components' keys in list order; not to be changed in place."""
        return self._order

    def has(self, key: str) -> bool:
        """True when a component has this key."""
        return key in self._entries

    def entry(self, key: str) -> Entry:
        """A component with what its file says beyond the model. Raises UnknownKeyError."""
        try:
            return self._entries[ComponentKey(key)]
        except KeyError:
            raise UnknownKeyError(key, flow_key=self.key) from None

    def component(self, key: str) -> FlowComponent:
        """A component; not to be changed in place. Raises UnknownKeyError."""
        return self.entry(key).component

    def extras(self, key: str) -> JsonObject:
        """The keys of the component in the file that the model does not know."""
        return self.entry(key).aside.extras

    def index(self, key: str) -> int:
        """The component's position in the list, from 0. Raises UnknownKeyError."""
        self.entry(key)
        if self._positions is None:
            self._positions = {each: index for index, each in enumerate(self._order)}
        return self._positions[ComponentKey(key)]

    def following(self, key: str) -> ComponentKey | None:
        """The component after this one in the list."""
        index = self.index(key) + 1
        return self._order[index] if index < len(self._order) else None

    def place(self, key: str) -> Place:
        """Where a component lies. Raises UnknownKeyError."""
        self.entry(key)
        return self.layout.places[ComponentKey(key)]

    def size(self, key: str) -> tuple[float, float]:
        """Width and height of the component's node."""
        return node_size(self.ports(key))

    def frames(self) -> dict[str, Frame]:
        """Frames by id."""
        return dict(self.layout.frames)

    def notes(self) -> dict[str, Note]:
        """Sticky notes by id."""
        return dict(self.layout.notes)

    def description(self, key: str) -> ComponentDescription | None:
        """What is known of the component's class; None for an unknown component."""
        return self.catalog.get(self.component(key).name)

    def keys_of(self, names: Container[str]) -> list[ComponentKey]:
        """The components of these classes."""
        return [key for key, entry in self._entries.items() if entry.component.name in names]

    def ports(self, key: str) -> tuple[Port, ...]:
        """The ways out of a component, in the order they are drawn."""
        component = self.component(key)
        return ports(component, self.catalog.get(component.name))

    def wires(self) -> tuple[Wire, ...]:
        """Every wire; targets may be "exit" or missing."""
        return self._wires.all(self._order)

    def wires_of(self, key: str) -> tuple[Wire, ...]:
        """The wires that leave a component."""
        return self._wires.wires_from(ComponentKey(key))

    def sources_of(self, key: str) -> tuple[ComponentKey, ...]:
        """The components that have a wire to this one."""
        return self._wires.sources_of(ComponentKey(key))

    def problems(self) -> list[Problem]:
        """What is wrong with the flow, found at the first call after a change.

        In a flow of more than 1,000 components the search takes a moment: the answer is then of an earlier state, and
        an otherwise empty `changed` follows when the new one is there.
        """
        return self._finder.problems()

    def flow(self) -> FlowDefinition:
        """The flow as a plain definition of its own. Components are shared, so nobody may change them in place."""
        return FlowDefinition(
            key=self.key,
            session_id=self._session_id,
            flow=[self._entries[key].component for key in self._order],
            registry=self.registry,
            context=deepcopy(self.context),
        )

    def text(self) -> str:
        """The flow as its file holds it; components that did not change keep the text that they have there."""
        return self._writer.text(self._head, [self._entries[key] for key in self._order])

    def mark_saved(self, path: Path, stamp: FileStamp | None, layout_text: str) -> None:
        """Note that the files hold what is here; the document is clean from now on."""
        self.file_stamp = stamp
        self.saved_layout_text = layout_text
        self.set_path(path)
        self.undo_stack.setClean()

    def mark_unsaved(self) -> None:
        """Note that no file holds what is here, as after a recovery."""
        self.undo_stack.resetClean()

    def set_catalog(self, catalog: Catalog) -> None:
        """Take other component descriptions; ports, wires and problems may all become others."""
        self.catalog = catalog
        self._finder.forget()
        self._wires.rebuild(self._order)
        self.changed.emit(Change(reset=True, wires=True))

    def set_session_id(self, session_id: str) -> None:
        """Have later runs belong to another session; not an undo step, because it is not saved."""
        self._session_id = SessionId(session_id)
        self.changed.emit(Change(flow=True))

    def set_path(self, path: Path | None) -> None:
        """Belong to another file from now on."""
        if path != self._path:
            self._path = path
            self.path_changed.emit()

    def inverse(self, edit: Edit) -> Edit:
        """The edit that takes `edit` back, made before it is applied."""
        return Edit(
            entries={key: self._entries.get(key) for key in edit.entries},
            places={key: self.layout.places.get(key) for key in edit.places},
            frames={key: self.layout.frames.get(key) for key in edit.frames},
            notes={key: self.layout.notes.get(key) for key in edit.notes},
            splice=edit.splice.inverse() if edit.splice else None,
            head=self._head if edit.head else None,
            renamed={new: old for old, new in edit.renamed.items()},
        )

    def apply(self, edit: Edit) -> None:
        """Make the edit true and tell it. For commands only: everybody else goes through `DocumentEditor`."""
        added = frozenset(key for key, entry in edit.entries.items() if entry and key not in self._entries)
        removed = frozenset(key for key, entry in edit.entries.items() if entry is None and key in self._entries)
        renamed_from, renamed_to = frozenset(edit.renamed), frozenset(edit.renamed.values())
        touched = self._touched_by(edit)
        replace_in(self._entries, edit.entries)
        replace_in(self.layout.places, edit.places)
        replace_in(self.layout.frames, edit.frames)
        replace_in(self.layout.notes, edit.notes)
        self._head = edit.head or self._head
        self._splice(edit)
        rewired = self._rewire(touched, edit)
        if edit.entries or edit.splice or edit.head:
            self._finder.forget()
        self.changed.emit(
            Change(
                added=added - renamed_to,
                removed=removed - renamed_from,
                changed=frozenset(edit.entries) - added - removed,
                moved=frozenset(edit.places) - added - removed,
                renamed=edit.renamed,
                order=edit.splice is not None,
                wires=bool(rewired),
                rewired=rewired & self._entries.keys(),
                flow=edit.head is not None,
                layout=bool(edit.frames or edit.notes),
            )
        )

    def _splice(self, edit: Edit) -> None:
        splice = edit.splice
        if splice is None:
            return
        is_appending = splice.start == len(self._order) and not splice.removed
        self._order[splice.start : splice.start + len(splice.removed)] = splice.inserted
        if not is_appending:
            self._positions = None
        elif self._positions is not None:
            self._positions.update({key: splice.start + place for place, key in enumerate(splice.inserted)})

    def _touched_by(self, edit: Edit) -> set[ComponentKey]:
        """The components whose wires may become others, besides those that are new."""
        touched = set(edit.entries)
        if edit.splice is not None:
            touched.update(edit.splice.removed, edit.splice.inserted)
            if edit.splice.start > 0:
                touched.add(self._order[edit.splice.start - 1])
        return touched

    def _rewire(self, touched: set[ComponentKey], edit: Edit) -> frozenset[ComponentKey]:
        if not edit.entries and edit.splice is None:
            return frozenset()
        there = [key for key in touched if key in self._entries]
        gone = [key for key in touched if key not in self._entries]
        return self._wires.update(there, gone)

    def _compute_wires(self, key: ComponentKey) -> tuple[Wire, ...]:
        component = self._entries[key].component
        return tuple(wires_from(component, self.catalog.get(component.name), self.following(key)))

    def _place_missing(self) -> None:
        if any(key not in self.layout.places for key in self._order):
            sizes = {key: self.size(key) for key in self._order}
            self.layout.places.update(arrange_missing(self._order, self.wires(), sizes, self.layout.places))

    def _on_problems_found(self) -> None:
        self.changed.emit(Change(problems=True))


def _teller(document: Document) -> Callable[[bool], None]:
    """Tells `dirty_changed` while the document lives.

    A document and its undo stack must not be garbage of one collection: commands are then destroyed twice, or the
    stack calls a document that is half gone, and the program is gone too (seen with PySide6 6.11). So the stack has no
    parent, commands and this function hold the document weakly, and `finalize` keeps the stack until the document is
    no more.
    """
    reference = ref(document)

    def tell(is_clean: bool) -> None:
        living = reference()
        if living is not None and isValid(living):
            living.dirty_changed.emit(not is_clean)

    return tell


def _source_of(flow: FlowDefinition) -> FlowSource:
    seen: set[str] = set()
    for component in flow.flow:
        if component.key in seen:
            raise DuplicateKeyError(component.key, flow_key=flow.key)
        seen.add(component.key)
    head = Head(flow.key, deepcopy(flow.context), flow.registry)
    return FlowSource(head, tuple(Entry(component) for component in flow.flow), None, flow.session_id)
