"""Lines of a run's log: into its report, and as events to whoever watches."""

from __future__ import annotations

from typing import TYPE_CHECKING

from node_engine.engine.delta import Capture
from node_engine.engine.failure import clean
from node_engine.engine.frame import Frame
from node_engine.engine.masking import mask_text
from node_engine.engine.report import COMPONENT, RUNTIME
from node_engine.errors import NotJsonError
from node_engine.models.event import EventName
from node_engine.models.json import JsonObject
from node_engine.models.status import LogLevel

if TYPE_CHECKING:
    from node_engine.engine.moment import Moment
    from node_engine.engine.run import Run
    from node_engine.engine.step_scope import StepScope

_WITH_FLOW = frozenset((LogLevel.ERROR, LogLevel.CRITICAL))


class RunLog:
    """Writes lines of the runtime and of components, each with the prefix of WIRE.md §3."""

    def __init__(self, run: Run) -> None:
        self._run = run

    def runtime(self, frame: Frame, level: LogLevel, text: str) -> None:
        """A line of the engine's own. Plain information is an event only while the log is streamed."""
        message = frame.log_prefix + mask_text(text)
        is_streamed = bool(dict.get(frame.context, "stream_log"))
        if self._run.report.add_line(RUNTIME, level, message) and (is_streamed or level is not LogLevel.INFO):
            self._append(frame, RUNTIME, level, message, {}, is_streamed=is_streamed)

    def component(self, scope: StepScope, level: LogLevel, text: str) -> None:
        """A line that a component wrote."""
        if self._run.is_over:
            return
        frame, key = scope.frame, scope.plan.key
        text = mask_text(clean(text))
        message = f"{frame.log_prefix}c:{scope.class_name}:{key} | {text}"
        if self._run.report.add_line(COMPONENT, level, message):
            is_streamed = bool(dict.get(frame.context, "stream_log"))
            facts: JsonObject = {"step": scope.record.number, "key": key}
            self._append(frame, COMPONENT, level, message, facts, is_streamed=is_streamed)

    def breakpoint(self, frame: Frame, breakpoint_id: str, message: str, moment: Moment, problem: str | None) -> None:
        """The message of a breakpoint that logs: a line of the log and an event of its own."""
        is_streamed = bool(dict.get(frame.context, "stream_log"))
        place: JsonObject = {"key": moment.key, "visit": moment.visit}
        line = f"{frame.log_prefix}c:{moment.key} | {message}"
        if self._run.report.add_line(RUNTIME, LogLevel.INFO, line):
            self._append(frame, RUNTIME, LogLevel.INFO, line, place, is_streamed=is_streamed)
        facts: JsonObject = {"breakpoint": breakpoint_id, "message": message, **place, "error": problem}
        self._run.append(EventName.BREAKPOINT_LOGGED, facts, frame, private=not is_streamed)

    def stack(self, scope: StepScope, text: str) -> None:
        """A stack, for the editor and the journal only: never in the answer or on a stream."""
        facts: JsonObject = {"step": scope.record.number, "key": scope.plan.key, "stack": True}
        self._append(scope.frame, RUNTIME, LogLevel.DEBUG, mask_text(text), facts, is_streamed=False)

    def _append(
        self, frame: Frame, namespace: str, level: LogLevel, message: str, facts: JsonObject, *, is_streamed: bool
    ) -> None:
        flow = self._flow(frame) if is_streamed and level in _WITH_FLOW else None
        data: JsonObject = {
            "namespace": namespace,
            "level": level.value,
            "message": message,
            "flow_definition": flow,
            **frame.facts,
            **facts,
        }
        size = len(message) + (0 if flow is None else frame.size_bytes)
        self._run.events.append(
            frame.session_id, EventName.LOG, data, run_id=self._run.id, private=not is_streamed, size_bytes=size
        )

    def _flow(self, frame: Frame) -> JsonObject | None:
        """The definition as an error event shows it, or None when it is too large for an event."""
        definition = frame.definition
        flow: JsonObject = {
            "key": definition.key,
            "session_id": definition.session_id,
            "flow": [component.model_dump() for component in definition.flow],
            "registry": [entry.model_dump() for entry in definition.registry] if definition.registry else None,
            "context": dict(frame.mirror),
            "status": {"current_component": None, "error": frame.error, "log": [], "trace": []},
        }
        measure = Capture([])
        try:
            measure.compared(None, flow, "")
        except NotJsonError:
            return None
        return flow if measure.grown_bytes <= self._run.limits.event_bytes else None
