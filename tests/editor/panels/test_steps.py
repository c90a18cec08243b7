"""The Steps panel: what a run did, growing with it, and a click shows a moment."""

from __future__ import annotations

import time

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from editor.panels.steps import StepsPanel
from editor.panels.steps_model import CHANGES, COMPONENT, KIND, NEXT, NUMBER, TIME, StepsModel
from editor.session.run_model import RunModel
from editor.theme import DARK, GAP_S, ui_font
from tests.editor.panels.catalog import CATALOG
from tests.editor.panels.stories import RUN, Story, add, gone, improving


@pytest.fixture
def run_model() -> RunModel:
    return RunModel()


@pytest.fixture
def panel(run_model: RunModel, qtbot: QtBot) -> StepsPanel:
    made = StepsPanel(run_model, DARK, catalog=CATALOG)
    qtbot.addWidget(made)
    made.resize(800, 200)
    made.show()
    return made


def cells(panel: StepsPanel, column: int) -> list[str]:
    return [panel.model.words(row, column) for row in range(panel.model.rowCount())]


def click(panel: StepsPanel, qtbot: QtBot, row: int) -> None:
    place = panel.table.visualRect(panel.model.index(row, COMPONENT)).center()
    qtbot.mouseClick(panel.table.viewport(), Qt.MouseButton.LeftButton, pos=place)


def test_the_model_keeps_the_rules_of_qt(run_model: RunModel, qtbot: QtBot) -> None:
    model = StepsModel(CATALOG)
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    story = improving(run_model)
    model.set_run(run_model.run(RUN))
    story.event("run.resumed", verb="resume").opens("criticise", "Chat", visit=2)
    model.refresh()
    story.event("step.finished", step=6, key="criticise", name="Chat", visit=2, elapsed_ms=3.0, changes=[])
    story.step("publish", "WriteFile")
    model.refresh()
    model.set_run(None)

    assert tester.model() is model


def test_without_a_run_it_says_what_to_do_and_the_button_asks_for_it(panel: StepsPanel, qtbot: QtBot) -> None:
    assert panel.empty_text() == "Run the flow to see each of its steps here, and what it changed."

    with qtbot.waitSignal(panel.run_wanted):
        panel._empty._button.click()


def test_each_step_says_component_kind_time_next_and_change(panel: StepsPanel, run_model: RunModel) -> None:
    improving(run_model).told().show(RUN)

    assert cells(panel, COMPONENT) == ["load_brief", "draft", "criticise", "good_enough", "improve", "criticise ×2"]
    assert cells(panel, KIND)[:4] == ["Read File", "Chat", "Chat", "If"]
    assert cells(panel, TIME) == ["2.0 ms", "412 ms", "365 ms", "0.1 ms", "381 ms", "paused"]
    assert cells(panel, NEXT)[3] == "false → improve"
    assert cells(panel, CHANGES)[2:] == [
        '+ score 0.5  + missing  + round 1',
        "no change",
        "~ text  ~ round 1 → 2",
        "before this step",
    ]  # fmt: skip


def test_a_failed_step_says_why(panel: StepsPanel, run_model: RunModel) -> None:
    Story(run_model).begins().fails("ask", "HttpRequest", "timed out").told().show(RUN)

    assert cells(panel, CHANGES) == ["✕ timed out"]


def test_a_removed_key_is_told(panel: StepsPanel, run_model: RunModel) -> None:
    Story(run_model).begins().step("a", "Set", add("/x", 1)).step("b", "Set", gone("/x")).told().show(RUN)

    assert cells(panel, CHANGES) == ["+ x 1", "− x"]


def test_a_click_shows_that_step_and_the_waiting_row_goes_live(
    panel: StepsPanel, run_model: RunModel, qtbot: QtBot
) -> None:
    improving(run_model).told().show(RUN)

    click(panel, qtbot, 2)
    assert run_model.shown_step == 3

    click(panel, qtbot, 5)
    assert run_model.shown_step is None


