"""Runs for those who ask over HTTP: from memory while they are there, from the journal afterwards."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING

from node_engine.engine.events import Batch, Cursor
from node_engine.errors import UnknownKeyError, UnknownRunError
from node_engine.models.event import Event, EventName
from node_engine.models.ids import RunId
from node_engine.models.json import JsonObject, JsonValue
from node_engine.models.run import Origin, RunState, RunSummary, StepRecord, StepState
from node_engine.service.stream import EventStream, Readers, resume_point

if TYPE_CHECKING:
    from node_engine.engine.engine import Engine

_ENDS = {
    RunState.FINISHED: EventName.RUN_FINISHED,
    RunState.FAILED: EventName.RUN_FAILED,
    RunState.STOPPED: EventName.RUN_STOPPED,
    RunState.INTERRUPTED: EventName.RUN_STOPPED,
}
_END_NAMES = frozenset(_ENDS.values())


@dataclass(frozen=True, slots=True)
class RunFilter:
    """Which runs are asked for; None is any."""

    flow_key: str | None = None
    origin: Origin | None = None
    state: RunState | None = None
    session_id: str | None = None
    text: str | None = None

    def fits(self, run: RunSummary) -> bool:
        """True when the run is one of them."""
        return (
            self.flow_key in (None, run.flow_key)
            and self.origin in (None, run.origin)
            and self.state in (None, run.state)
            and self.session_id in (None, run.session_id)
            and (self.text is None or self._is_in(run, self.text.casefold()))
        )

    def _is_in(self, run: RunSummary, text: str) -> bool:
        shown = (f"#{run.number}", run.id, run.flow_key, run.session_id, run.error or "")
        return any(text in part.casefold() for part in shown)


class RunReader:
    """Answers questions about runs, whether they are in memory or only in the journal."""

    def __init__(self, engine: Engine) -> None:
        self._runtime = engine.runtime
        self._lookback = engine.lookback
        self._journal = engine.journal
        self._log = engine.events

    async def summaries(self, limit: int, wanted: RunFilter) -> list[RunSummary]:
        """Runs that fit, newest first."""
        found = {summary.id: summary for summary in self._runtime.runs()}
        if self._journal is not None:
            for summary in await self._written(limit, wanted):
                found.setdefault(summary.id, summary)
        fitting = [summary for summary in found.values() if wanted.fits(summary)]
        return sorted(fitting, key=lambda summary: summary.number, reverse=True)[:limit]

    async def _written(self, limit: int, wanted: RunFilter) -> list[RunSummary]:
        """Runs of the journal; all of them where the journal itself cannot tell which fit."""
        assert self._journal is not None  # asked before
        is_exact = wanted.origin is None and wanted.text is None
        return await self._journal.runs(
            limit=limit if is_exact else self._runtime.limits.journal_runs,
            flow_key=wanted.flow_key,
            session_id=wanted.session_id,
            state=wanted.state,
        )

    async def steps(self, run_id: RunId, after: int = 0, limit: int | None = None) -> list[StepRecord]:
        """Steps numbered above `after`, in order of starting. Raises UnknownRunError."""
        steps = await self._lookback.steps(run_id)
        return steps[after:][:limit]

    async def step(self, run_id: RunId, number: int) -> StepRecord:
        """One step. Raises UnknownRunError, and UnknownKeyError when there is none of that number."""
        steps = await self._lookback.steps(run_id)
        if not 1 <= number <= len(steps):
            raise UnknownKeyError(f"step {number}")
        return steps[number - 1]

    async def events(self, run_id: RunId, after: int) -> list[Event]:
        """What has happened in a run, in order; numbers are 0 when they are not those of the present log."""
        summary = await self._lookback.summary(run_id)
        is_in_memory = self._lookback.live(run_id) is not None
        written = await self._written_events(run_id, after if is_in_memory else 0)
        if written is None:
            logged = self._logged_events(run_id, after)
            is_whole = bool(after) or (bool(logged) and logged[0].name == EventName.RUN_STARTED)
            return logged if is_whole else list(told_again(summary, await self.steps(run_id)))
        if is_in_memory:
            return written
        if not any(map(is_end, written)):
            written.append(list(told_again(summary, []))[-1])
        return [replace(event, number=0) for event in written]

    def _logged_events(self, run_id: RunId, after: int) -> list[Event]:
        cursor = self._log.cursor(after)
        events = cursor.read(self._log.limits.log_events).events
        cursor.close()
        return [event for event in events if is_of(run_id, event)]

    async def _written_events(self, run_id: RunId, after: int) -> list[Event] | None:
        if self._journal is None:
            return None
        await self._journal.flush()
        try:
            return await self._journal.events(run_id, after)
        except UnknownRunError:  # it could not be written: a full disk, a folder that is gone
            return None


class RunSource:
    """What a stream of one run reads: first what has happened, told again, then the log."""

    def __init__(self, past: Iterator[Event], cursor: Cursor) -> None:
        self._past = past
        self._cursor = cursor

    @property
    def position(self) -> int:
        """Number of the last event of the log that was read."""
        return self._cursor.position

    def read(self, limit: int = 1_000) -> Batch:
        """Up to `limit` events; those of other runs too, which the stream passes over."""
        past = list(islice(self._past, limit))
        return Batch(past) if past else self._cursor.read(limit)

    def on_ready(self, callback: Callable[[], None]) -> None:
        """Have `callback` called when there is something new."""
        self._cursor.on_ready(callback)

    def close(self) -> None:
        """Forget the reader."""
        self._cursor.close()


async def run_stream(
    readers: Readers, engine: Engine, reader: RunReader, run_id: RunId, last_event_id: str | None
) -> EventStream:
    """The events of one run from its beginning, or from after `last_event_id`, until it has ended.

    Raises:
        UnknownRunError: there is no such run.
        LimitError: too many streams are open.
    """
    log = engine.events
    summary = await engine.lookback.summary(run_id)
    readers.admit(summary.session_id)
    after = resume_point(log, last_event_id)
    cursor = log.cursor(after)
    past = await reader.events(run_id, after or 0)
    if past and past[-1].number:
        cursor.close()
        cursor = log.cursor(past[-1].number)
    source = RunSource(iter(past), cursor)

    stream = EventStream(
        readers, summary.session_id, source, log.id, wants=lambda event: is_of(run_id, event), ends_with=is_end
    )
    if summary.state.is_final and not any(map(is_end, past)):
        stream.stop()  # the reader has heard the end already
    return stream


def is_of(run_id: RunId, event: Event) -> bool:
    """True for an event of this run that callers may hear."""
    return event.run_id == run_id and not event.private


def is_end(event: Event) -> bool:
    """True for the last event of a run."""
    return event.name in _END_NAMES


def told_again(summary: RunSummary, steps: list[StepRecord]) -> Iterator[Event]:
    """The life-cycle events of what has happened in a run, without ids."""
    facts: JsonObject = {"run_id": summary.id, "flow_key": summary.flow_key, "origin": summary.origin.value}

    def event(name: EventName, data: JsonObject) -> Event:
        return Event(0, summary.session_id, name, {**facts, **data}, summary.started_s, summary.id)

    yield event(EventName.RUN_STARTED, {"frame": "main", "step": 0, "number": summary.number, "parent": summary.parent})
    for step in steps:
        place: JsonObject = {"frame": step.id.frame, "step": step.number, "key": step.id.key, "name": step.name}
        place["visit"] = step.id.visit
        yield event(EventName.STEP_STARTED, place)
        match step.state:
            case StepState.RUNNING | StepState.PAUSED:
                continue
            case StepState.FAILED:
                yield event(EventName.STEP_FAILED, {**place, "error": step.error, "elapsed_ms": step.elapsed_ms})
            case _:
                yield event(EventName.STEP_FINISHED, {**place, **_outcome(step)})
    if summary.state.is_final:
        ending: JsonObject = {"frame": "main", "elapsed_ms": summary.elapsed_ms, "steps": summary.steps}
        yield event(_ENDS[summary.state], {**ending, "error": summary.error} if summary.error else ending)


def _outcome(step: StepRecord) -> JsonObject:
    changes: list[JsonValue] = [*step.changes]
    return {
        "next": step.next,
        "port": step.port,
        "elapsed_ms": step.elapsed_ms,
        "changes": changes,
        "state": step.state.value,
    }
