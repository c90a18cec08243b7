"""What a run writes down for its answer: log lines and the trace (WIRE.md §3). Plain records until the end."""

from __future__ import annotations

from typing import Any, NamedTuple

import orjson
from pydantic import TypeAdapter

from node_engine.engine.config import copied
from node_engine.engine.frame import Frame
from node_engine.models.flow import FlowDefinition
from node_engine.models.json import JsonObject
from node_engine.models.limits import Limits
from node_engine.models.run import StepRecord
from node_engine.models.status import FlowStatus, LogItem, LogLevel

RUNTIME = "node_engine.flow.runtime"
COMPONENT = "node_engine.flow.component"
_ITEM_OVERHEAD_BYTES = 150
"""What a trace item takes beside config, context and changes."""


LogLine = tuple[str, LogLevel, str]
"""Namespace, level and message: a plain tuple, made for every step."""
TraceItem = tuple[StepRecord, str, JsonObject | None]
"""A finished step, its class name, and the context as it was afterwards if there was room for it."""
_LOG_ITEMS: TypeAdapter[list[LogItem]] = TypeAdapter(list[LogItem])


class Mark(NamedTuple):
    """Where log and trace stood when a frame began."""

    lines: int
    items: int


class RunReport:
    """Log and trace of one run with all its frames, in order."""

    def __init__(self, limits: Limits, status: FlowStatus) -> None:
        self._limits = limits
        self._earlier_log = list(status.log)
        self._earlier_trace = list(status.trace)
        self._trace_bytes = len(orjson.dumps(self._earlier_trace, default=str)) if self._earlier_trace else 0
        self.lines: list[LogLine] = []
        self.items: list[TraceItem] = []

    def add_line(self, namespace: str, level: LogLevel, message: str) -> bool:
        """Add a log line; False when the log is full and the line was dropped."""
        count = len(self.lines)
        if count < self._limits.log_items:
            self.lines.append((namespace, level, message))
            return True
        if count == self._limits.log_items:
            full = f"The log is full with {count:,} lines; what follows is left out."
            self.lines.append((RUNTIME, LogLevel.WARNING, full))
        return False

    def add_step(self, step: StepRecord, class_name: str, frame: Frame) -> None:
        """Add a finished step. The context is a shallow copy of the mirror, whose values never change."""
        self._trace_bytes += _ITEM_OVERHEAD_BYTES + frame.written_bytes
        context = None
        if self._trace_bytes + frame.size_bytes <= self._limits.trace_bytes:
            self._trace_bytes += frame.size_bytes
            context = frame.mirror.copy()
        self.items.append((step, class_name, context))

    def mark(self) -> Mark:
        """The present end of log and trace."""
        return Mark(len(self.lines), len(self.items))

    def status(self, frame: Frame, since: Mark | None = None) -> FlowStatus:
        """The status of a frame's answer: everything, or only what came after a mark."""
        lines, items = (self.lines, self.items) if since is None else (self.lines[since[0] :], self.items[since[1] :])
        log = _LOG_ITEMS.validate_python(  # a third of the time of making each by itself
            [{"namespace": namespace, "level": level, "message": message} for namespace, level, message in lines]
        )
        trace = [_trace_object(item) for item in items]
        return FlowStatus.model_construct(
            current_component=None if frame.current is None else frame.current.component,
            error=frame.error,
            log=log if since else self._earlier_log + log,
            trace=trace if since else self._earlier_trace + trace,
        )

    def forget(self) -> None:
        """Let go of what the answer has now."""
        self.lines = []
        self.items = []

    def last_lines(self, count: int) -> list[LogLine]:
        """The newest lines."""
        return self.lines[-count:]


def answer(frame: Frame, status: FlowStatus, *, is_live: bool) -> FlowDefinition:
    """The definition a run hands back.

    `is_live` says that no component can still hold the context, so that its values need not be copied.
    """
    context: dict[str, Any]
    if is_live:
        context = dict(zip(dict.keys(frame.context), dict.values(frame.context), strict=True))
    else:
        context = {key: copied(value) for key, value in frame.mirror.items()}
    definition = frame.definition
    return FlowDefinition.model_construct(
        key=definition.key,
        session_id=definition.session_id,
        flow=list(definition.flow),
        registry=definition.registry,
        context=context,
        status=status,
    )


def _trace_object(item: TraceItem) -> JsonObject:
    step, class_name, context = item
    return {
        "elapsed_time_ms": step.elapsed_ms,
        "component": {"key": step.id.key, "name": class_name},
        "config": step.config,
        "context": context,
        "changes": step.changes,  # type: ignore[dict-item]  # a list of objects is a list of values
    }
