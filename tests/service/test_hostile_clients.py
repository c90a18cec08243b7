"""Clients that send nonsense, nothing, or far too much: the service answers the others and never with 500."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest

from node_engine.models.limits import Limits
from tests.service.running import RunningService, flow, running_service, step
from tests.service.served import RawClient, RawClients

HOST = b"Host: localhost:%d\r\n"


async def raw_clients(service: RunningService) -> RawClients:
    return RawClients(int(service.url.rpartition(":")[2]))


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"\x00\x01\x02\r\n\r\n",
        b"GET\r\n\r\n",
        b"GET /health\r\n\r\n",
        b"GET /health HTTP/9.9\r\n%(host)b\r\n",
        b"GET /health HTTP/1.1\r\n\r\n",
        b"GET /health HTTP/1.1\r\nHost: evil.com\r\n\r\n",
        b"GET http://evil.com/health HTTP/1.1\r\nHost: evil.com\r\n\r\n",
        b"GET /health HTTP/1.1\r\n%(host)bHost: evil.com\r\n\r\n",
        b"GET /health HTTP/1.1\r\n%(host)bno colon here\r\n\r\n",
        b"GET /health HTTP/1.1\r\n%(host)bA: \x00\r\n\r\n",
        b"POST /invoke HTTP/1.1\r\n%(host)bContent-Length: -1\r\n\r\n",
        b"POST /invoke HTTP/1.1\r\n%(host)bContent-Length: x\r\n\r\n",
        b"POST /invoke HTTP/1.1\r\n%(host)bContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
        b"POST /invoke HTTP/1.1\r\n%(host)bContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}",
        b"POST /invoke HTTP/1.1\r\n%(host)bContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"POST /invoke HTTP/1.1\r\n%(host)bContent-Type: text/plain\r\nContent-Length: 2\r\n\r\n{}",
        b"POST /invoke HTTP/1.1\r\n%(host)bContent-Type: application/json\r\nContent-Length: 99999999999999999\r\n\r\n",
        b"CONNECT evil.com:80 HTTP/1.1\r\n%(host)b\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"GET /%%2e%%2e/%%2e%%2e/etc/passwd HTTP/1.1\r\n%(host)b\r\n",
        b"GET /sse?session_id=s HTTP/1.1\r\n%(host)bUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Origin: http://evil.com\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n",
    ],
)
async def test_nonsense_is_refused_and_the_service_goes_on(tmp_path: Path, request_bytes: bytes) -> None:
    async with running_service(tmp_path, limits=Limits(request_deadline_s=0.5)) as service:
        clients = await raw_clients(service)
        client = await clients.connect()
        await client.send(request_bytes.replace(b"%(host)b", HOST % clients.port).replace(b"%%", b"%"))
        client.writer.write_eof()

        answer = await client.read_to_end()
        health = await service.http.get("/health")
        await clients.close()

    assert b"HTTP/1.1 2" not in answer
    assert b"HTTP/1.1 5" not in answer
    assert health.status_code == 200


async def test_a_hundred_silent_clients_do_not_slow_an_honest_one_and_are_closed(tmp_path: Path) -> None:
    async with running_service(tmp_path, limits=Limits(request_deadline_s=1.0)) as service:
        clients = await raw_clients(service)
        silent = [await clients.connect() for _ in range(100)]
        for client in silent[:50]:
            await client.send(b"POST /invoke HTTP/1.1\r\nHost: loc")

        began_s = time.monotonic()
        answer = await service.http.post("/invoke", json=flow(step("a", assignments={"x": 1})))
        honest_s = time.monotonic() - began_s
        ends = await asyncio.gather(*(closed(client) for client in silent))
        await clients.close()

    assert answer.status_code == 200
    assert honest_s < 1
    assert set(ends) == {b""}


async def test_an_answer_that_nobody_reads_does_not_stop_the_service(tmp_path: Path) -> None:
    async with running_service(tmp_path) as service:
        clients = await raw_clients(service)
        client = await clients.connect()
        request = b"GET /registry HTTP/1.1\r\n" + HOST % clients.port + b"\r\n"
        client.writer.transport.pause_reading()  # type: ignore[attr-defined]  # a transport that reads can pause
        await client.send(request * 200)

        health = await service.http.get("/health")
        await clients.close()

    assert health.status_code == 200


async def closed(client: RawClient) -> bytes:
    return await client.read_to_end()
