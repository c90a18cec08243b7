"""The gate before each component: pause, stepping, breakpoints, run to here, set next (DEBUGGER.md §2-§4).

Without a debugger a step costs one look at `is_watching`.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from enum import Enum, auto
from typing import Protocol

from node_engine.engine.breakpoints import Breakpoints
from node_engine.engine.frame import Frame
from node_engine.engine.plan import Plan
from node_engine.models.ids import ComponentKey


class Mode(Enum):
    """What the gate waits for."""

    RUN = auto()
    PAUSE = auto()
    """Stop before the very next component: the user pressed Pause."""
    START = auto()
    """Stop before the first component."""
    OVER = auto()
    """Stop before the next component of the same frame or one around it."""
    INTO = auto()
    """Stop before the very next component, however deep."""
    OUT = auto()
    """Stop before the next component of a frame around this one."""
    TO = auto()
    """Stop before a given component."""


class GateKeeper(Protocol):
    """The run, as the gate sees it."""

    def on_paused(self, frame: Frame, plan: Plan, reason: str) -> None:
        """Called when a frame came to stand before a component."""

    def on_resumed(self, frame: Frame, verb: str) -> None:
        """Called when it goes on."""


@dataclass(slots=True)
class Held:
    """A frame that stands before a component."""

    frame: Frame
    plan: Plan
    released: asyncio.Future[str]


class Gate:
    """One run's gate. With frames in parallel, the first that stops is the one that verbs are about."""

    def __init__(self, keeper: GateKeeper, breakpoints: Breakpoints | None) -> None:
        self.is_watching = breakpoints is not None
        self.held: Held | None = None
        self.mode = Mode.RUN
        self._keeper = keeper
        self._breakpoints = breakpoints
        self._focus: Frame | None = None
        self._target: ComponentKey | None = None

    def watch_for(self, mode: Mode, focus: Frame | None = None, target: ComponentKey | None = None) -> None:
        """Stop at the next component that fits."""
        self.mode = mode
        self._focus = focus
        self._target = target
        self.is_watching = mode is not Mode.RUN or self._breakpoints is not None

    def release(self, verb: str) -> None:
        """Let the held frame go on."""
        if self.held is not None and not self.held.released.done():
            self.held.released.set_result(verb)

    def reason_to_stop(self, frame: Frame, plan: Plan) -> str | None:
        """Why a frame must stop before a component ("breakpoint", "pause" or "step"), or None."""
        if self._breakpoints is not None and self._breakpoints.stops_before(frame.flow_key, plan.key):
            return "breakpoint"
        if self.mode is Mode.PAUSE:
            return "pause"
        if self.held is not None:
            return "pause"
        return "step" if self._is_next_step(frame, plan) else None

    async def passed(self, frame: Frame, plan: Plan) -> Plan:
        """Stand before a component as long as there is reason to; returns the component to go on with."""
        while (reason := self.reason_to_stop(frame, plan)) is not None:
            if self.held is None:
                return await self._hold(frame, plan, reason)
            await asyncio.wait((self.held.released,))
        return plan

    async def _hold(self, frame: Frame, plan: Plan, reason: str) -> Plan:
        held = self.held = Held(frame, plan, asyncio.get_running_loop().create_future())
        self.mode = Mode.RUN
        self.is_watching = True
        self._keeper.on_paused(frame, plan, reason)
        try:
            verb = await held.released
        finally:
            self.held = None
            self.watch_for(self.mode, self._focus, self._target)
        self._keeper.on_resumed(frame, verb)
        return held.plan

    def _is_next_step(self, frame: Frame, plan: Plan) -> bool:
        match self.mode:
            case Mode.START | Mode.INTO:
                return True
            case Mode.OVER:
                return self._focus is None or self._focus.is_within(frame)
            case Mode.OUT:
                return self._focus is not None and frame is not self._focus and self._focus.is_within(frame)
            case Mode.TO:
                return plan.key == self._target
            case _:
                return False
