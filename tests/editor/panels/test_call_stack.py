"""The call stack over the steps: only inside of nested flows, a click goes to the step that runs the flow."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from editor.panels.steps import StepsPanel
from editor.session.run_model import RunModel
from editor.theme import DARK
from tests.editor.panels.stories import RUN, Story


@pytest.fixture
def story(qtbot: QtBot) -> Story:
    story = Story(RunModel()).begins().step("draft", "Set").opens("each", "ForEach")
    story.frame = "main/each#1"
    return story.step("score", "Set")


@pytest.fixture
def panel(qtbot: QtBot, story: Story) -> StepsPanel:
    made = StepsPanel(story.told(), DARK)
    qtbot.addWidget(made)
    made.resize(600, 240)
    made.show()
    story.model.show(RUN)
    return made


def test_it_is_there_only_inside_of_nested_flows(panel: StepsPanel, story: Story) -> None:
    assert not panel.call_stack.isVisible()

    story.pauses("save", visit=2)
    story.told()
    assert panel.call_stack.names() == ["each", "❚❚ save ×2"]

    story.model.show_step(1)
    assert not panel.call_stack.isVisible()

    story.model.show_step(3)
    assert panel.call_stack.names() == ["each", "score"]


def test_a_click_shows_the_step_that_runs_the_flow(panel: StepsPanel, story: Story, qtbot: QtBot) -> None:
    story.pauses("save").told()

    each = next(button for button in panel.call_stack.findChildren(QPushButton) if button.text() == "each")
    qtbot.mouseClick(each, Qt.MouseButton.LeftButton)

    assert story.model.shown_step == 2


def test_a_pause_says_where_it_is(panel: StepsPanel, story: Story) -> None:
    def words() -> list[str]:
        story.told()
        return [panel.model.words(panel.model.rowCount() - 1, column) for column in (0, 1, 5)]

    story.event("run.paused", key="score", visit=1, place="after", reason="step")
    assert words() == ["", "score", "after this step"]

    story.event("run.paused", key="score", visit=1, place="error", reason="error")
    assert words() == ["", "score", "at its error"]

    story.event("run.paused", key="score", visit=1, place="before", condition_error="there is no scor")
    assert words() == ["4", "score", "✕ the condition: there is no scor"]
