"""What can be done while a run stands: retry, edit context and config, set next, stop; and two runs at once."""

from __future__ import annotations

import asyncio

import pytest

from node_engine.errors import ComponentLoadError, NotJsonError, RunStateError, UnknownKeyError
from node_engine.models.breakpoint import BreakPlace, Breakpoint
from node_engine.models.run import DebugPolicy, Origin
from tests.engine import parts
from tests.engine.driving import go, reach
from tests.flows import flow


def at(place, key=None, **fields):
    return Breakpoint(flow_key="flow", place=BreakPlace(place), component_key=key, **fields)


def paused(runtime):
    return [event.data for event in runtime.events.cursor(0).read().events if event.name == "run.paused"]


async def failed(runtime, built, **options):
    """A run that stands at the failure of a step."""
    runtime.breakpoints.put([at("error")])
    run = runtime.start(built, origin=Origin.EDITOR, **options)
    await reach(run)
    assert run.gate.held.place == "error"
    return run


# Retry


async def test_a_failed_step_is_done_again_and_the_run_stops_after_it(runtime):
    run = await failed(runtime, flow("a").step("f", "Flaky", {"fails": 1}).step("b"))

    place = await go(run, "retry_step")

    assert place == "main/b#1"
    assert [(str(step.id), step.state) for step in run.records] == [
        ("main/a#1", "done"),
        ("main/f#1", "failed"),
        ("main/f#2", "done"),
    ]
    run.resume()
    result = await run.wait()
    assert (run.state, result.status.error, "error" in result.context) == ("finished", None, False)


async def test_a_retry_takes_back_what_the_failed_step_wrote_and_keeps_edits(runtime):
    run = await failed(runtime, flow().step("f", "Flaky", {"fails": 1}).step("b").having(tried=10, kept=1))
    assert run.state_at(1)["tried"] == 11

    run.edit_context([{"op": "replace", "path": "/kept", "value": 2}])
    await go(run, "retry_step")

    assert run.state_at(2) == {"tried": 11, "kept": 2}
    assert run.state_before(2) == {"tried": 10, "kept": 2}
    edits = [event.data["by"] for event in runtime.events.cursor(0).read().events if event.name == "context.edited"]
    assert edits == ["user", "retry"]
    run.stop()


async def test_an_edited_key_keeps_its_edit_though_the_failed_step_wrote_it(runtime):
    run = await failed(runtime, flow().step("f", "Flaky", {"fails": 1}).having(tried=10))

    run.edit_context([{"op": "replace", "path": "/tried", "value": 50}])
    await go(run, "retry_step")

    assert run.state_at(2)["tried"] == 51


async def test_a_retry_that_fails_again_stands_again(runtime):
    run = await failed(runtime, flow().step("x", "Boom"))
    runtime.breakpoints.put([])

    assert await go(run, "retry_step") == "main/x#2"
    assert paused(runtime)[-1]["reason"] == "error"
    run.resume()
    await run.wait()
    assert run.state == "failed"


async def test_a_retry_uses_the_edited_config(runtime):
    run = await failed(runtime, flow().step("x", "Boom", {"message": "first"}))

    run.edit_config("x", {"message": "second"})
    await go(run, "retry_step")

    assert "second" in run.records[1].error
    run.stop()


async def test_a_step_that_did_not_fail_is_not_done_again(runtime):
    runtime.breakpoints.put([at("after", "a")])
    run = runtime.start(flow("a"), origin=Origin.EDITOR)
    await reach(run)

    with pytest.raises(RunStateError, match="not paused at a step that failed"):
        run.retry_step()
    run.stop()


async def test_a_step_of_a_child_flow_is_done_again_before_its_parent_hears_of_the_failure(runtime):
    child = {"key": "child", "flow": [{"key": "f", "name": "Flaky", "config": {"fails": 1}}]}
    runtime.breakpoints.put([Breakpoint(flow_key="child", place=BreakPlace.ERROR)])
    run = runtime.start(flow().step("n", "Nest", {"flow": child}), origin=Origin.EDITOR)

    assert await reach(run) == "main/n#1/f#1"
    await go(run, "retry_step")
    await run.wait()

    assert run.state == "finished"


