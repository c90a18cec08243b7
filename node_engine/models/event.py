"""Events: the message of the documented API and the record that the event log keeps."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from node_engine.models.ids import RunId, SessionId
from node_engine.models.json import JsonValue


class SSEMessage(BaseModel):
    """The body of `POST /emit_sse_message`: three strings, no coercion."""

    model_config = ConfigDict(extra="forbid", strict=True)

    session_id: str
    event: str
    data: str


class EventName(StrEnum):
    """Life-cycle events. Their names hold a dot, so that they never meet a component's own (WIRE.md §8)."""

    RUN_STARTED = "run.started"
    STEP_STARTED = "step.started"
    STEP_FINISHED = "step.finished"
    STEP_FAILED = "step.failed"
    STEP_SKIPPED = "step.skipped"
    STEP_RETRIED = "step.retried"
    RUN_PAUSED = "run.paused"
    RUN_RESUMED = "run.resumed"
    RUN_HELD = "run.held"
    """A paused run is held longer for whoever looks at it."""
    CONTEXT_EDITED = "context.edited"
    CONFIG_EDITED = "config.edited"
    STEP_JUMPED = "step.jumped"
    BREAKPOINT_LOGGED = "breakpoint.logged"
    """The message of a breakpoint that logs instead of stopping."""
    RUN_FINISHED = "run.finished"
    RUN_FAILED = "run.failed"
    RUN_STOPPED = "run.stopped"
    LOG = "log"
    """A log item; reaches SSE readers only when context["stream_log"] is truthy."""


@dataclass(slots=True, eq=False)
class Event:
    """One entry of the event log. `number` grows by one over the whole log, without holes.

    `data` is text for a component's own events and a JSON object for life-cycle events. `time_s` is the Unix time.
    `private` events reach the window and the journal but no SSE reader.
    """

    number: int
    session_id: SessionId
    name: str
    data: JsonValue
    time_s: float
    run_id: RunId | None = None
    connection_id: str | None = None
    private: bool = False
    encoded: bytes | None = None
    """The bytes an SSE reader gets, made once by the first that needs them."""
