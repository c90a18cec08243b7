"""`POST /invoke` beside a bare FastAPI endpoint with the same models, and the event stream with many readers."""

from __future__ import annotations

import asyncio
import socket
import statistics
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import orjson

from node_engine.models.flow import FlowDefinition

_CALLS = 1_500
_ROUNDS = 3
_WARM_UP = 200
_READERS = 200
_EVENTS = 300
_EVENT_BYTES = 8_000
FLOW = {
    "key": "bench",
    "session_id": "s",
    "flow": [
        {"key": f"s{n}", "name": "NextComponent", "config": {"next": f"s{n + 1}" if n < 2 else "exit"}}
        for n in range(3)
    ],
    "context": {"name": "Ada", "order": {"total": 12.5, "lines": [{"sku": "a", "count": 2}]}},
}


async def serve_engine(port_to: Connection) -> None:
    """Serve the real service until the connection says otherwise."""
    from node_engine.components import BUILTINS, LOADERS
    from node_engine.engine.engine import Engine, EngineSettings
    from node_engine.service.binding import ServiceSettings
    from node_engine.service.server import HttpService

    folder = Path(tempfile.mkdtemp())
    settings = ServiceSettings(port=0, discovery_folder=folder / "discovery")
    async with Engine(EngineSettings(state_dir=folder / "state", owns_process=True), BUILTINS, LOADERS) as engine:
        service = HttpService(engine, settings)
        service.bind()
        await service.serve()
        port_to.send(int(str(service.url).rpartition(":")[2]))
        await asyncio.to_thread(port_to.recv)
        await service.stop()


async def serve_bare(port_to: Connection) -> None:
    """Serve a FastAPI endpoint that parses and answers the same model, and does nothing else."""
    import uvicorn
    from fastapi import FastAPI

    from node_engine.engine.watch import calm_garbage_collector

    app = FastAPI()

    @app.post("/invoke", response_model=FlowDefinition)
    async def invoke(flow: FlowDefinition) -> FlowDefinition:
        return flow

    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.bind(("127.0.0.1", 0))
    config = uvicorn.Config(app, http="httptools", loop="asyncio", log_config=None, access_log=False, lifespan="off")
    server = uvicorn.Server(config)
    config.load()
    server.lifespan = config.lifespan_class(config)
    await server.startup(sockets=[listener])
    calm_garbage_collector()
    port_to.send(listener.getsockname()[1])
    await asyncio.to_thread(port_to.recv)


def _serve(kind: str, port_to: Connection) -> None:
    asyncio.run(serve_engine(port_to) if kind == "engine" else serve_bare(port_to))


class Served:
    """A server in a process of its own."""

    def __init__(self, kind: str) -> None:
        context = get_context("spawn")
        self._here, there = context.Pipe()
        self._process = context.Process(target=_serve, args=(kind, there))
        self._process.start()
        self.port: int = self._here.recv()

    def stop(self) -> None:
        """End the process."""
        self._here.send("stop")
        self._process.join(10)


def call_times_ms(port: int, body: bytes, calls: int) -> list[float]:
    """How long each of `calls` requests took, one after the other on one connection."""
    request = (
        b"POST /invoke HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
        % (port, len(body))
    ) + body
    times = []
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for _ in range(calls):
            began = time.perf_counter()
            connection.sendall(request)
            _read_answer(connection)
            times.append((time.perf_counter() - began) * 1_000)
    return times


def _read_answer(connection: socket.socket) -> bytes:
    data = connection.recv(262_144)
    head, _, body = data.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200"), data
    length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
    while len(body) < length:
        body += connection.recv(262_144)
    return body


def measure_invoke() -> dict[str, float]:
    """p50 of both in turns, in milliseconds, and their ratio."""
    body = orjson.dumps(FLOW)
    engine, bare = Served("engine"), Served("bare")
    try:
        for served in (engine, bare):
            call_times_ms(served.port, body, _WARM_UP)
        times: dict[str, list[float]] = {"engine": [], "bare": []}
        for _ in range(_ROUNDS):
            times["engine"] += call_times_ms(engine.port, body, _CALLS // _ROUNDS)
            times["bare"] += call_times_ms(bare.port, body, _CALLS // _ROUNDS)
    finally:
        engine.stop()
        bare.stop()
    p50 = {name: statistics.median(values) for name, values in times.items()}
    return {"engine_ms": p50["engine"], "bare_ms": p50["bare"], "ratio": p50["engine"] / p50["bare"]}


async def measure_stream(readers: int = _READERS, events: int = _EVENTS) -> dict[str, float]:
    """Seconds until every reader has every event of 8 kB, sent over HTTP; events delivered a second."""
    served = Served("engine")
    try:
        async with _listening(served.port, readers) as streams:
            began = time.perf_counter()
            reading = [asyncio.create_task(_read_until(stream, b"data: last\n")) for stream in streams]
            await asyncio.to_thread(_emit, served.port, events)
            await asyncio.gather(*reading)
            spent_s = time.perf_counter() - began
    finally:
        served.stop()
    return {"seconds": spent_s, "deliveries_per_s": readers * events / spent_s}


@asynccontextmanager
async def _listening(port: int, readers: int) -> AsyncIterator[list[asyncio.StreamReader]]:
    connections = [await asyncio.open_connection("127.0.0.1", port, limit=2**22) for _ in range(readers)]
    for number, (reader, writer) in enumerate(connections):
        writer.write(f"GET /sse?session_id=s{number % 4} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode())
        await reader.readuntil(b": ping\n\n")
    try:
        yield [reader for reader, _ in connections]
    finally:
        for _, writer in connections:
            writer.close()


async def _read_until(stream: asyncio.StreamReader, end: bytes) -> None:
    tail = b""
    while end not in tail:
        chunk = await stream.read(1 << 20)
        assert chunk
        tail = tail[-len(end) :] + chunk


def _emit(port: int, events: int) -> None:
    bodies: list[Any] = [("x" * _EVENT_BYTES)] * (events - 1) + ["last"]
    with socket.create_connection(("127.0.0.1", port)) as connection:
        for data in bodies:
            for session in range(4):
                body = orjson.dumps({"session_id": f"s{session}", "event": "e", "data": data})
                head = (
                    f"POST /emit_sse_message HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
                    f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
                )
                connection.sendall(head.encode() + body)
                _read_answer(connection)


if __name__ == "__main__":
    print(measure_invoke())
    print(asyncio.run(measure_stream()))
