"""One bounded log, cursors over it, and nothing lost without a word."""

from __future__ import annotations

import asyncio
import threading

from node_engine.engine.events import EventLog
from node_engine.models.limits import Limits


def filled(log, count, session="s", **options):
    """Append so many events to a session."""
    return [log.append(session, "e", str(index), **options) for index in range(count)]


def numbers(batch):
    """The numbers of a batch's events."""
    return [event.number for event in batch.events]


def test_numbers_grow_by_one_over_all_sessions():
    log = EventLog()

    assert [log.append(session, "e", "").number for session in "abac"] == [1, 2, 3, 4]


def test_a_cursor_reads_what_comes_after_it_was_made():
    log = EventLog()
    filled(log, 3)
    cursor = log.cursor()
    filled(log, 2)

    assert numbers(cursor.read()) == [4, 5]
    assert numbers(cursor.read()) == []
    assert cursor.position == 5


def test_a_cursor_can_begin_at_any_number():
    log = EventLog()
    filled(log, 5)

    assert numbers(log.cursor(0).read()) == [1, 2, 3, 4, 5]
    assert numbers(log.cursor(3).read(1)) == [4]


def test_a_slow_cursor_is_told_how_much_it_missed():
    log = EventLog(Limits(log_events=16))
    cursor = log.cursor(0)
    filled(log, 100)

    batch = cursor.read()

    assert batch.missed + len(batch.events) == 100
    assert numbers(batch)[-1] == 100
    assert 14 <= len(batch.events) <= 16


def test_the_log_is_bounded():
    log = EventLog(Limits(log_events=16))
    filled(log, 1_000)

    assert len(log.cursor(0).read(10_000).events) <= 16


def test_a_session_cursor_sees_its_session_without_private_events():
    log = EventLog()
    cursor = log.session_cursor("a")
    log.append("a", "e", "1")
    log.append("b", "e", "2")
    log.append("a", "e", "3", private=True)
    log.append("a", "e", "4")

    assert numbers(cursor.read()) == [1, 4]


def test_a_session_cursor_resumes_after_a_number():
    log = EventLog()
    for session in "abab":
        log.append(session, "e", "")

    assert numbers(log.session_cursor("a", after=1).read()) == [3]
    assert log.session_cursor("a", after=0).read().missed == 0


def test_a_session_keeps_its_newest_events_within_count_and_bytes():
    by_count = EventLog(Limits(session_events=8))
    by_size = EventLog(Limits(session_event_bytes=10_000))
    filled(by_count, 100)
    filled(by_size, 100, size_bytes=1_000)

    for log in (by_count, by_size):
        batch = log.session_cursor("s", after=0).read()
        assert batch.missed > 0
        assert 6 <= len(batch.events) <= 9
        assert numbers(batch)[-1] == 100


def test_a_session_cursor_that_falls_behind_is_told():
    log = EventLog(Limits(session_events=8))
    cursor = log.session_cursor("s")
    filled(log, 100)

    batch = cursor.read()

    assert batch.missed + len(batch.events) == 100
    assert log.session_cursor("s", after=numbers(batch)[0]).read().missed == 0


def test_sessions_nobody_reads_are_forgotten_beyond_their_limit():
    log = EventLog(Limits(sessions=4))
    reader = log.session_cursor("read")
    for index in range(50):
        log.append(f"s{index}", "e", "")
    log.append("read", "e", "")

    assert len(reader.read().events) == 1
    assert len(log._tails) <= 4
    assert log.session_cursor("s0", after=0).read().missed == 1


def test_idle_sessions_are_forgotten_by_a_sweep():
    log = EventLog(Limits(session_idle_s=-1))
    reader = log.session_cursor("read")
    filled(log, 1, "idle")

    log.sweep()

    assert list(log._tails) == ["read"]
    reader.close()
    log.sweep()
    assert list(log._tails) == []


async def test_a_waiting_cursor_wakes_once_for_a_batch():
    log = EventLog()
    cursor = log.session_cursor("s")
    turns = []

    async def follow():
        while len(turns) < 2:
            await cursor.wait()
            turns.append(numbers(cursor.read()))

    following = asyncio.ensure_future(follow())
    await asyncio.sleep(0)
    filled(log, 3)
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    filled(log, 1)
    await asyncio.wait_for(following, 1)

    assert turns == [[1, 2, 3], [4]]


async def test_a_reader_is_not_woken_by_other_sessions():
    log = EventLog()
    cursor = log.session_cursor("s")
    waiting = asyncio.ensure_future(cursor.wait())
    await asyncio.sleep(0)

    filled(log, 3, "other")
    await asyncio.sleep(0)
    await asyncio.sleep(0)

    assert not waiting.done()
    log.close()
    await asyncio.wait_for(waiting, 1)


async def test_ready_is_told_once_until_a_read_finds_nothing():
    log = EventLog()
    cursor = log.cursor()
    told = []
    cursor.on_ready(lambda: told.append(log.last_number))

    for _ in range(3):
        filled(log, 1)
        await asyncio.sleep(0)
    assert told == [1]

    cursor.read()
    filled(log, 1)
    await asyncio.sleep(0)
    assert told == [1]

    cursor.read()
    cursor.read()
    filled(log, 1)
    await asyncio.sleep(0)
    assert told == [1, 5]


async def test_another_thread_may_read_while_events_are_appended():
    log = EventLog(Limits(log_events=64_000))
    cursor = log.cursor()
    ready = threading.Event()
    cursor.on_ready(ready.set)
    found = []

    def follow():
        while len(found) < 20_000 and ready.wait(10):
            ready.clear()
            while batch := numbers(cursor.read(100)):
                found.extend(batch)

    reader = threading.Thread(target=follow)
    reader.start()
    for _ in range(200):
        filled(log, 100)
        await asyncio.sleep(0)
    await asyncio.to_thread(reader.join)

    assert found == list(range(1, 20_001))


async def test_a_run_waits_for_a_cursor_that_holds():
    log = EventLog(Limits(log_events=100))
    cursor = log.cursor(holds=True)
    filled(log, 60)
    assert not log.has_room()

    waiting = asyncio.ensure_future(log.room())
    await asyncio.sleep(0)
    assert not waiting.done()
    cursor.read()
    await asyncio.wait_for(waiting, 1)

    assert log.has_room()
    cursor.close()


def test_a_closed_cursor_leaves_nothing_behind():
    log = EventLog()
    cursors = [log.cursor(holds=True), log.session_cursor("s")]

    for cursor in cursors:
        cursor.close()

    assert (log._holding, log._waiters.cursors, log._tails["s"].waiters.cursors) == ([], set(), set())
