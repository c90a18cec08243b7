"""What the debugger adds to the picture of a flow: breakpoints, where a run stands, edits, differences. Values only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from editor.canvas.breakpoint_looks import BreakpointLook, Spot, Spots, Ways, sort_looks
from editor.canvas.geometry import Point, Rect, after_spot, error_spot, gutter_spot
from editor.canvas.looks import WireId
from node_engine.analysis.compare import Difference
from node_engine.models.breakpoint import Breakpoint
from node_engine.models.ids import ComponentKey


@dataclass(frozen=True, slots=True)
class Arrow:
    """Where a paused run stands: before a component or after it."""

    key: ComponentKey
    is_after: bool = False
    can_move: bool = True
    """True when dragging it sets what runs next."""

    @property
    def spot(self) -> Spot:
        """The place of the component that it takes."""
        return Spot.AFTER if self.is_after else Spot.BEFORE


@dataclass(frozen=True, slots=True)
class Comparison:
    """How components differ between two runs; `names` says what the runs are called."""

    marks: Mapping[ComponentKey, Difference]
    first: ComponentKey | None = None
    names: tuple[str, str] = ("A", "B")


NO_COMPARISON = Comparison({})
Touched = set[ComponentKey]


class DebugMarks:
    """Each `set_…` answers with the components whose picture, or that of whose wires, became another."""

    def __init__(self) -> None:
        self.spots: Spots = {}
        self.ways: Ways = {}
        self.comparison = NO_COMPARISON
        self.edited: frozenset[ComponentKey] = frozenset()
        self.arrow: Arrow | None = None
        self.version = 0
        """How often breakpoints or differences became others."""

    def set_breakpoints(self, breakpoints: Iterable[Breakpoint]) -> Touched:
        """Show these breakpoints and no others."""
        spots, ways = sort_looks(breakpoints)
        touched = {key for key in {*spots, *self.spots} if spots.get(key) != self.spots.get(key)}
        touched |= {way[0] for way in {*ways, *self.ways} if ways.get(way) != self.ways.get(way)}
        self.spots, self.ways = spots, ways
        self.version += 1
        return touched

    def set_arrow(self, arrow: Arrow | None) -> Touched:
        """Show where a paused run stands."""
        if arrow == self.arrow:
            return set()
        touched = {each.key for each in (arrow, self.arrow) if each is not None}
        self.arrow = arrow
        return touched

    def set_edited(self, keys: frozenset[ComponentKey]) -> Touched:
        """Show that the config of these components was changed for the shown run only."""
        touched = set(keys ^ self.edited)
        self.edited = keys
        return touched

    def set_comparison(self, comparison: Comparison) -> Touched:
        """Show how components differ between two runs."""
        touched = {*comparison.marks, *self.comparison.marks}
        self.comparison = comparison
        self.version += 1
        return touched

    def stands_after(self, key: ComponentKey) -> bool:
        """True when the shown run stands after a component."""
        return self.arrow is not None and self.arrow.key == key and self.arrow.is_after

    def spot(self, key: ComponentKey, spot: Spot) -> BreakpointLook | None:
        """The sign at a place of a component."""
        return self.spots.get(key, {}).get(spot)

    def way_of(self, id_: WireId) -> tuple[ComponentKey, str | None] | None:
        """Which sign a wire shows: that of its port, else that of every port; None when it has none."""
        return next((way for way in ((id_.source, id_.port), (id_.source, None)) if way in self.ways), None)


def spot_point(spot: Spot, rect: Rect) -> Point:
    """Where the sign of a place is drawn at a component."""
    match spot:
        case Spot.BEFORE:
            return gutter_spot(rect)
        case Spot.AFTER:
            return after_spot(rect)
        case Spot.ERROR:
            return error_spot(rect)
