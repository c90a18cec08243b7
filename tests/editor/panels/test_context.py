"""The Context panel: changes first, the whole context by one key, large values as a preview."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from editor.panels.context import ContextPanel
from editor.session.run_model import RunModel
from editor.theme import DARK
from node_engine.errors import NodeEngineError
from tests.editor.panels.stories import RUN, Story, add, improving, put


class Engine:
    """Answers contexts as the engine does, and counts how often it was asked."""

    def __init__(self, *states: dict[str, Any]) -> None:
        self.states = states
        self.asked: list[int] = []

    async def state_at(self, _run_id: str, step: int, _frame: str | None = None, /) -> Any:
        self.asked.append(step)
        if not 1 <= step <= len(self.states):
            raise NodeEngineError(f"There is no step {step}.")
        return self.states[step - 1]


@pytest.fixture
def run_model(qtbot: QtBot) -> RunModel:
    return RunModel()


def panel_of(qtbot: QtBot, run_model: RunModel, *states: dict[str, Any]) -> ContextPanel:
    made = ContextPanel(run_model, Engine(*states).state_at, DARK)
    qtbot.addWidget(made)
    made.resize(420, 300)
    made.show()
    return made


async def settled(panel: ContextPanel) -> None:
    for _ in range(20):
        await asyncio.sleep(0)
    assert not panel.loader.jobs.is_running("context")


def lines(panel: ContextPanel) -> list[str]:
    model = panel.model
    nodes = [model.node(model.index(row, 0)) for row in range(model.rowCount())]
    return [f"{node.sign.value} {node.name} {model.text(node)}" for node in nodes]


async def test_it_shows_what_the_chosen_step_changed(run_model: RunModel, qtbot: QtBot) -> None:
    Story(run_model).begins().step("a", "Set", add("/x", 1)).step("b", "Set", put("/x", 2)).told()
    panel = panel_of(qtbot, run_model, {"x": 1, "y": 0}, {"x": 2, "y": 0})

    run_model.show(RUN)
    run_model.show_step(2)
    await settled(panel)

    assert lines(panel) == ["− x 1", "+ x 2", "  y 0"]
    assert panel.changes_button.text() == "Changes at step 2"
    assert panel.summary.text() == "1 changed of 2"


async def test_a_live_run_shows_its_last_finished_step(run_model: RunModel, qtbot: QtBot) -> None:
    improving(run_model).told()
    panel = panel_of(qtbot, run_model, *({"text": str(number)} for number in range(5)))

    run_model.show(RUN)
    await settled(panel)

    assert panel.changes_button.text() == "Changes at step 5"
    assert lines(panel) == ["− text \"3\"", "+ text \"4\""]  # fmt: skip


async def test_after_a_nested_flow_a_step_found_what_the_nested_flow_left(run_model: RunModel, qtbot: QtBot) -> None:
    story = Story(run_model).begins().opens("call", "InvokeFlow")
    story.frame = "main/call#1"
    story.step("say", "Template", add("/said", "inner"))
    story.frame = "main"
    story.event("step.finished", step=1, key="call", name="InvokeFlow", visit=1, changes=[add("/said", "left")])
    story.step("next", "Set", add("/x", 1)).told()
    panel = panel_of(qtbot, run_model, {"said": "left"}, {"said": "inner"}, {"said": "left", "x": 1})

    run_model.show(RUN)
    await settled(panel)

    assert lines(panel) == ['  said "left"', "+ x 1"]


async def test_space_shows_the_whole_context_and_back(run_model: RunModel, qtbot: QtBot) -> None:
    Story(run_model).begins().step("a", "Set", add("/x", 1)).step("b", "Set", put("/x", 2)).told()
    panel = panel_of(qtbot, run_model, {"x": 1}, {"x": 2})
    run_model.show(RUN)
    await settled(panel)

    qtbot.keyClick(panel.view, Qt.Key.Key_Space)
    assert lines(panel) == ["  x 2"]

    qtbot.keyClick(panel.view, Qt.Key.Key_Space)
    assert lines(panel) == ["− x 1", "+ x 2"]


async def test_the_first_step_shows_what_came(run_model: RunModel, qtbot: QtBot) -> None:
    Story(run_model).begins().step("a", "Set", add("/x", 1)).told()
    panel = panel_of(qtbot, run_model, {"x": 1, "given": True})

    run_model.show(RUN)
    await settled(panel)

    assert lines(panel) == ["+ x 1", "  given true"]


async def test_a_value_says_which_step_wrote_it(run_model: RunModel, qtbot: QtBot) -> None:
    Story(run_model).begins().step("a", "Set", add("/x", 1)).step("b", "Set", add("/y", 2)).told()
    panel = panel_of(qtbot, run_model, {"x": 1}, {"x": 1, "y": 2})

    run_model.show(RUN)
    await settled(panel)

    node = panel.model.node(panel.model.index(0, 0))
    assert (node.name, panel.model.note(node)) == ("x", "written by step 1 a")


async def test_enter_opens_a_large_value_as_a_preview_that_can_be_loaded(run_model: RunModel, qtbot: QtBot) -> None:
    Story(run_model).begins().step("a", "Set", add("/t", "")).told()
    panel = panel_of(qtbot, run_model, {"t": "x" * 300_000})
    run_model.show(RUN)
    await settled(panel)
    panel.view.setCurrentIndex(panel.model.index(0, 0))

    qtbot.keyClick(panel.view, Qt.Key.Key_Return)
    assert len(panel.viewer.text.toPlainText()) == 64 * 1024
    assert panel.viewer.load.isVisible()

    qtbot.mouseClick(panel.viewer.load, Qt.MouseButton.LeftButton)
    assert len(panel.viewer.text.toPlainText().replace("\n", "")) == 300_000
    assert not panel.viewer.load.isVisible()

    qtbot.keyClick(panel.viewer.text, Qt.Key.Key_Escape)
    assert not panel.viewer.isVisible()


async def test_value_and_path_can_be_copied(run_model: RunModel, qtbot: QtBot) -> None:
    Story(run_model).begins().step("a", "Set", add("/t", {})).told()
    panel = panel_of(qtbot, run_model, {"t": {"a": 1}})
    run_model.show(RUN)
    await settled(panel)
    panel.view.setCurrentIndex(panel.model.index(0, 0))

    panel.view.copy_value()
    assert QGuiApplication.clipboard().text() == '{"a":1}'

    panel.view.copy_path()
    assert QGuiApplication.clipboard().text() == "t"


async def test_a_context_that_cannot_be_fetched_says_why(run_model: RunModel, qtbot: QtBot) -> None:
    Story(run_model).begins().step("a", "Set").told()
    panel = panel_of(qtbot, run_model)

    run_model.show(RUN)
    await settled(panel)

    assert panel.empty_text() == "There is no step 1."


async def test_nothing_is_fetched_while_nobody_looks(run_model: RunModel, qtbot: QtBot) -> None:
    Story(run_model).begins().step("a", "Set").told()
    engine = Engine({})
    panel = ContextPanel(run_model, engine.state_at, DARK)
    qtbot.addWidget(panel)

    run_model.show(RUN)
    await settled(panel)

    assert engine.asked == []


async def test_without_a_run_it_says_what_to_do(run_model: RunModel, qtbot: QtBot) -> None:
    panel = panel_of(qtbot, run_model)

    assert panel.empty_text() == "Run the flow and choose a step to see the context after it."


async def test_the_first_step_of_a_nested_flow_shows_what_it_changed(run_model: RunModel, qtbot: QtBot) -> None:
    story = Story(run_model).begins().opens("sub", "InvokeFlow")
    story.frame = "main/sub#1"
    story.step("inner", "Set", add("/z", 1)).told()
    panel = panel_of(qtbot, run_model, {"x": 1, "z": 1}, {"x": 1, "z": 1})

    run_model.show(RUN)
    run_model.show_step(2)
    await settled(panel)

    assert lines(panel) == ["  x 1", "+ z 1"]


async def test_a_run_that_stands_before_its_first_step_shows_what_it_starts_with(
    run_model: RunModel, qtbot: QtBot
) -> None:
    async def state_at(_run_id: str, step: int, frame: str | None = None, /) -> Any:
        assert (step, frame) == (0, "main")
        return {"score": 0.5}

    Story(run_model).begins().pauses("a").told()
    panel = ContextPanel(run_model, state_at, DARK)
    qtbot.addWidget(panel)
    panel.show()
    run_model.show(RUN)
    await settled(panel)

    assert panel.changes_button.text() == "At the start"
    assert lines(panel) == ["  score 0.5"]
    assert panel.model.is_editable
