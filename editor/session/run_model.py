"""Every run the window knows, fed from the event log, and which run and moment is shown."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, Signal

from editor.session.run_events import (
    float_of,
    int_of,
    jumped,
    load_step,
    origin_of,
    pause_of,
    paused_of,
    row_of,
    seconds_of,
    text_of,
    view_of,
)
from editor.session.run_view import LogRow, Marks, Overlay, Pause, RunView, Taken
from node_engine.models.event import Event, EventName
from node_engine.models.ids import MAIN_FRAME, ComponentKey, FrameId, RunId, SessionId
from node_engine.models.json import JsonObject, JsonValue
from node_engine.models.limits import DEFAULT_LIMITS
from node_engine.models.run import RunState, RunSummary, StepRecord, StepState

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

    def run_before(self, view: RunView) -> RunView | None:
        """The run of the same flow that was started before this one; None when none is known."""
        alike = (run for run in self._runs.values() if run.flow_key == view.flow_key and run.step_count)
        earlier = (run for run in alike if (run.started_s, run.number) < (view.started_s, view.number))
        return max(earlier, key=lambda run: (run.started_s, run.number), default=None)

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
        """The component of the main frame at which the shown run stands, while it is shown live."""
        pause = self.pause()
        return None if pause is None or pause.frame != MAIN_FRAME else pause.key

    def pause(self) -> Pause | None:
        """Where the shown run stands, while it is shown live: its newest step counts as that."""
        view = self.shown
        return None if view is None or self.is_looking_back else view.paused

    @property
    def is_looking_back(self) -> bool:
        """True while an earlier moment of the shown run is looked at."""
        view, step = self.shown, self._shown_step
        return view is not None and step is not None and (view.state.is_final or step < len(view.steps))

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
        view = self._runs.get(summary.id) or self._keep(view_of(summary))
        view.state, view.error, view.elapsed_ms = summary.state, summary.error, summary.elapsed_ms
        view.step_count = max(view.step_count, summary.steps)
        view.paused = paused_of(summary, view.paused)
        if steps is None:
            view.is_loaded = view.is_loaded and len(view.steps) >= view.step_count
        else:
            view.overlays.clear()
            view.steps.clear()
            view._rows.clear()
            for record in steps:
                load_step(view, record)
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
            number=int_of(data.get("number")),
            flow_key=str(data.get("flow_key", "")),
            session_id=event.session_id,
            origin=origin_of(data.get("origin")),
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
        view.number, view.started_s = int_of(data.get("number")), time_s
        parent, step = data.get("parent_run"), data.get("parent_step")
        if isinstance(parent, str):
            view.forked_from = (RunId(parent), int_of(step))
            view.parent = view.parent or RunId(parent)

    def _on_step_started(self, view: RunView, data: JsonObject, time_s: float) -> None:
        view.add(row_of(data, time_s))
        view.paused = None

    def _on_step_finished(self, view: RunView, data: JsonObject, time_s: float) -> None:
        self._end_step(view, data, time_s, _STATES.get(data.get("state"), StepState.DONE))

    def _on_step_failed(self, view: RunView, data: JsonObject, time_s: float) -> None:
        self._end_step(view, data, time_s, StepState.FAILED)

    def _on_step_skipped(self, view: RunView, data: JsonObject, time_s: float) -> None:
        self._end_step(view, data, time_s, StepState.SKIPPED)

    def _end_step(self, view: RunView, data: JsonObject, time_s: float, state: StepState) -> None:
        row = view.step(int_of(data.get("step")))
        if row is None:
            row = row_of(data, time_s)
            view.add(row)
        row.state = state
        row.elapsed_ms = float_of(data.get("elapsed_ms"))
        following, port, error, changes = data.get("next"), data.get("port"), data.get("error"), data.get("changes")
        row.next = ComponentKey(following) if isinstance(following, str) else None
        row.port = port if isinstance(port, str) else None
        row.error = error if isinstance(error, str) else None
        row.tries = int_of(data.get("tries"), 1)
        if isinstance(changes, list):
            row.changes = changes  # type: ignore[assignment]  # operations are objects
        view.refresh(row)

    def _on_step_retried(self, view: RunView, data: JsonObject, _time_s: float) -> None:
        row = view.step(int_of(data.get("step")))
        if row is not None:
            row.tries = int_of(data.get("try"), row.tries + 1)

    def _on_paused(self, view: RunView, data: JsonObject, time_s: float) -> None:
        view.state = RunState.PAUSED
        view.paused = pause_of(data, time_s)
        view.stops.append(len(view.steps))
        self._count_hit(view, view.paused.breakpoint)
        self._runs_touched = True

    def _on_held(self, view: RunView, data: JsonObject, _time_s: float) -> None:
        if view.paused is not None:
            view.paused = replace(view.paused, held_until_s=seconds_of(data.get("held_until_s")))

    def _on_jumped(self, view: RunView, data: JsonObject, _time_s: float) -> None:
        if view.paused is not None:
            view.paused = jumped(view, view.paused, ComponentKey(str(data.get("to"))))

    def _on_resumed(self, view: RunView, _data: JsonObject, _time_s: float) -> None:
        view.state, view.paused = RunState.RUNNING, None
        self._runs_touched = True

    def _on_logged(self, view: RunView, data: JsonObject, _time_s: float) -> None:
        self._count_hit(view, text_of(data.get("breakpoint")))

    def _count_hit(self, view: RunView, breakpoint_id: str | None) -> None:
        if breakpoint_id is not None:
            view.hits[breakpoint_id] = view.hits.get(breakpoint_id, 0) + 1

    def _on_config_edited(self, view: RunView, data: JsonObject, _time_s: float) -> None:
        config = data.get("config")
        view.config_edits[ComponentKey(str(data.get("key")))] = config if isinstance(config, dict) else {}

    def _on_edited(self, view: RunView, data: JsonObject, _time_s: float) -> None:
        found = data.get("changes")
        changes = [change for change in found if isinstance(change, dict)] if isinstance(found, list) else []
        if not view.steps:
            view.first_edits.extend(changes)
            return
        row = view.steps[-1]
        row.edits.extend(changes)
        if data.get("by", "user") == "user":
            row.hand_edits += len(changes)

    def _on_finished(self, view: RunView, data: JsonObject, time_s: float) -> None:
        self._end_run(view, data, time_s, RunState.FINISHED)

    def _on_failed(self, view: RunView, data: JsonObject, time_s: float) -> None:
        self._end_run(view, data, time_s, RunState.FAILED)

    def _on_stopped(self, view: RunView, data: JsonObject, time_s: float) -> None:
        self._end_run(view, data, time_s, RunState.STOPPED)

    def _end_run(self, view: RunView, data: JsonObject, time_s: float, state: RunState) -> None:
        view.state, view.paused = state, None
        view.elapsed_ms = float_of(data.get("elapsed_ms"), (time_s - view.started_s) * 1_000)
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
    EventName.RUN_HELD.value: RunModel._on_held,
    EventName.CONTEXT_EDITED.value: RunModel._on_edited,
    EventName.CONFIG_EDITED.value: RunModel._on_config_edited,
    EventName.STEP_JUMPED.value: RunModel._on_jumped,
    EventName.BREAKPOINT_LOGGED.value: RunModel._on_logged,
    EventName.RUN_FINISHED.value: RunModel._on_finished,
    EventName.RUN_FAILED.value: RunModel._on_failed,
    EventName.RUN_STOPPED.value: RunModel._on_stopped,
    EventName.LOG.value: RunModel._on_log,
}
