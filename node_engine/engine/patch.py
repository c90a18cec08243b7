"""JSON Patch (RFC 6902) applied to values that are shared: copies only what is on the way to a change."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from node_engine.engine.sameness import is_same
from node_engine.errors import NodeEngineError
from node_engine.models.json import JsonObject, JsonValue


def apply(value: JsonValue, changes: Sequence[JsonObject]) -> JsonValue:
    """The value after JSON Patch operations (RFC 6902: add, remove, replace, move, copy, test).

    Copies only what is on the way to a change; `value` stays as it was. Raises PatchError for a bad operation.
    """
    replay = Replay(value)
    for change in changes:
        replay.apply(change)
    return replay.root


class PatchError(NodeEngineError):
    """A JSON Patch operation that cannot be applied; the message says which and why."""


class Replay:
    """A value being patched, `root`, which changes with each operation; what it began with stays as it was.

    Containers copied by this replay are changed in place; all others are copied first.
    """

    def __init__(self, root: JsonValue) -> None:
        self.root = root
        self._own: dict[int, Any] = {}

    def freeze(self) -> JsonValue:
        """The value as it is now, which this replay will not change any more."""
        self._own.clear()
        return self.root

    def apply(self, change: JsonObject) -> None:
        """Do one operation. Raises PatchError."""
        path = change.get("path")
        if not isinstance(path, str):
            raise PatchError(f"An operation needs a path: {change!r:.200}.")
        match change.get("op"):
            case "add" | "replace" | "test" if "value" not in change:
                raise PatchError(f"The operation at {path} needs a value.")
            case "add":
                self._add(path, change["value"])
            case "replace":
                self._replace(path, change["value"])
            case "remove":
                self._remove(path)
            case "test":
                if not is_same(self._read(path), change["value"]):
                    raise PatchError(f"The test at {path} failed: the value there is another.")
            case "copy":
                self._add(path, self._read(_source(change)))
            case "move":
                source = _source(change)
                if path.startswith(f"{source}/"):
                    raise PatchError(f"{source} cannot be moved into itself.")
                value = self._read(source)
                self._remove(source)
                self._add(path, value)
            case other:
                raise PatchError(f"There is no operation {other!r}; use add, remove, replace, move, copy or test.")

    def _add(self, path: str, value: JsonValue) -> None:
        if not path:
            self.root = value
            return
        place, name = self._place(path)
        if isinstance(place, dict):
            place[name] = value
        else:
            place.insert(len(place) if name == "-" else _index(name, len(place), path), value)

    def _replace(self, path: str, value: JsonValue) -> None:
        if not path:
            self.root = value
            return
        place, name = self._place(path)
        if isinstance(place, dict):
            if name not in place:
                raise PatchError(f"There is nothing at {path} to replace.")
            place[name] = value
        else:
            place[_index(name, len(place) - 1, path)] = value

    def _remove(self, path: str) -> None:
        if not path:
            raise PatchError("The whole value cannot be removed.")
        place, name = self._place(path)
        if isinstance(place, dict):
            if name not in place:
                raise PatchError(f"There is nothing at {path} to remove.")
            del place[name]
        else:
            del place[_index(name, len(place) - 1, path)]

    def _read(self, path: str) -> JsonValue:
        value = self.root
        for name in _parts(path):
            if isinstance(value, dict) and name in value:
                value = value[name]
            elif isinstance(value, list):
                value = value[_index(name, len(value) - 1, path)]
            else:
                raise PatchError(f"There is nothing at {path}.")
        return value

    def _place(self, path: str) -> tuple[Any, str]:
        """The container that holds the last part of a path, as a copy of our own, and that part."""
        *way, last = _parts(path)
        place = self.root = self._owned(self.root, path)
        for name in way:
            if isinstance(place, dict):
                if name not in place:
                    raise PatchError(f"There is nothing at {path}.")
                inner = place[name] = self._owned(place[name], path)
            else:
                index = _index(name, len(place) - 1, path)
                inner = place[index] = self._owned(place[index], path)
            place = inner
        return place, last

    def _owned(self, value: JsonValue, path: str) -> Any:
        if id(value) in self._own:
            return value
        if not isinstance(value, dict | list):
            raise PatchError(f"There is nothing at {path}.")
        own = value.copy()
        self._own[id(own)] = own
        return own


def _parts(path: str) -> list[str]:
    if not path:
        return []
    if not path.startswith("/"):
        raise PatchError(f'A path begins with "/": {path!r}.')
    return [part.replace("~1", "/").replace("~0", "~") for part in path[1:].split("/")]


def _index(name: str, last: int, path: str) -> int:
    if not (name.isascii() and name.isdigit()) or int(name) > last:
        raise PatchError(f"There is no item {name} at {path}.")
    return int(name)


def _source(change: JsonObject) -> str:
    source = change.get("from")
    if not isinstance(source, str):
        raise PatchError(f'The operation at {change["path"]} needs a "from".')
    return source
