"""Breakpoints at every place, with conditions, hit counts and messages."""

from __future__ import annotations

import pytest

from node_engine.models.breakpoint import BreakPlace, Breakpoint
from node_engine.models.run import Origin
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


# Places


async def test_after_stops_when_the_step_has_ended(runtime):
    run = started(runtime, flow("a", "b"), at("after", "a"))

    assert await reach(run) == "main/a#1"
    assert [step.state for step in run.records] == ["done"]
    said = paused(runtime)[0]
    assert (said["place"], said["key"], said["visit"], said["next"]) == ("after", "a", 1, "b")
    run.resume()
    assert (await run.wait()).context["path"] == ["a", "b"]


async def test_after_the_last_component_the_end_comes_next(runtime):
    run = started(runtime, flow("a"), at("after", "a"))

    await reach(run)

    assert paused(runtime)[0]["next"] == "exit"
    run.resume()
    await run.wait()
    assert run.state == "finished"


async def test_a_paused_event_says_everything_that_is_known(runtime):
    mark = at("before", "b", condition="n == 1")
    run = started(runtime, flow("a", "b"), mark)
    await reach(run)

    said = paused(runtime)[0]

    assert {name: said[name] for name in ("place", "reason", "breakpoint", "condition_error", "held_until_s")} == {
        "place": "before",
        "reason": "breakpoint",
        "breakpoint": mark.id,
        "condition_error": None,
        "held_until_s": None,
    }
    assert (said["port"], said["path"], said["event"], said["next"]) == (None, None, None, "b")
    run.stop()


async def test_a_wire_stops_only_when_control_takes_it(runtime):
    built = flow().step("l", "Leave", {"port": "yes"}, outputs={"yes": "b"}).step("a").step("b")
    taken, other = at("wire", "l", port="yes"), at("wire", "l", port="no")

    run = started(runtime, built, other, taken)
    await reach(run)

    said = paused(runtime)[0]
    assert (said["place"], said["key"], said["port"], said["next"]) == ("after", "l", "yes", "b")
    assert said["breakpoint"] == taken.id
    assert await go(run, "resume") is None


async def test_the_wire_of_list_order_is_called_next(runtime):
    run = started(runtime, flow("a", "b"), at("wire", "a", port="next"))

    assert await places(run) == ["main/a#1"]


async def test_a_wire_that_a_component_chose_by_key_is_found_by_its_target(runtime):
    built = flow().step("l", "Jump", {"to": "b"}, outputs={"far": "b"}).step("a").step("b")

    run = started(runtime, built, at("wire", "l", port="next"), at("wire", "l", port="far"))
    await reach(run)

    assert paused(runtime)[0]["port"] == "far"
    run.stop()


async def test_the_wire_of_an_error_is_called_error(runtime):
    built = flow().step("x", "Boom", on_error={"go_to": "b"}).step("a").step("b")

    run = started(runtime, built, at("wire", "x", port="error"))

    assert await places(run) == ["main/x#1"]


async def test_a_switched_off_component_leaves_by_next(runtime):
    run = started(runtime, flow().step("a", enabled=False).step("b"), at("wire", "a"))

    assert await places(run) == ["main/a#1"]


async def test_an_error_that_nothing_catches_stops_before_the_run_fails(runtime):
    run = started(runtime, flow().step("x", "Boom"), at("error"))

    assert await reach(run) == "main/x#1"
    said = paused(runtime)[0]
    assert (said["place"], said["reason"], said["next"]) == ("error", "breakpoint", "exit")
    assert run.state == "paused"
    run.resume()
    await run.wait()
    assert run.state == "failed"


async def test_caught_and_uncaught_errors_are_told_apart_by_the_condition(runtime):
    built = flow().step("x", "Boom", on_error="continue").step("y", "Boom")

    run = started(runtime, built, at("error", condition="caught and 'boom' in error"))
    caught = await places(run)
    run = started(runtime, built, at("error", condition="not caught"))

    assert (caught, await places(run)) == (["main/x#1"], ["main/y#1"])


async def test_an_error_breakpoint_may_be_for_one_component(runtime):
    built = flow().step("x", "Boom", on_error="continue").step("y", "Boom", on_error="continue")

    run = started(runtime, built, at("error", "y"))

    assert await places(run) == ["main/y#1"]


async def test_a_try_that_is_repeated_is_no_error_yet(runtime):
    built = flow().step("f", "Flaky", {"fails": 1}, retry={"times": 1})

    run = started(runtime, built, at("error"))

    assert await places(run) == []


@pytest.mark.parametrize(
    ("path", "stops"),
    [
        ("n", ["main/a#1", "main/b#1"]),
        ("path", ["main/a#1", "main/b#1"]),
        ("path[0]", ["main/a#1"]),
        ("path[1]", ["main/b#1"]),
        ("path[-1]", ["main/a#1", "main/b#1"]),
        ("/path/1", ["main/b#1"]),
        ("path[0].deeper", []),
        ("other", []),
    ],
)
async def test_a_change_stops_after_the_step_that_made_it(runtime, path, stops):
    run = started(runtime, flow("a", "b"), at("change", path=path))

    assert await places(run) == stops


async def test_a_change_below_or_above_the_path_counts_only_if_the_value_is_another(runtime):
    from tests.engine.parts import Write

    Write.values = {"order": {"total": 3, "items": [{"price": 2}]}}
    built = flow().step("w", "Write").having(order={"total": 3, "items": []})
    marks = [at("change", path=path) for path in ("order", "order.items", "order.items[0].price", "order.total")]

    found = []
    for mark in marks:
        found.append(await places(started(runtime, built, mark)))

    assert found == [["main/w#1"]] * 3 + [[]]


async def test_a_replaced_object_that_holds_the_same_there_is_no_change(runtime):
    from tests.engine.parts import Write

    Write.values = {"order": {str(number): 1 for number in range(40)} | {"total": 3}}
    built = flow().step("w", "Write").having(order={"total": 3})

    assert await places(started(runtime, built, at("change", path="order.total"))) == []


async def test_an_event_stops_inside_of_the_component_that_sent_it(runtime):
    built = flow("a").step("s", "Say", {"event": "score", "data": '{"value": 3}'}).step("b")

    run = started(runtime, built, at("event", event="score", condition="data.value == 3 and event == 'score'"))

    assert await reach(run) == "main/s#1"
    said = paused(runtime)[0]
    assert (said["place"], said["event"], said["next"]) == ("event", "score", None)
    assert run.records[-1].state == "running"
    assert await go(run, "step") == "main/b#1"
    run.stop()


async def test_other_events_and_other_components_are_passed(runtime):
    built = flow().step("s", "Say", {"event": "score"}).step("t", "Say", {"event": "score"})

    run = started(runtime, built, at("event", event="other"), at("event", "t", event="score"))

    assert await places(run) == ["main/t#1"]


async def test_a_breakpoint_in_a_child_flow_stops_at_every_place_there(runtime):
    places_in_child = [
        Breakpoint(flow_key="child", component_key="x", place=BreakPlace.AFTER),
        Breakpoint(flow_key="child", place=BreakPlace.CHANGE, path="n", component_key="y"),
    ]

    run = started(runtime, flow().step("n", "Nest", {"flow": CHILD}), *places_in_child)

    assert await places(run) == ["main/n#1/x#1", "main/n#1/y#1"]


async def test_after_a_component_and_before_the_next_are_two_stops(runtime):
    run = started(runtime, flow("a", "b"), at("after", "a"), at("before", "b"))

    assert await places(run) == ["main/a#1", "main/b#1"]
