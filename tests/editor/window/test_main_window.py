"""The window as a person uses it: samples, files, runs, outside callers, what it asks and what it remembers."""

from __future__ import annotations

import shlex
import threading
from pathlib import Path

import httpx
import orjson
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QLineEdit, QPushButton

from editor.panels.quick_add import QuickAdd
from editor.theme import DARK, LIGHT
from editor.window.dialogs.json_dialog import JsonDialog
from editor.window.dialogs.question import Question
from editor.window.dialogs.rename_dialog import RenameDialog
from editor.window.dialogs.settings_dialog import SettingsDialog
from editor.window.empty_canvas import EmptyCanvas
from editor.window.flow_tab import FlowTab
from editor.window.welcome import Card
from node_engine.models.json import JsonObject
from tests.editor.window.conftest import Person, Windows

GREET: JsonObject = {
    "key": "greet",
    "flow": [
        {"key": "first", "name": "Set", "config": {"assignments": {"n": 1}}},
        {"key": "second", "name": "Set", "config": {"assignments": {"n": 2}}},
        {"key": "third", "name": "Template", "config": {"template": "Hello, {{name}}!", "target": "greeting"}},
    ],
    "context": {"name": "Ada"},
}
ENDLESS: JsonObject = {
    "key": "endless",
    "flow": [{"key": "wait", "name": "Wait", "config": {"seconds": 3_600}}],
}


