"""Csv: tables from files and text, and back."""

from __future__ import annotations

from pathlib import Path

import pytest

from node_engine.components import BUILTINS
from node_engine.components.checking import check_config
from node_engine.engine.runtime import Runtime
from node_engine.models.description import Touch
from node_engine.models.json import JsonObject, JsonValue
from node_engine.models.run import RunState
from tests.components.conftest import RunOne, context_after, error_of, stopped_at


@pytest.mark.parametrize(
    ("text", "config", "rows"),
    [
        ("a,b\n1,x\n", {}, [{"a": 1, "b": "x"}]),
        ("a,b\r\n1.5, y \r\n\r\n-2,\r\n", {}, [{"a": 1.5, "b": "y"}, {"a": -2, "b": None}]),
        ('a\n"x, ""y""\nz"\n', {}, [{"a": 'x, "y"\nz'}]),
        ("a;b\n1;2", {"delimiter": ";"}, [{"a": 1, "b": 2}]),
        ("a\tb\n1\t2", {"delimiter": "\\t"}, [{"a": 1, "b": 2}]),
        ("1,x\n2", {"header": False}, [[1, "x"], [2]]),
        ("a,\n1,2\n3\n", {}, [{"a": 1, "column_2": 2}, {"a": 3, "column_2": None}]),
        ("a\n x \n", {"trim": False}, [{"a": " x "}]),
        ("a\n1\n", {"numbers": False}, [{"a": "1"}]),
        ("", {}, []),
        ("a,b\n", {}, []),
    ],
)
async def test_text_becomes_rows(run_one: RunOne, text: str, config: JsonObject, rows: list[JsonValue]) -> None:
    run = await run_one("Csv", {"text": {"$ctx": "text"}, **config}, {"text": text})

    assert (await context_after(run))["rows"] == rows


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("0", 0), ("-0.5", -0.5), ("1e-3", 0.001), ("007", "007"), ("+49", "+49"), ("1e5", "1e5"), ("1_000", "1_000"),
        ("1234567890123456", "1234567890123456"), ("١٢", "١٢"), ("nan", "nan"), ("1.", "1."), ("1e+999", "1e+999"),
    ],
)  # fmt: skip
async def test_only_what_is_a_number_beyond_doubt_becomes_one(run_one: RunOne, cell: str, value: JsonValue) -> None:
    run = await run_one("Csv", {"text": f"a\n{cell}\n"})

    found = (await context_after(run))["rows"][0]["a"]
    assert (found, type(found)) == (value, type(value))


async def test_a_file_is_read_with_its_encoding(run_one: RunOne, tmp_path: Path) -> None:
    (tmp_path / "utf.csv").write_bytes(b"\xef\xbb\xbfname\nGr\xc3\xbc\xc3\x9fe\n")
    (tmp_path / "latin.csv").write_bytes(b"name\nGr\xfc\xdfe\n")

    marked = await run_one("Csv", {"path": "utf.csv"})
    latin = await run_one("Csv", {"path": "latin.csv", "encoding": "latin-1"})
    wrong = await run_one("Csv", {"path": "latin.csv"})

    for run in (marked, latin):
        assert (await context_after(run))["rows"] == [{"name": "Grüße"}]
    assert 'The file "latin.csv" is not utf-8 text (byte 8). Set its encoding.' in await error_of(wrong)


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("a,b\n1,2,3\n", "Line 2 has 3 cells, but there are 2 columns."),
        ("a,a\n", 'Two columns are called "a".'),
        ('a\n"x"y\n', "The text, line 2:"),
        ('a\n"x', "The text, line 2: unexpected end of data."),
    ],
)
async def test_a_broken_table_says_where(run_one: RunOne, text: str, error: str) -> None:
    assert error in await error_of(await run_one("Csv", {"text": text}))


async def test_files_outside_and_files_that_are_not_there(run_one: RunOne) -> None:
    assert 'There is no file "x.csv"' in await error_of(await run_one("Csv", {"path": "x.csv"}))
    assert "leads outside the folder" in await error_of(await run_one("Csv", {"path": "../x.csv"}))
    write = {"mode": "write", "items": [], "path": "../x.csv"}
    assert "leads outside the folder" in await error_of(await run_one("Csv", write))


async def test_rows_become_a_file_and_text(run_one: RunOne, tmp_path: Path) -> None:
    rows: list[JsonValue] = [{"a": 1, "b": 'x, "y"'}, {"a": None, "c": [True]}]

    run = await run_one(
        "Csv", {"mode": "write", "items": "{{rows}}", "path": "out/t.csv", "target": "text"}, {"rows": rows}
    )

    expected = 'a,b,c\n1,"x, ""y""",\n,,[true]\n'
    assert (await context_after(run))["text"] == expected
    assert (tmp_path / "out" / "t.csv").read_bytes() == expected.encode()


async def test_a_file_alone_leaves_the_context_as_it_is(run_one: RunOne, tmp_path: Path) -> None:
    run = await run_one("Csv", {"mode": "write", "items": [[1, "x"]], "path": "t.csv", "delimiter": ";"}, {"rows": 1})

    assert (await context_after(run))["rows"] == 1
    assert (tmp_path / "t.csv").read_text() == "1;x\n"


async def test_what_is_written_reads_back_the_same(run_one: RunOne) -> None:
    rows: list[JsonValue] = [{"a": 1.25, "b": "line\nbreak", "c": "007"}, {"a": -3, "b": "ä;,", "c": None}]

    written = await run_one("Csv", {"mode": "write", "items": "{{rows}}", "target": "text"}, {"rows": rows})
    read = await run_one("Csv", {"text": {"$ctx": "text"}}, {"text": (await context_after(written))["text"]})

    assert (await context_after(read))["rows"] == rows


async def test_what_cannot_be_written_says_why(run_one: RunOne) -> None:
    wrong_row = await run_one("Csv", {"mode": "write", "items": [1], "target": "t"})
    wrong_sign = await run_one("Csv", {"mode": "write", "items": [["Ж"]], "path": "t.csv", "encoding": "latin-1"})

    assert "Row 1 is neither an object nor a list." in await error_of(wrong_row)
    assert '"Ж" cannot be written as latin-1' in await error_of(wrong_sign)


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ({"delimiter": "::"}, '"delimiter" should be one character, such as , or ;'),
        ({"target": ""}, '"target" is missing. Say where in the context the rows go.'),
        ({"mode": "write", "path": "x"}, '"items" is missing. Say which rows to write, usually {{rows}}.'),
        (
            {"mode": "write", "items": []},
            'say where the table goes: give a "path", or a "target" for the text',
        ),
    ],
)
def test_a_config_that_cannot_work_is_a_problem(config: JsonObject, message: str) -> None:
    assert [error.message for error in check_config("Csv", config)] == [message]


def test_only_a_path_touches_files() -> None:
    assert BUILTINS["Csv"].touches_for({"text": "a"}) == frozenset()
    assert BUILTINS["Csv"].touches_for({"path": "a.csv"}) == {Touch.FILES}


async def test_a_long_table_can_be_stopped(runtime: Runtime) -> None:
    step = {"key": "one", "name": "Csv", "config": {"text": {"$ctx": "text"}}}
    text = "a,b,c\n" + "1,2,3\n" * 300_000

    run = await stopped_at(runtime, {"key": "f", "flow": [step], "context": {"text": text}}, "step.started")

    assert run.state is RunState.STOPPED
