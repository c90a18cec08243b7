"""New runs that begin where another was: forks, and going on after a crash."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import AsyncIterator

import pytest

from node_engine.engine.engine import Engine, EngineSettings
from node_engine.engine.journal import FILE_NAME
from node_engine.engine.patch import PatchError
from node_engine.errors import RunStateError, UnknownKeyError, UnknownRunError
from node_engine.models.limits import Limits
from node_engine.models.run import Origin, RunState
from tests.engine import parts
from tests.engine.driving import go, reach
from tests.engine.parts import PARTS
from tests.flows import flow

CHILD = {"key": "child", "flow": [{"key": "x", "name": "Add"}, {"key": "y", "name": "Add"}]}
LIMITS = Limits(cancel_grace_s=0.1)


@pytest.fixture(params=["in memory", "in the journal"])
async def engine(request, tmp_path):
    """An engine whose finished runs are asked for in memory, or in the journal."""
    async with Engine(EngineSettings(state_dir=tmp_path, limits=LIMITS), PARTS) as opened:
        opened.forgets = request.param == "in the journal"
        yield opened


async def finished(engine, built):
    run = engine.runtime.start(built)
    await run.wait()
    await engine.journal.flush()
    if engine.forgets:
        engine.runtime._finished.clear()
    return run.id


# Forks


async def test_a_fork_begins_with_the_step_and_what_it_found(engine):
    run_id = await finished(engine, flow("a", "b", "c").having(n=10))

    run = await engine.runtime.fork(run_id, 2)
    result = await run.wait()

    assert (result.context["n"], result.context["path"]) == (13, ["a", "b", "c"])
    assert [str(step.id) for step in run.records] == ["main/b#1", "main/c#1"]
    assert (run.summary().parent_run, run.summary().parent_step) == (run_id, 2)
    assert run.session_id == "session"


async def test_a_fork_after_a_step_begins_with_what_came_next(engine):
    run_id = await finished(engine, flow("a").step("j", "Jump", {"to": "c"}).step("b").step("c"))

    run = await engine.runtime.fork(run_id, 2, before=False)

    assert (await run.wait()).context["path"] == ["a", "j", "c"]
    assert [step.id.key for step in run.records] == ["c"]


async def test_nothing_comes_after_the_last_step(engine):
    run_id = await finished(engine, flow("a"))

    with pytest.raises(RunStateError, match="Nothing came after"):
        await engine.runtime.fork(run_id, 1, before=False)


async def test_the_context_of_a_fork_can_be_changed(engine):
    run_id = await finished(engine, flow("a", "b"))

    run = await engine.runtime.fork(run_id, 2, context_patch=[{"op": "replace", "path": "/n", "value": 100}])

    assert (await run.wait()).context["n"] == 101
    with pytest.raises(PatchError):
        await engine.runtime.fork(run_id, 2, context_patch=[{"op": "replace", "path": "/gone", "value": 1}])


async def test_a_fork_may_run_another_definition(engine):
    run_id = await finished(engine, flow("a", "b"))

    run = await engine.runtime.fork(run_id, 2, flow=flow("b", "z"))

    assert (await run.wait()).context["path"] == ["a", "b", "z"]
    with pytest.raises(UnknownKeyError):
        await engine.runtime.fork(run_id, 2, flow=flow("z"))


async def test_a_step_of_a_child_flow_forks_at_the_step_around_it(engine):
    run_id = await finished(engine, flow("a").step("n", "Nest", {"flow": CHILD}).step("b"))

    run = await engine.runtime.fork(run_id, 4)
    await run.wait()

    assert [str(step.id) for step in run.records][:2] == ["main/n#1", "main/n#1/x#1"]
    assert run.summary().parent_step == 2


async def test_steps_of_a_fork_keep_their_names_so_that_it_can_be_compared(engine):
    engine.runtime.limits = Limits(run_steps=5)
    run_id = await finished(engine, flow("a", "b").looping("b", to="a"))

    fork = await engine.runtime.fork(run_id, 4)
    await fork.wait()
    compared = await engine.lookback.compare(run_id, fork.id)

    assert [str(step.id) for step in fork.records][:2] == ["main/b#2", "main/a#3"]
    assert [row.difference for row in compared.rows][3:5] == ["same", "same"]
    assert compared.rows[compared.first_difference].difference == "only_b"


async def test_a_fork_says_where_it_comes_from(engine):
    run_id = await finished(engine, flow("a", "b"))

    run = await engine.runtime.fork(run_id, 2, origin=Origin.EDITOR, paused_at_start=True)
    await reach(run)

    started = [event.data for event in engine.events.cursor(0).read().events if event.name == "run.started"][-1]
    assert (started["parent_run"], started["parent_step"]) == (run_id, 2)
    assert (run.origin, run.state, run.summary().paused_at) == ("editor", "paused", "main/b#1")
    await engine.journal.flush()
    written = await engine.journal.run(run.id)
    assert (written.parent_run, written.parent_step) == (run_id, 2)
    run.stop()


async def test_history_is_never_changed_by_a_fork(engine):
    run_id = await finished(engine, flow("a", "b").having(deep={"list": [1]}))
    before = await engine.lookback.state_before(run_id, 2)

    run = await engine.runtime.fork(run_id, 2, context_patch=[{"op": "add", "path": "/deep/list/-", "value": 2}])
    await run.wait()

    assert await engine.lookback.state_before(run_id, 2) == before
    assert before["deep"] == {"list": [1]}


async def test_a_run_under_way_can_be_forked(runtime):
    run = runtime.start(flow("a", "b"), paused_at_start=True)
    await reach(run)
    await go(run, "step")

    fork = await runtime.fork(run.id, 1)
    result = await fork.wait()

    assert (run.state, result.context["path"]) == ("paused", ["a", "b"])
    run.stop()


async def test_what_is_not_there_is_refused(engine):
    run_id = await finished(engine, flow("a"))

    for number in (0, 2):
        with pytest.raises(UnknownKeyError):
            await engine.runtime.fork(run_id, number)
    with pytest.raises(UnknownRunError):
        await engine.runtime.fork("gone", 1)


async def test_secrets_that_the_journal_hides_are_asked_for(tmp_path):
    built = flow("a").step("s", "Show", {"api_key": "of the flow"}).having(api_key="of the context")
    async with Engine(EngineSettings(state_dir=tmp_path, limits=LIMITS), PARTS) as engine:
        engine.forgets = True
        run_id = await finished(engine, built)

        with pytest.raises(RunStateError, match="journal hides secrets"):
            await engine.runtime.fork(run_id, 2)
        opened = await engine.runtime.fork(run_id, 2, flow=built)
        result = await opened.wait()
        with pytest.raises(RunStateError, match="api_key"):
            await engine.runtime.fork(run_id, 2, flow=flow("a").step("s", "Show"))
        patch = [{"op": "replace", "path": "/api_key", "value": "given"}]
        given = await engine.runtime.fork(run_id, 2, flow=flow("a").step("s", "Show"), context_patch=patch)

    assert result.context["shown"] == {"api_key": "of the flow"}
    assert result.context["api_key"] == "of the context"
    assert given.main.mirror["api_key"] == "given"


# After a crash


@contextlib.asynccontextmanager
async def after_a_crash(engine: Engine, folder) -> AsyncIterator[Engine]:
    """An engine that finds the journal as it is now, written by a process that is gone."""
    await engine.journal.flush()
    folder.mkdir()
    with (
        contextlib.closing(sqlite3.connect(engine.settings.state_dir / FILE_NAME)) as here,
        contextlib.closing(sqlite3.connect(folder / FILE_NAME)) as there,
    ):
        here.backup(there)
    async with Engine(EngineSettings(state_dir=folder, limits=LIMITS), PARTS) as opened:
        yield opened


@pytest.fixture
async def dying(tmp_path):
    """An engine whose process will be gone."""
    async with Engine(EngineSettings(state_dir=tmp_path / "before", limits=LIMITS), PARTS) as engine:
        yield engine


async def test_an_interrupted_run_goes_on_after_its_last_finished_step(dying, tmp_path):
    run = dying.runtime.start(flow("a", "b", "c"), paused_at_start=True)
    await reach(run)
    await go(run, "step")

    async with after_a_crash(dying, tmp_path / "after") as engine:
        assert (await engine.lookback.summary(run.id)).state is RunState.INTERRUPTED
        again = await engine.runtime.continue_interrupted(run.id)
        result = await again.wait()

    assert [step.id.key for step in again.records] == ["b", "c"]
    assert result.context["path"] == ["a", "b", "c"]
    run.stop()


async def test_edits_and_jumps_before_the_crash_count(dying, tmp_path):
    run = dying.runtime.start(flow("a", "b", "c"), paused_at_start=True)
    await reach(run)
    await go(run, "step")
    run.edit_context([{"op": "replace", "path": "/n", "value": 50}])
    run.set_next("c")

    async with after_a_crash(dying, tmp_path / "after") as engine:
        again = await engine.runtime.continue_interrupted(run.id)
        result = await again.wait()

    assert (result.context["n"], result.context["path"]) == (51, ["a", "c"])
    run.stop()


async def test_a_step_under_way_is_done_again_only_when_that_is_allowed(dying, tmp_path):
    run = dying.runtime.start(flow("a").step("g", "Gate").step("b"))
    await parts.Gate.began.wait()

    async with after_a_crash(dying, tmp_path / "after") as engine:
        with pytest.raises(RunStateError, match='"g" was under way'):
            await engine.runtime.continue_interrupted(run.id)
        again = await engine.runtime.continue_interrupted(run.id, repeat=True)
        parts.Gate.go.set()
        result = await again.wait()

    assert [step.id.key for step in again.records] == ["g", "b"]
    assert result.context["path"] == ["a", "b"]
    await run.wait()


async def test_a_repeatable_step_is_done_again_without_asking(dying, tmp_path, monkeypatch):
    monkeypatch.setattr(parts.Gate, "repeatable", True)
    run = dying.runtime.start(flow("a").step("g", "Gate"))
    await parts.Gate.began.wait()

    async with after_a_crash(dying, tmp_path / "after") as engine:
        again = await engine.runtime.continue_interrupted(run.id)
        parts.Gate.go.set()
        await again.wait()

    assert [step.id.key for step in again.records] == ["g"]
    await run.wait()


async def test_a_run_that_did_no_step_begins_anew(dying, tmp_path):
    run = dying.runtime.start(flow("a").having(n=3), paused_at_start=True)
    await reach(run)

    async with after_a_crash(dying, tmp_path / "after") as engine:
        again = await engine.runtime.continue_interrupted(run.id)
        result = await again.wait()

    assert result.context["n"] == 4
    run.stop()


async def test_only_interrupted_runs_are_continued(engine):
    run_id = await finished(engine, flow("a"))

    with pytest.raises(RunStateError, match="was not interrupted"):
        await engine.runtime.continue_interrupted(run_id)


async def test_a_run_that_was_at_its_end_is_not_continued(dying, tmp_path):
    dying.runtime.breakpoints.put([])
    run = dying.runtime.start(flow("a", "b").step("x", "Boom"), paused_at_start=True)
    await reach(run)
    for _ in range(3):
        await go(run, "step")
    assert run.gate.held.place == "error"

    async with after_a_crash(dying, tmp_path / "after") as engine:
        with pytest.raises(RunStateError, match="nothing to continue"):
            await engine.runtime.continue_interrupted(run.id)
    run.stop()
