"""Everything the pointer can do, the keyboard can do."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QGuiApplication, QKeySequence
from pytestqt.qtbot import QtBot

from tests.editor.canvas.canvas_documents import chain, fork, loop
from tests.editor.canvas.conftest import OpenCanvas
from tests.editor.canvas.hand import Hand

Key = Qt.Key
CONTROL = Qt.KeyboardModifier.ControlModifier
ALT = Qt.KeyboardModifier.AltModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


def test_right_and_left_walk_along_wires_also_back_to_the_start(open_canvas: OpenCanvas) -> None:
    view = open_canvas(loop())
    hand = Hand(view)
    view.select(["a"])

    walked = []
    for key in (Key.Key_Right, Key.Key_Right, Key.Key_Right, Key.Key_Left):
        hand.key(key)
        walked.append(view.selection())

    assert walked == [["b"], ["c"], ["a"], ["c"]]


def test_up_and_down_go_to_the_nearest_component(open_canvas: OpenCanvas) -> None:
    view = open_canvas(fork())
    hand = Hand(view)
    view.select(["yes"])

    hand.key(Key.Key_Down)
    assert view.selection() == ["no"]

    hand.key(Key.Key_Up)
    assert view.selection() == ["yes"]


def test_the_first_arrow_selects_the_first_component(open_canvas: OpenCanvas) -> None:
    view = open_canvas(chain())

    Hand(view).key(Key.Key_Right)

    assert view.selection() == ["a"]


def test_shift_and_an_arrow_add_to_the_selection(open_canvas: OpenCanvas) -> None:
    view = open_canvas(chain())
    view.select(["a"])

    Hand(view).key(Key.Key_Right, SHIFT)

    assert view.selection() == ["a", "b"]
    assert view.current == "b"


def test_alt_and_an_arrow_nudge_the_selection_by_one_step_of_the_grid(open_canvas: OpenCanvas) -> None:
    view = open_canvas(chain())
    view.select(["a", "b"])

    Hand(view).key(Key.Key_Down, ALT)

    assert [view.document.place(key).y for key in "abc"] == [120, 120, 100]


def test_arrows_move_several_selected_components_together(open_canvas: OpenCanvas) -> None:
    view = open_canvas(chain())
    view.select(["a", "b"])

    Hand(view).key(Key.Key_Right)

    assert [view.document.place(key).x for key in "abc"] == [60, 360, 640]
    assert view.selection() == ["a", "b"]


def test_c_and_arrows_and_enter_connect(open_canvas: OpenCanvas) -> None:
    view = open_canvas(fork())
    hand = Hand(view)
    view.select(["yes"])

    hand.key(Key.Key_C)
    hand.key(Key.Key_Down)
    hand.key(Key.Key_Return)

    assert [wire.target for wire in view.document.wires_of("yes")] == ["no"]
    assert view.gesture is None


def test_tab_chooses_the_port_while_connecting(open_canvas: OpenCanvas) -> None:
    view = open_canvas(fork())
    hand = Hand(view)
    view.select(["choose"])

    hand.key(Key.Key_C)
    hand.key(Key.Key_Tab)
    hand.key(Key.Key_Down)
    hand.key(Key.Key_Return)

    assert view.document.component("choose").outputs == {"true": "yes", "false": "no"}


def test_escape_ends_a_connection_by_keys(open_canvas: OpenCanvas) -> None:
    view = open_canvas(fork())
    hand = Hand(view)
    view.select(["choose"])
    hand.key(Key.Key_C)

    hand.key(Key.Key_Escape)
    hand.key(Key.Key_Return)

    assert view.document.undo_stack.count() == 0
    assert view.emphasis.offer is None


def test_delete_heals_the_order_and_undo_brings_it_back(open_canvas: OpenCanvas) -> None:
    view = open_canvas(chain())
    view.select(["b"])

    Hand(view).key(Key.Key_Delete)
    assert [(wire.source, wire.target) for wire in view.document.wires()] == [("a", "c")]

    view.document.undo_stack.undo()
    assert list(view.scene.nodes) == ["a", "c", "b"]
    assert {(id_.source, id_.target) for id_ in view.scene.wires} == {("a", "b"), ("b", "c")}


def test_d_disables_and_enables_the_selection(open_canvas: OpenCanvas) -> None:
    view = open_canvas(chain())
    hand = Hand(view)
    view.select(["a", "b"])

    hand.key(Key.Key_D)
    assert [view.document.component(key).enabled for key in "abc"] == [False, False, None]
    assert not view.scene.nodes[view.selection()[0]].is_enabled

    hand.key(Key.Key_D)
    assert [view.document.component(key).enabled for key in "abc"] == [None, None, None]


def test_copy_and_paste_add_the_same_components_again(open_canvas: OpenCanvas) -> None:
    view = open_canvas(chain())
    hand = Hand(view)
    view.select(["a", "b"])

    hand.key(Key.Key_C, CONTROL)
    hand.key(Key.Key_V, CONTROL)

    assert len(view.document.keys()) == 5
    assert len(view.selection()) == 2
    assert not {"a", "b"} & set(view.selection())


def test_cut_puts_the_components_on_the_clipboard_and_takes_them_away(open_canvas: OpenCanvas) -> None:
    view = open_canvas(chain())
    view.select(["b"])

    Hand(view).key(Key.Key_X, CONTROL)

    assert '"b"' in QGuiApplication.clipboard().text()
    assert list(view.document.keys()) == ["a", "c"]


def test_pasting_what_is_no_component_is_refused_in_words(open_canvas: OpenCanvas, qtbot: QtBot) -> None:
    view = open_canvas(chain())
    QGuiApplication.clipboard().setText("just words")

    with qtbot.waitSignal(view.refused) as refused:
        Hand(view).key(Key.Key_V, CONTROL)

    assert refused.args is not None
    assert refused.args[0]
    assert len(view.document.keys()) == 3


def test_duplicate_selects_the_copies(open_canvas: OpenCanvas) -> None:
    view = open_canvas(chain())
    view.select(["c"])

    Hand(view).key(Key.Key_D, CONTROL)

    assert len(view.document.keys()) == 4
    assert view.selection() == [view.document.keys()[-1]]


@pytest.mark.parametrize(
    ("key", "signal", "argument"),
    [
        (Key.Key_F2, "rename_wanted", ["b"]),
        (Key.Key_Return, "open_wanted", ["b"]),
        (Key.Key_B, "breakpoint_toggled", ["b"]),
        (Key.Key_Slash, "search_wanted", []),
    ],
)
def test_keys_ask_the_window(
    open_canvas: OpenCanvas, qtbot: QtBot, key: Qt.Key, signal: str, argument: list[str]
) -> None:
    view = open_canvas(chain())
    view.select(["b"])

    with qtbot.waitSignal(getattr(view, signal)) as asked:
        Hand(view).key(key)

    assert asked.args == argument


def test_tab_asks_for_a_component_after_the_selected_one(open_canvas: OpenCanvas, qtbot: QtBot) -> None:
    view = open_canvas(chain())
    view.select(["c"])

    with qtbot.waitSignal(view.quick_add_wanted) as asked:
        Hand(view).key(Key.Key_Tab)

    assert asked.args is not None
    assert asked.args[2] == ("c", "next")


def test_control_a_selects_everything_and_escape_nothing(open_canvas: OpenCanvas) -> None:
    view = open_canvas(chain())
    hand = Hand(view)

    hand.key(Key.Key_A, CONTROL)
    assert view.selection() == ["a", "b", "c"]

    hand.key(Key.Key_Escape)
    assert view.selection() == []


def test_keys_fit_and_zoom(open_canvas: OpenCanvas) -> None:
    view = open_canvas(chain())
    view.document.undo_stack.clear()
    view.editor.move({"c": (4_000, 3_000)})
    hand = Hand(view)

    hand.key(Key.Key_Home)
    assert view.zoom < 0.3
    assert view.scene.bounds() is not None
    assert view.camera.view.grown(1).meets(view.scene.rects[view.document.keys()[2]])

    hand.key(Key.Key_1)
    assert view.zoom == 1.0


def test_a_shortcut_of_the_window_does_not_take_the_canvas_keys(open_canvas: OpenCanvas, qtbot: QtBot) -> None:
    view = open_canvas(fork())
    action = QAction("Add", view)
    action.setShortcut(QKeySequence("Tab"))
    view.addAction(action)
    view.select(["choose"])
    hand = Hand(view)

    hand.key(Key.Key_C)
    hand.key(Key.Key_Tab)

    assert view.gesture is not None
    assert view.gesture.port == "false"  # type: ignore[attr-defined]
