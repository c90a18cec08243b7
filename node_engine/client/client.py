"""NodeEngineClient: the documented calls, events, and what is known of components."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import quote

from node_engine.client.connection import ReceivedEvent, as_object, as_objects, flow_json, given
from node_engine.client.debugging import DebuggingCalls
from node_engine.models.event import SSEMessage
from node_engine.models.flow import FlowDefinition
from node_engine.models.json import JsonObject
from node_engine.models.registration import RegistryRow
from node_engine.models.step import FlowStep


class NodeEngineClient(DebuggingCalls):
    """Calls a running service. Use it as an async context manager.

    Args of the constructor: `url` and `token` name a service; without `url` the newest running one of this user is
    taken. A token is sent only to a service whose instance id is the one in its discovery file.
    """

    async def health(self) -> JsonObject:
        """Name, version and instance id of the service."""
        return as_object(await self._call("GET", "/health"))

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
        headers = given({"x-tunnel-authorization": tunnel_authorization, "x-flow-debug": debug, **_folder(flow_folder)})
        return FlowDefinition.model_validate(await self._call("POST", "/invoke", body=flow_json(flow), headers=headers))

    async def start(
        self, flow: FlowDefinition | JsonObject, *, debug: str | None = None, flow_folder: Path | None = None
    ) -> str:
        """Start a flow and return the id of its run at once; the run goes on when this client leaves."""
        headers = {"prefer": "respond-async", **given({"x-flow-debug": debug, **_folder(flow_folder)})}
        answer = as_object(await self._call("POST", "/invoke", body=flow_json(flow), headers=headers))
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
        headers = given({"x-tunnel-authorization": tunnel_authorization, **_folder(flow_folder)})
        query = {"component_key": component_key}
        answer = await self._call("POST", "/invoke_component", query=query, body=flow_json(flow), headers=headers)
        return FlowStep.model_validate(answer)

    async def emit(self, message: SSEMessage, connection_id: str | None = None) -> None:
        """Send an event to a session's listeners."""
        query = given({"connection_id": connection_id})
        await self._call("POST", "/emit_sse_message", query=query, body=message.model_dump())

    async def registry(self) -> list[RegistryRow]:
        """All components that a flow can name."""
        return [RegistryRow.model_validate(row) for row in as_objects(await self._call("GET", "/registry"))]

    async def component(self, name: str) -> JsonObject:
        """What is known of a component."""
        return as_object(await self._call("GET", f"/components/{quote(name, safe='')}"))

    async def check(self, flow: FlowDefinition | JsonObject) -> list[JsonObject]:
        """The problems of a flow."""
        return as_objects(as_object(await self._call("POST", "/check", body=flow_json(flow)))["problems"])

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
        query = given({"session_id": session_id, "connection_id": connection_id, "events": names})
        async for event in self._stream("/sse", query, last_event_id):
            yield event


def _folder(folder: Path | None) -> dict[str, str | None]:
    return {"x-flow-folder": None if folder is None else quote(str(folder.absolute()))}
