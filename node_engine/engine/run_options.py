"""How a run is started, and how its call stack is shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from node_engine.models.ids import ComponentKey, FrameId, RunId
from node_engine.models.run import DebugPolicy, Origin

if TYPE_CHECKING:
    from node_engine.engine.frame import Frame
    from node_engine.engine.gate import Held


@dataclass(frozen=True, slots=True)
class Fork:
    """Where a run was forked from: a step of another run."""

    run_id: RunId
    step: int


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
    has_debug_default: bool = False
    """True when nobody said what a debugger may do, so that "break on outside runs" decides."""
    start_at: ComponentKey | None = None
    """The component to begin at instead of the first."""
    visits: Mapping[str, int] = field(default_factory=dict)
    """How often components were visited before a fork, so that its steps keep their names."""
    forked_from: Fork | None = None


@dataclass(frozen=True, slots=True)
class FrameView:
    """One level of the call stack of a run."""

    id: FrameId
    flow_key: str
    component_key: ComponentKey | None
    visit: int
    depth: int


def view_of(frame: Frame, held: Held | None) -> FrameView:
    """A frame as the call stack shows it; the one that stands is where it stands."""
    key = None if frame.current is None else frame.current.key
    visit = 0 if frame.current is None else frame.current.visits
    if held is not None and held.frame is frame:
        key, visit = held.key, held.visit
    return FrameView(frame.id, frame.flow_key, key, visit, frame.depth)
