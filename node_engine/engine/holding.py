"""What a debugger may do with a run, and how long a run stands: for callers from outside, a while (DEBUGGER.md §5)."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from node_engine.engine.gate import Held, Mode
from node_engine.models.event import EventName
from node_engine.models.run import DebugPolicy, Origin, RunState

if TYPE_CHECKING:
    from node_engine.engine.breakpoints import FlowBreakpoints
    from node_engine.engine.frame import Frame
    from node_engine.engine.run import Run
    from node_engine.engine.runtime import Runtime

TIMEOUT = "timeout"
"""The verb of `run.resumed` when nobody let the run go on in time."""


class Holding:
    """Changes the state of a run when it comes to stand and when it goes on; watches how long somebody waits."""

    def __init__(self, run: Run, runtime: Runtime) -> None:
        self._run = run
        self._runtime = runtime

    # Breakpoints

    def breakpoints_of(self, flow_key: str) -> FlowBreakpoints | None:
        """The breakpoints that stop this run in a flow."""
        is_open = self._run.debug is DebugPolicy.BREAK
        return self._runtime.breakpoints.for_flow(flow_key) if is_open else None

    def remove_breakpoint(self, breakpoint_id: str) -> None:
        """Remove a breakpoint that was meant for one hit."""
        self._runtime.breakpoints.remove(breakpoint_id)

    def may_begin(self) -> bool:
        """False when breakpoints hold so many runs of others already that this one is to pass."""
        run = self._run
        return run.origin is Origin.EDITOR or self._runtime.held_outside() < run.limits.runs_held

    def change_debug(self, policy: DebugPolicy) -> None:
        """Let breakpoints stop the run from now on, or no longer."""
        self._run.debug = policy
        self._run.gate.refresh()

    # Standing

    def begin(self, held: Held) -> None:
        """A frame came to stand."""
        run = self._run
        run.state = RunState.PAUSED
        run.clock.pause()
        if run.origin is not Origin.EDITOR and run.limits.hold_s is not None:
            self._hold_for(held, run.limits.hold_s)
        run.append(EventName.RUN_PAUSED, held.facts(), held.frame)
        self._runtime.fill_places()

    def end(self, frame: Frame, verb: str) -> None:
        """It goes on."""
        self._run.state = RunState.RUNNING
        self._run.clock.go_on()
        self._run.append(EventName.RUN_RESUMED, {"verb": verb}, frame)

    def extend(self, held: Held, seconds: float) -> None:
        """Hold it for so much longer."""
        now_s = time.time()
        left_s = max(0.0, (held.until_s or now_s) - now_s)
        self._hold_for(held, left_s + seconds)
        self._run.append(EventName.RUN_HELD, {"held_until_s": held.until_s}, held.frame)

    def _hold_for(self, held: Held, seconds: float) -> None:
        if held.timer is not None:
            held.timer.cancel()
        held.until_s = time.time() + seconds
        held.timer = self._run.loop.call_later(seconds, self._time_out, held)

    def _time_out(self, held: Held) -> None:
        """Nobody came: the run goes on, and is only watched from now on, so that its caller is not held again."""
        run = self._run
        if run.gate.held is not held:
            return
        self.change_debug(DebugPolicy.OBSERVE)
        run.gate.watch_for(Mode.RUN)
        run.gate.release(TIMEOUT)
