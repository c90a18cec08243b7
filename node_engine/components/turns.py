"""Long work over many items, done in turns of a few milliseconds so that nothing else waits and Stop works."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from time import perf_counter
from typing import TypeVar

TURN_S = 0.004
"""Time at a stretch; a frame of the window takes 16 ms."""

_Item = TypeVar("_Item")


async def in_turns(items: Iterable[_Item]) -> AsyncIterator[_Item]:
    """The items one by one; others get their turn when this one has taken long enough."""
    ends_s = perf_counter() + TURN_S
    for item in items:
        yield item
        if perf_counter() > ends_s:
            await asyncio.sleep(0)
            ends_s = perf_counter() + TURN_S