async def test_a_single_component_can_be_done_again(runtime):
    runtime.breakpoints.put([at("error")])
    run = runtime.start(flow().step("f", "Flaky", {"fails": 1}), origin=Origin.EDITOR, only="f")
    await reach(run)

    run.retry_step()
    await run.wait()

    assert (run.state, len(run.records), run.next_key) == ("finished", 2, "exit")


async def test_stepping_over_a_failing_step_stands_at_its_failure(runtime):
    run = runtime.start(flow("a").step("x", "Boom"), paused_at_start=True)
    await reach(run)

    assert [await go(run, "step"), await go(run, "step")] == ["main/x#1", "main/x#1"]
    assert (paused(runtime)[-1]["place"], paused(runtime)[-1]["reason"]) == ("error", "error")
    assert await go(run, "step") is None
    assert run.state == "failed"


async def test_stepping_over_a_failing_child_flow_stands_at_the_step_around_it(runtime):
    child = {"key": "child", "flow": [{"key": "x", "name": "Boom"}]}
    run = runtime.start(flow().step("n", "Nest", {"flow": child}), paused_at_start=True)
    await reach(run)

    assert await go(run, "step") == "main/n#1"
    assert paused(runtime)[-1]["place"] == "error"
    run.stop()


async def test_an_error_can_be_left_by_setting_another_component_next(runtime):
    run = await failed(runtime, flow().step("x", "Boom").step("b"))

    run.set_next("b")

    assert run.summary().paused_at == "main/b#1"
    run.resume()
    result = await run.wait()
    assert (run.state, result.context["path"]) == ("finished", ["b"])


# Config


async def test_an_edited_config_counts_for_this_run_only(runtime):
    built = flow("a", "b")
    run = runtime.start(built, paused_at_start=True)
    await reach(run)

    run.edit_config("b", {"by": 5})
    run.resume()
    result = await run.wait()
    again = await runtime.invoke(built)

    assert (result.context["n"], again.context["n"]) == (6, 2)
    assert built.flow[1].config == {}
    events = [event for event in runtime.events.cursor(0).read().events if event.name == "config.edited"]
    assert [(event.data["key"], event.data["config"], event.private) for event in events] == [("b", {"by": 5}, True)]


async def test_a_config_with_templates_can_replace_one_without(runtime):
    run = runtime.start(flow("a").step("s", "Show", {"text": "plain"}), paused_at_start=True)
    await reach(run)

    run.edit_config("s", {"text": "{{n}}"})
    run.resume()

    assert (await run.wait()).context["shown"] == {"text": "1"}


async def test_a_visited_component_can_get_another_config_for_its_next_visit(runtime):
    runtime.breakpoints.put([at("before", "a", hits="= 3")])
    run = runtime.start(flow("a").looping("a", to="a"), origin=Origin.EDITOR)
    await reach(run)

    run.edit_config("a", {"by": 100})
    await go(run, "step")

    assert run.state_at(3)["n"] == 102
    run.stop()


async def test_a_config_of_the_flow_around_can_be_edited_from_inside(runtime):
    child = {"key": "child", "flow": [{"key": "x", "name": "Add"}]}
    run = runtime.start(flow().step("n", "Nest", {"flow": child}).step("b"), paused_at_start=True)
    await reach(run)
    await go(run, "step_into")

    run.edit_config("b", {"by": 10})
    run.resume()

    assert (await run.wait()).context["n"] == 11


async def test_a_config_that_does_not_fit_is_refused(runtime):
    run = runtime.start(flow("a"), paused_at_start=True)
    await reach(run)

    with pytest.raises(UnknownKeyError):
        run.edit_config("gone", {})
    with pytest.raises(NotJsonError):
        run.edit_config("a", {"by": float("nan")})
    with pytest.raises(ComponentLoadError, match="by"):
        run.edit_config("a", {"by": "much"})
    run.resume()
    assert (await run.wait()).context["n"] == 1
    with pytest.raises(RunStateError):
        run.edit_config("a", {})


# Inside of a component


