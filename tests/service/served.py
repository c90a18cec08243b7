"""A real uvicorn with the service's protocol around any ASGI application, and raw clients for it."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import uvicorn

from node_engine.models.limits import DEFAULT_LIMITS, Limits
from node_engine.service.protocol import bounded_protocol


@asynccontextmanager
async def served(app: Any, limits: Limits = DEFAULT_LIMITS) -> AsyncIterator[RawClients]:
    """Serve the application on a free port of 127.0.0.1; gives raw clients for it."""
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(
        app, http=bounded_protocol(limits), ws="none", lifespan="off", log_config=None, access_log=False
    )
    server = uvicorn.Server(config)
    config.load()
    server.lifespan = config.lifespan_class(config)
    await server.startup(sockets=[listener])
    clients = RawClients(listener.getsockname()[1])
    try:
        yield clients
    finally:
        await clients.close()
        state = server.server_state
        for connection in list(state.connections):
            connection.transport.abort()
        if state.tasks:
            await asyncio.wait(set(state.tasks), timeout=10)
        for each in server.servers:
            each.close()


class RawClient:
    """A connection that sends and reads bytes as they are."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    async def send(self, data: bytes) -> None:
        """Send bytes."""
        self.writer.write(data)
        await self.writer.drain()

    async def read_until(self, end: bytes) -> bytes:
        """Read up to and including `end`."""
        return await asyncio.wait_for(self.reader.readuntil(end), 20)

    async def read_to_end(self) -> bytes:
        """Read until the other side closes."""
        try:
            return await asyncio.wait_for(self.reader.read(), 20)
        except ConnectionResetError:
            return b""

    async def close(self) -> None:
        """Close at once."""
        self.writer.transport.abort()
        with suppress(ConnectionError):
            await self.writer.wait_closed()


class RawClients:
    """Connections to one port, closed together."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._open: list[RawClient] = []

    async def connect(self) -> RawClient:
        """Open a connection."""
        client = RawClient(*await asyncio.open_connection("127.0.0.1", self.port))
        self._open.append(client)
        return client

    async def close(self) -> None:
        """Close all."""
        for client in self._open:
            await client.close()
