"""Words for runs: where one came from, which state it is in, and how a step is named for ever."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from node_engine.models.ids import ComponentKey, ComponentName, FrameId, RunId, SessionId
from node_engine.models.json import JsonObject


class Origin(StrEnum):
    """Who started a run."""

    EDITOR = "editor"
    API = "api"
    """In-process use of the Runtime by a script."""
    HTTP = "http"
    CLI = "cli"
    BACKGROUND = "background"


class DebugPolicy(StrEnum):
    """What a run lets a debugger do (DEBUGGER.md §5)."""

    OFF = "off"
    """Not even a pause by hand; it can be watched and stopped."""
    OBSERVE = "observe"
    """Every verb works; breakpoints are passed."""
    BREAK = "break"
    """Breakpoints stop it."""


class RunState(StrEnum):
    """The state of a run; the last three are final."""

    WAITING = "waiting"
    RUNNING = "running"
    PAUSED = "paused"
    FINISHED = "finished"
    FAILED = "failed"
    STOPPED = "stopped"
    INTERRUPTED = "interrupted"
    """The process ended during the run; found in the journal at the next start."""

    @property
    def is_final(self) -> bool:
        """True when nothing more can happen in this run by itself."""
        return self not in (RunState.WAITING, RunState.RUNNING, RunState.PAUSED)


class StepState(StrEnum):
    """The state of one step or of a component as the canvas shows it."""

    RUNNING = "running"
    PAUSED = "paused"
    DONE = "done"
    FAILED = "failed"
    SKIPPED = "skipped"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class StepId:
    """(frame, key, visit) names a step for ever (DEBUGGER.md §1); `str()` gives "main/criticise#2"."""

    frame: FrameId
    key: ComponentKey
    visit: int

    def __str__(self) -> str:
        return f"{self.frame}/{self.key}#{self.visit}"


@dataclass(slots=True)
class StepRecord:
    """One execution of a component. `changes` are JSON Patch operations (RFC 6902) on the frame's context."""

    number: int
    """1-based over the whole run, in order of starting."""
    id: StepId
    name: ComponentName
    state: StepState
    started_s: float
    """Unix time."""
    elapsed_ms: float = 0.0
    next: ComponentKey | None = None
    """The key that ran next, "exit" at the end, None while running."""
    port: str | None = None
    """The named port that was taken, if any."""
    changes: list[JsonObject] = field(default_factory=list)
    error: str | None = None
    is_caught: bool = False
    """True for a failure that `on_error` led on from."""
    tries: int = 1
    config: JsonObject = field(default_factory=dict)
    """The config after templates."""


@dataclass(slots=True)
class RunSummary:
    """One row of the list of runs."""

    id: RunId
    number: int
    """Counts from 1 on this machine; what people call the run."""
    flow_key: str
    session_id: SessionId
    origin: Origin
    state: RunState
    started_s: float
    """Unix time."""
    elapsed_ms: float
    steps: int
    parent: RunId | None = None
    error: str | None = None
    paused_at: str | None = None
    """`str(StepId)` of the step that a paused run stands before, or after."""
    parent_run: RunId | None = None
    """The run that this one was forked from, at its step `parent_step`."""
    parent_step: int | None = None
