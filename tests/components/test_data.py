"""Set, Template, Expression and Regex: what they write."""

from __future__ import annotations

from typing import Any

import pytest

from node_engine.components import regex as regex_module
from tests.components.conftest import RunOne


async def context_after(run: Any) -> dict[str, Any]:
    answer = await run.wait()
    assert answer.status.error is None
    return dict(answer.context)


async def error_of(run: Any) -> str:
    error = (await run.wait()).status.error
    assert error is not None
    return str(error)


async def test_set_writes_values_templates_references_and_expressions_in_order(run_one: RunOne) -> None:
    assignments = {
        "a.b[0].c": 1,
        "n": {"$expr": "n + 1"},
        "twice": {"$expr": "n * 2"},
        "text": "n was {{n}}",
        "typed": {"$ctx": "list"},
        "deep": {"x": [{"$expr": "len(list)"}], "y": None},
    }

    run = await run_one("Set", {"assignments": assignments, "remove": ["old.part", "gone"]}, {
        "n": 1, "list": [1, 2], "old": {"part": 1, "rest": 2}})  # fmt: skip

    context = await context_after(run)
    assert context["a"] == {"b": [{"c": 1}]}
    assert (context["n"], context["twice"], context["text"]) == (2, 4, "n was 1")
    assert (context["typed"], context["deep"], context["old"]) == ([1, 2], {"x": [2], "y": None}, {"rest": 2})


async def test_set_names_a_path_that_is_blocked(run_one: RunOne) -> None:
    run = await run_one("Set", {"assignments": {"n.x": 1}}, {"n": 3})

    assert '"n.x" cannot be written' in await error_of(run)


async def test_template_makes_text_objects_and_json(run_one: RunOne) -> None:
    context = {"name": "Ada", "n": 3, "rows": [1]}

    text = await run_one("Template", {"template": "{{name}} {{n}} {{rows}}", "target": "out.text"}, context)
    messages = await run_one("Template", {"template": [{"role": "user", "content": "{{name}}"}]}, context)
    parsed = await run_one("Template", {"template": '{"n": {{n}}}', "format": "json", "target": "x"}, context)

    assert (await context_after(text))["out"] == {"text": "Ada 3 [1]"}
    assert (await context_after(messages))["text"] == [{"role": "user", "content": "Ada"}]
    assert (await context_after(parsed))["x"] == {"n": 3}


async def test_a_template_that_is_no_json_says_where(run_one: RunOne) -> None:
    run = await run_one("Template", {"template": '{"n": {{n}}', "format": "json"}, {"n": 1})

    assert (await error_of(run)).startswith("The filled-in template is not JSON. Line 1, column")


async def test_expression_writes_its_result(run_one: RunOne) -> None:
    run = await run_one("Expression", {"expression": "[x * factor for x in xs if x > 1]", "target": "out.list"}, {
        "xs": [1, 2, 3], "factor": 10})  # fmt: skip

    assert (await context_after(run))["out"] == {"list": [20, 30]}


@pytest.mark.parametrize(
    ("config", "port", "result"),
    [
        ({"pattern": "B+", "ignore_case": True}, "match", {"text": "bb", "groups": [], "names": {}, "start": 1}),
        ({"pattern": "x(y)?"}, "no_match", None),
        (
            {"pattern": r"(?P<l>[a-c])(?P<n>\d)?", "mode": "find_all"},
            "match",
            [
                {"text": "a", "groups": ["a", None], "names": {"l": "a", "n": None}, "start": 0},
                {"text": "b", "groups": ["b", None], "names": {"l": "b", "n": None}, "start": 1},
                {"text": "b", "groups": ["b", None], "names": {"l": "b", "n": None}, "start": 2},
                {"text": "c1", "groups": ["c", "1"], "names": {"l": "c", "n": "1"}, "start": 3},
            ],
        ),
        ({"pattern": "x", "mode": "find_all"}, "no_match", []),
        ({"pattern": r"(b)(b)", "mode": "replace", "replacement": r"<\2\1>"}, "match", "a<bb>c1"),
        ({"pattern": "x", "mode": "replace", "replacement": "y"}, "no_match", "abbc1"),
    ],
)
async def test_regex_finds_collects_and_replaces(
    run_one: RunOne, config: dict[str, Any], port: str, result: Any
) -> None:
    run = await run_one("Regex", {"text": "{{text}}", "target": "out", **config}, {"text": "abbc1"})

    assert (await context_after(run))["out"] == result
    assert run.steps()[0].port == port


async def test_a_pattern_that_takes_for_ever_is_ended(run_one: RunOne, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(regex_module, "TIME_LIMIT_S", 0.2)
    slow = {"pattern": "(a|aa|aaa|[ab])+c(?=x)|(?:(?:x+x+)+y)", "text": "ab" * 30 + "x" * 60}

    run = await run_one("Regex", slow)

    assert "took more than 0.2 s" in await error_of(run)


async def test_a_replacement_that_names_no_group_is_an_error(run_one: RunOne) -> None:
    run = await run_one("Regex", {"pattern": "a", "text": "a", "mode": "replace", "replacement": r"\3"})

    assert r'The replacement "\3" does not fit' in await error_of(run)