def test_arrow_keys_walk_through_the_moments(panel: StepsPanel, run_model: RunModel, qtbot: QtBot) -> None:
    improving(run_model).told().show(RUN)
    click(panel, qtbot, 2)

    qtbot.keyClick(panel.table, Qt.Key.Key_Down)
    qtbot.keyClick(panel.table, Qt.Key.Key_Down)

    assert run_model.shown_step == 5


def test_the_step_shown_elsewhere_is_selected_here(panel: StepsPanel, run_model: RunModel) -> None:
    improving(run_model).told().show(RUN)

    run_model.show_step(4)

    assert panel.table.currentIndex().row() == 3


def test_enter_asks_for_the_component(panel: StepsPanel, run_model: RunModel, qtbot: QtBot) -> None:
    improving(run_model).told().show(RUN)
    click(panel, qtbot, 1)

    with qtbot.waitSignal(panel.component_wanted) as wanted:
        qtbot.keyClick(panel.table, Qt.Key.Key_Return)

    assert wanted.args == ["draft"]


def test_new_steps_are_followed_until_somebody_scrolls_up(panel: StepsPanel, run_model: RunModel, qtbot: QtBot) -> None:
    story = Story(run_model).begins()
    for number in range(40):
        story.step(f"s{number}", "Set")
    story.told().show(RUN)
    bar = panel.table.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 0 and bar.value() == bar.maximum())

    story.step("one_more", "Set").told()
    qtbot.waitUntil(lambda: bar.value() == bar.maximum())

    bar.setValue(0)
    story.step("unseen", "Set").told()
    assert bar.value() == 0


def test_nested_frames_and_markup_are_shown_as_they_are(panel: StepsPanel, run_model: RunModel) -> None:
    story = Story(run_model).begins().step("<b>x</b>", "Set")
    story.frame = "main/nested#1"
    story.step("inner", "Set").told().show(RUN)

    assert cells(panel, COMPONENT) == ["<b>x</b>", "inner"]
    tip = panel.model.data(panel.model.index(0, COMPONENT), Qt.ItemDataRole.ToolTipRole)
    assert "&lt;b&gt;" in str(tip)
    assert not panel.grab().isNull()


def test_a_hundred_thousand_steps_are_shown_at_once(panel: StepsPanel, run_model: RunModel) -> None:
    story = Story(run_model).begins()
    for number in range(100_000):
        story.steps = number
        story.opens("a", "Set")
    story.told()

    started = time.perf_counter()
    run_model.show(RUN)
    panel.grab()
    panel.table.verticalScrollBar().setValue(panel.table.verticalScrollBar().maximum() // 2)
    panel.grab()

    assert panel.model.rowCount() == 100_000
    assert time.perf_counter() - started < 2.0


def test_numbers_of_long_runs_are_shown_whole(panel: StepsPanel) -> None:
    needed = QFontMetrics(ui_font()).horizontalAdvance("99999") + 2 * GAP_S

    assert panel.table.columnWidth(NUMBER) >= needed


def test_a_failed_step_says_its_reason_alone_and_all_of_it_in_the_tool_tip(
    panel: StepsPanel, run_model: RunModel
) -> None:
    error = "Error executing component: [Chat] no key"
    story = improving(run_model)
    story.event("run.resumed", verb="resume").opens("criticise", "Chat", visit=2)
    story.event("step.failed", step=6, key="criticise", name="Chat", visit=2, elapsed_ms=3.0, error=error)
    run_model.show(RUN)
    row = panel.model.row_of(6)

    assert panel.model.words(row, CHANGES) == "✕ no key"
    tip = panel.model.data(panel.model.index(row, CHANGES), Qt.ItemDataRole.ToolTipRole)
    assert error in str(tip)


def test_in_a_narrow_panel_what_changed_has_the_room_of_the_kind(panel: StepsPanel) -> None:
    panel.resize(500, 200)
    assert panel.table.isColumnHidden(KIND)
    panel.resize(350, 200)
    assert panel.table.isColumnHidden(NEXT)

    panel.resize(800, 200)
    assert not panel.table.isColumnHidden(KIND)
    assert not panel.table.isColumnHidden(NEXT)
