"""How an engine is set up. Light to import: the window builds it before the engine is loaded."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from node_engine.models.limits import DEFAULT_LIMITS, Limits


@dataclass(frozen=True, slots=True)
class EngineSettings:
    """What an engine needs to know when it starts."""

    registry_root: Path | None = None
    """The folder with `registry.json` and `components/`; None for built-ins alone."""
    state_dir: Path | None = None
    """Where journal and storage keep their files; None keeps storage in memory and writes no journal."""
    limits: Limits = DEFAULT_LIMITS
    debug_information: bool = False
    """True to put what the documented system collects into the context of a failed flow (WIRE.md §3)."""
    base_url: str | None = None
    """Where the local service answers, if it is known already."""
    owns_process: bool = False
    """True when the engine may tune the garbage collector of the whole process."""
