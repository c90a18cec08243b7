"""uvicorn's HTTP protocol with the limits it lacks: deadlines, header size, number of connections (TRUST.md §6)."""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from node_engine.models.limits import DEFAULT_LIMITS, Limits
from node_engine.service.guard import TRANSPORT

_NO_ROOM = b'{"detail":"Too many connections. Close some and try again."}'
_LONG_HEAD = b'{"detail":"Address and headers of the request are too long."}'


class BoundedProtocol(HttpToolsProtocol):
    """One connection. A request must be complete within the deadline, counted from the connection or its first byte.

    uvicorn itself never closes a client that says nothing, or that sends headers or a body byte by byte.
    """

    limits: Limits = DEFAULT_LIMITS

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._deadline: asyncio.TimerHandle | None = None
        self._is_receiving = False
        self._is_complete = False
        self._head_bytes = 0
        self._is_refused = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn does
        """Take the connection, unless there are too many."""
        super().connection_made(transport)
        self._start_deadline()
        if len(self.connections) > self.limits.connections:
            self._answer_and_close(b"503 Service Unavailable", _NO_ROOM)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection and its timer."""
        self._stop_deadline()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Feed the parser, and see to it that an incomplete request has a deadline and a head of limited size."""
        if self._is_refused:
            return
        self._is_complete = False
        super().data_received(data)
        if self._is_refused or self.transport.is_closing():
            return
        if self._head_bytes >= 0 and self._is_receiving:
            self._head_bytes += len(data)  # the parser tells of a header only when it is complete
            if self._head_bytes > self.limits.request_header_bytes:
                self._refuse_head()
                return
        if self._is_receiving or not self._is_complete:  # the second: line ends that belong to no request
            self._start_deadline()
        else:
            self._stop_deadline()
            self._start_keep_alive()

    def on_message_begin(self) -> None:
        """A request starts."""
        super().on_message_begin()
        self.scope[TRANSPORT] = self.transport  # type: ignore[literal-required]  # a scope may hold more keys
        self._is_receiving = True
        self._head_bytes = 0

    def on_headers_complete(self) -> None:
        """Start the application, unless the head of the request is too long."""
        size = len(self.url) + sum(len(name) + len(value) + 4 for name, value in self.headers)
        if size > self.limits.request_header_bytes or self._is_refused:
            self._refuse_head()
            return
        self._head_bytes = -1
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Pass on a part of the body."""
        if not self._is_refused:
            super().on_body(body)

    def on_message_complete(self) -> None:
        """The request is complete."""
        self._is_receiving, self._is_complete = False, True
        if not self._is_refused:
            super().on_message_complete()

    def timeout_keep_alive_handler(self) -> None:
        """Close an idle connection; one that does not take its last answer is cut after the stall limit."""
        super().timeout_keep_alive_handler()
        self.loop.call_later(self.limits.stream_stall_s, self.transport.abort)

    def _start_deadline(self) -> None:
        if self._deadline is None:
            self._deadline = self.loop.call_later(self.limits.request_deadline_s, self._on_deadline)

    def _stop_deadline(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _start_keep_alive(self) -> None:
        """Arm uvicorn's timer again where the end of a body came after the answer to it."""
        is_idle = self.cycle is not None and self.cycle.response_complete and not self.pipeline
        if is_idle and self.timeout_keep_alive_task is None:
            self.timeout_keep_alive_task = self.loop.call_later(
                self.timeout_keep_alive, self.timeout_keep_alive_handler
            )

    def _on_deadline(self) -> None:
        self._deadline = None
        self.transport.abort()

    def _refuse_head(self) -> None:
        self._answer_and_close(b"431 Request Header Fields Too Large", _LONG_HEAD)

    def _answer_and_close(self, status: bytes, body: bytes) -> None:
        if self._is_refused:
            return
        self._is_refused = True
        head = b"HTTP/1.1 %b\r\ncontent-type: application/json\r\ncontent-length: %d\r\nconnection: close\r\n\r\n"
        self.transport.write(head % (status, len(body)) + body)
        self.transport.close()


def bounded_protocol(limits: Limits) -> type[BoundedProtocol]:
    """The protocol class with the given limits; uvicorn makes the instances."""
    return type("LimitedProtocol", (BoundedProtocol,), {"limits": limits})
