"""Deadlines, header size and connection limits of the HTTP protocol, over real sockets."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest

from node_engine.models.limits import Limits
from tests.service.served import RawClient, served

QUICK = Limits(request_deadline_s=0.3, connections=4, request_header_bytes=1_024)
HEAD = b"POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n"


async def echo_size(scope: Any, receive: Any, send: Any) -> None:
    size, more = 0, True
    while more:
        message = await receive()
        size, more = size + len(message.get("body", b"")), message.get("more_body", False)
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"1")]})
    await send({"type": "http.response.body", "body": str(size).encode()})


async def answer_at_once(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 413, "headers": [(b"content-length", b"1")]})
    await send({"type": "http.response.body", "body": b"x"})


async def drip(client: RawClient, data: bytes) -> None:
    for byte in data:
        await client.send(bytes((byte,)))
        await asyncio.sleep(0.05)


@pytest.mark.parametrize(
    "start", [b"", b"POST /x HT", HEAD, HEAD + b"\r\nab", b"\r\n\r\n"], ids=["silent", "line", "head", "body", "blank"]
)
async def test_a_client_that_stops_sending_is_closed_at_the_deadline(start: bytes) -> None:
    async with served(echo_size, QUICK) as service:
        client = await service.connect()
        await client.send(start)

        began_s = time.monotonic()
        answer = await client.read_to_end()

    assert answer == b""
    assert 0.2 < time.monotonic() - began_s < 5


@pytest.mark.parametrize("data", [HEAD * 9, b"\r\n" * 99], ids=["head", "blank lines"])
async def test_a_client_that_drips_is_closed_at_the_deadline(data: bytes) -> None:
    async with served(echo_size, QUICK) as service:
        client = await service.connect()
        dripping = asyncio.create_task(drip(client, data))

        answer = await client.read_to_end()
        dripping.cancel()
        await asyncio.wait({dripping})

    assert answer == b""


async def test_a_connection_serves_many_requests_and_waits_between_them() -> None:
    async with served(echo_size, QUICK) as service:
        client = await service.connect()
        answers = []
        for _ in range(3):
            await client.send(HEAD + b"\r\nabcde")
            answers.append(await client.read_until(b"\r\n\r\n5"))
            await asyncio.sleep(0.2)

    assert all(b"200 OK" in answer for answer in answers)


async def test_a_request_at_the_header_limit_is_served_and_a_longer_one_is_refused() -> None:
    async with served(echo_size, QUICK) as service:
        good, bad, endless = [await service.connect() for _ in range(3)]
        await good.send(b"POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\nA: " + b"a" * 960 + b"\r\n\r\n")
        await bad.send(b"POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\nA: " + b"a" * 1_024 + b"\r\n\r\n")
        await endless.send(b"POST /x HTTP/1.1\r\nHost: h\r\nA: " + b"a" * 2_000)

        assert b"200 OK" in await good.read_until(b"\r\n\r\n0")
        assert b"431 " in await bad.read_to_end()
        assert b"431 " in await endless.read_to_end()


async def test_one_connection_more_than_allowed_is_told_so() -> None:
    async with served(echo_size, QUICK) as service:
        clients = [await service.connect() for _ in range(QUICK.connections)]
        await clients[-1].send(HEAD + b"\r\nabcde")
        await clients[-1].read_until(b"\r\n\r\n5")

        late = await service.connect()

        assert b"503 " in await late.read_to_end()


async def test_a_body_that_comes_after_the_answer_is_dropped_and_the_connection_lives() -> None:
    async with served(answer_at_once, QUICK) as service:
        client = await service.connect()
        await client.send(HEAD + b"\r\n")
        first = await client.read_until(b"\r\n\r\nx")
        await client.send(b"abcde" + HEAD + b"\r\nabcde")

        second = await client.read_until(b"\r\n\r\nx")

    assert b"413 " in first
    assert b"413 " in second
