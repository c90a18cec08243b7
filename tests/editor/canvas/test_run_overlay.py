"""A run on the canvas: states, wires taken, where it stands; the picture follows once a frame."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QObject
from pytestqt.qtbot import QtBot

from editor.canvas.looks import NO_STATUS, WireId, WireStyle
from editor.canvas.run_overlay import RunOverlay
from editor.canvas.scene import Scene
from editor.canvas.status_words import elapsed_words, status_look
from editor.session.run_view import Mark
from node_engine.models.ids import ComponentKey
from node_engine.models.run import StepState
from tests.editor.canvas.canvas_documents import chain, loop
from tests.editor.canvas.conftest import OpenCanvas

A, B, C = ComponentKey("a"), ComponentKey("b"), ComponentKey("c")
DONE = Mark(StepState.DONE, 1, 412)


class Clock:
    """A clock that stands until it is told otherwise."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def style(scene: Scene, source: str, target: str) -> WireStyle:
    return next(look.style for id_, look in scene.wires.items() if (id_.source, id_.target) == (source, target))


def test_marks_become_pills_and_go_with_the_run() -> None:
    scene = Scene(chain(), lambda _area: None)
    overlay = RunOverlay(scene)

    overlay.show({A: DONE, B: Mark(StepState.FAILED, 2, 5, "timed out")}, {}, None)
    overlay.apply()
    assert scene.statuses[A].words == "0.41 s"
    assert (scene.statuses[B].words, scene.statuses[B].count) == ("timed out", "×2")

    overlay.show({}, {}, None)
    overlay.apply()
    assert scene.statuses == {}


def test_taken_wires_are_styled_and_the_last_one_stands_out_while_paused() -> None:
    scene = Scene(loop(), lambda _area: None)
    overlay = RunOverlay(scene)

    overlay.show({A: DONE, B: DONE, C: DONE}, {(A, B): 1, (B, C): 1, (C, A): 1}, A)
    overlay.apply()

    assert style(scene, "a", "b") is WireStyle.TAKEN
    assert style(scene, "c", "a") is WireStyle.LAST
    assert scene.statuses[A].state is StepState.PAUSED
    assert scene.statuses[A].words == "before, visit 2"

    overlay.show({A: DONE}, {}, None)
    overlay.apply()
    assert style(scene, "a", "b") is WireStyle.ORDER
    assert style(scene, "c", "a") is WireStyle.EXPLICIT


def test_a_running_component_shows_how_long_it_runs_already() -> None:
    scene, clock = Scene(chain(), lambda _area: None), Clock()
    overlay = RunOverlay(scene, clock)
    overlay.show({A: Mark(StepState.RUNNING, 1)}, {}, None)
    overlay.apply()

    clock.now += 1.25
    overlay.tick()

    assert overlay.running == [A]
    assert scene.statuses[A].words == "1.2 s"


def test_what_did_not_change_is_not_painted_again() -> None:
    damaged: list[object] = []
    scene = Scene(chain(), damaged.append)
    overlay = RunOverlay(scene)
    overlay.show({A: DONE, B: DONE}, {(A, B): 1}, None)
    overlay.apply()
    damaged.clear()

    overlay.show({A: DONE, B: DONE}, {(A, B): 1}, None)
    overlay.apply()

    assert damaged == []


def test_a_thousand_changes_are_painted_in_one_frame(open_canvas: OpenCanvas, qtbot: QtBot) -> None:
    class Paints(QObject):
        count = 0

        def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
            self.count += event.type() is QEvent.Type.Paint
            return False

    view = open_canvas(chain())
    view.flush_overlay()
    qtbot.wait(1)
    paints = Paints(view)
    view.installEventFilter(paints)

    for visit in range(1, 1_001):
        view.set_overlay({A: Mark(StepState.DONE, visit)}, {(A, B): visit})
    qtbot.waitUntil(lambda: view.scene.statuses.get(A, NO_STATUS).count == "×1000")
    qtbot.waitUntil(lambda: paints.count > 0)

    assert paints.count <= 3


def test_the_overlay_stays_when_the_flow_is_edited(open_canvas: OpenCanvas) -> None:
    view = open_canvas(chain())
    view.set_overlay({A: DONE}, {(A, B): 3})
    view.flush_overlay()

    view.editor.connect("b", "next", "a")
    view.editor.add("Step", 0, 300)
    view.flush_overlay()

    assert view.scene.statuses[A].state is StepState.DONE
    assert view.scene.wires[WireId(A, "next", B)].count == 3


@pytest.mark.parametrize(
    ("elapsed_ms", "words"),
    [
        (0.1, "0.1 ms"),
        (2, "2 ms"),
        (38.4, "38 ms"),
        (412, "0.41 s"),
        (12_345, "12.3 s"),
        (125_000, "2:05"),
        (3_725_000, "1:02:05"),
    ],
)
def test_times_are_written_as_people_read_them(elapsed_ms: float, words: str) -> None:
    assert elapsed_words(elapsed_ms) == words


def test_a_failure_shows_its_reason_without_the_preamble() -> None:
    look = status_look(StepState.FAILED, 1, 0, "Error executing component: [Chat] no key\nsecond line")

    assert look.words == "no key"
    assert look.message.endswith("second line")
