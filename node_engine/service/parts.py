"""What the routes of the service share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from node_engine.service.capabilities import Capabilities
from node_engine.service.stream import Readers

if TYPE_CHECKING:
    from node_engine.engine.engine import Engine
    from node_engine.engine.registry import Registry
    from node_engine.engine.runtime import Runtime
    from node_engine.models.limits import Limits


@dataclass(frozen=True, slots=True)
class ServiceParts:
    """The engine and what the service keeps beside it; made once for each start of the service."""

    engine: Engine
    capabilities: Capabilities
    readers: Readers
    instance_id: str
    """Random; answered by /health and written to the discovery file."""

    @property
    def runtime(self) -> Runtime:
        """The runtime that window, command line and callers share."""
        return self.engine.runtime

    @property
    def registry(self) -> Registry:
        """Which components there are."""
        return self.engine.registry

    @property
    def limits(self) -> Limits:
        """The limits that hold for requests."""
        return self.engine.runtime.limits
