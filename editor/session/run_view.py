"""One run as the window shows it: steps, log, marks on the canvas, wires taken; at any moment of the run."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field

from editor.session.change_texts import ChangeText, change_texts
from node_engine.models.ids import MAIN_FRAME, ComponentKey, ComponentName, FrameId, RunId, SessionId
from node_engine.models.json import JsonObject
from node_engine.models.run import Origin, RunState, StepState

LOG_ROWS = 5_000
"""Older lines of a run's log are forgotten by the window; the journal has them."""


@dataclass(frozen=True, slots=True)
class Mark:
    """What the canvas shows at a component: state and duration of the last visit, how many visits, the last error."""

    state: StepState
    visits: int
    elapsed_ms: float = 0.0
    error: str | None = None


@dataclass(slots=True)
class StepRow:
    """One step as the Steps panel shows it; its values change until it is over."""

    number: int
    key: ComponentKey
    name: ComponentName
    visit: int
    frame: FrameId
    state: StepState
    started_s: float
    elapsed_ms: float = 0.0
    next: ComponentKey | None = None
    port: str | None = None
    error: str | None = None
    tries: int = 1
    changes: list[JsonObject] = field(default_factory=list)
    """JSON Patch operations on the frame's context; shared with the event, not to be changed."""
    edits: list[JsonObject] = field(default_factory=list)
    """Operations on the frame's context between this step and the following one, whoever made them."""
    hand_edits: int = 0
    """How many of the edits were made by hand, while the run was paused."""
    _texts: tuple[ChangeText, ...] | None = None

    def change_texts(self) -> tuple[ChangeText, ...]:
        """What it changed, in a few signs; computed at the first call."""
        if self._texts is None:
            self._texts = change_texts(self.changes)
        return self._texts


@dataclass(frozen=True, slots=True)
class Pause:
    """Where and why a run stands (`run.paused`)."""

    key: ComponentKey
    visit: int
    frame: FrameId = MAIN_FRAME
    place: str = "before"
    """"before" or "after" the component, at its "error", or at an "event" that it sent."""
    reason: str = "pause"
    """"breakpoint", "pause", "step", "run_to" or "error"."""
    breakpoint: str | None = None
    """The id of the breakpoint that stopped it."""
    condition_error: str | None = None
    """Why the breakpoint's condition could not be read; it stops then."""
    port: str | None = None
    path: str | None = None
    event: str | None = None
    next: ComponentKey | None = None
    """What runs next; "exit" at the end."""
    since_s: float = 0.0
    """Unix time at which it came to stand."""
    held_until_s: float | None = None
    """Unix time at which it goes on by itself, since a caller waits; None when it waits for ever."""

    @property
    def may_retry(self) -> bool:
        """True when the step that failed can be done again."""
        return self.place == "error"


@dataclass(frozen=True, slots=True)
class LogRow:
    """One line of a run's log."""

    time_s: float
    level: str
    namespace: str
    message: str
    key: ComponentKey | None = None


Marks = dict[ComponentKey, Mark]
Passage = tuple[ComponentKey, ComponentKey]
Taken = dict[Passage, int]


@dataclass(slots=True)
class Overlay:
    """What a run left on one frame's canvas."""

    marks: Marks = field(default_factory=dict)
    taken: Taken = field(default_factory=dict)
    """How often control went from one component to another; the target may be "exit"."""

    def put(self, row: StepRow) -> None:
        """Show the state of a step at its component."""
        self.marks[row.key] = Mark(row.state, row.visit, row.elapsed_ms, row.error)

    def take(self, row: StepRow) -> None:
        """Count the wire by which a step left."""
        if row.next is not None:
            wire = (row.key, row.next)
            self.taken[wire] = self.taken.get(wire, 0) + 1


_NOTHING = Overlay()


