"""Pause, stepping, breakpoints, run to, set next, edit: the verbs of a run."""

from __future__ import annotations

import pytest

from node_engine.engine.breakpoints import Breakpoint
from node_engine.engine.patch import PatchError
from node_engine.errors import NotJsonError, RunStateError, UnknownKeyError, UnknownRunError
from node_engine.models.run import DebugPolicy, Origin
from tests.engine import parts
from tests.engine.driving import go, reach
from tests.flows import flow

CHILD = {"key": "child", "flow": [{"key": "x", "name": "Add"}, {"key": "y", "name": "Add"}]}


@pytest.fixture
def nested():
    """A flow with a child flow in the middle."""
    return flow("a").step("n", "Nest", {"flow": CHILD}).step("b")


async def test_step_goes_over_child_flows(runtime, nested):
    run = runtime.start(nested, paused_at_start=True)

    places = [await reach(run)] + [await go(run, "step") for _ in range(3)]

    assert places == ["main/a#1", "main/n#1", "main/b#1", None]
    assert run.state == "finished"


async def test_step_into_and_out_of_a_child_flow(runtime, nested):
    run = runtime.start(nested, paused_at_start=True)
    await reach(run)

    places = [await go(run, verb) for verb in ("step", "step_into", "step_into", "step_out", "step_out")]

    assert places == ["main/n#1", "main/n#1/x#1", "main/n#1/y#1", "main/b#1", None]


async def test_step_over_the_last_component_of_a_child_stops_outside(runtime, nested):
    run = runtime.start(nested, paused_at_start=True)
    await reach(run)

    places = [await go(run, verb) for verb in ("step", "step_into", "step", "step")]

    assert places == ["main/n#1", "main/n#1/x#1", "main/n#1/y#1", "main/b#1"]
    run.stop()


async def test_the_call_stack_shows_every_frame(runtime, nested):
    run = runtime.start(nested, paused_at_start=True)
    await reach(run)
    await go(run, "step")
    await go(run, "step_into")

    assert [(view.id, view.flow_key, view.depth) for view in run.frames()] == [
        ("main", "flow", 0),
        ("main/n#1", "child", 1),
    ]
    run.resume()
    await run.wait()
    assert run.frames() == []


async def test_pause_stops_before_the_next_component(runtime):
    run = runtime.start(flow().step("g", "Gate").step("a"))
    await parts.Gate.began.wait()

    run.pause()
    parts.Gate.go.set()

    assert await reach(run) == "main/a#1"
    run.resume()
    assert (await run.wait()).context["path"] == ["a"]


async def test_a_pause_that_was_not_reached_can_be_taken_back(runtime):
    run = runtime.start(flow().step("g", "Gate").step("a"))
    await parts.Gate.began.wait()

    run.pause()
    run.resume()
    parts.Gate.go.set()

    await run.wait()
    assert run.state == "finished"


async def test_run_to_stops_before_the_component(runtime):
    run = runtime.start(flow("a", "b", "c"), paused_at_start=True)
    await reach(run)

    assert await go(run, "run_to", "c") == "main/c#1"
    run.stop()
    await run.wait()
    with pytest.raises(RunStateError):
        run.run_to("c")


async def test_run_to_a_key_that_is_not_there_is_refused(runtime):
    run = runtime.start(flow("a"), paused_at_start=True)
    await reach(run)

    with pytest.raises(UnknownKeyError):
        run.run_to("nowhere")
    run.stop()


async def test_set_next_jumps_and_stays_paused(runtime):
    run = runtime.start(flow("a", "b", "c"), paused_at_start=True)
    await reach(run)

    run.set_next("c")

    assert run.summary().paused_at == "main/c#1"
    with pytest.raises(UnknownKeyError):
        run.set_next("nowhere")
    run.resume()
    assert (await run.wait()).context["path"] == ["c"]


async def test_editing_the_context_is_seen_by_the_next_component_and_in_the_history(runtime):
    run = runtime.start(flow("a", "b").having(items=[1]), paused_at_start=True)
    await reach(run)
    await go(run, "step")

    changes = run.edit_context(
        [{"op": "replace", "path": "/n", "value": 10}, {"op": "add", "path": "/items/-", "value": 2}]
    )
    run.resume()
    result = await run.wait()

    assert changes == [
        {"op": "add", "path": "/items/1", "value": 2},
        {"op": "replace", "path": "/n", "value": 10},
    ]
    assert (result.context["n"], result.context["items"]) == (11, [1, 2])
    assert (run.state_at(1)["n"], run.state_before(2)["n"], run.state_at(2)["n"]) == (1, 10, 11)
    events = runtime.events.cursor(0).read().events
    assert [event.data["by"] for event in events if event.name == "context.edited"] == ["user"]


