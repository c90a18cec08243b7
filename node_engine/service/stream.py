"""Server-sent events: readers are cursors over the event log, and each event is turned into bytes once (WIRE.md §8).

This is a plain ASGI answer: its first ping goes out at once, a reader that stalls is cut, and when the service stops
every stream ends with its last chunk.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from typing import Protocol

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from node_engine.engine.events import Batch, EventLog
from node_engine.errors import LimitError
from node_engine.models.event import Event
from node_engine.models.ids import SessionId
from node_engine.models.json import JsonValue
from node_engine.models.limits import Limits
from node_engine.models.parse import dump_json
from node_engine.service.guard import TRANSPORT

_PING = b": ping\n\n"
_EVENTS_PER_READ = 256
_CHUNK_BYTES = 256 * 1024
_PACE_S = 100e-6
"""A reader is woken this often at most, times the number of readers: 0.1 s with a thousand of them."""
_SHORTEST_PAUSE_S = 0.002
_LINE_END = re.compile(r"\r\n|\r|\n")
_LOG_FIELDS = ("namespace", "level", "message", "flow_definition")
_HEADERS = {"content-type": "text/event-stream; charset=utf-8", "cache-control": "no-cache", "x-accel-buffering": "no"}


class EventSource(Protocol):
    """What a stream reads from: a cursor over one session, or over one run."""

    @property
    def position(self) -> int:
        """Number of the last event that was read."""

    def read(self, limit: int = ...) -> Batch:
        """Up to `limit` events after the position."""

    def on_ready(self, callback: Callable[[], None]) -> None:
        """Have `callback` called when there is something to read after a read that found nothing."""

    def close(self) -> None:
        """Forget the reader."""


class Readers:
    """All open streams of the service: how many there may be, and how they end together."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._open: dict[SessionId, set[EventStream]] = {}
        self._count = 0
        self._is_closing = False

    def __len__(self) -> int:
        return self._count

    def admit(self, session_id: SessionId) -> None:
        """See that there is room for one more reader of this session.

        Raises:
            LimitError: there is none.
        """
        if self._count >= self.limits.event_readers:
            raise LimitError(
                f"{self._count:,} event streams are open, which is the limit. Close some.",
                limit=self.limits.event_readers,
            )
        if len(self._open.get(session_id, ())) >= self.limits.event_readers_per_session:
            raise LimitError(
                f"{self.limits.event_readers_per_session} event streams of this session are open, which is the limit. "
                "Close some.",
                limit=self.limits.event_readers_per_session,
            )

    def add(self, stream: EventStream) -> None:
        """Count a stream that was admitted."""
        self._open.setdefault(stream.session_id, set()).add(stream)
        self._count += 1
        if self._is_closing:
            stream.stop()

    def discard(self, stream: EventStream) -> None:
        """Forget a stream that ended."""
        streams = self._open.get(stream.session_id)
        if streams is None or stream not in streams:
            return
        streams.remove(stream)
        self._count -= 1
        if not streams:
            del self._open[stream.session_id]

    def close_all(self) -> None:
        """End every stream properly, also those that open from now on: the last chunk is sent, then the answer ends."""
        self._is_closing = True
        for streams in list(self._open.values()):
            for stream in list(streams):
                stream.stop()


