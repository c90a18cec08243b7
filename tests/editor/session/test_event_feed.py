"""The feed: events of another thread, once a frame, within a budget, asleep when nothing happens."""

from __future__ import annotations

from itertools import count

from pytestqt.qtbot import QtBot

from editor.session import RunModel
from editor.session.event_feed import EventFeed
from node_engine.engine.events import EventLog


def test_it_sleeps_until_something_happens(model: RunModel, qtbot: QtBot) -> None:
    log = EventLog()
    feed = EventFeed(log, model)
    qtbot.waitUntil(lambda: not feed.is_awake, timeout=10_000)

    with qtbot.waitSignal(model.events_changed, timeout=10_000):
        log.append("s", "greeted", "Ada")  # type: ignore[arg-type]

    qtbot.waitUntil(lambda: not feed.is_awake, timeout=10_000)
    assert [row.data for row in model.events] == ["Ada"]
    feed.close()


def test_what_was_there_before_can_be_had(model: RunModel, qtbot: QtBot) -> None:
    log = EventLog()
    log.append("s", "early", "")  # type: ignore[arg-type]
    feed = EventFeed(log, model, after=0)

    qtbot.waitUntil(lambda: not feed.is_awake, timeout=10_000)

    assert [row.name for row in model.events] == ["early"]
    feed.close()


def test_a_frame_takes_no_more_than_its_budget(model: RunModel) -> None:
    log = EventLog()
    ticks = count()
    feed = EventFeed(log, model, clock=lambda: next(ticks) * 0.004)
    for number in range(1_000):
        log.append("s", "e", str(number))  # type: ignore[arg-type]

    feed.drain()
    after_one = model.event_count
    feed.drain()

    assert 0 < after_one < 1_000
    assert model.event_count == 2 * after_one
    feed.close()


def test_nothing_comes_after_closing(model: RunModel, qtbot: QtBot) -> None:
    log = EventLog()
    feed = EventFeed(log, model)
    feed.close()

    log.append("s", "late", "")  # type: ignore[arg-type]
    qtbot.wait(40)

    assert model.event_count == 0
