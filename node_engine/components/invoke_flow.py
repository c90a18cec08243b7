"""InvokeFlow of the documented system: run another flow as a part of this one."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from node_engine.analysis.templates import typed_path
from node_engine.components.flow_folder import find_flow, resolve_inside
from node_engine.components.nested_touches import touches_of_nested
from node_engine.engine.component import Component, Family, Output, Sample, StepResult, Touch
from node_engine.engine.config import copied
from node_engine.errors import ComponentError, NodeEngineError
from node_engine.models.flow import FlowDefinition
from node_engine.models.json import JsonObject, JsonValue
from node_engine.models.limits import Limits
from node_engine.models.parse import format_path, parse_flow


class InvokeFlow(Component):
    """Runs a child flow; afterwards the child's context is this flow's context."""

    label = "Invoke flow"
    description = "Run another flow as a part of this one: written here, from a file, or by its key."
    family = Family.CONTROL
    icon = "workflow"
    synonyms = ("subflow", "call", "nested", "child", "include", "function", "subroutine")
    outputs = (Output("next", config="next"),)
    writes = ("*",)
    nested = ("flow_definition",)
    sample = Sample(
        context={"name": "Ada"},
        config={
            "flow_definition": {
                "key": "greet",
                "flow": [{"key": "text", "name": "Template", "config": {"template": "{{greeting}}, {{name}}!"}}],
            },
            "context": {"greeting": "Hello"},
        },
        expected={"text": "Hello, Ada!", "greeting": "Hello"},
    )
    help = """\
Runs another flow as a part of this one, with the same session. It starts with its own default context, over that the
context of this flow, over that the values given here. Afterwards its context is the context of this flow. If it fails,
this step fails.

- **Flow**: the flow itself, or a template that stands for one.
- **File**: instead of that, a flow file in the folder of this flow: `steps/score.flow.json`.
- **Flow key**: instead of that, the key of a flow file in the folder of this flow.
- **Context**: values to give to the flow.
- **Next**: key of the component to go on with; empty for the following one.

Example: `{"path": "score.flow.json", "context": {"limit": 3}}`
"""

    class Config(BaseModel):
        """Which flow to run, and with what."""

        model_config = ConfigDict(extra="ignore")

        flow_definition: JsonValue = Field(
            None, title="Flow", description="The flow, or a template for it.", json_schema_extra={"widget": "flow"}
        )
        path: str | None = Field(
            None,
            title="File",
            description="A flow file inside this flow's folder.",
            examples=["steps/score.flow.json"],
            json_schema_extra={"widget": "path"},
        )
        flow_key: str | None = Field(
            None, title="Flow key", description="The key of a flow whose file lies in this flow's folder."
        )
        context: dict[str, Any] | None = Field(
            None,
            title="Context",
            description="Values to give to the flow.",
            json_schema_extra={"widget": "mapping", "values": "json"},
        )
        next: str | None = Field(
            None, title="Next", description="Key of the component to go on with.", json_schema_extra={"widget": "key"}
        )

    config: Config

    @classmethod
    def touches_for(cls, config: JsonObject) -> frozenset[Touch]:
        """Files for a flow from a file; for a flow written here, what its components touch."""
        from_file = frozenset({Touch.FILES}) if config.get("path") or config.get("flow_key") else frozenset()
        flow = config.get("flow_definition")
        return from_file | touches_of_nested(flow) if flow else from_file

    async def execute(self) -> StepResult:
        """Run the child and take over its context."""
        try:
            child = await self._child()
        except NodeEngineError as error:
            return self.exit_flow_with_error(str(error))
        if child is None:
            return self.exit_flow_with_error("no flow definition provided")
        child.session_id = self.session_id
        child.registry = self.flow_definition.registry
        defaults = {name: copied(value) for name, value in child.context.items()}
        child.context = {**defaults, **self.context, **(self.config.context or {})}
        result = await self.invoke(child)
        self.context.clear()
        self.context.update(result.context)
        return self.continue_flow(self.config.next)

    async def _child(self) -> FlowDefinition | None:
        definition = self.config.flow_definition
        if definition:
            return _as_flow(definition)
        if self.config.path or self.config.flow_key:
            return await asyncio.to_thread(
                _read, self.services.flow_folder, self.config.path, self.config.flow_key, self.services.limits
            )
        return None


def _as_flow(definition: JsonValue) -> FlowDefinition:
    if not isinstance(definition, dict) or typed_path(definition) is not None:
        shown = str(definition)[:80]
        raise ComponentError(
            f"invalid config, 'flow_definition' must be an object or a template that stands for one, not: {shown}"
        )
    try:
        return FlowDefinition.model_validate(definition)
    except ValidationError as error:
        detail = error.errors(include_url=False, include_input=False)[0]
        place = format_path(("flow_definition", *detail["loc"]))
        raise ComponentError(f"invalid config, '{place}': {detail['msg']}") from None


def _read(folder: Path | None, path: str | None, key: str | None, limits: Limits) -> FlowDefinition:
    file = resolve_inside(folder, path) if path else find_flow(folder, key or "", limits)
    try:
        return parse_flow(file.read_bytes(), limits)
    except OSError as error:
        raise ComponentError(f'The flow file "{path or file.name}" cannot be read: {error.strerror}.') from error
    except NodeEngineError as error:
        raise ComponentError(f'The file "{path or file.name}" holds no flow. {error}') from error
