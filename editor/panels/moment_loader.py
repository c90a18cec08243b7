"""Fetches the context around the shown step from the engine, one request at a time."""

from __future__ import annotations

from collections.abc import Awaitable, Sequence
from dataclasses import dataclass
from typing import Protocol

from PySide6.QtCore import QObject, QTimer, Signal

from editor.session.jobs import Jobs
from editor.session.run_model import RunModel
from editor.session.run_view import Pause, RunView, StepRow
from node_engine.engine.patch import PatchError, apply
from node_engine.errors import NodeEngineError
from node_engine.models.ids import MAIN_FRAME, FrameId
from node_engine.models.json import JsonObject, JsonValue
from node_engine.models.run import RunState, StepState

LIVE_PAUSE_MS = 250
"""A run that goes on is looked at this often."""
_JOB = "context"


class StateAt(Protocol):
    """Answers the context after a step of a run, in the frame of that step or another; step 0 is the beginning."""

    def __call__(self, run_id: str, step: int, frame: str | None = None, /) -> Awaitable[JsonValue]: ...


@dataclass(frozen=True, slots=True)
class Moment:
    """The context before and after a step, and as it is now when the run stands there and was edited by hand."""

    run_id: str
    step: StepRow | None
    """None before the first step of a flow."""
    before: JsonObject | None
    """None where it is not known."""
    after: JsonObject
    frame: FrameId = MAIN_FRAME
    now: JsonObject | None = None
    """The context after the edits that were made by hand after the step; None without any."""
    edits: tuple[JsonObject, ...] = ()
    """Those edits, as JSON Patch operations."""
    pause: Pause | None = None
    """Set when the run stands at this moment, so that its context can be edited."""

    @property
    def shown(self) -> JsonObject:
        """The context as it is to be shown."""
        return self.after if self.now is None else self.now


@dataclass(frozen=True, slots=True)
class Target:
    """What is to be fetched."""

    run_id: str
    step: StepRow | None
    number: int
    """The step after which the context is asked for; 0 is the beginning."""
    frame: FrameId
    edits: tuple[JsonObject, ...] = ()
    pause: Pause | None = None

    def sign(self) -> Sign:
        """What must be the same for the moment that was fetched to be still true."""
        state = None if self.step is None else self.step.state
        return (self.run_id, self.number, self.frame, state, len(self.edits), self.pause)


Sign = tuple[str, int, str, StepState | None, int, Pause | None]


