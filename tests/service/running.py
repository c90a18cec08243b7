"""The whole service over an engine in memory, on a free port, with clients for it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx

from node_engine.components import BUILTINS, LOADERS
from node_engine.engine.engine import Engine, EngineSettings
from node_engine.models.limits import DEFAULT_LIMITS, Limits
from node_engine.service.binding import ServiceSettings
from node_engine.service.server import HttpService

JSON = {"content-type": "application/json"}


class RunningService:
    """A service under test. `http` calls it as anyone can, `trusted` with the token."""

    def __init__(self, engine: Engine, service: HttpService) -> None:
        self.engine = engine
        self.service = service
        self.url = str(service.url)
        self.http = httpx.AsyncClient(base_url=self.url, trust_env=False, timeout=30)
        self.trusted = httpx.AsyncClient(
            base_url=self.url, trust_env=False, timeout=30, headers={"authorization": f"Bearer {service.token}"}
        )

    async def close(self) -> None:
        """Close the clients, then the service."""
        await self.http.aclose()
        await self.trusted.aclose()
        await self.service.stop()


@asynccontextmanager
async def running_service(
    folder: Path,
    *,
    limits: Limits = DEFAULT_LIMITS,
    registry_root: Path | None = None,
    state: Path | None = None,
    **settings: Any,
) -> AsyncIterator[RunningService]:
    """Start everything; the discovery file goes to `folder`."""
    engine_settings = EngineSettings(registry_root=registry_root, state_dir=state, limits=limits)
    service_settings = ServiceSettings(**{"port": 0, "discovery_folder": folder, **settings})
    async with Engine(engine_settings, BUILTINS, LOADERS) as engine:
        service = HttpService(engine, service_settings)
        service.bind()
        await service.serve()
        running = RunningService(engine, service)
        try:
            yield running
        finally:
            await running.close()


def flow(*components: dict[str, Any], key: str = "f", **fields: Any) -> dict[str, Any]:
    """A flow as a caller would send it."""
    return {"key": key, "session_id": "s", "flow": list(components), **fields}


def step(key: str, name: str = "Set", **config: Any) -> dict[str, Any]:
    """A component of a flow."""
    return {"key": key, "name": name, "config": config}
