"""BackgroundProcess of the documented system: start further steps without waiting for them."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from node_engine.components.nested_touches import touches_of_nested
from node_engine.engine.component import Component, Family, Sample, StepResult, Touch
from node_engine.models.flow import FlowDefinition
from node_engine.models.json import JsonObject


class BackgroundProcess(Component):
    """Starts a run of its own with a copy of the context and goes on at once."""

    label = "Background process"
    description = "Start further steps and go on without waiting for them."
    family = Family.CONTROL
    icon = "layers"
    synonyms = ("async", "fork", "spawn", "parallel", "task", "fire and forget")
    nested = ("flow",)
    sample = Sample(
        context={"count": 1},
        config={"flow": [{"key": "later", "name": "Set", "config": {"assignments": {"count": 2}}}]},
        expected={"count": 1},
    )
    help = """\
Starts the steps given here as a run of its own and goes on at once. The new run has the same session and a copy of the
context; it cannot change this one. It is listed under *Runs*, can be watched and stopped, and may tell the session's
listeners what it does with *Emit events*.

- **Flow**: the components to run.

Example: `{"flow": [{"key": "count", "name": "Expression", "config": {"expression": "len(text)"}}]}`
"""

    class Config(BaseModel):
        """What to run."""

        model_config = ConfigDict(extra="ignore")

        flow: list[dict[str, Any]] = Field(
            default_factory=list,
            title="Flow",
            description="The components to run in the background.",
            json_schema_extra={"widget": "flow"},
        )

    config: Config

    @classmethod
    def touches_for(cls, config: JsonObject) -> frozenset[Touch]:
        """What the flow inside may reach."""
        return touches_of_nested({"key": "invoke_async", "flow": config.get("flow") or []})

    async def execute(self) -> StepResult:
        """Start the run."""
        flow = FlowDefinition.model_validate(
            {
                "key": "invoke_async",
                "session_id": self.session_id,
                "context": deepcopy(self.context),
                "flow": self.config.flow,
            }
        )
        await self.start_background(flow)
        return self.continue_flow()
