"""Edits of a paused run's context: JSON Patch operations (RFC 6902), their inverse, and undo inside the pause."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from editor.panels.state_tree import StateNode, join_path
from node_engine.models.json import JsonObject, JsonValue


def pointer_of(node: StateNode) -> str:
    """The JSON Pointer (RFC 6901) of a row."""
    parts: list[str] = []
    at: StateNode | None = node
    while at is not None and at.parent is not None:
        parts.append(escape(at.name))
        at = at.parent
    return "".join(f"/{part}" for part in reversed(parts))


def escape(name: str) -> str:
    """A name as a part of a JSON Pointer."""
    return name.replace("~", "~0").replace("/", "~1")


def parts_of(pointer: str) -> list[str]:
    """The names in a JSON Pointer."""
    return [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]


def edited_paths(changes: Iterable[JsonObject], state: JsonValue) -> frozenset[str]:
    """The paths that operations touched, as templates write them; `state` is what they led to."""
    return frozenset(path for change in changes if (path := _path_of(str(change.get("path", "")), state)))


def replace_value(node: StateNode, value: JsonValue) -> JsonObject:
    """The operation that gives a row another value."""
    return {"op": "replace", "path": pointer_of(node), "value": value}


def remove_value(node: StateNode) -> JsonObject:
    """The operation that removes a row."""
    return {"op": "remove", "path": pointer_of(node)}


def add_value(above: StateNode, name: str, value: JsonValue) -> JsonObject:
    """The operation that adds a key to an object, or an item at the end of a list."""
    last = "-" if isinstance(above.value, list) else escape(name)
    return {"op": "add", "path": f"{pointer_of(above)}/{last}", "value": value}


def inverse(change: JsonObject, state: JsonValue) -> JsonObject:
    """The operation that takes `change`, made on `state`, back."""
    path = str(change["path"])
    *above, last = parts_of(path)
    parent = _value_at(state, above)
    if change["op"] == "add" and isinstance(parent, list):
        place = len(parent) if last == "-" else int(last)
        return {"op": "remove", "path": f"{path.rpartition('/')[0]}/{place}"}
    if change["op"] == "add" and not (isinstance(parent, dict) and last in parent):
        return {"op": "remove", "path": path}
    old = _value_at(state, [*above, last])
    return {"op": "add" if change["op"] == "remove" else "replace", "path": path, "value": old}


@dataclass(slots=True)
class EditHistory:
    """What was edited by hand during one pause, to be taken back and made again."""

    pause: object = None
    """Which pause it belongs to; edits of another one cannot be taken back."""
    _done: list[tuple[JsonObject, JsonObject]] = field(default_factory=list)
    _undone: list[tuple[JsonObject, JsonObject]] = field(default_factory=list)

    def begin(self, pause: object) -> None:
        """Start anew when this is another pause."""
        if pause != self.pause:
            self.pause, self._done, self._undone = pause, [], []

    def push(self, change: JsonObject, state: JsonValue) -> None:
        """Note an edit that is made on `state`."""
        self._done.append((change, inverse(change, state)))
        self._undone.clear()

    def forget_last(self) -> None:
        """The last edit was refused."""
        if self._done:
            self._done.pop()

    def undo(self) -> JsonObject | None:
        """The operation that takes the last edit back."""
        if not self._done:
            return None
        self._undone.append(self._done.pop())
        return self._undone[-1][1]

    def redo(self) -> JsonObject | None:
        """The operation that makes the edit taken back last again."""
        if not self._undone:
            return None
        self._done.append(self._undone.pop())
        return self._done[-1][0]


def _value_at(value: JsonValue, parts: Sequence[str]) -> JsonValue:
    for part in parts:
        if isinstance(value, dict):
            value = value.get(part)
        elif isinstance(value, list) and part.isdigit() and int(part) < len(value):
            value = value[int(part)]
        else:
            return None
    return value


def _path_of(pointer: str, state: JsonValue) -> str:
    path, value = "", state
    for part in parts_of(pointer):
        is_list = isinstance(value, list)
        name = str(len(value) - 1) if isinstance(value, list) and part == "-" else part
        path = join_path(path, name, is_list=is_list)
        value = _value_at(value, [name])
    return path
