"""The Watch panel: expressions, their values at the shown moment and over the run."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from editor.panels.known_context import KnownContext
from editor.panels.spark import spark_of
from editor.panels.watch import WatchPanel
from editor.session.run_model import RunModel
from editor.theme import DARK, LIGHT
from node_engine.errors import NodeEngineError
from node_engine.models.json import JsonValue
from tests.editor.panels.stories import RUN, Story, put


@dataclass
class Value:
    step: int
    value: Any
    error: str | None = None


class Engine:
    """Answers what `scores` say, one value for each step, and counts how often it was asked."""

    def __init__(self, *scores: Any) -> None:
        self.scores = scores
        self.asked: list[str] = []

    async def watch(self, _run_id: str, expression: str, /) -> Sequence[Value]:
        self.asked.append(expression)
        if expression == "gone":
            raise NodeEngineError("The run is gone.")
        if expression == "missing":
            return [Value(step, None, "there is no missing") for step in range(1, len(self.scores) + 1)]
        return [Value(step, score) for step, score in enumerate(self.scores, 1)]


@pytest.fixture
def run_model(qtbot: QtBot) -> RunModel:
    model = RunModel()
    story = Story(model).begins()
    for number in range(1, 5):
        story.step("score", "Set", put("/score", number), visit=number)
    return story.told()


@pytest.fixture
def engine() -> Engine:
    return Engine(0.5, 0.5, 0.75, 1.0)


@pytest.fixture
def panel(qtbot: QtBot, run_model: RunModel, engine: Engine) -> WatchPanel:
    made = WatchPanel(run_model, DARK, engine.watch)
    qtbot.addWidget(made)
    made.resize(430, 300)
    made.show()
    return made


async def settled(panel: WatchPanel) -> None:
    for _ in range(20):
        await asyncio.sleep(0)
    assert not panel.jobs.is_busy
    panel._timer.stop()


def values(panel: WatchPanel) -> list[str]:
    return [panel.model.words(row, 1) for row in range(panel.model.rowCount())]


async def test_a_typed_expression_shows_its_value_at_the_shown_step(
    panel: WatchPanel, run_model: RunModel, qtbot: QtBot
) -> None:
    QAbstractItemModelTester(panel.model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    run_model.show(RUN)

    with qtbot.waitSignal(panel.expressions_changed):
        qtbot.keyClicks(panel.field.edit, "score")
        qtbot.keyClick(panel.field.edit, Qt.Key.Key_Return)
    await settled(panel)
    assert values(panel) == ["1.0"]

    run_model.show_step(3)
    assert values(panel) == ["0.75"]
    assert panel.model.has_changed(0)

    run_model.show_step(2)
    assert values(panel) == ["0.5"]
    assert not panel.model.has_changed(0)


async def test_the_values_over_the_run_lead_to_their_steps(
    panel: WatchPanel, run_model: RunModel, qtbot: QtBot
) -> None:
    run_model.show(RUN)
    panel.set_expressions(["score"])
    await settled(panel)
    panel.table.select_row(0)
    panel._show_values()
    rows = range(panel.values.rowCount())
    assert [panel.values.text(row, 0) for row in rows] == ["1", "3", "4"]

    at = panel.values_table.visualRect(panel.values.index(1, 2)).center()
    qtbot.mouseClick(panel.values_table.viewport(), Qt.MouseButton.LeftButton, pos=at)

    assert run_model.shown_step == 3
    assert values(panel) == ["0.75"]


async def test_errors_are_said_in_words(panel: WatchPanel, run_model: RunModel) -> None:
    run_model.show(RUN)

    panel.set_expressions(["missing", "gone"])
    await settled(panel)

    assert values(panel) == ["✕ there is no missing", "✕ The run is gone."]


def test_what_cannot_be_read_is_not_watched(panel: WatchPanel, qtbot: QtBot) -> None:
    qtbot.keyClicks(panel.field.edit, "score >")
    qtbot.mouseClick(panel.add, Qt.MouseButton.LeftButton)

    assert panel.expressions() == []
    assert panel.field.error.isVisible()


def test_an_expression_is_changed_and_removed_by_keys(panel: WatchPanel, qtbot: QtBot) -> None:
    panel.set_expressions(["a", "b"])
    panel.table.setFocus()
    panel.table.select_row(0)

    qtbot.keyClick(panel.table, Qt.Key.Key_F2)
    assert panel.field.text() == "a"
    qtbot.keyClicks(panel.field.edit, "a + 1")
    qtbot.keyClick(panel.field.edit, Qt.Key.Key_Return)
    assert panel.expressions() == ["a + 1", "b"]

    panel.table.setFocus()
    panel.table.select_row(0)
    qtbot.keyClick(panel.table, Qt.Key.Key_Delete)
    assert panel.expressions() == ["b"]


def test_escape_leaves_the_edited_expression_as_it_was(panel: WatchPanel, qtbot: QtBot) -> None:
    panel.set_expressions(["a"])
    panel.table.select_row(0)
    at = panel.table.visualRect(panel.model.index(0, 0)).center()

    qtbot.mouseDClick(panel.table.viewport(), Qt.MouseButton.LeftButton, pos=at)
    qtbot.keyClicks(panel.field.edit, "xyz")
    qtbot.keyClick(panel.field.edit, Qt.Key.Key_Escape)

    assert panel.expressions() == ["a"]
    assert panel.field.text() == ""


async def test_a_finished_run_is_asked_once(panel: WatchPanel, run_model: RunModel, engine: Engine) -> None:
    run_model.show(RUN)
    panel.set_expressions(["score"])
    await settled(panel)

    run_model.show_step(1)
    run_model.show_step(4)
    await settled(panel)

    assert engine.asked == ["score"]


async def test_a_value_edited_while_paused_counts_at_once_until_the_run_goes_on(
    panel: WatchPanel, run_model: RunModel
) -> None:
    async def state_at(_run_id: str, _step: int, _frame: str | None = None, /) -> JsonValue:
        return {"score": 1.0}

    story = Story(run_model)
    story.event("run.paused", key="next", visit=1).told()
    known = KnownContext(run_model, state_at, panel)
    panel.set_known(known)
    run_model.show(RUN)
    panel.set_expressions(["score", "score / 0"])
    await settled(panel)

    story.event("context.edited", changes=[put("/score", 0.9)], by="user").told()
    known._fetch()
    await settled(panel)
    assert values(panel)[0] == "0.9"
    assert values(panel)[1].startswith("✕ ")
    assert panel.model.is_by_hand(0)

    story.event("run.resumed", verb="resume").told()
    known._timer.stop()
    assert values(panel)[0] == "1.0"


async def test_another_run_is_asked_anew(panel: WatchPanel, run_model: RunModel, engine: Engine) -> None:
    run_model.show(RUN)
    panel.set_expressions(["score"])
    await settled(panel)
    Story(run_model, "other", 42).begins().step("a", "Set").told()

    run_model.show("other")
    await settled(panel)

    assert engine.asked == ["score", "score"]


async def test_nothing_is_asked_while_nobody_looks(panel: WatchPanel, run_model: RunModel, engine: Engine) -> None:
    panel.hide()
    run_model.show(RUN)
    panel.set_expressions(["score"])
    await settled(panel)
    assert engine.asked == []

    panel.show()
    await settled(panel)
    assert engine.asked == ["score"]


def test_without_expressions_it_says_what_to_do(panel: WatchPanel) -> None:
    panel.set_theme(LIGHT)

    assert panel.empty_text().startswith("Type an expression above")


def test_a_spark_puts_equal_values_together() -> None:
    spark = spark_of([Value(1, 1), Value(2, 1), Value(3, True), Value(4, None, "no"), Value(5, "x")])

    assert [(block.number, block.value, block.is_error) for block in spark.blocks] == [
        (1, 1, False),
        (3, True, False),
        (4, None, True),
        (5, "x", False),
    ]
    assert not spark.is_curve
    assert spark_of([Value(1, 1), Value(2, 3)]).is_curve
