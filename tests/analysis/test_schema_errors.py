"""Checking a config by its JSON Schema, as pydantic writes it."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, Field

from node_engine.analysis.config_errors import config_errors
from node_engine.analysis.schema_errors import schema_errors


class Limit(BaseModel):
    """An object inside."""

    max: int = Field(ge=1, le=10)
    key: str | None = None


class Config(BaseModel, extra="forbid"):
    """Every kind of field that the built-ins use."""

    text: str = Field("", min_length=2, max_length=4)
    number: float = Field(1.0, gt=0, lt=5)
    whole: int | None = None
    flag: bool = False
    mode: Literal["fast", "slow"] = "fast"
    limit: Limit | None = None
    cases: list[Annotated[str, Field(min_length=1)] | Limit] = Field(default_factory=list)
    mapping: dict[str, int] = Field(default_factory=dict)
    anything: Any = None
    needed: str


GOOD: list[dict[str, Any]] = [
    {},
    {"text": "abc", "number": "2.5", "whole": "3", "flag": "true", "mode": "slow"},
    {"whole": None, "limit": None, "number": 2, "flag": 1},
    {"limit": {"max": 3, "key": None, "more": 1}, "cases": ["a", {"max": 1}], "mapping": {"a": 1}},
    {"anything": [{"x": None}]},
    {"text": "{{a}}", "number": "{{a}}", "flag": {"$ctx": "a"}, "limit": "{{a}}", "cases": ["{{a}}", {"max": "{{a}}"}]},
]
BAD: list[tuple[dict[str, Any], list[tuple[str, str]]]] = [
    ({"text": 3}, [("text", '"text" should be text.')]),
    ({"text": "x"}, [("text", '"text" should be at least 2 characters long.')]),
    ({"text": "xxxxx"}, [("text", '"text" should be at most 4 characters long.')]),
    ({"number": 0}, [("number", '"number" should be more than 0.')]),
    ({"number": "many"}, [("number", '"number" should be a number.')]),
    ({"number": 5}, [("number", '"number" should be less than 5.')]),
    ({"whole": 1.5}, [("whole", '"whole" should be a whole number or null.')]),
    ({"flag": "perhaps"}, [("flag", '"flag" should be true or false.')]),
    ({"mode": "x"}, [("mode", '"mode" should be one of "fast", "slow".')]),
    ({"limit": {"max": 0}}, [("limit.max", '"limit.max" should be 1 or more.')]),
    ({"limit": {}}, [("limit.max", '"limit.max" is missing. Fill it in.')]),
    ({"cases": [""]}, [("cases[0]", '"cases[0]" is empty. Fill it in.')]),
    ({"mapping": {"a": "x"}}, [("mapping.a", '"mapping.a" should be a whole number.')]),
    ({"mapping": []}, [("mapping", '"mapping" should be an object.')]),
    ({"other": 1}, [("other", '"other" is not a field of this component. Remove it.')]),
]
SCHEMA = Config.model_json_schema()


@pytest.mark.parametrize("config", GOOD)
def test_what_the_model_takes_has_no_error(config: dict[str, Any]) -> None:
    written = {"needed": "x", **config}

    assert schema_errors(SCHEMA, written) == []
    assert config_errors(Config, written) == []


@pytest.mark.parametrize(("config", "expected"), BAD)
def test_what_the_model_refuses_is_said_at_the_field(config: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    written = {"needed": "x", **config}

    assert [(error.path, error.message) for error in schema_errors(SCHEMA, written)] == expected
    assert config_errors(Config, written) != []


def test_a_missing_field_is_named() -> None:
    (error,) = schema_errors(SCHEMA, {})

    assert (error.path, error.kind) == ("needed", "missing")


def test_an_empty_schema_allows_everything() -> None:
    assert schema_errors({}, {"a": [1, {"b": None}]}) == []


def test_a_schema_that_refers_to_itself_comes_to_an_end() -> None:
    schema: dict[str, Any] = {"$ref": "#/$defs/A", "$defs": {"A": {"properties": {"a": {"$ref": "#/$defs/A"}}}}}
    value: dict[str, Any] = {}
    for _ in range(100):
        value = {"a": value}

    assert schema_errors(schema, value) == []


@pytest.mark.parametrize(
    ("field", "text", "message"),
    [
        ({"widget": "expression"}, "a > 1 and b", None),
        ({"widget": "expression"}, " a\n> 1", None),
        ({"widget": "expression"}, "{{n}} >", None),
        ({"widget": "expression"}, "a >", '"x": this cannot be read (invalid syntax)'),
        ({"widget": "expression"}, "a && b", '"x": write and instead of &&'),
        ({"widget": "expression"}, " ", '"x": write an expression, for example: count > 3'),
        ({"widget": "code", "language": "python"}, "def f(:\n  pass", '"x": line 1: invalid syntax'),
        ({"widget": "code", "language": "json"}, "def f(:", None),
        ({"format": "regex"}, "(a|b", '"x": this is not a regular expression: '),
        ({"format": "regex"}, "(a|b)+", None),
        ({"format": "regex"}, r"\p{L}+(?<name>x)", None),
    ],
)
def test_texts_in_a_language_are_read(field: dict[str, Any], text: str, message: str | None) -> None:
    errors = schema_errors({"properties": {"x": {"type": "string", **field}}}, {"x": text})

    assert [error.message[: len(message or "")] for error in errors] == ([] if message is None else [message])
