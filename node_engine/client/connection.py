"""Calls and event streams over one HTTP client; what they are about is in `client` and `debugging`."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any, NoReturn, Self

import httpx
import orjson
from httpx_sse import EventSource, ServerSentEvent

from node_engine.client.errors import ServiceError, ServiceNotFoundError
from node_engine.client.finding import CONNECT_TIMEOUT_S, find_service, open_service
from node_engine.errors import NodeEngineError
from node_engine.models.flow import FlowDefinition
from node_engine.models.json import JsonObject, JsonValue
from node_engine.models.parse import dump_json, parse_json

_STREAM_SILENCE_S = 45.0
"""The service pings every 15 s; three missed pings mean a dead connection."""
_FIRST_RETRY_S = 0.2
_LONGEST_RETRY_S = 5.0
_ANSWER_DEPTH = 1_000
_JSON_HEADERS = {"content-type": "application/json"}


@dataclass(frozen=True, slots=True)
class ReceivedEvent:
    """One event of a stream. `data` is text as it was sent; `json()` reads it."""

    name: str
    data: str
    id: str

    def json(self) -> Any:
        """The data as a JSON value."""
        return orjson.loads(self.data)


class ServiceConnection:
    """A connection to one service; open while it is used as an async context manager."""

    def __init__(self, url: str | None = None, token: str | None = None) -> None:
        self.url = url or ""
        self._token = token
        self._http: httpx.AsyncClient | None = None

    async def __aenter__(self) -> Self:
        if self.url:
            self._http = open_service(self.url, self._token, None)
        else:
            discovery = await find_service()
            self.url, self._token = discovery.url, discovery.token
            self._http = open_service(discovery.url, discovery.token, discovery.uds)
        return self

    async def __aexit__(self, *error: object) -> None:
        if self._http is not None:
            await self._http.aclose()
            self._http = None

    async def _call(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        body: object = None,
        headers: Mapping[str, str] | None = None,
    ) -> JsonValue:
        content = None if body is None else dump_json(body)
        sent = {**(_JSON_HEADERS if content is not None else {}), **(headers or {})}
        try:
            answer = await self._client().request(method, path, params=query, content=content, headers=sent)
        except httpx.TransportError as error:
            raise ServiceNotFoundError(f"The service at {self.url} does not answer: {error or 'no answer'}.") from error
        if answer.status_code >= 300:
            _refuse(answer)
        return parse_json(answer.content, depth=_ANSWER_DEPTH)

    async def _stream(
        self, path: str, query: Mapping[str, str], last_event_id: str | None
    ) -> AsyncIterator[ReceivedEvent]:
        """The events at an address; reconnects by itself and goes on after the last one received."""
        delay_s = _FIRST_RETRY_S
        while True:
            try:
                async with aclosing(self._listen(path, query, last_event_id)) as connection:
                    async for event in connection:
                        delay_s = _FIRST_RETRY_S
                        if event is None:
                            continue
                        last_event_id = event.id or last_event_id
                        yield ReceivedEvent(event.event, event.data, event.id)
            except httpx.TransportError:
                if delay_s >= _LONGEST_RETRY_S:
                    raise ServiceNotFoundError(f"The service at {self.url} does not answer any more.") from None
            await asyncio.sleep(delay_s)
            delay_s = min(delay_s * 2, _LONGEST_RETRY_S)

    async def _listen(
        self, path: str, query: Mapping[str, str], last_event_id: str | None
    ) -> AsyncGenerator[ServerSentEvent | None, None]:
        """The events of one connection; None first, as soon as it stands."""
        headers = {"accept": "text/event-stream", **given({"last-event-id": last_event_id})}
        timeout = httpx.Timeout(CONNECT_TIMEOUT_S, read=_STREAM_SILENCE_S)
        client = self._client()
        async with client.stream("GET", path, params=dict(query), headers=headers, timeout=timeout) as answer:
            if answer.status_code != 200:
                await answer.aread()
                _refuse(answer)
            yield None
            async for event in EventSource(answer).aiter_sse():
                yield event

    def _client(self) -> httpx.AsyncClient:
        if self._http is None:
            raise NodeEngineError('Use the client with "async with NodeEngineClient() as client:".')
        return self._http


def given(values: Mapping[str, str | None]) -> dict[str, str]:
    """The values that are there."""
    return {name: value for name, value in values.items() if value is not None}


def flow_json(flow: FlowDefinition | JsonObject) -> JsonValue:
    """A flow, given as model or as JSON, as JSON."""
    return flow.model_dump(mode="json") if isinstance(flow, FlowDefinition) else flow


def as_object(value: JsonValue) -> JsonObject:
    """An answer that must be an object. Raises ServiceNotFoundError when something else answers there."""
    if not isinstance(value, dict):
        raise ServiceNotFoundError("What answers there is not this service. Check the address.")
    return value


def as_objects(value: JsonValue) -> list[JsonObject]:
    """An answer that must be a list of objects."""
    if not isinstance(value, list):
        raise ServiceNotFoundError("What answers there is not this service. Check the address.")
    return [as_object(item) for item in value]


def _refuse(answer: httpx.Response) -> NoReturn:
    try:
        detail = orjson.loads(answer.content)["detail"]
    except (orjson.JSONDecodeError, KeyError, TypeError):
        detail = answer.text
    raise ServiceError(answer.status_code, detail)
