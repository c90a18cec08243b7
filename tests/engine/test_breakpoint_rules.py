"""Breakpoints: conditions, hit counts, messages instead of stops, and setting them."""

from __future__ import annotations

import pytest

from node_engine.models.breakpoint import BreakPlace, Breakpoint
from node_engine.models.run import DebugPolicy, Origin
from tests.engine.driving import go, reach
from tests.flows import flow

CHILD = {"key": "child", "flow": [{"key": "x", "name": "Add"}, {"key": "y", "name": "Add"}]}


def at(place, key=None, **fields):
    """A breakpoint of the flow "flow"."""
    return Breakpoint(flow_key="flow", place=BreakPlace(place), component_key=key, **fields)


def started(runtime, built, *breakpoints):
    """A run of the editor with these breakpoints."""
    runtime.breakpoints.put(breakpoints)
    return runtime.start(built, origin=Origin.EDITOR)


def paused(runtime):
    """What every run.paused said."""
    return [event.data for event in runtime.events.cursor(0).read().events if event.name == "run.paused"]


async def places(run):
    """Where a run stands each time until it ends."""
    found = [await reach(run)]
    while found[-1] is not None:
        found.append(await go(run, "resume"))
    return found[:-1]


async def test_a_condition_looks_at_the_context_and_the_visit(runtime):
    built = flow("a", "b").looping("b", to="a")

    run = started(runtime, built, at("before", "b", condition="n < 8 and visit == 2 and key == 'b' and ctx.n == 3"))

    assert await reach(run) == "main/b#2"
    run.stop()


async def test_a_failing_condition_stops_and_says_why(runtime):
    run = started(runtime, flow("a"), at("before", "a", condition="scroe < 1"))

    assert await reach(run) == "main/a#1"
    assert "scroe" in paused(runtime)[0]["condition_error"]
    assert await go(run, "resume") is None


async def test_a_condition_that_cannot_be_read_stops_and_says_why(runtime):
    run = started(runtime, flow("a"), at("before", "a", condition="n <"))

    await reach(run)

    assert "cannot be read" in paused(runtime)[0]["condition_error"]
    run.stop()


@pytest.mark.parametrize(
    ("hits", "visits"), [("= 2", [2]), (">= 3", [3, 4, 5]), ("every 2", [2, 4]), ("3", [3]), ("==1", [1])]
)
async def test_hit_counts_choose_which_visits_stop(runtime, hits, visits):
    built = flow("a").looping("a", to="a")
    run = started(runtime, built, at("before", "a", hits=hits), at("before", "a", condition="visit == 6"))

    found = [await reach(run)]
    while found[-1] != "main/a#6":
        found.append(await go(run, "resume"))

    assert found[:-1] == [f"main/a#{visit}" for visit in visits]
    run.stop()


async def test_only_visits_that_fit_the_condition_are_hits(runtime):
    built = flow("a").looping("a", to="a")

    run = started(runtime, built, at("before", "a", condition="visit > 3", hits="= 2"))

    assert await reach(run) == "main/a#5"
    run.stop()


async def test_every_run_counts_its_own_hits(runtime):
    mark = at("before", "a", hits="= 1")

    first, second = started(runtime, flow("a"), mark), runtime.start(flow("a"), origin=Origin.EDITOR)

    assert [await reach(first), await reach(second)] == ["main/a#1", "main/a#1"]
    assert runtime.held_outside() == 0
    first.stop(), second.stop()


async def test_a_log_point_logs_and_does_not_stop(runtime):
    mark = at("after", "a", log="n={n:.2f} in {key}: {path} {{sic}}")

    run = started(runtime, flow("a"), mark)
    result = await run.wait()

    events = runtime.events.cursor(0).read().events
    logged = [event for event in events if event.name == "breakpoint.logged"]
    assert [(event.data["breakpoint"], event.data["message"], event.data["visit"]) for event in logged] == [
        (mark.id, 'n=1.00 in a: ["a"] {sic}', 1)
    ]
    assert logged[0].private
    assert any("n=1.00 in a" in item.message for item in result.status.log)
    assert [event.data["key"] for event in events if event.name == "log"] == ["a"]
    assert paused(runtime) == []


async def test_a_message_that_cannot_be_worked_out_is_logged_as_written(runtime):
    run = started(runtime, flow("a"), at("after", "a", log="{nothing} {n:%Y} {n"))
    await run.wait()

    said = next(event.data for event in runtime.events.cursor(0).read().events if event.name == "breakpoint.logged")
    assert said["message"] == "{nothing} {n:%Y} {n"
    assert "nothing" in said["error"]


async def test_secrets_in_messages_are_hidden(runtime):
    run = started(runtime, flow("a").having(header="Bearer abcdefghijkl"), at("after", "a", log="{header}"))
    result = await run.wait()

    assert "abcdefghijkl" not in "".join(item.message for item in result.status.log)
    said = next(event.data for event in runtime.events.cursor(0).read().events if event.name == "breakpoint.logged")
    assert "abcdefghijkl" not in said["message"]


async def test_a_log_point_may_have_a_condition_and_stands_beside_others(runtime):
    run = started(
        runtime, flow("a"), at("before", "a", log="seen", condition="visit == 2"), at("before", "a", log="always")
    )
    await run.wait()

    events = runtime.events.cursor(0).read().events
    assert [event.data["message"] for event in events if event.name == "breakpoint.logged"] == ["always"]


async def test_a_breakpoint_for_once_is_gone_after_its_first_hit(runtime):
    told = []
    mark = at("before", "a", once=True, condition="visit == 2")
    run = started(runtime, flow("a").looping("a", to="a"), mark, at("before", "a", condition="visit == 4"))
    forget = runtime.breakpoints.on_change(lambda: told.append([item.id for item in runtime.breakpoints.all()]))

    assert [await reach(run), await go(run, "resume")] == ["main/a#2", "main/a#4"]
    assert mark.id not in told[0]
    assert len(told) == 1
    forget()
    run.stop()


async def test_the_only_breakpoint_stops_though_it_is_gone_by_then(runtime):
    run = started(runtime, flow("a"), at("before", "a", once=True))

    assert await reach(run) == "main/a#1"
    assert runtime.breakpoints.all() == []
    run.stop()


# Setting them


async def test_breakpoints_set_while_a_run_works_stop_it(runtime):
    run = started(runtime, flow("a", "b", "c"), at("before", "a"))
    await reach(run)

    runtime.breakpoints.put([at("before", "c")])

    assert await go(run, "resume") == "main/c#1"
    run.stop()


async def test_a_run_without_breakpoints_of_its_flow_does_not_look(runtime):
    run = started(runtime, flow("a"), Breakpoint(flow_key="other", component_key="a"), at("after", "a", enabled=False))

    assert not run.gate.is_watching
    await run.wait()


async def test_runs_that_are_only_observed_pass_all_of_them(runtime):
    runtime.breakpoints.put([at("before", "a"), at("error"), at("event", event="said")])

    run = runtime.start(flow("a").step("s", "Say"), debug=DebugPolicy.OBSERVE)

    assert await reach(run) is None


async def test_one_can_be_added_replaced_and_removed(runtime):
    mark = at("before", "a", id="one")
    runtime.breakpoints.add(mark)
    runtime.breakpoints.add(mark.model_copy(update={"enabled": False}))

    assert [item.enabled for item in runtime.breakpoints.all()] == [False]
    assert runtime.breakpoints.for_flow("flow") is None
    assert runtime.breakpoints.remove("one")
    assert not runtime.breakpoints.remove("one")
