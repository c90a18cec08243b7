"""The gate around each component: pause, stepping, breakpoints, run to here, set next, retry (DEBUGGER.md §2-§4).

Without a debugger a step costs one look at `is_watching`.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from enum import Enum, StrEnum, auto
from typing import TYPE_CHECKING

from node_engine.engine.breaker import Breaker, port_of
from node_engine.engine.moment import Hit
from node_engine.models.breakpoint import BreakPlace
from node_engine.models.ids import EXIT, ComponentKey
from node_engine.models.json import JsonObject
from node_engine.models.run import StepRecord, StepState

if TYPE_CHECKING:
    from node_engine.engine.frame import Frame
    from node_engine.engine.plan import Plan
    from node_engine.engine.run import Run
    from node_engine.engine.step_scope import StepScope


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


class Reason(StrEnum):
    """Why a run stands, as `run.paused` says it."""

    BREAKPOINT = "breakpoint"
    PAUSE = "pause"
    STEP = "step"
    RUN_TO = "run_to"
    ERROR = "error"
    """A step failed, and nothing leads on from it, while the run was stepped or paused."""


_REASONS = {Mode.PAUSE: Reason.PAUSE, Mode.TO: Reason.RUN_TO}
_PLACES = {BreakPlace.WIRE: BreakPlace.AFTER, BreakPlace.CHANGE: BreakPlace.AFTER}


@dataclass(slots=True)
class Held:
    """A frame that stands, and what it goes on with."""

    frame: Frame
    place: BreakPlace
    """BEFORE, AFTER, ERROR or EVENT."""
    reason: Reason
    key: ComponentKey
    visit: int
    plan: Plan | None
    """The component to go on with; None at the end of the flow, and inside of a component."""
    record: StepRecord | None = None
    """The step that ended, at AFTER and ERROR."""
    hit: Hit | None = None
    port: str | None = None
    is_retry: bool = False
    """True when `plan` is the failed component itself, to be done again."""
    edited: set[str] = field(default_factory=set)
    """Top-level keys of the context that were edited by hand while it stood."""
    until_s: float | None = None
    """Unix time at which it goes on by itself."""
    timer: asyncio.TimerHandle | None = None
    released: asyncio.Future[str] = field(default_factory=lambda: asyncio.get_running_loop().create_future())

    def facts(self) -> JsonObject:
        """What `run.paused` says of it."""
        found = None if self.hit is None else self.hit.breakpoint
        return {
            "key": self.key,
            "visit": self.visit,
            "place": self.place.value,
            "reason": self.reason.value,
            "breakpoint": None if found is None else found.id,
            "condition_error": None if self.hit is None else self.hit.condition_error,
            "port": self.port,
            "path": found.path if found is not None and found.place is BreakPlace.CHANGE else None,
            "event": found.event if found is not None and found.place is BreakPlace.EVENT else None,
            "next": self.next_key,
            "held_until_s": self.until_s,
        }

    @property
    def next_key(self) -> ComponentKey | None:
        """What comes next, "exit" at the end; None inside of a component."""
        if self.place is BreakPlace.EVENT:
            return None
        return EXIT if self.plan is None else self.plan.key


class Gate:
    """One run's gate. With frames in parallel, the first that stops is the one that verbs are about."""

    def __init__(self, run: Run) -> None:
        self.is_watching = False
        self.held: Held | None = None
        self.mode = Mode.RUN
        self._run = run
        self._breaker = Breaker(run)
        self._focus: Frame | None = None
        self._target: ComponentKey | None = None

    # What verbs ask for

    def watch_for(self, mode: Mode, focus: Frame | None = None, target: ComponentKey | None = None) -> None:
        """Stop at the next component that fits."""
        self.mode = mode
        self._focus = focus
        self._target = target
        self._look()

    def release(self, verb: str) -> None:
        """Let the held frame go on."""
        if self.held is not None and not self.held.released.done():
            self.held.released.set_result(verb)

    def refresh(self) -> None:
        """Take in that breakpoints, or what the run does with them, are others."""
        for frame in self._run.frames_alive:
            frame.stops = self._run.holding.breakpoints_of(frame.flow_key)
        self._look()

    def open(self, frame: Frame) -> None:
        """Take in a frame that begins."""
        frame.stops = self._run.holding.breakpoints_of(frame.flow_key)
        if frame.stops is not None:
            self.is_watching = True

    # Where runs stand

    async def passed(self, frame: Frame, plan: Plan | None) -> Plan | None:
        """Stand after the step that ended and before the one that comes, as long as there is reason to.

        Returns the component to go on with; None at the end of the flow.
        """
        record = frame.record
        if record is not None and record.number > frame.settled:
            frame.settled = record.number
            held = await self._after(frame, record, plan)
            if held is not None:
                plan = held.plan
                if held.is_retry:
                    return plan
        if plan is None or plan.key == EXIT:
            return plan
        return await self._before(frame, plan)

    async def wants_retry(self, frame: Frame) -> bool:
        """Stand after a step that is done alone; True when it is to be done again."""
        record = frame.record
        if record is None:
            return False
        frame.settled = record.number
        held = await self._after(frame, record, None)
        return held is not None and held.is_retry

    async def sent(self, scope: StepScope, event: str, text: str) -> None:
        """Stand inside of a component that sent an event, if a breakpoint says so."""
        frame = scope.frame
        if frame.stops is None or frame.scope is not scope:
            return
        hit = self._breaker.event(scope, event, text)
        if hit is not None and await self._is_free(frame) and frame.scope is scope:
            key, visit = scope.plan.key, scope.visit
            await self._hold(Held(frame, BreakPlace.EVENT, Reason.BREAKPOINT, key, visit, None, hit=hit))

    # Inside

    async def _before(self, frame: Frame, plan: Plan) -> Plan | None:
        hit = None if frame.stops is None else self._breaker.before(frame, plan)
        if not await self._is_free(frame):
            hit = None
        if hit is not None:
            reason = Reason.BREAKPOINT
        elif self._is_next_step(frame, plan.key):
            reason = _REASONS.get(self.mode, Reason.STEP)
        else:
            return plan
        held = Held(frame, BreakPlace.BEFORE, reason, plan.key, plan.visits + 1, plan, hit=hit)
        await self._hold(held)
        return held.plan

    async def _after(self, frame: Frame, record: StepRecord, plan: Plan | None) -> Held | None:
        hit = None if frame.stops is None else self._breaker.after(frame, record)
        if not await self._is_free(frame):
            hit = None
        is_failure = record.state is StepState.FAILED
        if hit is not None:
            reason = Reason.BREAKPOINT
        elif is_failure and not record.is_caught and self._is_next_step(frame, None):
            reason = Reason.ERROR
        else:
            return None
        found = BreakPlace.ERROR if hit is None else hit.breakpoint.place
        held = Held(frame, _PLACES.get(found, found), reason, record.id.key, record.id.visit, plan, record, hit)
        if found is BreakPlace.WIRE:
            held.port = port_of(frame, record)
        await self._hold(held)
        return held

    async def _is_free(self, frame: Frame) -> bool:
        """Wait while another frame stands. False when what this one would have stopped for is gone meanwhile."""
        has_waited = False
        while self.held is not None:
            await asyncio.wait((self.held.released,))
            has_waited = True
        return not has_waited or frame.stops is not None  # one that goes after its first hit is gone already

    async def _hold(self, held: Held) -> None:
        self.held = held
        self.mode = Mode.RUN
        self.is_watching = True
        self._run.holding.begin(held)
        try:
            verb = await held.released
        finally:
            if held.timer is not None:
                held.timer.cancel()
            self.held = None
            self._look()
        self._run.holding.end(held.frame, verb)

    def _look(self) -> None:
        self.is_watching = (
            self.mode is not Mode.RUN
            or self.held is not None
            or any(frame.stops is not None for frame in self._run.frames_alive)
        )

    def _is_next_step(self, frame: Frame, key: ComponentKey | None) -> bool:
        """True when the run is to stop here: before a component, or without `key` at a failure."""
        match self.mode:
            case Mode.PAUSE | Mode.START | Mode.INTO:
                return True
            case Mode.OVER:
                return self._focus is None or self._focus.is_within(frame)
            case Mode.OUT:
                return self._focus is not None and frame is not self._focus and self._focus.is_within(frame)
            case Mode.TO:
                return key is not None and key == self._target
            case _:
                return False
