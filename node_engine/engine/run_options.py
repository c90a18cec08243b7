"""How a run is started, and how its call stack is shown."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from node_engine.models.ids import ComponentKey, FrameId, RunId
from node_engine.models.run import DebugPolicy, Origin


@dataclass(frozen=True, slots=True)
class RunOptions:
    """How a run is started; see `Runtime.start`."""

    origin: Origin = Origin.API
    parent: RunId | None = None
    debug: DebugPolicy = DebugPolicy.OBSERVE
    paused_at_start: bool = False
    only: ComponentKey | None = None
    tunnel_authorization: str | None = None
    flow_folder: Path | None = None


@dataclass(frozen=True, slots=True)
class FrameView:
    """One level of the call stack of a run."""

    id: FrameId
    flow_key: str
    component_key: ComponentKey | None
    visit: int
    depth: int
