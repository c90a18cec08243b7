"""Aligning and distributing components: one undo step, nothing else touched."""

from __future__ import annotations

import pytest

from editor.canvas.arranging import Axis, Side
from editor.document.document import Document
from tests.editor.canvas.canvas_documents import component, document
from tests.editor.canvas.conftest import OpenCanvas


def scattered() -> Document:
    """b has two ports and is 102 high; the others are 52 high. All are 206 wide."""
    return document(
        [component("a"), component("b", "Choice"), component("c"), component("far", next="exit")],
        {"a": (40, 100), "b": (320, 160), "c": (700, 20), "far": (900, 500)},
    )


def places(flow: Document) -> dict[str, tuple[float, float]]:
    return {key: (flow.place(key).x, flow.place(key).y) for key in flow.layout.places}


@pytest.mark.parametrize(
    ("side", "expected"),
    [
        (Side.LEFT, [(40, 100), (40, 160), (40, 20)]),
        (Side.RIGHT, [(700, 100), (700, 160), (700, 20)]),
        (Side.CENTER, [(370, 100), (370, 160), (370, 20)]),
        (Side.TOP, [(40, 20), (320, 20), (700, 20)]),
        (Side.BOTTOM, [(40, 210), (320, 160), (700, 210)]),
        (Side.MIDDLE, [(40, 115), (320, 90), (700, 115)]),
    ],
)
def test_a_selection_is_aligned_as_one_step(
    open_canvas: OpenCanvas, side: Side, expected: list[tuple[float, float]]
) -> None:
    flow = scattered()
    view = open_canvas(flow)
    before = places(flow)
    view.select(["a", "b", "c"])

    view.align(side)
    after = places(flow)
    flow.undo_stack.undo()

    assert [after[key] for key in "abc"] == expected
    assert after["far"] == (900, 500)
    assert flow.undo_stack.count() == 1
    assert places(flow) == before


@pytest.mark.parametrize(
    ("axis", "expected"),
    [
        (Axis.HORIZONTAL, [(40, 100), (370, 160), (700, 20)]),
        (Axis.VERTICAL, [(40, 90), (320, 160), (700, 20)]),
    ],
)
def test_gaps_become_equal_as_one_step(
    open_canvas: OpenCanvas, axis: Axis, expected: list[tuple[float, float]]
) -> None:
    flow = scattered()
    view = open_canvas(flow)
    view.select(["a", "b", "c"])

    view.distribute(axis)

    assert [places(flow)[key] for key in "abc"] == expected
    assert flow.undo_stack.count() == 1


def test_too_few_components_are_left_alone(open_canvas: OpenCanvas) -> None:
    flow = scattered()
    view = open_canvas(flow)

    view.align("left")
    view.select(["a"])
    view.align("left")
    view.select(["a", "b"])
    view.distribute("vertical")

    assert flow.undo_stack.count() == 0


def test_a_flow_for_reading_only_is_not_arranged(open_canvas: OpenCanvas) -> None:
    flow = scattered()
    view = open_canvas(flow)
    view.set_read_only(True)
    view.select(["a", "b"])

    view.align("left")

    assert flow.undo_stack.count() == 0
