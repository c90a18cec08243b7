"""`GET /sse` over a real socket, fed by runs: order, log events, addressing, limits."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx_sse
import orjson
import pytest

from node_engine.models.limits import Limits
from tests.service.running import RunningService, flow, running_service, step


class Listener:
    """Reads one stream."""

    def __init__(self, source: httpx_sse.EventSource) -> None:
        self._events = source.aiter_sse()

    async def until(self, name: str) -> list[httpx_sse.ServerSentEvent]:
        """All events up to the first of that name."""
        heard = []
        async with asyncio.timeout(20):
            async for event in self._events:
                heard.append(event)
                if event.event == name:
                    return heard
        raise AssertionError(f"the stream ended before {name}")


@asynccontextmanager
async def listening(service: RunningService, query: str = "session_id=s") -> AsyncIterator[Listener]:
    async with httpx_sse.aconnect_sse(service.http, "GET", f"/sse?{query}") as source:
        yield Listener(source)


async def test_the_steps_of_a_run_are_heard_in_order_with_the_components_own_events(service: RunningService) -> None:
    emit = step("e", "EmitEvents", events=[{"event": "hello", "data": "you"}])
    async with listening(service) as listener:
        await service.http.post("/invoke", json=flow(step("a", assignments={"x": 1}), emit))
        heard = await listener.until("run.finished")

    assert [event.event for event in heard] == [
        "run.started",
        "step.started",
        "step.finished",
        "step.started",
        "hello",
        "step.finished",
        "run.finished",
    ]
    finished = orjson.loads(heard[2].data)
    assert finished["key"] == "a"
    assert finished["changes"] == [{"op": "add", "path": "/x", "value": 1}]
    assert {"run_id", "flow_key", "origin", "frame", "step", "next", "elapsed_ms"} <= set(finished)
    assert finished["origin"] == "http"


async def test_log_items_are_streamed_only_when_the_context_asks_for_it(service: RunningService) -> None:
    async with listening(service) as listener:
        await service.http.post("/invoke", json=flow(step("a")))
        silent = await listener.until("run.finished")
        await service.http.post("/invoke", json=flow(step("a"), context={"stream_log": True}))
        loud = await listener.until("run.finished")

    lines = [orjson.loads(event.data) for event in loud if event.event == "log"]
    assert not any(event.event == "log" for event in silent)
    assert lines
    assert all(list(line) == ["namespace", "level", "message", "flow_definition"] for line in lines)
    assert lines[0]["message"].endswith("Invoking flow")


async def test_events_go_to_their_session_and_connection_only(service: RunningService) -> None:
    async with (
        listening(service, "session_id=s&connection_id=c") as addressed,
        listening(service, "session_id=s") as plain,
        listening(service, "session_id=t&connection_id=c") as elsewhere,
    ):
        for name, query in (("secret", "?connection_id=c"), ("end", "")):
            body = {"session_id": "s", "event": name, "data": "d"}
            await service.http.post(f"/emit_sse_message{query}", json=body)
        await service.http.post("/emit_sse_message", json={"session_id": "t", "event": "end", "data": ""})

        heard = [[event.event for event in await one.until("end")] for one in (addressed, plain, elsewhere)]

    assert heard == [["secret", "end"], ["end"], ["end"]]


async def test_a_listener_that_comes_back_misses_nothing_and_hears_nothing_twice(service: RunningService) -> None:
    async with listening(service) as listener:
        await service.http.post("/invoke", json=flow(step("a"), step("b")))
        first = await listener.until("step.finished")
    await service.http.post("/invoke", json=flow(step("c")))

    async with listening(service, f"session_id=s&last_event_id={first[-1].id}") as listener:
        rest = await listener.until("run.finished")
        rest += await listener.until("run.finished")

    numbers = [int(event.id.rpartition("-")[2]) for event in [*first, *rest]]
    assert numbers == sorted(set(numbers))
    assert "gap" not in [event.event for event in rest]
    assert [event.event for event in rest].count("step.finished") == 2


async def test_the_filter_passes_names_and_prefixes(service: RunningService) -> None:
    async with listening(service, "session_id=s&events=run.*") as listener:
        await service.http.post("/invoke", json=flow(step("a")))
        heard = await listener.until("run.finished")

    assert [event.event for event in heard] == ["run.started", "run.finished"]


async def test_a_session_is_required(service: RunningService) -> None:
    answer = await service.http.get("/sse")

    assert answer.status_code == 422
    assert answer.json()["detail"][0]["loc"] == ["query", "session_id"]


async def test_one_listener_more_than_allowed_is_told_to_come_back(tmp_path: Path) -> None:
    async with running_service(tmp_path, limits=Limits(event_readers_per_session=1)) as service, listening(service):
        late = await service.http.get("/sse?session_id=s")

    assert late.status_code == 429
    assert late.headers["retry-after"] == "1"


@pytest.mark.parametrize("size", [0, 1])
async def test_an_event_at_the_limit_is_sent_and_a_larger_one_refused(tmp_path: Path, size: int) -> None:
    async with running_service(tmp_path, limits=Limits(event_bytes=100)) as service:
        body = {"session_id": "s", "event": "e", "data": "x" * (100 + size)}
        answer = await service.http.post("/emit_sse_message", json=body)

    assert answer.status_code == (413 if size else 200)
