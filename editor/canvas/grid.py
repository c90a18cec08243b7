"""A spatial index: which nodes or wires are near a rectangle, in time that does not depend on the size of the flow."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import Generic, TypeVar

from editor.canvas.geometry import Rect

CELL = 2048.0
"""Width of the smallest cells: about a hundred nodes each, so a change rebuilds little and a far view has few."""
_LEVELS = 8
_STEP = 4.0

Id = TypeVar("Id", bound=Hashable)
Cell = tuple[int, int, int]
"""(level, column, row); each level's cells are four times as wide as those of the level below."""


class Grid(Generic[Id]):
    """Holds rectangles by id. A thing lives in one cell of the lowest level whose cells are as large as it is.

    Each cell counts its changes, so that what was made from a cell can be kept until the count differs.
    """

    def __init__(self, cell: float = CELL) -> None:
        self._sizes = [cell * _STEP**level for level in range(_LEVELS)]
        self._cells: dict[Cell, dict[Id, Rect]] = {}
        self._cell_of: dict[Id, Cell] = {}
        self._versions: dict[Cell, int] = {}
        self._shapes: dict[Cell, int] = {}
        self._levels: dict[int, int] = {}
        self._reach: dict[int, tuple[float, float]] = {}
        """How far things of a level have ever reached from their centre: what a search must look beyond its area."""

    def __len__(self) -> int:
        return len(self._cell_of)

    def __contains__(self, id_: Id) -> bool:
        return id_ in self._cell_of

    def put(self, id_: Id, rect: Rect) -> None:
        """Add a thing or move it."""
        cell = self._find_cell(rect)
        old = self._cell_of.get(id_)
        if old is not None and old != cell:
            self._take(id_, old)
        if old != cell:
            self._cell_of[id_] = cell
            if cell not in self._cells:
                self._cells[cell] = {}
                self._levels[cell[0]] = self._levels.get(cell[0], 0) + 1
        self._cells[cell][id_] = rect
        across, down = self._reach.get(cell[0], (0.0, 0.0))
        if rect.width > 2 * across or rect.height > 2 * down:
            self._reach[cell[0]] = (max(across, rect.width / 2), max(down, rect.height / 2))
        self._bump(cell)

    def remove(self, id_: Id) -> None:
        """Take a thing out; an unknown one is ignored."""
        cell = self._cell_of.pop(id_, None)
        if cell is not None:
            self._take(id_, cell)

    def touch(self, id_: Id) -> None:
        """Say that the state of a thing changed, though neither its place nor what it is."""
        cell = self._cell_of.get(id_)
        if cell is not None:
            self._versions[cell] += 1

    def touch_all(self) -> None:
        """Say that the state of everything changed."""
        for cell in self._cells:
            self._versions[cell] += 1

    def clear(self) -> None:
        """Forget everything."""
        self._cells.clear()
        self._cell_of.clear()
        self._levels.clear()
        self._reach.clear()

    def cells(self, area: Rect) -> Iterator[Cell]:
        """All cells that may hold something inside the area."""
        for level in self._levels:
            size = self._sizes[level]
            across, down = self._reach[level]
            left, right = int((area.x - across) // size), int((area.x + area.width + across) // size)
            top, bottom = int((area.y - down) // size), int((area.y + area.height + down) // size)
            if (right - left + 1) * (bottom - top + 1) > len(self._cells):
                yield from (c for c in self._cells if c[0] == level and left <= c[1] <= right and top <= c[2] <= bottom)
                continue
            for row in range(top, bottom + 1):
                for column in range(left, right + 1):
                    cell = (level, column, row)
                    if cell in self._cells:
                        yield cell

    def all_cells(self) -> list[Cell]:
        """Every cell that holds something."""
        return list(self._cells)

    def within(self, area: Rect) -> list[Id]:
        """The ids of all things that share an area with the rectangle."""
        left, top, right, bottom = area.x, area.y, area.x + area.width, area.y + area.height
        return [
            id_
            for cell in self.cells(area)
            for id_, (x, y, width, height) in self._cells[cell].items()
            if x < right and left < x + width and y < bottom and top < y + height
        ]

    def rects_within(self, area: Rect) -> list[Rect]:
        """The rectangles of all things that share an area with the rectangle."""
        left, top, right, bottom = area.x, area.y, area.x + area.width, area.y + area.height
        return [
            rect
            for cell in self.cells(area)
            for rect in self._cells[cell].values()
            if rect[0] < right and left < rect[0] + rect[2] and rect[1] < bottom and top < rect[1] + rect[3]
        ]

    def members(self, cell: Cell) -> dict[Id, Rect]:
        """What a cell holds; for reading only."""
        return self._cells[cell]

    def version(self, cell: Cell) -> int:
        """How often something of this cell has changed."""
        return self._versions[cell]

    def shape_version(self, cell: Cell) -> int:
        """How often something of this cell came, went, moved or was put anew; touches do not count."""
        return self._shapes[cell]

    def _find_cell(self, rect: Rect) -> Cell:
        extent = max(rect.width, rect.height)
        level = 0
        while extent > self._sizes[level] and level < _LEVELS - 1:
            level += 1
        size = self._sizes[level]
        return level, int((rect.x + rect.width / 2) // size), int((rect.y + rect.height / 2) // size)

    def _take(self, id_: Id, cell: Cell) -> None:
        del self._cells[cell][id_]
        self._bump(cell)
        if not self._cells[cell]:
            del self._cells[cell]
            self._levels[cell[0]] -= 1
            if not self._levels[cell[0]]:
                del self._levels[cell[0]]

    def _bump(self, cell: Cell) -> None:
        self._versions[cell] = self._versions.get(cell, 0) + 1
        self._shapes[cell] = self._shapes.get(cell, 0) + 1
