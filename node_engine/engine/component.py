"""The base class of every component: what it declares about itself and what it may use while it runs."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Awaitable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from pydantic import BaseModel

from node_engine.engine.component_config import PlainConfig, add_mapping_access
from node_engine.errors import NodeEngineError
from node_engine.models.description import ComponentDescription, Family, Output, Sample, Touch, Unset
from node_engine.models.flow import FlowDefinition
from node_engine.models.ids import ComponentKey, ComponentName, FrameId, RunId, SessionId
from node_engine.models.json import JsonObject
from node_engine.models.limits import Limits
from node_engine.models.status import LogLevel
from node_engine.models.step import FlowStep

if TYPE_CHECKING:
    from pathlib import Path

    from node_engine.engine.context import Context
    from node_engine.engine.storage import Storage
    from node_engine.engine.worker import Workers

__all__ = [
    "Component",
    "ComponentServices",
    "Family",
    "FlowStep",
    "Output",
    "PlainConfig",
    "Sample",
    "StepHost",
    "StepResult",
    "Touch",
    "Unset",
]

_LEVELS = frozenset(level.value for level in LogLevel)


@dataclass(frozen=True, slots=True)
class ComponentServices:
    """What the engine lends to components beside their own flow."""

    storage: Storage
    workers: Workers
    limits: Limits
    base_url: str | None = None
    """Where the local service answers, or None when it does not run."""
    flow_folder: Path | None = None
    """The folder of the flow's file, where relative paths begin; None for a flow without a file."""


@dataclass(slots=True)
class StepResult:
    """What `execute` answers: go on (with `next`, a key), leave by a named `port`, or report an `error`."""

    next: str | None = None
    port: str | None = None
    error: str | None = None
    flow_definition: FlowDefinition | None = None
    """Another flow to go on with, as the documented system allows; None for the same one."""


class StepHost(Protocol):
    """What a run offers to the component of one of its steps; components use the methods of `Component` instead."""

    config: Any
    name: ComponentName
    visit: int

    @property
    def frame_id(self) -> FrameId:
        """The path of nested flows."""

    @property
    def run_id(self) -> RunId:
        """The run."""

    @property
    def services(self) -> ComponentServices:
        """What the engine lends."""

    def log(self, level: LogLevel, message: str) -> None:
        """Add a line to the flow's log."""

    async def emit(self, event: str, data: str) -> None:
        """Send an event to the session's listeners."""

    async def invoke(self, flow: FlowDefinition) -> FlowDefinition:
        """Run a child flow as a frame of this run."""

    async def invoke_component(self, flow: FlowDefinition, component_key: str) -> FlowStep:
        """Run one component of another flow as a frame of this run."""

    async def start_background(self, flow: FlowDefinition) -> RunId:
        """Start a flow as a run of its own."""


