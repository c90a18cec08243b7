"""Reads runs, steps and pauses from the data of events and from records of the journal."""

from __future__ import annotations

from dataclasses import replace

from editor.session.run_view import Pause, RunView, StepRow
from node_engine.models.ids import MAIN_FRAME, ComponentKey, ComponentName, FrameId
from node_engine.models.json import JsonObject, JsonValue
from node_engine.models.run import Origin, RunState, RunSummary, StepRecord, StepState


def row_of(data: JsonObject, time_s: float) -> StepRow:
    """A step that begins, of `step.started`."""
    return StepRow(
        number=int_of(data.get("step")),
        key=ComponentKey(str(data.get("key"))),
        name=ComponentName(str(data.get("name"))),
        visit=int_of(data.get("visit"), 1),
        frame=FrameId(str(data.get("frame", MAIN_FRAME))),
        state=StepState.RUNNING,
        started_s=time_s,
    )


def view_of(summary: RunSummary) -> RunView:
    """A run of which only the summary is known."""
    return RunView(
        summary.id,
        summary.number,
        summary.flow_key,
        summary.session_id,
        summary.origin,
        started_s=summary.started_s,
        parent=summary.parent,
    )


def load_step(view: RunView, record: StepRecord) -> None:
    """Put a step of the history into its run."""
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


def pause_of(data: JsonObject, time_s: float) -> Pause:
    """Where a run stands, of `run.paused`."""
    following = text_of(data.get("next"))
    return Pause(
        key=ComponentKey(str(data.get("key"))),
        visit=int_of(data.get("visit"), 1),
        frame=FrameId(str(data.get("frame", MAIN_FRAME))),
        place=text_of(data.get("place")) or "before",
        reason=text_of(data.get("reason")) or "pause",
        breakpoint=text_of(data.get("breakpoint")),
        condition_error=text_of(data.get("condition_error")),
        port=text_of(data.get("port")),
        path=text_of(data.get("path")),
        event=text_of(data.get("event")),
        next=None if following is None else ComponentKey(following),
        since_s=time_s,
        held_until_s=seconds_of(data.get("held_until_s")),
    )


def jumped(view: RunView, pause: Pause, to: ComponentKey) -> Pause:
    """The pause once another component was set to run next."""
    if pause.place != "before":
        return replace(pause, next=to)
    visits = sum(row.key == to and row.frame == pause.frame for row in view.steps)
    return replace(pause, key=to, visit=visits + 1, next=to)


def text_of(value: JsonValue) -> str | None:
    """A text, or None for anything else."""
    return value if isinstance(value, str) else None


def seconds_of(value: JsonValue) -> float | None:
    """A time, or None for anything else."""
    return float(value) if isinstance(value, int | float) else None


def origin_of(value: JsonValue) -> Origin:
    """Who started a run; a script when that is not known."""
    return next((origin for origin in Origin if origin == value), Origin.API)


def int_of(value: JsonValue, default: int = 0) -> int:
    """A whole number, or the default for anything else."""
    return value if isinstance(value, int) else default


def float_of(value: JsonValue, default: float = 0.0) -> float:
    """A number, or the default for anything else."""
    return float(value) if isinstance(value, int | float) else default


def paused_of(summary: RunSummary, known: Pause | None) -> Pause | None:
    """Where a run stands by its summary; what is known already says more."""
    if summary.state is not RunState.PAUSED or summary.paused_at is None:
        return None
    if known is not None:
        return known
    place, _, visit = summary.paused_at.rpartition("#")
    frame, _, key = place.rpartition("/")
    return Pause(ComponentKey(key), int(visit) if visit.isdecimal() else 1, FrameId(frame or MAIN_FRAME))
