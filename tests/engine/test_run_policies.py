"""Ports, on_error, retry, timeout_s and enabled."""

from __future__ import annotations

import asyncio

import pytest

from node_engine.models.limits import Limits
from node_engine.models.run import StepState
from tests.engine import parts
from tests.flows import flow


async def finished(runtime, built):
    """The run of a flow, at its end."""
    run = runtime.start(built)
    await run.wait()
    return run


def events_of(runtime, run, name):
    """Data of a run's events of one name."""
    events = runtime.events.cursor(0).read(100_000).events
    return [event.data for event in events if event.run_id == run.id and event.name == name]


# Ports


@pytest.mark.parametrize(
    ("options", "path"),
    [
        ({"config": {"port": "yes"}, "outputs": {"yes": "c"}}, ["c"]),
        ({"config": {"port": "yes"}}, []),
        ({"config": {"port": "no", "outputs": {"no": "c"}}}, ["c"]),
        ({"config": {"port": "no", "outputs": {"no": "{{where}}"}}}, ["c"]),
        ({"config": {"port": "no", "outputs": {"no": None}}}, []),
        ({"config": {"port": "next"}}, ["b", "c"]),
        ({"config": {"port": "next"}, "next": "c"}, ["c"]),
        ({"config": {"port": "on"}}, ["b", "c"]),
        ({"config": {"port": "big", "cases": ["small", "big"]}, "outputs": {"big": "c"}}, ["c"]),
        ({"config": {"port": "yes"}, "outputs": {"yes": "exit"}}, []),
    ],
)
async def test_a_port_leads_to_what_is_connected_to_it(runtime, options, path):
    result = await runtime.invoke(flow().step("a", "Leave", **options).step("b").step("c").having(where="c"))

    assert result.status.error is None
    assert result.context.get("path", []) == path


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"config": {"port": "must"}}, '[Leave] nothing is connected to its port "must"; connect it to a component'),
        ({"config": {"port": "maybe"}}, '[Leave] it has no port "maybe" (ports: next, yes, no, must, on)'),
    ],
)
async def test_a_port_that_leads_nowhere_fails_the_step(runtime, options, error):
    result = await runtime.invoke(flow().step("a", "Leave", **options).step("b"))

    assert result.status.error == f"Error executing component: {error}"


async def test_the_port_taken_is_in_step_and_event(runtime):
    run = await finished(runtime, flow().step("a", "Leave", {"port": "yes"}, outputs={"yes": "b"}).step("b"))

    assert (run.records[0].port, run.records[0].next) == ("yes", "b")
    assert events_of(runtime, run, "step.finished")[0]["port"] == "yes"


# on_error


async def test_on_error_stop_ends_the_flow(runtime):
    result = await runtime.invoke(flow().step("a", "Boom", on_error="stop").step("b"))

    assert result.status.error == "Error executing component: [Boom] boom"
    assert "path" not in result.context


async def test_on_error_continue_goes_on_and_keeps_the_words_in_the_context(runtime):
    run = await finished(runtime, flow().step("a", "Boom", on_error="continue").step("b"))
    result = await run.wait()

    assert result.status.error is None
    assert result.context["error"] == "Error executing component: [Boom] boom"
    assert result.context["path"] == ["b"]
    assert events_of(runtime, run, "step.failed")[0]["next"] == "b"
    assert run.records[0].state is StepState.FAILED


async def test_on_error_go_to_branches(runtime):
    result = await runtime.invoke(flow().step("a", "Report", on_error={"go_to": "c"}).step("b").step("c"))

    assert result.status.error is None
    assert result.context["path"] == ["c"]


async def test_on_error_go_to_a_key_that_is_not_there(runtime):
    result = await runtime.invoke(flow().step("a", "Report", on_error={"go_to": "c"}).step("b"))

    assert result.status.error == "No component found with key: c"


async def test_an_unknown_component_may_branch_too(runtime):
    result = await runtime.invoke(flow().step("a", "Nothing", on_error="continue").step("b"))

    assert result.context["path"] == ["b"]


# retry


async def test_a_failed_step_is_tried_again_from_the_context_it_began_with(runtime):
    run = await finished(runtime, flow().step("a", "Flaky", {"fails": 2}, retry={"times": 3}).step("b"))
    result = await run.wait()

    assert result.status.error is None
    assert result.context["tried"] == 1
    assert (parts.Flaky.calls, run.records[0].tries) == (3, 3)
    retried = events_of(runtime, run, "step.retried")
    assert [(data["try"], data["error"]) for data in retried] == [
        (2, "Error executing component: [Flaky] call 1"),
        (3, "Error executing component: [Flaky] call 2"),
    ]
    assert events_of(runtime, run, "step.finished")[0]["tries"] == 3


async def test_a_step_that_fails_to_the_last_try_fails(runtime):
    result = await runtime.invoke(flow().step("a", "Flaky", {"fails": 9}, retry={"times": 2}))

    assert result.status.error == "Error executing component: [Flaky] call 3"
    assert parts.Flaky.calls == 3


