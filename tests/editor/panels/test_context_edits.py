"""Editing the context while a run is paused, undo inside the pause, and who wrote a value."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QModelIndex, Qt
from PySide6.QtGui import QKeyEvent
from pytestqt.qtbot import QtBot

from editor.panels.context import ContextPanel
from editor.panels.context_edits import EditHistory, add_value, edited_paths, inverse, pointer_of, replace_value
from editor.panels.scalar_field import Kind, ScalarField
from editor.panels.state_tree import StateNode, open_node, root_of_state
from editor.session.run_model import RunModel
from editor.theme import DARK, LIGHT
from node_engine.engine.patch import apply
from node_engine.errors import NodeEngineError
from tests.editor.panels.stories import RUN, Story, add, put

CONTEXT: dict[str, Any] = {
    "score": 0.5,
    "done": False,
    "text": "May",
    "none": None,
    "order": {"total": 12, "items": ["a", "b"]},
    "long": "line\n" * 3,
}


@dataclass
class Wrote:
    step: int | None
    key: str | None
    by: str
    before: Any
    after: Any
    at: int = 0
    is_new: bool = False
    is_removed: bool = False


class Engine:
    """A paused run: answers its context, and makes edits true by telling them as events."""

    def __init__(self, story: Story) -> None:
        self.story = story
        self.patches: list[list[dict[str, Any]]] = []

    async def state_at(self, _run_id: str, step: int, _frame: str | None = None, /) -> Any:
        if step == 0:
            return {key: value for key, value in CONTEXT.items() if key != "score"}
        return deepcopy(CONTEXT)

    def edit(self, patch: list[dict[str, Any]]) -> None:
        self.patches.append(patch)
        self.story.event("context.edited", changes=patch, by="user").told()


@pytest.fixture
def run_model(qtbot: QtBot) -> RunModel:
    return RunModel()


@pytest.fixture
def engine(run_model: RunModel) -> Engine:
    story = Story(run_model).begins().step("draft", "Set", add("/score", 0.5)).pauses("criticise")
    story.told()
    return Engine(story)


@pytest.fixture
async def panel(qtbot: QtBot, run_model: RunModel, engine: Engine) -> ContextPanel:
    made = ContextPanel(run_model, engine.state_at, DARK)
    made.edit_wanted.connect(engine.edit)
    qtbot.addWidget(made)
    made.resize(460, 320)
    made.show()
    run_model.show(RUN)
    made.toggle_whole()
    await settled(made)
    return made


async def settled(panel: ContextPanel) -> None:
    for _ in range(20):
        QCoreApplication.processEvents()
        await asyncio.sleep(0)
    assert not panel.loader.jobs.is_busy
    assert not panel.writers.jobs.is_busy


def go_to(panel: ContextPanel, *names: str) -> QModelIndex:
    index = QModelIndex()
    for name in names:
        rows = range(panel.model.rowCount(index))
        index = next(at for row in rows if panel.model.node(at := panel.model.index(row, 0, index)).name == name)
        panel.view.expand(index.parent())
    panel.view.setCurrentIndex(index)
    return index


def field_of(panel: ContextPanel) -> ScalarField:
    return next(field for field in panel.view.findChildren(ScalarField) if field.isVisible())


def lines(panel: ContextPanel) -> dict[str, str]:
    nodes = [panel.model.node(panel.model.index(row, 0)) for row in range(panel.model.rowCount())]
    return {node.name: panel.model.text(node) for node in nodes}


async def test_f2_edits_a_number_in_its_row(panel: ContextPanel, engine: Engine, qtbot: QtBot) -> None:
    go_to(panel, "score")

    qtbot.keyClick(panel.view, Qt.Key.Key_F2)
    field = field_of(panel)
    assert (field.kind.currentText(), field.line.text()) == ("number", "0.5")
    qtbot.keyClicks(field.line, "0,9")
    qtbot.keyClick(field.line, Qt.Key.Key_Return)
    await settled(panel)

    assert engine.patches == [[put("/score", 0.9)]]
    assert not panel.viewer.isVisible()
    assert lines(panel)["score"] == "0.9"
    assert panel.model.note(panel.model.node(go_to(panel, "score"))) == "edited by hand"


async def test_a_double_click_edits_and_escape_leaves_it(panel: ContextPanel, engine: Engine, qtbot: QtBot) -> None:
    at = panel.view.visualRect(go_to(panel, "text")).center()

    qtbot.mouseClick(panel.view.viewport(), Qt.MouseButton.LeftButton, pos=at)
    qtbot.mouseDClick(panel.view.viewport(), Qt.MouseButton.LeftButton, pos=at)
    field = field_of(panel)
    qtbot.keyClicks(field.line, "June")
    qtbot.keyClick(field.line, Qt.Key.Key_Escape)

    assert engine.patches == []


async def test_what_cannot_be_read_is_said_and_not_sent(panel: ContextPanel, engine: Engine, qtbot: QtBot) -> None:
    go_to(panel, "score")
    qtbot.keyClick(panel.view, Qt.Key.Key_F2)
    field = field_of(panel)

    qtbot.keyClicks(field.line, "much")
    qtbot.keyClick(field.line, Qt.Key.Key_Return)

    assert field.isVisible()
    assert field.error.text() == "Type a number."
    assert engine.patches == []


async def test_a_value_can_become_one_of_another_kind(panel: ContextPanel, engine: Engine, qtbot: QtBot) -> None:
    go_to(panel, "done")
    qtbot.keyClick(panel.view, Qt.Key.Key_F2)
    field = field_of(panel)
    assert field.flag.currentText() == "false"

    field.kind.setCurrentIndex(list(Kind).index(Kind.JSON))
    field.line.setText('["x"]')
    qtbot.keyClick(field.line, Qt.Key.Key_Return)
    await settled(panel)

    assert engine.patches == [[put("/done", ["x"])]]


async def test_a_value_inside_is_named_by_its_place(panel: ContextPanel, engine: Engine, qtbot: QtBot) -> None:
    go_to(panel, "order", "items", "1")

    qtbot.keyClick(panel.view, Qt.Key.Key_F2)
    qtbot.keyClicks(field_of(panel).line, "c")
    qtbot.keyClick(field_of(panel).line, Qt.Key.Key_Return)
    await settled(panel)

    assert engine.patches == [[put("/order/items/1", "c")]]
    assert panel.view.isExpanded(go_to(panel, "order"))


async def test_an_object_is_edited_as_json_below(panel: ContextPanel, engine: Engine, qtbot: QtBot) -> None:
    go_to(panel, "order")
    qtbot.keyClick(panel.view, Qt.Key.Key_F2)
    assert panel.editor.isVisible()

    panel.editor.json.setPlainText("{")
    qtbot.mouseClick(panel.editor.apply, Qt.MouseButton.LeftButton)
    assert panel.editor.error.isVisible()
    assert engine.patches == []

    panel.editor.json.setPlainText('{"total": 13}')
    qtbot.keyClick(panel.editor.json, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    await settled(panel)
    assert engine.patches == [[put("/order", {"total": 13})]]
    assert not panel.editor.isVisible()


async def test_a_long_text_is_edited_below(panel: ContextPanel, engine: Engine, qtbot: QtBot) -> None:
    go_to(panel, "long")
    qtbot.keyClick(panel.view, Qt.Key.Key_F2)

    panel.editor.text.setPlainText("short")
    qtbot.mouseClick(panel.editor.apply, Qt.MouseButton.LeftButton)
    await settled(panel)

    assert engine.patches == [[put("/long", "short")]]


async def test_a_key_is_added_and_removed(panel: ContextPanel, engine: Engine, qtbot: QtBot) -> None:
    go_to(panel, "order")
    qtbot.keyClick(panel.view, Qt.Key.Key_Insert)
    qtbot.mouseClick(panel.editor.apply, Qt.MouseButton.LeftButton)
    assert panel.editor.error.text() == "Type the name of the new key."

    qtbot.keyClicks(panel.editor.name, "to/from")
    panel.editor.json.setPlainText("Ada")
    qtbot.mouseClick(panel.editor.apply, Qt.MouseButton.LeftButton)
    await settled(panel)
    assert engine.patches == [[add("/order/to~1from", "Ada")]]

    go_to(panel, "order", "total")
    qtbot.keyClick(panel.view, Qt.Key.Key_Delete)
    assert engine.patches[-1] == [{"op": "remove", "path": "/order/total"}]


async def test_ctrl_z_takes_edits_of_this_pause_back_and_ctrl_shift_z_makes_them_again(
    panel: ContextPanel, engine: Engine, qtbot: QtBot
) -> None:
    go_to(panel, "score")
    qtbot.keyClick(panel.view, Qt.Key.Key_F2)
    qtbot.keyClicks(field_of(panel).line, "0.9")
    qtbot.keyClick(field_of(panel).line, Qt.Key.Key_Return)
    await settled(panel)

    qtbot.keyClick(panel.view, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    await settled(panel)
    assert engine.patches[-1] == [put("/score", 0.5)]
    assert lines(panel)["score"] == "0.5"

    both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    qtbot.keyClick(panel.view, Qt.Key.Key_Z, both)
    await settled(panel)
    assert lines(panel)["score"] == "0.9"


async def test_a_refused_edit_says_why_and_cannot_be_taken_back(
    panel: ContextPanel, engine: Engine, qtbot: QtBot
) -> None:
    panel.edit_wanted.disconnect(engine.edit)
    go_to(panel, "score")
    qtbot.keyClick(panel.view, Qt.Key.Key_Delete)

    panel.refuse_edit("The run has gone on.")
    qtbot.keyClick(panel.view, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)

    assert panel.problem.text() == "The run has gone on."
    assert engine.patches == []


async def test_nothing_can_be_edited_while_the_run_goes_on(panel: ContextPanel, engine: Engine, qtbot: QtBot) -> None:
    engine.story.event("run.resumed", verb="continue").told()
    await settled(panel)
    go_to(panel, "score")

    qtbot.keyClick(panel.view, Qt.Key.Key_F2)
    qtbot.keyClick(panel.view, Qt.Key.Key_Delete)

    assert not panel.view.findChildren(ScalarField)
    assert engine.patches == []


async def test_undo_is_taken_from_the_window_only_while_it_means_something(panel: ContextPanel, engine: Engine) -> None:
    undo = QKeyEvent(QEvent.Type.ShortcutOverride, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    undo.ignore()
    panel.event(undo)
    assert undo.isAccepted()

    engine.story.event("run.resumed", verb="continue").told()
    await settled(panel)
    undo.ignore()
    panel.event(undo)
    assert not undo.isAccepted()


async def test_w_lists_who_wrote_a_value_and_a_click_goes_there(
    panel: ContextPanel, run_model: RunModel, qtbot: QtBot
) -> None:
    asked: list[tuple[str, str, str]] = []

    async def writers(run_id: str, path: str, frame: str, /) -> Sequence[Wrote]:
        asked.append((run_id, path, frame))
        return [
            Wrote(None, None, "start", None, 1, is_new=True),
            Wrote(1, "draft", "step", 1, 12, at=1),
            Wrote(None, None, "edit", 12, None, at=1, is_removed=True),
        ]

    panel.set_writers(writers)
    go_to(panel, "order", "total")
    qtbot.keyClick(panel.view, Qt.Key.Key_W)
    await settled(panel)
    rows = range(panel.writers.model.rowCount())
    assert [[panel.writers.model.text(row, column) for column in range(4)] for row in rows] == [
        ["", "at the start", "", "1"],
        ["1", "draft", "1", "12"],
        ["1", "✎ by hand", "12", "removed"],
    ]
    assert asked == [(RUN, "order.total", "main")]

    at = panel.writers.table.visualRect(panel.writers.model.index(1, 1)).center()
    qtbot.mouseClick(panel.writers.table.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert run_model.shown_step == 1


async def test_writers_that_cannot_be_found_say_why(panel: ContextPanel, qtbot: QtBot) -> None:
    async def writers(_run_id: str, _path: str, _frame: str, /) -> Sequence[Wrote]:
        raise NodeEngineError("The run is not kept any more.")

    panel.set_writers(writers)
    go_to(panel, "score")

    qtbot.keyClick(panel.view, Qt.Key.Key_W)
    await settled(panel)

    assert panel.writers.empty_text() == "The run is not kept any more."


async def test_the_menu_watches_and_stops_on_a_path(panel: ContextPanel, qtbot: QtBot) -> None:
    go_to(panel, "order", "total")
    menu = panel.view.menu()
    actions = {action.text().partition("\t")[0]: action for action in menu.actions() if action.text()}

    with qtbot.waitSignal(panel.watch_wanted) as watched:
        actions["Watch this"].trigger()
    with qtbot.waitSignal(panel.break_wanted) as stopped:
        actions["Stop when this changes"].trigger()

    assert watched.args == stopped.args == ["order.total"]
    assert "Edit" in actions
    panel.set_theme(LIGHT)
    menu.close()


def node_at(state: dict[str, Any], *names: str) -> StateNode:
    node = root_of_state(state)
    for name in names:
        node = next(child for child in open_node(node) if child.name == name)
    return node


def test_pointers_and_paths_name_the_same_value() -> None:
    state: dict[str, Any] = {"a/b": {"~": [1, {"x y": 2}]}}

    assert pointer_of(node_at(state, "a/b", "~", "1", "x y")) == "/a~1b/~0/1/x y"
    assert edited_paths([put("/a~1b/~0/1/x y", 3)], state) == {'["a/b"]["~"][1]["x y"]'}


@pytest.mark.parametrize(
    "change",
    [
        replace_value(node_at(CONTEXT, "score"), 1),
        replace_value(node_at(CONTEXT, "order", "items"), []),
        add_value(node_at(CONTEXT, "order"), "new", 1),
        add_value(node_at(CONTEXT, "order"), "total", 1),
        add_value(node_at(CONTEXT, "order", "items"), "", 1),
        {"op": "remove", "path": "/order/items/0"},
        {"op": "remove", "path": "/text"},
    ],
    ids=str,
)
def test_the_inverse_of_an_edit_restores_what_was_there(change: dict[str, Any]) -> None:
    after = apply(CONTEXT, [change])

    assert apply(after, [inverse(change, CONTEXT)]) == CONTEXT


def test_edits_of_another_pause_are_not_taken_back() -> None:
    history = EditHistory()
    history.begin("first")
    history.push(put("/score", 1), CONTEXT)

    history.begin("second")

    assert history.undo() is None