class MomentLoader(QObject):
    """Follows the shown moment of a run model.

    Signals:
        loaded: a `Moment`, or None when there is nothing to show.
        failed: why the context could not be fetched.
    """

    loaded = Signal(object)
    failed = Signal(str)

    def __init__(self, run_model: RunModel, state_at: StateAt, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._run_model = run_model
        self._state_at = state_at
        self._is_active = False
        self._has: Sign | None = None
        self.jobs = Jobs(self)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(LIVE_PAUSE_MS)
        self._timer.timeout.connect(self.request)
        self.jobs.failed.connect(self._on_failed)
        self.jobs.ended.connect(self._on_ended)
        run_model.shown_changed.connect(self.request)
        run_model.run_changed.connect(self._on_run_changed)

    def set_active(self, is_active: bool) -> None:
        """Fetch while somebody looks; be quiet otherwise."""
        self._is_active = is_active
        if is_active:
            self.request()
        else:
            self._timer.stop()

    def request(self) -> None:
        """Fetch the shown moment, unless it is there already or on its way."""
        if not self._is_active:
            return
        target = target_of(self._run_model.shown, self._run_model.shown_step)
        if target is None:
            self._has = None
            self.loaded.emit(None)
        elif target.sign() != self._has and not self.jobs.is_running(_JOB):
            self.jobs.start(_JOB, self._load(target))

    async def _load(self, target: Target) -> None:
        self._has = target.sign()
        step = target.step
        before = None if step is None else await self._state_before(target.run_id, step)
        after = None if before is None or step is None else patched(before, step.changes)
        if after is None:
            after = _object(await self._state_at(target.run_id, target.number, target.frame))
        now = patched(after, target.edits) if target.edits and step is not None else None
        self.loaded.emit(Moment(target.run_id, step, before, after, target.frame, now, target.edits, target.pause))

    async def _state_before(self, run_id: str, step: StepRow) -> JsonObject | None:
        """The context that a step found; None for the first step of a nested frame."""
        run = self._run_model.run(run_id)
        number = _number_before(run, step)
        if number == 0 and step.frame != MAIN_FRAME:
            return None
        try:
            before = _object(await self._state_at(run_id, number, step.frame))
        except NodeEngineError:
            return None
        earlier = None if run is None else run.step(step.number - 1)
        edits = [] if earlier is None else earlier.edits
        return _object(apply(before, edits)) if edits else before

    def _on_run_changed(self, run_id: str) -> None:
        run = self._run_model.shown
        if run is None or run.id != run_id or self._run_model.shown_step is not None or not self._is_active:
            return
        if run.state is RunState.RUNNING:
            if not self._timer.isActive():
                self._timer.start()
        else:
            self.request()

    def _on_failed(self, _name: str, message: str) -> None:
        self.failed.emit(message)

    def _on_ended(self, _name: str) -> None:
        run = self._run_model.shown
        target = target_of(run, self._run_model.shown_step)
        if run is not None and target is not None and self._has is not None and target.sign() != self._has:
            if run.state is RunState.RUNNING and self._run_model.shown_step is None:
                self._timer.start()
            else:
                self.request()


def target_of(run: RunView | None, number: int | None) -> Target | None:
    """What is looked at: the chosen step, where a paused run stands, or the last step that is over."""
    pause = None if run is None else run.paused
    if run is None:
        return None
    if number is None and pause is not None:
        return _paused_target(run, pause)
    step = shown_step(run, number)
    if step is None:
        return None
    standing = pause if pause is not None and step is _last_over(run, pause.frame) else None
    edits = tuple(run.steps[-1].edits) if standing is not None else tuple(step.edits) if step.hand_edits else ()
    return Target(run.id, step, step.number, step.frame, edits, standing)


def _paused_target(run: RunView, pause: Pause) -> Target:
    step = _last_over(run, pause.frame)
    last = run.steps[-1] if run.steps else None
    edits = tuple(run.first_edits if last is None else last.edits)
    number = step.number if step is not None else 0 if last is None else last.number
    return Target(run.id, step, number, pause.frame, edits, pause)


def _last_over(run: RunView, frame: FrameId) -> StepRow | None:
    """The last step of a frame that is over."""
    rows = (row for row in reversed(run.steps) if row.frame == frame and row.state is not StepState.RUNNING)
    return next(rows, None)


def shown_step(run: RunView | None, number: int | None) -> StepRow | None:
    """The step whose change is shown: the chosen one, or the last that is over."""
    if run is None:
        return None
    if number is not None:
        return run.step(number)
    return next((step for step in reversed(run.steps) if step.state is not StepState.RUNNING), None)


def _number_before(run: RunView | None, step: StepRow) -> int:
    """The number of the step that a step's context comes from: the one before it in its frame, 0 for the first.

    That step may have run another flow, whose steps have numbers in between.
    """
    rows = (run.step(number) for number in range(step.number - 1, 0, -1)) if run is not None else iter(())
    return next((row.number for row in rows if row is not None and row.frame == step.frame), 0)


def patched(state: JsonObject, changes: Sequence[JsonObject]) -> JsonObject | None:
    """The context after changes, sharing what they left alone with the context before; None if they do not fit."""
    try:
        return _object(apply(state, changes))
    except PatchError:
        return None


def _object(value: JsonValue) -> JsonObject:
    return value if isinstance(value, dict) else {}
