"""The context that fields complete over and preview with: that of the shown moment, else of the flow's last run."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal

from editor.panels.moment_loader import StateAt, shown_step
from editor.session.jobs import Jobs
from editor.session.run_model import RunModel
from editor.session.run_view import RunView, StepRow
from node_engine.models.json import JsonObject

_JOB = "known context"
_PAUSE_MS = 200


class KnownContext(QObject):
    """Fetched when somebody asks, and again when another moment is shown; kept until then.

    Signals:
        changed: `value()` and `step()` became others.
    """

    changed = Signal()

    def __init__(self, run_model: RunModel, state_at: StateAt, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._run_model = run_model
        self._state_at = state_at
        self._flow_key: str | None = None
        self._value: JsonObject = {}
        self._has: tuple[str, int] | None = None
        self._is_wanted = False
        self.jobs = Jobs(self)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_PAUSE_MS)
        self._timer.timeout.connect(self._fetch)
        run_model.shown_changed.connect(self._on_moved)
        run_model.runs_changed.connect(self._on_moved)
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

    def step(self) -> tuple[str, int] | None:
        """Run id and number of the step after which the context was so; None while nothing is known."""
        return self._has

    def step_number(self) -> int | None:
        """The number of that step alone."""
        return None if self._has is None else self._has[1]

    def run(self) -> RunView | None:
        """The run that is asked: the shown one, else the last of the flow."""
        if self._run_model.shown is not None:
            return self._run_model.shown
        runs = (run for run in self._run_model.runs() if self._flow_key in (None, run.flow_key))
        return next((run for run in runs if run.step_count), None)

    def _moment(self) -> tuple[str, StepRow] | None:
        run = self.run()
        number = self._run_model.shown_step if run is self._run_model.shown else None
        step = shown_step(run, number)
        return None if run is None or step is None else (run.id, step)

    def _on_moved(self) -> None:
        if self._is_wanted:
            self._timer.start()

    def _fetch(self) -> None:
        moment = self._moment()
        if moment is not None and (moment[0], moment[1].number) != self._has:
            self.jobs.start(_JOB, self._load(*moment))

    async def _load(self, run_id: str, step: StepRow) -> None:
        self._has = (run_id, step.number)
        value = await self._state_at(run_id, step.number, step.frame)
        self._value = value if isinstance(value, dict) else {}
        self.changed.emit()

    def _on_ended(self, _name: str) -> None:
        moment = self._moment()
        if moment is not None and (moment[0], moment[1].number) != self._has:
            self._timer.start()
