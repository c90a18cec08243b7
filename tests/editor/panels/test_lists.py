"""Log, events, runs and problems: lists that grow, filters, and where a row leads."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from editor.panels.events import EventsPanel
from editor.panels.line_model import LineModel
from editor.panels.log import LogPanel
from editor.panels.problems import ProblemsPanel
from editor.panels.runs import RunsPanel
from editor.session.run_model import RunModel
from editor.theme import DARK, LIGHT
from node_engine.errors import TrustError
from tests.editor.panels.flows import component, edited
from tests.editor.panels.stories import RUN, Story, improving


@pytest.fixture
def run_model(qtbot: QtBot) -> RunModel:
    return RunModel()


def column(panel: Any, number: int) -> list[str]:
    return [panel.model.text(row, number) for row in range(panel.model.rowCount())]


def shown(qtbot: QtBot, panel: Any) -> Any:
    qtbot.addWidget(panel)
    panel.resize(700, 240)
    panel.show()
    return panel


def log(story: Story, level: str, message: str) -> Story:
    return story.event("log", level=level, namespace="flow", message=message, key="a")


async def emit_nothing(_session: str, _event: str, _data: str, /) -> None:
    return None


def test_a_line_model_keeps_the_rules_of_qt_and_forgets_the_oldest(qtbot: QtBot) -> None:
    model: LineModel[int] = LineModel([("number", str)], most_rows=5)
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.put([1, 2, 3])
    model.append([4, 5, 6])
    assert list(model.records()) == [2, 3, 4, 5, 6]

    model.append(list(range(10, 30)))
    assert list(model.records()) == [25, 26, 27, 28, 29]

    model.set_filter("7")
    model.put([7, 8, 17])
    model.append([27, 28])
    assert list(model.records()) == [7, 17, 27]
    assert tester.model() is model


def test_the_log_grows_and_is_filtered_by_level_and_words(run_model: RunModel, qtbot: QtBot) -> None:
    story = Story(run_model).begins()
    log(log(story, "info", "one"), "error", "<b>two</b>").told()
    panel = shown(qtbot, LogPanel(run_model, DARK))
    run_model.show(RUN)
    assert column(panel, 3) == ["one", "<b>two</b>"]

    log(story, "warning", "three").told()
    assert column(panel, 3)[2:] == ["three"]

    panel.level.setCurrentIndex(2)
    assert column(panel, 3) == ["<b>two</b>", "three"]

    qtbot.keyClicks(panel.filter, "three")
    assert column(panel, 3) == ["three"]
    assert not panel.grab().isNull()


def test_an_empty_log_says_how_to_write_to_it(run_model: RunModel, qtbot: QtBot) -> None:
    panel = shown(qtbot, LogPanel(run_model, DARK))

    assert panel.empty_text() == "Nothing was logged. A Log component writes a line here."


def test_enter_on_a_log_line_leads_to_its_component(run_model: RunModel, qtbot: QtBot) -> None:
    log(Story(run_model).begins(), "info", "one").told()
    panel = shown(qtbot, LogPanel(run_model, DARK))
    run_model.show(RUN)
    panel.table.select_row(0)

    with qtbot.waitSignal(panel.component_wanted) as wanted:
        qtbot.keyClick(panel.table, Qt.Key.Key_Return)

    assert wanted.args == ["a"]


def test_events_are_listed_and_filtered(run_model: RunModel, qtbot: QtBot) -> None:
    panel = shown(qtbot, EventsPanel(run_model, emit_nothing, DARK))
    assert panel.empty_text() == "No event yet. Run a flow, or send one with the fields below."

    story = Story(run_model).begins().step("a", "Set")
    story.told()
    assert column(panel, 2) == ["run.started", "step.started", "step.finished"]

    qtbot.keyClicks(panel.filter, "finished")
    story.step("b", "Set").told()
    assert column(panel, 2) == ["step.finished", "step.finished"]


def test_ten_thousand_events_at_once_are_taken_in(run_model: RunModel, qtbot: QtBot) -> None:
    panel = shown(qtbot, EventsPanel(run_model, emit_nothing, DARK))
    story = Story(run_model)
    for _ in range(12_000):
        story.event("tick")

    story.told()

    assert panel.model.rowCount() == 10_000
    assert panel.model.text(9_999, 0) == "12000"


async def test_an_event_is_sent_with_session_name_and_data(run_model: RunModel, qtbot: QtBot) -> None:
    sent: list[tuple[str, str, str]] = []

    async def emit(session: str, event: str, data: str, /) -> None:
        sent.append((session, event, data))

    panel = shown(qtbot, EventsPanel(run_model, emit, DARK))
    panel.set_session("s1")
    assert not panel.send.isEnabled()

    qtbot.keyClicks(panel.event_name, "hello")
    qtbot.keyClicks(panel.data, "there")
    qtbot.keyClick(panel.data, Qt.Key.Key_Return)
    await asyncio.sleep(0)
    await asyncio.sleep(0)

    assert sent == [("s1", "hello", "there")]


async def test_an_event_that_cannot_be_sent_says_why(run_model: RunModel, qtbot: QtBot) -> None:
    async def emit(_session: str, _event: str, _data: str, /) -> None:
        raise TrustError("The engine is still starting.")

    panel = shown(qtbot, EventsPanel(run_model, emit, DARK))
    panel.set_session("s1")
    qtbot.keyClicks(panel.event_name, "hello")
    qtbot.mouseClick(panel.send, Qt.MouseButton.LeftButton)
    for _ in range(5):
        await asyncio.sleep(0)

    assert panel.error.text() == "The engine is still starting."


def test_runs_are_listed_live_ones_first_with_sign_word_and_origin(run_model: RunModel, qtbot: QtBot) -> None:
    panel = shown(qtbot, RunsPanel(run_model, DARK))
    assert panel.empty_text() == "No run yet. Runs from here and from other programs appear at once."

    improving(run_model, number=41).told()
    second = Story(run_model, "ffffffffffff", 42, "editor")
    second.time_s += 60
    second.begins().event("run.failed", elapsed_ms=1200.0, error="it broke").told()

    assert column(panel, 0) == ["41", "42"]
    assert column(panel, 1) == ["❚❚ paused", "✕ failed"]
    assert column(panel, 3) == ["HTTP", "editor"]
    assert column(panel, 7) == ["before criticise, visit 2", "it broke"]
    assert panel.live_count() == 1


def test_a_click_on_a_run_asks_to_show_it(run_model: RunModel, qtbot: QtBot) -> None:
    improving(run_model).told()
    panel = shown(qtbot, RunsPanel(run_model, DARK))
    place = panel.table.visualRect(panel.model.index(0, 2)).center()

    with qtbot.waitSignal(panel.show_wanted) as wanted:
        qtbot.mouseClick(panel.table.viewport(), Qt.MouseButton.LeftButton, pos=place)

    assert wanted.args == [RUN]


def test_the_shown_run_is_selected(run_model: RunModel, qtbot: QtBot) -> None:
    improving(run_model).told()
    panel = shown(qtbot, RunsPanel(run_model, DARK))

    run_model.show(RUN)

    assert panel.table.currentIndex().row() == 0


def test_problems_follow_the_document_and_lead_to_their_place(qtbot: QtBot) -> None:
    editor = edited(component("a", "Template", next="missing"))
    panel = shown(qtbot, ProblemsPanel(DARK))
    panel.set_document(editor.document)
    assert any("missing" in text for text in column(panel, 2))

    panel.table.select_row(0)
    with qtbot.waitSignal(panel.go_to) as wanted:
        qtbot.keyClick(panel.table, Qt.Key.Key_Return)
    assert wanted.args == ["a", "next"]

    with qtbot.waitSignal(panel.count_changed):
        editor.set_options("a", next=None)
    assert panel.empty_text() == "No problems. The flow is ready to run."


def test_themes_can_change_while_lists_are_shown(run_model: RunModel, qtbot: QtBot) -> None:
    for panel in (LogPanel(run_model, DARK), RunsPanel(run_model, DARK), ProblemsPanel(DARK)):
        shown(qtbot, panel).set_theme(LIGHT)

        assert not panel.grab().isNull()
