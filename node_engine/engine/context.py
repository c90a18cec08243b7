"""The context a component works with: a dict that notes which of its top-level keys may have changed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from _collections_abc import dict_items, dict_values

UNCHANGEABLE = frozenset((str, int, float, bool, type(None)))
"""Classes of values that nobody can change in place."""
_MISSING = object()


class Context(dict[str, Any]):
    """The shared JSON object of a flow, as a component sees it.

    A key is *touched* when it was written or when its list or object was handed out, because only then can the
    component have changed it. After each step the engine compares touched keys alone with its own mirror, so a
    step costs what it touched and not what the context holds. Reading text, numbers and truth values is free.
    """

    __slots__ = ("touched",)

    touched: dict[str, None]
    """Keys in the order they were touched."""

    def __init__(self, values: Mapping[str, Any] | Iterable[tuple[str, Any]] = ()) -> None:
        super().__init__(values)
        self.touched = {}

    def touch_all(self) -> None:
        """Note every key as touched."""
        self.touched.update(dict.fromkeys(dict.keys(self)))

    # Reading

    def __getitem__(self, key: str) -> Any:
        value = dict.__getitem__(self, key)
        if value.__class__ not in UNCHANGEABLE:
            self.touched[key] = None
        return value

    def get(self, key: str, default: Any = None) -> Any:
        """The value of `key`, else `default`."""
        value = dict.get(self, key, _MISSING)
        if value is _MISSING:
            return default
        if value.__class__ not in UNCHANGEABLE:
            self.touched[key] = None
        return value

    def values(self) -> dict_values[str, Any]:
        """All values; hands out every list and object."""
        self._touch_changeable()
        return super().values()

    def items(self) -> dict_items[str, Any]:
        """All pairs; hands out every list and object."""
        self._touch_changeable()
        return super().items()

    def __iter__(self) -> Iterator[str]:
        # With its own __iter__ a subclass makes dict(context) and {**context} ask __getitem__ (CPython dict_merge).
        return super().__iter__()

    def copy(self) -> dict[str, Any]:
        """A plain shallow copy; hands out every list and object."""
        self._touch_changeable()
        return dict(super().items())

    def __or__(self, other: Mapping[str, Any]) -> dict[str, Any]:  # type: ignore[override]  # a plain dict, on purpose
        return {**self.copy(), **other}

    def __ror__(self, other: Mapping[str, Any]) -> dict[str, Any]:  # type: ignore[override]  # as above
        return {**other, **self.copy()}

    def __copy__(self) -> dict[str, Any]:
        return self.copy()

    def __deepcopy__(self, memo: dict[int, Any]) -> dict[str, Any]:
        from copy import deepcopy  # only for components that copy

        return {key: deepcopy(value, memo) for key, value in super().items()}

    def __reduce__(self) -> tuple[type[dict[str, Any]], tuple[dict[str, Any]]]:
        return dict, (dict(super().items()),)

    # Writing

    def __setitem__(self, key: str, value: Any) -> None:
        self.touched[key] = None
        dict.__setitem__(self, key, value)

    def __delitem__(self, key: str) -> None:
        dict.__delitem__(self, key)
        self.touched[key] = None

    def setdefault(self, key: str, default: Any = None) -> Any:
        """The value of `key`, set to `default` first if the key was missing."""
        self.touched[key] = None
        return dict.setdefault(self, key, default)

    def pop(self, key: str, *default: Any) -> Any:
        """Remove `key` and return its value, else the default given."""
        value = dict.pop(self, key, *default)
        self.touched[key] = None
        return value

    def popitem(self) -> tuple[str, Any]:
        """Remove and return the pair added last."""
        key, value = dict.popitem(self)
        self.touched[key] = None
        return key, value

    def clear(self) -> None:
        """Remove everything."""
        self.touch_all()
        dict.clear(self)

    def update(self, *args: Any, **values: Any) -> None:
        """As `dict.update`."""
        changes = dict(*args, **values)
        self.touched.update(dict.fromkeys(changes))
        dict.update(self, changes)

    def __ior__(self, other: Any) -> Context:  # type: ignore[override, misc]  # narrower result than dict's
        self.update(other)
        return self

    # Names of the documented system

    def set(self, key: str, value: Any) -> None:
        """Write one key."""
        self[key] = value

    def delete(self, key: str) -> None:
        """Remove a key if it is there."""
        self.pop(key, None)

    def has_key(self, key: str) -> bool:
        """True when the key is there, also with null."""
        return key in self

    def validate_presence_of(self, key: str) -> bool:
        """The documented system's name for `has_key`."""
        return key in self

    def json(self) -> str:
        """The whole context as indented JSON text."""
        return json.dumps(dict(super().items()), indent=2)

    @classmethod
    def fromkeys(cls, *_: Any) -> NoReturn:
        """Not offered: a context belongs to a run."""
        raise TypeError("a context is made by the engine")

    def _touch_changeable(self) -> None:
        for key, value in super().items():
            if value.__class__ not in UNCHANGEABLE:
                self.touched[key] = None
