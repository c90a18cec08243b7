"""The Breakpoints panel and its editor, by mouse and keys."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from editor.document.breakpoints import BreakpointStore
from editor.document.document import Document
from editor.panels.breakpoint_editor import BreakpointEditor, BreakpointPopup
from editor.panels.breakpoints import BreakpointsPanel
from editor.panels.known_context import KnownContext
from editor.session.run_model import RunModel
from editor.theme import DARK, LIGHT
from node_engine.models.breakpoint import BreakPlace, Breakpoint
from node_engine.models.json import JsonValue
from tests.editor.panels.flows import component, edited
from tests.editor.panels.stories import RUN, improving


@dataclass
class Check:
    stopped: int
    of: int
    steps: Sequence[int] = ()
    error: str | None = None


class Asked:
    """Answers as the journal does, and remembers what it was asked."""

    def __init__(self, stopped: int, of: int) -> None:
        self.answer = Check(stopped, of)
        self.breakpoints: list[Breakpoint] = []

    async def would_stop(self, _run_id: str, breakpoint_: Breakpoint, /) -> Check:
        self.breakpoints.append(breakpoint_)
        return self.answer


async def state_at(_run_id: str, _step: int, _frame: str | None = None, /) -> JsonValue:
    return {"score": 0.5, "order": {"total": 12, "to": "Ada"}}


@pytest.fixture
def document(qtbot: QtBot) -> Document:
    return edited(component("draft", "Chat"), component("good_enough", "If"), component("improve", "Chat")).document


@pytest.fixture
def store(document: Document) -> BreakpointStore:
    return BreakpointStore(document)


@pytest.fixture
def panel(qtbot: QtBot, document: Document, store: BreakpointStore) -> BreakpointsPanel:
    made = BreakpointsPanel(DARK)
    made.set_document(document, store)
    qtbot.addWidget(made)
    made.resize(640, 300)
    made.show()
    return made


def before(key: str, **about: object) -> Breakpoint:
    return Breakpoint.model_validate({"flow_key": "a-flow", "component_key": key, **about})


def words(panel: BreakpointsPanel, row: int) -> list[str]:
    return [panel.model.words(row, column) for column in range(panel.model.columnCount())]


def press(qtbot: QtBot, panel: BreakpointsPanel, key: Qt.Key, row: int = 0) -> None:
    panel.table.select_row(row)
    qtbot.keyClick(panel.table, key)


def choose_place(editor: BreakpointEditor, place: BreakPlace) -> None:
    editor.form.place.setCurrentIndex(list(BreakPlace).index(place))


def test_the_model_keeps_the_rules_of_qt(panel: BreakpointsPanel, store: BreakpointStore) -> None:
    tester = QAbstractItemModelTester(panel.model, QAbstractItemModelTester.FailureReportingMode.Fatal)

    store.put(before("draft"), before("improve", id="2"))
    store.set_enabled(["2"], False)
    store.remove("2")

    assert tester.model().rowCount() == 1


def test_each_breakpoint_is_a_row_in_words(panel: BreakpointsPanel, store: BreakpointStore) -> None:
    store.put(before("draft", condition="score < 0.8", hits="every 3", once=True))
    store.put(before("good_enough", place="wire", port="true", log="went {key}"))
    store.put(Breakpoint(flow_key="a-flow", place=BreakPlace.CHANGE, path="order.total"))

    assert words(panel, 0) == ["before draft", "score < 0.8", "every 3rd", "stop once"]
    assert words(panel, 1) == ["on the wire good_enough · true", "", "", "log “went {key}”"]
    assert words(panel, 2) == ["when order.total changes", "", "", "stop"]
    assert panel.summary.text() == "3 of 3 on"


def test_hits_of_the_shown_run_are_counted(panel: BreakpointsPanel, store: BreakpointStore) -> None:
    store.put(before("draft", id="1", hits="= 3"))

    panel.set_hits({"1": 2})

    assert words(panel, 0)[2] == "2 × · 3rd only"


def test_a_click_on_the_box_and_space_switch_one_off_and_on(
    panel: BreakpointsPanel, store: BreakpointStore, qtbot: QtBot
) -> None:
    store.put(before("draft", id="1"))
    rect = panel.table.visualRect(panel.model.index(0, 0))

    qtbot.mouseClick(panel.table.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(rect.left() + 16, rect.center().y()))
    assert [one.enabled for one in store.all()] == [False]

    press(qtbot, panel, Qt.Key.Key_Space)
    assert [one.enabled for one in store.all()] == [True]


def test_delete_removes_the_current_one(panel: BreakpointsPanel, store: BreakpointStore, qtbot: QtBot) -> None:
    store.put(before("draft"), before("improve"))

    press(qtbot, panel, Qt.Key.Key_Delete)

    assert [one.component_key for one in store.all()] == ["improve"]


def test_all_can_be_switched_off_and_removed(panel: BreakpointsPanel, store: BreakpointStore, qtbot: QtBot) -> None:
    store.put(before("draft"), before("improve"))

    qtbot.mouseClick(panel.switch_all, Qt.MouseButton.LeftButton)
    assert not any(one.enabled for one in store.all())
    assert panel.switch_all.text() == "All on"

    qtbot.mouseClick(panel.remove_all, Qt.MouseButton.LeftButton)
    assert panel.empty_text().startswith("A run stops where a breakpoint is.")


def test_enter_opens_the_editor_and_enter_saves(panel: BreakpointsPanel, store: BreakpointStore, qtbot: QtBot) -> None:
    store.put(before("draft", id="1"))
    press(qtbot, panel, Qt.Key.Key_Return)
    assert panel.editor.isVisible()

    qtbot.keyClicks(panel.editor.form.condition.edit, "score < 0.8")
    panel.editor.form.hit_kind.setCurrentIndex(3)
    panel.editor.form.hit_count.setValue(2)
    qtbot.keyClick(panel.editor.form.condition.edit, Qt.Key.Key_Return)

    assert store.all() == [before("draft", id="1", condition="score < 0.8", hits="every 2")]
    assert panel.table.isVisible()


def test_a_double_click_opens_the_editor_and_escape_leaves_it(
    panel: BreakpointsPanel, store: BreakpointStore, qtbot: QtBot
) -> None:
    store.put(before("draft", id="1"))
    at = panel.table.visualRect(panel.model.index(0, 1)).center()

    qtbot.mouseDClick(panel.table.viewport(), Qt.MouseButton.LeftButton, pos=at)
    qtbot.keyClicks(panel.editor.form.condition.edit, "x")
    qtbot.keyClick(panel.editor.form.condition.edit, Qt.Key.Key_Escape)

    assert panel.table.isVisible()
    assert store.all() == [before("draft", id="1")]


def test_a_condition_that_cannot_be_read_is_said_at_the_field_and_not_saved(
    panel: BreakpointsPanel, store: BreakpointStore, qtbot: QtBot
) -> None:
    store.put(before("draft", id="1"))
    panel.edit(store.all()[0])

    qtbot.keyClicks(panel.editor.form.condition.edit, "score <")
    qtbot.mouseClick(panel.editor.save, Qt.MouseButton.LeftButton)

    assert "character 7" in panel.editor.form.condition.error.text()
    assert store.all() == [before("draft", id="1")]


def test_a_place_asks_for_what_it_needs(panel: BreakpointsPanel, store: BreakpointStore, qtbot: QtBot) -> None:
    panel.add_breakpoint()
    editor = panel.editor
    assert list(editor.form.missing().values()) == ["Choose the component."]

    choose_place(editor, BreakPlace.CHANGE)
    qtbot.mouseClick(editor.save, Qt.MouseButton.LeftButton)
    assert store.all() == []
    assert list(editor.form.missing()) == [editor.form.path]

    qtbot.keyClicks(editor.form.path.edit, "order.total")
    qtbot.mouseClick(editor.save, Qt.MouseButton.LeftButton)
    assert [(one.place, one.path) for one in store.all()] == [(BreakPlace.CHANGE, "order.total")]


def test_a_wire_offers_the_ways_out_of_the_component(panel: BreakpointsPanel, store: BreakpointStore) -> None:
    panel.edit(before("good_enough", place="wire", port="false"))
    form = panel.editor.form

    assert [form.port.itemText(row) for row in range(form.port.count())] == ["Every way out", "true", "false"]
    draft = form.draft()
    assert draft is not None
    assert draft.port == "false"


def test_a_log_point_needs_its_message(panel: BreakpointsPanel, store: BreakpointStore, qtbot: QtBot) -> None:
    panel.edit(before("draft", id="1"))
    form = panel.editor.form

    form.then.setCurrentIndex(1)
    assert form.draft() is None

    qtbot.keyClicks(form.message.edit, "score={score}")
    qtbot.mouseClick(panel.editor.save, Qt.MouseButton.LeftButton)
    assert [one.log for one in store.all()] == ["score={score}"]


async def test_the_editor_says_what_would_have_stopped_in_the_last_run(
    panel: BreakpointsPanel, store: BreakpointStore, qtbot: QtBot
) -> None:
    run_model = improving(RunModel()).told()
    run_model.show(RUN)
    asked = Asked(1, 3)
    asked.answer.steps = [4]
    panel.set_known(KnownContext(run_model, state_at, panel))
    panel.set_would_stop(asked.would_stop)

    panel.edit(before("draft", id="1", condition="score < 0.8"))
    await settled(panel)
    assert panel.editor.answer.text() == "Would have stopped 1 of 3 times in run 41, at step 4."

    asked.answer = Check(0, 0)
    choose_place(panel.editor, BreakPlace.AFTER)
    await settled(panel)
    assert panel.editor.answer.text() == "Run 41 never came by here."
    assert [one.place for one in asked.breakpoints] == [BreakPlace.BEFORE, BreakPlace.AFTER]


async def test_conditions_are_completed_over_the_last_context(panel: BreakpointsPanel, qtbot: QtBot) -> None:
    run_model = improving(RunModel()).told()
    run_model.show(RUN)
    known = KnownContext(run_model, state_at, panel)
    panel.set_known(known)
    known.value()
    await settled(panel)
    panel.edit(before("draft"))
    field = panel.editor.form.condition
    field.edit.setFocus()

    qtbot.keyClicks(field.edit, "order.to")
    assert field.completing.names() == ["to", "total"]

    qtbot.keyClick(field.edit, Qt.Key.Key_Down)
    qtbot.keyClick(field.edit, Qt.Key.Key_Return)
    assert field.text() == "order.total"
    assert not field.completing.is_open()


def test_another_document_shows_its_own(panel: BreakpointsPanel, store: BreakpointStore) -> None:
    store.put(before("draft"))
    panel.set_theme(LIGHT)

    panel.set_document(None, None)

    assert panel.empty_text() == "Open a flow to set breakpoints in it."


def test_the_popup_edits_one_where_it_is(document: Document, store: BreakpointStore, qtbot: QtBot) -> None:
    popup = BreakpointPopup(DARK)
    qtbot.addWidget(popup)
    popup.editor.set_document(document, store)
    popup.open_at(QPoint(10, 10), before("draft", id="1"))

    qtbot.keyClicks(popup.editor.form.condition.edit, "visit > 2")
    qtbot.mouseClick(popup.editor.save, Qt.MouseButton.LeftButton)

    assert [one.condition for one in store.all()] == ["visit > 2"]
    assert not popup.isVisible()


async def settled(panel: BreakpointsPanel) -> None:
    for _ in range(20):
        await asyncio.sleep(0)
    assert not panel.editor.jobs.is_busy
