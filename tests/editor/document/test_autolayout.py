"""Automatic layout: left to right, branches below, nothing overlaps."""

from __future__ import annotations

import random
import time
from itertools import pairwise

import pytest

from editor.document.autolayout import Points, arrange
from node_engine.analysis.wires import Wire, WireKind

SIZE = (206.0, 52.0)


def wired(*pairs: tuple[str, str]) -> list[Wire]:
    return [Wire(source, "next", target, WireKind.NEXT, "", "next") for source, target in pairs]  # type: ignore[arg-type]


def laid_out(keys: list[str], *pairs: tuple[str, str]) -> Points:
    return arrange(keys, wired(*pairs), dict.fromkeys(keys, SIZE))  # type: ignore[arg-type]


def overlaps(points: Points, height: float = 52.0) -> list[tuple[str, str]]:
    ordered = sorted(points.items(), key=lambda item: item[1])
    return [
        (one, other)
        for (one, (x, y)), (other, (u, v)) in pairwise(ordered)
        if abs(x - u) < SIZE[0] and abs(y - v) < height
    ]


def test_a_chain_of_ten_is_a_row() -> None:
    keys = [f"k{number}" for number in range(10)]

    points = laid_out(keys, *pairwise(keys))

    assert {y for _, y in points.values()} == {0}
    assert [points[key][0] for key in keys] == [280 * number for number in range(10)]  # type: ignore[index]


def test_branches_go_below_and_the_first_stays_on_the_line() -> None:
    points = laid_out(["a", "if", "b", "c", "d"], ("a", "if"), ("if", "b"), ("if", "c"), ("b", "d"), ("c", "d"))

    assert points["a"][1] == points["if"][1] == points["b"][1] == points["d"][1]  # type: ignore[index]
    assert points["c"][1] > points["b"][1]  # type: ignore[index]
    assert points["c"][0] == points["b"][0]  # type: ignore[index]


def test_a_loop_is_laid_out_in_the_direction_of_the_list() -> None:
    points = laid_out(["a", "b", "c"], ("a", "b"), ("b", "c"), ("c", "a"), ("b", "b"))

    assert points["a"][0] < points["b"][0] < points["c"][0]  # type: ignore[index]


def test_a_wire_past_a_branch_has_a_lane_of_its_own() -> None:
    points = laid_out(["if", "x", "a", "b", "end"], ("if", "a"), ("a", "b"), ("b", "end"), ("if", "end"), ("if", "x"))

    assert points["x"][1] > points["a"][1]  # type: ignore[index]
    assert points["end"][1] == 0  # type: ignore[index]


def test_a_thousand_in_a_row_wrap_into_readable_rows() -> None:
    keys = [f"k{number}" for number in range(1_000)]

    points = laid_out(keys, *pairwise(keys))

    width, height = max(x for x, _ in points.values()), max(y for _, y in points.values())
    assert 1 < width / height < 4
    assert overlaps(points) == []


def test_tall_nodes_push_their_neighbours_down() -> None:
    keys = ["a", "b", "c"]
    sizes = {"a": SIZE, "b": (206.0, 402.0), "c": SIZE}

    points = arrange(keys, wired(("a", "b"), ("a", "c")), sizes)  # type: ignore[arg-type]

    assert points["c"][1] >= points["b"][1] + 402  # type: ignore[index]


def test_loose_components_stand_beside_each_other() -> None:
    keys = [f"k{number}" for number in range(30)]

    points = laid_out(keys)

    assert overlaps(points) == []
    assert max(y for _, y in points.values()) < 600


def test_a_component_alone_and_none_at_all() -> None:
    assert laid_out(["a"]) == {"a": (0, 0)}
    assert laid_out([]) == {}


@pytest.mark.parametrize("seed", range(20))
def test_random_flows_overlap_nowhere_and_lie_on_the_grid(seed: int) -> None:
    chance = random.Random(seed)
    keys = [f"k{number}" for number in range(chance.randrange(2, 120))]
    pairs = [(chance.choice(keys), chance.choice(keys)) for _ in range(len(keys) * 2)]

    points = laid_out(keys, *pairs)

    assert set(points) == set(keys)
    assert all(x % 20 == 0 and y % 20 == 0 for x, y in points.values())
    assert overlaps(points) == []


def test_ten_thousand_components_take_about_a_second() -> None:
    chance = random.Random(1)
    keys = [f"k{number}" for number in range(10_000)]
    pairs = [
        *pairwise(keys),
        *((key, keys[min(9_999, place + chance.randrange(2, 30))]) for place, key in enumerate(keys[::5])),
    ]

    began_s = time.process_time()
    points = laid_out(keys, *pairs)

    assert len(points) == 10_000
    assert time.process_time() - began_s < 5
