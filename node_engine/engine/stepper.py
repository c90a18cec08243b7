"""Doing the steps of a frame one after the other: this is the loop that every run spends its time in."""

from __future__ import annotations

import asyncio
import time
from time import perf_counter
from typing import TYPE_CHECKING

from node_engine.engine.calling import call_component
from node_engine.engine.component import StepResult
from node_engine.engine.failure import StepFailure, clean
from node_engine.engine.frame import Frame
from node_engine.engine.masking import mask_text
from node_engine.engine.plan import Plan
from node_engine.engine.step_scope import StepScope
from node_engine.errors import ComponentRunError, NodeEngineError, UnknownKeyError
from node_engine.models.event import EventName
from node_engine.models.flow import FlowDefinition, GoTo
from node_engine.models.ids import EXIT, ComponentKey
from node_engine.models.json import JsonObject, JsonValue
from node_engine.models.run import StepId, StepRecord, StepState
from node_engine.models.status import LogLevel

if TYPE_CHECKING:
    from node_engine.engine.run import Run

_STARTED, _FINISHED = EventName.STEP_STARTED, EventName.STEP_FINISHED
_RUNNING, _DONE = StepState.RUNNING, StepState.DONE
_SLICE_S = 0.005
"""How long a run keeps the loop before it gives way to others."""
_FACTS_BYTES = 400
"""What a life-cycle event takes beside its changes."""


