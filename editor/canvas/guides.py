"""Where a dragged component settles: on the edges of its neighbours, else on the grid."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from editor.canvas.geometry import Rect
from editor.theme import GRID

GUIDE_REACH = 6.0
"""How near, in pixels of the screen, an edge must be to hold."""
_MOST_NEIGHBOURS = 400


@dataclass(frozen=True, slots=True)
class Guide:
    """A line along which two components are aligned: x for a vertical one, from one end to the other."""

    is_vertical: bool
    position: float
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Settled:
    """How far to move after all, and the guides to show."""

    dx: float
    dy: float
    guides: tuple[Guide, ...] = ()


def settle(moving: Rect, dx: float, dy: float, neighbours: Iterable[Rect], zoom: float) -> Settled:
    """Where a rectangle comes to rest when it is dragged by (dx, dy)."""
    wanted = moving.moved(dx, dy)
    others = list(neighbours)[:_MOST_NEIGHBOURS]
    reach = GUIDE_REACH / max(0.25, zoom)
    shift_x, beside = _nearest_edge([wanted.x, wanted.right], [(r, (r.x, r.right)) for r in others], reach)
    shift_y, below = _nearest_edge([wanted.y], [(r, (r.y,)) for r in others], reach)
    x = wanted.x + shift_x if beside is not None else snapped(wanted.x)
    y = wanted.y + shift_y if below is not None else snapped(wanted.y)
    settled = Rect(x, y, moving.width, moving.height)
    guides = []
    if beside is not None:
        guides.append(_vertical(settled, beside))
    if below is not None:
        guides.append(_horizontal(settled, below))
    return Settled(x - moving.x, y - moving.y, tuple(guides))


def snapped(value: float) -> float:
    """The nearest line of the grid."""
    return float(round(value / GRID) * GRID)


def _nearest_edge(
    mine: list[float], others: list[tuple[Rect, tuple[float, ...]]], reach: float
) -> tuple[float, Rect | None]:
    """The smallest shift that brings one of my edges onto the same edge of another."""
    best, found = reach, None
    for rect, edges in others:
        for my_edge, edge in zip(mine, edges, strict=True):
            if abs(edge - my_edge) < abs(best) or (found is None and abs(edge - my_edge) <= reach):
                best, found = edge - my_edge, rect
    return best, found


def _vertical(settled: Rect, other: Rect) -> Guide:
    is_left = abs(settled.x - other.x) <= abs(settled.right - other.right)
    position = settled.x if is_left else settled.right
    return Guide(True, position, min(settled.y, other.y), max(settled.bottom, other.bottom))


def _horizontal(settled: Rect, other: Rect) -> Guide:
    return Guide(False, settled.y, min(settled.x, other.x), max(settled.right, other.right))