async def test_an_edit_that_does_not_fit_is_refused(runtime):
    run = runtime.start(flow("a").having(n=1), paused_at_start=True)
    await reach(run)

    for patch, error in (
        ([{"op": "remove", "path": "/nothing"}], PatchError),
        ([{"op": "replace", "path": "", "value": []}], PatchError),
        ([{"op": "replace", "path": "/n", "value": float("nan")}], NotJsonError),
    ):
        with pytest.raises(error):
            run.edit_context(patch)

    run.resume()
    assert (await run.wait()).context["n"] == 2


async def test_breakpoints_stop_runs_that_allow_it(runtime):
    runtime.breakpoints.put(
        [
            Breakpoint(flow_key="flow", component_key="b"),
            Breakpoint(flow_key="flow", component_key="c", enabled=False),
            Breakpoint(flow_key="other", component_key="a"),
        ]
    )

    stopped = runtime.start(flow("a", "b", "c"), origin=Origin.EDITOR)
    passed = runtime.start(flow("a", "b", "c"))

    assert await reach(stopped) == "main/b#1"
    assert await reach(passed) is None
    stopped.resume()
    await stopped.wait()


async def test_a_breakpoint_in_a_loop_stops_at_every_visit(runtime):
    runtime.breakpoints.replace_for("flow", [Breakpoint(flow_key="flow", component_key="b")])
    run = runtime.start(flow("a", "b").looping("b", to="a"), debug=DebugPolicy.BREAK)

    places = [await reach(run)] + [await go(run, "resume") for _ in range(2)]

    assert places == ["main/b#1", "main/b#2", "main/b#3"]
    runtime.breakpoints.replace_for("flow", [])
    run.stop()


async def test_a_breakpoint_in_a_child_flow_is_that_of_its_own_key(runtime, nested):
    runtime.breakpoints.put([Breakpoint(flow_key="child", component_key="y")])
    run = runtime.start(nested, debug=DebugPolicy.BREAK)

    assert await reach(run) == "main/n#1/y#1"
    run.stop()


async def test_events_tell_of_pauses_and_verbs(runtime):
    run = runtime.start(flow("a", "b"), paused_at_start=True)
    await reach(run)
    await go(run, "step")
    run.resume()
    await run.wait()

    events = [(event.name, event.data) for event in runtime.events.cursor(0).read().events]
    told = [
        (name, data.get("key"), data.get("reason") or data.get("verb"))
        for name, data in events
        if name in ("run.paused", "run.resumed")
    ]
    assert told == [
        ("run.paused", "a", "step"),
        ("run.resumed", None, "step"),
        ("run.paused", "b", "step"),
        ("run.resumed", None, "resume"),
    ]


@pytest.mark.parametrize("verb", ["step", "step_into", "step_out", "resume"])
async def test_verbs_of_a_paused_run_are_refused_for_one_that_is_not(runtime, verb):
    run = runtime.start(flow().step("g", "Gate"))
    await parts.Gate.began.wait()

    with pytest.raises(RunStateError, match="is not paused"):
        getattr(run, verb)()

    parts.Gate.go.set()
    await run.wait()
    with pytest.raises(RunStateError, match=r"is over \(finished\)"):
        getattr(run, verb)()


async def test_a_run_with_debugging_off_takes_no_verb_but_stop(runtime):
    run = runtime.start(flow().step("g", "Gate"), debug=DebugPolicy.OFF)
    await parts.Gate.began.wait()

    with pytest.raises(RunStateError, match="debugging off"):
        run.pause()

    run.stop()
    await run.wait()
    assert run.state == "stopped"


async def test_a_run_can_be_found_while_it_runs_and_afterwards(runtime):
    run = runtime.start(flow("a"), paused_at_start=True)
    await reach(run)

    assert runtime.run(run.id) is run
    assert [summary.state for summary in runtime.runs()] == ["paused"]
    run.resume()
    await run.wait()
    assert runtime.run(run.id) is run
    with pytest.raises(UnknownRunError):
        runtime.run("nothing")
