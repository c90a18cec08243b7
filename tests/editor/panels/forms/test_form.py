"""The form of a config: each control makes its value, errors stand at their field, nothing is lost."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QComboBox
from pytestqt.qtbot import QtBot

from editor.panels.forms.choice_controls import BoolControl, ChoiceControl, KeyControl
from editor.panels.forms.code_control import CodeControl, JsonControl
from editor.panels.forms.form import ConfigForm
from editor.panels.forms.number_control import NumberControl
from editor.panels.forms.row_controls import ListControl, MappingControl
from editor.panels.forms.text_controls import TextControl
from editor.theme import DARK, LIGHT
from node_engine.models.description import ComponentDescription
from tests.editor.panels.catalog import schema

FIELDS: dict[str, dict[str, object]] = {
    "text": {"type": "string", "title": "Text", "description": "What to say.", "default": "hi"},
    "long": {"type": "string", "widget": "multiline", "default": ""},
    "code": {"type": "string", "widget": "code", "language": "python", "default": ""},
    "share": {"type": "number", "minimum": 0, "maximum": 1, "default": 0.5},
    "times": {"type": "integer", "minimum": 1, "default": 1},
    "is_on": {"type": "boolean", "title": "Is on", "default": True},
    "mode": {"enum": ["a", "b"], "default": "a"},
    "items": {"type": "array", "items": {"type": "string"}, "default": []},
    "headers": {"type": "object", "additionalProperties": {}, "default": {}},
    "any": {"default": None},
    "target": {"type": "string", "widget": "key"},
    "rare": {"type": "string", "advanced": True, "default": ""},
}
ABOUT = ComponentDescription(
    "X",
    "X",
    "",
    config_schema=schema(**FIELDS),
    config_default={name: field["default"] for name, field in FIELDS.items() if "default" in field},
)


class Filled:
    """A form over a config that takes its own edits in, as the document does."""

    def __init__(self, qtbot: QtBot, config: dict[str, Any], about: ComponentDescription | None = ABOUT) -> None:
        self.config = config
        self.about = about
        self.edits: list[tuple[str, object]] = []
        self.form = ConfigForm(DARK, lambda: ["first", "second"], self.validate)
        qtbot.addWidget(self.form)
        self.form.field_edited.connect(self._on_edited)
        self.form.field_reset.connect(self._on_reset)
        self.form.resize(360, 900)
        self.form.show()
        self.refresh()

    def validate(self, _name: str, config: dict[str, Any]) -> list[tuple[str, str]]:
        return [("config.text", "Say something polite.")] if config.get("text") == "rude" else []

    def refresh(self) -> None:
        self.form.show_config("X", self.config, self.about)

    def control(self, name: str) -> Any:
        return self.form.rows[name].control

    def _on_edited(self, name: str, value: object) -> None:
        self.edits.append((name, value))
        self.config = {**self.config, name: value}
        self.refresh()

    def _on_reset(self, name: str) -> None:
        self.config = {key: value for key, value in self.config.items() if key != name}
        self.refresh()


@pytest.fixture
def filled(qtbot: QtBot) -> Filled:
    return Filled(qtbot, {})


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("text", TextControl),
        ("long", TextControl),
        ("code", CodeControl),
        ("share", NumberControl),
        ("times", NumberControl),
        ("is_on", BoolControl),
        ("mode", ChoiceControl),
        ("items", ListControl),
        ("headers", MappingControl),
        ("any", JsonControl),
        ("target", KeyControl),
    ],
)
def test_each_field_has_its_control(filled: Filled, name: str, kind: type) -> None:
    assert isinstance(filled.control(name), kind)


def test_typing_changes_the_config_and_keeps_the_cursor(filled: Filled, qtbot: QtBot) -> None:
    field = filled.control("text").edit
    qtbot.keyClicks(field, "ab")
    field.moveCursor(field.textCursor().MoveOperation.Left)
    qtbot.keyClicks(field, "X")

    assert filled.config["text"] == "aXbhi"
    assert field.textCursor().position() == 2


def test_a_number_is_read_while_typing_and_what_is_none_is_told(filled: Filled, qtbot: QtBot) -> None:
    field = filled.control("times").field
    field.selectAll()
    qtbot.keyClicks(field, "12x")

    assert filled.config["times"] == 12
    assert filled.form.errors() == {"times": "Type a number."}
    assert field.property("invalid") is True


def test_a_number_out_of_range_is_told_and_not_taken(filled: Filled, qtbot: QtBot) -> None:
    field = filled.control("times").field
    field.selectAll()
    qtbot.keyClicks(field, "0")

    assert filled.config == {}
    assert filled.form.errors() == {"times": "Type 1 or more."}


def test_arrow_keys_change_a_number_and_the_slider_follows(filled: Filled, qtbot: QtBot) -> None:
    control = filled.control("share")
    qtbot.keyClick(control.field, Qt.Key.Key_Up)

    assert filled.config["share"] == 0.6
    assert control.slider.value() == round(control.slider.maximum() * 0.6)


def test_the_slider_changes_the_number(filled: Filled) -> None:
    control = filled.control("share")
    control.slider.setValue(control.slider.maximum())

    assert filled.config["share"] == 1
    assert control.field.text() == "1"


def test_a_click_on_a_box_changes_it(filled: Filled, qtbot: QtBot) -> None:
    box = filled.control("is_on").box
    qtbot.mouseClick(box, Qt.MouseButton.LeftButton, pos=QPoint(10, box.rect().center().y()))

    assert filled.config == {"is_on": False}


def test_a_choice_is_made_by_keys(filled: Filled, qtbot: QtBot) -> None:
    chooser: QComboBox = filled.control("mode").chooser
    qtbot.keyClick(chooser, Qt.Key.Key_Down)

    assert filled.config == {"mode": "b"}


def test_a_value_that_is_no_choice_stays_visible(qtbot: QtBot) -> None:
    filled = Filled(qtbot, {"mode": "zzz"})

    assert filled.control("mode").chooser.currentText() == "zzz"


def test_list_items_are_added_changed_moved_and_removed(filled: Filled, qtbot: QtBot) -> None:
    control = filled.control("items")
    qtbot.mouseClick(control.add, Qt.MouseButton.LeftButton)
    qtbot.keyClicks(control.rows[0].text, "one")
    qtbot.keyClick(control.rows[0].text, Qt.Key.Key_Return)
    qtbot.keyClicks(control.rows[1].text, "2")
    assert filled.config["items"] == ["one", "2"]

    qtbot.keyClick(control.rows[1].text, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert filled.config["items"] == ["2", "one"]

    qtbot.mouseClick(control.rows[0].remove, Qt.MouseButton.LeftButton)
    assert filled.config["items"] == ["one"]


def test_mapping_values_are_read_as_json_where_they_look_like_it(filled: Filled, qtbot: QtBot) -> None:
    control = filled.control("headers")
    qtbot.mouseClick(control.add, Qt.MouseButton.LeftButton)
    qtbot.keyClicks(control.rows[0].name, "a")
    qtbot.keyClicks(control.rows[0].text, "12")

    assert filled.config["headers"] == {"a": 12}


def test_a_name_used_twice_is_told(qtbot: QtBot) -> None:
    filled = Filled(qtbot, {"headers": {"a": 1}})
    control = filled.control("headers")
    qtbot.mouseClick(control.add, Qt.MouseButton.LeftButton)
    qtbot.keyClicks(control.rows[1].name, "a")

    assert filled.config["headers"] == {"a": 1}
    assert "twice" in filled.form.errors()["headers"]


def test_json_is_taken_only_while_it_is_json(filled: Filled, qtbot: QtBot) -> None:
    field = filled.control("any").edit
    qtbot.keyClicks(field, "[1")
    assert "any" not in filled.config
    assert filled.form.errors()["any"].startswith("Line 1, column ")

    qtbot.keyClicks(field, ", 2]")
    assert filled.config["any"] == [1, 2]
    assert filled.form.errors() == {}


def test_keys_of_components_are_offered(filled: Filled, qtbot: QtBot) -> None:
    chooser: QComboBox = filled.control("target").chooser

    assert [chooser.itemText(row) for row in range(chooser.count())] == ["", "first", "second", "exit"]


def test_an_error_of_the_validation_stands_at_its_field(filled: Filled, qtbot: QtBot) -> None:
    filled.control("text").edit.selectAll()
    qtbot.keyClicks(filled.control("text").edit, "rude")

    assert filled.form.errors() == {"text": "Say something polite."}


def test_the_template_switch_turns_a_number_into_a_text_and_back(filled: Filled, qtbot: QtBot) -> None:
    row = filled.form.rows["times"]
    row.set_has_focus(True)
    qtbot.mouseClick(row.template, Qt.MouseButton.LeftButton)
    filled.control("times").edit.selectAll()
    qtbot.keyClicks(filled.control("times").edit, "{{{{n}}}}".replace("{{{{", "{{").replace("}}}}", "}}"))
    assert filled.config["times"] == "{{n}}"
    assert row.badge.isVisible()

    qtbot.mouseClick(row.template, Qt.MouseButton.LeftButton)
    assert filled.config == {}
    assert isinstance(filled.control("times"), NumberControl)


def test_a_template_in_the_file_shows_as_text(qtbot: QtBot) -> None:
    filled = Filled(qtbot, {"is_on": "{{x}}", "mode": "{{y}}"})

    assert filled.control("is_on").edit.toPlainText() == "{{x}}"
    assert filled.control("mode").edit.toPlainText() == "{{y}}"


def test_a_value_of_another_kind_is_shown_as_json(qtbot: QtBot) -> None:
    filled = Filled(qtbot, {"text": ["not", "a", "text"], "times": "many"})

    assert isinstance(filled.control("text"), JsonControl)
    assert filled.control("times").edit.toPlainText() == '"many"'


def test_reset_leaves_the_value_out_so_that_the_default_counts(qtbot: QtBot) -> None:
    filled = Filled(qtbot, {"text": "mine"})
    row = filled.form.rows["text"]
    row.set_has_focus(True)

    qtbot.mouseClick(row.reset, Qt.MouseButton.LeftButton)

    assert filled.config == {}
    assert filled.control("text").edit.toPlainText() == "hi"


def test_fields_that_are_not_known_are_kept_and_can_be_edited(qtbot: QtBot) -> None:
    filled = Filled(qtbot, {"odd.one": {"a": 1}})
    filled.control("odd.one").edit.selectAll()
    qtbot.keyClicks(filled.control("odd.one").edit, "7")

    assert filled.config == {"odd.one": 7}


def test_an_unknown_component_shows_its_whole_config(qtbot: QtBot) -> None:
    filled = Filled(qtbot, {"a": 1, "b": "x"}, None)

    assert list(filled.form.rows) == ["a", "b"]


def test_seldom_needed_fields_are_folded_until_asked_for(filled: Filled, qtbot: QtBot) -> None:
    assert not filled.form.rows["rare"].isVisible()

    qtbot.mouseClick(filled.form.more, Qt.MouseButton.LeftButton)

    assert filled.form.rows["rare"].isVisible()


def test_code_keeps_its_indentation_and_escape_leaves_the_field(filled: Filled, qtbot: QtBot) -> None:
    field = filled.control("code").edit
    field.setFocus()
    qtbot.keyClicks(field, "def f():")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    qtbot.keyClicks(field, "return 1")
    assert filled.config["code"] == "def f():\n    return 1"

    qtbot.keyClick(field, Qt.Key.Key_Backtab)
    assert filled.config["code"] == "def f():\nreturn 1"

    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert not field.hasFocus()


def test_every_control_has_a_name_for_those_who_cannot_see(filled: Filled) -> None:
    names = {name: (row.control.focusProxy() or row.control).accessibleName() for name, row in filled.form.rows.items()}

    assert all(names.values()), names


def test_a_theme_can_change_while_it_is_shown(filled: Filled) -> None:
    filled.form.set_theme(LIGHT)

    assert not filled.form.grab().isNull()