async def test_inside_of_a_component_nothing_is_edited_or_jumped(runtime):
    runtime.breakpoints.put([at("event", event="said")])
    run = runtime.start(flow().step("s", "Say").step("b"), origin=Origin.EDITOR)
    await reach(run)

    with pytest.raises(RunStateError, match="inside of"):
        run.edit_context([{"op": "add", "path": "/x", "value": 1}])
    with pytest.raises(RunStateError, match="inside of"):
        run.set_next("b")
    run.edit_config("b", {"by": 4})
    run.resume()
    assert (await run.wait()).context["n"] == 4


async def test_the_time_limit_of_a_step_does_not_run_while_it_stands_inside(runtime):
    runtime.breakpoints.put([at("event", event="said")])
    run = runtime.start(flow().step("s", "Say", timeout_s=0.05), origin=Origin.EDITOR)
    await reach(run)
    await asyncio.wait((run.task,), timeout=0.1)

    run.resume()
    await run.wait()

    assert run.state == "finished"


# Stop, and two at once


@pytest.mark.parametrize(
    ("mark", "steps"),
    [
        (at("before", "s"), 0),
        (at("after", "s"), 1),
        (at("wire", "s"), 1),
        (at("event", event="said"), 1),
        (at("error"), 2),
    ],
    ids=lambda value: getattr(value, "place", value),
)
async def test_stop_works_wherever_a_run_stands(runtime, mark, steps):
    runtime.breakpoints.put([mark])
    run = runtime.start(flow().step("s", "Say").step("x", "Boom"), origin=Origin.EDITOR)
    await reach(run)
    assert run.state == "paused"

    run.stop()
    await asyncio.wait_for(run.wait(), 1)

    assert (run.state, len(run.records)) == ("stopped", steps)
    assert run.gate.held is None
    with pytest.raises(RunStateError):
        run.retry_step()


async def test_two_runs_that_stand_do_not_disturb_each_other(runtime):
    runtime.breakpoints.put([at("before", "b")])
    first = runtime.start(flow("a", "b").having(n=100), origin=Origin.EDITOR)
    second = runtime.start(flow("a", "b"), origin=Origin.EDITOR)
    assert [await reach(first), await reach(second)] == ["main/b#1"] * 2

    first.edit_context([{"op": "replace", "path": "/n", "value": 0}])
    second.edit_config("b", {"by": 7})
    await go(second, "resume")

    assert first.state == "paused"
    assert (await second.wait()).context["n"] == 8
    await go(first, "step")
    assert (await first.wait()).context["n"] == 1


async def test_parallel_flows_stop_one_after_the_other_and_each_hit_counts_once(runtime):
    child = {"key": "child", "flow": [{"key": "x", "name": "Add"}, {"key": "y", "name": "Add"}]}
    mark = Breakpoint(flow_key="child", component_key="y", hits=">= 1")
    runtime.breakpoints.put([mark])
    run = runtime.start(flow().step("n", "NestBoth", {"flows": [child, child]}), origin=Origin.EDITOR)

    found = [await reach(run), await go(run, "resume"), await go(run, "resume")]

    assert found == ["main/n#1/y#1", "main/n#1.2/y#1", None]


async def test_the_call_stack_names_the_component_that_the_run_stands_at(runtime):
    runtime.breakpoints.put([at("after", "a")])
    run = runtime.start(flow("a", "b"), origin=Origin.EDITOR)
    await reach(run)

    before = [(view.component_key, view.visit) for view in run.frames()]
    await go(run, "step")

    assert before == [("a", 1)]
    assert [(view.component_key, view.visit) for view in run.frames()] == [("b", 1)]
    run.stop()


async def test_run_to_says_so(runtime):
    run = runtime.start(flow("a", "b"), paused_at_start=True)
    await reach(run)

    await go(run, "run_to", "b")

    assert paused(runtime)[-1]["reason"] == "run_to"
    run.stop()


async def test_a_run_can_begin_at_any_component(runtime):
    run = runtime.start(flow("a", "b", "c").having(n=5), start_at="b")

    assert (await run.wait()).context["path"] == ["b", "c"]
    with pytest.raises(UnknownKeyError):
        runtime.start(flow("a"), start_at="gone")


async def test_a_run_with_debugging_off_is_not_stopped(runtime):
    runtime.breakpoints.put([at("before", "a")])

    run = runtime.start(flow("a"), origin=Origin.EDITOR, debug=DebugPolicy.OFF)

    assert await reach(run) is None
    assert parts.Flaky.calls == 0
