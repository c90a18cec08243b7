"""A client of the service, for scripts: the same names and models as the runtime, over HTTP.

    async with NodeEngineClient() as client:
        answer = await client.invoke(flow)

Without arguments it finds the running service of this user by its discovery file.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn, Self
from urllib.parse import quote

import httpx
import orjson
from httpx_sse import EventSource, ServerSentEvent

from node_engine.errors import NodeEngineError
from node_engine.models.event import SSEMessage
from node_engine.models.flow import FlowDefinition
from node_engine.models.json import JsonObject, JsonValue
from node_engine.models.parse import dump_json, parse_json
from node_engine.models.registration import RegistryRow
from node_engine.models.step import FlowStep
from node_engine.service.discovery import Discovery, running_services

_CONNECT_TIMEOUT_S = 5.0
_HEALTH_TIMEOUT_S = 5.0
_STREAM_SILENCE_S = 45.0
"""The service pings every 15 s; three missed pings mean a dead connection."""
_FIRST_RETRY_S = 0.2
_LONGEST_RETRY_S = 5.0
_ANSWER_DEPTH = 1_000
_JSON_HEADERS = {"content-type": "application/json"}


class ServiceError(NodeEngineError):
    """The service refused a call; `status` is the HTTP status, `detail` what it answered."""

    def __init__(self, status: int, detail: JsonValue) -> None:
        text = detail if isinstance(detail, str) else orjson.dumps(detail).decode()
        super().__init__(f"{text} (HTTP {status})")
        self.status = status
        self.detail = detail


class ServiceNotFoundError(NodeEngineError):
    """No service runs, or it cannot be reached."""


@dataclass(frozen=True, slots=True)
class ReceivedEvent:
    """One event of a stream. `data` is text as it was sent; `json()` reads it."""

    name: str
    data: str
    id: str

    def json(self) -> Any:
        """The data as a JSON value."""
        return orjson.loads(self.data)


class NodeEngineClient:
    """Calls a running service. Use it as an async context manager.

    Args of the constructor: `url` and `token` name a service; without `url` the newest running one of this user is
    taken. A token is sent only to a service whose instance id is the one in its discovery file.
    """

    def __init__(self, url: str | None = None, token: str | None = None) -> None:
        self.url = url or ""
        self._token = token
        self._http: httpx.AsyncClient | None = None

    async def __aenter__(self) -> Self:
        if self.url:
            self._http = _open(self.url, self._token, None)
        else:
            discovery = await find_service()
            self.url, self._token = discovery.url, discovery.token
            self._http = _open(discovery.url, discovery.token, discovery.uds)
        return self

    async def __aexit__(self, *error: object) -> None:
        if self._http is not None:
            await self._http.aclose()
            self._http = None

    async def health(self) -> JsonObject:
        """Name, version and instance id of the service."""
        return _object(await self._call("GET", "/health"))

    async def invoke(
        self,
        flow: FlowDefinition | JsonObject,
        *,
        tunnel_authorization: str | None = None,
        debug: str | None = None,
        flow_folder: Path | None = None,
    ) -> FlowDefinition:
        """Run a flow and return it as it ended; a failed flow has `status.error`.

        Args:
            flow: the flow, as model or as JSON.
            tunnel_authorization: passed on to components and endpoints as it is.
            debug: "break" lets breakpoints stop the run, "observe" and "off" do not.
            flow_folder: the folder of the flow's file, where its relative paths begin.
        """
        headers = _given(
            {"x-tunnel-authorization": tunnel_authorization, "x-flow-debug": debug, **_folder(flow_folder)}
        )
        return FlowDefinition.model_validate(await self._call("POST", "/invoke", body=_flow(flow), headers=headers))

    async def start(
        self, flow: FlowDefinition | JsonObject, *, debug: str | None = None, flow_folder: Path | None = None
    ) -> str:
        """Start a flow and return the id of its run at once; the run goes on when this client leaves."""
        headers = {"prefer": "respond-async", **_given({"x-flow-debug": debug, **_folder(flow_folder)})}
        answer = _object(await self._call("POST", "/invoke", body=_flow(flow), headers=headers))
        return str(answer["run_id"])

    async def invoke_component(
        self,
        flow: FlowDefinition | JsonObject,
        component_key: str,
        *,
        tunnel_authorization: str | None = None,
        flow_folder: Path | None = None,
    ) -> FlowStep:
        """Run one component of a flow."""
        headers = _given({"x-tunnel-authorization": tunnel_authorization, **_folder(flow_folder)})
        query = {"component_key": component_key}
        answer = await self._call("POST", "/invoke_component", query=query, body=_flow(flow), headers=headers)
        return FlowStep.model_validate(answer)

    async def emit(self, message: SSEMessage, connection_id: str | None = None) -> None:
        """Send an event to a session's listeners."""
        query = _given({"connection_id": connection_id})
        await self._call("POST", "/emit_sse_message", query=query, body=message.model_dump())

    async def registry(self) -> list[RegistryRow]:
        """All components that a flow can name."""
        return [RegistryRow.model_validate(row) for row in _list(await self._call("GET", "/registry"))]

    async def component(self, name: str) -> JsonObject:
        """What is known of a component."""
        return _object(await self._call("GET", f"/components/{quote(name, safe='')}"))

    async def check(self, flow: FlowDefinition | JsonObject) -> list[JsonObject]:
        """The problems of a flow."""
        answer = _object(await self._call("POST", "/check", body=_flow(flow)))
        return [_object(problem) for problem in _list(answer["problems"])]

    async def runs(self, **filters: str | int) -> list[JsonObject]:
        """Runs, newest first. Filters: limit, flow_key, session_id, state."""
        answer = await self._call("GET", "/runs", query={name: str(value) for name, value in filters.items()})
        return [_object(run) for run in _list(answer)]

    async def run(self, run_id: str) -> JsonObject:
        """One run with its steps."""
        return _object(await self._call("GET", f"/runs/{quote(run_id, safe='')}"))

    async def step_of(self, run_id: str, number: int) -> JsonObject:
        """One step of a run: what it changed and the context after it."""
        return _object(await self._call("GET", f"/runs/{quote(run_id, safe='')}/steps/{number}"))

    async def steer(self, run_id: str, verb: str, body: JsonValue = None) -> JsonObject:
        """Pause, step, step_into, step_out, resume, stop, run_to, set_next or edit the context of a run.

        Args:
            run_id: the run.
            verb: one of the words above; "context" for an edit.
            body: {"key": …} for run_to and set_next, JSON Patch operations for context.
        """
        return _object(await self._call("POST", f"/runs/{quote(run_id, safe='')}/{quote(verb, safe='')}", body=body))

    async def breakpoints(self) -> list[JsonObject]:
        """All breakpoints."""
        return [_object(each) for each in _list(await self._call("GET", "/breakpoints"))]

    async def set_breakpoints(self, breakpoints: list[JsonObject]) -> list[JsonObject]:
        """Replace all breakpoints; each is {"flow_key", "component_key", "enabled"?}."""
        body: list[JsonValue] = [*breakpoints]
        return [_object(each) for each in _list(await self._call("PUT", "/breakpoints", body=body))]

    async def events(
        self,
        session_id: str,
        *,
        connection_id: str | None = None,
        names: str | None = None,
        last_event_id: str | None = None,
    ) -> AsyncIterator[ReceivedEvent]:
        """The events of a session as they happen; reconnects by itself and goes on after the last one received.

        Args:
            session_id: the session.
            connection_id: also hear what is addressed to this connection.
            names: only these, with commas; `step.*` stands for a prefix.
            last_event_id: begin after this event.
        """
        query = _given({"session_id": session_id, "connection_id": connection_id, "events": names})
        async for event in self._stream("/sse", query, last_event_id):
            yield event

    async def run_events(self, run_id: str) -> AsyncIterator[ReceivedEvent]:
        """The events of one run from its beginning until it ends."""
        async for event in self._stream(f"/runs/{quote(run_id, safe='')}/events", {}, None):
            yield event
            if event.name in ("run.finished", "run.failed", "run.stopped"):
                return

    async def _stream(
        self, path: str, query: Mapping[str, str], last_event_id: str | None
    ) -> AsyncIterator[ReceivedEvent]:
        delay_s = _FIRST_RETRY_S
        while True:
            try:
                async with aclosing(self._connection(path, query, last_event_id)) as connection:
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

    async def _connection(
        self, path: str, query: Mapping[str, str], last_event_id: str | None
    ) -> AsyncGenerator[ServerSentEvent | None, None]:
        """The events of one connection; None first, as soon as it stands."""
        headers = {"accept": "text/event-stream", **_given({"last-event-id": last_event_id})}
        timeout = httpx.Timeout(_CONNECT_TIMEOUT_S, read=_STREAM_SILENCE_S)
        client = self._client()
        async with client.stream("GET", path, params=dict(query), headers=headers, timeout=timeout) as answer:
            if answer.status_code != 200:
                await answer.aread()
                _refuse(answer)
            yield None
            async for event in EventSource(answer).aiter_sse():
                yield event

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

    def _client(self) -> httpx.AsyncClient:
        if self._http is None:
            raise NodeEngineError('Use the client with "async with NodeEngineClient() as client:".')
        return self._http


