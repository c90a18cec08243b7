"""Runs a component class given as source text, inside a worker process (registry type "code")."""

from __future__ import annotations

import inspect
from typing import Any

from node_engine.engine.component import Component, PlainConfig, StepResult
from node_engine.engine.context import Context
from node_engine.errors import ComponentRunError
from node_engine.models.flow import FlowDefinition
from node_engine.models.ids import ComponentName, FrameId, RunId
from node_engine.models.status import LogLevel
from node_engine.models.step import FlowStep


class WorkerHost:
    """What a component in a worker may use: its config, log and events; not other flows, and no storage."""

    services: Any = None

    def __init__(self, call: dict[str, Any], config: Any, reporter: Any) -> None:
        self.config = config
        self.name = ComponentName(call["name"])
        self.frame_id = FrameId(call["frame"])
        self.visit = int(call["visit"])
        self.run_id = RunId(call["run_id"])
        self._reporter = reporter

    def log(self, level: LogLevel, message: str) -> None:
        """Adds a line to the flow's log."""
        self._reporter.log(message, str(level))

    async def emit(self, event: str, data: str) -> None:
        """Sends an event to the listeners of the session."""
        self._reporter.emit(event, data)

    async def invoke(self, flow: FlowDefinition) -> FlowDefinition:
        """Not in a worker."""
        raise self._refusal("run other flows")

    async def invoke_component(self, flow: FlowDefinition, component_key: str) -> FlowStep:
        """Not in a worker."""
        raise self._refusal("run other components")

    async def start_background(self, flow: FlowDefinition) -> RunId:
        """Not in a worker."""
        raise self._refusal("start other flows")

    def debug_information(self, message: str) -> None:
        """The engine collects it from the answer."""

    def _refusal(self, what: str) -> ComponentRunError:
        reason = f"a component of type code cannot {what}; put it in components/ as a module"
        return ComponentRunError(self.name, reason)


async def run_class(
    call: dict[str, Any], namespace: dict[str, Any], reporter: Any
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Makes the class and executes it. Returns what it answered, and the context as it is then."""
    component_class = namespace.get(call["class_name"])
    if not (isinstance(component_class, type) and issubclass(component_class, Component)):
        raise LookupError(f"the code has no class {call['class_name']} that derives from node_engine.Component")
    flow = FlowDefinition.model_validate(call["flow"])
    flow.context = Context(call["context"])
    host = WorkerHost(call, _config(component_class, call["config"]), reporter)
    component = component_class(flow, call["key"], host, call["tunnel_authorization"])
    answer: Any = component.execute()
    if inspect.isawaitable(answer):
        answer = await answer
    return _fields(answer), (answer.flow_definition or flow).context


def _config(component_class: type[Component], config: dict[str, Any]) -> Any:
    if component_class.Config is not None:
        return component_class.Config.model_validate(config)
    return PlainConfig(config, getattr(component_class, "default_config", None) or {})


def _fields(answer: Any) -> dict[str, Any]:
    if isinstance(answer, StepResult):
        return {"next": answer.next, "port": answer.port, "failure": answer.error}
    if isinstance(answer, FlowStep):
        return {"next": answer.next}
    raise TypeError(f"execute answered with {type(answer).__name__}, not with self.continue_flow() or a FlowStep")
