"""For any flow and any edits: what is rebuilt is what was there, and stepping through is running through."""

from __future__ import annotations

import asyncio
import copy
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from node_engine.engine.engine import Engine, EngineSettings
from node_engine.errors import NodeEngineError
from node_engine.models.breakpoint import BreakPlace, Breakpoint
from node_engine.models.limits import Limits
from node_engine.models.run import Origin
from tests.engine.driving import go, reach
from tests.engine.parts import PARTS
from tests.engine.test_run_history import flows

LIMITS = Limits(run_steps=12, cancel_grace_s=0.1, event_bytes=600)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text("ab/~", max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("ab/~", max_size=2), inner, max_size=3),
    max_leaves=6,
)
PATHS = st.sampled_from(["/n", "/path", "/path/-", "/path/0", "/deep", "/deep/a", "/deep/list/0", "/new", "/a~1b"])
PATCHES = st.lists(
    st.fixed_dictionaries({"op": st.sampled_from(["add", "replace", "remove"]), "path": PATHS, "value": VALUES}),
    min_size=1,
    max_size=3,
)
DEEP = {"deep": {"a": 1, "list": [1, 2, 3]}, "a/b": 1}
VERBS = st.sampled_from(["step", "step_into", "step_out", "retry_step", "edit", "edit"])
FEW = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


async def drive(run, choices, patches, seen):
    """Step through a run, editing where the choices say so; notes the context at every stand."""
    choices, patches = iter(choices), iter(patches)
    await reach(run)
    while run.gate.held is not None:
        held = run.gate.held
        seen.append((held.frame.id, run.history.moment, copy.deepcopy(dict(held.frame.mirror))))
        verb = next(choices, "resume")
        try:
            if verb == "edit":
                run.edit_context(next(patches, []))
                continue
            getattr(run, verb)()
        except NodeEngineError:
            run.step()
        await asyncio.sleep(0)
        await reach(run)


async def edited_run(built, choices, patches):
    """Everything known of an edited run, while it was made, afterwards, and from the journal."""
    seen = []
    with tempfile.TemporaryDirectory() as folder:
        async with Engine(EngineSettings(state_dir=Path(folder), limits=LIMITS), PARTS) as engine:
            run = engine.runtime.start(built, origin=Origin.EDITOR, paused_at_start=True)
            await asyncio.wait_for(drive(run, choices, patches, seen), 20)
            await run.wait()
            await engine.journal.flush()
            count = len(run.records)
            live = [(run.state_before(number), run.state_at(number)) for number in range(1, count + 1)]
            journal = engine.journal
            written = [
                (await journal.state_before(run.id, number), await journal.state_at(run.id, number))
                for number in range(1, count + 1)
            ]
            watched = await engine.lookback.watch(run.id, "ctx")
            assert not await journal.has_gap(run.id)
            return run, seen, live, written, watched


@FEW
@given(flows(), st.lists(VERBS, max_size=20), st.lists(PATCHES, max_size=6))
def test_the_state_rebuilt_at_every_step_is_the_one_recorded_while_running(built, choices, patches):
    run, seen, live, written, watched = asyncio.run(edited_run(built.having(**copy.deepcopy(DEEP)), choices, patches))

    assert live == written
    assert [value.value for value in watched] == [after for _, after in live]
    for frame, moment, context in seen:
        assert run.history.frames[frame].state(moment) == context


async def through(built, verb):
    """How a run ends when it is stepped through, or run through without a verb."""
    async with Engine(EngineSettings(limits=LIMITS), PARTS) as engine:
        run = engine.runtime.start(built, paused_at_start=verb is not None)
        place = await reach(run)
        while place is not None:
            place = await go(run, verb)
        result = await run.wait()
        records = [(str(step.id), step.state, step.next, step.changes, step.error) for step in run.records]
        return run.state, result.context, result.status.error, records


@FEW
@given(flows(), st.sampled_from(["step", "step_into", "step_out", "resume"]))
def test_stepping_through_is_running_through(built, verb):
    assert asyncio.run(through(built, verb)) == asyncio.run(through(built, None))


async def checked(built, mark):
    """What a breakpoint would have done to a run, and what it does to the same flow."""
    async with Engine(EngineSettings(limits=LIMITS), PARTS) as engine:
        runtime = engine.runtime
        first = runtime.start(built)
        await first.wait()
        check = await runtime.lookback.would_stop(first.id, mark)
        runtime.breakpoints.put([mark])
        run = runtime.start(built, origin=Origin.EDITOR)
        stops = []
        while await reach(run) is not None:
            stops.append(len(run.records) + (mark.place is BreakPlace.BEFORE))
            await go(run, "resume")
        return check, stops


@FEW
@given(
    flows(),
    st.sampled_from(["before", "after", "wire", "error", "change"]),
    st.sampled_from("abcdef"),
    st.sampled_from([None, "visit > 1", "n == 2", "gone", "error", "caught"]),
    st.sampled_from([None, "= 2", "every 2"]),
)
def test_what_a_breakpoint_would_have_done_is_what_it_does(built, place, key, condition, hits):
    mark = Breakpoint(flow_key="flow", place=place, component_key=key, path="path[1]", condition=condition, hits=hits)

    check, stops = asyncio.run(checked(built, mark))

    assert check.stopped == len(stops)