class EventStream(Response):
    """One reader's answer. It ends when the reader leaves, stalls, or `stop` is called."""

    def __init__(
        self,
        readers: Readers,
        session_id: SessionId,
        source: EventSource,
        log_id: str,
        *,
        wants: Callable[[Event], bool] | None = None,
        first: bytes = b"",
        ends_with: Callable[[Event], bool] | None = None,
    ) -> None:
        super().__init__(None, headers=_HEADERS)
        del self.headers["content-length"]
        self.session_id = session_id
        self._readers = readers
        self._source = source
        self._log_id = log_id
        self._wants = wants
        self._ends_with = ends_with
        self._first = first
        self._news = asyncio.Event()
        self._is_stopping = False
        self._sending_since: float | None = None
        self._sent_at = 0.0
        self._unsent_bytes = 0
        self._ping_at = 0.0
        self._timer: asyncio.TimerHandle | None = None
        readers.add(self)

    def stop(self) -> None:
        """End the stream after what is being sent."""
        self._is_stopping = True
        self._news.set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send events until the end; never raises for a reader that left."""
        self._source.on_ready(self._news.set)
        self._watch(scope.get(TRANSPORT))
        try:
            async with asyncio.TaskGroup() as tasks:
                watcher = tasks.create_task(self._stop_when_gone(receive))
                await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
                await self._send_events(send)
                await send({"type": "http.response.body", "body": b""})
                watcher.cancel()
        finally:
            if self._timer is not None:
                self._timer.cancel()
            self._source.close()
            self._readers.discard(self)

    async def _send_events(self, send: Send) -> None:
        limits, loop = self._readers.limits, asyncio.get_running_loop()
        await self._send(send, _PING + self._first)
        while not self._is_stopping:
            self._news.clear()
            after = self._source.position
            batch = self._source.read(_EVENTS_PER_READ)
            if loop.time() >= self._ping_at:
                self._ping_at = loop.time() + limits.stream_ping_s
                await self._send(send, _PING)
            if batch.missed:
                await self._send(send, gap(f"{self._log_id}-{after}", batch.missed))
            for chunk in self._chunks(batch.events):
                await self._send(send, chunk)
            if not batch.events:
                await self._news.wait()
                await self._pace(loop.time())
            elif len(batch.events) == _EVENTS_PER_READ:
                await asyncio.sleep(0)

    async def _pace(self, now_s: float) -> None:
        """Where there are many readers, let a few more events gather; the first after a silence is sent at once."""
        pause_s = self._sent_at + len(self._readers) * _PACE_S - now_s
        if pause_s > _SHORTEST_PAUSE_S and not self._is_stopping:
            await asyncio.sleep(pause_s)

    async def _send(self, send: Send, chunk: bytes) -> None:
        self._sending_since = asyncio.get_running_loop().time()
        await send({"type": "http.response.body", "body": chunk, "more_body": True})
        self._sending_since = None
        self._sent_at = asyncio.get_running_loop().time()

    def _chunks(self, events: list[Event]) -> list[bytes]:
        """What this reader wants, in pieces of limited size: a stalled reader holds one piece in memory."""
        chunks: list[bytes] = []
        pieces: list[bytes] = []
        size = 0
        for event in events:
            if self._wants is not None and not self._wants(event):
                continue
            piece = event.encoded or encode(event, self._log_id)
            if size and size + len(piece) > _CHUNK_BYTES:
                chunks.append(b"".join(pieces))
                pieces, size = [], 0
            pieces.append(piece)
            size += len(piece)
            if self._ends_with is not None and self._ends_with(event):
                self._is_stopping = True
        if pieces:
            chunks.append(b"".join(pieces))
        return chunks

    async def _stop_when_gone(self, receive: Receive) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        self.stop()

    def _watch(self, transport: asyncio.Transport | None) -> None:
        """Look every few seconds: is a ping due, is the reader still taking what is sent?"""
        limits, loop = self._readers.limits, asyncio.get_running_loop()
        if not self._ping_at:
            self._ping_at = loop.time() + limits.stream_ping_s
        elif loop.time() >= self._ping_at:
            self._news.set()
        if self._sending_since is not None and transport is not None:
            unsent = transport.get_write_buffer_size()
            if unsent < self._unsent_bytes:
                self._sending_since = loop.time()
            elif loop.time() - self._sending_since >= limits.stream_stall_s:
                transport.abort()
            self._unsent_bytes = unsent
        interval_s = min(limits.stream_ping_s, limits.stream_stall_s) / 3
        self._timer = loop.call_later(interval_s, self._watch, transport)


def session_stream(
    readers: Readers,
    log: EventLog,
    session_id: SessionId,
    *,
    connection_id: str | None = None,
    last_event_id: str | None = None,
    names: str | None = None,
) -> EventStream:
    """A stream of one session, from now on or from after `last_event_id`.

    Raises:
        LimitError: too many streams are open.
    """
    readers.admit(session_id)
    after = resume_point(log, last_event_id)
    first = b""
    if last_event_id and after is None:
        after, first = 0, gap(last_event_id[:64], None)
    source = log.session_cursor(session_id, after)
    return EventStream(readers, session_id, source, log.id, wants=wanted(names, connection_id), first=first)


def wanted(names: str | None, connection_id: str | None) -> Callable[[Event], bool]:
    """A test for events that a connection gets: addressed to all or to it, of a name that was asked for.

    `names` is a list with commas; an item that ends in `*` stands for all names that start with it.
    """
    items = [item.strip() for item in names.split(",") if item.strip()] if names else []
    exact = frozenset(item for item in items if not item.endswith("*"))
    prefixes = tuple(item[:-1] for item in items if item.endswith("*"))

    def wants(event: Event) -> bool:
        if event.connection_id is not None and event.connection_id != connection_id:
            return False
        return not items or event.name in exact or event.name.startswith(prefixes)

    return wants


def encode(event: Event, log_id: str) -> bytes:
    """The bytes of one event as every reader gets them; kept with the event."""
    name = event.name.replace("\r", "").replace("\n", "")
    text = _text(event)
    lines = "".join(f"data: {line}\n" for line in _LINE_END.split(text))
    event_id = f"id: {log_id}-{event.number}\n" if event.number else ""
    event.encoded = f"{event_id}event: {name}\n{lines}\n".encode("utf-8", "replace")
    return event.encoded


def gap(after: str | None, missed: int | None) -> bytes:
    """The event that says that at least `missed` events after the id `after` are lost to this reader."""
    return b"event: gap\ndata: " + dump_json({"after": after, "missed": missed}) + b"\n\n"


def _text(event: Event) -> str:
    data: JsonValue = event.data
    if isinstance(data, str):
        return data
    if event.name == "log" and isinstance(data, dict):
        data = {field: data.get(field) for field in _LOG_FIELDS}
    return dump_json(data).decode()


def resume_point(log: EventLog, last_event_id: str | None) -> int | None:
    """The number of the last event a reader has seen, or None when its id is not one of this log."""
    if not last_event_id:
        return None
    log_id, _, number = last_event_id.rpartition("-")
    if log_id != log.id or not (number.isascii() and number.isdigit() and len(number) < 19):
        return None
    return min(int(number), log.last_number)
