"""What one step of a run offers to its component, and how the step's time is watched."""

from __future__ import annotations

import asyncio
from threading import get_ident
from typing import TYPE_CHECKING, Any

from node_engine.engine.component import ComponentServices
from node_engine.models.flow import FlowDefinition
from node_engine.models.ids import ComponentName, FrameId, RunId, SessionId
from node_engine.models.run import StepRecord
from node_engine.models.status import LogLevel
from node_engine.models.step import FlowStep

if TYPE_CHECKING:
    from node_engine.engine.frame import Frame
    from node_engine.engine.plan import Plan
    from node_engine.engine.run import Run


class StepScope:
    """One step under way: the `StepHost` of its component, and where a limit of time ends it."""

    __slots__ = (
        "children",
        "class_name",
        "config",
        "frame",
        "is_overdue",
        "name",
        "opened",
        "plan",
        "record",
        "run",
        "started_s",
        "timeout_s",
        "tried_s",
        "visit",
    )

    def __init__(self, run: Run, frame: Frame, plan: Plan, record: StepRecord, started_s: float) -> None:
        self.run = run
        self.frame = frame
        self.plan = plan
        self.record = record
        self.name: ComponentName = plan.name
        self.visit = plan.visits
        self.class_name: str = plan.name
        self.config: Any = None
        self.started_s = self.tried_s = started_s
        self.timeout_s: float | None = None
        """The limit that was passed when `is_overdue`."""
        self.is_overdue = False
        self.children = 0
        """Child flows of this step under way."""
        self.opened = 0
        """Child flows this step has begun."""

    # What the component may use

    @property
    def frame_id(self) -> FrameId:
        """The path of the frame."""
        return self.frame.id

    @property
    def run_id(self) -> RunId:
        """The run."""
        return self.run.id

    @property
    def services(self) -> ComponentServices:
        """What the engine lends."""
        return self.run.services

    def log(self, level: LogLevel, message: str) -> None:
        """Add a line to the log, from the engine's thread or the component's own."""
        if get_ident() == self.run.thread_id:
            self.run.log.component(self, level, message)
        else:
            asyncio.run_coroutine_threadsafe(self._log(level, message), self.run.loop).result()

    async def emit(self, event: str, data: str) -> None:
        """Send an event to the session's listeners."""
        await self.run.emit(self, event, data)

    async def invoke(self, flow: FlowDefinition) -> FlowDefinition:
        """Run a child flow as a frame of this run."""
        return await self.run.invoke_child(self, self._in_session(flow))

    async def invoke_component(self, flow: FlowDefinition, component_key: str) -> FlowStep:
        """Run one component of a flow as a frame of this run."""
        return await self.run.invoke_child_component(self, self._in_session(flow), component_key)

    async def start_background(self, flow: FlowDefinition) -> RunId:
        """Start a flow as a run of its own."""
        return self.run.start_background(self._in_session(flow))

    # How its time is watched

    def end_overdue(self, timeout_s: float) -> None:
        """Cancel the step because its time is up."""
        if not self.is_overdue and self.frame.scope is self and self.frame.task is not None:
            self.is_overdue = True
            self.timeout_s = timeout_s
            self.run.expect_end_of(self)
            self.frame.task.cancel()

    async def _log(self, level: LogLevel, message: str) -> None:
        self.run.log.component(self, level, message)

    def _in_session(self, flow: FlowDefinition) -> FlowDefinition:
        """The flow in this session, unless it names one of its own."""
        if "session_id" in flow.model_fields_set:
            return flow
        return flow.model_copy(update={"session_id": SessionId(self.frame.definition.session_id)})
