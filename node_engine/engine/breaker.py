"""What the breakpoints of a flow say to one run as it goes: hits, conditions, messages, removal after the first hit."""

from __future__ import annotations

from collections.abc import Iterable
from time import perf_counter
from typing import TYPE_CHECKING

from node_engine.engine.log_message import fill_in
from node_engine.engine.moment import Counts, Hit, Moment, fits_after, judge, port_taken
from node_engine.models.breakpoint import BreakPlace, Breakpoint
from node_engine.models.status import LogLevel

if TYPE_CHECKING:
    from node_engine.engine.frame import Frame
    from node_engine.engine.plan import Plan
    from node_engine.engine.run import Run
    from node_engine.engine.step_scope import StepScope
    from node_engine.models.run import StepRecord

_AFTER = (BreakPlace.ERROR, BreakPlace.WIRE, BreakPlace.CHANGE, BreakPlace.AFTER)
"""The places at the end of a step; the first that stops names the place."""


class Breaker:
    """Asks the breakpoints of a frame's flow. Each method answers with the first that stops, or None."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._counts: Counts = {}

    def before(self, frame: Frame, plan: Plan) -> Hit | None:
        """Before a component."""
        found = frame.stops.at(BreakPlace.BEFORE, plan.key) if frame.stops is not None else ()
        if not found:
            return None
        return self._ask(found, frame, Moment(plan.key, plan.visits + 1, frame.mirror, self._run.clock.elapsed_ms))

    def after(self, frame: Frame, record: StepRecord) -> Hit | None:
        """After a step that ended by itself: its failure, the wire it took, what it changed, and its end."""
        stops = frame.stops
        if stops is None:
            return None
        found = [item for place in _AFTER for item in stops.at(place, record.id.key) if self._fits(item, frame, record)]
        if not found:
            return None
        key, visit = record.id.key, record.id.visit
        moment = Moment(key, visit, frame.mirror, record.elapsed_ms, record.error, record.is_caught)
        return self._ask(found, frame, moment)

    def event(self, scope: StepScope, event: str, text: str) -> Hit | None:
        """When a component sent an event. The context is the component's own, with what it wrote so far."""
        frame = scope.frame
        found = frame.stops.on_event(event, scope.plan.key) if frame.stops is not None else ()
        if not found:
            return None
        elapsed_ms = (perf_counter() - scope.started_s) * 1_000
        moment = Moment(scope.plan.key, scope.visit, frame.context, elapsed_ms, event=event, event_data=text)
        return self._ask(found, frame, moment)

    def _fits(self, item: Breakpoint, frame: Frame, record: StepRecord) -> bool:
        history = self._run.history
        return fits_after(
            item, record, lambda: port_of(frame, record), lambda: history.before(record.number), frame.mirror
        )

    def _ask(self, found: Iterable[Breakpoint], frame: Frame, moment: Moment) -> Hit | None:
        first: Hit | None = None
        for item in found:
            hit = judge(item, moment, self._counts)
            if hit is None:
                continue
            if item.log is not None and hit.condition_error is None:
                self._log(item, item.log, frame, moment)
            else:
                first = first or hit
            if item.once and hit.condition_error is None:
                self._run.holding.remove_breakpoint(item.id)
        if first is None or self._run.holding.may_begin():
            return first
        self._tell_passed(frame, first)
        return None

    def _log(self, item: Breakpoint, text: str, frame: Frame, moment: Moment) -> None:
        message, problem = fill_in(text, moment.context, moment.names())
        self._run.log.breakpoint(frame, item.id, message, moment, problem)

    def _tell_passed(self, frame: Frame, hit: Hit) -> None:
        """Too many runs of others are held already: this one goes on."""
        key, most = hit.breakpoint.component_key or hit.breakpoint.place, self._run.limits.runs_held
        text = f'The breakpoint at "{key}" was passed: {most} runs of other callers are held already.'
        self._run.log.runtime(frame, LogLevel.WARNING, text)


def port_of(frame: Frame, record: StepRecord) -> str:
    """The port by which control left a component."""
    plan = frame.by_key.get(record.id.key)
    if plan is None or plan.shape is None:
        return port_taken(record, (), None)
    following = frame.after(plan)
    return port_taken(record, plan.ports(record.config), None if following is None else following.key)
