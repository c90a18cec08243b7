"""Every run the window knows, fed from the event log, and which run and moment is shown."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from editor.session.run_view import LogRow, Marks, Overlay, RunView, StepRow, Taken
from node_engine.models.event import Event, EventName
from node_engine.models.ids import MAIN_FRAME, ComponentKey, ComponentName, FrameId, RunId, SessionId
from node_engine.models.json import JsonObject, JsonValue
from node_engine.models.limits import DEFAULT_LIMITS
from node_engine.models.run import Origin, RunState, RunSummary, StepRecord, StepState

EVENT_ROWS = 10_000
"""Older events are forgotten by the Events panel; the journal has them."""


@dataclass(slots=True)
class EventRow:
    """One event as the Events panel shows it; `data` is shared with the log, not to be changed."""

    number: int
    time_s: float
    name: str
    session_id: SessionId
    run_id: RunId | None
    data: JsonValue


class RunModel(QObject):
    """What is known of all runs. Signals come at most once for each batch of events, after everything is true.

    Signals:
        runs_changed: a run began, ended, paused or was forgotten.
        run_changed: steps, log or state of the run with this id became others.
        shown_changed: another run or moment is shown.
        events_changed: `events` grew.
        gap_found: so many events were lost; live runs must be asked for what they did.
    """

    runs_changed = Signal()
    run_changed = Signal(str)
    shown_changed = Signal()
    events_changed = Signal()
    gap_found = Signal(int)

    def __init__(self, parent: QObject | None = None, *, kept_runs: int = DEFAULT_LIMITS.history_runs) -> None:
        super().__init__(parent)
        self.events: deque[EventRow] = deque(maxlen=EVENT_ROWS)
        self.event_count = 0
        """All events so far, also those that `events` no longer holds."""
        self._kept_runs = kept_runs
        self._runs: dict[RunId, RunView] = {}
        self._shown_id: RunId | None = None
        self._shown_step: int | None = None
        self._touched: dict[RunId, None] = {}
        self._runs_touched = False
        self._shown_touched = False

    def runs(self) -> list[RunView]:
        """All runs, newest first."""
        return sorted(self._runs.values(), key=lambda view: (view.started_s, view.number), reverse=True)

    def run(self, run_id: str | None) -> RunView | None:
        """A run by its id."""
        return None if run_id is None else self._runs.get(RunId(run_id))

    @property
    def shown(self) -> RunView | None:
        """The run that canvas and panels show."""
        return self.run(self._shown_id)

    @property
    def shown_step(self) -> int | None:
        """The number of the step that is looked at; None follows the run."""
        return self._shown_step

    def show(self, run_id: str | None) -> None:
        """Show a run as it is now; it may be one of which no event came yet."""
        if run_id != self._shown_id or self._shown_step is not None:
            self._shown_id = None if run_id is None else RunId(run_id)
            self._shown_step = None
            self.shown_changed.emit()

    def show_step(self, number: int | None) -> None:
        """Show the shown run as it was after this step; None goes live."""
        if number != self._shown_step:
            self._shown_step = number
            self.shown_changed.emit()

    def overlay(self, frame: FrameId = MAIN_FRAME) -> Overlay:
        """Marks and taken wires of the shown run at the shown moment."""
        view = self.shown
        return Overlay() if view is None else view.overlay(self._shown_step, frame)

    def marks_at(self, step: int | None, frame: FrameId = MAIN_FRAME) -> Marks:
        """Marks of the shown run after a step; None for now."""
        return self.shown.overlay(step, frame).marks if self.shown is not None else {}

    def taken_at(self, step: int | None, frame: FrameId = MAIN_FRAME) -> Taken:
        """Wires taken by the shown run up to a step; None for now."""
        return self.shown.overlay(step, frame).taken if self.shown is not None else {}

    def paused_key(self) -> ComponentKey | None:
        """The component of the main frame that the shown run stands before, while it is shown live."""
        view = self.shown
        if view is None or view.paused_at is None or self._shown_step is not None or view.paused_frame != MAIN_FRAME:
            return None
        return view.paused_at[0]

    def feed(self, events: Iterable[Event], missed: int = 0) -> None:
        """Take events in; nothing is told before `flush`."""
        if missed:
            for view in self._runs.values():
                if view.is_live:
                    view.missed += missed
            self.gap_found.emit(missed)
        handlers = _HANDLERS
        rows = self.events
        for event in events:
            self.event_count += 1
            rows.append(EventRow(event.number, event.time_s, event.name, event.session_id, event.run_id, event.data))
            handler = handlers.get(event.name)
            if handler is not None and event.run_id is not None and isinstance(event.data, dict):
                view = self._runs.get(event.run_id) or self._begin(event, event.data)
                handler(self, view, event.data, event.time_s)
                self._touched[event.run_id] = None

    def flush(self) -> None:
        """Tell what the events since the last call changed."""
        touched, runs_touched, shown_touched = self._touched, self._runs_touched, self._shown_touched
        self._touched, self._runs_touched, self._shown_touched = {}, False, False
        for run_id in touched:
            self.run_changed.emit(run_id)
        if runs_touched:
            self.runs_changed.emit()
        if shown_touched:
            self.shown_changed.emit()
        self.events_changed.emit()

    def load(
        self, summary: RunSummary, steps: Iterable[StepRecord] | None = None, log: Iterable[Event] = ()
    ) -> RunView:
        """Take in a run from history, or what was missed of a live one; without steps only its summary."""
        view = self._runs.get(summary.id) or self._keep(_view_of(summary))
        view.state, view.error, view.elapsed_ms = summary.state, summary.error, summary.elapsed_ms
        view.step_count = max(view.step_count, summary.steps)
        if steps is None:
            view.is_loaded = view.is_loaded and len(view.steps) >= view.step_count
        else:
            view.overlays.clear()
            view.steps.clear()
            view._rows.clear()
            for record in steps:
                _load_step(view, record)
            for event in log:
                if isinstance(event.data, dict):
                    self._on_log(view, event.data, event.time_s)
            view.is_loaded, view.missed = True, 0
        self._touched[view.id] = None
        self.flush()
        return view

    def _begin(self, event: Event, data: JsonObject) -> RunView:
        parent = data.get("parent")
        view = RunView(
            id=RunId(str(event.run_id)),
            number=_int(data.get("number")),
            flow_key=str(data.get("flow_key", "")),
            session_id=event.session_id,
            origin=_origin(data.get("origin")),
            started_s=event.time_s,
            parent=RunId(parent) if isinstance(parent, str) else None,
        )
        return self._keep(view)

    def _keep(self, view: RunView) -> RunView:
        self._runs[view.id] = view
        self._runs_touched = True
        self._shown_touched = self._shown_touched or view.id == self._shown_id
        if len(self._runs) > self._kept_runs:
            over = [each.id for each in self._runs.values() if not each.is_live and each.id != self._shown_id]
            for run_id in over[: len(self._runs) - self._kept_runs]:
                del self._runs[run_id]
        return view

    def _on_run_started(self, view: RunView, data: JsonObject, time_s: float) -> None:
        view.number, view.started_s = _int(data.get("number")), time_s

    def _on_step_started(self, view: RunView, data: JsonObject, time_s: float) -> None:
        view.add(_row_of(data, time_s))
        view.paused_at = None

    def _on_step_finished(self, view: RunView, data: JsonObject, time_s: float) -> None:
        self._end_step(view, data, time_s, _STATES.get(data.get("state"), StepState.DONE))

    def _on_step_failed(self, view: RunView, data: JsonObject, time_s: float) -> None:
        self._end_step(view, data, time_s, StepState.FAILED)

    def _on_step_skipped(self, view: RunView, data: JsonObject, time_s: float) -> None:
        self._end_step(view, data, time_s, StepState.SKIPPED)

    def _end_step(self, view: RunView, data: JsonObject, time_s: float, state: StepState) -> None:
        row = view.step(_int(data.get("step")))
        if row is None:
            row = _row_of(data, time_s)
            view.add(row)
        row.state = state
        row.elapsed_ms = _float(data.get("elapsed_ms"))
        following, port, error, changes = data.get("next"), data.get("port"), data.get("error"), data.get("changes")
        row.next = ComponentKey(following) if isinstance(following, str) else None
        row.port = port if isinstance(port, str) else None
        row.error = error if isinstance(error, str) else None
        row.tries = _int(data.get("tries"), 1)
        if isinstance(changes, list):
            row.changes = changes  # type: ignore[assignment]  # operations are objects
        view.refresh(row)

    def _on_step_retried(self, view: RunView, data: JsonObject, _time_s: float) -> None:
        row = view.step(_int(data.get("step")))
        if row is not None:
            row.tries = _int(data.get("try"), row.tries + 1)

    def _on_paused(self, view: RunView, data: JsonObject, _time_s: float) -> None:
        view.state = RunState.PAUSED
        view.paused_at = (ComponentKey(str(data.get("key"))), _int(data.get("visit"), 1))
        view.paused_frame = FrameId(str(data.get("frame", MAIN_FRAME)))
        reason = data.get("reason")
        view.paused_reason = reason if isinstance(reason, str) else None
        self._runs_touched = True

    def _on_resumed(self, view: RunView, _data: JsonObject, _time_s: float) -> None:
        view.state, view.paused_at, view.paused_reason = RunState.RUNNING, None, None
        self._runs_touched = True

    def _on_edited(self, view: RunView, data: JsonObject, _time_s: float) -> None:
        changes = data.get("changes")
        if view.steps and isinstance(changes, list):
            view.steps[-1].edits.extend(change for change in changes if isinstance(change, dict))

    def _on_finished(self, view: RunView, data: JsonObject, time_s: float) -> None:
        self._end_run(view, data, time_s, RunState.FINISHED)

    def _on_failed(self, view: RunView, data: JsonObject, time_s: float) -> None:
        self._end_run(view, data, time_s, RunState.FAILED)

    def _on_stopped(self, view: RunView, data: JsonObject, time_s: float) -> None:
        self._end_run(view, data, time_s, RunState.STOPPED)

    def _end_run(self, view: RunView, data: JsonObject, time_s: float, state: RunState) -> None:
        view.state, view.paused_at = state, None
        view.elapsed_ms = _float(data.get("elapsed_ms"), (time_s - view.started_s) * 1_000)
        error = data.get("error")
        view.error = error if isinstance(error, str) else None
        for row in reversed(view.steps):
            if row.state is not StepState.RUNNING:
                break
            row.state = StepState.STOPPED
            view.refresh(row)
        self._runs_touched = True

    def _on_log(self, view: RunView, data: JsonObject, time_s: float) -> None:
        key = data.get("key")
        view.log.append(
            LogRow(
                time_s,
                str(data.get("level", "info")),
                str(data.get("namespace", "")),
                str(data.get("message", "")),
                ComponentKey(key) if isinstance(key, str) else None,
            )
        )


_STATES: Mapping[object, StepState] = {state.value: state for state in StepState}
Handler = Callable[[RunModel, RunView, JsonObject, float], None]
_HANDLERS: Mapping[str, Handler] = {
    EventName.RUN_STARTED.value: RunModel._on_run_started,
    EventName.STEP_STARTED.value: RunModel._on_step_started,
    EventName.STEP_FINISHED.value: RunModel._on_step_finished,
    EventName.STEP_FAILED.value: RunModel._on_step_failed,
    EventName.STEP_SKIPPED.value: RunModel._on_step_skipped,
    EventName.STEP_RETRIED.value: RunModel._on_step_retried,
    EventName.RUN_PAUSED.value: RunModel._on_paused,
    EventName.RUN_RESUMED.value: RunModel._on_resumed,
    EventName.CONTEXT_EDITED.value: RunModel._on_edited,
    EventName.RUN_FINISHED.value: RunModel._on_finished,
    EventName.RUN_FAILED.value: RunModel._on_failed,
    EventName.RUN_STOPPED.value: RunModel._on_stopped,
    EventName.LOG.value: RunModel._on_log,
}


def _row_of(data: JsonObject, time_s: float) -> StepRow:
    return StepRow(
        number=_int(data.get("step")),
        key=ComponentKey(str(data.get("key"))),
        name=ComponentName(str(data.get("name"))),
        visit=_int(data.get("visit"), 1),
        frame=FrameId(str(data.get("frame", MAIN_FRAME))),
        state=StepState.RUNNING,
        started_s=time_s,
    )


def _view_of(summary: RunSummary) -> RunView:
    return RunView(
        summary.id,
        summary.number,
        summary.flow_key,
        summary.session_id,
        summary.origin,
        started_s=summary.started_s,
        parent=summary.parent,
    )


def _load_step(view: RunView, record: StepRecord) -> None:
    row = StepRow(
        record.number,
        record.id.key,
        record.name,
        record.id.visit,
        record.id.frame,
        record.state,
        record.started_s,
        record.elapsed_ms,
        record.next,
        record.port,
        record.error,
        record.tries,
        record.changes,
    )
    view.add(row)
    if record.state not in (StepState.RUNNING, StepState.PAUSED):
        view.refresh(row)


def _origin(value: JsonValue) -> Origin:
    return next((origin for origin in Origin if origin == value), Origin.API)


def _int(value: JsonValue, default: int = 0) -> int:
    return value if isinstance(value, int) else default


def _float(value: JsonValue, default: float = 0.0) -> float:
    return float(value) if isinstance(value, int | float) else default
