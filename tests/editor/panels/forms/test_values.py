"""What typed text becomes, and what a value looks like in a field."""

from __future__ import annotations

import pytest

from editor.panels.forms.values import as_text, is_template, loose_text, read_json, read_loosely, read_number


@pytest.mark.parametrize(
    ("text", "value"), [("12", 12), ("1.50", 1.5), ("1,5", 1.5), ("-3", -3), ("1e3", 1000.0), (" 7 ", 7)]
)
def test_numbers_are_read_as_people_type_them(text: str, value: float) -> None:
    read = read_number(text, is_whole=False)

    assert read.value == value
    assert type(read.value) is type(value)


@pytest.mark.parametrize("text", ["", "a", "1.5.2", "nan", "inf"])
def test_what_is_no_number_is_told(text: str) -> None:
    assert read_number(text, is_whole=False).error


def test_a_whole_number_refuses_a_fraction() -> None:
    assert read_number("1.5", is_whole=True).error == "Type a whole number."


def test_a_json_error_names_line_and_column() -> None:
    assert read_json('{\n "a": }').error.startswith("Line 2, column ")
    assert read_json("").error.startswith("Type a JSON value")


@pytest.mark.parametrize("value", ["hello", "12", "true", "", "[x", 12, 1.5, True, None, ["a"], {"a": 1}, '"q"'])
def test_a_loose_text_reads_back_as_its_value(value: object) -> None:
    assert read_loosely(loose_text(value)).value == value


def test_templates_are_recognised() -> None:
    assert is_template("a {{b}} c")
    assert not is_template("{b}")
    assert not is_template(12)


def test_a_value_shows_as_text() -> None:
    assert [as_text(value) for value in ("a", None, 1, [1, "x"])] == ["a", "", "1", '[1,"x"]']
