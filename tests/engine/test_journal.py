"""The journal: runs are read back as they were, also after a kill, a damaged file, or a second process."""

from __future__ import annotations

import asyncio
import contextlib
import random
import sqlite3
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from node_engine.engine.events import EventLog
from node_engine.engine.journal import FILE_NAME, Journal
from node_engine.engine.masking import MASK
from node_engine.engine.registry import Registry
from node_engine.engine.runtime import Runtime
from node_engine.engine.storage import Storage
from node_engine.engine.worker import Workers
from node_engine.errors import StorageError, UnknownKeyError, UnknownRunError
from node_engine.models.flow import FlowDefinition
from node_engine.models.ids import FrameId, RunId, SessionId
from node_engine.models.limits import DEFAULT_LIMITS, Limits
from node_engine.models.run import Origin, RunState, StepRecord, StepState
from tests.engine.parts import PARTS, Gate


class Station:
    """A runtime with a journal in a folder."""

    def __init__(self, folder: Path, limits: Limits = DEFAULT_LIMITS) -> None:
        self.events = EventLog(limits)
        self.journal = Journal(folder, self.events, limits)
        self.storage, self.workers = Storage(), Workers(limits)
        self.runtime = Runtime(
            Registry(PARTS),
            self.events,
            storage=self.storage,
            workers=self.workers,
            limits=limits,
            numbers=self.journal.take_number,
        )
        self.journal.start(self.runtime.run)

    async def close(self) -> None:
        await self.runtime.stop_all()
        await self.journal.close()
        await self.workers.close()
        await self.storage.close()
        self.events.close()


@contextlib.asynccontextmanager
async def station(folder: Path, limits: Limits = DEFAULT_LIMITS) -> AsyncIterator[Station]:
    opened = Station(folder, limits)
    try:
        yield opened
    finally:
        await opened.close()


def flow(*steps: tuple[str, str, dict[str, Any]], context: dict[str, Any] | None = None) -> FlowDefinition:
    entries = [{"key": key, "name": name, "config": config} for key, name, config in steps]
    return FlowDefinition.model_validate({"key": "f", "session_id": "s", "flow": entries, "context": context or {}})


def timeless(steps: list[StepRecord]) -> list[StepRecord]:
    """Steps without the moment of their start, which event and record note microseconds apart."""
    return [replace(step, started_s=0.0) for step in steps]


LOOP = flow(("a", "Add", {"by": 1}), ("b", "Add", {"by": 2}), ("c", "Add", {}), context={"n": 1})


async def test_a_run_is_read_back_with_its_steps_contexts_and_definition(tmp_path: Path) -> None:
    async with station(tmp_path) as first:
        run = first.runtime.start(LOOP, origin=Origin.HTTP)
        await run.wait()
        live_steps = run.steps()
        summary = run.summary()

    async with station(tmp_path) as second:
        journal = second.journal
        assert await journal.runs() == [summary]
        assert await journal.run(run.id) == summary
        assert timeless(await journal.steps(run.id)) == timeless(live_steps)
        assert [(await journal.state_at(run.id, n))["n"] for n in (1, 2, 3)] == [2, 4, 5]
        assert await journal.state_before(run.id, 1) == {"n": 1}
        assert await journal.flow(run.id) == LOOP
        assert not await journal.has_gap(run.id)
        assert second.journal.interrupted == 0


async def test_events_are_read_back_in_order_and_only_those_of_the_run(tmp_path: Path) -> None:
    async with station(tmp_path) as here:
        run = here.runtime.start(flow(("say", "Say", {"event": "hello", "data": "there"})))
        here.events.append(SessionId("s"), "of nobody", "x")
        await run.wait()
        await here.journal.flush()

        events = await here.journal.events(run.id)

    names = [event.name for event in events]
    assert names[0] == "run.started"
    assert names[-1] == "run.finished"
    assert "of nobody" not in names
    assert [event.data for event in events if event.name == "hello"] == ["there"]
    assert [event.private for event in events if event.name == "log"] == [True] * names.count("log")
    assert [event.number for event in events] == sorted({event.number for event in events})


