"""What a run reports inside its answer: current component, error, log and trace (WIRE.md §2, §3)."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, Field

if TYPE_CHECKING:
    from node_engine.models.flow import FlowComponent


class LogLevel(StrEnum):
    """The five levels of a log item."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"
    CRITICAL = "critical"


class LogItem(BaseModel):
    """One line of the log; unknown fields are dropped. `flow_definition` is null below level error."""

    model_config = ConfigDict(extra="ignore")

    namespace: str
    level: LogLevel
    message: str
    flow_definition: dict[str, Any] | None = None


class FlowStatus(BaseModel):
    """The state of a run. `trace` items are plain JSON objects: see `engine.run` for their fields."""

    model_config = ConfigDict(extra="ignore")

    current_component: FlowComponent | None = None
    error: str | None = None
    log: list[LogItem] = Field(default_factory=list)
    trace: list[dict[str, Any]] = Field(default_factory=list)
