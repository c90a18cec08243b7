"""What a debugger can ask of a run: pause, step, resume, run to, set next, edit, stop."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from node_engine.engine.gate import Gate, Held, Mode
from node_engine.errors import RunStateError, UnknownKeyError
from node_engine.models.event import EventName
from node_engine.models.ids import ComponentKey, RunId
from node_engine.models.json import JsonObject
from node_engine.models.run import DebugPolicy, RunState

if TYPE_CHECKING:
    from node_engine.engine.frame import Frame
    from node_engine.engine.history import RunHistory
    from node_engine.engine.plan import Plan
    from node_engine.engine.run_clock import RunClock


class Verbs:
    """The verbs of a Run. Each raises RunStateError, in words, when it does not apply now."""

    if TYPE_CHECKING:
        id: RunId
        state: RunState
        debug: DebugPolicy
        gate: Gate
        history: RunHistory
        clock: RunClock
        frames_alive: list[Frame]

        def end_with(self, state: RunState, error: str | None) -> None: ...

        def append(self, name: EventName, facts: JsonObject, frame: Frame | None = None) -> None: ...

    def pause(self) -> None:
        """Stop before the next component."""
        self._check_running("be paused")
        if self.state is RunState.PAUSED:
            raise RunStateError("This run is paused already.", run_id=self.id)
        self.gate.watch_for(Mode.PAUSE)

    def resume(self) -> None:
        """Go on until the end or a breakpoint. Takes back a pause that was asked for and not reached."""
        if self.state is not RunState.PAUSED and self.gate.mode is not Mode.RUN:
            self._check_running("be resumed")
            self.gate.watch_for(Mode.RUN)
            return
        self._go("resume", Mode.RUN, self._held("be resumed"))

    def step(self) -> None:
        """Do one component; child flows are done as a whole."""
        self._go("step", Mode.OVER, self._held("be stepped"))

    def step_into(self) -> None:
        """Go on to the very next component, into a child flow if there is one."""
        self._go("step_into", Mode.INTO, self._held("be stepped"))

    def step_out(self) -> None:
        """Go on until the present child flow is done; in the main flow, to the end."""
        self._go("step_out", Mode.OUT, self._held("be stepped"))

    def run_to(self, key: str) -> None:
        """Go on until `key` comes next. Raises UnknownKeyError when no flow under way holds it."""
        self._check_running("run on")
        if not any(key in frame.by_key for frame in self.frames_alive):
            raise UnknownKeyError(key)
        self.gate.watch_for(Mode.TO, target=ComponentKey(key))
        self.gate.release("run_to")

    def set_next(self, key: str) -> None:
        """Put another component of the same flow next; the run stays paused."""
        held = self._held("get another next component")
        plan = held.frame.by_key.get(key)
        if plan is None:
            raise UnknownKeyError(key, flow_key=held.frame.flow_key)
        self.append(EventName.STEP_JUMPED, {"from": held.plan.key, "to": plan.key}, held.frame)
        held.plan = plan

    def edit_context(self, patch: list[JsonObject]) -> list[JsonObject]:
        """Apply JSON Patch operations to the context of the paused flow; returns what they changed.

        Raises PatchError, NotJsonError or LimitError and then changes nothing that does not fit.
        """
        held = self._held("have its context edited")
        changes = held.frame.edit(patch)
        if changes:
            self.history.edit(held.frame.id, changes, held.frame.mirror)
            shown: Any = changes
            self.append(EventName.CONTEXT_EDITED, {"changes": shown, "by": "user"}, held.frame)
        return changes

    def stop(self) -> None:
        """End the run, whatever it is doing. A run that is over stays as it is."""
        self.end_with(RunState.STOPPED, None)

    # What the gate tells (GateKeeper)

    def on_paused(self, frame: Frame, plan: Plan, reason: str) -> None:
        """The gate stands before a component."""
        self.state = RunState.PAUSED
        self.clock.pause()
        self.append(EventName.RUN_PAUSED, {"key": plan.key, "visit": plan.visits + 1, "reason": reason}, frame)

    def on_resumed(self, frame: Frame, verb: str) -> None:
        """The gate lets go."""
        self.state = RunState.RUNNING
        self.clock.go_on()
        self.append(EventName.RUN_RESUMED, {"verb": verb}, frame)

    def _go(self, verb: str, mode: Mode, held: Held) -> None:
        self.gate.watch_for(mode, focus=held.frame)
        self.gate.release(verb)

    def _held(self, what: str) -> Held:
        self._check_running(what)
        held = self.gate.held
        if held is None or held.released.done():
            raise RunStateError(f"This run is not paused, so it cannot {what}. Pause it first.", run_id=self.id)
        return held

    def _check_running(self, what: str) -> None:
        if self.state.is_final:
            raise RunStateError(f"This run is over ({self.state}), so it cannot {what}.", run_id=self.id)
        if self.debug is DebugPolicy.OFF:
            raise RunStateError(f"This run was started with debugging off, so it cannot {what}.", run_id=self.id)