async def test_numbers_go_on_after_a_restart_and_lists_are_filtered(tmp_path: Path) -> None:
    async with station(tmp_path) as first:
        await first.runtime.invoke(LOOP)
        await first.runtime.invoke(flow(("x", "Boom", {})))
    async with station(tmp_path) as second:
        run = second.runtime.start(LOOP.model_copy(update={"session_id": "other"}))
        await run.wait()
        await second.journal.flush()
        journal = second.journal

        assert [row.number for row in await journal.runs()] == [3, 2, 1]
        assert [row.number for row in await journal.runs(limit=1)] == [3]
        assert [row.number for row in await journal.runs(session_id="s")] == [2, 1]
        failed = await journal.runs(state=RunState.FAILED, flow_key="f")
        assert [(row.number, row.error) for row in failed] == [(2, "Error executing component: [Boom] boom")]


async def test_nested_flows_failures_and_ports_are_read_back(tmp_path: Path) -> None:
    child = {"key": "child", "flow": [{"key": "in", "name": "Add"}, {"key": "bad", "name": "Boom"}]}
    nested = flow(("pre", "Add", {}), ("nest", "Nest", {"flow": child}), context={"n": 10})
    async with station(tmp_path) as here:
        run = here.runtime.start(nested)
        await run.wait()
        await here.journal.flush()

        steps = await here.journal.steps(run.id)
        inner = next(step for step in steps if step.id.key == "in")
        states = {
            step.number: (await here.journal.state_at(run.id, step.number), run.state_at(step.number)) for step in steps
        }

    assert timeless(steps) == timeless(run.steps())
    assert [step.state for step in steps] == [StepState.DONE, StepState.FAILED, StepState.DONE, StepState.FAILED]
    assert all(stored == live for stored, live in states.values())
    assert states[inner.number][0]["n"] == 12


async def test_contexts_can_be_asked_in_another_frame_and_wrong_questions_are_refused(tmp_path: Path) -> None:
    async with station(tmp_path) as here:
        run = here.runtime.start(LOOP)
        await run.wait()
        await here.journal.flush()

        assert (await here.journal.state_at(run.id, 3, FrameId("main")))["n"] == 5
        with pytest.raises(UnknownKeyError):
            await here.journal.state_at(run.id, 4)
        with pytest.raises(UnknownKeyError):
            await here.journal.state_at(run.id, 1, FrameId("nowhere"))
        with pytest.raises(UnknownRunError):
            await here.journal.steps("nothing")
        assert await here.journal.run("nothing") is None


async def test_an_edit_while_paused_and_a_stop_are_part_of_the_story(tmp_path: Path) -> None:
    async with station(tmp_path) as here:
        run = here.runtime.start(LOOP, paused_at_start=True)
        await _paused(here, run.id)
        await here.journal.flush()
        paused = await here.journal.run(run.id)
        run.edit_context([{"op": "replace", "path": "/n", "value": 100}])
        run.step()
        await _paused(here, run.id, after=1)
        run.stop()
        await run.wait()
        await here.journal.flush()

        assert paused is not None
        assert (paused.state, paused.paused_at) == (RunState.PAUSED, "main/a#1")
        assert (await here.journal.state_before(run.id, 1))["n"] == 100
        assert (await here.journal.state_at(run.id, 1))["n"] == 101
        assert (await here.journal.runs())[0].state is RunState.STOPPED


async def _paused(here: Station, run_id: RunId, after: int = 0) -> None:
    run = here.runtime.run(run_id)
    async with asyncio.timeout(10):
        while run.state is not RunState.PAUSED or len(run.records) < after:  # noqa: ASYNC110  # states, not events
            await asyncio.sleep(0.001)


