"""Runs over HTTP: looking at them, steering them, breakpoints, looking back, starting again from a step."""

from __future__ import annotations

from collections.abc import AsyncIterator
from urllib.parse import quote

from node_engine.client.connection import ReceivedEvent, ServiceConnection, as_object, as_objects, flow_json, given
from node_engine.models.flow import FlowDefinition
from node_engine.models.json import JsonObject, JsonValue


class DebuggingCalls(ServiceConnection):
    """The debugger's verbs and questions, each named as on a Run. A refused verb raises ServiceError with status 409.

    Runs, steps and breakpoints are given as the JSON objects that the service answers with.
    """

    # Looking

    async def runs(
        self,
        *,
        flow: str | None = None,
        origin: str | None = None,
        state: str | None = None,
        session: str | None = None,
        text: str | None = None,
        limit: int = 100,
    ) -> list[JsonObject]:
        """Runs, newest first; each filter that is given must fit."""
        filters = {"flow": flow, "origin": origin, "state": state, "session": session, "text": text}
        return as_objects(await self._call("GET", "/runs", query=given({**filters, "limit": str(limit)})))

    async def run(self, run_id: str) -> JsonObject:
        """One run with its steps."""
        return as_object(await self._call("GET", _path(run_id)))

    async def step_of(self, run_id: str, number: int) -> JsonObject:
        """One step of a run: what it changed and the context after it."""
        return as_object(await self._call("GET", _path(run_id, f"steps/{number}")))

    async def effects(self, run_id: str, number: int) -> list[JsonObject]:
        """Components with effects outside of the flow that a fork from this step may repeat."""
        return as_objects(await self._call("GET", _path(run_id, f"steps/{number}/effects")))

    async def run_events(self, run_id: str) -> AsyncIterator[ReceivedEvent]:
        """The events of one run from its beginning until it ends."""
        async for event in self._stream(_path(run_id, "events"), {}, None):
            yield event
            if event.name in ("run.finished", "run.failed", "run.stopped"):
                return

    # Steering

    async def pause(self, run_id: str) -> JsonObject:
        """Stop before the next component."""
        return await self._steer(run_id, "pause")

    async def resume(self, run_id: str) -> JsonObject:
        """Go on until the end or a breakpoint."""
        return await self._steer(run_id, "resume")

    async def step(self, run_id: str) -> JsonObject:
        """Do one component; child flows are done as a whole."""
        return await self._steer(run_id, "step")

    async def step_into(self, run_id: str) -> JsonObject:
        """Go on to the very next component, into a child flow if there is one."""
        return await self._steer(run_id, "step_into")

    async def step_out(self, run_id: str) -> JsonObject:
        """Go on until the present child flow is done."""
        return await self._steer(run_id, "step_out")

    async def stop(self, run_id: str) -> JsonObject:
        """End the run, whatever it is doing."""
        return await self._steer(run_id, "stop")

    async def run_to(self, run_id: str, key: str) -> JsonObject:
        """Go on until a component comes next."""
        return await self._steer(run_id, "run_to", {"key": key})

    async def set_next(self, run_id: str, key: str) -> JsonObject:
        """Put another component next; the run stays paused."""
        return await self._steer(run_id, "set_next", {"key": key})

    async def retry_step(self, run_id: str) -> JsonObject:
        """Do the failed step again that the run is paused at, with context and config as they are now."""
        return await self._steer(run_id, "retry_step")

    async def edit_context(self, run_id: str, changes: list[JsonObject]) -> JsonObject:
        """Change the context of a paused run by JSON Patch operations (RFC 6902)."""
        return await self._steer(run_id, "context", [*changes])

    async def edit_config(self, run_id: str, key: str, config: JsonObject) -> JsonObject:
        """Give a component another config, for this run only."""
        return await self._steer(run_id, "edit_config", {"key": key, "config": config})

    async def hold_longer(self, run_id: str, seconds: float = 300) -> JsonObject:
        """Keep a held run paused that much longer before it goes on by itself."""
        return await self._steer(run_id, "hold_longer", {"seconds": seconds})

    # Breakpoints

    async def breakpoints(self, flow_key: str | None = None) -> list[JsonObject]:
        """All breakpoints, or those of one flow."""
        return as_objects(await self._call("GET", "/breakpoints", query=given({"flow_key": flow_key})))

    async def set_breakpoints(self, breakpoints: list[JsonObject], flow_key: str | None = None) -> list[JsonObject]:
        """Replace all breakpoints, or those of one flow; returns them with their ids."""
        body: list[JsonValue] = [*breakpoints]
        query = given({"flow_key": flow_key})
        return as_objects(await self._call("PUT", "/breakpoints", query=query, body=body))

    # Looking back

    async def writers(self, run_id: str, path: str, frame: str = "main") -> list[JsonObject]:
        """Who wrote the value at a context path: steps, edits and the start, with the value before and after."""
        return as_objects(await self._call("GET", _path(run_id, "writers"), query={"path": path, "frame": frame}))

    async def watch(self, run_id: str, expression: str) -> list[JsonObject]:
        """The value of an expression after each step."""
        return as_objects(await self._call("GET", _path(run_id, "watch"), query={"expression": expression}))

    async def would_stop(self, run_id: str, breakpoint_: JsonObject) -> JsonObject:
        """How often a breakpoint would have stopped this run, and at which steps."""
        return await self._steer(run_id, "would_stop", breakpoint_)

    async def compare(self, a: str, b: str) -> JsonObject:
        """The steps of two runs side by side, and where they begin to differ."""
        return as_object(await self._call("GET", "/compare", query={"a": a, "b": b}))

    # Starting again

    async def fork(
        self,
        run_id: str,
        step: int,
        *,
        before: bool = True,
        context_patch: list[JsonObject] | None = None,
        flow: FlowDefinition | JsonObject | None = None,
        paused: bool = False,
        debug: str | None = None,
    ) -> JsonObject:
        """Start a new run from a step of this one; returns the new run.

        Args:
            run_id: the run that is continued otherwise; it stays as it is.
            step: number of the step to begin at.
            before: True to do that step again, False to begin at what came after it.
            context_patch: JSON Patch operations on the context recorded there.
            flow: another definition than the one that ran; its own context is not used.
            paused: True to pause the new run before its first component.
            debug: as for `invoke`.
        """
        patch: list[JsonValue] | None = None if context_patch is None else [*context_patch]
        body: JsonObject = {"step": step, "before": before, "paused": paused}
        if patch is not None:
            body["context_patch"] = patch
        if flow is not None:
            body["flow"] = flow_json(flow)
        headers = given({"x-flow-debug": debug})
        return as_object(await self._call("POST", _path(run_id, "fork"), body=body, headers=headers))

    async def continue_interrupted(self, run_id: str, *, repeat: bool = False) -> JsonObject:
        """Continue a run that a crash interrupted, as a new run after its last finished step; returns the new run.

        Args:
            run_id: the interrupted run.
            repeat: True to do the step again that was under way, although it may have had effects already.
        """
        return await self._steer(run_id, "continue", {"repeat": repeat})

    async def _steer(self, run_id: str, verb: str, body: JsonValue = None) -> JsonObject:
        return as_object(await self._call("POST", _path(run_id, verb), body=body))


def _path(run_id: str, rest: str = "") -> str:
    path = f"/runs/{quote(run_id, safe='')}"
    return f"{path}/{rest}" if rest else path
