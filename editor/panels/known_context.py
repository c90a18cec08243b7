"""The context that fields complete over and preview with: that of the shown moment, else of the flow's last run."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal

from editor.panels.moment_loader import StateAt, Target, patched, target_of
from editor.session.jobs import Jobs
from editor.session.run_model import RunModel
from editor.session.run_view import RunView
from node_engine.models.json import JsonObject
from node_engine.models.run import RunState

_JOB = "known context"
_PAUSE_MS = 200


class KnownContext(QObject):
    """Fetched when somebody asks, and again when another moment is shown; kept until then.

    Signals:
        changed: `value()` and `step_number()` became others.
    """

    changed = Signal()

    def __init__(self, run_model: RunModel, state_at: StateAt, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._run_model = run_model
        self._state_at = state_at
        self._flow_key: str | None = None
        self._value: JsonObject = {}
        self._has: Target | None = None
        self._is_wanted = False
        self.jobs = Jobs(self)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_PAUSE_MS)
        self._timer.timeout.connect(self._fetch)
        run_model.shown_changed.connect(self._on_moved)
        run_model.runs_changed.connect(self._on_moved)
        run_model.run_changed.connect(self._on_run_changed)
        self.jobs.ended.connect(self._on_ended)

    def set_flow(self, flow_key: str | None) -> None:
        """Take the last run of this flow while no run is shown."""
        if flow_key != self._flow_key:
            self._flow_key = flow_key
            self._on_moved()

    def value(self) -> JsonObject:
        """The context as it is known now, empty before any run; it is fetched if nobody asked before."""
        if not self._is_wanted:
            self._is_wanted = True
            self._fetch()
        return self._value

    def step_number(self) -> int | None:
        """The number of the step after which the context was so; None while nothing is known."""
        return None if self._has is None else self._has.number

    def stands_edited(self) -> bool:
        """True while a paused run stands there and was edited by hand since that step."""
        return self._has is not None and self._has.pause is not None and bool(self._has.edits)

    def run(self) -> RunView | None:
        """The run that is asked: the shown one, else the last of the flow."""
        if self._run_model.shown is not None:
            return self._run_model.shown
        runs = (run for run in self._run_model.runs() if self._flow_key in (None, run.flow_key))
        return next((run for run in runs if run.step_count), None)

    def past_run(self) -> RunView | None:
        """The run to ask what would have happened: the shown one if it is over, else the flow's last that is."""
        run = self.run()
        if run is None or run.state.is_final:
            return run
        flow_key = self._flow_key or run.flow_key
        past = (one for one in self._run_model.runs() if one.state.is_final and one.flow_key == flow_key)
        return next((one for one in past if one.step_count), run)

    def _target(self) -> Target | None:
        run = self.run()
        return target_of(run, self._run_model.shown_step if run is self._run_model.shown else None)

    def _is_known(self, target: Target) -> bool:
        return self._has is not None and self._has.sign() == target.sign()

    def _on_moved(self) -> None:
        if self._is_wanted:
            self._timer.start()

    def _on_run_changed(self, run_id: str) -> None:
        run = self._run_model.run(run_id)
        if run is not None and run.state is not RunState.RUNNING and run is self.run():
            self._on_moved()

    def _fetch(self) -> None:
        target = self._target()
        if target is not None and not self._is_known(target):
            self.jobs.start(_JOB, self._load(target))

    async def _load(self, target: Target) -> None:
        self._has = target
        value = await self._state_at(target.run_id, target.number, target.frame)
        state = value if isinstance(value, dict) else {}
        edited = patched(state, target.edits) if target.edits and target.step is not None else None
        self._value = state if edited is None else edited
        self.changed.emit()

    def _on_ended(self, _name: str) -> None:
        target = self._target()
        if target is not None and not self._is_known(target):
            self._timer.start()
