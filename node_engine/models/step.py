"""The answer of one step (WIRE.md §2 and §4)."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from node_engine.models.flow import FlowDefinition


class FlowStep(BaseModel):
    """Which component comes next (null: the following one) and the flow as it is after the step."""

    model_config = ConfigDict(extra="forbid", strict=True)

    next: str | None
    flow_definition: FlowDefinition
