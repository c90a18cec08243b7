"""Looking back at runs, whether they are under way, in memory or only in the journal (DEBUGGER.md §6)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from node_engine.analysis.compare import RunComparison, compare
from node_engine.engine.history import RunHistory
from node_engine.engine.stop_check import Past, StopCheck, check_stops
from node_engine.engine.watching import WatchValue, watch_values
from node_engine.engine.writings import Writing, find_writings
from node_engine.errors import UnknownRunError
from node_engine.models.breakpoint import BreakPlace, Breakpoint
from node_engine.models.event import Event
from node_engine.models.flow import FlowDefinition
from node_engine.models.ids import MAIN_FRAME, FrameId, RunId
from node_engine.models.json import JsonObject
from node_engine.models.run import RunSummary, StepRecord

if TYPE_CHECKING:
    from node_engine.engine.journal import Journal
    from node_engine.engine.journal_reader import Story
    from node_engine.engine.run import Run
    from node_engine.engine.runtime import Runtime

__all__ = ["Lookback", "StopCheck", "WatchValue", "Writing"]

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Told:
    """What happened in a run, as the questions see it."""

    history: RunHistory
    steps: Sequence[StepRecord]
    jumped_to: str | None = None
    """The component put next by hand at the very end, of a run of the journal."""


class Lookback:
    """Questions about a run by its id. Each raises UnknownRunError when there is no such run.

    They are worked out beside the engine's loop, so that long ones hold up nothing.
    """

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self.journal: Journal | None = None

    async def writers(self, run_id: str, path: str, frame: FrameId = MAIN_FRAME, limit: int = 1_000) -> list[Writing]:
        """Who wrote the value at a context path, such as "order.total" or "/order/total": the newest, oldest first."""
        return await self.ask(run_id, lambda told: find_writings(told.history, told.steps, path, frame, limit))

    async def watch(self, run_id: str, expression: str, frame: FrameId | None = None) -> list[WatchValue]:
        """The value of an expression after every step, each in its own frame, or of one frame only."""
        return await self.ask(run_id, lambda told: watch_values(told.history, told.steps, expression, frame))

    async def would_stop(self, run_id: str, breakpoint_: Breakpoint) -> StopCheck:
        """How often a breakpoint would have stopped the run."""
        summary, flow = await self.summary(run_id), await self.flow(run_id)
        is_event = breakpoint_.place is BreakPlace.EVENT
        events = await self.events(run_id) if is_event else []
        catalog = self._runtime.registry.catalog()

        def check(told: Told) -> StopCheck:
            return check_stops(Past(told.history, told.steps, flow, summary.started_s), breakpoint_, catalog, events)

        return await self.ask(run_id, check)

    async def compare(self, run_a: str, run_b: str) -> RunComparison:
        """Two runs side by side. What came before a fork is no difference."""
        a, b = await self.steps(run_a), await self.steps(run_b)
        second = await self.summary(run_b)
        forked_at = second.parent_step if second.parent_run == run_a else None
        return await asyncio.to_thread(compare, a, b, forked_at=forked_at)

    async def steps(self, run_id: str) -> list[StepRecord]:
        """The steps in order of starting."""
        run = self.live(run_id)
        return list(run.records) if run is not None else await self._written(run_id).steps(run_id)

    async def state_at(self, run_id: str, number: int, frame: FrameId | None = None) -> JsonObject:
        """The context after a step; not to be changed. Raises UnknownKeyError."""
        run = self.live(run_id)
        return (
            run.state_at(number, frame)
            if run is not None
            else await self._written(run_id).state_at(run_id, number, frame)
        )

    async def state_before(self, run_id: str, number: int, frame: FrameId | None = None) -> JsonObject:
        """The context as a step found it; not to be changed. Raises UnknownKeyError."""
        run = self.live(run_id)
        return (
            run.state_before(number, frame)
            if run is not None
            else await self._written(run_id).state_before(run_id, number, frame)
        )

    async def flow(self, run_id: str) -> FlowDefinition:
        """The definition the run was given, with its first context. In the journal secrets are hidden."""
        run = self.live(run_id)
        return run.flow if run is not None else await self._written(run_id).flow(run_id)

    async def summary(self, run_id: str) -> RunSummary:
        """The run as a row of the list of runs."""
        run = self.live(run_id)
        found = run.summary() if run is not None else await self._written(run_id).run(run_id)
        if found is None:
            raise UnknownRunError(run_id)
        return found

    async def events(self, run_id: str) -> list[Event]:
        """The events of the run as far as they are kept."""
        if self.journal is not None:
            await self.journal.flush()
            return await self.journal.events(run_id)
        cursor = self._runtime.events.cursor(0)
        kept = cursor.read(self._runtime.limits.log_events).events
        cursor.close()
        return [event for event in kept if event.run_id == run_id]

    async def ask(self, run_id: str, question: Callable[[Told], Result]) -> Result:
        """The answer to a question about all that happened, worked out in another thread."""
        run = self.live(run_id)
        if run is not None:
            return await asyncio.to_thread(question, Told(run.history, tuple(run.records)))
        return await self._written(run_id).ask(run_id, lambda story: question(_told(story)))

    def live(self, run_id: str) -> Run | None:
        """The run, if it is in memory."""
        try:
            return self._runtime.run(RunId(run_id))
        except UnknownRunError:
            return None

    def _written(self, run_id: str) -> Journal:
        if self.journal is None:
            raise UnknownRunError(run_id)
        return self.journal


def _told(story: Story) -> Told:
    return Told(story.history, story.steps, story.jumped_to)
