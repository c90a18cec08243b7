"""Housekeeping beside the runs: forgetting idle sessions, and noticing when something blocks the loop."""

from __future__ import annotations

import asyncio
import gc
import logging
import sys
import threading
import time
import traceback

from node_engine.engine.events import EventLog
from node_engine.models.limits import Limits

_SWEEP_S = 60.0
_GC_THRESHOLDS = (50_000, 20, 50)
"""With Python's own, reading 1 MB of JSON takes up to 151 ms instead of 15 (SPEED.md §2)."""
_logger = logging.getLogger(__name__)


def calm_garbage_collector() -> None:
    """Look at new objects more rarely, and never again at those that are there now. Once for each process."""
    if not gc.get_freeze_count():
        gc.freeze()
        gc.set_threshold(*_GC_THRESHOLDS)


class Watch:
    """Ticks on the loop and looks from a thread of its own whether it ticked; logs the stack that blocked it."""

    def __init__(self, events: EventLog, limits: Limits) -> None:
        self._events = events
        self._limits = limits
        self._tick_s = time.monotonic()
        self._loop_thread = threading.get_ident()
        self._is_over = threading.Event()
        self._ticking = asyncio.get_running_loop().create_task(self._tick(), name="engine watch")
        self._thread = threading.Thread(target=self._look, name="stall watch", daemon=True)
        self._thread.start()

    async def close(self) -> None:
        """End ticking and the thread."""
        self._is_over.set()
        self._ticking.cancel()
        await asyncio.wait((self._ticking,))
        await asyncio.to_thread(self._thread.join)

    async def _tick(self) -> None:
        swept_s = time.monotonic()
        while True:
            await asyncio.sleep(self._limits.stall_s / 4)
            self._tick_s = time.monotonic()
            if self._tick_s - swept_s > _SWEEP_S:
                swept_s = self._tick_s
                self._events.sweep()

    def _look(self) -> None:
        reported_s = 0.0
        while not self._is_over.wait(self._limits.stall_s / 2):
            tick_s = self._tick_s
            if time.monotonic() - tick_s > self._limits.stall_s and tick_s != reported_s:
                reported_s = tick_s
                frame = sys._current_frames().get(self._loop_thread)
                stack = "".join(traceback.format_stack(frame)) if frame is not None else "(unknown)"
                _logger.warning("The engine's loop stands still for more than %g s:\n%s", self._limits.stall_s, stack)
