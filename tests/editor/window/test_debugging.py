"""Debugging with mouse and keys: stops, edits while paused, looking back, forks, comparing, outside runs."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest
from PySide6.QtCore import QModelIndex, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit, QPlainTextEdit, QPushButton

from editor.panels.scalar_field import ScalarField
from editor.session.run_view import RunView
from editor.window.dialogs.question import Question
from editor.window.samples import find_samples
from editor.window.welcome import Card
from node_engine.models.breakpoint import BreakPlace
from node_engine.models.json import JsonObject
from tests.editor.window.conftest import PATIENCE_MS, Person, Windows
from tests.editor.window.leftovers import killed_while_running
from tests.editor.window.test_main_window import GREET, context_of, steps_of, write

COUNT: JsonObject = {
    "key": "count",
    "flow": [
        {"key": "add", "name": "Set", "config": {"assignments": {"n": {"$expr": "n + 1"}}}},
        {
            "key": "enough",
            "name": "If",
            "config": {"condition": "n >= 4"},
            "outputs": {"true": "finish", "false": "add"},
        },
        {"key": "finish", "name": "Set", "config": {"assignments": {"done": True}}},
    ],
    "context": {"n": 0},
}
FAILING: JsonObject = {
    "key": "failing",
    "flow": [
        {"key": "first", "name": "Set", "config": {"assignments": {"n": 1}}},
        {"key": "divide", "name": "Set", "config": {"assignments": {"half": {"$expr": "n / zero"}}}},
        {"key": "last", "name": "Set", "config": {"assignments": {"done": True}}},
    ],
    "context": {"zero": 0},
}


def run_of(person: Person) -> RunView:
    run = person.window.desk.runs.shown_run()
    assert run is not None
    return run


def start(person: Person, sample: str) -> None:
    card = next(card for card in person.window.welcome.findChildren(Card) if card.sample.name == sample)
    person.click(card)
    person.until(lambda: person.run_state() == "finished")


def paused_at(person: Person, key: str, visit: int = 1) -> None:
    person.until(lambda: person.run_state() == "paused" and run_of(person).paused_at == (key, visit))


def strip_words(person: Person) -> str:
    notice = person.window.strip.notice
    return "" if notice is None else f"{notice.state}: {notice.details}"


def press_link(person: Person, text: str) -> None:
    links = [each for each in person.window.strip.findChildren(QPushButton) if each.text() == text]
    assert links, text
    person.click(links[-1])


def run_again(person: Person) -> None:
    before = run_of(person)
    person.press("F5")
    person.until(lambda: run_of(person) is not before and person.run_state() == "finished")


def write_breakpoint(person: Person, key: str, condition: str) -> None:
    """Select a component, press Shift+F9 and type a condition."""
    person.tab.canvas.select([key])
    person.press("Shift+F9")
    popup = person.window.panels.breakpoint_popup
    person.until(popup.isVisible)
    person.write(condition)
    person.until(lambda: popup.editor.form.condition.text() == condition)
    if QApplication.activePopupWidget() is not popup:  # what completes the word
        QTest.keyClick(popup.editor.form.condition.edit, Qt.Key.Key_Escape)
    person.click(popup.editor.save)
    person.until(lambda: not popup.isVisible())


def edit(person: Person, **values: Any) -> None:
    changes: list[JsonObject] = [{"op": "add", "path": f"/{key}", "value": value} for key, value in values.items()]
    person.window.panels.context.edit_wanted.emit(changes)
    person.idle()


def write_value(person: Person, key: str, text: str) -> None:
    """Edit a value in the Context panel with the keyboard."""
    panel = person.window.panels.context
    person.press("Alt+5")

    def place() -> QModelIndex | None:
        rows = (panel.model.index(row, 0) for row in range(panel.model.rowCount()))
        return next((index for index in rows if panel.model.node(index).name == key), None)

    person.until(lambda: panel.model.is_editable and place() is not None)
    panel.view.setFocus()
    panel.view.setCurrentIndex(place() or QModelIndex())
    QTest.keyClick(panel.view, Qt.Key.Key_F2)
    field = next(field for field in panel.view.findChildren(ScalarField) if field.isVisible())
    QTest.keyClicks(field.line, text)
    QTest.keyClick(field.line, Qt.Key.Key_Return)
    person.idle()


def test_sample_10_stops_exactly_once_and_an_edit_ends_the_loop(person: Person) -> None:
    start(person, "draft_criticise_improve")
    assert [step for step in steps_of(person) if step == "improve"] == ["improve", "improve"]

    write_breakpoint(person, "criticise", "score < 0.8 and visit == 2")
    person.press("F5")
    paused_at(person, "criticise", 2)
    write_value(person, "score", "0.9")
    person.until(lambda: run_of(person).steps[-1].hand_edits == 1)
    person.press("F5")

    person.until(lambda: person.run_state() == "finished")
    assert run_of(person).stops == [4 + 1]
    assert [step for step in steps_of(person) if step == "improve"] == ["improve"]
    assert context_of(person)["score"] == 0.9


def test_a_breakpoint_stops_on_every_visit_and_step_verbs_go_on(person: Person, tmp_path: Path) -> None:
    tab = person.open(write(tmp_path, COUNT))
    tab.canvas.select(["enough"])
    person.press("F9")

    person.press("F5")
    paused_at(person, "enough")
    person.press("F11")
    paused_at(person, "add", 2)
    person.press("Ctrl+Shift+F9")
    person.press("Shift+F11")

    person.until(lambda: person.run_state() == "finished")
    assert context_of(person)["done"] is True


def test_the_toolbar_steps_as_the_keys_do(person: Person, tmp_path: Path) -> None:
    person.open(write(tmp_path, GREET))
    person.press("F10")
    paused_at(person, "first")

    person.click(person.window.toolbar.widgetForAction(person.window.actions_by_id["run.step"]))

    paused_at(person, "second")


def test_a_condition_that_fails_stops_and_says_why(person: Person, tmp_path: Path) -> None:
    person.open(write(tmp_path, COUNT))
    write_breakpoint(person, "enough", "nowhere > 1")

    person.press("F5")

    paused_at(person, "enough")
    assert "its condition failed" in strip_words(person)
    assert "nowhere" in strip_words(person)


def test_an_edit_of_a_pause_is_taken_back_with_ctrl_z_and_the_flow_is_left_alone(
    person: Person, tmp_path: Path
) -> None:
    tab = person.open(write(tmp_path, GREET))
    person.press("F10")
    paused_at(person, "first")

    write_value(person, "name", "Grace")
    person.until(lambda: len(run_of(person).first_edits) == 1)
    person.press("Ctrl+Z", person.window.panels.context.view)
    person.until(lambda: len(run_of(person).first_edits) == 2)
    person.press("F5")

    person.until(lambda: person.run_state() == "finished")
    assert context_of(person)["greeting"] == "Hello, Ada!"
    assert not tab.document.is_dirty


def test_next_is_set_by_key_and_by_the_arrow(person: Person, tmp_path: Path) -> None:
    tab = person.open(write(tmp_path, GREET))
    person.press("F10")
    paused_at(person, "first")

    tab.canvas.select(["third"])
    person.press("Ctrl+Shift+F10")
    paused_at(person, "third")
    tab.canvas.set_next_wanted.emit("second")
    paused_at(person, "second")
    person.press("F5")

    person.until(lambda: person.run_state() == "finished")
    assert steps_of(person) == ["second", "third"]


def test_step_back_shows_the_past_everywhere_and_f10_goes_on_through_it(person: Person, tmp_path: Path) -> None:
    person.open(write(tmp_path, GREET))
    person.press("F5")
    person.until(lambda: person.run_state() == "finished")
    model = person.window.session.run_model

    person.press("Shift+F10")
    assert model.shown_step == 2
    person.press("Shift+F10")
    assert strip_words(person) == "Looking back: step 1 of 3 · first · finished"
    person.press("F10")
    assert model.shown_step == 2
    person.press("Alt+End")

    assert model.shown_step is None
    assert len(model.runs()) == 1


def test_a_failed_step_is_tried_again_with_what_was_edited(person: Person, tmp_path: Path) -> None:
    person.open(write(tmp_path, FAILING))
    person.action("debug.pause_on_errors")
    person.press("F5")
    paused_at(person, "divide")
    assert "division by zero" in strip_words(person)

    edit(person, zero=2)
    press_link(person, "Retry the step")
    person.until(lambda: run_of(person).paused is not None and not run_of(person).paused.may_retry)  # type: ignore[union-attr]
    person.press("F5")

    person.until(lambda: person.run_state() == "finished")
    assert context_of(person)["half"] == 0.5


def test_a_config_edited_while_paused_counts_in_the_run_and_is_asked_about_once(person: Person, tmp_path: Path) -> None:
    tab = person.open(write(tmp_path, GREET))
    tab.canvas.select(["third"])
    person.press("F9")
    person.press("F5")
    paused_at(person, "third")

    tab.editor.set_field("third", "config.template", "Bye, {{name}}!")
    person.press("F5")
    person.answer("discard")

    assert person.run_state() == "finished"
    assert context_of(person)["greeting"] == "Bye, Ada!"
    assert tab.document.component("third").config["template"] == "Hello, {{name}}!"
    tab.document.undo_stack.undo()
    assert tab.document.component("third").config["template"] == "Bye, {{name}}!"


def test_a_breakpoint_that_counts_once_leaves_the_flow_too(person: Person, tmp_path: Path) -> None:
    tab = person.open(write(tmp_path, COUNT))
    store = tab.breakpoint_store
    store.put(store.make("enough").model_copy(update={"once": True}))

    person.press("F5")
    paused_at(person, "enough")

    person.until(lambda: not store.all())
    person.press("F5")
    person.until(lambda: person.run_state() == "finished")


def test_breakpoints_on_wires_and_at_failures_come_from_the_canvas(person: Person, tmp_path: Path) -> None:
    tab = person.open(write(tmp_path, COUNT))
    tab.canvas.wire_breakpoint_toggled.emit("enough", "true")

    person.press("F5")

    paused_at(person, "enough", 4)
    assert run_of(person).paused.place == "after"  # type: ignore[union-attr]
    tab.canvas.place_toggled.emit("finish", "error")
    assert [one.place for one in tab.breakpoint_store.all()] == [BreakPlace.WIRE, BreakPlace.ERROR]


def test_run_from_here_takes_the_context_recorded_there(person: Person, tmp_path: Path) -> None:
    tab = person.open(write(tmp_path, COUNT))
    person.press("F5")
    person.until(lambda: person.run_state() == "finished")
    first = run_of(person)

    tab.canvas.select(["finish"])
    person.press("Alt+F10")

    person.until(lambda: person.run_state() == "finished" and run_of(person) is not first)
    assert steps_of(person) == ["finish"]
    assert context_of(person) == {"n": 4, "done": True}
    assert run_of(person).forked_from == (first.id, len(first.steps))


def test_run_from_here_without_a_run_takes_the_context_of_the_flow(person: Person, tmp_path: Path) -> None:
    tab = person.open(write(tmp_path, COUNT))

    tab.canvas.select(["finish"])
    person.press("Alt+F10")

    person.until(lambda: person.run_state() == "finished")
    assert context_of(person) == {"n": 0, "done": True}


def test_what_would_happen_again_is_listed_before_a_fork(person: Person) -> None:
    start(person, "flaky_api")
    first = run_of(person)
    person.window.session.run_model.show_step(1)

    person.action("debug.fork")
    question = person.dialog(Question)
    assert any("the network" in field.toPlainText() for field in question.findChildren(QPlainTextEdit))
    person.answer("")
    person.idle()
    assert run_of(person) is first

    person.action("debug.fork")
    person.answer("go")
    person.until(lambda: run_of(person) is not first and person.run_state() == "finished")


def test_armed_breakpoints_hold_a_caller_with_a_countdown_until_it_may_go_on(person: Person, tmp_path: Path) -> None:
    tab = person.open(write(tmp_path, GREET))
    tab.canvas.select(["second"])
    person.press("F9")
    person.action("debug.arm")
    person.until(person.window.status.armed.isVisible)
    assert "Outside runs may break, 15:00 left" in person.window.status.armed.text()
    answers: list[httpx.Response] = []
    url = person.window.session.url

    def call() -> None:
        answers.append(httpx.post(f"{url}/invoke", json=GREET, timeout=60))

    caller = threading.Thread(target=call)
    caller.start()
    paused_at(person, "second")
    assert "the caller waits 0:0" in strip_words(person)
    assert "continues by itself at 5:00" in strip_words(person)
    press_link(person, "Hold longer")
    person.until(lambda: "continues by itself at 10:00" in strip_words(person))
    press_link(person, "Continue")
    person.until(lambda: answers)
    caller.join()

    assert answers[0].json()["context"]["greeting"] == "Hello, Ada!"
    person.action("debug.arm")
    person.until(lambda: not person.window.status.armed.isVisible())


def test_resting_on_a_component_shows_what_it_wrote(person: Person, tmp_path: Path) -> None:
    tab = person.open(write(tmp_path, GREET))
    person.press("F5")
    person.until(lambda: person.run_state() == "finished")
    canvas = tab.canvas
    canvas.fit(is_animated=False)
    spot = canvas.camera.box(canvas.scene.rects["third"]).center().toPoint()  # type: ignore[index]

    QTest.mouseMove(canvas, QPoint(2, 2))
    QTest.mouseMove(canvas, spot)

    person.qtbot.waitUntil(lambda: canvas.bubble.box is not None, timeout=PATIENCE_MS)


@pytest.mark.parametrize("sample", ["find_the_bug"])
def test_a_sample_with_a_walk_has_its_guide_beside_the_flow(person: Person, sample: str) -> None:
    start(person, sample)

    assert person.window.panels.guide.isVisible()
    assert person.window.panels.guide.toPlainText().startswith("Find the bug")


def test_find_the_bug_is_solved_by_following_its_page(person: Person) -> None:
    start(person, "find_the_bug")
    editor, panels, model = person.tab.editor, person.window.panels, person.window.session.run_model
    bad = run_of(person)
    assert context_of(person)["total"] == 78.9

    # 1. Look at the change
    editor.set_field("keep_sold", "config.condition", "item.units > 0")

    # 2. Stop where it goes wrong, edit, go on, mend
    write_breakpoint(person, "add_up", 'row.region not in ["North", "South", "East"]')
    person.press("F5")
    person.until(lambda: person.run_state() == "paused")
    assert strip_words(person).startswith("Paused: before add_up")
    person.window.panels.context.edit_wanted.emit([{"op": "replace", "path": "/row/region", "value": "South"}])
    person.idle()
    person.press("F5")
    person.until(lambda: person.run_state() == "finished")
    regions = context_of(person)["regions"]
    assert isinstance(regions, list)
    assert {"region": "South", "amount": 74.4, "units": 15} in regions
    assert len(regions) == 3
    assert any(step.hand_edits for step in run_of(person).steps)
    editor.set_field("load_sales", "config.trim", True)
    person.tab.canvas.select(["add_up"])
    person.press("F9", person.tab.canvas)
    assert person.tab.breakpoint_store.all() == []

    # 3. Who wrote this?
    run_again(person)
    assert context_of(person)["total"] == 86.15
    panels.context.writers.show_writers(run_of(person).id, "total", "main")
    writers = panels.context.writers.model
    person.until(lambda: any(row.key == "note_large" for row in writers.records()))
    place = next(place for place, row in enumerate(writers.records()) if row.key == "note_large")
    assert [writers.records()[place].before, writers.records()[place].after] == ["115.0", "50"]
    panels.context.writers.table.row_chosen.emit(place)
    assert model.shown_step is not None
    editor.set_config("note_large", {"assignments": {"largest": {"$ctx": "amount"}}})

    # 4. Compare the good run with the bad one
    person.press("Alt+End")
    run_again(person)
    assert context_of(person)["total"] == 151.15
    assert context_of(person)["largest"] == 50
    panels.runs.compare_wanted.emit(run_of(person).id, bad.id)
    person.until(lambda: panels.compare.comparison is not None)
    comparison = panels.compare.comparison
    assert comparison is not None
    assert comparison.first_difference == 0
    assert comparison.rows[0].id.key == "load_sales"
    shown = person.tab.canvas.scene.marks.comparison
    assert (shown.first, shown.names) == ("load_sales", ("run 1", "run 4"))
    assert {"load_sales", "keep_sold", "note_large"} <= shown.marks.keys()
    person.click(panels.compare.done)
    assert not person.tab.canvas.scene.marks.comparison.marks


def test_a_sample_reads_and_writes_in_a_folder_of_the_users_own(person: Person, state_dir: Path) -> None:
    start(person, "sales_report")
    sample = next(each for each in find_samples() if each.name == "sales_report")

    assert not (sample.path.parent / "report.md").exists()
    assert (state_dir / "samples" / "sales_report" / "report.md").is_file()


def test_a_run_of_the_past_can_be_forked_and_written_to_a_file(person: Person, tmp_path: Path) -> None:
    person.open(write(tmp_path, COUNT))
    person.press("F5")
    person.until(lambda: person.run_state() == "finished")
    first = run_of(person)

    person.window.panels.runs.fork_wanted.emit(first.id, 3, True)
    person.until(lambda: run_of(person) is not first and person.run_state() == "finished")
    assert run_of(person).forked_from == (first.id, 3)
    assert context_of(person)["n"] == 4
    person.window.panels.runs.export_wanted.emit(first.id)
    dialog = person.dialog(QFileDialog)
    name = dialog.findChild(QLineEdit, "fileNameEdit")
    assert isinstance(name, QLineEdit)
    name.setText(str(tmp_path / "run.json"))
    QTest.keyClick(name, Qt.Key.Key_Return)

    person.until((tmp_path / "run.json").is_file)
    whole = orjson.loads((tmp_path / "run.json").read_bytes())
    assert (whole["number"], len(whole["steps"]), whole["flow"]["key"]) == (1, 9, "count")


def test_a_run_that_a_killed_program_left_is_continued(windows: Windows, state_dir: Path) -> None:
    waiting = {
        "key": "waiting",
        "flow": [
            {"key": "first", "name": "Set", "config": {"assignments": {"n": 1}}},
            {"key": "wait", "name": "Wait", "config": {"seconds": 3_600}},
        ],
    }
    killed_while_running(state_dir, waiting)
    person = windows.open()
    (left,) = person.window.session.run_model.runs()

    person.window.panels.runs.show_wanted.emit(left.id)
    person.until(lambda: person.run_state() == "interrupted")
    press_link(person, "Continue it")

    person.until(lambda: person.run_state() == "running")
    person.until(lambda: steps_of(person) == ["wait"])
    assert run_of(person).parent == left.id
    person.press("Shift+F5")
    person.until(lambda: person.run_state() == "stopped")
