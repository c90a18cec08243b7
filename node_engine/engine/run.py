"""One execution of a flow: its life from start to answer, and what can be asked of it meanwhile."""

from __future__ import annotations

import asyncio
import logging
import time
from threading import get_ident
from typing import TYPE_CHECKING

from node_engine.engine import debug_information
from node_engine.engine.component import ComponentServices
from node_engine.engine.config import copied
from node_engine.engine.failure import clean
from node_engine.engine.frame import Frame
from node_engine.engine.gate import Gate
from node_engine.engine.history import RunHistory
from node_engine.engine.holding import Holding
from node_engine.engine.nesting import find, invoke_child, invoke_child_component, refuse_empty
from node_engine.engine.plan import Plan, Shape
from node_engine.engine.report import RUNTIME, RunReport, answer
from node_engine.engine.run_clock import RunClock
from node_engine.engine.run_log import RunLog
from node_engine.engine.run_options import FrameView, RunOptions, view_of
from node_engine.engine.step_scope import StepScope
from node_engine.engine.stepper import Stepper, shown_changes
from node_engine.engine.time_limits import check_time
from node_engine.engine.unowned import report_unowned
from node_engine.engine.verbs import Verbs
from node_engine.errors import LimitError, UnknownKeyError
from node_engine.models.event import EventName
from node_engine.models.flow import FlowDefinition
from node_engine.models.ids import EXIT, MAIN_FRAME, FrameId, RunId, SessionId
from node_engine.models.json import JsonObject
from node_engine.models.run import DebugPolicy, Origin, RunState, RunSummary, StepRecord, StepState
from node_engine.models.status import LogLevel
from node_engine.models.step import FlowStep

if TYPE_CHECKING:
    from node_engine.engine.events import EventLog
    from node_engine.engine.runtime import Runtime
    from node_engine.models.limits import Limits

__all__ = ["DebugPolicy", "FrameView", "Run", "RunOptions"]

_INFO = LogLevel.INFO
_STEP_BYTES = 1_500
"""About what a step takes in memory beside the values it wrote."""
_ENDINGS = {
    RunState.FINISHED: EventName.RUN_FINISHED,
    RunState.FAILED: EventName.RUN_FAILED,
    RunState.STOPPED: EventName.RUN_STOPPED,
}


