"""Every change a user can make to a document; each method pushes exactly one undo step, or none if nothing changes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import count
from typing import Any

from pydantic import ValidationError

from editor.document import adding
from editor.document.autolayout import arrange
from editor.document.clipboard import Pasted, copy_text, parse_pasted, unique_components
from editor.document.commands import EditCommand
from editor.document.document import Document
from editor.document.draft import Draft
from editor.document.edit import Edit, Head
from editor.document.field_paths import UNSET, Unset, with_field
from editor.document.healing import remove_and_heal
from editor.document.key_names import KeyMaker, check_key, key_base
from editor.document.layout import Frame, Note, Place
from node_engine.analysis.references import renamed
from node_engine.analysis.wires import Wire
from node_engine.errors import FlowError, UnknownKeyError
from node_engine.models.flow import FlowComponent
from node_engine.models.ids import ComponentKey
from node_engine.models.json import JsonObject, JsonValue
from node_engine.models.registration import ComponentRegistration

Point = tuple[float, float]
_PASTE_OFFSET = 40.0


class DocumentEditor:
    """The only way to change a document. Methods raise FlowError, with words to show, before anything changes."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self._key_maker = KeyMaker()
        self._ids = count(1)
        self._field_edits = 0

    def add(
        self,
        name: str,
        x: float,
        y: float,
        *,
        after: str | None = None,
        config: JsonObject | None = None,
        connect_from: tuple[str, str] | None = None,
        on_wire: Wire | None = None,
    ) -> ComponentKey:
        """Add a component of this class with its top left corner at (x, y).

        Alone it goes to the end of the list. After another, at a port or on a wire it runs next there, and leads to
        where that port led before.

        Args:
            name: the registry key; it may be unknown.
            x: left edge in canvas units.
            y: top edge in canvas units.
            after: key of the component that it runs after.
            config: the first config; the class's default where not given.
            connect_from: key and port that lead to it.
            on_wire: the wire that it is put on.
        """
        document = self.document
        description = document.catalog.get(name)
        key = self._key_maker.unique(key_base(description.label if description else name), _Taken(document))
        component = FlowComponent(key=key, name=name, config=dict(config or {}))
        draft, place = Draft(document), Place(x, y)
        if on_wire is not None:
            connect_from = (on_wire.source, on_wire.path or on_wire.port)
        if connect_from is not None:
            source = ComponentKey(connect_from[0])
            adding.add_at_port(draft, component, place, source, draft.port(source, connect_from[1]))
        elif after is not None:
            adding.add_after(draft, component, place, ComponentKey(after))
        else:
            adding.append(draft, component, place)
        self._push(draft.edit(), f"add {key}")
        return key

    def remove(self, keys: Iterable[str]) -> None:
        """Remove components; what led to them leads on to their successors."""
        gone = [ComponentKey(key) for key in dict.fromkeys(keys) if self.document.has(key)]
        if not gone:
            return
        draft = Draft(self.document)
        remove_and_heal(self.document, draft, gone)
        self._push(draft.edit(), f"delete {_named(gone)}")

    def move(
        self,
        places: Mapping[ComponentKey, Point] | Mapping[str, Point],
        drag_id: int | None = None,
        *,
        frames: Mapping[str, Point] | None = None,
        notes: Mapping[str, Point] | None = None,
        text: str | None = None,
    ) -> None:
        """Move components, frames and notes to new top left corners; moves with one `drag_id` are one undo step."""
        document = self.document
        edit = Edit(
            places={ComponentKey(k): replace(document.place(k), x=x, y=y) for k, (x, y) in places.items()},
            frames={k: replace(document.layout.frames[k], x=x, y=y) for k, (x, y) in (frames or {}).items()},
            notes={k: replace(document.layout.notes[k], x=x, y=y) for k, (x, y) in (notes or {}).items()},
        )
        token = None if drag_id is None else ("move", drag_id)
        self._push(edit, text or f"move {_named([*places, *(frames or ()), *(notes or ())])}", token)

    def set_color(self, keys: Iterable[str], color: str | None) -> None:
        """Give components a colour of their own ("#rrggbb"), or take it away."""
        found = list(keys)
        edit = Edit(places={ComponentKey(key): replace(self.document.place(key), color=color) for key in found})
        self._push(edit, f"colour {_named(found)}")

    def connect(self, source: str, port: str, target: str) -> None:
        """Have a port lead to a component of the flow, or to "exit". Port "error" sets what follows a failure."""
        if target != "exit" and not self.document.has(target):
            raise UnknownKeyError(target, flow_key=self.document.key)
        self._lead(source, port, ComponentKey(target), f"connect {source}.{port} to {target}")

    def disconnect(self, source: str, port: str) -> None:
        """Have a port lead nowhere; where list order would go on, the flow is made to end there ("exit")."""
        self._lead(source, port, None, f"disconnect {source}.{port}")

    def disconnect_wires(self, wires: Iterable[Wire]) -> None:
        """Cut several wires as one undo step."""
        draft = Draft(self.document)
        cut = list(wires)
        for wire in cut:
            draft.lead(wire.source, draft.port(wire.source, wire.path or wire.port), None)
        text = f"disconnect {cut[0].source}.{cut[0].port}" if len(cut) == 1 else f"cut {len(cut)} wires"
        self._push(draft.edit(), text)

    def rename(self, key: str, new_key: str) -> None:
        """Give a component another key; every reference to it follows."""
        if new_key == key:
            return
        document = self.document
        old_component = document.component(key)
        check_key(new_key, _Taken(document))
        draft = Draft(document)
        for each in self._may_name(ComponentKey(key)):
            component = document.component(each)
            changed = renamed(component, document.catalog.get(component.name), key, new_key)
            if each == key:
                draft.rename(each, changed)
            elif changed is not component:
                draft.put(changed)
        self._push(draft.edit(), f"rename {old_component.key} to {new_key}")

    def set_config(self, key: str, config: JsonObject) -> None:
        """Replace the whole config."""
        component = self.document.component(key).model_copy(update={"config": config})
        self._replace([component], f"change config of {key}")

    def set_configs(self, configs: Mapping[ComponentKey, JsonObject]) -> None:
        """Replace the whole configs of several components."""
        found = [self.document.component(key).model_copy(update={"config": each}) for key, each in configs.items()]
        self._replace(found, f"change config of {_named(list(configs))}")

    def set_field(self, key: str, path: str, value: JsonValue | Unset) -> None:
        """Set one value by its path in the component: "config.url", "config.rows[1].name", "timeout_s", "note".

        Edits of the same field that follow each other are one undo step, until `finish_field`. UNSET takes it away.
        """
        component = self._checked(lambda: with_field(self.document.component(key), path, value))
        name = path.removeprefix("config.")
        self._replace([component], f"set {name} of {key}", ("field", key, path, self._field_edits))

    def finish_field(self) -> None:
        """Have the next edit of a field be an undo step of its own, as when the field loses the focus."""
        self._field_edits += 1

    def set_options(self, key: str, **options: Any) -> None:
        """Set optional fields of a component (next, outputs, on_error, retry, timeout_s, …); None unsets."""
        shown = {**self.document.component(key).model_dump(), **options}
        component = self._checked(lambda: FlowComponent.model_validate(shown))
        self._replace([component], f"set {_listed(options)} of {key}")

    def change_component(self, key: str, name: str) -> None:
        """Have another component class do this step; key, config and wires stay."""
        component = self.document.component(key).model_copy(update={"name": name})
        self._replace([component], f"change {key} to {name}")

    def set_enabled(self, keys: Iterable[str], is_enabled: bool) -> None:
        """Have components run, or be passed over."""
        found = list(keys)
        value = None if is_enabled else False
        components = [self.document.component(key).model_copy(update={"enabled": value}) for key in found]
        self._replace(components, f"{'enable' if is_enabled else 'disable'} {_named(found)}")

    def reorder(self, order: Sequence[str]) -> None:
        """Put the list in this order; it must hold the same keys."""
        if sorted(order) != sorted(self.document.keys()):
            raise FlowError("The new order must hold every component exactly once.", flow_key=self.document.key)
        draft = Draft(self.document)
        draft.set_order([ComponentKey(key) for key in order])
        self._push(draft.edit(), "change order")

    def move_in_order(self, key: str, index: int) -> None:
        """Put a component at this position of the list, from 0."""
        order = list(self.document.keys())
        order.insert(max(0, min(index, len(order) - 1)), order.pop(self.document.index(key)))
        draft = Draft(self.document)
        draft.set_order(order)
        self._push(draft.edit(), f"move {key} in the order")

    def copy(self, keys: Iterable[str]) -> str:
        """The text for the clipboard; copying is no change."""
        return copy_text(self.document, keys)

    def paste(self, text: str, x: float, y: float) -> list[ComponentKey]:
        """Add the components of a text with their common top left corner at (x, y); answers with their keys.

        Raises:
            FlowFileError: the text holds no components.
        """
        return self._add_pasted(parse_pasted(text), x, y, "paste")

    def duplicate(self, keys: Iterable[str]) -> list[ComponentKey]:
        """Add a copy of each component a little below and to the right; answers with the new keys."""
        found = [key for key in keys if self.document.has(key)]
        if not found:
            return []
        places = [self.document.place(key) for key in found]
        left, top = min(place.x for place in places), min(place.y for place in places)
        pasted = parse_pasted(copy_text(self.document, found))
        return self._add_pasted(pasted, left + _PASTE_OFFSET, top + _PASTE_OFFSET, "duplicate")

    def set_flow_key(self, key: str) -> None:
        """Give the flow another key."""
        if not key.strip():
            raise FlowError("A flow needs a key. Type a name for it.")
        self._push_head(replace(self.document.head, key=key), f"rename flow to {key}", "key")

    def set_context(self, context: JsonObject) -> None:
        """Replace the context that runs start with; edits that follow each other are one undo step."""
        self._push_head(replace(self.document.head, context=context), "change context", "context")

    def set_registry(self, registry: list[ComponentRegistration] | None) -> None:
        """Replace the registry entries that the flow carries."""
        self._push_head(replace(self.document.head, registry=registry), "change registry", None)

    def tidy(self, keys: Iterable[str] | None = None) -> None:
        """Lay out all components, or these alone where they are, as one undo step."""
        document = self.document
        chosen = set(document.keys()) if keys is None else {ComponentKey(key) for key in keys}
        everything = document.keys()
        order = [key for key in everything if key in chosen]
        if not order:
            return
        left = min(document.place(key).x for key in order)
        top = min(document.place(key).y for key in order)
        sizes = {key: document.size(key) for key in order}
        points = arrange(order, document.wires(), sizes, left=left, top=top)
        self.move(points, text="tidy layout")

    def add_note(self, x: float, y: float, text: str = "") -> str:
        """Add a sticky note; answers with its id."""
        note_id = self._free_id("note", self.document.layout.notes)
        self._push(Edit(notes={note_id: Note(x, y, text=text)}), "add note")
        return note_id

    def set_note(self, note_id: str, note: Note | None) -> None:
        """Change a sticky note, or remove it with None."""
        self._push(Edit(notes={note_id: note}), "delete note" if note is None else "change note")

    def add_frame(self, x: float, y: float, width: float, height: float, title: str = "") -> str:
        """Add a frame; answers with its id."""
        frame_id = self._free_id("frame", self.document.layout.frames)
        self._push(Edit(frames={frame_id: Frame(x, y, width, height, title)}), "add frame")
        return frame_id

    def set_frame(self, frame_id: str, frame: Frame | None) -> None:
        """Change a frame, or remove it with None; what lies in it stays."""
        self._push(Edit(frames={frame_id: frame}), "delete frame" if frame is None else "change frame")

    def _lead(self, source: str, port_name: str, target: ComponentKey | None, text: str) -> None:
        draft = Draft(self.document)
        key = ComponentKey(source)
        draft.lead(key, draft.port(key, port_name), target)
        self._push(draft.edit(), text)

    def _may_name(self, key: ComponentKey) -> Iterable[ComponentKey]:
        """The component itself, those with a wire to it, and those whose config may name it elsewhere."""
        document = self.document
        naming = {name for name, description in document.catalog.items() if description.key_fields}
        others = document.keys_of(naming) if naming else ()
        return dict.fromkeys([key, *document.sources_of(key), *others])

    def _add_pasted(self, pasted: Pasted, x: float, y: float, verb: str) -> list[ComponentKey]:
        taken = _Taken(self.document)
        draft = Draft(self.document)
        keys = []
        for component, place, extras in unique_components(pasted, self.document.catalog, self._key_maker, taken):
            at = Place(x + place.x, y + place.y, place.color)
            keys.append(draft.insert(len(draft.order()), component, at, extras))
        self._push(draft.edit(), f"{verb} {_named(keys)}")
        return keys

    def _replace(self, components: Iterable[FlowComponent], text: str, token: object | None = None) -> None:
        draft = Draft(self.document)
        for component in components:
            draft.put(component)
        self._push(draft.edit(), text, token)

    def _push_head(self, head: Head, text: str, field: str | None) -> None:
        token = None if field is None else ("flow", field, self._field_edits)
        self._push(Edit(head=head), text, token)

    def _push(self, edit: Edit, text: str, token: object | None = None) -> None:
        if not edit.is_same(self.document.inverse(edit)):
            self.document.undo_stack.push(EditCommand(self.document, edit, text, token))

    def _free_id(self, kind: str, taken: Mapping[str, object]) -> str:
        return next(free for number in self._ids if (free := f"{kind}_{number}") not in taken)

    def _checked(self, make: Any) -> FlowComponent:
        try:
            component: FlowComponent = make()
        except ValidationError as error:
            first = error.errors(include_url=False, include_context=False)[0]
            place = ".".join(str(part) for part in first["loc"])
            raise FlowError(f'"{place}": {first["msg"]}.') from None
        return component


class _Taken:
    """The keys of a document, for asking whether one is taken."""

    def __init__(self, document: Document) -> None:
        self._document = document

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str) and self._document.has(key)


def _named(keys: Sequence[str]) -> str:
    return keys[0] if len(keys) == 1 else f"{len(keys)} components"


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names)


__all__ = ["UNSET", "DocumentEditor", "Point"]