class Component(ABC):
    """One class in one file: a typed `Config`, declared ports, and `execute`.

    A component is made anew for each step. It reads and writes `self.context`, reads `self.config`, and answers with
    `self.continue_flow()`, `self.output(port)` or `self.exit_flow_with_error(message)`. `async def execute` runs on
    the engine's loop, a plain `def execute` in a thread of its own.
    """

    label: ClassVar[str] = ""
    """What people see; the class name with spaces if empty."""
    description: ClassVar[str] = ""
    """One sentence for the palette."""
    family: ClassVar[Family] = Family.CODE
    icon: ClassVar[str] = "box"
    synonyms: ClassVar[tuple[str, ...]] = ()
    summary: ClassVar[str | None] = None
    help: ClassVar[str] = ""
    outputs: ClassVar[tuple[Output, ...]] = (Output("next"),)
    reads: ClassVar[tuple[str, ...]] = ()
    """Context paths it reads; may hold {config field} references."""
    writes: ClassVar[tuple[str, ...]] = ()
    touches: ClassVar[frozenset[Touch]] = frozenset()
    repeatable: ClassVar[bool] = False
    """True when doing the step twice does no harm."""
    sample: ClassVar[Sample | None] = None
    nested: ClassVar[tuple[str, ...]] = ()
    verbatim: ClassVar[tuple[str, ...]] = ()
    """Config fields with source text: braces in them are no templates, text of the context never becomes code."""
    key_fields: ClassVar[tuple[str, ...]] = ()
    requires: ClassVar[tuple[str, ...]] = ()
    """Packages that must be importable; a missing one is shown in the palette and is a load error when run."""
    Config: ClassVar[type[BaseModel] | None] = None
    """The pydantic model of its config; a class without one gets its config as a plain mapping."""

    if TYPE_CHECKING:
        config: Any  # each component's own Config instance, which no annotation here can name
        """The validated config; also answers to `.get(name, default)` and `[name]`."""

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        config_class = cls.__dict__.get("Config")
        if config_class is not None:
            add_mapping_access(config_class)

    def __init__(
        self,
        flow_definition: FlowDefinition,
        component_key: str,
        executor: StepHost,
        tunnel_authorization: str | None = None,
    ) -> None:
        self.flow_definition = flow_definition
        self.context: Context = flow_definition.context  # type: ignore[assignment]  # a run's flow holds a Context
        self.component_key = component_key
        self.tunnel_authorization = tunnel_authorization
        self.runtime = executor
        self.config = executor.config

    @abstractmethod
    def execute(self) -> Awaitable[FlowStep | StepResult] | FlowStep | StepResult:
        """Do the step. Write `async def execute`, or `def execute` for work that blocks."""

    # What it is part of

    @property
    def key(self) -> ComponentKey:
        """Its key in the flow."""
        return ComponentKey(self.component_key)

    @property
    def name(self) -> ComponentName:
        """The registry key it was found by."""
        return self.runtime.name

    @property
    def session_id(self) -> SessionId:
        """The session of the flow."""
        return SessionId(self.flow_definition.session_id)

    @property
    def frame(self) -> FrameId:
        """The path of nested flows it runs in, "main" at the top."""
        return self.runtime.frame_id

    @property
    def visit(self) -> int:
        """How often this key was entered in this frame, from 1."""
        return self.runtime.visit

    @property
    def run_id(self) -> RunId:
        """The run it is a step of."""
        return self.runtime.run_id

    @property
    def services(self) -> ComponentServices:
        """Storage, workers and limits of the engine."""
        return self.runtime.services

    @property
    def status(self) -> Any:
        """The flow's status, under the documented system's name."""
        return self.flow_definition.status

    # Answers

    def continue_flow(
        self, next: str | None = None, updated_flow_definition: FlowDefinition | None = None
    ) -> StepResult:
        """Go on with the component `next`; by default with the connected or the following one."""
        return StepResult(next=next, flow_definition=updated_flow_definition)

    def output(self, port: str) -> StepResult:
        """Leave by a named port: go on with whatever is connected to it."""
        return StepResult(port=port)

    def exit_flow_with_error(self, message: str) -> StepResult:
        """Report failure: the flow ends with this text as its error, unless `on_error` says otherwise."""
        return StepResult(error=str(message))

    # Means

    @property
    def log(self) -> ComponentLog:
        """Write to the flow's log: `self.log("text")`, `self.log("text", "warning")`, `self.log.error("text")`."""
        return ComponentLog(self.runtime)

    async def emit(self, event: str, data: str | None = "") -> None:
        """Send an event to everyone who listens to this session."""
        await self.runtime.emit(event, data or "")

    async def invoke(self, flow: FlowDefinition | JsonObject) -> FlowDefinition:
        """Run a child flow inside this run and return it as it ended.

        Raises ComponentRunError when the child failed; its text is the child's error.
        """
        return await self.runtime.invoke(_as_flow(flow))

    async def invoke_component(self, flow: FlowDefinition | JsonObject, component_key: str) -> FlowStep:
        """Run one component of a flow inside this run."""
        return await self.runtime.invoke_component(_as_flow(flow), component_key)

    async def start_background(self, flow: FlowDefinition | JsonObject) -> RunId:
        """Start a flow as a run of its own and return its id at once."""
        return await self.runtime.start_background(_as_flow(flow))

    # Description

    @classmethod
    def describe(cls, name: str | None = None) -> ComponentDescription:
        """All that palette, inspector, checker and service need to know of this class."""
        schema, default = _config_schema(cls)
        return ComponentDescription(
            name=name or cls.__name__,
            label=cls.label or _spaced(cls.__name__),
            description=cls.description,
            family=cls.family,
            icon=cls.icon,
            synonyms=tuple(cls.synonyms),
            outputs=tuple(cls.outputs),
            reads=tuple(cls.reads) or _documented_keys(cls, "reads_from"),
            writes=tuple(cls.writes) or _documented_keys(cls, "writes_to"),
            touches=frozenset(cls.touches),
            repeatable=cls.repeatable,
            sample=cls.sample or _documented_sample(cls),
            config_schema=schema,
            config_default=default,
            summary=cls.summary,
            nested=tuple(cls.nested),
            key_fields=tuple(cls.key_fields),
            help=cls.help,
            problem=missing_packages(cls),
        )

    @classmethod
    def touches_for(cls, config: JsonObject) -> frozenset[Touch]:
        """What a step with this config reaches; by default the same for every config."""
        return frozenset(cls.touches)


