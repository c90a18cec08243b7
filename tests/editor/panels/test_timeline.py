"""The Timeline panel: lanes, waits, a click and the arrow keys move the shown moment."""

from __future__ import annotations

import time

import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from editor.panels.timeline import TimelinePanel
from editor.panels.timeline_layout import Scale, lay_out
from editor.panels.timeline_painting import bar_rect
from editor.session.run_model import RunModel
from editor.session.run_view import StepRow
from editor.theme import DARK, LIGHT
from node_engine.models.ids import ComponentKey, ComponentName, FrameId
from node_engine.models.run import StepState
from tests.editor.panels.stories import RUN, Story


def row(number: int, key: str, start_s: float, elapsed_ms: float, frame: str = "main", tries: int = 1) -> StepRow:
    state = StepState.FAILED if key == "bad" else StepState.DONE
    made = StepRow(number, ComponentKey(key), ComponentName("Set"), 1, FrameId(frame), state, start_s, elapsed_ms)
    made.tries = tries
    return made


NESTED = (
    row(1, "a", 0.0, 100),
    row(2, "each", 0.1, 300),
    row(3, "x", 0.1, 100, "main/each#1"),
    row(4, "bad", 0.1, 150, "main/each#2", tries=3),
    row(5, "x", 0.3, 50, "main/each#3"),
    row(6, "z", 60.4, 100),
)


@pytest.fixture
def run_model(qtbot: QtBot) -> RunModel:
    model = Story(RunModel()).begins().told()
    view = model.run(RUN)
    assert view is not None
    for one in NESTED:
        view.add(one)
    return model


@pytest.fixture
def panel(qtbot: QtBot, run_model: RunModel) -> TimelinePanel:
    made = TimelinePanel(run_model, DARK)
    qtbot.addWidget(made)
    made.resize(800, 260)
    made.show()
    run_model.show(RUN)
    return made


def middle(panel: TimelinePanel, number: int) -> QPoint:
    bar = panel.view.layout_of_run.bar_of(number)
    assert bar is not None
    return bar_rect(panel.view.look(), bar).center().toPoint()


def test_nested_frames_lie_below_and_share_a_lane_where_they_can() -> None:
    layout = lay_out(NESTED, Scale.TIME, 0.0)

    assert [bar.lane for bar in layout.bars] == [0, 0, 1, 2, 1, 0]


def test_a_long_wait_is_cut_and_told() -> None:
    layout = lay_out(NESTED, Scale.TIME, 0.0)

    (gap,) = layout.gaps
    assert gap.is_cut
    assert gap.length_s == pytest.approx(60.0)
    assert layout.length < 1.0


def test_one_step_is_as_long_as_the_other_and_holds_those_inside() -> None:
    layout = lay_out(NESTED, Scale.STEPS, 0.0)

    assert [(bar.start, bar.end) for bar in layout.bars] == [(0, 1), (1, 5), (2, 3), (3, 4), (4, 5), (5, 6)]


def test_clocks_that_disagree_a_little_make_no_new_lane() -> None:
    layout = lay_out((row(1, "a", 0.0, 100.4), row(2, "b", 0.1, 5)), Scale.TIME, 0.0)

    assert [bar.lane for bar in layout.bars] == [0, 0]
    assert layout.bars[1].start == layout.bars[0].end


def test_a_click_on_a_bar_shows_its_moment(panel: TimelinePanel, run_model: RunModel, qtbot: QtBot) -> None:
    qtbot.mouseClick(panel.view.viewport(), Qt.MouseButton.LeftButton, pos=middle(panel, 4))

    assert run_model.shown_step == 4


def test_a_click_beside_the_bars_shows_the_last_step_that_began_before(
    panel: TimelinePanel, run_model: RunModel, qtbot: QtBot
) -> None:
    at = QPoint(middle(panel, 1).x(), 5)

    qtbot.mouseClick(panel.view.viewport(), Qt.MouseButton.LeftButton, pos=at)

    assert run_model.shown_step == 1


