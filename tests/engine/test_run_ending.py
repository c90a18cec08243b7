"""Stop in every situation, components that do not listen, and what is found at the end."""

from __future__ import annotations

import asyncio

import pytest

from node_engine.models.limits import Limits
from node_engine.models.run import RunState
from tests.engine import parts
from tests.engine.driving import began
from tests.flows import flow


async def stopped(run):
    """Stop a run; its answer, which must come within a second."""
    run.stop()
    return await asyncio.wait_for(run.wait(), 1)


async def test_stop_ends_a_component_that_waits(runtime):
    run = runtime.start(flow("a").step("g", "Gate").step("b"))
    await parts.Gate.began.wait()

    result = await stopped(run)

    assert run.state is RunState.STOPPED
    assert (result.status.error, result.context["path"], result.context["waiting"]) == (None, ["a"], True)
    assert run.records[-1].state == "stopped"
    assert run.records[-1].changes == [{"op": "add", "path": "/waiting", "value": True}]


async def test_stop_ends_a_paused_run(runtime):
    run = runtime.start(flow("a"), paused_at_start=True)
    await asyncio.sleep(0)

    await stopped(run)

    assert (run.state, run.records) == ("stopped", [])


async def test_stop_ends_a_blocking_thread_from_the_runs_view(runtime):
    run = runtime.start(flow().step("t", "Block"))
    await asyncio.to_thread(parts.Block.began.wait, 10)

    result = await stopped(run)
    parts.Block.go.set()

    assert "late" not in result.context


async def test_stop_ends_a_child_flow(runtime):
    child = {"key": "child", "flow": [{"key": "w", "name": "Gate"}]}
    run = runtime.start(flow().step("n", "Nest", {"flow": child}))
    await parts.Gate.began.wait()

    await stopped(run)

    assert [record.state for record in run.records] == ["stopped", "stopped"]


async def test_stop_ends_an_endless_loop(runtime):
    run = runtime.start(flow("a", "b").looping("b", to="a"))
    await began(run)

    await stopped(run)

    assert run.state == "stopped"


async def test_stop_after_the_end_changes_nothing(runtime):
    run = runtime.start(flow("a"))
    await run.wait()

    await stopped(run)

    assert run.state == "finished"


async def test_a_component_that_takes_stop_for_an_answer_is_stopped(runtime):
    run = runtime.start(flow().step("s", "Swallow").step("b"))
    await asyncio.sleep(0)

    result = await stopped(run)

    assert run.state == "stopped"
    assert "path" not in result.context


async def test_a_component_that_ignores_stop_is_left_behind_after_the_grace(runtime):
    run = runtime.start(flow("a").step("d", "Deaf").step("b"))
    await began(run, 2)

    result = await stopped(run)

    assert (run.state, run.records[-1].state) == ("stopped", "stopped")
    assert any('"d" ignores being stopped; it was left behind.' in item.message for item in result.status.log)
    assert (await runtime.invoke(flow("a"))).status.error is None
    parts.Deaf.go.set()
    await asyncio.wait((run.task,), timeout=1)
    assert len(run.records) == 2


async def test_a_component_that_ignores_its_time_limit_fails_the_run(runtime):
    run = runtime.start(flow("a").step("d", "Deaf", timeout_s=0.02, on_error="continue").step("b"))

    result = await asyncio.wait_for(run.wait(), 2)

    assert run.state == "failed"
    assert result.status.error == (
        "Error executing component: [Deaf] it took longer than its limit of 0.02 s and ignores being cancelled"
    )
    parts.Deaf.go.set()


async def test_cancelling_an_invoke_stops_the_run(runtime):
    waiting = asyncio.ensure_future(runtime.invoke(flow().step("g", "Gate")))
    await parts.Gate.began.wait()

    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting

    run = runtime.run(runtime.runs()[0].id)
    await run.wait()
    assert run.state == "stopped"


async def test_cancelling_a_wait_leaves_the_run_alone(runtime):
    run = runtime.start(flow().step("g", "Gate"))
    waiting = asyncio.ensure_future(run.wait())
    await parts.Gate.began.wait()

    waiting.cancel()
    await asyncio.sleep(0)

    assert run.state == "running"
    parts.Gate.go.set()
    await run.wait()


async def test_stop_all_ends_everything(runtime):
    runs = [runtime.start(flow().step("g", "Gate")) for _ in range(5)]
    await parts.Gate.began.wait()

    await runtime.stop_all()

    assert {run.state for run in runs} == {RunState.STOPPED}


