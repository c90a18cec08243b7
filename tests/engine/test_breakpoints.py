"""Breakpoints at every place, with conditions, hit counts and messages."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

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


# Conditions, counts, messages


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


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"place": "before"}, "key of a component"),
        ({"place": "change"}, "a path in the context"),
        ({"place": "event", "event": " "}, "name of an event"),
        ({"component_key": "a", "hits": "often"}, "write = 3, >= 3 or every 3"),
        ({"component_key": "a", "colour": "red"}, "Extra inputs"),
    ],
)
def test_a_breakpoint_that_cannot_work_is_refused_in_words(fields, words):
    with pytest.raises(ValidationError, match=words):
        Breakpoint.model_validate({"flow_key": "flow", **fields})


def test_every_breakpoint_gets_an_id_of_its_own():
    first, second = at("error"), at("error")

    assert first.id != second.id
    assert Breakpoint.model_validate(first.model_dump(mode="json")) == first