async def test_the_delay_grows_by_the_backoff(runtime):
    policy = {"times": 3, "delay_s": 0.001, "backoff": 2}
    run = await finished(runtime, flow().step("a", "Flaky", {"fails": 3}, retry=policy))

    assert [data["delay_s"] for data in events_of(runtime, run, "step.retried")] == [0.001, 0.002, 0.004]


async def test_a_reported_failure_is_tried_again_and_an_unknown_component_is_not(runtime):
    reported = await finished(runtime, flow().step("a", "Report", retry={"times": 2}))
    unknown = await finished(runtime, flow().step("a", "Nothing", retry={"times": 2}))

    assert (reported.records[0].tries, unknown.records[0].tries) == (3, 1)


async def test_stop_ends_the_wait_before_a_retry(runtime):
    run = runtime.start(flow().step("a", "Flaky", {"fails": 9}, retry={"times": 2, "delay_s": 3_000}))
    cursor = runtime.events.cursor(0)
    while not any(event.name == "step.retried" for event in cursor.read().events):
        await cursor.wait()

    run.stop()

    await asyncio.wait_for(run.wait(), 1)
    assert run.state == "stopped"


# timeout_s


async def test_a_step_over_its_time_fails_and_may_branch(runtime):
    built = flow().step("a", "Gate", timeout_s=0.02, on_error="continue").step("b")

    result = await runtime.invoke(built)

    assert result.context["error"] == "Error executing component: [Gate] it took longer than its limit of 0.02 s"
    assert result.context["path"] == ["b"]


async def test_each_try_has_the_whole_time(runtime):
    run = await finished(runtime, flow().step("a", "Gate", timeout_s=0.02, retry={"times": 2}))

    assert run.records[0].tries == 3
    assert run.error == "Error executing component: [Gate] it took longer than its limit of 0.02 s"


async def test_a_step_that_takes_its_cancellation_for_an_answer_has_failed(runtime):
    result = await runtime.invoke(flow().step("a", "Swallow", timeout_s=0.02).step("b"))

    assert result.status.error == "Error executing component: [Swallow] it took longer than its limit of 0.02 s"


async def test_a_thread_over_its_time_is_left_and_changes_nothing_any_more(runtime):
    run = await finished(runtime, flow().step("a", "Block", timeout_s=0.05, on_error="continue").step("b"))
    parts.Block.go.set()
    result = await run.wait()

    assert result.context["path"] == ["b"]
    assert "late" not in result.context
    assert any('The thread of "a" cannot be stopped' in item.message for item in result.status.log)


async def test_a_child_flow_under_a_time_limit_is_ended_as_a_whole(runtime):
    child = {"key": "child", "flow": [{"key": "wait", "name": "Gate"}]}
    run = await finished(
        runtime, flow().step("a", "Nest", {"flow": child}, timeout_s=0.05, on_error="continue").step("b")
    )

    assert [(record.id.key, record.state) for record in run.records] == [
        ("a", "failed"),
        ("wait", "stopped"),
        ("b", "done"),
    ]
    assert run.state == "finished"


class TestDefaultLimit:
    """The limit of every step, looked at from outside of the step."""

    @pytest.fixture
    def limits(self) -> Limits:
        return Limits(step_timeout_s=0.05, cancel_grace_s=0.1)

    async def test_a_step_over_the_default_time_fails(self, runtime):
        result = await runtime.invoke(flow().step("a", "Gate"))

        assert result.status.error == "Error executing component: [Gate] it took longer than its limit of 0.05 s"

    async def test_an_own_time_limit_wins_over_the_default(self, runtime):
        result = await runtime.invoke(flow().step("a", "Gate", timeout_s=0.4))

        assert result.status.error == "Error executing component: [Gate] it took longer than its limit of 0.4 s"


class TestRunLimit:
    """The limit of a whole run."""

    @pytest.fixture
    def limits(self) -> Limits:
        return Limits(run_timeout_s=0.05, cancel_grace_s=0.1)

    async def test_a_run_over_its_time_fails(self, runtime):
        run = await finished(runtime, flow().step("a", "Gate"))
        result = await run.wait()

        assert run.state == "failed"
        assert result.status.error == "The run took longer than its limit of 0.05 s and was ended."
        assert result.context["error"] == result.status.error

    async def test_time_spent_paused_does_not_count(self, runtime):
        run = runtime.start(flow("a"), paused_at_start=True)
        await asyncio.sleep(0.4)  # more than the limit and a look at it

        assert run.state == "paused"
        run.resume()
        await run.wait()
        assert run.state == "finished"


# enabled


async def test_a_component_that_is_switched_off_is_passed_over(runtime):
    run = await finished(
        runtime, flow("a").step("b", enabled=False).step("c", "Boom", enabled=False, next="e").step("d").step("e")
    )
    result = await run.wait()

    assert result.context["path"] == ["a", "e"]
    assert [record.state for record in run.records] == ["done", "skipped", "skipped", "done"]
    assert [data["state"] for data in events_of(runtime, run, "step.finished")] == [
        "done",
        "skipped",
        "skipped",
        "done",
    ]