@dataclass(slots=True)
class RunView:
    """A run, live or past. Times in Unix seconds, durations in milliseconds."""

    id: RunId
    number: int
    flow_key: str
    session_id: SessionId
    origin: Origin
    state: RunState = RunState.RUNNING
    started_s: float = 0.0
    elapsed_ms: float = 0.0
    error: str | None = None
    parent: RunId | None = None
    paused: Pause | None = None
    """Where it stands, while it does."""
    forked_from: tuple[RunId, int] | None = None
    """The run and the number of the step that this one was forked from."""
    hits: dict[str, int] = field(default_factory=dict)
    """How often breakpoints, by id, stopped this run or logged in it."""
    stops: list[int] = field(default_factory=list)
    """The numbers of the steps after which it stood, in order; 0 is before the first."""
    config_edits: dict[ComponentKey, JsonObject] = field(default_factory=dict)
    """Configs that were changed for this run only."""
    first_edits: list[JsonObject] = field(default_factory=list)
    """Operations made on the context before the first step."""
    steps: list[StepRow] = field(default_factory=list)
    """In order of starting."""
    log: deque[LogRow] = field(default_factory=lambda: deque(maxlen=LOG_ROWS))
    overlays: dict[FrameId, Overlay] = field(default_factory=dict)
    missed: int = 0
    """Events that were lost because the window was too slow; 0 again once the run was asked for its steps."""
    step_count: int = 0
    """Steps of the run as far as known, also when `steps` are not loaded."""
    is_loaded: bool = True
    """False for a past run of which only the summary is here."""
    _rows: dict[int, StepRow] = field(default_factory=dict)

    @property
    def marks(self) -> Mapping[ComponentKey, Mark]:
        """The marks of the main frame as they are now."""
        return self.overlay().marks

    @property
    def taken(self) -> Mapping[tuple[ComponentKey, ComponentKey], int]:
        """The wires taken in the main frame so far."""
        return self.overlay().taken

    @property
    def paused_at(self) -> tuple[ComponentKey, int] | None:
        """Key and visit of the component at which it stands."""
        return None if self.paused is None else (self.paused.key, self.paused.visit)

    @property
    def is_live(self) -> bool:
        """True while something can still happen in this run."""
        return not self.state.is_final

    def step(self, number: int) -> StepRow | None:
        """A step by its number, from 1."""
        return self._rows.get(number)

    def add(self, row: StepRow) -> None:
        """Take in a step that started, or that was loaded whole."""
        if row.number in self._rows:
            return
        self._rows[row.number] = row
        if self.steps and self.steps[-1].number > row.number:
            self.steps.append(row)
            self.steps.sort(key=lambda each: each.number)
        else:
            self.steps.append(row)
        self.step_count = max(self.step_count, row.number)
        self._frame(row.frame).put(row)

    def refresh(self, row: StepRow) -> None:
        """Show what became of a step."""
        row._texts = None
        overlay = self._frame(row.frame)
        overlay.put(row)
        overlay.take(row)

    def overlay(self, step: int | None = None, frame: FrameId = MAIN_FRAME) -> Overlay:
        """Marks and taken wires of a frame now, or as they were after step number `step`."""
        if step is None:
            return self.overlays.get(frame, _NOTHING)
        past = Overlay()
        for row in self.steps:
            if row.number > step:
                break
            if row.frame == frame:
                past.put(row)
                if row.number < step:
                    past.take(row)
        return past

    def last_wire(
        self, step: int | None = None, frame: FrameId = MAIN_FRAME
    ) -> tuple[ComponentKey, ComponentKey] | None:
        """The wire by which a frame came to where it is now, or to step number `step`; None at its beginning."""
        for row in reversed(self.steps):
            if row.frame == frame and row.next is not None and (step is None or row.number < step):
                return row.key, row.next
        return None

    def marks_at(self, step: int | None, frame: FrameId = MAIN_FRAME) -> Marks:
        """Marks after a step; None for now."""
        return self.overlay(step, frame).marks

    def taken_at(self, step: int | None, frame: FrameId = MAIN_FRAME) -> Taken:
        """Wires taken up to a step; None for now."""
        return self.overlay(step, frame).taken

    def _frame(self, frame: FrameId) -> Overlay:
        overlay = self.overlays.get(frame)
        if overlay is None:
            overlay = self.overlays[frame] = Overlay()
        return overlay
