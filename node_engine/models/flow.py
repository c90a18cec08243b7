"""A flow as a document: what a flow file holds and what `POST /invoke` accepts and answers (WIRE.md §2)."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import uuid4

from pydantic import BaseModel, ConfigDict, Field, SerializerFunctionWrapHandler, model_serializer

from node_engine.models.json import JsonObject
from node_engine.models.registration import ComponentRegistration
from node_engine.models.status import FlowStatus


class RetryPolicy(BaseModel):
    """How often a failed step is tried again: `times` extra tries, the first after `delay_s` seconds."""

    model_config = ConfigDict(extra="forbid")

    times: Annotated[int, Field(ge=0, le=100)] = 0
    delay_s: Annotated[float, Field(ge=0, le=3_600)] = 0.0
    backoff: Annotated[float, Field(ge=1, le=10)] = 1.0
    """The delay is multiplied by this after each try."""


class GoTo(BaseModel):
    """The `on_error` policy that continues at another component; the message is in context["error"]."""

    model_config = ConfigDict(extra="forbid")

    go_to: str


OnError = Literal["stop", "continue"] | GoTo
_OPTIONAL = ("next", "outputs", "on_error", "retry", "timeout_s", "enabled", "note")


class FlowComponent(BaseModel):
    """One component of a flow. The fields after `config` are ours and are left out of JSON when unset.

    A component's own answer for next wins over `next`, which wins over list order. `outputs` maps a named
    port to the key of its target; an unconnected named port ends the flow.
    """

    model_config = ConfigDict(extra="forbid", strict=True)

    key: str
    name: str
    config: JsonObject = Field(default_factory=dict)
    next: str | None = None
    outputs: dict[str, str] | None = None
    on_error: OnError | None = None
    retry: RetryPolicy | None = None
    timeout_s: Annotated[float, Field(gt=0)] | None = None
    enabled: bool | None = None
    note: str | None = None

    @model_serializer(mode="wrap")
    def _leave_out_unset(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        shown: dict[str, Any] = handler(self)
        for name in _OPTIONAL:
            if shown.get(name) is None:
                shown.pop(name, None)
        return shown


class FlowDefinition(BaseModel):
    """A flow with its shared context; also the answer of a run, with context and status filled in."""

    model_config = ConfigDict(extra="forbid", strict=True)

    key: str
    session_id: str = Field(default_factory=lambda: str(uuid4()))
    flow: list[FlowComponent]
    registry: list[ComponentRegistration] | None = None
    context: JsonObject = Field(default_factory=dict)
    status: FlowStatus = Field(default_factory=FlowStatus)


FlowStatus.model_rebuild(_types_namespace={"FlowComponent": FlowComponent})
FlowDefinition.model_rebuild()
