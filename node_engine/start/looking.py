"""Commands about what other programs of this user run: events, runs."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict

from node_engine.client import NodeEngineClient
from node_engine.engine.events import EventLog
from node_engine.engine.journal import Journal
from node_engine.errors import StorageError, UnknownRunError
from node_engine.models.event import EventName
from node_engine.models.json import JsonObject
from node_engine.models.run import RunSummary
from node_engine.start.live import print_step
from node_engine.start.output import one_line, print_json, print_table, say
from node_engine.start.places import state_folder

_LONGEST_DATA = 400
_SEARCHED_RUNS = 2_000
_TOLD_BY_STEPS = frozenset((EventName.STEP_STARTED, EventName.STEP_FINISHED, EventName.STEP_FAILED))


async def print_events(session: str, names: str | None, *, as_json: bool) -> None:
    """Print events as they come, without end."""
    async with NodeEngineClient() as client:
        async for event in client.events(session, names=names):
            if as_json:
                print_json({"id": event.id, "event": event.name, "data": event.data})
            else:
                say(f"{event.name}  {one_line(event.data, _LONGEST_DATA)}")


async def print_runs(limit: int, *, as_json: bool) -> None:
    """Print the newest runs of this machine."""
    async with _opened_journal() as journal:
        runs = await journal.runs(limit=limit)
    if as_json:
        print_json([_summary_json(run) for run in runs])
        return
    columns = ("run", "id", "flow", "origin", "state", "steps", "time", "started")
    print_table(columns, (_row(run) for run in runs))


async def print_run(run_id: str, *, as_json: bool) -> None:
    """Print one run and its steps.

    Raises:
        UnknownRunError: there is no such run.
    """
    async with _opened_journal() as journal:
        run = await _find_run(journal, run_id)
        steps = await journal.steps(run.id)
    if as_json:
        print_json({**_summary_json(run), "steps": [asdict(step) for step in steps]})
        return
    say(f"Run {run.number} of {run.flow_key}: {run.state}")
    for step in steps:
        print_step(step)
    if run.error:
        say(run.error, "red")


async def export_run(run_id: str) -> None:
    """Print a whole run as one JSON object: row, flow as it was given, steps with their changes, all other events.

    Raises:
        UnknownRunError: there is no such run.
    """
    async with _opened_journal() as journal:
        run = await _find_run(journal, run_id)
        flow = await journal.flow(run.id)
        steps = await journal.steps(run.id)
        events = await journal.events(run.id)
    beside = [event for event in events if event.name not in _TOLD_BY_STEPS]
    print_json(
        {
            **_summary_json(run),
            "flow": flow.model_dump(mode="json"),
            "steps": [{**asdict(step), "id": str(step.id), **asdict(step.id)} for step in steps],
            "events": [{"time_s": event.time_s, "name": event.name, "data": event.data} for event in beside],
        }
    )


@asynccontextmanager
async def _opened_journal() -> AsyncIterator[Journal]:
    """The journal that every program of this user writes to; only read here."""
    journal = await asyncio.to_thread(_open_journal)
    try:
        yield journal
    finally:
        await journal.close()


def _open_journal() -> Journal:
    folder = state_folder()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(f'The folder "{folder}" cannot be used: {error.strerror}.') from error
    return Journal(folder, EventLog())


async def _find_run(journal: Journal, run_id: str) -> RunSummary:
    """A run by its id, or by the number that people use."""
    found = await journal.run(run_id)
    if found is None and run_id.isdigit():
        numbered = (run for run in await journal.runs(limit=_SEARCHED_RUNS) if run.number == int(run_id))
        found = next(numbered, None)
    if found is None:
        raise UnknownRunError(run_id)
    return found


def _summary_json(run: RunSummary) -> JsonObject:
    return asdict(run)


def _row(run: RunSummary) -> tuple[str, ...]:
    clock = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(run.started_s))
    named = (f"#{run.number}", run.id, run.flow_key, run.origin.value, run.state.value)
    return (*named, str(run.steps), f"{run.elapsed_ms:.1f} ms", clock)
