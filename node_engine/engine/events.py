"""The event log: one bounded, ordered log that every reader follows with a cursor of its own (TRUST.md §6)."""

from __future__ import annotations

import asyncio
import time
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field
from operator import attrgetter
from secrets import token_hex

from node_engine.models.event import Event
from node_engine.models.ids import RunId, SessionId
from node_engine.models.json import JsonValue
from node_engine.models.limits import DEFAULT_LIMITS, Limits

_NUMBER = attrgetter("number")
_EVENT_OVERHEAD_BYTES = 256
"""What an event costs beside its data."""
_ROOM_POLL_S = 0.005
_ROOM_PATIENCE_S = 10.0
_SWEEP_S = 60.0


@dataclass(slots=True)
class Batch:
    """What one read gave. `missed` events, at least, were lost before these because the reader was too slow."""

    events: list[Event]
    missed: int = 0


@dataclass(slots=True)
class _Waiters:
    """Cursors of one log or session that sleep until something is appended."""

    cursors: set[Cursor] = field(default_factory=set)
    wanted: bool = False

    def notify(self) -> None:
        """Wake every sleeping cursor once the running code gives way: once for a batch, not for each event."""
        self.wanted = False
        try:
            asyncio.get_running_loop().call_soon(self.wake)
        except RuntimeError:  # appended outside of a loop: nobody can be sleeping in it
            self.wake()

    def wake(self) -> None:
        for cursor in tuple(self.cursors):
            cursor._wake()


