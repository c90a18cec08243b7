"""Breakpoints: where runs that allow it stop. Kept by the engine for all runs, never inside a flow."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from node_engine.models.breakpoint import BreakPlace, Breakpoint

__all__ = ["BreakPlace", "Breakpoint", "Breakpoints", "FlowBreakpoints"]


class FlowBreakpoints:
    """The enabled breakpoints of one flow, found by place."""

    __slots__ = ("_found",)

    def __init__(self, breakpoints: Iterable[Breakpoint]) -> None:
        self._found: dict[tuple[BreakPlace, str | None], list[Breakpoint]] = {}
        for item in breakpoints:
            key = item.event if item.place is BreakPlace.EVENT else item.component_key
            self._found.setdefault((item.place, key), []).append(item)

    def at(self, place: BreakPlace, key: str) -> list[Breakpoint]:
        """Those for one component, and those for all of them."""
        found = self._found
        return [*found.get((place, key), ()), *found.get((place, None), ())]

    def on_event(self, event: str, key: str) -> list[Breakpoint]:
        """Those for an event that a component sent."""
        found = self._found.get((BreakPlace.EVENT, event), ())
        return [item for item in found if item.component_key in (None, key)]


class Breakpoints:
    """All breakpoints, in the order they were set."""

    def __init__(self) -> None:
        self._all: dict[str, Breakpoint] = {}
        self._flows: dict[str, list[Breakpoint]] = {}
        self._compiled: dict[str, FlowBreakpoints] = {}
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

    def for_flow(self, flow_key: str) -> FlowBreakpoints | None:
        """What runs of a flow look at; None when nothing is to stop them, so that they need not look at all."""
        wanted = self._flows.get(flow_key)
        if wanted is None:
            return None
        compiled = self._compiled.get(flow_key)
        if compiled is None:
            compiled = self._compiled[flow_key] = FlowBreakpoints(wanted)
        return compiled

    def _changed(self) -> None:
        self._flows = {}
        self._compiled = {}
        for item in self._all.values():
            if item.enabled:
                self._flows.setdefault(item.flow_key, []).append(item)
        for listener in tuple(self._listeners):
            listener()