async def find_service() -> Discovery:
    """The newest running service of this user, proved by its instance id.

    Raises:
        ServiceNotFoundError: none runs.
    """
    for discovery in running_services():
        if await _is_alive(discovery):
            return discovery
    raise ServiceNotFoundError("No service of this user runs. Start one: node-engine serve")


async def _is_alive(discovery: Discovery) -> bool:
    """Ask who answers there, without the token: a port or process number may belong to somebody else by now."""
    async with _open(discovery.url, None, discovery.uds) as client:
        try:
            answer = await client.get("/health", timeout=_HEALTH_TIMEOUT_S)
            health = orjson.loads(answer.content)
        except (httpx.TransportError, orjson.JSONDecodeError):
            return False
        return isinstance(health, dict) and health.get("instance_id") == discovery.instance_id


def _open(url: str, token: str | None, uds: str | None) -> httpx.AsyncClient:
    headers = {"authorization": f"Bearer {token}"} if token else {}
    transport = httpx.AsyncHTTPTransport(uds=uds)
    timeout = httpx.Timeout(_CONNECT_TIMEOUT_S, read=None)  # a run may take an hour
    return httpx.AsyncClient(base_url=url, headers=headers, transport=transport, timeout=timeout, trust_env=False)


def _refuse(answer: httpx.Response) -> NoReturn:
    try:
        detail = orjson.loads(answer.content)["detail"]
    except (orjson.JSONDecodeError, KeyError, TypeError):
        detail = answer.text
    raise ServiceError(answer.status_code, detail)


def _flow(flow: FlowDefinition | JsonObject) -> JsonValue:
    return flow.model_dump(mode="json") if isinstance(flow, FlowDefinition) else flow


def _folder(folder: Path | None) -> dict[str, str | None]:
    return {"x-flow-folder": None if folder is None else quote(str(folder.absolute()))}


def _given(values: Mapping[str, str | None]) -> dict[str, str]:
    return {name: value for name, value in values.items() if value is not None}


def _object(value: JsonValue) -> JsonObject:
    if not isinstance(value, dict):
        raise ServiceNotFoundError("What answers there is not this service. Check the address.")
    return value


def _list(value: JsonValue) -> list[JsonValue]:
    if not isinstance(value, list):
        raise ServiceNotFoundError("What answers there is not this service. Check the address.")
    return value
