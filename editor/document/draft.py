"""A flow between two states: collects what an action changes, and gives it as one edit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from editor.document.document import Document
from editor.document.edit import Aside, Edit, Entry, splice_between
from editor.document.layout import Place
from node_engine.analysis.ports import ERROR, NEXT, Port, ports
from node_engine.analysis.references import with_target
from node_engine.analysis.wires import Wire, WireKind, wires_from
from node_engine.errors import FlowError, UnknownKeyError
from node_engine.models.flow import FlowComponent
from node_engine.models.ids import EXIT, ComponentKey


class Draft:
    """Reads through to the document for all that it did not change itself."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._order: list[ComponentKey] | None = None
        self._positions: dict[ComponentKey, int] | None = None
        self._entries: dict[ComponentKey, Entry | None] = {}
        self._places: dict[ComponentKey, Place | None] = {}
        self._renamed: dict[ComponentKey, ComponentKey] = {}

    def edit(self) -> Edit:
        """All changes as one edit."""
        before = self._document.keys()
        splice = splice_between(before, self._order) if self._order is not None else None
        return Edit(entries=self._entries, places=self._places, splice=splice, renamed=self._renamed)

    def component(self, key: ComponentKey) -> FlowComponent:
        """A component as it will be. Raises UnknownKeyError."""
        if key in self._entries:
            entry = self._entries[key]
            if entry is None:
                raise UnknownKeyError(key, flow_key=self._document.key)
            return entry.component
        return self._document.component(key)

    def following(self, key: ComponentKey) -> ComponentKey | None:
        """The component that will stand after this one in the list."""
        if self._order is None:
            return self._document.following(key)
        index = self.index(key) + 1
        return self._order[index] if index < len(self._order) else None

    def index(self, key: ComponentKey) -> int:
        """The component's position in the list."""
        if self._order is None:
            return self._document.index(key)
        if self._positions is None:
            self._positions = {each: index for index, each in enumerate(self._order)}
        return self._positions[key]

    def order(self) -> Sequence[ComponentKey]:
        """The list order as it will be; not to be changed in place."""
        return self._document.keys() if self._order is None else self._order

    def ports(self, key: ComponentKey) -> tuple[Port, ...]:
        """The component's ports as they will be."""
        component = self.component(key)
        return ports(component, self._document.catalog.get(component.name))

    def wires_of(self, key: ComponentKey) -> tuple[Wire, ...]:
        """The wires that will leave a component."""
        component = self.component(key)
        return tuple(wires_from(component, self._document.catalog.get(component.name), self.following(key)))

    def put(self, component: FlowComponent, aside: Aside | None = None) -> None:
        """Have this component under its key; it keeps what its file says beyond the model unless told otherwise."""
        key = ComponentKey(component.key)
        if aside is None:
            entry = self._entries.get(key)
            aside = entry.aside if entry else self._document.entry(key).aside
        self._entries[key] = Entry(component, aside)

    def place(self, key: ComponentKey, place: Place) -> None:
        """Have the component lie there."""
        self._places[key] = place

    def insert(self, index: int, component: FlowComponent, place: Place, aside: Aside | None = None) -> ComponentKey:
        """Have a new component at this position of the list."""
        key = ComponentKey(component.key)
        self._entries[key] = Entry(component, aside or Aside())
        self._places[key] = place
        self._changed_order().insert(index, key)
        return key

    def remove(self, keys: Iterable[ComponentKey]) -> None:
        """Have these components no longer; nothing is healed."""
        gone = set(keys)
        order = self._changed_order()
        order[:] = [key for key in order if key not in gone]
        for key in gone:
            self._entries[key] = None
            self._places[key] = None

    def set_order(self, order: list[ComponentKey]) -> None:
        """Have the list in this order."""
        self._order = order
        self._positions = None

    def rename(self, old: ComponentKey, component: FlowComponent) -> None:
        """Have the component `old` as `component`, whose key is another, in the same position and place."""
        new = ComponentKey(component.key)
        place, aside = self._document.place(old), self._document.entry(old).aside
        self._entries.update({old: None, new: Entry(component, aside)})
        self._places.update({old: None, new: place})
        self._changed_order()[self.index(old)] = new
        self._positions = None
        self._renamed[old] = new

    def port(self, key: ComponentKey, name: str) -> Port:
        """A port by its name, or by the path of its target where two share a name.

        Raises:
            FlowError: the component has no such port.
        """
        found = self.ports(key)
        component = self.component(key)
        for port in found:
            if port.name == name:
                return port
        for port in found:
            if port.path == name:
                return port
        if name == ERROR:
            return Port(ERROR, "on error", ERROR, None, "end")
        if name == NEXT and component.enabled is False:
            return Port(NEXT, "", NEXT, None, "following")
        names = ", ".join(f'"{port.name}"' for port in found) or "none"
        message = f'Component "{key}" has no port "{name}". Its ports are: {names}.'
        raise FlowError(message, flow_key=self._document.key, component_key=key)

    def lead(self, source: ComponentKey, port: Port, target: ComponentKey | None) -> None:
        """Have the port lead to `target`, or nowhere for None.

        List order is used where it says the same; a port that would go on by list order is closed with "exit".
        """
        following = self.following(source)
        goes_on = port.unset == "following" and following is not None
        if target is None:
            value = EXIT if goes_on else None
        elif target == following and port.path == NEXT and port.unset == "following":
            value = None
        else:
            value = target
        component = self.component(source)
        changed = with_target(component, port.path, value)
        if changed != component:
            self.put(changed)

    def order_ports(self, key: ComponentKey) -> list[Port]:
        """The ports through which control goes on by list order."""
        names = [wire.port for wire in self.wires_of(key) if wire.kind is WireKind.ORDER]
        return [self.port(key, name) for name in names]

    def _changed_order(self) -> list[ComponentKey]:
        if self._order is None:
            self._order = list(self._document.keys())
        self._positions = None
        return self._order