async def test_big_values_and_long_numbers_survive(tmp_path: Path) -> None:
    grown = {"text": "x" * 400_000, "number": 2**90, "word": "grüße"}
    PARTS["Write"].values = grown  # type: ignore[attr-defined]
    async with station(tmp_path) as here:
        run = here.runtime.start(flow(("w", "Write", {})))
        await run.wait()
        await here.journal.flush()

        assert await here.journal.state_at(run.id, 1) == run.state_at(1)
        assert (await here.journal.steps(run.id))[0].changes == run.steps()[0].changes


async def test_secrets_are_hidden_in_contexts_configs_and_events(tmp_path: Path) -> None:
    secret = "sk-0123456789abcdef"
    hidden = flow(
        ("s", "Say", {"text": f"Authorization: Bearer {secret}", "headers": {"X-Api-Key": secret}}),
        context={"api_key": secret, "user": {"password": secret}, "key": "shown"},
    )
    async with station(tmp_path) as here:
        run = here.runtime.start(hidden)
        await run.wait()
        await here.journal.flush()

        assert await here.journal.state_at(run.id, 1) == {"api_key": MASK, "user": {"password": MASK}, "key": "shown"}
        assert secret not in str(await here.journal.steps(run.id))
        assert secret not in str(await here.journal.flow(run.id))
        assert secret not in str(await here.journal.events(run.id))


async def test_the_oldest_runs_are_forgotten_by_count_and_by_size(tmp_path: Path) -> None:
    async with station(tmp_path) as here:
        for _ in range(12):
            await here.runtime.invoke(LOOP)
    limits = replace(DEFAULT_LIMITS, journal_runs=5)
    async with station(tmp_path, limits) as here:
        assert [row.number for row in await here.journal.runs()] == [12, 11, 10, 9, 8]
    async with station(tmp_path, replace(limits, journal_bytes=1)) as here:
        assert [row.number for row in await here.journal.runs()] == [12]
        assert here.journal.take_number() == 13
    with contextlib.closing(sqlite3.connect(tmp_path / FILE_NAME)) as database:
        assert database.execute("SELECT count(*), count(DISTINCT run) FROM chunks").fetchone()[1] == 1
        assert database.execute("SELECT count(*) FROM flows").fetchone() == (1,)


def _moved_aside(folder: Path) -> list[Path]:
    return list(folder.glob("journal.broken-*.sqlite"))


@pytest.mark.parametrize("content", [b"no database at all " * 500, b"SQLite format 3\x00" + b"\x07" * 9_000])
async def test_a_damaged_file_is_moved_aside_and_runs_are_written_to_a_new_one(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FILE_NAME).write_bytes(content)

    async with station(tmp_path) as here:
        await here.runtime.invoke(LOOP)
        await here.journal.flush()

        assert here.journal.notice is not None
        assert "journal.sqlite was damaged" in here.journal.notice
        assert len(await here.journal.runs()) == 1
    assert len(_moved_aside(tmp_path)) == 1


async def test_damage_while_it_runs_is_survived(tmp_path: Path) -> None:
    async with station(tmp_path) as here:
        await here.runtime.invoke(LOOP)
        await here.journal.flush()
        here.journal._database.executescript("PRAGMA writable_schema=1; DELETE FROM sqlite_master;")
        (tmp_path / "journal.sqlite-wal").write_bytes(b"")
        with (tmp_path / FILE_NAME).open("r+b") as file:
            file.write(b"\x07" * 8_192)

        during = await here.runtime.invoke(LOOP)
        await here.journal.flush()
        after = await here.runtime.invoke(LOOP)

    assert (during.status.error, after.status.error) == (None, None)


