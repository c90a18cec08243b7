"""The door of the service: who may come in is decided here, before anything else sees a request (TRUST.md §3).

Order of the checks: Host, Origin, Sec-Fetch-Site, token, content type, size. What a caller without the token may do
once inside is decided by `capabilities`.
"""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from typing import Any

import orjson

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

HAS_TOKEN = "node_engine.has_token"
"""Key in the ASGI scope: True when the request carried the right token."""
TRANSPORT = "node_engine.transport"
"""Key in the ASGI scope: the connection, so that a reader without progress can be cut."""
OPEN_PATH = "/health"
"""The one path that never needs the token."""

TOKEN_WORDS = (
    'This needs the token of the service. Send it as "Authorization: Bearer TOKEN"; `node-engine token` prints it '
    "for the user who runs the service, from that user's discovery file."
)
_WATCHED = frozenset(
    (
        b"host",
        b"origin",
        b"sec-fetch-site",
        b"authorization",
        b"content-type",
        b"content-length",
        b"transfer-encoding",
    )
)
_SAME_SITE = (b"none", b"same-origin")
_METHODS_WITH_BODY = ("POST", "PUT", "PATCH", "DELETE")
_JSON_TYPES = frozenset((b"application/json", b"application/json; charset=utf-8", b"application/json;charset=utf-8"))
_SAFE_HEADERS = [(b"x-content-type-options", b"nosniff"), (b"cache-control", b"no-store")]


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a request is not let in: HTTP status and words for the caller."""

    status: int
    message: str


class Guard:
    """ASGI middleware around the whole application."""

    def __init__(
        self, app: Application, *, hosts: frozenset[str], token: str, require_token: bool, body_bytes: int
    ) -> None:
        self._app = app
        self._hosts = frozenset(host.encode() for host in hosts)
        self._origins = frozenset(f"http://{host}".encode() for host in hosts)
        self._bearer = token.encode()
        self._require_token = require_token
        self._body_bytes = body_bytes
        names = " and ".join(sorted(hosts))
        self._wrong_host = Refusal(421, f"This service answers to {names} only; the Host header names another.")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the request in, or answer it with the reason why not."""
        if scope["type"] != "http":
            return
        refusal = self.judge(scope)
        if refusal is not None:
            await _refuse(refusal, send)
            return

        async def send_safely(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), *_SAFE_HEADERS]
            await send(message)

        await self._app(scope, receive, send_safely)

    def judge(self, scope: Scope) -> Refusal | None:
        """Why the request is refused, or None. Notes in the scope whether it carries the token."""
        seen: dict[bytes, list[bytes]] = {}
        for name, value in scope["headers"]:
            if name in _WATCHED:
                seen.setdefault(name, []).append(value)
        refusal = self._judge_caller(seen) or self._judge_token(scope, seen)
        if refusal is None and scope["method"] in _METHODS_WITH_BODY:
            refusal = self._judge_body(seen)
        return refusal

    def _judge_caller(self, seen: dict[bytes, list[bytes]]) -> Refusal | None:
        hosts = seen.get(b"host", ())
        if len(hosts) != 1 or hosts[0] not in self._hosts:
            return self._wrong_host
        if any(origin not in self._origins for origin in seen.get(b"origin", ())):
            return Refusal(403, "Requests that come from a web page of another origin are refused.")
        if any(site not in _SAME_SITE for site in seen.get(b"sec-fetch-site", ())):
            return Refusal(403, "Requests that a browser makes for another site are refused.")
        return None

    def _judge_token(self, scope: Scope, seen: dict[bytes, list[bytes]]) -> Refusal | None:
        given = seen.get(b"authorization")
        has_token = given is not None and len(given) == 1 and self._is_token(given[0])
        scope[HAS_TOKEN] = has_token
        if has_token or scope["path"] == OPEN_PATH:
            return None
        if given is not None:
            return Refusal(401, f"The token is not the one of this service; it is new at each start. {TOKEN_WORDS}")
        return Refusal(401, TOKEN_WORDS) if self._require_token else None

    def _is_token(self, value: bytes) -> bool:
        scheme, _, token = value.partition(b" ")
        return scheme.lower() == b"bearer" and hmac.compare_digest(token.strip(), self._bearer)

    def _judge_body(self, seen: dict[bytes, list[bytes]]) -> Refusal | None:
        lengths = seen.get(b"content-length", ())
        has_body = b"transfer-encoding" in seen or any(length != b"0" for length in lengths)
        types = seen.get(b"content-type", ())
        if any(kind.lower() not in _JSON_TYPES for kind in types) or (has_body and not types):
            return Refusal(
                415,
                "The body must be JSON and say so: Content-Type: application/json. With curl: --json @flow.json, or "
                "-d @flow.json -H 'Content-Type: application/json'.",
            )
        if any(length.isdigit() and int(length[:20]) > self._body_bytes for length in lengths):
            return Refusal(413, too_large(self._body_bytes))
        return None


def too_large(limit_bytes: int) -> str:
    """Words for a body over the limit."""
    return f"The body is larger than {limit_bytes // 1024:,} KiB, which is the limit."


async def _refuse(refusal: Refusal, send: Send) -> None:
    """Answer without reading the body; the server drops what still comes of it, until its deadline."""
    body = orjson.dumps({"detail": refusal.message})
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode()),
        *_SAFE_HEADERS,
    ]
    if refusal.status == 401:
        headers.append((b"www-authenticate", b"Bearer"))
    await send({"type": "http.response.start", "status": refusal.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
