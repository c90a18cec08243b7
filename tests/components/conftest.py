"""A real runtime with the real built-ins, and shorthand to run one component."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from node_engine.components import BUILTINS
from node_engine.engine.events import EventLog
from node_engine.engine.registry import Registry
from node_engine.engine.run import Run
from node_engine.engine.runtime import Runtime
from node_engine.engine.storage import Storage
from node_engine.engine.worker import Workers
from node_engine.models.flow import FlowDefinition
from node_engine.models.json import JsonObject

RunFlow = Callable[..., Awaitable[Run]]
RunOne = Callable[..., Awaitable[Run]]


@pytest.fixture
async def runtime() -> AsyncIterator[Runtime]:
    """A runtime in memory, closed with everything it started."""
    workers, storage, events = Workers(), Storage(), EventLog()
    runtime = Runtime(Registry(BUILTINS), events, storage=storage, workers=workers)
    yield runtime
    await runtime.stop_all()
    events.close()
    await workers.close()
    await storage.close()


@pytest.fixture
def run_flow(runtime: Runtime, tmp_path: Path) -> RunFlow:
    """Runs components given as JSON to their end; the flow's folder is `tmp_path`."""

    async def run(*components: JsonObject, context: JsonObject | None = None, **fields: Any) -> Run:
        written = {"key": "test", "flow": list(components), "context": context or {}, **fields}
        run = runtime.start(FlowDefinition.model_validate(written), flow_folder=tmp_path)
        await run.wait()
        return run

    return run


@pytest.fixture
def run_one(run_flow: RunFlow) -> RunOne:
    """Runs one component called "one", followed by nothing."""

    async def run(name: str, config: JsonObject | None = None, context: JsonObject | None = None, **entry: Any) -> Run:
        return await run_flow({"key": "one", "name": name, "config": config or {}, **entry}, context=context)

    return run


def events_of(runtime: Runtime) -> list[tuple[str, str]]:
    """Events that components emitted, in order."""
    events = runtime.events.cursor(after=0).read(10_000).events
    return [(event.name, str(event.data)) for event in events if "." not in event.name and event.name != "log"]


async def context_after(run: Run) -> dict[str, Any]:
    """The context of a run that ended without an error."""
    answer = await run.wait()
    assert answer.status.error is None
    return dict(answer.context)


async def error_of(run: Run) -> str:
    """The error that a run ended with."""
    error = (await run.wait()).status.error
    assert error is not None
    return error


async def stopped_at(runtime: Runtime, flow: Any, event: str, count: int = 1) -> Run:
    """A run that was stopped as soon as this many events of a name were there."""
    cursor = runtime.events.cursor()
    run = runtime.start(FlowDefinition.model_validate(flow))
    seen = 0
    async with asyncio.timeout(30):
        while seen < count:
            await cursor.wait()
            seen += sum(item.name == event for item in cursor.read().events)
        run.stop()
        await run.wait()
    return run
