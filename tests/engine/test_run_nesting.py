"""Child flows as frames of one run, and background runs."""

from __future__ import annotations

import pytest

from node_engine.models.limits import Limits
from node_engine.models.run import Origin
from tests.engine import parts
from tests.engine.driving import began, go, reach
from tests.flows import flow


def child(*keys, name="Add", key="child", config=None):
    """A child flow as an object."""
    return {"key": key, "flow": [{"key": each, "name": name, "config": config or {}} for each in keys]}


async def test_a_child_flow_runs_inside_the_step(runtime):
    run = runtime.start(flow("a").step("n", "Nest", {"flow": child("x", "y")}).step("b"))
    result = await run.wait()

    assert result.context["path"] == ["a", "x", "y", "b"]
    assert [str(record.id) for record in run.records] == [
        "main/a#1",
        "main/n#1",
        "main/n#1/x#1",
        "main/n#1/y#1",
        "main/b#1",
    ]


async def test_the_childs_steps_come_before_the_parents_in_the_trace(runtime):
    result = await runtime.invoke(flow("a").step("n", "Nest", {"flow": child("x")}).step("b"))

    assert [item["component"]["key"] for item in result.status.trace] == ["a", "x", "n", "b"]


async def test_the_child_has_the_session_of_its_parent_and_its_own_name_in_the_log(runtime):
    result = await runtime.invoke(flow().step("n", "Nest", {"flow": child("x")}))

    assert "s:session | f:child | Executing component; component_key: x, component_name: Add" in [
        item.message for item in result.status.log
    ]
    assert {event.session_id for event in runtime.events.cursor(0).read().events} == {"session"}


async def test_a_childs_failure_fails_the_step_with_the_childs_words(runtime):
    result = await runtime.invoke(flow().step("n", "Nest", {"flow": child("x", name="Report")}).step("b"))

    assert result.status.error == "it did not work"
    assert "path" not in result.context


async def test_a_childs_failure_may_branch(runtime):
    built = flow().step("n", "Nest", {"flow": child("x", name="Boom")}, on_error="continue").step("b")

    result = await runtime.invoke(built)

    assert result.status.error is None
    assert result.context["path"] == ["b"]


async def test_an_empty_child_fails_the_step(runtime):
    assert (
        await runtime.invoke(flow().step("n", "Nest", {"flow": child()}))
    ).status.error == "No components found in flow"


async def test_each_visit_of_a_nesting_step_has_a_frame_of_its_own(runtime):
    built = flow().step("n", "Nest", {"flow": child("x")}).step("r", "Jump", {"to": "n"})
    run = runtime.start(built)
    await began(run, 6)
    run.stop()
    await run.wait()

    assert [str(record.id) for record in run.records[:5]] == [
        "main/n#1",
        "main/n#1/x#1",
        "main/r#1",
        "main/n#2",
        "main/n#2/x#1",
    ]


async def test_state_of_each_frame_at_each_step(runtime):
    run = runtime.start(flow("a").step("n", "Nest", {"flow": child("x", "y")}).step("b"))
    await run.wait()

    assert [run.state_at(number)["n"] for number in range(1, 6)] == [1, 3, 2, 3, 4]
    assert [run.state_at(number, "main")["n"] for number in range(1, 6)] == [1, 3, 1, 1, 4]
    assert run.state_before(2)["n"] == 1
    assert run.state_before(3) == {"n": 1, "path": ["a"]}


# Child flows at the same time


async def test_child_flows_may_run_at_the_same_time(runtime):
    run = runtime.start(flow().step("n", "NestBoth", {"flows": [child("x", "y"), child("z")]}).step("b"))
    result = await run.wait()

    assert result.context["paths"] == [["x", "y"], ["z"]]
    assert {record.id.frame for record in run.records} == {"main", "main/n#1", "main/n#1.2"}
    assert [run.state_at(record.number).get("n") for record in run.records if record.id.key in "yz"] == [2, 1]


async def test_a_pause_holds_all_child_flows_and_a_verb_lets_all_go_on(runtime):
    both = flow().step("n", "NestBoth", {"flows": [child("x", "y"), child("z")]})
    run = runtime.start(both, paused_at_start=True)
    places = [await reach(run)] + [await go(run, "step_into") for _ in range(2)]

    assert places[:2] == ["main/n#1", "main/n#1/x#1"]
    run.resume()
    assert (await run.wait()).context["paths"] == [["x", "y"], ["z"]]


async def test_stop_ends_all_child_flows(runtime):
    waiting = child("w", name="Gate")
    run = runtime.start(flow().step("n", "NestBoth", {"flows": [waiting, waiting]}))
    await began(run, 3)

    run.stop()
    await run.wait()

    assert [record.state for record in run.records] == ["stopped"] * 3


def deep(levels):
    """A flow that nests itself so often."""
    flow_object = child("x")
    for _ in range(levels):
        flow_object = child("n", name="Nest", config={"flow": flow_object})
    return flow_object


class TestNestingLimit:
    """A small limit of nesting."""

    @pytest.fixture
    def limits(self) -> Limits:
        return Limits(nesting=3)

    async def test_nesting_at_the_limit_runs(self, runtime):
        assert (await runtime.invoke(flow().step("n", "Nest", {"flow": deep(2)}))).status.error is None

    async def test_nesting_beyond_the_limit_fails_with_words(self, runtime):
        result = await runtime.invoke(flow().step("n", "Nest", {"flow": deep(3)}))

        assert result.status.error == (
            "Error executing component: [Nest] Flows are nested deeper than 3 levels. "
            "Look for a flow that invokes itself."
        )


# Background runs


async def test_a_background_run_is_a_run_of_its_own(runtime):
    run = runtime.start(flow().step("g", "Background", {"flow": child("x")}).step("b"))
    result = await run.wait()
    background = runtime.run(result.context["background"])
    await background.wait()

    assert (background.parent, background.origin, background.session_id) == (run.id, Origin.BACKGROUND, "session")
    assert background.records[0].id.frame == "main"
    assert result.context["path"] == ["b"]


class TestPlaces:
    """Small limits of runs at once."""

    @pytest.fixture
    def limits(self) -> Limits:
        return Limits(runs_at_once=2, runs_waiting=1, background_runs_per_session=1, cancel_grace_s=0.1)

    async def test_a_run_without_a_place_waits_and_goes_on_when_one_is_free(self, runtime):
        waiting_for = [runtime.start(flow().step("g", "Gate")) for _ in range(2)]
        third = runtime.start(flow("a"))
        await parts.Gate.began.wait()

        assert (third.state, len(third.records)) == ("waiting", 0)
        with pytest.raises(Exception, match="2 runs are under way and 1 wait already"):
            runtime.start(flow("a"))

        waiting_for[0].stop()
        assert (await third.wait()).context["path"] == ["a"]
        parts.Gate.go.set()
        await waiting_for[1].wait()

    async def test_a_waiting_run_can_be_stopped(self, runtime):
        running = [runtime.start(flow().step("g", "Gate")) for _ in range(2)]
        third = runtime.start(flow("a"))

        third.stop()

        assert (await third.wait()).status.error is None
        assert third.state == "stopped"
        for run in running:
            run.stop()
            await run.wait()

    async def test_background_runs_of_a_session_are_bounded(self, runtime):
        waiting = child("w", name="Gate")
        result = await runtime.invoke(
            flow().step("g", "Background", {"flow": waiting}).step("h", "Background", {"flow": waiting})
        )

        assert result.status.error == (
            "Error executing component: [Background] "
            "The session has 1 background runs under way, the limit. Wait for one to end."
        )
