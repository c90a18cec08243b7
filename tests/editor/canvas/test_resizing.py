"""Frames and sticky notes are sized by their edges: along the grid, as one undo step, Escape cancels."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from editor.canvas.canvas_view import CanvasView
from editor.document.document import Document
from editor.document.layout import Frame, Layout, Note
from node_engine.models.flow import FlowDefinition
from tests.editor.canvas.canvas_documents import CATALOG
from tests.editor.canvas.conftest import OpenCanvas
from tests.editor.canvas.hand import Hand

ALT = Qt.KeyboardModifier.AltModifier
Box = tuple[float, float, float, float]


def boxes() -> Document:
    """A frame from (100, 100) to (500, 400), and a note from (600, 100) to (840, 180)."""
    layout = Layout(frames={"f": Frame(100, 100, 400, 300, "a frame")}, notes={"n": Note(600, 100, 240, 80, "a note")})
    return Document(FlowDefinition(key="test", flow=[]), layout, CATALOG)


def frame(view: CanvasView) -> Box:
    box = view.document.layout.frames["f"]
    return box.x, box.y, box.width, box.height


def note(view: CanvasView) -> Box:
    box = view.document.layout.notes["n"]
    return box.x, box.y, box.width, box.height


def on_screen(view: CanvasView) -> QImage:
    return view.screen().grabWindow(view.winId()).toImage()


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ((500, 250), (551, 250), (100, 100, 460, 300)),
        ((100, 250), (63, 250), (60, 100, 440, 300)),
        ((300, 100), (300, 141), (100, 140, 400, 260)),
        ((300, 400), (300, 449), (100, 100, 400, 340)),
        ((500, 400), (441, 339), (100, 100, 340, 240)),
        ((100, 100), (121, 121), (120, 120, 380, 280)),
    ],
    ids=["right", "left", "top", "bottom", "lower right", "upper left"],
)
def test_each_edge_and_corner_of_a_frame_follows_the_pointer(
    open_canvas: OpenCanvas, start: tuple[float, float], end: tuple[float, float], expected: Box
) -> None:
    view = open_canvas(boxes())

    Hand(view).drag(start, end)

    assert frame(view) == expected
    assert view.document.undo_stack.count() == 1


def test_undo_gives_a_note_its_size_back(open_canvas: OpenCanvas) -> None:
    view = open_canvas(boxes())
    Hand(view).drag((840, 180), (901, 261))
    sized = note(view)

    view.document.undo_stack.undo()

    assert sized == (600, 100, 300, 160)
    assert note(view) == (600, 100, 240, 80)


def test_nothing_becomes_too_small_to_be_held_and_the_other_edge_stays(open_canvas: OpenCanvas) -> None:
    view = open_canvas(boxes())

    Hand(view).drag((100, 250), (900, 250))
    Hand(view).drag((840, 180), (100, 20))

    assert frame(view) == (380, 100, 120, 300)
    assert note(view) == (600, 100, 80, 40)


def test_alt_sizes_freely(open_canvas: OpenCanvas) -> None:
    view = open_canvas(boxes())

    Hand(view).drag((840, 140), (853, 140), modifiers=ALT)

    assert note(view) == (600, 100, 253, 80)


def test_escape_draws_it_as_it_was(open_canvas: OpenCanvas, qtbot: QtBot) -> None:
    view = open_canvas(boxes())
    qtbot.wait(1)
    before = on_screen(view)
    hand = Hand(view)
    hand.drag_and_hold((500, 400), (700, 500))
    qtbot.wait(1)
    meanwhile = on_screen(view)

    hand.key(Qt.Key.Key_Escape)
    hand.release((700, 500))
    hand.hover((950, 550))
    qtbot.wait(1)

    assert frame(view) == (100, 100, 400, 300)
    assert meanwhile != before
    assert on_screen(view) == before


def test_the_middle_of_a_note_still_moves_it(open_canvas: OpenCanvas) -> None:
    view = open_canvas(boxes())

    Hand(view).drag((700, 140), (760, 240))

    assert note(view) == (660, 200, 240, 80)


@pytest.mark.parametrize(
    ("at", "shape"),
    [
        ((500, 250), Qt.CursorShape.SizeHorCursor),
        ((300, 400), Qt.CursorShape.SizeVerCursor),
        ((500, 400), Qt.CursorShape.SizeFDiagCursor),
        ((100, 400), Qt.CursorShape.SizeBDiagCursor),
        ((300, 250), Qt.CursorShape.ArrowCursor),
    ],
)
def test_the_pointer_says_how_an_edge_moves(
    open_canvas: OpenCanvas, at: tuple[float, float], shape: Qt.CursorShape
) -> None:
    view = open_canvas(boxes())

    Hand(view).hover(at)

    assert view.cursor().shape() is shape


def test_nothing_is_sized_in_a_flow_for_reading_only(open_canvas: OpenCanvas) -> None:
    view = open_canvas(boxes())
    view.set_read_only(True)

    Hand(view).drag((500, 250), (600, 250))

    assert frame(view) == (100, 100, 400, 300)
    assert view.cursor().shape() is Qt.CursorShape.ArrowCursor
