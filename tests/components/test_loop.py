"""Loop: rounds of a nested flow, each a frame with steps of its own."""

from __future__ import annotations

from typing import Any

import pytest

from node_engine.components import BUILTINS
from node_engine.components.checking import check_config
from node_engine.engine.runtime import Runtime
from node_engine.models.description import Touch
from node_engine.models.flow import FlowDefinition
from node_engine.models.json import JsonObject
from node_engine.models.run import RunState
from tests.components.conftest import RunFlow, RunOne, error_of, stopped_at

COUNT: JsonObject = {"key": "count", "name": "Expression", "config": {"expression": "n + 1", "target": "n"}}
FAIL: JsonObject = {"key": "fail", "name": "Stop", "config": {"outcome": "error", "message": "enough"}}


def steps_of(run: Any) -> list[tuple[str, str, int]]:
    return [(step.id.frame, step.id.key, step.id.visit) for step in run.steps()]


async def test_each_round_is_a_frame_of_its_own_with_its_own_steps(run_one: RunOne) -> None:
    run = await run_one("Loop", {"condition": "n < 3", "body": [COUNT]}, {"n": 0})

    answer = await run.wait()
    assert (answer.context["n"], answer.context["round"], run.steps()[0].port) == (3, 3, "done")
    assert steps_of(run) == [
        ("main", "one", 1),
        ("main/one#1", "count", 1),
        ("main/one#1.2", "count", 1),
        ("main/one#1.3", "count", 1),
    ]


async def test_the_state_after_each_round_can_be_looked_up(run_one: RunOne) -> None:
    run = await run_one("Loop", {"times": 3, "body": [COUNT]}, {"n": 10})

    rounds = run.steps()[1:]
    states = [run.state_at(step.number, step.id.frame) for step in rounds]
    assert [(state["round"], state["n"]) for state in states] == [(1, 11), (2, 12), (3, 13)]


async def test_a_loop_in_a_loop_never_names_two_frames_alike(run_one: RunOne) -> None:
    inner = {"key": "inner", "name": "Loop", "config": {"times": 2, "counter": "", "body": [COUNT]}}

    run = await run_one("Loop", {"times": 2, "counter": "", "body": [inner]}, {"n": 0})

    places = steps_of(run)
    assert len(set(places)) == len(places) == 1 + 2 + 4
    assert "main/one#1.2/inner#1.2" in {frame for frame, _, _ in places}


@pytest.mark.parametrize(
    ("config", "n"),
    [
        ({"times": 4}, 4),
        ({"times": 0}, 0),
        ({"condition": "false"}, 0),
        ({"condition": "n < 2", "times": 5}, 2),
        ({"condition": "n < 9", "times": 5}, 5),
        ({"condition": "index < 3"}, 3),
    ],
)
async def test_rounds_end_by_condition_or_count(run_one: RunOne, config: JsonObject, n: int) -> None:
    run = await run_one("Loop", {**config, "body": [COUNT]}, {"n": 0})

    assert (await run.wait()).context["n"] == n


async def test_a_body_has_defaults_and_what_it_removes_is_gone(run_one: RunOne) -> None:
    take = {"key": "x", "name": "Set", "config": {"assignments": {"seen": "{{extra}}"}, "remove": ["old"]}}
    body = {"key": "body", "flow": [take], "context": {"extra": "default"}}

    run = await run_one("Loop", {"times": 1, "body": body}, {"old": 1})

    context = (await run.wait()).context
    assert (context["seen"], "old" in context) == ("default", False)


async def test_too_many_rounds_leave_by_the_limit_or_fail(run_flow: RunFlow) -> None:
    loop = {"key": "loop", "name": "Loop", "config": {"condition": "true", "most": 2, "body": [COUNT]}}
    ends = [{"key": "x", "name": "Stop"}, {"key": "rescue", "name": "Log"}]

    branching = await run_flow({**loop, "outputs": {"limit": "rescue"}}, *ends, context={"n": 0})
    failing = await run_flow(loop, *ends, context={"n": 0})

    assert steps_of(branching)[-1] == ("main", "rescue", 1)
    assert (await error_of(failing)).startswith("The loop did not come to its end in 2 rounds.")


async def test_exactly_as_many_rounds_as_allowed_are_no_error(run_one: RunOne) -> None:
    run = await run_one("Loop", {"times": 2, "most": 2, "body": [COUNT]}, {"n": 0})

    assert run.steps()[0].port == "done"


async def test_a_round_that_fails_fails_the_loop_and_starts_no_other(run_one: RunOne) -> None:
    run = await run_one("Loop", {"times": 3, "body": [FAIL]})

    assert await error_of(run) == "enough"
    assert len(run.steps()) == 2


@pytest.mark.parametrize(
    ("config", "error"),
    [
        ({"times": 1}, "There is nothing to run in the loop. Put components into its body."),
        ({"times": 1, "body": "{{nothing}}"}, "There is nothing to run in the loop."),
        ({"times": 1, "body": [{"key": "x"}]}, "The body of the loop is no flow: 'body.flow[0].name'"),
        ({"condition": "missing > 1", "body": [COUNT]}, 'Expression "missing > 1"'),
    ],
)
async def test_a_loop_that_cannot_run_says_why(run_one: RunOne, config: JsonObject, error: str) -> None:
    assert error in await error_of(await run_one("Loop", config))


def test_a_loop_without_an_end_is_a_problem_before_the_run() -> None:
    messages = [error.message for error in check_config("Loop", {"body": [COUNT]})]

    assert messages == ['say how long the loop runs: give a condition under "While", or "Times"']


async def test_stop_ends_a_loop_in_the_middle(runtime: Runtime) -> None:
    wait = {"key": "wait", "name": "Wait", "config": {"seconds": 600}}
    loop = {"key": "loop", "name": "Loop", "config": {"times": 5, "body": [COUNT, wait]}}

    run = await stopped_at(runtime, {"key": "f", "flow": [loop], "context": {"n": 0}}, "step.started", 3)

    assert (run.state, steps_of(run)[-1]) == (RunState.STOPPED, ("main/loop#1", "wait", 1))


def test_a_loop_touches_what_its_body_touches(runtime: Runtime) -> None:
    write = {"key": "w", "name": "WriteFile", "config": {"path": "x"}}
    loop = {"key": "loop", "name": "Loop", "config": {"times": 1, "body": [write]}}

    touches = runtime.touches_of(FlowDefinition.model_validate({"key": "f", "flow": [loop]}))

    assert touches == {Touch.FILES}
    assert BUILTINS["Loop"].touches_for({"body": "{{flow}}"}) == frozenset(Touch)
