"""The HTTP service as something that starts and stops on a running loop: socket, uvicorn, discovery file."""

from __future__ import annotations

import asyncio
import logging
import os
import time
from pathlib import Path
from secrets import token_hex, token_urlsafe
from typing import TYPE_CHECKING

from node_engine.errors import StorageError
from node_engine.service.binding import Bound, ServiceSettings, bind
from node_engine.service.discovery import Discovery, publish, withdraw

if TYPE_CHECKING:
    import uvicorn

    from node_engine.engine.engine import Engine
    from node_engine.service.parts import ServiceParts

_logger = logging.getLogger(__name__)


class HttpService:
    """One start of the service over an engine. `start` binds at once and serves when the web packages are loaded."""

    def __init__(self, engine: Engine, settings: ServiceSettings, *, token: str | None = None) -> None:
        self.settings = settings
        self.token = token or token_urlsafe(32)
        self.instance_id = token_hex(8)
        self.url: str | None = None
        self._engine = engine
        self._bound: Bound | None = None
        self._server: uvicorn.Server | None = None
        self._parts: ServiceParts | None = None
        self._discovery_path: Path | None = None

    def bind(self) -> str:
        """Open the socket and return the URL; callers wait in its queue until `serve` has loaded.

        Raises:
            TrustError: the address is refused.
            StorageError: no port is free.
        """
        self._bound = bind(self.settings)
        self.url = self._engine.runtime.base_url = self._bound.url
        return self.url

    async def serve(self) -> None:
        """Load the web packages beside the running loop, answer callers, and publish the discovery file."""
        assert self._bound is not None  # bind comes first
        await asyncio.to_thread(_load_web_packages)
        self._parts, self._server = self._build(self._bound)
        self._server.config.load()
        self._server.lifespan = self._server.config.lifespan_class(self._server.config)
        await self._server.startup(sockets=[self._bound.socket])
        self._publish(self._bound)

    async def stop(self, timeout_s: float = 2.0) -> None:
        """End streams, let requests under way finish for a moment, then close every connection."""
        if self._discovery_path is not None:
            withdraw(self._discovery_path)
            self._discovery_path = None
        if self._bound is not None and self._bound.uds is not None:
            self._bound.uds.unlink(missing_ok=True)
        if self._server is not None and self._parts is not None:
            await self._close_connections(self._server, self._parts, timeout_s)
        if self._bound is not None:
            self._bound.socket.close()
        self.url = self._engine.runtime.base_url = None

    async def _close_connections(self, server: uvicorn.Server, parts: ServiceParts, timeout_s: float) -> None:
        for listener in server.servers:
            listener.close()
        parts.readers.close_all()
        state = server.server_state
        for connection in list(state.connections):
            connection.shutdown()
        if state.tasks:
            await asyncio.wait(set(state.tasks), timeout=timeout_s)
        for connection in list(state.connections):
            connection.transport.abort()  # callers that are gone end their runs
        if state.tasks:
            await asyncio.wait(set(state.tasks), timeout=timeout_s)

    def _build(self, bound: Bound) -> tuple[ServiceParts, uvicorn.Server]:
        import uvicorn  # these imports take half a second: `_load_web_packages` has made them in a thread

        from node_engine.service.app import create_app, guarded
        from node_engine.service.capabilities import Capabilities
        from node_engine.service.parts import ServiceParts
        from node_engine.service.protocol import bounded_protocol
        from node_engine.service.stream import Readers

        runtime = self._engine.runtime
        capabilities = Capabilities(runtime, self._engine.registry, allow_code=self.settings.allow_code)
        parts = ServiceParts(self._engine, capabilities, Readers(runtime.limits), self.instance_id)
        config = uvicorn.Config(
            guarded(create_app(parts), parts, self.settings, bound, self.token),
            http=bounded_protocol(runtime.limits),
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            proxy_headers=False,
            server_header=False,
            date_header=False,
        )
        return parts, uvicorn.Server(config)

    def _publish(self, bound: Bound) -> None:
        uds = None if bound.uds is None else str(bound.uds)
        discovery = Discovery(bound.url, self.token, os.getpid(), self.instance_id, time.time(), uds)
        try:
            self._discovery_path = publish(discovery, self.settings.discovery_folder)
        except StorageError as error:
            _logger.warning("%s Programs need --url and the token to find this service.", error)


def _load_web_packages() -> None:
    """Import what `_build` needs, outside of the loop."""
    import uvicorn.protocols.http.httptools_impl  # noqa: F401

    import node_engine.service.app  # noqa: F401
