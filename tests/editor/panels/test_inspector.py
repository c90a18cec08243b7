"""The inspector: what it shows for a selection, and that every edit is one undoable change of the document."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QTextCursor
from pytestqt.qtbot import QtBot

from editor.document.editing import DocumentEditor
from editor.panels.inspector import InspectorPanel
from editor.theme import DARK, LIGHT
from node_engine.errors import ComponentRunError
from node_engine.models.flow import GoTo, RetryPolicy
from node_engine.models.step import FlowStep
from tests.editor.panels.flows import component, edited

CONFIG, FLOW, TRY, JSON, HELP = range(5)


@pytest.fixture
def editor(qtbot: QtBot) -> DocumentEditor:
    return edited(
        component("greet", "Template", {"text": "Hello"}),
        component("wait", "Wait"),
        component("check", "If", {"condition": "x > 1"}),
        component("odd", "Nothing", {"a": 1}),
        context={"name": "Ada"},
    )


@pytest.fixture
def panel(editor: DocumentEditor, qtbot: QtBot) -> InspectorPanel:
    made = InspectorPanel(DARK)
    qtbot.addWidget(made)
    made.resize(348, 800)
    made.show()
    made.set_document(editor.document, editor)
    return made


def test_with_nothing_selected_it_shows_the_flow(panel: InspectorPanel) -> None:
    assert panel.flow.isVisible()
    assert panel.flow.key.text() == "a-flow"
    assert panel.flow.counts.text().startswith("4 components, 2 wires, ")


def test_a_component_shows_key_kind_and_what_it_does(panel: InspectorPanel) -> None:
    panel.show_component("wait")

    assert panel.component.header.key.text() == "wait"
    assert panel.component.header.about.text() == "Wait · waits for a time"


def test_typing_in_the_form_is_one_undo_step(panel: InspectorPanel, editor: DocumentEditor, qtbot: QtBot) -> None:
    panel.show_component("greet")
    field: Any = panel.component.form.rows["text"].control
    qtbot.keyClicks(field.edit, "abc")
    assert editor.document.component("greet").config == {"text": "abcHello"}

    editor.document.undo_stack.undo()

    assert editor.document.component("greet").config == {"text": "Hello"}
    assert field.edit.toPlainText() == "Hello"


def test_leaving_a_field_ends_its_undo_step(panel: InspectorPanel, editor: DocumentEditor, qtbot: QtBot) -> None:
    panel.show_component("greet")
    field: Any = panel.component.form.rows["text"].control
    field.edit.setFocus()
    qtbot.keyClicks(field.edit, "a")
    panel.component.header.key.setFocus()
    field.edit.setFocus()
    qtbot.keyClicks(field.edit, "b")

    editor.document.undo_stack.undo()

    assert editor.document.component("greet").config["text"] == "aHello"


def test_the_key_can_be_changed_and_a_taken_one_is_refused(
    panel: InspectorPanel, editor: DocumentEditor, qtbot: QtBot
) -> None:
    panel.show_component("greet")
    key = panel.component.header.key
    key.setFocus()
    key.selectAll()
    qtbot.keyClicks(key, "wait")
    qtbot.keyClick(key, Qt.Key.Key_Return)
    assert editor.document.has("greet")
    assert "wait" in panel.component.header.error.text()

    key.setFocus()
    key.selectAll()
    qtbot.keyClicks(key, "hello")
    qtbot.keyClick(key, Qt.Key.Key_Return)

    assert list(editor.document.keys()) == ["hello", "wait", "check", "odd"]
    assert panel.component.header.key.text() == "hello"


def test_where_it_leads_is_chosen_on_the_flow_tab(panel: InspectorPanel, editor: DocumentEditor, qtbot: QtBot) -> None:
    panel.show_component("check")
    panel.tabs.setCurrentIndex(FLOW)
    row = panel.component.options.rows["port outputs.true"]
    chooser: Any = row.control
    qtbot.keyClicks(chooser.chooser.lineEdit(), "gre")
    assert row.error_text() == "The flow has no component “gre”."

    qtbot.keyClicks(chooser.chooser.lineEdit(), "et")

    assert row.error_text() == ""
    assert editor.document.component("check").outputs == {"true": "greet"}


def test_failure_retry_limit_and_note_are_set_on_the_flow_tab(
    panel: InspectorPanel, editor: DocumentEditor, qtbot: QtBot
) -> None:
    panel.show_component("greet")
    panel.tabs.setCurrentIndex(FLOW)
    rows = panel.component.options.rows
    on_error: Any = rows["on_error"].control
    qtbot.keyClick(on_error.chooser, Qt.Key.Key_End)
    assert editor.document.component("greet").on_error == GoTo(go_to="wait")

    retry: Any = rows["retry.times"].control
    retry.field.selectAll()
    qtbot.keyClicks(retry.field, "3")
    assert editor.document.component("greet").retry == RetryPolicy(times=3)
    rows = panel.component.options.rows
    assert {"go_to", "retry.delay_s", "retry.backoff"} <= set(rows)

    limit: Any = rows["timeout_s"].control
    qtbot.keyClicks(limit.field, "60")
    note: Any = rows["note"].control
    qtbot.keyClicks(note.edit, "why")

    assert editor.document.component("greet").timeout_s == 60
    assert editor.document.component("greet").note == "why"


def test_a_component_is_disabled_on_the_flow_tab(panel: InspectorPanel, editor: DocumentEditor, qtbot: QtBot) -> None:
    panel.show_component("greet")
    panel.tabs.setCurrentIndex(FLOW)
    box: Any = panel.component.options.rows["enabled"].control

    qtbot.keyClick(box.box, Qt.Key.Key_Space)

    assert editor.document.component("greet").enabled is False


def test_json_is_checked_and_applied_as_one_undo_step(
    panel: InspectorPanel, editor: DocumentEditor, qtbot: QtBot
) -> None:
    panel.show_component("greet")
    panel.tabs.setCurrentIndex(JSON)
    page = panel.component.json
    page.edit.selectAll()
    qtbot.keyClicks(page.edit, '{"key": "hi", "name": 1}')
    assert "name" in page.error.text()
    assert not page.apply.isEnabled()

    page.edit.selectAll()
    qtbot.keyClicks(page.edit, '{"key": "hi", "name": "Wait", "config": {"seconds": 2}, "note": "n"}')
    qtbot.mouseClick(page.apply, Qt.MouseButton.LeftButton)
    found = editor.document.component("hi")
    assert (found.name, found.config, found.note) == ("Wait", {"seconds": 2}, "n")

    editor.document.undo_stack.undo()

    assert editor.document.component("greet").config == {"text": "Hello"}


def test_json_is_taken_over_by_going_elsewhere(panel: InspectorPanel, editor: DocumentEditor, qtbot: QtBot) -> None:
    panel.show_component("greet")
    panel.tabs.setCurrentIndex(JSON)
    page = panel.component.json
    page.edit.setFocus()
    page.edit.selectAll()
    qtbot.keyClicks(page.edit, '{"key": "greet", "name": "Wait"}')
    assert editor.document.component("greet").name == "Template"

    panel.component.header.key.setFocus()

    assert editor.document.component("greet").name == "Wait"


def test_the_context_is_taken_over_while_typing_as_one_undo_step(
    panel: InspectorPanel, editor: DocumentEditor, qtbot: QtBot
) -> None:
    page = panel.flow.context
    page.edit.setFocus()
    page.edit.selectAll()
    qtbot.keyClicks(page.edit, '{"n": 12')
    assert page.error.text()
    qtbot.keyClicks(page.edit, "}")
    assert editor.document.context == {"n": 12}
    assert not page.is_changed()
    page.edit.moveCursor(QTextCursor.MoveOperation.Left)
    qtbot.keyClicks(page.edit, "3")
    assert editor.document.context == {"n": 123}

    editor.document.undo_stack.undo()

    assert editor.document.context == {"name": "Ada"}
    assert "Ada" in page.edit.toPlainText()


def test_help_is_plain_and_opens_nothing_by_itself(panel: InspectorPanel, qtbot: QtBot) -> None:
    panel.show_component("greet")
    panel.tabs.setCurrentIndex(HELP)
    page = panel.component.help
    assert "Puts values of the context into a text" in page.toPlainText()

    with qtbot.waitSignal(panel.link_wanted) as wanted:
        page.anchorClicked.emit(QUrl("https://example.org/x"))
    with qtbot.assertNotEmitted(panel.link_wanted, wait=10):
        page.anchorClicked.emit(QUrl("file:///etc/passwd"))

    assert wanted.args == ["https://example.org/x"]
    assert page.loadResource(2, QUrl("file:///etc/hostname")) is None


async def test_a_component_is_tried_alone_and_shows_what_it_changes(
    panel: InspectorPanel, editor: DocumentEditor, qtbot: QtBot
) -> None:
    asked: list[tuple[str, dict[str, Any]]] = []

    async def run(key: str, context: dict[str, Any], /) -> FlowStep:
        asked.append((key, context))
        flow = editor.document.flow()
        flow.context = {**context, "text": "Hello, Ada!"}
        return FlowStep(next=None, flow_definition=flow)

    panel.set_try(run)
    panel.show_component("greet")
    panel.tabs.setCurrentIndex(TRY)
    trying = panel.component.try_it
    qtbot.mouseClick(trying.run, Qt.MouseButton.LeftButton)
    await _settled(trying)

    assert asked == [("greet", {"name": "Ada"})]
    assert trying.status.text() == "✓ done; next is the following one"
    assert [trying.model.index(row, 0).data() for row in range(2)] == ['name: "Ada"', 'text: "Hello, Ada!"']


async def test_a_trial_that_fails_says_why(panel: InspectorPanel, qtbot: QtBot) -> None:
    async def run(_key: str, _context: dict[str, Any], /) -> FlowStep:
        raise ComponentRunError("Template", "it broke")

    panel.set_try(run)
    panel.show_component("greet")
    panel.tabs.setCurrentIndex(TRY)
    qtbot.mouseClick(panel.component.try_it.run, Qt.MouseButton.LeftButton)
    await _settled(panel.component.try_it)

    assert panel.component.try_it.status.text() == "✕ it broke"


def test_the_config_of_the_sample_can_be_taken_over(
    panel: InspectorPanel, editor: DocumentEditor, qtbot: QtBot
) -> None:
    panel.show_component("greet")
    panel.tabs.setCurrentIndex(TRY)

    qtbot.mouseClick(panel.component.try_it.use_config, Qt.MouseButton.LeftButton)

    assert editor.document.component("greet").config == {"text": "Hello, {{name}}!"}


def test_several_components_can_be_disabled_and_deleted_together(
    panel: InspectorPanel, editor: DocumentEditor, qtbot: QtBot
) -> None:
    panel.show_components(["greet", "wait"])
    assert panel.several.title.text() == "2 components"

    qtbot.mouseClick(panel.several.enable, Qt.MouseButton.LeftButton)
    assert [editor.document.component(key).enabled for key in ("greet", "wait")] == [False, False]
    assert panel.several.enable.text() == "Enable"

    qtbot.mouseClick(panel.several.delete, Qt.MouseButton.LeftButton)
    assert list(editor.document.keys()) == ["check", "odd"]
    assert panel.flow.isVisible()


def test_the_context_of_the_flow_is_edited_as_json(panel: InspectorPanel, editor: DocumentEditor, qtbot: QtBot) -> None:
    page = panel.flow.context
    page.edit.selectAll()
    qtbot.keyClicks(page.edit, '{"name": "Bo"}')
    qtbot.keyClick(page.edit, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)

    assert editor.document.context == {"name": "Bo"}


def test_a_problem_in_the_list_leads_to_its_place(panel: InspectorPanel, qtbot: QtBot) -> None:
    line: Any = panel.flow._problems.itemAt(0).widget()

    with qtbot.waitSignal(panel.go_to) as wanted:
        qtbot.mouseClick(line, Qt.MouseButton.LeftButton)

    assert wanted.args[0] in ("odd", "check", "wait", "greet")


def test_a_field_named_by_a_problem_gets_the_cursor(panel: InspectorPanel) -> None:
    panel.show_field("wait", "config.seconds")

    assert panel.component.form.rows["seconds"].control.field.hasFocus()


def test_what_the_check_of_the_flow_finds_stands_at_the_field(
    panel: InspectorPanel, editor: DocumentEditor, qtbot: QtBot
) -> None:
    panel.show_component("greet")

    editor.set_field("greet", "config.text", "Hello {{nane}}")

    qtbot.waitUntil(panel.component.form.rows["text"].hint.isVisible)
    assert "nane" in panel.component.form.rows["text"].hint.text()


def test_changes_from_elsewhere_are_shown(panel: InspectorPanel, editor: DocumentEditor) -> None:
    panel.show_component("greet")

    editor.set_field("greet", "config.text", "changed")
    assert panel.component.form.rows["text"].value() == "changed"

    editor.rename("greet", "hello")
    assert panel.component.header.key.text() == "hello"

    editor.remove(["hello"])
    assert panel.flow.isVisible()


def test_without_a_flow_it_says_what_to_do_and_themes_change(panel: InspectorPanel) -> None:
    panel.set_document(None, None)
    panel.set_theme(LIGHT)

    assert not panel.flow.isVisible()
    assert not panel.grab().isNull()


async def _settled(trying: Any) -> None:
    for _ in range(20):
        await asyncio.sleep(0)
    assert not trying.jobs.is_running("try component")
