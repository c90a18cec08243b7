""" "Break on outside runs": for a while, breakpoints stop runs that nobody started in the editor (DEBUGGER.md §5)."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from node_engine.models.run import DebugPolicy, Origin

if TYPE_CHECKING:
    from node_engine.engine.run import Run

_OUTSIDE = (Origin.HTTP, Origin.CLI, Origin.BACKGROUND)


class OutsideRuns:
    """The switch with its timer. Runs whose caller decided for itself are never touched."""

    def __init__(self, live_runs: Callable[[], Iterable[Run]]) -> None:
        self.armed_until_s: float | None = None
        """Unix time at which the switch goes off by itself; None while it is off."""
        self._live_runs = live_runs
        self._timer: asyncio.TimerHandle | None = None

    def arm(self, seconds: float | None) -> None:
        """Switch on for so long, or off with None; runs under way are taken in."""
        if self._timer is not None:
            self._timer.cancel()
        self._timer = None
        self.armed_until_s = None
        if seconds is not None:
            self.armed_until_s = time.time() + seconds
            self._timer = asyncio.get_running_loop().call_later(seconds, self.arm, None)
        for run in self._live_runs():
            if run.options.has_debug_default and run.origin in _OUTSIDE:
                run.holding.change_debug(self.policy(run.origin))

    def policy(self, origin: Origin) -> DebugPolicy:
        """What a run may be asked when its caller said nothing."""
        is_armed = origin in _OUTSIDE and self.armed_until_s is not None
        return DebugPolicy.BREAK if is_armed or origin is Origin.EDITOR else DebugPolicy.OBSERVE

    def close(self) -> None:
        """Stop the timer."""
        if self._timer is not None:
            self._timer.cancel()