class ComponentLog:
    """Writes lines to the flow's log at one of five levels."""

    __slots__ = ("_host",)

    def __init__(self, host: StepHost) -> None:
        self._host = host

    def __call__(self, message: object, *values: object, level: str = "info") -> None:
        """Add a line. One value that is a level's name is the level; other values fill in % signs, as in `logging`."""
        if len(values) == 1 and values[0] in _LEVELS:
            level, values = str(values[0]), ()
        self._host.log(LogLevel(level), _filled_in(message, values))

    def debug(self, message: object, *values: object) -> None:
        """Add a line at level debug."""
        self._host.log(LogLevel.DEBUG, _filled_in(message, values))

    def info(self, message: object, *values: object) -> None:
        """Add a line at level info."""
        self._host.log(LogLevel.INFO, _filled_in(message, values))

    def warning(self, message: object, *values: object) -> None:
        """Add a line at level warning."""
        self._host.log(LogLevel.WARNING, _filled_in(message, values))

    def error(self, message: object, *values: object) -> None:
        """Add a line at level error."""
        self._host.log(LogLevel.ERROR, _filled_in(message, values))

    def critical(self, message: object, *values: object) -> None:
        """Add a line at level critical."""
        self._host.log(LogLevel.CRITICAL, _filled_in(message, values))


def missing_packages(component_class: type[Component]) -> str | None:
    """Words on the packages that `requires` names and that are not installed, or None."""
    from importlib.util import find_spec  # only where something is required

    missing = [package for package in component_class.requires if find_spec(package) is None]
    return f"needs: pip install {' '.join(missing)}" if missing else None


def _config_schema(component_class: type[Component]) -> tuple[JsonObject, JsonObject]:
    """The JSON Schema of the config and the defaults of its fields that have one."""
    model = component_class.Config
    if model is None:
        return {}, dict(getattr(component_class, "default_config", None) or {})
    schema: JsonObject = model.model_json_schema()
    fields = schema.get("properties", {})
    assert isinstance(fields, dict)  # by JSON Schema
    defaults = {
        name: field["default"] for name, field in fields.items() if isinstance(field, dict) and "default" in field
    }
    return schema, defaults


def _documented_keys(component_class: type[Component], attribute: str) -> tuple[str, ...]:
    """Context keys of the documented system's `reads_from` or `writes_to`."""
    declared = getattr(component_class, attribute, None)
    keys = declared.get("context") if isinstance(declared, dict) else None
    return tuple(keys) if isinstance(keys, dict) else ()


def _documented_sample(component_class: type[Component]) -> Sample | None:
    """A sample from the documented system's `sample_input`, which is a flow of its own."""
    flow = getattr(component_class, "sample_input", None)
    if not isinstance(flow, dict):
        return None
    steps = flow.get("flow") or [{}]
    return Sample(context=dict(flow.get("context") or {}), config=dict(steps[0].get("config") or {}))


def _spaced(class_name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", class_name)


def _filled_in(message: object, values: tuple[object, ...]) -> str:
    return str(message) % values if values else str(message)


def _as_flow(flow: FlowDefinition | JsonObject) -> FlowDefinition:
    if isinstance(flow, FlowDefinition):
        return flow
    if isinstance(flow, dict):
        return FlowDefinition.model_validate(flow)
    raise NodeEngineError(f"A flow must be a FlowDefinition or an object, not {type(flow).__name__}.")