async def test_what_was_changed_after_its_step_is_found_at_the_end(runtime):
    run = runtime.start(flow().step("k", "Keep").step("l", "Show").step("m", "Keep", {"later": True}))
    result = await run.wait()

    assert result.context["items"] == [1]
    assert any("The context was changed outside of any step, at /items/0" in item.message for item in result.status.log)
    edits = [event.data for event in runtime.events.cursor(0).read().events if event.name == "context.edited"]
    assert [edit["by"] for edit in edits] == ["unowned"]


async def test_steps_give_way_to_others(runtime):
    turns = 0

    async def count():
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    counting = asyncio.ensure_future(count())
    await runtime.invoke(spinning(20))
    counting.cancel()

    assert turns >= 10


def spinning(count):
    """A flow of components that each keep the loop for 6 ms."""
    built = flow()
    for index in range(count):
        built.step(str(index), "Spin", {"seconds": 0.006})
    return built


class TestSteps:
    """A small limit of steps."""

    @pytest.fixture
    def limits(self) -> Limits:
        return Limits(run_steps=10)

    async def test_as_many_steps_as_the_limit_run(self, runtime):
        assert (await runtime.invoke(flow(*map(str, range(10))))).status.error is None

    async def test_an_endless_loop_ends_at_the_limit_of_steps(self, runtime):
        result = await runtime.invoke(flow("a", "b").looping("b", to="a"))

        assert result.context["n"] == 10
        assert result.status.error == "The run did 10 steps, the limit. Look for a loop that does not end."


class TestSizes:
    """Small limits of context, value, event, components and log."""

    @pytest.fixture
    def limits(self) -> Limits:
        return Limits(value_bytes=100, context_bytes=150, event_bytes=200, flow_components=3, log_items=5)

    @pytest.mark.parametrize(("length", "is_refused"), [(98, False), (99, True)])
    async def test_one_value_is_bounded(self, runtime, monkeypatch, length, is_refused):
        monkeypatch.setattr(parts.Write, "values", {"v": "x" * length})

        result = await runtime.invoke(flow().step("w", "Write"))

        assert (result.status.error is not None) is is_refused
        assert ("v" in result.context) is not is_refused

    async def test_words_for_a_value_too_large(self, runtime, monkeypatch):
        monkeypatch.setattr(parts.Write, "values", {"v": "x" * 200})

        assert (await runtime.invoke(flow().step("w", "Write"))).status.error == (
            'Error executing component: [Write] the value of "v" would take 202 bytes, more than the limit of 100; '
            "store it in a file and keep its path in the context"
        )

    # {"a":"…","b":"…"} is 13 bytes beside the texts
    @pytest.mark.parametrize(("length", "is_refused"), [(87, False), (88, True)])
    async def test_the_context_is_bounded(self, runtime, monkeypatch, length, is_refused):
        monkeypatch.setattr(parts.Write, "values", {"b": "x" * length})

        result = await runtime.invoke(flow().having(a="x" * 48).step("w", "Write"))

        assert (result.status.error is not None) is is_refused

    async def test_a_value_that_grows_step_by_step_meets_its_limit(self, runtime):
        runtime_flow = flow("a", "b").looping("b", to="a")

        result = await runtime.invoke(runtime_flow)

        assert 'the value of "path" would take' in result.status.error
        assert len(result.context["path"]) == 24

    async def test_a_context_too_large_at_the_start_is_refused(self, runtime):
        result = await runtime.invoke(flow("a").having(big="x" * 200))

        assert 'the value of "big" would take 202 bytes' in result.status.error

    async def test_too_many_components_are_refused(self, runtime):
        assert (await runtime.invoke(flow(*"abc"))).status.error is None
        assert (await runtime.invoke(flow(*"abcd"))).status.error.startswith(
            "The flow has 4 components, more than the limit of 3."
        )

    @pytest.mark.parametrize(("length", "is_refused"), [(200, False), (201, True)])
    async def test_an_event_is_bounded(self, runtime, length, is_refused):
        result = await runtime.invoke(flow().step("s", "Say", {"data": "x" * length}))

        assert (result.status.error is not None) is is_refused

    async def test_changes_too_large_for_an_event_are_only_counted_there(self, runtime):
        run = runtime.start(flow("a"))
        await run.wait()
        shown = [event.data["changes"] for event in runtime.events.cursor(0).read().events if "changes" in event.data]

        assert shown[0]["omitted"] is True
        assert shown[0]["size_bytes"] > 200
        assert len(run.records[0].changes) == 2

    async def test_the_log_is_bounded(self, runtime):
        result = await runtime.invoke(flow("a", "b").looping("b", to="a"))

        assert len(result.status.log) == 6
        assert "The log is full with 5 lines" in result.status.log[-1].message
