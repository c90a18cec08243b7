"""`POST /invoke` beside a bare FastAPI endpoint with the same models, and the event stream with many readers."""

from __future__ import annotations

import asyncio
import resource
import selectors
import socket
import statistics
import tempfile
import threading
import time
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

import orjson

from node_engine.models.flow import FlowDefinition
from node_engine.models.limits import Limits
from tests.benchmarks.measuring import Row

_CALLS = 1_500
_ROUNDS = 10
_WARM_UP = 200
_READERS = 1_000
_MOST_RATIO = 2.0
_MOST_STREAM_S = 10.0
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
    limits = Limits(event_readers_per_session=_READERS)
    engine_settings = EngineSettings(state_dir=folder / "state", limits=limits, owns_process=True)
    async with Engine(engine_settings, BUILTINS, LOADERS) as engine:
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
    _allow_many_files()
    asyncio.run(serve_engine(port_to) if kind == "engine" else serve_bare(port_to))


def _allow_many_files() -> None:
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(most, 8_192), most))


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


def measure_stream() -> dict[str, float]:
    """Seconds until every reader has every event, sent over HTTP one by one; events delivered a second."""
    _allow_many_files()
    served = Served("engine")
    try:
        readers = [_listen(served.port) for _ in range(_READERS)]
        with selectors.DefaultSelector() as selector:
            for reader in readers:
                selector.register(reader, selectors.EVENT_READ)
            sending = threading.Thread(target=_emit, args=(served.port,))
            began = time.perf_counter()
            sending.start()
            _read_all(selector)
            spent_s = time.perf_counter() - began
            sending.join()
        for reader in readers:
            reader.close()
    finally:
        served.stop()
    return {"seconds": spent_s, "deliveries_per_s": _READERS * _EVENTS / spent_s}


def _listen(port: int) -> socket.socket:
    reader = socket.create_connection(("127.0.0.1", port))
    reader.sendall(f"GET /sse?session_id=s HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode())
    data = b""
    while not data.endswith(b": ping\n\n\r\n"):
        data += reader.recv(4_096)
    reader.setblocking(False)
    return reader


def _read_all(selector: selectors.BaseSelector) -> None:
    """Read until each stream has ended with the last event; the loop is bounded by the number of bytes to come."""
    buffer = bytearray(1 << 20)
    while selector.get_map():
        for key, _ in selector.select(timeout=30):
            reader = key.fileobj
            assert isinstance(reader, socket.socket)
            size = reader.recv_into(buffer)
            assert size
            if buffer.find(b"data: last\n", max(0, size - 200), size) >= 0:
                selector.unregister(reader)


def _emit(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port)) as connection:
        for data in ["x" * _EVENT_BYTES] * (_EVENTS - 1) + ["last"]:
            body = orjson.dumps({"session_id": "s", "event": "e", "data": data})
            head = (
                f"POST /emit_sse_message HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
                f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
            )
            connection.sendall(head.encode() + body)
            _read_answer(connection)


def run() -> list[Row]:
    """The figures, each beside its limit."""
    invoke = measure_invoke()
    stream = measure_stream()
    figure = f"{invoke['engine_ms']:.2f} ms, {invoke['ratio']:.2f}x of bare {invoke['bare_ms']:.2f} ms"
    readers = f"{_READERS:,} readers x {_EVENTS} events of 8 kB"
    spent = f"{stream['seconds']:.1f} s, {stream['deliveries_per_s']:,.0f} events/s"
    return [
        ("POST /invoke, 3 steps, p50", figure, f"<= {_MOST_RATIO}x", invoke["ratio"] <= _MOST_RATIO),
        (readers, spent, f"<= {_MOST_STREAM_S} s", stream["seconds"] <= _MOST_STREAM_S),
    ]
