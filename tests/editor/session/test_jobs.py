"""Jobs: coroutines of the window."""

from __future__ import annotations

import asyncio
import logging

import pytest

from editor.session import Jobs
from node_engine.errors import StorageError
from tests.editor.session.conftest import InWindow


def test_a_second_job_of_a_name_is_refused(in_window: InWindow) -> None:
    jobs = Jobs()
    ran: list[int] = []

    async def work(number: int) -> None:
        ran.append(number)
        await asyncio.sleep(0)

    async def press_twice() -> tuple[bool, bool, bool]:
        first, second = jobs.start("run", work(1)), jobs.start("run", work(2))
        was_running = jobs.is_running("run")
        await asyncio.sleep(0.01)
        return first, second, was_running

    assert in_window(press_twice()) == (True, False, True)
    assert ran == [1]


def test_failures_are_told_in_words(in_window: InWindow, caplog: pytest.LogCaptureFixture) -> None:
    jobs = Jobs()
    told: list[tuple[str, str]] = []
    jobs.failed.connect(lambda name, message: told.append((name, message)))

    async def fail(error: Exception) -> None:
        raise error

    async def press() -> None:
        jobs.start("save", fail(StorageError("The disk is full.")))
        jobs.start("odd", fail(ValueError("boom")))
        await asyncio.sleep(0.01)

    with caplog.at_level(logging.CRITICAL, "editor.session.jobs"):
        in_window(press())

    assert told == [("save", "The disk is full."), ("odd", "ValueError: boom")]


def test_closing_cancels_and_waits(in_window: InWindow) -> None:
    jobs = Jobs()
    ended: list[str] = []
    jobs.ended.connect(ended.append)
    cleaned: list[str] = []

    async def forever() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            cleaned.append("up")

    async def close() -> None:
        jobs.start("watch", forever())
        jobs.start("never begun", forever())
        await asyncio.sleep(0)
        await jobs.close()

    in_window(close())

    assert set(ended) == {"watch", "never begun"}
    assert cleaned == ["up", "up"]
    assert not jobs.is_running("watch")