class _Tail:
    """The last events of one session that SSE readers may see, bounded by count and bytes."""

    __slots__ = (
        "base",
        "events",
        "last_lost",
        "limits",
        "most_bytes",
        "most_events",
        "size_bytes",
        "sizes",
        "used_s",
        "waiters",
    )

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.most_events = limits.session_events
        self.most_bytes = limits.session_event_bytes
        self.base = 0
        self.events: list[Event] = []
        self.sizes: list[int] = []
        self.size_bytes = 0
        self.last_lost = 0
        self.used_s = 0.0
        self.waiters = _Waiters()

    def add(self, event: Event, size_bytes: int) -> None:
        events = self.events
        events.append(event)
        self.sizes.append(size_bytes)
        total = self.size_bytes = self.size_bytes + size_bytes
        self.used_s = event.time_s
        if len(events) > self.most_events or total > self.most_bytes:
            self._trim()

    def _trim(self) -> None:
        """Drop an eighth more than needed, so that trimming is rare. The newest event always stays."""
        limits = self.limits
        count = max(0, len(self.events) - limits.session_events + limits.session_events // 8)
        size = self.size_bytes - sum(self.sizes[:count])
        while size > limits.session_event_bytes * 7 // 8 and count < len(self.events) - 1:
            size -= self.sizes[count]
            count += 1
        if count:
            self.last_lost = self.events[count - 1].number
        del self.events[:count], self.sizes[:count]
        self.size_bytes = size
        self.base += count


class EventLog:
    """All events of all sessions in one order, plus a bounded tail for each session.

    `append` is for the engine's loop only. `cursor().read()` may be called from any thread: the log is a pair of a
    base and a list that only grows, and trimming swaps the pair. Nothing is ever copied for a reader.
    """

    def __init__(self, limits: Limits = DEFAULT_LIMITS) -> None:
        self.id = token_hex(4)
        """Random; first half of the ids that SSE readers see ("<log id>-<number>")."""
        self.limits = limits
        self.last_number = 0
        self.is_closed = False
        self._view: tuple[int, list[Event]] = (0, [])
        self._most_events = limits.log_events
        self._waiters = _Waiters()
        self._tails: dict[SessionId, _Tail] = {}
        self._evicted_number = 0
        self._swept_s = 0.0
        self._holding: list[Cursor] = []

    def append(
        self,
        session_id: SessionId,
        name: str,
        data: JsonValue,
        *,
        run_id: RunId | None = None,
        connection_id: str | None = None,
        private: bool = False,
        size_bytes: int | None = None,
    ) -> Event:
        """Add an event. `data` must not be changed afterwards.

        `size_bytes` is the size of the data as far as the caller knows it; text is measured here.
        """
        number = self.last_number = self.last_number + 1
        event = Event(number, session_id, name, data, time.time(), run_id, connection_id, private)
        events = self._view[1]
        events.append(event)
        if len(events) > self._most_events:
            self._trim()
        if self._waiters.wanted:
            self._waiters.notify()
        if not private:
            if size_bytes is None:
                size_bytes = len(data) if isinstance(data, str) else 0
            tail = self._tails.get(session_id) or self._add_tail(session_id)
            tail.add(event, size_bytes + _EVENT_OVERHEAD_BYTES)
            if tail.waiters.wanted:
                tail.waiters.notify()
        return event

    def cursor(self, after: int | None = None, *, holds: bool = False) -> Cursor:
        """A reader of every session's events, private ones too, from event number `after` on (default: from now).

        Runs wait for a cursor that `holds` rather than overtake it by more than half the log.
        """
        cursor = Cursor(self, self._waiters, self.last_number if after is None else after)
        if holds:
            self._holding.append(cursor)
        return cursor

    def session_cursor(self, session_id: SessionId, after: int | None = None) -> Cursor:
        """A reader of one session's events without the private ones; for the engine's loop only."""
        tail = self._tails.get(session_id) or self._add_tail(session_id)
        tail.used_s = time.time()
        return SessionCursor(self, tail, self.last_number if after is None else after, self._evicted_number)

    def has_room(self) -> bool:
        """False while a cursor that holds is so far behind that the log might overtake it."""
        return all(self.last_number - cursor.position < self.limits.log_events // 2 for cursor in self._holding)

    async def room(self) -> None:
        """Wait until `has_room`, for ten seconds at most: a reader that died must not stop the engine."""
        deadline_s = time.monotonic() + _ROOM_PATIENCE_S
        while not self.has_room() and time.monotonic() < deadline_s:  # noqa: ASYNC110  # the reader is a thread
            await asyncio.sleep(_ROOM_POLL_S)

    def sweep(self) -> None:
        """Forget sessions that nobody reads and that were idle for `limits.session_idle_s`."""
        now_s = self._swept_s = time.time()
        for session_id, tail in list(self._tails.items()):
            if not tail.waiters.cursors and now_s - tail.used_s > self.limits.session_idle_s:
                self._drop_tail(session_id)

    def close(self) -> None:
        """Wake every reader for the last time; `wait` returns at once from now on."""
        self.is_closed = True
        self._waiters.wake()
        for tail in self._tails.values():
            tail.waiters.wake()

    def _trim(self) -> None:
        base, events = self._view
        dropped = len(events) - self._most_events + self._most_events // 8
        self._view = (base + dropped, events[dropped:])

    def _add_tail(self, session_id: SessionId) -> _Tail:
        if time.time() - self._swept_s > _SWEEP_S:
            self.sweep()
        if len(self._tails) >= self.limits.sessions:
            unread = (session for session, tail in self._tails.items() if not tail.waiters.cursors)
            oldest = sorted(unread, key=lambda session: self._tails[session].used_s)
            for session in oldest[: max(1, self.limits.sessions // 8)]:
                self._drop_tail(session)
        tail = self._tails[session_id] = _Tail(self.limits)
        return tail

    def _drop_tail(self, session_id: SessionId) -> None:
        tail = self._tails.pop(session_id)
        last = tail.events[-1].number if tail.events else tail.last_lost
        self._evicted_number = max(self._evicted_number, last)


class Cursor:
    """One reader's place in the log. Reading moves it; a reader that is too slow is told how much it missed."""

    def __init__(self, log: EventLog, waiters: _Waiters, position: int) -> None:
        self.position = position
        """Number of the last event that was read or missed."""
        self._log = log
        self._waiters = waiters
        self._sleeper: asyncio.Future[None] | None = None
        self._on_ready: Callable[[], None] | None = None
        self._is_armed = False
        waiters.cursors.add(self)

    def read(self, limit: int = 1_000) -> Batch:
        """Up to `limit` events after the position. Safe from any thread for cursors over all sessions."""
        batch = self._take(limit)
        if not batch.events and self._on_ready is not None:
            self._arm()
            batch = self._take(limit)  # what came between the first look and arming
            if batch.events:
                self._is_armed = False
        return batch

    async def wait(self) -> None:
        """Return when there is something to read or the log is closed. For the engine's loop only."""
        if self._log.is_closed or self._has_more():
            return
        self._sleeper = asyncio.get_running_loop().create_future()
        self._waiters.wanted = True
        try:
            await self._sleeper
        finally:
            self._sleeper = None

    def on_ready(self, callback: Callable[[], None]) -> None:
        """Have `callback` called on the engine's thread when there is something to read.

        It is called once, and again only after a `read` that found nothing.
        """
        self._on_ready = callback
        self._arm()
        if self._has_more():
            self._waiters.wake()

    def close(self) -> None:
        """Forget this reader. Nothing else is needed: the log keeps no data for it."""
        self._waiters.cursors.discard(self)
        if self in self._log._holding:
            self._log._holding.remove(self)
        self._on_ready = None
        self._wake()

    def _take(self, limit: int) -> Batch:
        base, events = self._log._view
        missed = max(0, base - self.position)
        start = self.position + missed - base
        taken = events[start : start + limit]
        self.position += missed + len(taken)
        return Batch(taken, missed)

    def _has_more(self) -> bool:
        return self._log.last_number > self.position

    def _arm(self) -> None:
        self._is_armed = True
        self._waiters.wanted = True

    def _wake(self) -> None:
        if self._sleeper is not None and not self._sleeper.done():
            self._sleeper.set_result(None)
        if self._is_armed and self._on_ready is not None:
            self._is_armed = False
            self._on_ready()


class SessionCursor(Cursor):
    """A reader of one session's tail."""

    def __init__(self, log: EventLog, tail: _Tail, after: int, evicted_number: int) -> None:
        super().__init__(log, tail.waiters, after)
        self._tail = tail
        self._next = tail.base + bisect_right(tail.events, after, key=_NUMBER)
        lost_before = after < tail.last_lost or (tail.base == 0 and not tail.events and after < evicted_number)
        self._missed = 1 if lost_before else 0

    def _take(self, limit: int) -> Batch:
        tail = self._tail
        missed = self._missed + max(0, tail.base - self._next)
        self._missed = 0
        start = max(0, self._next - tail.base)
        taken = tail.events[start : start + limit]
        self._next = tail.base + start + len(taken)
        if taken:
            self.position = taken[-1].number
        return Batch(taken, missed)

    def _has_more(self) -> bool:
        return self._next < self._tail.base + len(self._tail.events) or self._missed > 0
