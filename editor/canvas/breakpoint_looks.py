"""How breakpoints look: which sign a place shows and what its tooltip says, as plain values."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import Enum

from PySide6.QtCore import QCoreApplication

from node_engine.models.breakpoint import BreakPlace, Breakpoint, HitKind
from node_engine.models.ids import ComponentKey

_LONGEST = 120


class Spot(Enum):
    """The places of a component that hold a sign."""

    BEFORE = "before"
    """The gutter at the left."""
    AFTER = "after"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class BreakpointLook:
    """One sign: a disc, or a diamond when it only logs; an outline when it is off."""

    is_on: bool = True
    is_log: bool = False
    is_conditional: bool = False
    badge: str = ""
    """The hit count in short: "3", "3+", "/3", or "1×" for one that goes after its first hit."""
    breakpoints: tuple[Breakpoint, ...] = field(default=(), compare=False)

    @property
    def words(self) -> str:
        """For the tooltip: a line for each breakpoint."""
        return "\n".join(_words(one) for one in self.breakpoints)


Spots = dict[ComponentKey, dict[Spot, BreakpointLook]]
Ways = dict[tuple[ComponentKey, str | None], BreakpointLook]
"""Signs on wires by where they leave; None stands for every port of a component."""

_SPOTS = {BreakPlace.BEFORE: Spot.BEFORE, BreakPlace.AFTER: Spot.AFTER, BreakPlace.ERROR: Spot.ERROR}


def sort_looks(breakpoints: Iterable[Breakpoint]) -> tuple[Spots, Ways]:
    """The signs at components and on wires. Those on a path of the context or an event have no place to be drawn."""
    at: dict[tuple[ComponentKey, Spot], list[Breakpoint]] = {}
    on: dict[tuple[ComponentKey, str | None], list[Breakpoint]] = {}
    for each in breakpoints:
        if each.component_key is None:
            continue
        key = ComponentKey(each.component_key)
        if each.place is BreakPlace.WIRE:
            on.setdefault((key, each.port), []).append(each)
        elif each.place in _SPOTS:
            at.setdefault((key, _SPOTS[each.place]), []).append(each)
    spots: Spots = {}
    for (key, spot), found in at.items():
        spots.setdefault(key, {})[spot] = breakpoint_look(found)
    return spots, {way: breakpoint_look(found) for way, found in on.items()}


def breakpoint_look(breakpoints: Sequence[Breakpoint]) -> BreakpointLook:
    """One sign for all breakpoints of a place: the one that stops most; the tooltip tells all."""
    shown = min(breakpoints, key=lambda one: (not one.enabled, one.log is not None, one.condition is not None))
    return BreakpointLook(
        is_on=shown.enabled,
        is_log=shown.log is not None,
        is_conditional=shown.condition is not None,
        badge=_badge(shown),
        breakpoints=tuple(breakpoints),
    )


def _badge(breakpoint_: Breakpoint) -> str:
    match breakpoint_.hit_rule:
        case None:
            return "1×" if breakpoint_.once else ""
        case HitKind.EXACTLY, count:
            return str(count)
        case HitKind.FROM, count:
            return f"{count}+"
        case _, count:
            return f"/{count}"


def _words(breakpoint_: Breakpoint) -> str:
    first = _stop_words(breakpoint_.place) if breakpoint_.log is None else _tr("Logs “{0}”").format(breakpoint_.log)
    parts = [_tr("Off: {0}").format(first) if not breakpoint_.enabled else first]
    if breakpoint_.condition is not None:
        parts.append(_tr("when {0}").format(breakpoint_.condition))
    match breakpoint_.hit_rule:
        case HitKind.EXACTLY, count:
            parts.append(_tr("only at hit {0}").format(count))
        case HitKind.FROM, count:
            parts.append(_tr("from hit {0} on").format(count))
        case HitKind.EVERY, count:
            parts.append(_tr("every {0} hits").format(count))
    if breakpoint_.once:
        parts.append(_tr("removed after its first hit"))
    return ", ".join(" ".join(part.split())[:_LONGEST] for part in parts)


def _stop_words(place: BreakPlace) -> str:
    match place:
        case BreakPlace.AFTER:
            return _tr("Runs stop after this")
        case BreakPlace.ERROR:
            return _tr("Runs stop when this fails")
        case BreakPlace.WIRE:
            return _tr("Runs stop when they go this way")
        case _:
            return _tr("Runs stop before this")


def _tr(text: str) -> str:
    return QCoreApplication.translate("BreakpointLooks", text)
