"""The spatial index answers like a search through everything, only faster."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from editor.canvas.geometry import Rect
from editor.canvas.grid import Grid

numbers = st.floats(-20_000, 20_000, allow_nan=False)
lengths = st.floats(0.5, 40_000, allow_nan=False)
rects = st.builds(Rect, numbers, numbers, lengths, lengths)


@given(st.lists(rects, max_size=40), rects)
def test_within_finds_exactly_what_meets_the_area(held: list[Rect], area: Rect) -> None:
    grid: Grid[int] = Grid()
    for number, rect in enumerate(held):
        grid.put(number, rect)

    found = grid.within(area)

    assert sorted(found) == [number for number, rect in enumerate(held) if rect.meets(area)]


@given(st.lists(rects, min_size=1, max_size=20), rects)
def test_what_moved_is_found_only_where_it_is(held: list[Rect], target: Rect) -> None:
    grid: Grid[int] = Grid()
    for rect in held:
        grid.put(0, rect)

    grid.put(0, target)

    assert len(grid) == 1
    assert grid.within(target) == [0]
    assert grid.rects_within(target) == [target]


def test_what_was_removed_is_found_nowhere() -> None:
    grid: Grid[str] = Grid()
    grid.put("a", Rect(0, 0, 10, 10))

    grid.remove("a")
    grid.remove("never there")

    assert "a" not in grid
    assert not grid.all_cells()


def test_a_cell_counts_the_changes_of_what_is_in_it() -> None:
    grid: Grid[str] = Grid()
    grid.put("a", Rect(0, 0, 10, 10))
    (cell,) = grid.all_cells()
    before = grid.version(cell)

    grid.touch("a")

    assert grid.version(cell) > before
