"""Json: text to values, values to text, and queries."""

from __future__ import annotations

from typing import Any

import pytest

from node_engine.components.checking import check_config
from node_engine.engine.runtime import Runtime
from node_engine.models.json import JsonObject, JsonValue
from node_engine.models.run import RunState
from tests.components.conftest import RunFlow, RunOne, context_after, error_of, stopped_at

ORDER: JsonObject = {"lines": [{"name": "pen", "price": 2}, {"name": "ink", "price": 9}]}


@pytest.mark.parametrize(
    ("config", "value", "result"),
    [
        ({"mode": "parse"}, '{"a": [1, null]}', {"a": [1, None]}),
        ({"mode": "format"}, {"ä": [1]}, '{"ä":[1]}'),
        ({"mode": "format", "indent": True}, {"ä": [1]}, '{\n  "ä": [\n    1\n  ]\n}'),
        ({"mode": "format"}, "text", '"text"'),
        ({"mode": "query", "query": "lines[*].name"}, ORDER, ["pen", "ink"]),
        ({"mode": "query", "query": "sum(lines[*].price)"}, ORDER, 11),
        ({"mode": "query", "query": "nothing"}, ORDER, None),
    ],
)
async def test_each_mode_does_its_work(run_one: RunOne, config: JsonObject, value: JsonValue, result: Any) -> None:
    run = await run_one("Json", {**config, "value": {"$ctx": "value"}, "target": "out.result"}, {"value": value})

    assert (await context_after(run))["out"] == {"result": result}
    assert run.steps()[0].port == "done"


async def test_text_that_is_no_json_leaves_by_invalid_or_fails(run_flow: RunFlow) -> None:
    read = {"key": "read", "name": "Json", "config": {"value": '{"a": }'}}
    ends = [{"key": "x", "name": "Stop"}, {"key": "rescue", "name": "Log"}]

    branching = await run_flow({**read, "outputs": {"invalid": "rescue"}}, *ends)
    failing = await run_flow(read, *ends)

    assert [step.id.key for step in branching.steps()] == ["read", "rescue"]
    assert (await error_of(failing)).startswith("The text is not JSON. Line 1, column 7")


@pytest.mark.parametrize(
    ("config", "error"),
    [
        ({"value": 3}, "The value to parse is no text."),
        ({"mode": "query", "query": "length(@)", "value": 3}, 'The query "length(@)" does not fit the value: '),
        ({"value": "[" * 100 + "]" * 100}, "The text is not JSON."),
    ],
)
async def test_what_does_not_fit_says_why(run_one: RunOne, config: JsonObject, error: str) -> None:
    assert (await error_of(await run_one("Json", config))).startswith(error)


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("lines[", '"query": the query "lines[" cannot be read as JMESPath: '),
        ("", '"query" is missing. Say what to pick, for example lines[*].name'),
        ("(" * 3_000, '"query": the query'),
    ],
)
def test_a_query_that_cannot_be_read_is_a_problem(query: str, message: str) -> None:
    found = [error.message for error in check_config("Json", {"mode": "query", "value": 1, "query": query})]

    assert len(found) == 1
    assert found[0].startswith(message)


async def test_a_query_over_a_large_value_can_be_stopped(runtime: Runtime) -> None:
    config: JsonObject = {"mode": "query", "value": {"$ctx": "rows"}, "query": "length([?n > `5`])"}
    step: JsonObject = {"key": "one", "name": "Json", "config": config}
    rows: JsonValue = [{"n": number} for number in range(20_000)]

    run = await stopped_at(runtime, {"key": "f", "flow": [step], "context": {"rows": rows}}, "step.started")

    assert run.state is RunState.STOPPED
