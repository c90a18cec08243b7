"""PythonFunction: code in a process of its own."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from node_engine.engine.runtime import Runtime
from node_engine.models.flow import FlowDefinition
from node_engine.models.run import RunState
from tests.components.conftest import RunOne


def code(body: str) -> str:
    return "async def execute(ctx, config):\n" + "".join(f"    {line}\n" for line in body.splitlines())


async def test_code_changes_the_context_and_returns_to_the_target(run_one: RunOne) -> None:
    config = {
        "code": code(
            "ctx['list'].append(config['n'])\ndel ctx['old']\nprint('working')\nreturn {'sum': sum(ctx['list'])}"
        ),
        "inputs": {"n": {"$ctx": "more"}},
        "target": "out.result",
    }

    run = await run_one("PythonFunction", config, {"list": [1, 2], "old": 1, "more": 3})

    answer = await run.wait()
    assert answer.status.error is None
    assert (answer.context["list"], answer.context["out"]) == ([1, 2, 3], {"result": {"sum": 6}})
    assert "old" not in answer.context
    assert any(item.message.endswith("working") for item in answer.status.log)


async def test_returning_nothing_writes_nothing(run_one: RunOne) -> None:
    run = await run_one("PythonFunction", {"code": code("pass"), "target": "out"})

    assert "out" not in (await run.wait()).context


async def test_text_of_the_context_never_becomes_code(run_one: RunOne) -> None:
    config = {"code": code("""return "{{name}}" + f"{{{config['n']}}}" """), "inputs": {"n": 1}}

    run = await run_one("PythonFunction", config, {"name": '"\n'})

    assert (await run.wait()).context.get("result") == "{{name}}{1}"


@pytest.mark.parametrize(
    ("written", "error"),
    [
        (code("return 1 / 0"), "ZeroDivisionError: division by zero (line 2: return 1 / 0)"),
        (code("ctx['x'] = {1, 2}"), "cannot be stored as JSON"),
        ("def other(): pass", "there is no function execute(ctx, config)"),
        ("def execute(ctx config): pass", "line 1"),
    ],
)
async def test_a_mistake_in_the_code_is_named(run_one: RunOne, written: str, error: str) -> None:
    run = await run_one("PythonFunction", {"code": written})

    said = (await run.wait()).status.error
    assert said is not None
    assert error in said


async def test_code_that_takes_too_long_is_ended(run_one: RunOne) -> None:
    run = await run_one("PythonFunction", {"code": code("while True: pass"), "seconds": 0.3})

    assert (await run.wait()).status.error == "the code was ended after 0.3 s"


async def test_stop_ends_a_busy_loop_within_a_second_and_the_next_run_works(runtime: Runtime, run_one: Any) -> None:
    step = {"key": "a", "name": "PythonFunction", "config": {"code": code("print('here')\nwhile True: pass")}}
    run = runtime.start(FlowDefinition.model_validate({"key": "f", "flow": [step]}))
    cursor = runtime.events.cursor(after=0)
    async with asyncio.timeout(30):
        while not any("here" in str(event.data) for event in cursor.read().events):
            await cursor.wait()

    run.stop()
    async with asyncio.timeout(5):
        await run.wait()

    following = await run_one("PythonFunction", {"code": code("return 1")})
    assert run.state is RunState.STOPPED
    assert (await following.wait()).context["result"] == 1
