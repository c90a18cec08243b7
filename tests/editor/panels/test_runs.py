"""The Runs panel: live first, filters, past runs, and what can be done with one."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from editor.panels.answers import RunFilter
from editor.panels.runs import RunsPanel
from editor.session.run_model import RunModel
from editor.theme import DARK, LIGHT
from node_engine.analysis.effects import Effect
from node_engine.models.description import Touch
from node_engine.models.ids import ComponentKey, ComponentName, RunId, SessionId
from node_engine.models.run import Origin, RunState, RunSummary
from tests.editor.panels.stories import RUN, Story, improving


class Journal:
    """Answers past runs, and remembers what it was asked."""

    def __init__(self, *runs: RunSummary) -> None:
        self.runs = runs
        self.asked: list[RunFilter] = []

    async def find(self, wanted: RunFilter, /) -> Sequence[RunSummary]:
        self.asked.append(wanted)
        return [run for run in self.runs if wanted.flow_key in (None, run.flow_key)]


def summary(number: int, flow_key: str = "draft", state: RunState = RunState.FINISHED) -> RunSummary:
    origin = Origin.CLI if number % 2 else Origin.HTTP
    return RunSummary(RunId(f"r{number}"), number, flow_key, SessionId("s"), origin, state, 100.0 + number, 5.0, 3)


@pytest.fixture
def run_model(qtbot: QtBot) -> RunModel:
    model = RunModel()
    improving(model)
    story = Story(model, "second", 42, "editor").begins().step("a", "Set")
    return story.event("run.finished", elapsed_ms=12.0).told()


@pytest.fixture
def panel(qtbot: QtBot, run_model: RunModel) -> RunsPanel:
    made = RunsPanel(run_model, DARK)
    qtbot.addWidget(made)
    made.resize(760, 280)
    made.show()
    return made


async def settled(panel: RunsPanel) -> None:
    panel._timer.stop()
    panel._ask()
    for _ in range(20):
        await asyncio.sleep(0)
    panel._timer.stop()
    assert not panel.jobs.is_busy


def numbers(panel: RunsPanel) -> list[str]:
    return [panel.model.text(row, 0) for row in range(panel.model.rowCount())]


def test_live_runs_come_first(panel: RunsPanel) -> None:
    assert numbers(panel) == ["41", "42"]


async def test_past_runs_follow_and_are_filtered(panel: RunsPanel) -> None:
    journal = Journal(summary(7), summary(8, "triage", RunState.INTERRUPTED))
    panel.set_past_runs(journal.find)
    await settled(panel)
    assert numbers(panel) == ["41", "42", "8", "7"]

    panel.filters.choose_flow("triage")
    await settled(panel)
    assert numbers(panel) == ["8"]
    assert journal.asked == [RunFilter(), RunFilter(flow_key="triage")]


async def test_origin_state_and_words_narrow_the_list(panel: RunsPanel, qtbot: QtBot) -> None:
    panel.set_past_runs(Journal(summary(7), summary(8, "triage", RunState.INTERRUPTED)).find)
    await settled(panel)

    panel.filters.origin.setCurrentIndex(list(Origin).index(Origin.HTTP) + 1)
    assert numbers(panel) == ["41", "8"]

    panel.filters.state.setCurrentIndex(list(RunState).index(RunState.INTERRUPTED) + 1)
    assert numbers(panel) == ["8"]

    qtbot.keyClicks(panel.filter, "nothing of it")
    assert panel.empty_text() == "No run matches the filter."

    panel.filters.clear()
    assert numbers(panel) == ["41", "42", "8", "7"]


def test_a_click_and_enter_show_a_run(panel: RunsPanel, qtbot: QtBot) -> None:
    at = panel.table.visualRect(panel.model.index(1, 2)).center()
    with qtbot.waitSignal(panel.show_wanted) as wanted:
        qtbot.mouseClick(panel.table.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert wanted.args == ["second"]

    panel.table.select_row(0)
    with qtbot.waitSignal(panel.show_wanted) as wanted:
        qtbot.keyClick(panel.table, Qt.Key.Key_Return)
    assert wanted.args == [RUN]


async def test_a_fork_says_first_what_would_happen_again(panel: RunsPanel, qtbot: QtBot) -> None:
    asked: list[tuple[str, int, bool]] = []

    async def effects(run_id: str, step: int, before: bool, /) -> Sequence[Effect]:
        asked.append((run_id, step, before))
        return [Effect(ComponentKey("mail"), ComponentName("HttpRequest"), frozenset({Touch.NETWORK}))]

    panel.set_effects(effects)
    panel.table.select_row(0)
    qtbot.mouseClick(panel.fork, Qt.MouseButton.LeftButton)
    popup = panel.fork_popup
    popup.step.setValue(3)
    for _ in range(20):
        await asyncio.sleep(0)
    assert popup.key.whole_text() == "criticise, visit 1"
    assert popup.effects.text() == "These may happen again:\n• mail (network)"
    assert asked[-1] == (RUN, 3, True)

    with qtbot.waitSignal(panel.fork_wanted) as wanted:
        qtbot.mouseClick(popup.fork, Qt.MouseButton.LeftButton)
    assert wanted.args == [RUN, 3, True]


def test_a_run_is_compared_with_another_of_its_flow(panel: RunsPanel, run_model: RunModel, qtbot: QtBot) -> None:
    panel.table.select_row(0)
    run = run_model.run(RUN)
    assert run is not None

    menu = panel._compare_menu(run, panel)
    (action,) = menu.actions()
    assert action.text().startswith("run 42 · ✓ finished")
    with qtbot.waitSignal(panel.compare_wanted) as wanted:
        action.trigger()

    assert wanted.args == [RUN, "second"]
    menu.close()


async def test_the_menu_offers_what_the_run_allows(panel: RunsPanel, qtbot: QtBot) -> None:
    panel.set_past_runs(Journal(summary(8, "triage", RunState.INTERRUPTED)).find)
    await settled(panel)
    panel.table.select_row(2)

    qtbot.mouseMove(panel.table.viewport(), QPoint(5, 5))
    texts = menu_texts(panel)

    assert texts == ["Show", "Fork from a step…", "Compare with", "Continue where it was interrupted", "", "Export…"]


def test_the_panel_follows_the_theme(panel: RunsPanel) -> None:
    panel.set_theme(LIGHT)

    assert panel.live_count() == 1


def menu_texts(panel: RunsPanel) -> list[str]:

    panel.contextMenuEvent(QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(5, 5), QPoint(5, 5)))
    menu = next(menu for menu in panel.findChildren(QMenu) if menu.parent() is panel and menu.isVisible())
    texts = [action.text() for action in menu.actions()]
    menu.close()
    return texts
