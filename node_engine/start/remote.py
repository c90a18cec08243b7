"""Commands that ask the running service: events, runs."""

from __future__ import annotations

import time

from node_engine.client import NodeEngineClient, ServiceError
from node_engine.errors import NodeEngineError
from node_engine.models.json import JsonObject, JsonValue
from node_engine.start.live import step_line
from node_engine.start.output import one_line, print_json, print_row, print_table, say

_LONGEST_DATA = 400


async def print_events(session: str, names: str | None, *, as_json: bool) -> None:
    """Print events as they come, without end."""
    async with NodeEngineClient() as client:
        async for event in client.events(session, names=names):
            if as_json:
                print_json({"id": event.id, "event": event.name, "data": event.data})
            else:
                say(f"{event.name}  {one_line(event.data, _LONGEST_DATA)}")


async def print_runs(limit: int, *, as_json: bool) -> None:
    """Print the newest runs."""
    async with NodeEngineClient() as client:
        runs = await client.runs(limit=limit)
    if as_json:
        listed: list[JsonValue] = [*runs]
        print_json(listed)
        return
    columns = ("run", "id", "flow", "origin", "state", "steps", "time", "started")
    print_table(columns, (_row(run) for run in runs))


async def print_run(run_id: str, *, as_json: bool) -> None:
    """Print one run and its steps.

    Raises:
        NodeEngineError: there is no such run.
    """
    async with NodeEngineClient() as client:
        try:
            run = await client.run(await _id_of(client, run_id))
        except ServiceError as error:
            raise NodeEngineError(str(error.detail)) from error
    if as_json:
        print_json(run)
        return
    say(f"Run {run['number']} of {run['flow_key']}: {run['state']}")
    steps = run.get("steps")
    for step in steps if isinstance(steps, list) else []:
        if isinstance(step, dict):
            line = step_line(f"step.{'failed' if step['state'] == 'failed' else 'finished'}", _as_event(step))
            if line is not None:
                print_row(line)
    if run.get("error"):
        say(str(run["error"]), "red")


async def _id_of(client: NodeEngineClient, run_id: str) -> str:
    """The id of a run that people name by its number."""
    if not run_id.isdigit() or len(run_id) >= 12:
        return run_id
    numbered = (run for run in await client.runs(limit=1_000) if run["number"] == int(run_id))
    found = next(numbered, None)
    return run_id if found is None else str(found["id"])


def _row(run: JsonObject) -> tuple[str, ...]:
    started, elapsed = run["started_s"], run["elapsed_ms"]
    assert isinstance(started, int | float)  # as the service answers
    assert isinstance(elapsed, int | float)
    clock = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(started))
    named = (f"#{run['number']}", *(str(run[field]) for field in ("id", "flow_key", "origin", "state", "steps")))
    return (*named, f"{elapsed:.1f} ms", clock)


def _as_event(step: JsonObject) -> JsonObject:
    return {**step, "step": step.get("number")}
