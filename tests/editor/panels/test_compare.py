"""The Compare panel: steps aligned, the first difference marked and gone to, what each step wrote."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from editor.panels.compare import CompareView
from editor.session.run_model import RunModel
from editor.session.run_view import RunView
from editor.theme import DARK, LIGHT
from node_engine.analysis.compare import RunComparison, compare
from node_engine.errors import NodeEngineError
from node_engine.models.run import StepId, StepRecord
from tests.editor.panels.stories import Story, add, put


def records(run: RunView) -> list[StepRecord]:
    return [
        StepRecord(
            row.number, StepId(row.frame, row.key, row.visit), row.name, row.state, row.started_s, row.elapsed_ms,
            row.next, row.port, row.changes, row.error,
        )
        for row in run.steps
    ]  # fmt: skip


class Engine:
    def __init__(self, run_model: RunModel) -> None:
        self.run_model = run_model
        self.asked: list[tuple[str, str]] = []

    async def compare(self, a_id: str, b_id: str, /) -> RunComparison:
        self.asked.append((a_id, b_id))
        a, b = self.run_model.run(a_id), self.run_model.run(b_id)
        if a is None or b is None:
            raise NodeEngineError("The run is not kept any more.")
        return compare(records(a), records(b))


@pytest.fixture
def run_model(qtbot: QtBot) -> RunModel:
    model = RunModel()
    good = Story(model, "good", 40).begins().step("read", "ReadFile", add("/text", "May"), next="score")
    good.step("score", "Chat", add("/score", 0.9), add("/note", "ok"), next="publish", elapsed_ms=40.0)
    good.step("publish", "WriteFile").event("run.finished", elapsed_ms=10.0).told()
    bad = Story(model, "bad", 41).begins().step("read", "ReadFile", add("/text", "May"), next="score")
    bad.step("score", "Chat", add("/score", 0.5), add("/note", "ok"), next="improve", elapsed_ms=400.0)
    bad.step("improve", "Chat", put("/text", "June")).event("run.finished", elapsed_ms=10.0)
    return bad.told()


@pytest.fixture
def engine(run_model: RunModel) -> Engine:
    return Engine(run_model)


@pytest.fixture
def panel(qtbot: QtBot, run_model: RunModel, engine: Engine) -> CompareView:
    made = CompareView(run_model, DARK, engine.compare)
    qtbot.addWidget(made)
    made.resize(700, 340)
    made.show()
    return made


async def compared(panel: CompareView, a: str = "good", b: str = "bad") -> CompareView:
    panel.show_runs(a, b)
    await settled(panel)
    return panel


async def settled(panel: CompareView) -> None:
    for _ in range(20):
        await asyncio.sleep(0)
    assert not panel.jobs.is_busy


def rows(panel: CompareView, *columns: int) -> list[list[str]]:
    return [[panel.model.words(row, column) for column in columns] for row in range(panel.model.rowCount())]


async def test_steps_are_aligned_and_differences_told(panel: CompareView) -> None:
    QAbstractItemModelTester(panel.model, QAbstractItemModelTester.FailureReportingMode.Fatal)

    await compared(panel)

    assert rows(panel, 0, 1, 2, 5) == [
        ["1", "read", "1", "= same"],
        ["2", "score", "2", "⤷ went to publish, then to improve"],
        ["3", "publish", "", "− only in run 40"],
        ["", "improve", "3", "+ only in run 41"],
    ]
    assert panel.title.whole_text() == "Runs 40 and 41: 3 of 4 steps differ."


async def test_the_first_difference_is_marked_and_gone_to(panel: CompareView) -> None:
    await compared(panel)

    assert panel.table.currentIndex().row() == 1
    assert [panel.model.is_first(row) for row in range(4)] == [False, True, False, False]
    assert panel.model.is_time_different(1)


async def test_what_a_step_wrote_is_shown_for_both_runs(panel: CompareView) -> None:
    await compared(panel)

    model = panel.detail.model
    assert [[model.text(row, column) for column in range(3)] for row in range(model.rowCount())] == [
        ["next", "publish", "improve"],
        ["time", "40 ms", "400 ms"],
        ["score", "0.9", "0.5"],
        ["note", '"ok"', '"ok"'],
    ]


async def test_f8_goes_from_difference_to_difference(panel: CompareView, qtbot: QtBot) -> None:
    await compared(panel)

    qtbot.keyClick(panel.table, Qt.Key.Key_F8)
    assert panel.table.currentIndex().row() == 2

    qtbot.keyClick(panel.table, Qt.Key.Key_F8, Qt.KeyboardModifier.ShiftModifier)
    assert panel.table.currentIndex().row() == 1

    qtbot.mouseClick(panel.next, Qt.MouseButton.LeftButton)
    assert panel.table.currentIndex().row() == 2


async def test_enter_shows_the_step_in_its_run(panel: CompareView, qtbot: QtBot) -> None:
    await compared(panel)

    with qtbot.waitSignal(panel.step_wanted) as wanted:
        qtbot.keyClick(panel.table, Qt.Key.Key_Return)
    assert wanted.args == ["bad", 2]

    panel.table.select_row(2)
    with qtbot.waitSignal(panel.step_wanted) as wanted:
        qtbot.keyClick(panel.table, Qt.Key.Key_Return)
    assert wanted.args == ["good", 3]


async def test_the_same_steps_can_be_left_out(panel: CompareView, qtbot: QtBot) -> None:
    await compared(panel)

    panel.only.setChecked(True)

    assert [row[0] for row in rows(panel, 1)] == ["score", "publish", "improve"]
    assert panel.table.currentIndex().row() == 0


async def test_the_runs_can_be_swapped(panel: CompareView, engine: Engine, qtbot: QtBot) -> None:
    await compared(panel)

    qtbot.mouseClick(panel.swap, Qt.MouseButton.LeftButton)
    await settled(panel)

    assert engine.asked == [("good", "bad"), ("bad", "good")]
    assert panel.model.words(1, 5) == "⤷ went to improve, then to publish"


async def test_equal_runs_say_so(panel: CompareView) -> None:
    panel.set_theme(LIGHT)

    await compared(panel, "good", "good")

    assert panel.title.whole_text() == "Runs 40 and 40 did the same in all 3 steps."
    assert not panel.next.isEnabled()


async def test_the_comparison_is_told_and_taken_back(panel: CompareView, qtbot: QtBot) -> None:
    told: list[Any] = []
    panel.compared.connect(told.append)
    await compared(panel)
    assert told[0].first_difference == 1

    with qtbot.waitSignal(panel.closed):
        qtbot.mouseClick(panel.done, Qt.MouseButton.LeftButton)
    assert told[1] is None
    assert panel.empty_text().startswith("Choose “Compare with…”")


async def test_runs_that_cannot_be_compared_say_why(panel: CompareView) -> None:
    await compared(panel, "good", "gone")

    assert panel.empty_text() == "The run is not kept any more."
