"""Breakpoints: where runs that allow it stop. Kept by the engine for all runs, never inside a flow."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from node_engine.models.breakpoint import BreakPlace, Breakpoint

__all__ = ["BreakPlace", "Breakpoint", "Breakpoints"]


class Breakpoints:
    """All breakpoints, in the order they were set."""

    def __init__(self) -> None:
        self._all: dict[str, Breakpoint] = {}
        self._listeners: list[Callable[[], None]] = []

    def all(self) -> list[Breakpoint]:
        """Every breakpoint."""
        return list(self._all.values())

    def put(self, breakpoints: Iterable[Breakpoint]) -> None:
        """Replace all breakpoints."""
        self._all = {item.id: item for item in breakpoints}
        self._changed()

    def replace_for(self, flow_key: str, breakpoints: Iterable[Breakpoint]) -> None:
        """Replace the breakpoints of one flow."""
        others = [item for item in self._all.values() if item.flow_key != flow_key]
        self.put([*others, *breakpoints])

    def add(self, breakpoint_: Breakpoint) -> None:
        """Add one, or put it in the place of the one with its id."""
        self._all[breakpoint_.id] = breakpoint_
        self._changed()

    def remove(self, breakpoint_id: str) -> bool:
        """Remove one; False when there is none of that id."""
        if self._all.pop(breakpoint_id, None) is None:
            return False
        self._changed()
        return True

    def on_change(self, callback: Callable[[], None]) -> Callable[[], None]:
        """Have `callback` called on the engine's thread after every change; returns what ends that."""
        self._listeners.append(callback)
        return lambda: self._listeners.remove(callback)

    def stops_before(self, flow_key: str, component_key: str) -> bool:
        """True when a run of that flow is to stop before that component."""
        return any(
            item.enabled and (item.flow_key, item.place, item.component_key) == (flow_key, "before", component_key)
            for item in self._all.values()
        )

    def _changed(self) -> None:
        for listener in tuple(self._listeners):
            listener()
