"""What the journal keeps: numbers, large edits, ages, files of earlier versions, and no secrets."""

from __future__ import annotations

import contextlib
import sqlite3
from dataclasses import replace
from pathlib import Path

from node_engine.engine.journal import FILE_NAME
from node_engine.engine.journal_writer import SCHEMA
from node_engine.engine.masking import MASK
from node_engine.models.limits import DEFAULT_LIMITS
from tests.engine.driving import reach
from tests.engine.test_journal import LOOP, flow, station


async def test_two_processes_that_share_a_folder_number_their_runs_together(tmp_path: Path) -> None:
    async with station(tmp_path) as first, station(tmp_path) as second:
        runs = [here.runtime.start(LOOP) for here in (first, second, first, second)]
        for run in runs:
            await run.wait()

    assert [run.number for run in runs] == [1, 2, 3, 4]
    (tmp_path / "numbers.sqlite").unlink()
    async with station(tmp_path) as again:
        assert again.runtime.start(LOOP).number == 5


async def test_a_damaged_file_of_numbers_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "numbers.sqlite").write_bytes(b"not a database at all" * 1_000)

    async with station(tmp_path) as here:
        assert [here.runtime.start(LOOP).number for _ in range(2)] == [1, 2]


async def test_large_edits_by_hand_are_read_back(tmp_path: Path) -> None:
    text = "x" * 300_000
    async with station(tmp_path) as here:
        run = here.runtime.start(flow(("a", "Add", {}), ("b", "Add", {})), paused_at_start=True)
        await reach(run)
        run.edit_context([{"op": "add", "path": "/text", "value": text}])
        run.resume()
        await run.wait()
        shown = [event.data for event in here.events.cursor(0).read().events if event.name == "context.edited"]

    assert shown[0]["changes"]["omitted"] is True
    async with station(tmp_path) as again:
        assert (await again.journal.state_before(run.id, 1))["text"] == text
        assert not await again.journal.has_gap(run.id)


async def test_runs_leave_the_journal_by_their_age(tmp_path: Path) -> None:
    async with station(tmp_path) as here:
        runs = [await here.runtime.finish(here.runtime.start(LOOP)) for _ in range(3)]
    assert len(runs) == 3
    with contextlib.closing(sqlite3.connect(tmp_path / FILE_NAME)) as database, database:
        database.execute("UPDATE runs SET started_s = started_s - 1000 WHERE number < 3")

    async with station(tmp_path, replace(DEFAULT_LIMITS, journal_age_s=None)) as here:
        assert len(await here.journal.runs()) == 3
    async with station(tmp_path, replace(DEFAULT_LIMITS, journal_age_s=900.0)) as here:
        assert [row.number for row in await here.journal.runs()] == [3]


async def test_a_journal_of_the_first_version_is_read_and_written(tmp_path: Path) -> None:
    with contextlib.closing(sqlite3.connect(tmp_path / FILE_NAME)) as database:
        database.executescript(f"{SCHEMA[0]}; PRAGMA user_version=1;")
        database.execute(
            "INSERT INTO runs (id, number, flow_key, session_id, origin, state, started_s, flow, owner) "
            "VALUES ('old', 7, 'f', 's', 'api', 'finished', 5e9, '', 'x')"
        )
        database.commit()

    async with station(tmp_path) as here:
        run = here.runtime.start(LOOP)
        await run.wait()
        await here.journal.flush()

        assert [(row.number, row.parent_run) for row in await here.journal.runs()] == [(8, None), (7, None)]


async def test_secrets_in_logs_reach_neither_events_nor_the_journal(tmp_path: Path) -> None:
    async with station(tmp_path) as here:
        run = here.runtime.start(flow(("say", "Say", {"text": "sent with Bearer abcdefghijklmnop"})))
        result = await run.wait()
        texts = [str(event.data) for event in here.events.cursor(0).read().events if event.name == "log"]

    assert "abcdefghijklmnop" not in "".join(texts)
    assert any(MASK in text for text in texts)
    assert "abcdefghijklmnop" not in "".join(item.message for item in result.status.log)


async def test_secrets_in_errors_are_hidden_everywhere(tmp_path: Path) -> None:
    async with station(tmp_path) as here:
        run = here.runtime.start(flow(("x", "Boom", {"message": "refused: Bearer abcdefghijklmnop"})))
        result = await run.wait()
        events = str([event.data for event in here.events.cursor(0).read().events if not event.private])

    assert "abcdefghijklmnop" not in f"{result.status.error} {result.context} {run.records[0].error} {events}"
    assert result.status.error is not None
    assert MASK in result.status.error