def write(folder: Path, flow: JsonObject, name: str = "") -> Path:
    path = folder / f"{name or flow['key']}.flow.json"
    path.write_bytes(orjson.dumps(flow, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
    return path


def context_of(person: Person) -> JsonObject:
    run = person.window.desk.runs.shown_run()
    assert run is not None
    runtime = person.window.session.host.runtime
    state = person.window.session.host.call(runtime.run(run.id).state_at, len(run.steps)).result(10)
    assert isinstance(state, dict)
    return state


def steps_of(person: Person) -> list[str]:
    run = person.window.desk.runs.shown_run()
    return [str(step.key) for step in run.steps] if run is not None else []


def test_one_press_on_a_card_opens_and_runs_the_sample(person: Person) -> None:
    card = next(card for card in person.window.welcome.findChildren(Card) if card.sample.name == "hello")

    person.click(card)

    person.until(lambda: person.run_state() == "finished")
    assert context_of(person)["greeting"] == "Hello, Ada! (3 letters)"
    assert person.window.strip.isVisible()
    assert person.tab.title == "Hello"


def test_a_card_is_chosen_with_the_keyboard_too(person: Person) -> None:
    card = next(card for card in person.window.welcome.findChildren(Card) if card.sample.name == "support_triage")

    card.setFocus()
    QTest.keyClick(card, Qt.Key.Key_Return)

    person.until(lambda: person.run_state() == "finished")
    assert context_of(person)["team"] == "Billing"


def test_a_flow_runs_with_f5_and_every_step_is_marked(person: Person, tmp_path: Path) -> None:
    person.open(write(tmp_path, GREET))

    person.press("F5")

    person.until(lambda: person.run_state() == "finished")
    assert steps_of(person) == ["first", "second", "third"]
    assert person.window.panels.steps.model.rowCount() == 3


def test_opening_a_flow_runs_nothing(person: Person, tmp_path: Path) -> None:
    person.open(write(tmp_path, GREET))

    person.qtbot.wait(50)

    assert person.window.session.run_model.runs() == []


def test_a_run_stops_at_a_breakpoint_steps_and_continues(person: Person, tmp_path: Path) -> None:
    tab = person.open(write(tmp_path, GREET))
    tab.canvas.select(["second"])
    person.press("F9", tab.canvas)

    person.press("F5")
    person.until(lambda: person.run_state() == "paused")
    assert person.window.strip.notice is not None
    assert person.window.strip.notice.details == "before second, visit 1 · step 2"
    assert person.window.toolbar.run_button.text().strip() == "Continue"

    person.press("F10")
    person.until(lambda: steps_of(person) == ["first", "second"] and person.run_state() == "paused")

    person.press("F5")
    person.until(lambda: person.run_state() == "finished")
    assert steps_of(person) == ["first", "second", "third"]


def test_step_without_a_run_stands_before_the_first_component(person: Person, tmp_path: Path) -> None:
    person.open(write(tmp_path, GREET))

    person.press("F10")

    person.until(lambda: person.run_state() == "paused")
    assert steps_of(person) == []


def test_run_to_here_stops_before_the_selected_component(person: Person, tmp_path: Path) -> None:
    tab = person.open(write(tmp_path, GREET))
    tab.canvas.select(["third"])

    person.action("run.to_here")

    person.until(lambda: person.run_state() == "paused" and len(steps_of(person)) == 2)
    assert steps_of(person) == ["first", "second"]


def test_stop_ends_a_run_and_the_next_run_works(person: Person, tmp_path: Path) -> None:
    person.open(write(tmp_path, ENDLESS))
    person.press("F5")
    person.until(lambda: steps_of(person) == ["wait"])

    person.press("Shift+F5")

    person.until(lambda: person.run_state() == "stopped")
    person.press("F5")
    person.until(lambda: person.run_state() == "running")


def test_pause_stands_before_the_next_component(person: Person, tmp_path: Path) -> None:
    flow = {"key": "two", "flow": [{"key": "wait", "name": "Wait", "config": {"seconds": 0.3}}, GREET["flow"][0]]}  # type: ignore[index,call-overload]
    person.open(write(tmp_path, flow))
    person.press("F5")
    person.until(lambda: steps_of(person) == ["wait"])

    person.press("F6")

    person.until(lambda: person.run_state() == "paused")
    assert steps_of(person) == ["wait"]


def test_run_with_input_lays_an_object_over_the_context_of_this_run_only(person: Person, tmp_path: Path) -> None:
    tab = person.open(write(tmp_path, GREET))

    person.press("Ctrl+F5")
    dialog = person.dialog(JsonDialog)
    assert isinstance(dialog, JsonDialog)
    dialog.field.setPlainText('{"name": ')
    assert not dialog.accept_button.isEnabled()
    dialog.field.setPlainText('{"name": "Grace"}')
    person.click(dialog.accept_button)

    person.until(lambda: person.run_state() == "finished")
    assert context_of(person)["greeting"] == "Hello, Grace!"
    assert tab.document.context == {"name": "Ada"}
    assert not tab.document.is_dirty


def test_one_component_runs_alone_with_the_context_that_is_offered(person: Person, tmp_path: Path) -> None:
    tab = person.open(write(tmp_path, GREET))
    tab.canvas.select(["third"])

    person.action("run.only_this")
    dialog = person.dialog(JsonDialog)
    assert isinstance(dialog, JsonDialog)
    assert orjson.loads(dialog.field.toPlainText()) == {"name": "Ada"}
    person.click(dialog.accept_button)

    person.until(lambda: person.run_state() == "finished")
    assert steps_of(person) == ["third"]


def test_an_earlier_step_is_shown_and_go_live_returns(person: Person, tmp_path: Path) -> None:
    person.open(write(tmp_path, GREET))
    person.press("F5")
    person.until(lambda: person.run_state() == "finished")

    person.action("run.previous_step")
    assert person.window.strip.notice is not None
    assert person.window.strip.notice.details.startswith("step 2 of 3 · second")

    link = next(each for each in person.window.strip.findChildren(QPushButton) if each.text() == "Go live")
    person.click(link)
    person.until(lambda: person.window.strip.notice is not None and person.window.strip.notice.state == "Finished")


def test_a_failed_run_says_where_and_why(person: Person, tmp_path: Path) -> None:
    person.open(write(tmp_path, {"key": "broken", "flow": [{"key": "a", "name": "Nowhere", "config": {}}]}))

    person.press("F5")

    person.until(lambda: person.run_state() == "failed")
    person.until(lambda: person.window.strip.notice is not None and person.window.strip.notice.state == "Failed")
    assert person.window.strip.notice is not None
    assert "Nowhere" in person.window.strip.notice.details


def test_a_flow_is_saved_where_the_user_says_and_saving_again_changes_no_byte(person: Person, tmp_path: Path) -> None:
    person.press("Ctrl+N")
    tab = person.tab
    person.window.panels.components.add_wanted.emit("Template")
    assert tab.document.is_dirty

    person.press("Ctrl+S")
    dialog = person.dialog(QFileDialog)
    name = dialog.findChild(QLineEdit, "fileNameEdit")
    assert isinstance(name, QLineEdit)
    name.setText(str(tmp_path / "mine.flow.json"))
    QTest.keyClick(name, Qt.Key.Key_Return)

    path = tmp_path / "mine.flow.json"
    person.until(lambda: not tab.document.is_dirty)
    before = path.read_bytes()
    person.press("Ctrl+S")
    person.idle()
    assert path.read_bytes() == before
    assert (tmp_path / "mine.layout.jsonl").is_file()
    assert tab.title == "mine"
    assert tab.document.key == "mine"
    assert person.window.settings.recent_files == [path]


def test_a_file_that_holds_no_flow_is_told_in_one_message(person: Person, tmp_path: Path) -> None:
    path = tmp_path / "broken.flow.json"
    path.write_text('{"key": ')

    assert person.window.desk.files.open(path) is None

    question = person.dialog(Question)
    assert question.windowTitle() == "This file was not opened"
    person.answer("ok")
    person.until(lambda: not person.dialogs())


def test_a_file_is_opened_once(person: Person, tmp_path: Path) -> None:
    path = write(tmp_path, GREET)

    assert person.open(path) is person.open(path)
    assert len(person.window.tabs.tabs()) == 1


def test_closing_asks_about_unsaved_changes_and_escape_keeps_the_tab(person: Person, tmp_path: Path) -> None:
    tab = person.open(write(tmp_path, GREET))
    tab.editor.rename("first", "one")

    person.press("Ctrl+W")
    question = person.dialog(Question)
    QTest.keyClick(question, Qt.Key.Key_Escape)
    person.idle()
    assert person.window.tabs.tabs() == [tab]

    person.press("Ctrl+W")
    person.answer("discard")
    person.until(lambda: person.window.tabs.tabs() == [])
    assert b'"one"' not in (tmp_path / "greet.flow.json").read_bytes()


def test_closing_with_save_writes_the_file_and_reopen_brings_it_back(person: Person, tmp_path: Path) -> None:
    tab = person.open(write(tmp_path, GREET))
    tab.editor.rename("first", "one")

    person.press("Ctrl+W")
    person.answer("save")
    person.idle()
    assert person.window.tabs.tabs() == []

    person.press("Ctrl+Shift+T")
    assert person.tab.document.keys()[0] == "one"


def test_the_window_asks_before_it_closes_over_unsaved_changes(person: Person, tmp_path: Path) -> None:
    tab = person.open(write(tmp_path, GREET))
    tab.editor.rename("first", "one")

    assert not person.window.close()
    with person.qtbot.waitSignal(person.window.closed, timeout=20_000):
        person.answer("discard")
    assert not person.window.isVisible()


def test_a_file_that_another_program_changed_is_never_overwritten_unasked(person: Person, tmp_path: Path) -> None:
    path = write(tmp_path, GREET)
    tab = person.open(path)
    tab.editor.rename("first", "one")
    theirs = path.read_bytes().replace(b"Ada", b"Eve")
    path.write_bytes(theirs)

    person.press("Ctrl+S")
    person.answer("")
    person.idle()
    assert path.read_bytes() == theirs
    assert tab.document.is_dirty

    person.press("Ctrl+S")
    person.answer("overwrite")
    person.until(lambda: not tab.document.is_dirty)
    assert b'"one"' in path.read_bytes()


def test_a_file_changed_outside_is_loaded_again_when_wanted(person: Person, tmp_path: Path) -> None:
    path = write(tmp_path, GREET)
    person.open(path)
    path.write_bytes(path.read_bytes().replace(b"Ada", b"Grace"))

    person.window.desk.files.check_disk()
    person.answer("reload")

    person.until(lambda: person.tab.document.context == {"name": "Grace"})


def test_a_read_only_folder_keeps_the_flow_unsaved_and_says_so(
    person: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path, GREET)
    tab = person.open(path)
    tab.editor.rename("first", "one")

    def refuse(*_: object) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr("os.replace", refuse)
    person.press("Ctrl+S")

    question = person.dialog(Question)
    assert question.windowTitle() == "The flow was not saved"
    person.answer("ok")
    person.until(lambda: not person.dialogs())
    assert tab.document.is_dirty


def test_undo_takes_back_and_says_what(person: Person, tmp_path: Path) -> None:
    tab = person.open(write(tmp_path, GREET))
    tab.canvas.select(["first"])
    person.press("Delete", tab.canvas)
    assert not tab.document.has("first")

    person.press("Ctrl+Z", tab.canvas)
    assert tab.document.has("first")

    person.press("Ctrl+Shift+Z", tab.canvas)
    assert not tab.document.has("first")


def test_f2_renames_with_an_error_at_the_field(person: Person, tmp_path: Path) -> None:
    tab = person.open(write(tmp_path, GREET))
    tab.canvas.select(["first"])

    person.press("F2", tab.canvas)
    dialog = person.dialog(RenameDialog)
    assert isinstance(dialog, RenameDialog)
    dialog.field.setText("second")
    assert not dialog.rename_button.isEnabled()
    dialog.field.setText("one")
    QTest.keyClick(dialog.field, Qt.Key.Key_Return)

    person.until(lambda: tab.document.has("one"))
    assert tab.canvas.selection() == ["one"]


def test_the_command_palette_finds_and_does(person: Person) -> None:
    person.press("Ctrl+Shift+P")
    palette = person.window.desk.view.palette
    assert palette.isVisible()

    person.write("new flow")
    person.press("Return")

    assert not palette.isVisible()
    assert person.tab.document.key == "untitled"


def test_the_command_palette_closes_with_escape_and_gives_the_keyboard_back(person: Person, tmp_path: Path) -> None:
    tab = person.open(write(tmp_path, GREET))
    tab.canvas.setFocus()

    person.press("Ctrl+Shift+P")
    person.press("Escape")

    assert not person.window.desk.view.palette.isVisible()
    assert tab.canvas.hasFocus()


def test_the_command_palette_adds_a_component(person: Person, tmp_path: Path) -> None:
    tab = person.open(write(tmp_path, GREET))

    person.press("Ctrl+Shift+P")
    person.write("add http")
    person.press("Return")

    assert len(tab.document.keys()) == 4


def test_ctrl_p_goes_to_a_component(person: Person, tmp_path: Path) -> None:
    tab = person.open(write(tmp_path, GREET))

    person.press("Ctrl+P")
    person.write("third")
    person.press("Return")

    assert tab.canvas.selection() == ["third"]


def test_tabs_are_changed_with_the_keyboard_and_closed_with_the_middle_button(person: Person, tmp_path: Path) -> None:
    one = person.open(write(tmp_path, GREET))
    two = person.open(write(tmp_path, ENDLESS))

    person.press("Ctrl+Tab")
    assert person.window.tabs.current is one

    bar = person.window.tab_bar
    QTest.mouseClick(bar, Qt.MouseButton.MiddleButton, pos=bar.tabRect(0).center())
    person.until(lambda: person.window.tabs.tabs() == [two])


def test_the_curl_line_gives_the_same_result_as_the_window(person: Person, tmp_path: Path) -> None:
    person.open(write(tmp_path, GREET))

    person.action("service.copy_curl")

    words = shlex.split(QGuiApplication.clipboard().text())
    answer = invoke(person, orjson.loads(words[words.index("--data-binary") + 1]))
    assert answer["context"]["greeting"] == "Hello, Ada!"
    assert not [word for word in words if word.startswith("Authorization")]


def test_the_curl_line_of_a_flow_with_effects_holds_the_token(person: Person, tmp_path: Path) -> None:
    flow = {"key": "reader", "flow": [{"key": "read", "name": "ReadFile", "config": {"path": "x", "target": "t"}}]}
    person.open(write(tmp_path, flow))

    person.action("service.copy_curl")

    words = shlex.split(QGuiApplication.clipboard().text())
    assert f"Authorization: Bearer {person.window.session.token}" in words


def invoke(person: Person, flow: JsonObject) -> JsonObject:
    """Call the service from another thread, as another program does."""
    answers: list[JsonObject] = []

    def call() -> None:
        answer = httpx.post(f"{person.window.session.url}/invoke", json=flow, timeout=20, trust_env=False)
        answers.append(answer.json())

    thread = threading.Thread(target=call)
    thread.start()
    person.until(lambda: answers)
    thread.join()
    return answers[0]


def test_a_run_over_http_shows_live_on_its_open_flow(person: Person, tmp_path: Path) -> None:
    tab = person.open(write(tmp_path, GREET))

    invoke(person, GREET)

    person.until(lambda: person.run_state() == "finished")
    run = person.window.desk.runs.shown_run()
    assert run is not None
    assert run.origin.value == "http"
    assert tab.run_id == run.id


def test_a_run_of_a_flow_that_is_not_open_is_opened_read_only_from_its_definition(person: Person) -> None:
    invoke(person, GREET)
    person.until(lambda: person.window.session.run_model.runs())
    run = person.window.session.run_model.runs()[0]

    person.window.panels.run_wanted.emit(run.id)

    person.until(lambda: person.window.tabs.current is not None)
    assert person.tab.is_read_only
    assert list(person.tab.document.keys()) == ["first", "second", "third"]
    assert not person.window.actions_by_id["file.save"].isEnabled()
    person.until(lambda: person.window.strip.isVisible())

    copy = next(each for each in person.window.strip.findChildren(QPushButton) if each.text() == "Edit a copy")
    person.click(copy)
    assert not person.tab.is_read_only


def test_the_service_is_switched_off_and_on(person: Person) -> None:
    assert person.window.session.url is not None

    person.action("service.toggle")
    person.until(lambda: person.window.session.url is None)
    person.until(lambda: person.window.status.lamp.text().strip() == "Service is off")

    person.action("service.toggle")
    person.until(lambda: person.window.session.url is not None)


def test_colours_change_at_once_and_are_remembered(windows: Windows) -> None:
    person = windows.open()

    person.window.desk.view.show_settings()
    dialog = person.dialog(SettingsDialog)
    assert isinstance(dialog, SettingsDialog)
    dialog.theme_field.setCurrentIndex(1)

    assert person.window.settings.theme == "light"
    assert person.window._themes.theme is LIGHT
    dialog.theme_field.setCurrentIndex(2)
    assert person.window._themes.theme is DARK


def test_closed_panels_and_open_files_are_remembered(windows: Windows, tmp_path: Path) -> None:
    path = write(tmp_path, GREET)
    first = windows.open()
    first.open(path)
    first.window.docks.dock("log").close()
    first.window.close()
    windows.close()

    second = windows.open()

    assert second.window.docks.dock("log").isHidden()
    assert not second.window.docks.dock("steps").isHidden()
    assert second.window.settings.open_files == [path]


def test_reset_puts_closed_panels_back(person: Person) -> None:
    person.window.docks.dock("inspector").close()

    person.action("view.reset")

    assert not person.window.docks.dock("inspector").isHidden()


def test_breakpoints_are_kept_beside_the_flow_and_follow_a_rename(windows: Windows, tmp_path: Path) -> None:
    path = write(tmp_path, GREET)
    person = windows.open()
    tab = person.open(path)
    before = path.read_bytes()
    tab.toggle_breakpoint("second")
    tab.editor.rename("second", "two")
    assert tab.breakpoints == {"two"}
    tab.editor.document.undo_stack.undo()
    tab.document.undo_stack.setClean()
    person.press("Ctrl+W")
    person.until(lambda: person.window.tabs.tabs() == [])

    again: FlowTab = person.open(path)

    assert again.breakpoints == {"second"}
    assert path.read_bytes() == before


def test_unsaved_work_of_a_killed_program_is_offered_and_restored(windows: Windows, state_dir: Path) -> None:
    from tests.editor.window.leftovers import leave_unsaved_work

    leave_unsaved_work(state_dir, GREET)
    person = windows.open()

    person.window.recovery.offer()
    person.answer("restore")

    person.until(lambda: person.window.tabs.current is not None)
    assert person.tab.document.key == "greet"
    assert person.tab.document.is_dirty
    person.tab.document.undo_stack.setClean()


def test_restored_work_takes_the_place_of_the_tab_that_has_its_file_open(
    windows: Windows, state_dir: Path, tmp_path: Path
) -> None:
    from tests.editor.window.leftovers import leave_unsaved_work

    path = write(tmp_path, GREET)
    leave_unsaved_work(state_dir, GREET, path)
    person = windows.open()
    person.open(path)

    person.window.recovery.offer()
    person.answer("restore")

    person.until(lambda: person.tab.document.is_dirty)
    assert [tab.document.path for tab in person.window.tabs.tabs()] == [path]
    person.tab.document.undo_stack.setClean()


def test_a_small_screen_has_room_for_the_window(person: Person, tmp_path: Path) -> None:
    person.open(write(tmp_path, GREET))
    person.press("F5")
    person.until(lambda: person.run_state() == "finished")
    person.idle()

    person.window.resize(1024, 700)

    assert (person.window.width(), person.window.height()) == (1024, 700)
    assert person.window.docks.dock("inspector").width() > 220
    assert person.window.docks.dock("components").width() > 150


def test_help_opens_at_a_page_and_about_says_the_version(person: Person) -> None:
    person.action("help.shortcuts")
    person.until(lambda: person.window.desk.view.help_window is not None)
    assert person.window.desk.view.help_window is not None
    assert "Keyboard shortcuts" in person.window.desk.view.help_window.text.toPlainText()

    person.action("help.about")
    person.until(lambda: person.dialogs())
    person.dialogs()[0].close()
    person.window.desk.view.help_window.close()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_part_takes_the_colours(person: Person, theme: str, tmp_path: Path) -> None:
    person.open(write(tmp_path, GREET))

    person.action(f"view.theme_{theme}")

    wanted = LIGHT if theme == "light" else DARK
    picture = person.window.grab().toImage()
    middle = picture.pixelColor(picture.width() - 20, picture.height() // 2)
    assert abs(middle.lightness() - wanted_lightness(wanted.panel)) < 40


def wanted_lightness(value: str) -> int:
    from editor.theme import color

    return color(value).lightness()


def test_an_empty_canvas_says_what_to_do_first_and_its_button_does_it(person: Person) -> None:
    person.action("file.new")
    empty = person.tab.canvas.findChild(EmptyCanvas)
    assert empty is not None
    assert empty.isVisible()
    assert (empty.geometry().center() - person.tab.canvas.rect().center()).manhattanLength() <= 2
    assert person.window.status.problems.text() == "No problems"

    button = empty.findChild(QPushButton)
    assert button is not None
    person.click(button)
    popup = person.tab.findChild(QuickAdd)
    assert popup is not None
    assert popup.isVisible()
    QTest.keyClicks(popup.search_field, "template")
    QTest.keyClick(popup.search_field, Qt.Key.Key_Return)

    document = person.tab.document
    assert [str(document.component(key).name) for key in list(document.keys())] == ["Template"]
    assert not empty.isVisible()

    person.press("Ctrl+Z", person.tab.canvas)
    assert empty.isVisible()
