"""What was made from the cells of a grid, kept until they change."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TypeVar

from editor.canvas.grid import Cell

_Made = TypeVar("_Made")


class CellCache(dict[Cell, tuple[Hashable, _Made]]):
    """Values by cell, each good for one version of it."""

    def made(self, cell: Cell, version: Hashable, make: Callable[[Cell], _Made]) -> _Made:
        """The kept value, or a new one."""
        kept = self.get(cell)
        if kept is None or kept[0] != version:
            kept = self[cell] = (version, make(cell))
        return kept[1]
