"""Where things lie on the canvas: places of components, frames and notes, and how large a node is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from node_engine.analysis.ports import Port
from node_engine.models.ids import ComponentKey

NODE_WIDTH = 206
NODE_HEIGHT = 52
"""Height of a node without named outputs, and of the head of one that has them."""
PORT_ROW = 20
PORT_ROWS_PADDING = 10
"""Space above and below the rows of named outputs, together."""
GRID = 20


@dataclass(frozen=True, slots=True)
class Place:
    """The top left corner of a component, in canvas units; `color` is "#rrggbb" where the user chose one."""

    x: float
    y: float
    color: str | None = None


@dataclass(frozen=True, slots=True)
class Frame:
    """A titled area behind components; what lies in it moves with it."""

    x: float
    y: float
    width: float
    height: float
    title: str = ""
    color: str | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """A sticky note."""

    x: float
    y: float
    width: float = 240.0
    height: float = 80.0
    text: str = ""
    color: str | None = None


@dataclass(slots=True)
class Layout:
    """Everything of the layout side file. Only commands change the layout of an open document."""

    places: dict[ComponentKey, Place] = field(default_factory=dict)
    frames: dict[str, Frame] = field(default_factory=dict)
    notes: dict[str, Note] = field(default_factory=dict)
    other_lines: tuple[str, ...] = ()
    """Lines of kinds that this version does not know; they are written back as they are."""


def port_rows(ports: Sequence[Port]) -> Sequence[Port]:
    """The ports that get a labelled row of their own: none while one port at the middle of the side will do."""
    return ports if len(ports) > 1 else ()


def node_size(ports: Sequence[Port]) -> tuple[float, float]:
    """Width and height of a node with these ports."""
    rows = len(port_rows(ports))
    return float(NODE_WIDTH), float(NODE_HEIGHT + (rows * PORT_ROW + PORT_ROWS_PADDING if rows else 0))


def snapped(value: float) -> float:
    """The nearest grid line."""
    return float(round(value / GRID) * GRID)


def bounds(places: Iterable[Place]) -> tuple[float, float, float, float] | None:
    """Left, top, right and bottom around nodes of ordinary size at these places; None for no places."""
    found = list(places)
    if not found:
        return None
    left, top = min(place.x for place in found), min(place.y for place in found)
    right, bottom = max(place.x for place in found), max(place.y for place in found)
    return left, top, right + NODE_WIDTH, bottom + NODE_HEIGHT
