"""If, Switch, Wait, Stop and Assert: where control goes."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest

from node_engine.engine.runtime import Runtime
from node_engine.models.flow import FlowDefinition
from node_engine.models.run import RunState
from tests.components.conftest import RunFlow, RunOne


def stops(*keys: str) -> list[dict[str, Any]]:
    return [{"key": key, "name": "Stop"} for key in keys]


def visited(run: Any) -> list[str]:
    return [step.id.key for step in run.steps()]


@pytest.mark.parametrize(
    ("condition", "context", "port"),
    [
        ("score > 0.5", {"score": 0.6}, "true"),
        ("score > 0.5", {"score": 0.4}, "false"),
        ("items", {"items": []}, "false"),
        ("order.total == 3 and visit == 1", {"order": {"total": 3}}, "true"),
        ("{{flag}}", {"flag": True}, "true"),
        ("{{flag}}", {"flag": False}, "false"),
    ],
)
async def test_if_takes_the_port_of_its_condition(
    run_flow: RunFlow, condition: str, context: dict[str, Any], port: str
) -> None:
    branch = {"key": "one", "name": "If", "config": {"condition": condition}, "outputs": {"true": "t", "false": "f"}}

    run = await run_flow(branch, *stops("t", "f"), context=context)

    assert visited(run) == ["one", port[0]]


async def test_an_unconnected_branch_ends_the_flow(run_flow: RunFlow) -> None:
    run = await run_flow({"key": "one", "name": "If", "config": {"condition": "1 > 2"}}, *stops("t"))

    assert visited(run) == ["one"]
    assert (await run.wait()).status.error is None


async def test_a_condition_that_names_nothing_fails_with_the_nearest_name(run_one: RunOne) -> None:
    run = await run_one("If", {"condition": "socre > 1"}, {"score": 1})

    error = (await run.wait()).status.error
    assert error is not None
    assert "socre" in error
    assert "score" in error


@pytest.mark.parametrize(
    ("value", "cases", "taken"),
    [
        ("{{topic}}", ["billing", "technical"], "billing"),
        ("{{n}}", ["3", "4"], "3"),
        ({"$ctx": "n"}, ["3"], "3"),
        ({"$ctx": "n"}, [{"name": "low", "when": "value < 3"}, {"name": "high", "when": "value >= limit"}], "high"),
        ({"$ctx": "n"}, [{"name": "x", "equals": 3}], "x"),
        ({"$ctx": "yes"}, [{"name": "one", "equals": 1}, {"name": "is_true", "equals": True}], "is_true"),
        ("{{yes}}", ["true"], "true"),
        ({"$ctx": "empty"}, [{"name": "nothing", "equals": None}], "nothing"),
        ({"$ctx": "list"}, [{"name": "pair", "equals": [1, 2]}], "pair"),
        ("other", ["billing"], "default"),
        ("x", [], "default"),
    ],
)
async def test_switch_takes_the_first_case_that_fits(run_one: RunOne, value: Any, cases: list[Any], taken: str) -> None:
    context = {"topic": "billing", "n": 3, "limit": 3, "yes": True, "empty": None, "list": [1, 2]}

    run = await run_one("Switch", {"value": value, "cases": cases}, context)

    assert (await run.wait()).status.error is None
    assert run.steps()[0].port == taken


async def test_wait_waits(run_one: RunOne) -> None:
    started = time.perf_counter()

    run = await run_one("Wait", {"seconds": "{{s}}"}, {"s": 0.05})

    assert time.perf_counter() - started >= 0.05
    assert (await run.wait()).status.error is None


async def test_stop_ends_a_wait_at_once(runtime: Runtime) -> None:
    step = {"key": "a", "name": "Wait", "config": {"seconds": 3_600}}
    run = runtime.start(FlowDefinition.model_validate({"key": "f", "flow": [step]}))
    await asyncio.sleep(0)

    run.stop()

    async with asyncio.timeout(20):
        await run.wait()
    assert run.state is RunState.STOPPED


async def test_wait_refuses_what_is_no_time(run_one: RunOne) -> None:
    run = await run_one("Wait", {"seconds": "{{s}}"}, {"s": "soon"})

    error = (await run.wait()).status.error
    assert error is not None
    assert error.startswith("Error loading component: [Wait]")
    assert "seconds" in error


async def test_stop_ends_the_flow_as_a_success_or_with_an_error(run_flow: RunFlow) -> None:
    good = await run_flow({"key": "a", "name": "Stop"}, *stops("b"))
    bad = await run_flow(
        {"key": "a", "name": "Stop", "config": {"outcome": "error", "message": "No {{x}}"}}, context={"x": "order"}
    )

    assert (visited(good), (await good.wait()).status.error) == (["a"], None)
    assert (await bad.wait()).status.error == "No order"


async def test_assert_goes_on_branches_or_fails(run_flow: RunFlow) -> None:
    check = {"key": "a", "name": "Assert", "config": {"condition": "total > 0", "message": "Order {{n}} is empty."}}
    connected = {**check, "outputs": {"fail": "c"}}

    passing = await run_flow(check, *stops("b", "c"), context={"total": 1, "n": 7})
    branching = await run_flow(connected, *stops("b", "c"), context={"total": 0, "n": 7})
    failing = await run_flow(check, *stops("b", "c"), context={"total": 0, "n": 7})

    assert (visited(passing), visited(branching), visited(failing)) == (["a", "b"], ["a", "c"], ["a"])
    assert (await branching.wait()).status.error is None
    assert (await failing.wait()).status.error == "Order 7 is empty."


async def test_log_writes_at_its_level(run_one: RunOne) -> None:
    run = await run_one("Log", {"message": "Hello {{name}}, 100 %", "level": "warning"}, {"name": "Ada"})

    lines = [item for item in (await run.wait()).status.log if item.message.endswith("Hello Ada, 100 %")]
    assert [line.level for line in lines] == ["warning"]
