"""Any flow ends within its limits, its events have no hole, and every moment can be seen again."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from node_engine.engine.delta import apply
from node_engine.engine.engine import Engine, EngineSettings
from node_engine.engine.history import FrameHistory, RunHistory
from node_engine.errors import UnknownKeyError
from node_engine.models.ids import MAIN_FRAME
from node_engine.models.limits import Limits
from tests.engine.parts import PARTS
from tests.flows import FlowBuilder, flow

KEYS = st.sampled_from(["a", "b", "c", "d", "e", "exit", "gone"])
OPTIONS = st.fixed_dictionaries(
    {},
    optional={
        "next": KEYS,
        "on_error": st.sampled_from(["stop", "continue", {"go_to": "c"}, {"go_to": "gone"}]),
        "enabled": st.booleans(),
        "retry": st.just({"times": 1}),
        "outputs": st.dictionaries(st.sampled_from(["yes", "no"]), KEYS, max_size=2),
        "timeout_s": st.just(5),
    },
)
CHILD = {"key": "child", "flow": [{"key": "x", "name": "Add"}, {"key": "y", "name": "Jump", "config": {"to": "exit"}}]}
STEPS = st.one_of(
    st.just(("Add", {"by": 2})),
    st.just(("Boom", {})),
    st.just(("Report", {})),
    st.just(("Nothing", {})),
    st.just(("Nest", {"flow": CHILD})),
    st.just(("Show", {"text": "{{n}}", "all": "{{path}}"})),
    st.tuples(st.just("Jump"), st.fixed_dictionaries({"to": KEYS})),
    st.tuples(
        st.just("Leave"), st.fixed_dictionaries({"port": st.sampled_from(["yes", "no", "next", "must", "none"])})
    ),
)


@st.composite
def flows(draw) -> FlowBuilder:
    """Graphs of up to six components with loops, failures, skips and child flows."""
    built = flow()
    for key, (name, config), options in draw(
        st.lists(st.tuples(st.sampled_from("abcdef"), STEPS, OPTIONS), max_size=6, unique_by=lambda part: part[0])
    ):
        built.step(key, name, config, **options)
    return built


async def run_and_look(built):
    """Run a flow; everything that is known of it afterwards."""
    async with Engine(EngineSettings(limits=Limits(run_steps=30)), PARTS) as engine:
        run = engine.runtime.start(built)
        result = await asyncio.wait_for(run.wait(), 20)
        return run, result, engine.events.cursor(0).read(10_000).events


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(flows())
def test_any_flow_ends_and_tells_all_of_it(built):
    run, result, events = asyncio.run(run_and_look(built))

    assert run.state in ("finished", "failed")
    assert (run.state == "failed") == (result.status.error is not None)
    assert len(run.records) <= 30
    assert [event.number for event in events] == list(range(1, len(events) + 1))
    assert events[0].name == "run.started"
    assert events[-1].name in ("run.finished", "run.failed")
    started = [event.data["step"] for event in events if event.name == "step.started"]
    ended = [event.data["step"] for event in events if event.name in ("step.finished", "step.failed")]
    assert started == [record.number for record in run.records]
    assert sorted(ended) == started


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(flows())
def test_the_changes_in_events_rebuild_every_recorded_state(built):
    run, result, events = asyncio.run(run_and_look(built))
    traced = iter(item for item in result.status.trace)
    states = {MAIN_FRAME: {}}

    for event in events:
        if event.name in ("step.finished", "step.failed"):
            data = event.data
            before = run.state_before(data["step"]) if data["frame"] not in states else states[data["frame"]]
            states[data["frame"]] = apply(before, data["changes"])
            assert run.state_at(data["step"]) == states[data["frame"]]

    for item in traced:
        assert item["context"] is not None


async def test_the_state_at_every_step_is_the_one_of_the_trace(runtime):
    run = runtime.start(flow("a", "b", "c", "d").having(deep={"list": [1, 2]}))
    result = await run.wait()

    assert [run.state_at(number) for number in range(1, 5)] == [item["context"] for item in result.status.trace]
    assert [run.state_before(number) for number in range(2, 5)] == [run.state_at(number) for number in range(1, 4)]


async def test_a_state_that_was_asked_for_may_be_changed(runtime):
    run = runtime.start(flow("a").having(deep={"list": [1]}))
    await run.wait()

    run.state_at(1)["deep"]["list"].append(2)

    assert run.state_at(1)["deep"] == {"list": [1]}


async def test_a_step_that_is_not_there_is_refused(runtime):
    run = runtime.start(flow("a"))
    await run.wait()

    for number in (0, 2):
        with pytest.raises(UnknownKeyError):
            run.state_at(number)


def test_keyframes_do_not_change_what_is_seen():
    history = RunHistory()
    mirror = {"n": 0}
    history.open_frame(MAIN_FRAME, mirror)
    for number in range(1, 5_001):
        history.begin_step(MAIN_FRAME)
        mirror["n"] = number
        history.end_step(number, [{"op": "replace", "path": "/n", "value": number}], mirror)

    assert [history.after(number)["n"] for number in (1, 2_000, 2_001, 2_002, 4_999, 5_000)] == [
        1,
        2_000,
        2_001,
        2_002,
        4_999,
        5_000,
    ]
    assert history.before(1) == {"n": 0}
    assert len(history.frames[MAIN_FRAME]._keyframes) == 3


def test_a_frame_without_changes_is_as_it_began():
    assert FrameHistory({"a": 1}, 7).state(99) == {"a": 1}
