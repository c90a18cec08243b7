"""The event stream over real sockets: format, resume, gap, addressing, filter, pings, limits, stall."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import parse_qs

import pytest

from node_engine.engine.events import EventLog
from node_engine.errors import LimitError
from node_engine.models.event import Event
from node_engine.models.ids import SessionId
from node_engine.models.limits import DEFAULT_LIMITS, Limits
from node_engine.service.stream import EventStream, Readers, encode, session_stream, wanted
from tests.service.served import RawClient, RawClients, served

S = SessionId("s")


class Streams:
    """A log, its readers, and raw clients for an application that streams it."""

    def __init__(self, log: EventLog, readers: Readers, clients: RawClients) -> None:
        self.log = log
        self.readers = readers
        self.clients = clients

    async def listen(self, query: str = "") -> RawClient:
        """Open a stream and read its head and first ping."""
        client = await self.clients.connect()
        await client.send(f"GET /sse?session_id=s&{query} HTTP/1.1\r\nHost: h\r\n\r\n".encode())
        await client.read_until(b": ping\n\n\r\n")
        return client


@asynccontextmanager
async def streaming(limits: Limits = DEFAULT_LIMITS) -> AsyncIterator[Streams]:
    log, readers = EventLog(limits), Readers(limits)

    async def application(scope: Any, receive: Any, send: Any) -> None:
        query = {name: values[0] for name, values in parse_qs(scope["query_string"].decode()).items()}
        stream = session_stream(
            readers,
            log,
            SessionId(query["session_id"]),
            connection_id=query.get("connection_id"),
            last_event_id=query.get("last_event_id"),
            names=query.get("events"),
        )
        await stream(scope, receive, send)

    async with served(application, limits) as clients:
        yield Streams(log, readers, clients)


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not condition():  # noqa: ASYNC110  # what is waited for has no event
            await asyncio.sleep(0.01)


async def test_the_stream_starts_with_its_headers_and_a_ping() -> None:
    async with streaming() as streams:
        client = await streams.clients.connect()
        await client.send(b"GET /sse?session_id=s HTTP/1.1\r\nHost: h\r\n\r\n")

        head = await client.read_until(b": ping\n\n\r\n")

    assert b"200 OK" in head
    assert b"content-type: text/event-stream; charset=utf-8\r\n" in head
    assert b"cache-control: no-cache\r\n" in head
    assert b"x-accel-buffering: no\r\n" in head
    assert b"content-length" not in head


async def test_an_event_arrives_with_its_id_name_and_lines() -> None:
    async with streaming() as streams:
        client = await streams.listen()

        streams.log.append(S, "greet\r\ning", "one\r\ntwo\rthree\n")
        text = await client.read_until(b"\n\n")

    assert text.endswith(
        f"id: {streams.log.id}-1\nevent: greeting\ndata: one\ndata: two\ndata: three\ndata: \n\n".encode()
    )


async def test_life_cycle_and_log_events_are_json_and_a_log_event_has_exactly_its_four_fields() -> None:
    log = EventLog()
    started = log.append(S, "run.started", {"run_id": "r", "big": 2**70, "name": "Zoë"})
    line = log.append(
        S, "log", {"run_id": "r", "namespace": "n", "level": "info", "message": "m", "flow_definition": None}
    )

    assert (
        encode(started, "L")
        == 'id: L-1\nevent: run.started\ndata: {"run_id":"r","big":%d,"name":"Zoë"}\n\n'.replace(
            "%d", str(2**70)
        ).encode()
    )
    assert b'data: {"namespace":"n","level":"info","message":"m","flow_definition":null}\n\n' in encode(line, "L")


async def test_all_that_is_pending_arrives_in_order_and_is_encoded_once() -> None:
    async with streaming() as streams:
        first, second = await streams.listen(), await streams.listen()

        sent = [streams.log.append(S, "n", str(number)) for number in range(1_000)]
        texts = [await client.read_until(b"data: 999\n\n") for client in (first, second)]

    for text in texts:
        places = [text.index(b"data: %d\n\n" % number) for number in range(1_000)]
        assert places == sorted(places)
    assert all(event.encoded is not None for event in sent)


async def test_a_reader_resumes_after_the_last_id_it_saw() -> None:
    async with streaming() as streams:
        for number in range(5):
            streams.log.append(S, "n", str(number))

        client = await streams.listen(f"last_event_id={streams.log.id}-3")
        text = await client.read_until(b"data: 4\n\n")

    assert b"data: 3\n\n" in text
    assert b"data: 2\n\n" not in text
    assert b"event: gap" not in text


async def test_a_reader_without_an_id_hears_what_comes_from_now_on() -> None:
    async with streaming() as streams:
        streams.log.append(S, "n", "old")
        client = await streams.listen()

        streams.log.append(S, "n", "new")
        text = await client.read_until(b"data: new\n\n")

    assert b"old" not in text


@pytest.mark.parametrize("given", ["other-2", "nonsense", "-", "x-y-z"])
async def test_an_id_of_another_log_gets_a_gap_and_then_everything(given: str) -> None:
    async with streaming() as streams:
        streams.log.append(S, "n", "kept")

        client = await streams.clients.connect()
        await client.send(f"GET /sse?session_id=s&last_event_id={given} HTTP/1.1\r\nHost: h\r\n\r\n".encode())
        text = await client.read_until(b"data: kept\n\n")

    assert b'event: gap\ndata: {"after":"%s","missed":null}\n\n' % given.encode() in text


async def test_a_reader_behind_the_tail_gets_a_gap_and_goes_on() -> None:
    limits = Limits(session_events=8)
    async with streaming(limits) as streams:
        for number in range(100):
            streams.log.append(S, "n", str(number))

        client = await streams.listen(f"last_event_id={streams.log.id}-3")
        text = await client.read_until(b"data: 99\n\n")

    assert text.count(b"event: gap") == 1
    assert f'"after":"{streams.log.id}-3"'.encode() in text
    assert b"data: 98\n\n" in text


async def test_an_event_for_a_connection_reaches_that_id_in_that_session_only() -> None:
    async with streaming() as streams:
        one, same, other, unnamed = [
            await streams.listen(query) for query in ("connection_id=c", "connection_id=c", "connection_id=d", "")
        ]

        streams.log.append(S, "n", "secret", connection_id="c")
        streams.log.append(SessionId("t"), "n", "elsewhere", connection_id="c")
        streams.log.append(S, "n", "end")
        texts = [await client.read_until(b"data: end\n\n") for client in (one, same, other, unnamed)]

    assert [b"secret" in text for text in texts] == [True, True, False, False]
    assert not any(b"elsewhere" in text for text in texts)


async def test_private_events_are_not_sent() -> None:
    async with streaming() as streams:
        client = await streams.listen()

        streams.log.append(S, "log", {"message": "mine"}, private=True)
        streams.log.append(S, "n", "end")
        text = await client.read_until(b"data: end\n\n")

    assert b"mine" not in text


@pytest.mark.parametrize(
    ("names", "heard"),
    [
        (None, ["run.started", "step.finished", "greeting"]),
        ("greeting", ["greeting"]),
        ("run.*, greeting", ["run.started", "greeting"]),
        ("*", ["run.started", "step.finished", "greeting"]),
        (" ,", ["run.started", "step.finished", "greeting"]),
        ("run", []),
    ],
)
def test_events_are_filtered_by_name_and_prefix(names: str | None, heard: list[str]) -> None:
    wants = wanted(names, None)
    events = [Event(1, S, name, "", 0.0) for name in ("run.started", "step.finished", "greeting")]

    assert [event.name for event in events if wants(event)] == heard


async def test_pings_keep_a_silent_stream_alive() -> None:
    async with streaming(Limits(stream_ping_s=0.1)) as streams:
        client = await streams.listen()

        await client.read_until(b": ping\n\n\r\n")
        await client.read_until(b": ping\n\n\r\n")


async def test_a_reader_that_leaves_is_forgotten() -> None:
    async with streaming() as streams:
        client = await streams.listen()
        assert len(streams.readers) == 1

        await client.close()

        await until(lambda: len(streams.readers) == 0)


async def test_a_reader_that_takes_nothing_is_cut_after_the_stall_limit() -> None:
    async with streaming(Limits(stream_stall_s=0.3)) as streams:
        client = await streams.listen()
        client.reader._transport.pause_reading()  # type: ignore[attr-defined]  # a reader that stopped reading

        for _ in range(200):
            streams.log.append(S, "n", "x" * 200_000)
            await asyncio.sleep(0)

        await until(lambda: len(streams.readers) == 0)


async def test_streams_end_properly_when_the_service_stops() -> None:
    async with streaming() as streams:
        client = await streams.listen()

        streams.readers.close_all()

        assert await client.read_until(b"0\r\n\r\n")


def test_readers_are_limited_per_session_and_in_all() -> None:
    limits = Limits(event_readers=3, event_readers_per_session=2)
    log, readers = EventLog(limits), Readers(limits)

    streams = [session_stream(readers, log, SessionId(name)) for name in ("a", "a", "b")]

    with pytest.raises(LimitError):
        readers.admit(SessionId("c"))
    readers.discard(streams[2])
    with pytest.raises(LimitError):
        readers.admit(SessionId("a"))
    readers.admit(SessionId("b"))
    assert all(isinstance(stream, EventStream) for stream in streams)


async def test_two_hundred_readers_get_every_event() -> None:
    limits = Limits(event_readers_per_session=200)
    async with streaming(limits) as streams:
        clients = [await streams.listen() for _ in range(200)]

        for number in range(50):
            streams.log.append(S, "n", f"{number}-" + "x" * 1_000)
            await asyncio.sleep(0)
        texts = await asyncio.gather(
            *(client.read_until(b"id: %s-50\n" % streams.log.id.encode()) for client in clients)
        )

    assert all(text.count(b"event: n\n") == 49 for text in texts)
    assert not any(b"event: gap" in text for text in texts)