async def test_a_folder_that_cannot_be_used_is_told_in_words(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(StorageError, match="cannot be used"):
        Journal(tmp_path / "file", EventLog())


async def test_a_full_disk_is_a_problem_that_passes_and_stops_nothing(tmp_path: Path) -> None:
    async with station(tmp_path) as here:
        await here.runtime.invoke(LOOP)
        await here.journal.flush()
        database = here.journal._database
        pages = database.execute("PRAGMA page_count").fetchone()[0]
        database.execute(f"PRAGMA max_page_count={pages}")

        PARTS["Write"].values = {"x": random.Random(1).randbytes(100_000).hex()}  # type: ignore[attr-defined]
        result = await here.runtime.invoke(flow(("w", "Write", {})))
        await here.journal.flush()
        problem = here.journal.problem
        database.execute("PRAGMA max_page_count=1000000")
        await here.runtime.invoke(LOOP)
        await here.journal.flush()

        assert result.status.error is None
        assert problem is not None
        assert "Make room" in problem
        assert here.journal.problem is None
        assert (await here.journal.runs())[0].steps == 3


async def test_two_processes_share_a_file_and_only_runs_of_a_dead_one_are_interrupted(tmp_path: Path) -> None:
    async with station(tmp_path) as first:
        waiting = first.runtime.start(flow(("g", "Gate", {})))
        await Gate.began.wait()
        await first.journal.flush()
        async with station(tmp_path) as second:
            other = second.runtime.start(LOOP)
            await asyncio.gather(other.wait(), *(first.runtime.invoke(LOOP) for _ in range(20)))
            await asyncio.gather(first.journal.flush(), second.journal.flush())

            rows = {row.id: row.state for row in await second.journal.runs()}
        assert second.journal.interrupted == 0
        assert rows[waiting.id] is RunState.RUNNING
        assert rows[other.id] is RunState.FINISHED
        assert len(rows) == 22
        Gate.go.set()
        await waiting.wait()


PROGRAM = """
import asyncio, sys
from pathlib import Path
from tests.engine.test_journal import LOOP, Station, flow

async def main():
    here = Station(Path(sys.argv[1]))
    endless = here.runtime.start(flow(("a", "Add", {}), ("j", "Jump", {"to": "a"})))
    number = 0
    while True:
        await here.runtime.invoke(LOOP)
        await here.journal.flush()
        number += 1
        print(number, flush=True)

asyncio.run(main())
"""


@pytest.mark.parametrize("seed", range(6))
def test_a_kill_loses_nothing_that_was_written_and_the_run_is_interrupted(tmp_path: Path, seed: int) -> None:
    process = subprocess.Popen([sys.executable, "-c", PROGRAM, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    wanted = random.Random(seed).randint(1, 8)
    acknowledged = next(int(line) for line in process.stdout if int(line) >= wanted)
    time.sleep(random.Random(seed).random() * 0.02)
    process.kill()
    acknowledged = max([acknowledged, *(int(line) for line in process.stdout if line.strip())])
    process.wait(30)
    process.stdout.close()

    asyncio.run(_after_the_kill(tmp_path, acknowledged))


async def _after_the_kill(folder: Path, acknowledged: int) -> None:
    async with station(folder) as here:
        rows = await here.journal.runs(limit=1_000)
        states = [row.state for row in rows]
        assert here.journal.interrupted >= 1
        assert RunState.RUNNING not in states
        assert states.count(RunState.FINISHED) >= acknowledged
        endless = next(row for row in rows if row.number == 1)
        assert endless.state is RunState.INTERRUPTED
        steps = await here.journal.steps(endless.id)
        done = [step for step in steps if step.state is StepState.DONE]
        assert len(done) >= len(steps) - 1
        last = await here.journal.state_at(endless.id, done[-1].number)
        assert last["n"] == len([step for step in done if step.id.key == "a"])
        assert not list((folder / "owners").glob("*.lock"))[1:]


async def test_any_step_of_a_long_run_is_shown_quickly(tmp_path: Path) -> None:
    steps = flow(("a", "Add", {}), ("j", "Jump", {"to": "a"}), context={"path": []})
    limits = replace(DEFAULT_LIMITS, run_steps=4_000)
    async with station(tmp_path, limits) as here:
        run = here.runtime.start(steps)
        await run.wait()
        await here.journal.flush()
        await here.journal.steps(run.id)

        started_s = time.perf_counter()
        for number in (1, 2_000, 3_999, 1_234):
            assert await here.journal.state_at(run.id, number) == run.state_at(number)

        assert time.perf_counter() - started_s < 1
