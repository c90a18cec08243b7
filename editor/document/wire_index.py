"""The wires of a document by source and by target, kept current one component at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import chain

from node_engine.analysis.wires import Wire
from node_engine.models.ids import ComponentKey

Wires = tuple[Wire, ...]


class WireIndex:
    """Asks `compute` for a component's wires only when that component or its follower became another."""

    def __init__(self, compute: Callable[[ComponentKey], Wires]) -> None:
        self._compute = compute
        self._from: dict[ComponentKey, Wires] = {}
        self._into: dict[ComponentKey, dict[ComponentKey, None]] = {}
        self._all: Wires | None = None

    def rebuild(self, keys: Iterable[ComponentKey]) -> None:
        """Forget everything and compute the wires of these components."""
        self._from.clear()
        self._into.clear()
        self.update(keys, ())

    def update(self, keys: Iterable[ComponentKey], gone: Iterable[ComponentKey]) -> frozenset[ComponentKey]:
        """Compute the wires of `keys` again and forget `gone`; answers with the sources whose wires became others."""
        self._all = None
        rewired = {key for key in gone if self._replace(key, None)}
        rewired.update(key for key in keys if self._replace(key, self._compute(key)))
        return frozenset(rewired)

    def wires_from(self, key: ComponentKey) -> Wires:
        """The wires that leave a component."""
        return self._from.get(key, ())

    def sources_of(self, key: ComponentKey) -> tuple[ComponentKey, ...]:
        """The components that have a wire to this one."""
        return tuple(self._into.get(key, ()))

    def all(self, order: Sequence[ComponentKey]) -> Wires:
        """Every wire, in list order of the sources."""
        if self._all is None:
            self._all = tuple(chain.from_iterable(map(self._from.__getitem__, order)))
        return self._all

    def _replace(self, key: ComponentKey, new: Wires | None) -> bool:
        old = self._from.get(key)
        if old == new:
            return False
        for wire in old or ():
            sources = self._into.get(wire.target)
            if sources is not None:
                sources.pop(key, None)
                if not sources:
                    del self._into[wire.target]
        if new is None:
            self._from.pop(key, None)
            return True
        self._from[key] = new
        for wire in new:
            self._into.setdefault(wire.target, {})[key] = None
        return bool(old or new)
