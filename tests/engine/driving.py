"""Driving a run from a test: wait until it stands, ask for a verb."""

from __future__ import annotations

import asyncio


async def reach(run):
    """Let the loop run until the run is paused or over; returns where it stands."""
    async with asyncio.timeout(10):
        while run.state in ("waiting", "running"):  # noqa: ASYNC110  # every turn of the loop is looked at
            await asyncio.sleep(0)
    return run.summary().paused_at


async def go(run, verb, *arguments):
    """Ask for a verb and wait until the run stands again; returns where."""
    getattr(run, verb)(*arguments)
    await asyncio.sleep(0)
    return await reach(run)


async def began(run, steps=1):
    """Let the loop run until a run has begun so many steps."""
    async with asyncio.timeout(10):
        while len(run.records) < steps:  # noqa: ASYNC110  # every turn of the loop is looked at
            await asyncio.sleep(0)