class Stepper:
    """Runs frames of one run. Where control goes, what a step changed and what a failure leads to is decided here."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._gave_way_s = perf_counter()

    async def run_frame(self, frame: Frame, plan: Plan | None) -> None:
        """Do steps from `plan` until the flow ends; `frame.error` says how."""
        run, gate = self._run, self._run.gate
        frame.task = asyncio.current_task()
        while True:
            if gate.is_watching:
                plan = await gate.passed(frame, plan)
            if plan is None or plan.key == EXIT:
                return
            if len(run.records) >= run.limits.run_steps:
                self.end_frame(frame, run.too_many_steps())
                return
            plan = await self.do_step(frame, plan) if plan.is_enabled else self._skip(frame, plan)
            if perf_counter() - self._gave_way_s > _SLICE_S:
                await self.give_way()

    async def do_step(self, frame: Frame, plan: Plan) -> Plan | None:
        """Do one step; returns the component that comes next, None at the end."""
        scope = self._begin(frame, plan)
        try:
            result = await (call_component(scope) if plan.is_simple else self._tries(scope))
            self._run.check_alive()
            return self._finish(scope, result)
        except StepFailure as failure:
            self._run.check_alive()
            return self._fail(scope, str(failure))
        except asyncio.CancelledError:
            self._stop(scope)
            raise
        finally:
            frame.scope = None

    async def give_way(self) -> None:
        """Let others have the loop, and wait while the journal is far behind."""
        await asyncio.sleep(0)
        events = self._run.events
        if not events.has_room():
            await events.room()
        self._gave_way_s = perf_counter()

    async def give_way_in_turn(self) -> None:
        """Give way if this run had its slice: for components that write much without ever waiting."""
        if perf_counter() - self._gave_way_s > _SLICE_S:
            await self.give_way()

    def end_frame(self, frame: Frame, text: str) -> None:
        """End a frame with an error that no step made."""
        frame.error = text
        self._run.log.runtime(frame, LogLevel.ERROR, text)
        frame.context["error"] = text
        if self._run.wants_debug_information:
            frame.context["debug_information"] = self._run.debug_information(frame, text, None)
        changes, _ = frame.capture()
        self._run.history.edit(frame.id, changes, frame.mirror)

    # The parts of a step

    def _begin(self, frame: Frame, plan: Plan) -> StepScope:
        run = self._run
        plan.visits += 1
        frame.current = plan
        number = len(run.records) + 1
        key, name, visit = plan.key, plan.name, plan.visits
        record = StepRecord(number, StepId(frame.id, key, visit), name, _RUNNING, time.time())
        run.records.append(record)
        frame.record = record
        run.history.begin_step(frame.id)
        run.log_information(frame, f"Executing component; component_key: {key}, component_name: {name}")
        data: JsonObject = {**frame.facts, "step": number, "key": key, "name": name, "visit": visit}
        run.events.append(frame.session_id, _STARTED, data, run_id=run.id, size_bytes=_FACTS_BYTES)
        scope = frame.scope = StepScope(run, frame, plan, record, perf_counter())
        return scope

    async def _tries(self, scope: StepScope) -> StepResult:
        """Call a component by its retry policy. Before each further try the context is what it was."""
        retry = scope.plan.component.retry
        delay_s = 0.0 if retry is None else retry.delay_s
        left = 0 if retry is None else retry.times
        while True:
            try:
                result = await call_component(scope)
                if result.error is None or left == 0:
                    return result
                reason = clean(result.error)
            except StepFailure as failure:
                if left == 0 or not failure.can_retry:
                    raise
                reason = str(failure)
            self._run.check_alive()
            left -= 1
            self._retry(scope, reason, delay_s)
            await asyncio.sleep(delay_s)
            delay_s *= 1 if retry is None else retry.backoff

    def _retry(self, scope: StepScope, reason: str, delay_s: float) -> None:
        reason = mask_text(reason)
        scope.frame.restore()
        scope.is_overdue = False
        scope.tried_s = perf_counter()
        record = scope.record
        record.tries += 1
        self._append(scope, EventName.STEP_RETRIED, {"error": reason, "try": record.tries, "delay_s": delay_s})
        text = f'"{scope.plan.key}" failed and is tried again in {delay_s:g} s: {reason}'
        self._run.log.runtime(scope.frame, LogLevel.WARNING, text)

    def _finish(self, scope: StepScope, result: StepResult) -> Plan | None:
        frame, record = scope.frame, scope.record
        if result.flow_definition is not None and result.flow_definition is not frame.definition:
            _adopt(scope, result.flow_definition)
        elif frame.definition.context is not frame.context:
            _adopt(scope, frame.definition)
        if result.error is not None:
            return self._fail(scope, clean(str(result.error)), is_reported=True)
        key, following = self._following(scope, result)
        changes, problem = frame.capture()
        if problem is not None:
            return self._fail(scope, str(_failure(scope, str(problem))), changes=changes)
        record.next = key
        record.port = result.port
        self._end(scope, _DONE, changes)
        self._run.report.add_step(record, scope.class_name, frame)
        facts: JsonObject = {"next": key, "elapsed_ms": record.elapsed_ms, "state": "done"}
        if result.port is not None:
            facts["port"] = result.port
        if record.tries > 1:
            facts["tries"] = record.tries
        self._append(scope, _FINISHED, facts, changes)
        if following is None and key != EXIT and not self._run.is_single:
            self._miss(frame, key)
        return following

    def _fail(
        self,
        scope: StepScope,
        text: str,
        *,
        is_reported: bool = False,
        changes: list[JsonObject] | None = None,
    ) -> Plan | None:
        """Take in a failure and do what `on_error` says. A component that reported it is in the trace."""
        run, frame, record = self._run, scope.frame, scope.record
        text = mask_text(text)
        if is_reported:
            run.log.component(scope, LogLevel.ERROR, text)
        else:
            run.log.runtime(frame, LogLevel.ERROR, text)
        frame.context["error"] = text
        if run.wants_debug_information:
            frame.context["debug_information"] = run.debug_information(frame, text, scope)
        size = frame.written_bytes if changes else 0
        more, problem = frame.capture()
        frame.written_bytes += size
        if problem is not None:
            run.log.runtime(
                frame, LogLevel.WARNING, f'"{scope.plan.key}" failed, and what it wrote was refused: {problem}'
            )
        changes = [*(changes or ()), *more]
        key, following, is_handled = self._after_failure(scope.plan, frame)
        record.error = text
        record.is_caught = is_handled
        record.next = key
        self._end(scope, StepState.FAILED, changes)
        if is_reported:
            run.report.add_step(record, scope.class_name, frame)
        facts: JsonObject = {"error": text, "elapsed_ms": record.elapsed_ms}
        if is_handled:
            facts["next"] = key
        self._append(scope, EventName.STEP_FAILED, facts, changes)
        if not is_handled:
            frame.error = text
        elif following is None and key != EXIT:
            self._miss(frame, key)
        return following

    def _stop(self, scope: StepScope) -> None:
        """Take in that the run ended during this step."""
        if scope.record.state is not StepState.RUNNING:
            return
        changes, _ = scope.frame.capture()
        self._end(scope, StepState.STOPPED, changes)
        facts: JsonObject = {"next": None, "elapsed_ms": scope.record.elapsed_ms, "state": "stopped"}
        self._append(scope, _FINISHED, facts, changes)

    def abandon(self, scope: StepScope) -> None:
        """Close the record of a step whose component does not end; what it wrote since its start is lost."""
        state = StepState.FAILED if scope.is_overdue else StepState.STOPPED
        self._end(scope, state, [])
        facts: JsonObject = {"next": None, "elapsed_ms": scope.record.elapsed_ms, "state": state.value}
        self._append(scope, _FINISHED, facts, [])

    def _skip(self, frame: Frame, plan: Plan) -> Plan | None:
        """Pass over a component that is switched off."""
        scope = self._begin(frame, plan)
        frame.scope = None
        key, following = self._connected(plan, frame)
        scope.record.next = key
        self._end(scope, StepState.SKIPPED, [])
        self._append(scope, _FINISHED, {"next": key, "elapsed_ms": 0.0, "state": "skipped"}, [])
        if following is None and key != EXIT:
            self._miss(frame, key)
        return following

    def _miss(self, frame: Frame, key: ComponentKey) -> None:
        frame.current = None
        self.end_frame(frame, str(UnknownKeyError(key, flow_key=frame.flow_key)))

    def _end(self, scope: StepScope, state: StepState, changes: list[JsonObject]) -> None:
        record = scope.record
        record.elapsed_ms = (perf_counter() - scope.started_s) * 1_000
        record.state = state
        record.changes = changes
        self._run.history.end_step(record.number, changes, scope.frame.mirror)
        self._run.written_bytes += scope.frame.written_bytes

    def _append(
        self, scope: StepScope, name: EventName, facts: JsonObject, changes: list[JsonObject] | None = None
    ) -> None:
        frame, plan = scope.frame, scope.plan
        data: JsonObject = {
            **frame.facts,
            "step": scope.record.number,
            "key": plan.key,
            "name": plan.name,
            "visit": scope.visit,
            **facts,
        }
        size = _FACTS_BYTES
        if changes is not None:
            size += frame.written_bytes + 40 * len(changes)
            data["changes"] = shown_changes(changes, size, self._run.limits.event_bytes)
        self._run.events.append(frame.session_id, name, data, run_id=self._run.id, size_bytes=size)

    # Where control goes

    def _following(self, scope: StepScope, result: StepResult) -> tuple[ComponentKey, Plan | None]:
        """The key that comes next by the component's answer, and its plan unless the flow ends or lacks it."""
        plan, frame = scope.plan, scope.frame
        if result.next is not None:
            if not isinstance(result.next, str):
                raise _failure(scope, f"it named {result.next!r:.60} as the next component; a key is text")
            return self._at(frame, result.next)
        if result.port is None:
            return self._connected(plan, frame)
        port = plan.port(result.port, scope.record.config)
        if port is None and result.port != "next":
            names = ", ".join(port.name for port in plan.ports(scope.record.config))
            raise _failure(scope, f'it has no port "{result.port}" (ports: {names})')
        if port is not None and port.target is not None:
            return self._at(frame, port.target)
        match "following" if port is None else port.unset:
            case "following":
                return self._connected(plan, frame)
            case "end":
                return EXIT, None
            case _:
                raise _failure(scope, f'nothing is connected to its port "{result.port}"; connect it to a component')

    def _connected(self, plan: Plan, frame: Frame) -> tuple[ComponentKey, Plan | None]:
        """Where a component leads that does not say: its own `next`, else the following one in the list."""
        if plan.component.next is not None:
            return self._at(frame, plan.component.next)
        if frame.by_key.get(plan.key) is not plan:  # the step answered with another flow
            plan = frame.by_key.get(plan.key, plan)
        following = frame.after(plan)
        return (EXIT, None) if following is None else (following.key, following)

    def _at(self, frame: Frame, key: str) -> tuple[ComponentKey, Plan | None]:
        return ComponentKey(key), None if key == EXIT else frame.by_key.get(key)

    def _after_failure(self, plan: Plan, frame: Frame) -> tuple[ComponentKey, Plan | None, bool]:
        policy = plan.component.on_error
        if isinstance(policy, GoTo):
            return *self._at(frame, policy.go_to), True
        if policy == "continue":
            return *self._connected(plan, frame), True
        return EXIT, None, False


def _failure(scope: StepScope, reason: str) -> StepFailure:
    """The failure of a step whose component answered with, or wrote, something that does not do."""
    return StepFailure(str(ComponentRunError(scope.plan.name, reason)))


def _adopt(scope: StepScope, definition: FlowDefinition) -> None:
    """Go on with the definition that a component answered with."""
    if not isinstance(definition.context, dict):
        raise _failure(scope, f"it left a {type(definition.context).__name__} as the context; a context is an object")
    try:
        scope.frame.adopt(definition)
    except NodeEngineError as error:
        raise _failure(scope, str(error)) from error


def shown_changes(changes: list[JsonObject], size_bytes: int, limit: int) -> JsonValue:
    """The changes as an event shows them; those of the step record are complete."""
    if size_bytes > limit:
        return {"omitted": True, "size_bytes": size_bytes}
    return changes  # type: ignore[return-value]  # a list of objects is a list of values
