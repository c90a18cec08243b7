"""Everything the pointer does to a flow: the document changes at the release, Escape cancels, undo takes it back."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from editor.canvas.canvas_view import CanvasView
from editor.document.document import Document
from tests.editor.canvas.canvas_documents import chain, fork, loop
from tests.editor.canvas.conftest import OpenCanvas
from tests.editor.canvas.hand import Hand

SHIFT = Qt.KeyboardModifier.ShiftModifier
CONTROL = Qt.KeyboardModifier.ControlModifier
ALT = Qt.KeyboardModifier.AltModifier
A, B, C = (140, 126), (440, 126), (740, 126)
"""Middles of the components of `chain`."""


def place(document: Document, key: str) -> tuple[float, float]:
    return document.place(key).x, document.place(key).y


def target(document: Document, key: str, port: str = "next") -> str | None:
    return next(each.target for each in document.ports(key) if each.name == port)


def steps(view: CanvasView) -> int:
    return view.document.undo_stack.count()


def test_a_drag_moves_a_component_along_the_grid_as_one_step(open_canvas: OpenCanvas) -> None:
    view = open_canvas(chain())

    Hand(view).drag(A, (150, 240), (163, 333))

    assert place(view.document, "a") == (60, 300)
    assert steps(view) == 1
    assert view.selection() == ["a"]


def test_undo_of_a_drag_restores_every_position(open_canvas: OpenCanvas) -> None:
    view = open_canvas(chain())
    view.select_all()
    Hand(view).drag(A, (200, 300))

    view.document.undo_stack.undo()

    assert [place(view.document, key) for key in "abc"] == [(40, 100), (340, 100), (640, 100)]
    assert [rect[:2] for rect in view.scene.rects.values()] == [(40, 100), (340, 100), (640, 100)]


def test_a_drag_of_one_of_several_selected_moves_them_all(open_canvas: OpenCanvas) -> None:
    view = open_canvas(chain())
    hand = Hand(view)
    hand.click(A)
    hand.click(B, SHIFT)

    hand.drag(B, (440, 226))

    assert place(view.document, "a") == (40, 200)
    assert place(view.document, "b") == (340, 200)
    assert place(view.document, "c") == (640, 100)


def test_a_drag_settles_on_the_edge_of_a_neighbour(open_canvas: OpenCanvas) -> None:
    document = chain()
    document.layout.places["b"] = document.layout.places["b"].__class__(347, 100)  # type: ignore[index]
    view = open_canvas(document)

    Hand(view).drag(C, (C[0] - 290, 326))

    assert place(view.document, "c") == (347, 300)


def test_alt_moves_freely(open_canvas: OpenCanvas) -> None:
    view = open_canvas(chain())

    Hand(view).drag(A, (A[0] + 13, A[1] + 107), modifiers=ALT)

    assert place(view.document, "a") == (53, 207)


def test_escape_puts_a_dragged_component_back(open_canvas: OpenCanvas) -> None:
    view = open_canvas(chain())
    hand = Hand(view)
    hand.drag_and_hold(A, (300, 400))

    hand.key(Qt.Key.Key_Escape)
    hand.release((300, 400))

    assert place(view.document, "a") == (40, 100)
    assert view.scene.rects[view.document.keys()[0]][:2] == (40, 100)
    assert steps(view) == 0


def test_the_document_changes_at_the_release_only(open_canvas: OpenCanvas) -> None:
    view = open_canvas(chain())

    Hand(view).drag_and_hold(A, (300, 400))

    assert place(view.document, "a") == (40, 100)
    assert view.scene.rects[view.document.keys()[0]][:2] != (40, 100)


def test_a_box_selects_what_it_touches_and_shift_adds(open_canvas: OpenCanvas) -> None:
    view = open_canvas(chain())
    hand = Hand(view)

    hand.drag((300, 60), (500, 300))
    assert view.selection() == ["b"]

    hand.drag((620, 60), (900, 300), modifiers=SHIFT)
    assert view.selection() == ["b", "c"]


def test_escape_brings_the_selection_before_a_box_back(open_canvas: OpenCanvas) -> None:
    view = open_canvas(chain())
    hand = Hand(view)
    hand.click(A)
    hand.drag_and_hold((300, 60), (900, 300))

    hand.key(Qt.Key.Key_Escape)

    assert view.selection() == ["a"]


def test_clicks_select_add_and_clear(open_canvas: OpenCanvas) -> None:
    view = open_canvas(chain())
    hand = Hand(view)

    hand.click(A)
    hand.click(C, SHIFT)
    assert view.selection() == ["a", "c"]

    hand.click(C, CONTROL)
    assert view.selection() == ["a"]

    hand.click((500, 500))
    assert view.selection() == []


def test_a_wire_from_a_port_to_a_component_connects_them(open_canvas: OpenCanvas) -> None:
    view = open_canvas(fork())

    Hand(view).drag((246, 187), (330, 200), (500, 266))

    assert target(view.document, "choose", "false") == "no"
    assert steps(view) == 1
    assert view.emphasis.offer is None


def test_a_wire_into_empty_space_asks_what_to_add_there(open_canvas: OpenCanvas, qtbot: QtBot) -> None:
    view = open_canvas(fork())

    with qtbot.waitSignal(view.quick_add_wanted) as wanted:
        Hand(view).drag((246, 187), (300, 500))

    scene, _screen, origin = wanted.args
    assert (scene.x(), scene.y()) == (300, 500)
    assert origin == ("choose", "false")
    assert steps(view) == 0


def test_escape_cancels_a_wire(open_canvas: OpenCanvas) -> None:
    view = open_canvas(fork())
    hand = Hand(view)
    hand.drag_and_hold((246, 187), (500, 266))

    hand.key(Qt.Key.Key_Escape)
    hand.release((500, 266))

    assert target(view.document, "choose", "false") is None
    assert view.emphasis.offer is None


def test_while_connecting_what_can_be_reached_is_offered_and_the_rest_is_not(open_canvas: OpenCanvas) -> None:
    view = open_canvas(fork())

    Hand(view).drag_and_hold((246, 167), (500, 266))

    offer = view.emphasis.offer
    assert offer is not None
    assert offer.aimed == "no"
    assert "yes" in offer.refused


def test_a_wire_drawn_backwards_takes_the_nearest_port(open_canvas: OpenCanvas) -> None:
    view = open_canvas(fork())

    Hand(view).drag((400, 266), (300, 250), (240, 190))

    assert target(view.document, "choose", "false") == "no"


def test_dragging_the_end_of_a_wire_to_another_component_reconnects_it(open_canvas: OpenCanvas) -> None:
    view = open_canvas(fork())

    Hand(view).drag((400, 86), (350, 200), (480, 266))

    assert target(view.document, "choose", "true") == "no"
    assert steps(view) == 1


def test_dragging_the_end_of_a_wire_into_empty_space_disconnects_it(open_canvas: OpenCanvas) -> None:
    view = open_canvas(fork())

    Hand(view).drag((400, 86), (350, 400))

    assert target(view.document, "choose", "true") is None


def test_dropping_the_end_of_a_wire_where_it_was_changes_nothing(open_canvas: OpenCanvas) -> None:
    view = open_canvas(fork())

    Hand(view).drag((400, 86), (350, 300), (430, 86))

    assert target(view.document, "choose", "true") == "yes"
    assert steps(view) == 0
    assert not view.emphasis.hidden_wires


def test_a_line_drawn_with_control_cuts_the_wires_it_crosses(open_canvas: OpenCanvas) -> None:
    view = open_canvas(loop())

    Hand(view).drag((295, 60), (295, 400), modifiers=CONTROL)

    assert target(view.document, "c") == "exit" or target(view.document, "c") is None
    assert target(view.document, "a") == "exit"
    assert steps(view) == 1


def test_escape_leaves_the_wires_that_would_have_been_cut(open_canvas: OpenCanvas) -> None:
    view = open_canvas(loop())
    hand = Hand(view)
    hand.drag_and_hold((295, 60), (295, 400), modifiers=CONTROL)

    assert view.emphasis.cut_wires
    hand.key(Qt.Key.Key_Escape)

    assert not view.emphasis.cut_wires
    assert steps(view) == 0


def test_a_selected_wire_is_disconnected_by_delete(open_canvas: OpenCanvas) -> None:
    view = open_canvas(fork())
    hand = Hand(view)

    hand.click((323, 127))
    assert [wire.port for wire in view.selected_wires()] == ["true"]
    hand.key(Qt.Key.Key_Delete)

    assert target(view.document, "choose", "true") is None


@pytest.mark.parametrize("button", [Qt.MouseButton.MiddleButton])
def test_the_middle_button_pans(open_canvas: OpenCanvas, button: Qt.MouseButton) -> None:
    view = open_canvas(chain())

    Hand(view).drag((500, 400), (530, 420), button=button)

    assert view.to_widget(QPointF(0, 0)) != QPointF(0, 0)
    assert view.selection() == []


def test_space_and_the_left_button_pan(open_canvas: OpenCanvas, qtbot: QtBot) -> None:
    view = open_canvas(chain())
    qtbot.keyPress(view, Qt.Key.Key_Space)

    Hand(view).drag(A, (170, 146))
    qtbot.keyRelease(view, Qt.Key.Key_Space)

    assert place(view.document, "a") == (40, 100)
    assert view.to_widget(QPointF(0, 0)) != QPointF(0, 0)


def test_the_wheel_zooms_about_the_cursor(open_canvas: OpenCanvas) -> None:
    view = open_canvas(chain())

    Hand(view).wheel((400, 300), 2)

    assert view.zoom == pytest.approx(1.44)
    assert (view.to_widget(QPointF(400, 300)) - QPointF(400, 300)).manhattanLength() < 2


def test_the_wheel_with_shift_goes_sideways(open_canvas: OpenCanvas) -> None:
    view = open_canvas(chain())

    Hand(view).wheel((400, 300), 1, SHIFT)

    assert view.zoom == 1.0
    assert view.to_widget(QPointF(0, 0)) == QPointF(80, 0)


def test_a_component_dropped_from_the_palette_is_added_there(open_canvas: OpenCanvas) -> None:
    view = open_canvas(chain())

    Hand(view).drop("Choice", (303, 326))

    assert view.document.keys()[-1] == "choice"
    assert place(view.document, "choice") == (200, 300)
    assert view.selection() == ["choice"]


def test_a_component_dropped_on_a_wire_is_put_between(open_canvas: OpenCanvas) -> None:
    view = open_canvas(fork())

    Hand(view).drop("Step", (323, 130))

    assert target(view.document, "choose", "true") == "step"
    assert target(view.document, "step") == "yes"


def test_a_drag_from_the_palette_that_leaves_adds_nothing(open_canvas: OpenCanvas) -> None:
    view = open_canvas(chain())
    hand = Hand(view)
    hand.drop("Step", (303, 326), is_dropped=False)

    hand.key(Qt.Key.Key_Escape)

    assert view.gesture is None
    assert list(view.document.keys()) == ["a", "b", "c"]


def test_a_component_dragged_onto_a_wire_is_put_between_as_one_step(open_canvas: OpenCanvas) -> None:
    view = open_canvas(fork())

    Hand(view).drag((500, 266), (400, 200), (323, 127))

    assert target(view.document, "choose", "true") == "no"
    assert target(view.document, "no") == "yes"
    assert steps(view) == 1
    view.document.undo_stack.undo()
    assert place(view.document, "no") == (400, 240)
    assert target(view.document, "choose", "true") == "yes"


def test_a_double_click_on_nothing_asks_what_to_add(open_canvas: OpenCanvas, qtbot: QtBot) -> None:
    view = open_canvas(chain())

    with qtbot.waitSignal(view.quick_add_wanted) as wanted:
        Hand(view).double_click((300, 400))

    assert wanted.args is not None
    assert wanted.args[0] == QPointF(300, 400)
    assert wanted.args[1] == view.mapToGlobal(QPoint(300, 400))
    assert wanted.args[2] is None


def test_a_double_click_on_a_component_asks_to_open_it(open_canvas: OpenCanvas, qtbot: QtBot) -> None:
    view = open_canvas(chain())

    with qtbot.waitSignal(view.open_wanted) as wanted:
        Hand(view).double_click(B)

    assert wanted.args == ["b"]


def test_a_click_in_the_gutter_asks_for_a_breakpoint(open_canvas: OpenCanvas, qtbot: QtBot) -> None:
    view = open_canvas(chain())

    with qtbot.waitSignal(view.breakpoint_toggled) as wanted:
        Hand(view).click((26, 126))

    assert wanted.args == ["a"]


def test_a_frame_moves_what_lies_in_it(open_canvas: OpenCanvas) -> None:
    view = open_canvas(chain())
    view.editor.add_frame(20, 60, 300, 140, "first")

    Hand(view).drag((100, 70), (100, 170), (100, 271))

    assert place(view.document, "a") == (40, 300)
    assert place(view.document, "b") == (340, 100)
    (frame,) = view.document.frames().values()
    assert (frame.x, frame.y) == (20, 260)


def test_a_note_can_be_dragged(open_canvas: OpenCanvas) -> None:
    view = open_canvas(chain())
    view.editor.add_note(400, 300, "remember")

    Hand(view).drag((450, 330), (470, 390))

    (note,) = view.document.notes().values()
    assert (note.x, note.y) == (420, 360)


def test_a_read_only_flow_can_be_looked_at_but_not_changed(open_canvas: OpenCanvas) -> None:
    view = open_canvas(fork())
    view.set_read_only(True)
    hand = Hand(view)

    hand.drag((140, 126), (200, 300))
    hand.drag((246, 187), (500, 266))
    hand.click((500, 266))
    hand.key(Qt.Key.Key_Delete)

    assert steps(view) == 0
    assert list(view.document.keys()) == ["choose", "yes", "no"]


def test_a_change_from_elsewhere_cancels_the_gesture_under_way(open_canvas: OpenCanvas) -> None:
    view = open_canvas(chain())
    hand = Hand(view)
    hand.drag_and_hold(A, (300, 400))

    view.editor.remove(["a"])
    hand.release((300, 400))

    assert view.gesture is None
    assert not view.document.has("a")


def test_hundreds_of_components_follow_as_outlines_and_move_at_the_release(open_canvas: OpenCanvas) -> None:
    document = chain()
    view = open_canvas(document)
    text = view.editor.copy(["a", "b", "c"])
    for number in range(60):
        view.editor.paste(text, 40, 200 + 80 * number)
    view.select_all()

    Hand(view).drag(A, (240, 226))

    assert place(document, "a") == (140, 200)
    assert place(document, "b_2") == (440, 300)


def test_the_view_moves_along_while_a_drag_is_held_at_its_edge(open_canvas: OpenCanvas, qtbot: QtBot) -> None:
    view = open_canvas(chain())
    hand = Hand(view)
    hand.drag_and_hold(C, (990, 126))

    qtbot.waitUntil(lambda: view.to_widget(QPointF(0, 0)).x() < -200)
    hand.key(Qt.Key.Key_Escape)
    stood = view.to_widget(QPointF(0, 0)).x()
    qtbot.wait(40)

    assert view.to_widget(QPointF(0, 0)).x() == stood
    assert place(view.document, "c") == (640, 100)


def test_a_right_click_selects_and_asks_for_a_menu(open_canvas: OpenCanvas, qtbot: QtBot) -> None:
    view = open_canvas(chain())
    point = QPoint(440, 126)

    with qtbot.waitSignal(view.context_menu_wanted) as asked:
        event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, point, view.mapToGlobal(point))
        QApplication.sendEvent(view, event)

    assert asked.args == [view.mapToGlobal(point), "b"]
    assert view.selection() == ["b"]
