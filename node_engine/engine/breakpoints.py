"""Breakpoints: where runs that allow it stop. Kept by the engine for all runs, never inside a flow."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from node_engine.models.ids import ComponentKey


@dataclass(frozen=True, slots=True)
class Breakpoint:
    """Stop before a component. A component has one at most; more fields (place, condition, count) may follow."""

    flow_key: str
    component_key: ComponentKey
    enabled: bool = True


class Breakpoints:
    """All breakpoints, found by flow and component key."""

    def __init__(self) -> None:
        self._places: dict[tuple[str, str], Breakpoint] = {}

    def all(self) -> list[Breakpoint]:
        """Every breakpoint, in the order they were set."""
        return list(self._places.values())

    def put(self, breakpoints: Iterable[Breakpoint]) -> None:
        """Replace all breakpoints."""
        self._places = {(item.flow_key, item.component_key): item for item in breakpoints}

    def replace_for(self, flow_key: str, breakpoints: Iterable[Breakpoint]) -> None:
        """Replace the breakpoints of one flow."""
        others = [item for item in self._places.values() if item.flow_key != flow_key]
        self.put([*others, *breakpoints])

    def stops_before(self, flow_key: str, component_key: str) -> bool:
        """True when a run of that flow is to stop before that component."""
        found = self._places.get((flow_key, component_key))
        return found is not None and found.enabled
