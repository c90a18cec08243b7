"""Runs that others wait for: held only for a while, armed by a switch, never in the way of others."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace

import pytest

from node_engine.engine.engine import Engine, EngineSettings
from node_engine.errors import RunStateError
from node_engine.models.breakpoint import Breakpoint
from node_engine.models.limits import Limits
from node_engine.models.run import DebugPolicy, Origin, RunState
from tests.engine import parts
from tests.engine.driving import go, reach
from tests.engine.parts import PARTS
from tests.flows import flow

LONG = Limits(cancel_grace_s=0.1)
TINY = replace(LONG, hold_s=0.02)


@pytest.fixture
def limits():
    return LONG


@pytest.fixture
async def impatient():
    """A runtime that holds outside runs for 20 ms."""
    async with Engine(EngineSettings(limits=TINY), PARTS) as engine:
        yield engine.runtime


def stopping_at(runtime, *keys):
    runtime.breakpoints.put([Breakpoint(flow_key="flow", component_key=key) for key in keys])


def told(runtime, name):
    return [event.data for event in runtime.events.cursor(0).read().events if event.name == name]


async def test_an_outside_run_goes_on_by_itself_and_is_not_held_again(impatient):
    stopping_at(impatient, "a", "b")

    run = impatient.start(flow("a", "b"), origin=Origin.HTTP, debug=DebugPolicy.BREAK)
    result = await asyncio.wait_for(run.wait(), 10)

    assert result.context["path"] == ["a", "b"]
    assert [data["key"] for data in told(impatient, "run.paused")] == ["a"]
    assert [data["verb"] for data in told(impatient, "run.resumed")] == ["timeout"]
    assert run.debug is DebugPolicy.OBSERVE


async def test_everybody_hears_until_when_a_run_is_held(runtime):
    stopping_at(runtime, "a")

    run = runtime.start(flow("a"), origin=Origin.CLI, debug=DebugPolicy.BREAK)
    await reach(run)

    assert 290 < run.held_until_s - time.time() <= 300
    assert told(runtime, "run.paused")[0]["held_until_s"] == run.held_until_s
    run.stop()
    await run.wait()
    assert run.held_until_s is None


async def test_a_run_of_the_editor_waits_for_ever(impatient):
    stopping_at(impatient, "a")

    run = impatient.start(flow("a"), origin=Origin.EDITOR)
    await reach(run)
    await asyncio.wait((run.task,), timeout=0.05)

    assert (run.state, run.held_until_s) == (RunState.PAUSED, None)
    with pytest.raises(RunStateError, match="until you let it go"):
        run.hold_longer()
    run.stop()


async def test_a_limit_of_none_holds_for_ever():
    async with Engine(EngineSettings(limits=replace(TINY, hold_s=None)), PARTS) as engine:
        run = engine.runtime.start(flow("a"), origin=Origin.CLI, paused_at_start=True)
        await reach(run)

        assert run.held_until_s is None
        run.stop()


async def test_it_can_be_held_longer(impatient):
    run = impatient.start(flow("a"), origin=Origin.HTTP, paused_at_start=True)
    await reach(run)

    run.hold_longer(100)
    await asyncio.wait((run.task,), timeout=0.05)

    assert run.state is RunState.PAUSED
    assert 95 < run.held_until_s - time.time() <= 100.1
    assert [data["held_until_s"] for data in told(impatient, "run.held")] == [run.held_until_s]
    for seconds in (0, -1, 1e9):
        with pytest.raises(RunStateError, match="86400"):
            run.hold_longer(seconds)
    run.resume()
    await run.wait()
    with pytest.raises(RunStateError):
        run.hold_longer()


async def test_a_step_by_hand_begins_the_time_anew(runtime):
    run = runtime.start(flow("a", "b"), origin=Origin.HTTP, paused_at_start=True)
    await reach(run)
    first = run.held_until_s

    await go(run, "step")

    assert run.held_until_s >= first
    run.stop()


async def test_armed_breakpoints_stop_outside_runs_until_the_switch_goes_off(runtime):
    stopping_at(runtime, "a")

    passed = runtime.start(flow("a"), origin=Origin.HTTP)
    await passed.wait()
    runtime.arm_outside(900)
    held = runtime.start(flow("a"), origin=Origin.HTTP)
    place = await reach(held)
    until = runtime.armed_until_s
    runtime.arm_outside(None)
    later = runtime.start(flow("a"), origin=Origin.HTTP)

    assert place == "main/a#1"
    assert 890 < until - time.time() <= 900
    assert runtime.armed_until_s is None
    await later.wait()
    assert held.state is RunState.PAUSED
    held.stop()


async def test_the_switch_goes_off_by_itself(runtime):
    stopping_at(runtime, "a")
    runtime.arm_outside(0.01)

    async with asyncio.timeout(10):
        while runtime.armed_until_s is not None:  # noqa: ASYNC110  # a timer of the loop
            await asyncio.sleep(0.005)

    assert await reach(runtime.start(flow("a"), origin=Origin.HTTP)) is None


async def test_arming_reaches_runs_that_are_under_way(runtime):
    stopping_at(runtime, "b")
    run = runtime.start(flow().step("g", "Gate").step("b"), origin=Origin.HTTP)
    await parts.Gate.began.wait()

    runtime.arm_outside(900)
    parts.Gate.go.set()

    assert await reach(run) == "main/b#1"
    run.stop()


@pytest.mark.parametrize("policy", [DebugPolicy.OBSERVE, DebugPolicy.OFF])
async def test_a_caller_that_decided_for_itself_is_not_armed(runtime, policy):
    stopping_at(runtime, "a")
    runtime.arm_outside(900)

    assert await reach(runtime.start(flow("a"), origin=Origin.HTTP, debug=policy)) is None


async def test_scripts_in_the_same_process_are_not_armed(runtime):
    stopping_at(runtime, "a")
    runtime.arm_outside(900)

    assert await reach(runtime.start(flow("a"), origin=Origin.API)) is None


async def test_background_runs_are_armed(runtime):
    stopping_at(runtime, "a")
    runtime.arm_outside(900)
    outer = runtime.start(flow().step("s", "Background", {"flow": flow("a").model_dump()}))
    await outer.wait()

    background = next(run for run in runtime.live_runs() if run.origin is Origin.BACKGROUND)

    assert await reach(background) == "main/a#1"
    background.stop()


async def test_runs_that_stand_keep_no_place():
    limits = replace(LONG, runs_at_once=2)
    async with Engine(EngineSettings(limits=limits), PARTS) as engine:
        runtime = engine.runtime
        stopping_at(runtime, "a")
        held = [runtime.start(flow("a"), origin=Origin.HTTP, debug=DebugPolicy.BREAK) for _ in range(4)]
        for run in held:
            await reach(run)

        others = [await asyncio.wait_for(runtime.invoke(flow("a"), origin=Origin.HTTP), 10) for _ in range(3)]

        assert [run.state for run in held] == [RunState.PAUSED] * 4
        assert len(others) == 3


async def test_no_more_than_so_many_outside_runs_are_held():
    async with Engine(EngineSettings(limits=replace(LONG, runs_held=2)), PARTS) as engine:
        runtime = engine.runtime
        stopping_at(runtime, "a")
        runs = [runtime.start(flow("a"), origin=Origin.HTTP, debug=DebugPolicy.BREAK) for _ in range(3)]

        places = [await reach(run) for run in runs]

        assert places == ["main/a#1", "main/a#1", None]
        mine = runtime.start(flow("a"), origin=Origin.EDITOR)
        assert await reach(mine) == "main/a#1"
        last = (await runs[2].wait()).status.log
        assert any("was passed" in item.message for item in last)


async def test_a_stopped_server_lets_nothing_stand(runtime):
    stopping_at(runtime, "a")
    run = runtime.start(flow("a"), origin=Origin.HTTP, debug=DebugPolicy.BREAK)
    await reach(run)

    await runtime.stop_all()

    assert run.state is RunState.STOPPED
