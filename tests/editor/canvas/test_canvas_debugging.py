"""What the debugger shows on the canvas and what is done to it there: signs, the arrow, values, differences, edits."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QAccessible, QImage
from pytestqt.qtbot import QtBot

from editor.canvas.breakpoint_looks import Spot
from editor.canvas.canvas_view import CanvasView
from editor.canvas.geometry import Point
from editor.canvas.hits import find_hit
from editor.canvas.looks import WireId
from editor.canvas.routes import middle
from editor.canvas.tooltips import tooltip_for
from editor.session.run_view import Mark
from node_engine.analysis.compare import Difference
from node_engine.models.breakpoint import Breakpoint
from node_engine.models.ids import ComponentKey
from node_engine.models.run import StepState
from tests.editor.canvas.canvas_documents import chain, fork, loop
from tests.editor.canvas.conftest import OpenCanvas
from tests.editor.canvas.hand import Hand

ALT = Qt.KeyboardModifier.AltModifier
A, B, C = (140, 126), (440, 126), (740, 126)
"""Middles of the components of `chain`."""
BEFORE_B, BEFORE_C, AFTER_B, ERROR_B = (326, 126), (626, 126), (560, 126), (366, 152)


def wire(source: str, port: str, target: str) -> WireId:
    return WireId(ComponentKey(source), port, ComponentKey(target))


def stop(key: str, **fields: object) -> Breakpoint:
    return Breakpoint.model_validate({"flow_key": "test", "component_key": key, **fields})


def middle_of(view: CanvasView, id_: WireId) -> tuple[float, float]:
    return middle(view.scene.routes[id_])


def pause(view: CanvasView, key: str, **where: object) -> None:
    view.set_overlay({}, {}, key, **where)  # type: ignore[arg-type]
    view.flush_overlay()


def tooltip(view: CanvasView, at: tuple[float, float]) -> str:
    hit = find_hit(view.scene, view.document.layout, view.camera, Point(*at))
    return tooltip_for(view.scene, view.document.layout, hit)


def on_screen(view: CanvasView) -> QImage:
    return view.screen().grabWindow(view.winId()).toImage()


def rest(qtbot: QtBot, view: CanvasView, at: tuple[float, float]) -> list[object]:
    """Hold the pointer still until the canvas asks for values."""
    with qtbot.waitSignal(view.bubble_wanted) as asked:
        Hand(view).hover(at)
    return list(asked.args)


def box_of(view: CanvasView, key: str) -> QRectF:
    return view.camera.box(view.scene.rects[ComponentKey(key)])


def test_a_key_alone_is_a_breakpoint_before_that_component(open_canvas: OpenCanvas) -> None:
    view = open_canvas(chain())

    view.set_breakpoints(["a"], off=["b"])

    looks = [view.scene.marks.spot(ComponentKey(key), Spot.BEFORE) for key in "abc"]
    assert [look.is_on if look else None for look in looks] == [True, False, None]


def test_a_breakpoint_that_goes_leaves_nothing_on_the_screen(open_canvas: OpenCanvas, qtbot: QtBot) -> None:
    view = open_canvas(chain())
    qtbot.wait(1)
    clean = on_screen(view)

    view.set_breakpoints([stop("b", hits=">= 100", condition="x"), stop("a", place="wire", port="next", hits="= 3")])
    view.set_breakpoints([stop("b", place="after"), stop("b", place="error")])
    pause(view, "b")
    view.set_comparison({"b": "error", "c": "same"}, "b")
    view.set_config_edits(["b"])
    qtbot.wait(1)
    marked = on_screen(view)
    view.set_breakpoints([])
    view.set_overlay({}, {})
    view.flush_overlay()
    view.set_comparison({})
    view.set_config_edits([])
    qtbot.wait(1)

    assert marked != clean
    assert on_screen(view) == clean


@pytest.mark.parametrize(("place", "at"), [("after", AFTER_B), ("error", ERROR_B)])
def test_a_click_on_a_sign_asks_for_its_place_to_be_cleared(
    open_canvas: OpenCanvas, qtbot: QtBot, place: str, at: tuple[float, float]
) -> None:
    view = open_canvas(chain())
    view.set_breakpoints([stop("b", place=place)])

    with qtbot.waitSignal(view.place_toggled) as wanted:
        Hand(view).click(at)

    assert wanted.args == ["b", place]
    assert view.selection() == []


def test_alt_click_on_a_wire_asks_for_a_breakpoint_on_it(open_canvas: OpenCanvas, qtbot: QtBot) -> None:
    view = open_canvas(fork())
    id_ = wire("choose", "true", "yes")

    with qtbot.waitSignal(view.wire_breakpoint_toggled) as wanted:
        Hand(view).click(middle_of(view, id_), ALT)

    assert wanted.args == ["choose", "true"]
    assert view.selected_wires() == []


def test_a_plain_click_on_the_sign_of_a_wire_asks_for_it_to_go(open_canvas: OpenCanvas, qtbot: QtBot) -> None:
    view = open_canvas(fork())
    view.set_breakpoints([stop("choose", place="wire", port="true")])

    with qtbot.waitSignal(view.wire_breakpoint_toggled) as wanted:
        Hand(view).click(middle_of(view, wire("choose", "true", "yes")))

    assert wanted.args == ["choose", "true"]


def test_a_breakpoint_on_every_way_out_is_named_without_a_port(open_canvas: OpenCanvas, qtbot: QtBot) -> None:
    view = open_canvas(fork())
    view.set_breakpoints([stop("choose", place="wire")])

    with qtbot.waitSignal(view.wire_breakpoint_toggled) as wanted:
        Hand(view).click(middle_of(view, wire("choose", "true", "yes")))

    assert wanted.args == ["choose", None]


def test_a_plain_click_on_a_wire_without_a_sign_selects_it(open_canvas: OpenCanvas, qtbot: QtBot) -> None:
    view = open_canvas(fork())

    with qtbot.assertNotEmitted(view.wire_breakpoint_toggled):
        Hand(view).click(middle_of(view, wire("choose", "true", "yes")))

    assert [each.port for each in view.selected_wires()] == ["true"]


@pytest.mark.parametrize("key", [Qt.Key.Key_F9, Qt.Key.Key_B])
def test_a_key_asks_for_the_breakpoint_of_a_selected_wire(open_canvas: OpenCanvas, qtbot: QtBot, key: Qt.Key) -> None:
    view = open_canvas(fork())
    hand = Hand(view)
    hand.click(middle_of(view, wire("choose", "true", "yes")))

    with qtbot.waitSignal(view.wire_breakpoint_toggled) as wanted:
        hand.key(key)

    assert wanted.args == ["choose", "true"]


def test_alt_shows_where_the_breakpoint_of_a_wire_would_be(open_canvas: OpenCanvas) -> None:
    view = open_canvas(fork())
    id_ = wire("choose", "true", "yes")
    hand = Hand(view)

    hand.hover(middle_of(view, id_), ALT)
    held = view.emphasis.wire_hint
    hand.hover(middle_of(view, id_))

    assert held == id_
    assert view.emphasis.wire_hint is None


def test_signs_tell_in_words_what_they_do(open_canvas: OpenCanvas) -> None:
    view = open_canvas(chain())
    view.set_breakpoints(
        [
            stop("b", condition="score < 0.8", hits=">= 2", once=True),
            stop("b", place="error", enabled=False),
            stop("b", place="after", log="it is <b>{score}</b>"),
        ]
    )

    assert "Runs stop before this, when score &lt; 0.8, from hit 2 on, removed after its first hit" in tooltip(
        view, BEFORE_B
    )
    assert "Off: Runs stop when this fails" in tooltip(view, ERROR_B)
    assert "Logs “it is &lt;b&gt;{score}&lt;/b&gt;”" in tooltip(view, AFTER_B)


def test_a_screen_reader_hears_breakpoints_edits_and_differences(open_canvas: OpenCanvas) -> None:
    view = open_canvas(chain())
    view.set_breakpoints([stop("b", condition="visit == 2")])
    view.set_config_edits(["b"])
    view.set_comparison({"b": Difference.NEXT}, "b")

    canvas = QAccessible.queryAccessibleInterface(view)
    assert canvas is not None
    text = canvas.child(1).text(QAccessible.Text.Description)

    assert "has a breakpoint" in text
    assert "when visit == 2" in text
    assert "changed for this run only" in text
    assert "first: other way" in text


def test_dragging_the_arrow_asks_for_the_run_to_go_on_there(open_canvas: OpenCanvas, qtbot: QtBot) -> None:
    view = open_canvas(chain())
    pause(view, "b")

    with qtbot.waitSignal(view.set_next_wanted) as wanted:
        Hand(view).drag(BEFORE_B, (500, 300), C)

    assert wanted.args == ["c"]
    assert view.document.undo_stack.count() == 0


def test_the_gutter_of_a_component_counts_as_the_component(open_canvas: OpenCanvas, qtbot: QtBot) -> None:
    view = open_canvas(chain())
    pause(view, "b")

    with qtbot.waitSignal(view.set_next_wanted) as wanted:
        Hand(view).drag(BEFORE_B, (500, 300), BEFORE_C)

    assert wanted.args == ["c"]


def test_all_others_light_up_while_the_arrow_is_in_the_hand(open_canvas: OpenCanvas) -> None:
    view = open_canvas(chain())
    pause(view, "b")

    Hand(view).drag_and_hold(BEFORE_B, (500, 300), C)

    assert view.emphasis.offer is not None
    assert view.emphasis.offer.is_next
    assert view.emphasis.offer.refused == {"b"}
    assert view.emphasis.offer.aimed == "c"


@pytest.mark.parametrize("end", [B, (500, 400)], ids=["where it stands", "nowhere"])
def test_the_arrow_put_back_or_dropped_asks_nothing(
    open_canvas: OpenCanvas, qtbot: QtBot, end: tuple[float, float]
) -> None:
    view = open_canvas(chain())
    pause(view, "b")

    with qtbot.assertNotEmitted(view.set_next_wanted):
        Hand(view).drag(BEFORE_B, (500, 300), end)

    assert view.emphasis.offer is None


def test_escape_leaves_the_arrow_where_it_was(open_canvas: OpenCanvas, qtbot: QtBot) -> None:
    view = open_canvas(chain())
    pause(view, "b")
    hand = Hand(view)
    hand.drag_and_hold(BEFORE_B, (500, 300), C)

    hand.key(Qt.Key.Key_Escape)
    with qtbot.assertNotEmitted(view.set_next_wanted):
        hand.release(C)

    assert view.emphasis.offer is None
    assert view.gesture is None


def test_an_arrow_in_the_hand_is_dropped_when_the_run_goes_on(open_canvas: OpenCanvas, qtbot: QtBot) -> None:
    view = open_canvas(chain())
    pause(view, "b")
    hand = Hand(view)
    hand.drag_and_hold(BEFORE_B, (500, 300), C)

    pause(view, "c")
    with qtbot.assertNotEmitted(view.set_next_wanted):
        hand.release(C)

    assert view.gesture is None


def test_the_arrow_can_be_dragged_where_nothing_else_can_be_changed(open_canvas: OpenCanvas, qtbot: QtBot) -> None:
    view = open_canvas(chain())
    view.set_read_only(True)
    pause(view, "b")

    with qtbot.waitSignal(view.set_next_wanted) as wanted:
        Hand(view).drag(BEFORE_B, (500, 300), C)

    assert wanted.args == ["c"]


def test_an_arrow_of_the_past_stays(open_canvas: OpenCanvas, qtbot: QtBot) -> None:
    view = open_canvas(chain())
    pause(view, "b", can_move=False)

    with qtbot.assertNotEmitted(view.set_next_wanted):
        Hand(view).drag(BEFORE_B, (500, 300), C)

    assert view.gesture is None


def test_after_a_component_the_arrow_stands_behind_it_and_may_go_back_before_it(
    open_canvas: OpenCanvas, qtbot: QtBot
) -> None:
    view = open_canvas(chain())
    marks = {ComponentKey("b"): Mark(StepState.DONE, 2, 5.0)}
    view.set_overlay(marks, {}, "b", place="after")
    view.flush_overlay()

    with qtbot.waitSignal(view.set_next_wanted) as wanted:
        Hand(view).drag(AFTER_B, (500, 300), B)

    assert wanted.args == ["b"]
    assert view.scene.statuses[ComponentKey("b")].words == "after, visit 2"


def test_a_click_on_the_arrow_toggles_the_breakpoint_below_it(open_canvas: OpenCanvas, qtbot: QtBot) -> None:
    view = open_canvas(chain())
    pause(view, "b")

    with qtbot.waitSignal(view.breakpoint_toggled) as wanted, qtbot.assertNotEmitted(view.set_next_wanted):
        Hand(view).click(BEFORE_B)

    assert wanted.args == ["b"]


def test_a_pointer_that_rests_on_a_component_asks_for_its_values(open_canvas: OpenCanvas, qtbot: QtBot) -> None:
    view = open_canvas(chain())

    assert rest(qtbot, view, B) == ["component", "b", None]


def test_a_pointer_that_rests_on_a_wire_or_port_asks_what_went_there(open_canvas: OpenCanvas, qtbot: QtBot) -> None:
    view = open_canvas(fork())
    on_wire = middle_of(view, wire("choose", "true", "yes"))

    assert rest(qtbot, view, on_wire) == ["wire", "choose", "true"]
    assert rest(qtbot, view, view.scene.out_point(ComponentKey("choose"), "false")) == ["wire", "choose", "false"]


def test_each_component_is_asked_for_once(open_canvas: OpenCanvas, qtbot: QtBot) -> None:
    view = open_canvas(chain())
    rest(qtbot, view, B)

    with qtbot.assertNotEmitted(view.bubble_wanted, wait=400):
        Hand(view).hover((B[0] + 3, B[1]))


@pytest.mark.parametrize("zoom", [0.3, 1.0, 2.5])
@pytest.mark.parametrize("key", ["a", "b", "c"])
def test_the_bubble_never_covers_the_component(open_canvas: OpenCanvas, qtbot: QtBot, zoom: float, key: str) -> None:
    view = open_canvas(chain())
    view.zoom_to(zoom)
    view.center_on(key, is_animated=False)
    view.zoom_to(zoom)
    rect = view.scene.rects[ComponentKey(key)]

    rest(qtbot, view, (rect.x + 100, rect.y + 26))
    view.set_bubble([(f"key_{number}", "a value of some length " * 2) for number in range(12)])

    assert view.bubble.box is not None
    assert not view.bubble.box.intersects(box_of(view, key))
    assert QRectF(view.rect()).contains(view.bubble.box)


def test_the_bubble_of_a_wire_keeps_off_components_and_pointer(open_canvas: OpenCanvas, qtbot: QtBot) -> None:
    view = open_canvas(fork())
    at = middle_of(view, wire("choose", "true", "yes"))

    rest(qtbot, view, at)
    view.set_bubble([("score", "0.50"), ("missing", '["dates", "contact"]')])

    box = view.bubble.box
    assert box is not None
    assert not any(box.intersects(box_of(view, key)) for key in ("choose", "yes", "no"))
    assert not box.contains(view.camera.to_widget(Point(*at)))


def test_leaving_hides_the_bubble_and_a_late_answer_is_not_shown(open_canvas: OpenCanvas, qtbot: QtBot) -> None:
    view = open_canvas(chain())
    rest(qtbot, view, B)
    view.set_bubble([("score", "0.50")])
    shown = view.bubble.box

    Hand(view).hover((500, 500))
    hidden = view.bubble.box
    view.set_bubble([("score", "0.50")])

    assert shown is not None
    assert hidden is None
    assert view.bubble.box is None
    assert view.bubble_target is None


@pytest.mark.parametrize("do", ["pan", "zoom", "press", "edit"])
def test_the_bubble_goes_when_the_picture_moves(open_canvas: OpenCanvas, qtbot: QtBot, do: str) -> None:
    view = open_canvas(chain())
    qtbot.wait(1)
    rest(qtbot, view, B)
    view.set_bubble([("score", "0.50")])
    qtbot.wait(1)

    {
        "pan": lambda: view.pan(-40, 10),
        "zoom": lambda: view.zoom_to(1.5),
        "press": lambda: Hand(view).press(B),
        "edit": lambda: view.editor.move({"c": (700, 300)}),
    }[do]()
    qtbot.wait(1)
    partly = on_screen(view)
    view.update()
    qtbot.wait(1)

    assert view.bubble.box is None
    assert partly == on_screen(view)


def test_values_are_shown_as_plain_text(open_canvas: OpenCanvas, qtbot: QtBot) -> None:
    view = open_canvas(chain())
    rest(qtbot, view, B)

    view.set_bubble(["<img src=x>", ("<b>", "<i>1</i>")])
    raw = view.bubble.box
    view.set_bubble(["img", ("b", "1")])

    assert raw is not None
    assert view.bubble.box is not None
    assert raw.width() > view.bubble.box.width()


@pytest.mark.parametrize("zoom", [0.05, 0.25, 0.45, 1.0])
def test_marks_are_seen_at_every_zoom(open_canvas: OpenCanvas, zoom: float) -> None:
    view = open_canvas(loop())
    view.zoom_to(zoom)
    view.look_at(Point(440, 226))
    plain = view.grab().toImage()

    view.set_breakpoints([stop("b"), stop("c", place="wire", port="next", enabled=False)])
    with_breakpoints = view.grab().toImage()
    view.set_comparison({"a": "changes", "b": "only_b"}, "a")

    assert with_breakpoints != plain
    assert view.grab().toImage() != with_breakpoints


def test_marks_of_components_that_are_not_in_the_flow_are_ignored(open_canvas: OpenCanvas) -> None:
    view = open_canvas(chain())

    view.set_breakpoints([stop("gone"), stop("gone", place="wire"), stop("a", place="wire", port="gone")])
    view.set_comparison({"gone": "changes"}, "also_gone")
    view.set_config_edits(["gone"])
    pause(view, "gone")
    view.editor.remove(["a"])

    assert not view.grab().isNull()
