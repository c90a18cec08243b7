"""Fetches the context around the shown step from the engine, one request at a time."""

from __future__ import annotations

from collections.abc import Awaitable
from dataclasses import dataclass
from typing import Protocol

from PySide6.QtCore import QObject, QTimer, Signal

from editor.session.jobs import Jobs
from editor.session.run_model import RunModel
from editor.session.run_view import RunView, StepRow
from node_engine.engine.patch import PatchError, apply
from node_engine.errors import NodeEngineError
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
    """The context before and after a step. `before` is None where it is not known."""

    run_id: str
    step: StepRow
    before: JsonObject | None
    after: JsonObject


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
        self._has: tuple[str, int, StepState] | None = None
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
        run = self._run_model.shown
        step = shown_step(run, self._run_model.shown_step)
        if run is None or step is None:
            self._has = None
            self.loaded.emit(None)
        elif (run.id, step.number, step.state) != self._has and not self.jobs.is_running(_JOB):
            self.jobs.start(_JOB, self._load(run.id, step))

    async def _load(self, run_id: str, step: StepRow) -> None:
        self._has = (run_id, step.number, step.state)
        before = await self._state_before(run_id, step)
        after = None if before is None else _patched(before, step)
        if after is None:
            after = _object(await self._state_at(run_id, step.number, step.frame))
        self.loaded.emit(Moment(run_id, step, before, after))

    async def _state_before(self, run_id: str, step: StepRow) -> JsonObject | None:
        """The context that a step found; None for the first step of a nested frame."""
        run = self._run_model.run(run_id)
        try:
            before = _object(await self._state_at(run_id, _number_before(run, step), step.frame))
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
        step = shown_step(run, self._run_model.shown_step)
        if run is not None and step is not None and self._has is not None and (run.id, step.number) != self._has[:2]:
            if run.state is RunState.RUNNING and self._run_model.shown_step is None:
                self._timer.start()
            else:
                self.request()


def shown_step(run: RunView | None, number: int | None) -> StepRow | None:
    """The step whose change is shown: the chosen one, or the last that is over."""
    if run is None:
        return None
    if number is not None:
        return run.step(number)
    return next((step for step in reversed(run.steps) if step.state is not StepState.RUNNING), None)


def _number_before(run: RunView | None, step: StepRow) -> int:
    """The number of the step that a step's context comes from: the one before it in its frame.

    That step may have run another flow, whose steps have numbers in between.
    """
    rows = (run.step(number) for number in range(step.number - 1, 0, -1)) if run is not None else iter(())
    return next((row.number for row in rows if row is not None and row.frame == step.frame), step.number - 1)


def _patched(before: JsonObject, step: StepRow) -> JsonObject | None:
    """The context after a step, sharing what the step left alone with the context before; None if that fails."""
    try:
        return _object(apply(before, step.changes))
    except PatchError:
        return None


def _object(value: JsonValue) -> JsonObject:
    return value if isinstance(value, dict) else {}