class Run(Verbs):
    """A flow under way or ended. Everything here is for the engine's loop; verbs raise RunStateError."""

    def __init__(self, runtime: Runtime, run_id: RunId, number: int, flow: FlowDefinition, options: RunOptions) -> None:
        self.id = run_id
        self.number = number
        """Counts from 1 on this machine."""
        self.flow = flow
        """The definition as it was given; it is never changed."""
        self.session_id = SessionId(flow.session_id)
        self.origin = options.origin
        self.parent = options.parent
        self.debug = options.debug
        self.options = options
        self.state = RunState.WAITING
        self.started_s = time.time()
        """Unix time."""
        self.elapsed_ms = 0.0
        self.error: str | None = None
        self.next_key: str = EXIT
        """What the one step of a run with `only` answered as next."""
        self.limits: Limits = runtime.limits
        self.events: EventLog = runtime.events
        self.services: ComponentServices = runtime.services_for(options)
        self.tunnel_authorization = options.tunnel_authorization
        self.wants_debug_information = runtime.debug_information
        self.is_single = options.only is not None
        self.loop = asyncio.get_running_loop()
        self.thread_id = get_ident()
        self.records: list[StepRecord] = []
        self.clock = RunClock()
        self.history = RunHistory()
        self.report = RunReport(self.limits, flow.status)
        self.log = RunLog(self)
        self.stepper = Stepper(self)
        self.gate = Gate(self)
        self.holding = Holding(self, runtime)
        self.task: asyncio.Task[None] | None = None
        self._runtime = runtime
        self.frames_alive: list[Frame] = []
        self.main = self.open_frame(MAIN_FRAME, flow, None)
        self.frames_alive.append(self.main)
        self.written_bytes = 0
        """Size of everything its steps wrote."""
        self._shapes: dict[str, Shape] = {}
        self._ending: tuple[RunState, str | None] | None = None
        self._answer: FlowDefinition | None = None
        self._is_fetched = False
        self._done: asyncio.Future[None] = self.loop.create_future()

    # What can be asked

    @property
    def is_over(self) -> bool:
        """True when the run has ended and its answer is there."""
        return self._answer is not None

    async def wait(self) -> FlowDefinition:
        """The flow as it ended, also after a failure. Cancelling the wait does not stop the run.

        Of a run that ended a while ago, and whose answer was fetched already, log and trace are left out.
        """
        await asyncio.shield(self._done)
        assert self._answer is not None  # set before _done
        self._is_fetched = True
        return self._answer

    def slim(self) -> None:
        """Let go of log and trace if somebody has them: half of what a run holds for the collector to look at."""
        if self._is_fetched and self._answer is not None:
            status = self._answer.status.model_copy(update={"log": [], "trace": []})
            self._answer = self._answer.model_copy(update={"status": status})

    def summary(self) -> RunSummary:
        """The run as a row of the list of runs."""
        elapsed_ms = self.elapsed_ms if self.is_over else self.clock.elapsed_ms
        held, fork = self.gate.held, self.options.forked_from
        return RunSummary(
            id=self.id,
            number=self.number,
            flow_key=self.flow.key,
            session_id=self.session_id,
            origin=self.origin,
            state=self.state,
            started_s=self.started_s,
            elapsed_ms=elapsed_ms,
            steps=len(self.records),
            parent=self.parent,
            parent_run=None if fork is None else fork.run_id,
            parent_step=None if fork is None else fork.step,
            error=self.error,
            paused_at=None if held is None else f"{held.frame.id}/{held.key}#{held.visit}",
        )

    @property
    def kept_bytes(self) -> int:
        """About what the run takes in memory once it is over."""
        return _STEP_BYTES * len(self.records) + 3 * self.main.size_bytes + 2 * self.written_bytes

    def steps(self, after: int = 0) -> list[StepRecord]:
        """The steps numbered above `after`, in order of starting."""
        return self.records[after:]

    def state_at(self, step_number: int, frame: FrameId | None = None) -> JsonObject:
        """The context after a step, in its own frame or another. Raises UnknownKeyError for a number too high."""
        self._check_step(step_number)
        return {key: copied(value) for key, value in self.history.after(step_number, frame).items()}

    def state_before(self, step_number: int, frame: FrameId | None = None) -> JsonObject:
        """The context as a step found it. Raises UnknownKeyError for a step that is not there."""
        self._check_step(step_number)
        return {key: copied(value) for key, value in self.history.before(step_number, frame).items()}

    def frames(self) -> list[FrameView]:
        """The call stack, outermost first; empty when the run is over."""
        return [view_of(frame, self.gate.held) for frame in self.frames_alive]

    # Its life

    def begin(self) -> None:
        """Start the work; called by the runtime when there is a place for this run."""
        self.state = RunState.RUNNING
        self.clock.begin()
        fork = self.options.forked_from
        facts: JsonObject = {"number": self.number, "parent": self.parent}
        if fork is not None:
            facts |= {"parent_run": fork.run_id, "parent_step": fork.step}
        self.append(EventName.RUN_STARTED, facts)
        self.task = self.loop.create_task(self._work(), name=f"run {self.id}")

    def end_with(self, state: RunState, error: str | None) -> None:
        """Cancel the run so that it ends in a given state; what ignores that is left behind after a grace."""
        if self.is_over:
            return
        self._ending = (state, error)
        if self.task is None:
            self._runtime.withdraw(self)
            self._end()
        else:
            self.task.cancel()
            self.loop.call_later(self.limits.cancel_grace_s, self._leave_behind)

    def expect_end_of(self, scope: StepScope) -> None:
        """A step was cancelled for its time: see that it ends."""

        def look() -> None:
            if scope.is_overdue and scope.frame.scope is scope and not self.is_over:
                reason = f"it took longer than its limit of {scope.timeout_s:g} s and ignores being cancelled"
                text = f"Error executing component: [{scope.plan.name}] {reason}"
                self._ending = (RunState.FAILED, text)
                self._leave_behind()

        self.loop.call_later(self.limits.cancel_grace_s, look)

    def check_alive(self) -> None:
        """Raise CancelledError when the run is to end although a component swallowed the cancellation."""
        if self._ending is not None or self._answer is not None:
            raise asyncio.CancelledError

    def check_time(self) -> None:
        """End the run, or steps under way, when their time is up. Called a few times a second."""
        check_time(self)

    # What its steps use

    def open_frame(self, frame_id: FrameId, flow: FlowDefinition, parent: Frame | None) -> Frame:
        """A frame for a flow, its history begun."""
        frame = Frame(frame_id, flow, self.limits, parent)
        frame.facts = {"run_id": self.id, "flow_key": flow.key, "origin": self.origin.value, "frame": frame_id}
        self.history.open_frame(frame_id, frame.mirror)
        self.history.flow_keys[frame_id] = flow.key
        self.gate.open(frame)
        return frame

    def shape_of(self, name: str) -> Shape:
        """The component class of a name, loaded once a run. Raises what the registry raises."""
        shape = self._shapes.get(name)
        if shape is None:
            shape = self._shapes[name] = self._runtime.shape_of(name)
        return shape

    def log_information(self, frame: Frame, text: str) -> None:
        """A plain line of the runtime: into the report, and as an event only while the log is streamed."""
        if dict.get(frame.context, "stream_log"):
            self.log.runtime(frame, _INFO, text)
        else:
            self.report.add_line(RUNTIME, _INFO, frame.log_prefix + text)

    async def emit(self, scope: StepScope, event: str, data: str) -> None:
        """A component's own event. Raises LimitError when it is too large."""
        if self.is_over:
            return
        text = data if isinstance(data, str) else str(data)
        size = len(text)
        if size > self.limits.event_bytes:
            raise LimitError(
                f'the event "{event}" has {size:,} bytes, more than the limit of {self.limits.event_bytes:,}; '
                "send a smaller one, or keep the data in the context",
                limit=self.limits.event_bytes,
                value=size,
            )
        name = clean(str(event))
        self.events.append(scope.frame.session_id, name, text, run_id=self.id, size_bytes=size)
        if self.gate.is_watching:
            await self.gate.sent(scope, name, text)
        await self.stepper.give_way_in_turn()

    async def invoke_child(self, scope: StepScope, flow: FlowDefinition) -> FlowDefinition:
        """Run a child flow as a frame."""
        return await invoke_child(self, scope, flow)

    async def invoke_child_component(self, scope: StepScope, flow: FlowDefinition, component_key: str) -> FlowStep:
        """Run one component of a child flow as a frame."""
        return await invoke_child_component(self, scope, flow, component_key)

    def start_background(self, flow: FlowDefinition) -> RunId:
        """Start a run of its own that has this one as parent."""
        return self._runtime.start(
            flow, origin=Origin.BACKGROUND, parent=self.id, tunnel_authorization=self.tunnel_authorization
        ).id

    async def do_single_step(self, frame: Frame, plan: Plan) -> str:
        """Do one step and nothing after it; returns the next key as `POST /invoke_component` answers it."""
        frame.task = asyncio.current_task()
        if self.gate.is_watching:
            plan = await self.gate.passed(frame, plan) or plan
        while True:
            number = len(self.records)
            await self.stepper.do_step(frame, plan)
            if not (self.gate.is_watching and await self.gate.wants_retry(frame)):
                return EXIT if frame.error is not None else self.records[number].next or EXIT

    def debug_information(self, frame: Frame, text: str, scope: StepScope | None) -> JsonObject:
        """What the documented system notes of a failure."""
        return debug_information.collect(text, frame, None if scope is None else scope.plan, self.report)

    def too_many_steps(self) -> str:
        """The words for a run that does not end."""
        return f"The run did {len(self.records):,} steps, the limit. Look for a loop that does not end."

    def append(self, name: EventName, facts: JsonObject, frame: Frame | None = None, *, private: bool = False) -> None:
        """A life-cycle event of the run."""
        data: JsonObject = {**(frame or self.main).facts, "step": len(self.records), **facts}
        self.events.append(self.session_id, name, data, run_id=self.id, private=private, size_bytes=400)

    def append_changes(self, name: EventName, facts: JsonObject, frame: Frame, changes: list[JsonObject]) -> None:
        """An event with changes that no step made. The journal finds those that are too large in the history."""
        size = 400 + frame.written_bytes + 40 * len(changes)
        data: JsonObject = {
            **frame.facts,
            "step": len(self.records),
            **facts,
            "changes": shown_changes(changes, size, self.limits.event_bytes),
            "moment": self.history.moment,
        }
        self.events.append(self.session_id, name, data, run_id=self.id, size_bytes=size)

    # Inside

    async def _work(self) -> None:
        try:
            await self._run_main()
        except asyncio.CancelledError:
            if self._ending is None:
                self._ending = (RunState.STOPPED, None)
        except Exception as error:
            logging.getLogger(__name__).exception("run %s of flow %s broke the engine", self.id, self.flow.key)
            self._ending = (RunState.FAILED, clean(f"The engine failed: {type(error).__name__}. Please report this."))
        self._end()

    async def _run_main(self) -> None:
        main, only = self.main, self.options.only
        if only is None:
            self.log_information(main, "Invoking flow")
        if not refuse_empty(self, main):
            return
        if only is None:
            for key, visits in self.options.visits.items():
                if key in main.by_key:
                    main.by_key[key].visits = visits
            start = self.options.start_at
            await self.stepper.run_frame(main, main.plans[0] if start is None else main.by_key[start])
            main.context["session_id"] = self.session_id
        elif (plan := find(self, main, only)) is not None:
            self.next_key = await self.do_single_step(main, plan)

    def _leave_behind(self) -> None:
        """End a run whose component ignores cancellation. Its task stays referenced until it ends."""
        if self.is_over or self.task is None:
            return
        self._runtime.keep(self.task)
        for frame in self.frames_alive:
            scope = frame.scope
            frame.detach()
            if scope is not None and scope.record.state is StepState.RUNNING:
                self.log.runtime(
                    frame, LogLevel.WARNING, f'"{scope.plan.key}" ignores being stopped; it was left behind.'
                )
                self.stepper.abandon(scope)
        self._end()

    def _end(self) -> None:
        """Settle everything and hand out the answer. Happens once."""
        if self.is_over:
            return
        main = self.main
        report_unowned(self)
        state, error = self._ending or (RunState.FINISHED if main.error is None else RunState.FAILED, main.error)
        if error is not None and main.error is None:
            main.error = error
            main.context["error"] = error
            self.log.runtime(main, LogLevel.ERROR, error)
        elif not self.is_single and main.plans and main.problem is None:
            self.log_information(main, "Flow invocation complete")
        changes, _ = main.capture()
        self.history.edit(MAIN_FRAME, changes, main.mirror)
        self.state, self.error = state, error
        self.elapsed_ms = self.clock.elapsed_ms
        self._answer = answer(main, self.report.status(main), is_live=self.task is None or self._ending is None)
        facts: JsonObject = {"elapsed_ms": self.elapsed_ms, "steps": len(self.records)}
        if error is not None:
            facts["error"] = error
        if changes:
            self.append_changes(_ENDINGS[state], facts, main, changes)
        else:
            self.append(_ENDINGS[state], facts)
        self.frames_alive.clear()
        self.report.forget()
        main.forget()
        self._done.set_result(None)
        self._runtime.ended(self)

    def _check_step(self, number: int) -> None:
        if not 1 <= number <= len(self.records):
            raise UnknownKeyError(f"step {number}", flow_key=self.flow.key)
