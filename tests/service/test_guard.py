"""The door: every combination of Host, Origin, Sec-Fetch-Site, token and content type."""

from __future__ import annotations

from itertools import product
from typing import Any

import orjson
import pytest

from node_engine.service.guard import HAS_TOKEN, Guard

TOKEN = "t0ken"
HOSTS = {
    None: False,
    b"127.0.0.1:8000": True,
    b"localhost:8000": True,
    b"127.0.0.1": False,
    b"localhost": False,
    b"127.0.0.1:8001": False,
    b"evil.com": False,
    b"evil.com:8000": False,
    b"127.0.0.1:8000.evil.com": False,
    b"localhost:8000@evil.com": False,
    b"[::1]:8000": False,
    b"": False,
}
ORIGINS = {
    None: True,
    b"http://127.0.0.1:8000": True,
    b"http://localhost:8000": True,
    b"null": False,
    b"https://localhost:8000": False,
    b"http://evil.com": False,
}
SITES = {None: True, b"none": True, b"same-origin": True, b"same-site": False, b"cross-site": False}
TYPES = {b"application/json": True, b"application/json; charset=utf-8": True, b"text/plain": False, None: False}
TOKENS = {None: None, b"Bearer t0ken": True, b"Bearer wrong": False, b"Basic t0ken": False}
METHODS = ("GET", "POST", "PUT", "OPTIONS")


async def reached(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"x")]})
    await send({"type": "http.response.body", "body": b""})


def guard(*, require_token: bool = False) -> Guard:
    hosts = frozenset({"127.0.0.1:8000", "localhost:8000"})
    return Guard(reached, hosts=hosts, token=TOKEN, require_token=require_token, body_bytes=1_000)


def request(method: str = "GET", path: str = "/registry", **named: bytes | None) -> dict[str, Any]:
    headers = [(name.replace("_", "-").encode(), value) for name, value in named.items() if value is not None]
    return {"type": "http", "method": method, "path": path, "headers": headers}


def expected_status(  # one line for each rule, in the order of the rules
    method: str, path: str, host: bool, origin: bool, site: bool, kind: bool, token: bool | None, required: bool
) -> int:
    if not host:
        return 421
    if not origin or not site:
        return 403
    if path != "/health" and (token is False or (required and not token)):
        return 401
    if method in ("POST", "PUT") and not kind:
        return 415
    return 200


@pytest.mark.parametrize("required", [False, True])
def test_only_the_right_combinations_come_in(required: bool) -> None:
    door = guard(require_token=required)
    wrong = []
    for method, path, host, origin, site, kind, token in product(
        METHODS, ("/invoke", "/health"), HOSTS, ORIGINS, SITES, TYPES, TOKENS
    ):
        scope = request(
            method,
            path,
            host=host,
            origin=origin,
            sec_fetch_site=site,
            content_type=kind,
            authorization=token,
            content_length=b"2",
        )
        refusal = door.judge(scope)
        status = refusal.status if refusal else 200
        parts = (HOSTS[host], ORIGINS[origin], SITES[site], TYPES[kind], TOKENS[token], required)
        if status != expected_status(method, path, *parts):
            wrong.append((status, scope))

    assert wrong == []


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ([(b"host", b"127.0.0.1:8000"), (b"host", b"evil.com")], 421),
        ([(b"host", b"127.0.0.1:8000"), (b"origin", b"http://localhost:8000"), (b"origin", b"null")], 403),
        ([(b"host", b"127.0.0.1:8000"), (b"authorization", b"Bearer t0ken"), (b"authorization", b"Bearer x")], 401),
        ([(b"host", b"127.0.0.1:8000"), (b"content-type", b"application/json"), (b"content-type", b"text/plain")], 415),
        ([(b"host", b"127.0.0.1:8000"), (b"content-type", b"application/json; charset=utf-16")], 415),
        ([(b"host", b"127.0.0.1:8000"), (b"content-type", b"application/jsonp")], 415),
        ([(b"host", b"127.0.0.1:8000"), (b"transfer-encoding", b"chunked")], 415),
        ([(b"host", b"127.0.0.1:8000"), (b"authorization", b"bearer t0ken")], None),
        ([(b"host", b"127.0.0.1:8000"), (b"authorization", b"Bearer ")], 401),
        ([(b"host", b"127.0.0.1:8000"), (b"authorization", b"Bearer t0ken2")], 401),
        ([(b"host", b"127.0.0.1:8000"), (b"content-length", b"0")], None),
        ([(b"host", b"127.0.0.1:8000")], None),
    ],
)
def test_doubled_and_odd_headers_do_not_slip_through(headers: list[tuple[bytes, bytes]], status: int | None) -> None:
    refusal = guard().judge({"type": "http", "method": "POST", "path": "/invoke", "headers": headers})

    assert (refusal.status if refusal else None) == status


@pytest.mark.parametrize(("length", "status"), [(b"1000", None), (b"1001", 413), (b"9" * 40, 413)])
def test_a_body_is_accepted_up_to_the_limit(length: bytes, status: int | None) -> None:
    scope = request("POST", host=b"localhost:8000", content_type=b"application/json", content_length=length)

    refusal = guard().judge(scope)

    assert (refusal.status if refusal else None) == status


async def test_a_refusal_says_in_words_what_to_do_and_tells_no_path() -> None:
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    await guard(require_token=True)(request(host=b"localhost:8000"), None, send)  # type: ignore[arg-type]

    assert sent[0]["status"] == 401
    assert (b"www-authenticate", b"Bearer") in sent[0]["headers"]
    words = orjson.loads(sent[1]["body"])["detail"]
    assert "node-engine token" in words
    assert "/" not in words.replace("Authorization: Bearer", "")


async def test_every_answer_is_marked_as_not_to_be_sniffed_or_stored_and_has_no_cors_header() -> None:
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    scope = request(host=b"localhost:8000", authorization=b"Bearer t0ken")
    await guard()(scope, None, send)  # type: ignore[arg-type]

    headers = dict(sent[0]["headers"])
    assert headers[b"x-content-type-options"] == b"nosniff"
    assert headers[b"cache-control"] == b"no-store"
    assert not any(name.startswith(b"access-control") for name in headers)
    assert scope[HAS_TOKEN] is True
