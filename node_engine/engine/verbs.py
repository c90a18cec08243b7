"""What a debugger can ask of a run: pause, step, resume, run to, set next, edit, retry, hold, stop."""

from __future__ import annotations

from typing import TYPE_CHECKING

from node_engine.engine.delta import Capture
from node_engine.engine.editing import taking_back
from node_engine.engine.gate import Gate, Held, Mode
from node_engine.engine.plan import Plan, Shape
from node_engine.errors import RunStateError, UnknownKeyError
from node_engine.models.breakpoint import BreakPlace
from node_engine.models.event import EventName
from node_engine.models.ids import EXIT, ComponentKey, RunId
from node_engine.models.json import JsonObject
from node_engine.models.run import DebugPolicy, RunState

if TYPE_CHECKING:
    from node_engine.engine.frame import Frame
    from node_engine.engine.history import RunHistory
    from node_engine.engine.holding import Holding

_LONGEST_HOLD_S = 86_400.0


class Verbs:
    """The verbs of a Run. Each raises RunStateError, in words, when it does not apply now."""

    if TYPE_CHECKING:
        id: RunId
        state: RunState
        debug: DebugPolicy
        gate: Gate
        holding: Holding
        history: RunHistory
        frames_alive: list[Frame]

        def shape_of(self, name: str) -> Shape: ...

        def end_with(self, state: RunState, error: str | None) -> None: ...

        def append(
            self, name: EventName, facts: JsonObject, frame: Frame | None = None, *, private: bool = False
        ) -> None: ...

        def append_changes(
            self, name: EventName, facts: JsonObject, frame: Frame, changes: list[JsonObject]
        ) -> None: ...

    @property
    def held_until_s(self) -> float | None:
        """Unix time at which a paused run goes on by itself; None when it is not paused, or waits for ever."""
        return None if self.gate.held is None else self.gate.held.until_s

    # Going on

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

    def retry_step(self) -> None:
        """Do a failed step again and stop after it, paused at its failure.

        What the step wrote before it failed is taken back, except under keys that were edited since.
        """
        held = self._held("do its step again")
        record = held.record
        plan = None if record is None else held.frame.by_key.get(record.id.key)
        if held.place is not BreakPlace.ERROR or record is None or plan is None:
            raise RunStateError(
                "This run is not paused at a step that failed, so no step is done again.", run_id=self.id
            )
        before = self.history.before(record.number, held.frame.id)
        self._edit(held, taking_back(record.changes, before, held.frame.mirror, held.edited), "retry")
        held.frame.error = None
        held.plan, held.is_retry = plan, True
        self._go("retry_step", Mode.OVER, held)

    def stop(self) -> None:
        """End the run, whatever it is doing. A run that is over stays as it is."""
        self.end_with(RunState.STOPPED, None)

    # While it stands

    def set_next(self, key: str) -> None:
        """Put another component of the same flow next; the run stays paused, now before that one."""
        held = self._held("get another next component")
        self._check_outside_of_step(held, "another component can come next")
        plan = held.frame.by_key.get(key)
        if plan is None:
            raise UnknownKeyError(key, flow_key=held.frame.flow_key)
        left = EXIT if held.plan is None else held.plan.key
        self.append(EventName.STEP_JUMPED, {"from": left, "to": plan.key}, held.frame)
        held.frame.error = None
        held.plan, held.record = plan, None
        held.place, held.key, held.visit = BreakPlace.BEFORE, plan.key, plan.visits + 1

    def edit_context(self, patch: list[JsonObject]) -> list[JsonObject]:
        """Apply JSON Patch operations to the context of the paused flow; returns what they changed.

        Raises PatchError, NotJsonError or LimitError and then changes nothing that does not fit.
        """
        held = self._held("have its context edited")
        self._check_outside_of_step(held, "its context can be edited")
        changes = self._edit(held, patch, "user")
        held.edited.update(str(change["path"]).split("/")[1] for change in changes)
        return changes

    def edit_config(self, key: str, config: JsonObject) -> None:
        """Give a component another config for the rest of this run, from its next step on.

        Raises UnknownKeyError, NotJsonError, or ComponentLoadError when the config does not fit the component.
        """
        held = self._held("have a config edited")
        frames = (held.frame, *reversed(self.frames_alive))
        frame = next((frame for frame in frames if key in frame.by_key), None)
        if frame is None:
            raise UnknownKeyError(key, flow_key=held.frame.flow_key)
        own = Capture([]).added(config, "/config")
        assert isinstance(own, dict)  # a copy of the object that came in
        self._check_config(frame.by_key[key], own)
        frame.reconfigure(key, own)
        self.append(EventName.CONFIG_EDITED, {"key": key, "config": own}, frame, private=True)

    def hold_longer(self, seconds: float = 300.0) -> None:
        """Keep a run that would go on by itself standing for so many seconds more, a day at most."""
        held = self._held("be held longer")
        if held.until_s is None:
            raise RunStateError("This run stands until you let it go, so it need not be held longer.", run_id=self.id)
        if not 0 < seconds <= _LONGEST_HOLD_S:
            raise RunStateError("A run can be held for up to 86400 seconds more.", run_id=self.id)
        self.holding.extend(held, seconds)

    # Inside

    def _edit(self, held: Held, patch: list[JsonObject], by: str) -> list[JsonObject]:
        changes = held.frame.edit(patch)
        if changes:
            self.history.edit(held.frame.id, changes, held.frame.mirror, "edit" if by == "user" else "engine")
            self.append_changes(EventName.CONTEXT_EDITED, {"by": by}, held.frame, changes)
        return changes

    def _check_config(self, plan: Plan, config: JsonObject) -> None:
        """Refuse a config that its component cannot take. What holds templates shows itself only in the step."""
        tried = Plan(plan.component.model_copy(update={"config": config}), plan.position)
        tried.prepare(self.shape_of(plan.name))
        if not tried.has_template:
            tried.validated(tried.config)

    def _go(self, verb: str, mode: Mode, held: Held) -> None:
        self.gate.watch_for(mode, focus=held.frame)
        self.gate.release(verb)

    def _held(self, what: str) -> Held:
        self._check_running(what)
        held = self.gate.held
        if held is None or held.released.done():
            raise RunStateError(f"This run is not paused, so it cannot {what}. Pause it first.", run_id=self.id)
        return held

    def _check_outside_of_step(self, held: Held, what: str) -> None:
        if held.place is BreakPlace.EVENT:
            text = f'This run stands inside of "{held.key}", which sent an event. Step to its end, then {what}.'
            raise RunStateError(text, run_id=self.id)

    def _check_running(self, what: str) -> None:
        if self.state.is_final:
            raise RunStateError(f"This run is over ({self.state}), so it cannot {what}.", run_id=self.id)
        if self.debug is DebugPolicy.OFF:
            raise RunStateError(f"This run was started with debugging off, so it cannot {what}.", run_id=self.id)