def test_the_arrow_keys_go_from_step_to_step_and_to_now(
    panel: TimelinePanel, run_model: RunModel, qtbot: QtBot
) -> None:
    qtbot.keyClick(panel.view, Qt.Key.Key_Home)
    assert run_model.shown_step == 1

    qtbot.keyClick(panel.view, Qt.Key.Key_Right)
    assert run_model.shown_step == 2

    qtbot.keyClick(panel.view, Qt.Key.Key_Left)
    assert run_model.shown_step == 1

    qtbot.keyClick(panel.view, Qt.Key.Key_End)
    assert run_model.shown_step is None


def test_enter_and_a_double_click_open_the_component(panel: TimelinePanel, run_model: RunModel, qtbot: QtBot) -> None:
    run_model.show_step(2)
    with qtbot.waitSignal(panel.component_wanted) as opened:
        qtbot.keyClick(panel.view, Qt.Key.Key_Return)
    assert opened.args == ["each"]

    with qtbot.waitSignal(panel.component_wanted) as opened:
        qtbot.mouseDClick(panel.view.viewport(), Qt.MouseButton.LeftButton, pos=middle(panel, 1))
    assert opened.args == ["a"]


def test_zoom_keeps_its_place_and_fit_shows_all(panel: TimelinePanel, qtbot: QtBot) -> None:
    before = panel.view.look().place(300)

    panel.view.zoom_by(4, 300)
    assert panel.view.look().place(300) == pytest.approx(before, rel=0.02)
    assert panel.view.horizontalScrollBar().maximum() > 0

    qtbot.mouseClick(panel.fit, Qt.MouseButton.LeftButton)
    assert panel.view.horizontalScrollBar().maximum() == 0


def test_a_moment_out_of_sight_is_scrolled_to(panel: TimelinePanel, run_model: RunModel, qtbot: QtBot) -> None:
    panel.view.zoom_by(4, 0)
    assert panel.view.horizontalScrollBar().value() == 0

    run_model.show_step(5)
    qtbot.keyClick(panel.view, Qt.Key.Key_Right)

    assert 0 <= middle(panel, 6).x() <= panel.view.viewport().width()


def test_what_is_under_the_mouse_is_said(panel: TimelinePanel) -> None:
    assert panel.view.words_at(middle(panel, 4)).splitlines() == [
        "Step 4: bad, visit 1",
        "150 ms, failed",
        "3 tries",
        "main/each#2/bad#1",
    ]
    gap = panel.view.layout_of_run.gaps[0]
    at = QPoint(round(panel.view.look().x((gap.start + gap.end) / 2)), 200)
    assert panel.view.words_at(at).startswith("Nothing ran for 1:00 min")


def test_the_summary_counts(panel: TimelinePanel) -> None:
    panel.set_theme(LIGHT)

    assert panel.summary.text() == "6 steps · 1:00 min waiting · 2 retries"


def test_steps_can_be_shown_equally_long(panel: TimelinePanel, qtbot: QtBot) -> None:
    qtbot.mouseClick(panel.by_step, Qt.MouseButton.LeftButton)

    assert panel.view.layout_of_run.length == 6


def test_without_a_run_it_says_what_to_do(qtbot: QtBot) -> None:
    panel = TimelinePanel(RunModel(), DARK)
    qtbot.addWidget(panel)

    assert panel.empty_text() == "Run the flow to see when each of its steps ran, and for how long."


def test_ten_thousand_steps_are_painted_within_a_frame_or_two(panel: TimelinePanel, run_model: RunModel) -> None:
    view = run_model.run(RUN)
    assert view is not None
    for number in range(7, 10_007):
        view.add(row(number, f"k{number % 20}", 70.0 + number / 100, 9.0, "main" if number % 3 else f"main/e#{number}"))
    panel.view.refresh()
    panel.view.viewport().grab()

    began = time.perf_counter()
    panel.view.viewport().grab()

    assert time.perf_counter() - began < 0.25
