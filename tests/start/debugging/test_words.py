"""What is typed at the debugger's prompt, taken apart."""

from __future__ import annotations

from typing import Any

import pytest

from node_engine.start.debugging.commands import COMMANDS, SHORT
from node_engine.start.debugging.words import (
    WrongInputError,
    find_command,
    read_assignment,
    read_breakpoint,
    read_count,
)


def flow_of(key: str) -> str:
    """A flow that holds "good_enough", "my step" and "once"."""
    if key in ("", "good_enough", "my step", "once"):
        return "f"
    raise WrongInputError(f"no {key}")


@pytest.mark.parametrize(
    ("word", "command"),
    [("continue", "continue"), ("c", "continue"), ("cont", "continue"), ("s", "step"), ("se", "set"), ("q", "quit")],
)
def test_a_command_is_found_by_name_short_form_and_beginning(word: str, command: str) -> None:
    assert find_command(word, COMMANDS, SHORT) == command


@pytest.mark.parametrize(
    ("word", "words"),
    [("brake", "Did you mean break?"), ("wh", "where, who|who, where"), ("xyzzy", "help lists all")],
)
def test_a_word_that_is_no_command_is_told_what_was_meant(word: str, words: str) -> None:
    with pytest.raises(WrongInputError, match=words):
        find_command(word, COMMANDS, SHORT)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("good_enough", {"place": "before", "component_key": "good_enough"}),
        (
            "good_enough if score < 0.8 and visit == 2",
            {"place": "before", "component_key": "good_enough", "condition": "score < 0.8 and visit == 2"},
        ),
        ('"my step" once', {"place": "before", "component_key": "my step", "once": True}),
        ("once", {"place": "before", "component_key": "once", "once": False}),
        ("after good_enough hits >= 3", {"place": "after", "component_key": "good_enough", "hits": ">= 3"}),
        ("wire good_enough true", {"place": "wire", "component_key": "good_enough", "port": "true"}),
        ("error", {"place": "error", "component_key": None}),
        ("error good_enough if not caught", {"place": "error", "component_key": "good_enough"}),
        ("change order.total once hits every 2", {"place": "change", "path": "order.total", "hits": "every 2"}),
        ("event done if ctx.x > 1", {"place": "event", "event": "done", "condition": "ctx.x > 1"}),
    ],
)
def test_a_breakpoint_is_read(text: str, expected: dict[str, Any]) -> None:
    read = read_breakpoint(text, flow_of)

    assert {name: getattr(read, name) for name in expected} == expected
    assert read.flow_key == "f"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("nowhere", "no nowhere"),
        ("change", "Write it as: break KEY"),
        ("good_enough extra", "Write it as: break KEY"),
        ("change a b", "Write it as: break KEY"),
        ("good_enough if", "no condition after if"),
        ("good_enough if score = 1", "write == to compare"),
        ("good_enough hits", "no count after hits"),
        ("good_enough hits often", "every 3"),
        ('"good_enough', "A quote is not closed"),
        ("if score < 1", "Write it as: break KEY"),
    ],
)
def test_a_breakpoint_that_cannot_be_read_is_told_how(text: str, words: str) -> None:
    with pytest.raises(WrongInputError, match=words):
        read_breakpoint(text, flow_of)


def test_an_assignment_is_parted_at_the_first_sign() -> None:
    assert read_assignment("order.note = a=b ") == ("order.note", "a=b")
    for text in ("", "x", "=1", "x="):
        with pytest.raises(WrongInputError, match="set PATH=VALUE"):
            read_assignment(text)


def test_a_count_is_a_whole_number_from_one() -> None:
    assert read_count("", 1, "back 3") == 1
    assert read_count("12", 1, "back 3") == 12
    for text in ("0", "-1", "x", "1.5", "9999999999"):
        with pytest.raises(WrongInputError, match="back 3"):
            read_count(text, 1, "back 3")


def test_every_short_form_stands_for_a_command() -> None:
    assert set(SHORT.values()) <= set(COMMANDS)
