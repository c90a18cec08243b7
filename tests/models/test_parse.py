"""Reading and writing JSON text, and reading flows from it."""

from __future__ import annotations

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from node_engine.errors import FlowFileError, LimitError
from node_engine.models.limits import DEFAULT_LIMITS, Limits
from node_engine.models.parse import JsonTextError, dump_json, find_position, parse_flow, parse_json

JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@pytest.mark.parametrize("number", [2**63 - 1, 2**64, -(2**80), 10**400])
def test_integers_of_any_size_survive_reading_and_writing(number: int) -> None:
    text = dump_json({"n": number, "name": "Zoë"})

    assert parse_json(text, depth=64) == {"n": number, "name": "Zoë"}
    assert "Zoë".encode() in text


def test_a_long_number_inside_a_text_stays_text() -> None:
    assert parse_json(b'{"card":"1234567890123456789012"}', depth=64) == {"card": "1234567890123456789012"}


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"[1,]",
        b"[NaN]",
        b"[Infinity]",
        b"[1e999]",
        b'["\\ud800"]',
        b'["\xff"]',
        b"[1] 2",
        b"[" * 70 + b"]" * 70,
        b"[" * 5000,
        b"[12345678901234567890123, NaN]",
        b"[12345678901234567890123, 1e999]",
        b'[12345678901234567890123, "\\ud800"]',
        b'[12345678901234567890123, "\xff"]',
        b"[" + b"9" * 5000 + b"]",
        b"[" * 100_000 + b"12345678901234567890123",
    ],
)
def test_text_that_is_not_acceptable_json_is_refused(text: bytes) -> None:
    with pytest.raises(JsonTextError):
        parse_json(text, depth=64)


def test_nesting_at_the_limit_is_read_and_one_more_is_refused() -> None:
    at_the_limit = b"[" * 64 + b"]" * 64

    assert parse_json(at_the_limit, depth=64) == json.loads(at_the_limit)
    with pytest.raises(JsonTextError, match="64 levels"):
        parse_json(b"[" + at_the_limit + b"]", depth=64)


def test_text_that_no_reader_can_nest_is_refused_with_the_same_words() -> None:
    with pytest.raises(JsonTextError, match="nested deeper than 64 levels"):
        parse_json(b"[" * 100_000 + b"]" * 100_000, depth=64)


def test_an_error_names_line_and_column() -> None:
    with pytest.raises(JsonTextError, match=r"^Line 2, column 9: ") as caught:
        parse_json(b'{\n "key": oops}', depth=64)

    assert (caught.value.line, caught.value.column, caught.value.position) == (2, 9, 10)


def test_a_flow_is_read_with_its_optional_fields() -> None:
    flow = parse_flow(b'\xef\xbb\xbf{"key":"f","flow":[{"key":"a","name":"N","on_error":"continue"}]}', DEFAULT_LIMITS)

    assert flow.key == "f"
    assert flow.flow[0].on_error == "continue"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b" ", "empty"),
        (b"[]", "not a flow"),
        (b'{"nodes":[]}', '"key" is missing'),
        (b'{"key":"f",\n"flow":[{"key":"a","name":"N","config":null}]}', r'Line 2, column 40: "flow\[0\].config" must'),
        (b'{"key":"f","flow":[],"colour":1}', '"colour" is not a known field'),
        (b'{"key":1,"flow":2,"registry":3,"context":4}', "1 more problems follow"),
        (b"\xff\xfe{\x00", "not UTF-8"),
    ],
)
def test_a_file_without_a_flow_is_refused_in_words(text: bytes, words: str) -> None:
    with pytest.raises(FlowFileError, match=words):
        parse_flow(text, DEFAULT_LIMITS)


def test_too_large_a_file_and_too_many_components_are_refused() -> None:
    text = b'{"key":"f","flow":[{"key":"a","name":"N"},{"key":"b","name":"N"}]}'

    assert len(parse_flow(text, Limits(flow_components=2, flow_file_bytes=len(text))).flow) == 2
    with pytest.raises(LimitError):
        parse_flow(text, Limits(flow_components=1))
    with pytest.raises(LimitError):
        parse_flow(text, Limits(flow_file_bytes=len(text) - 1))


@pytest.mark.parametrize(
    ("path", "place"),
    [(("b", 1, "c"), (2, 25)), (("b",), (2, 8)), (("missing",), (1, 1)), (("a", 0), (1, 17)), ((), (1, 1))],
)
def test_a_value_is_found_in_its_text(path: tuple[int | str, ...], place: tuple[int, int]) -> None:
    text = '{"a\\"": 1, "a":[2],\n "b" : [{"c":0}, {"c" : 3}]}'

    assert find_position(text, path) == place


@given(JSON_VALUES)
def test_what_is_written_as_json_is_read_back_the_same(value: object) -> None:
    assert parse_json(dump_json(value), depth=64) == value


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused_in_one_way(data: bytes) -> None:
    with suppress(JsonTextError):
        parse_json(data, depth=64)


@given(st.binary(max_size=200))
def test_any_bytes_are_a_flow_or_refused_in_words(data: bytes) -> None:
    with suppress(FlowFileError):
        parse_flow(data, DEFAULT_LIMITS)
