"""The client: finds the service, calls it with typed answers, and follows events through a break of the connection."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable
from dataclasses import replace
from pathlib import Path

import pytest

from node_engine.client import NodeEngineClient, ReceivedEvent, ServiceError, ServiceNotFoundError, find_service
from node_engine.errors import NodeEngineError
from node_engine.models.event import SSEMessage
from node_engine.models.flow import FlowDefinition
from node_engine.models.registration import RegistryRow
from node_engine.service.discovery import Discovery, publish, running_services
from tests.service.running import RunningService, flow, running_service, step

FLOW = FlowDefinition.model_validate(flow(step("a", assignments={"x": 1}), step("b", assignments={"y": 2})))


@pytest.fixture
async def service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[RunningService]:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    async with running_service(tmp_path / "node-engine") as running:
        yield running


async def test_the_client_finds_the_service_by_itself_and_sends_the_token(service: RunningService) -> None:
    async with NodeEngineClient() as client:
        health = await client.health()
        runs = await client.runs()

    assert client.url == service.url
    assert health["instance_id"] == service.service.instance_id
    assert runs == []


async def test_a_flow_is_run_with_typed_answers(service: RunningService) -> None:
    async with NodeEngineClient(service.url) as client:
        answer = await client.invoke(FLOW)
        step_answer = await client.invoke_component(FLOW, "a")
        rows = await client.registry()
        described = await client.component("Set")
        problems = await client.check(FLOW)

    assert isinstance(answer, FlowDefinition)
    assert (answer.context["x"], answer.context["y"]) == (1, 2)
    assert (step_answer.next, step_answer.flow_definition.context) == ("b", {"x": 1})
    assert isinstance(rows[0], RegistryRow)
    assert described["name"] == "Set"
    assert problems == []


async def test_big_integers_survive_the_way_there_and_back(service: RunningService) -> None:
    async with NodeEngineClient(service.url) as client:
        answer = await client.invoke(FLOW.model_copy(update={"context": {"n": 2**100}}))

    assert answer.context["n"] == 2**100


async def test_runs_are_started_steered_and_looked_at(service: RunningService) -> None:
    async with NodeEngineClient() as client:
        await client.set_breakpoints([{"flow_key": "f", "component_key": "b"}])
        run_id = await client.start(FLOW, debug="break")
        async with asyncio.timeout(20):
            while (await client.run(run_id))["state"] != "paused":  # noqa: ASYNC110  # asked over HTTP
                await asyncio.sleep(0.01)
        resumed = await client.resume(run_id)
        names = [event.name async for event in client.run_events(run_id)]
        second = await client.step_of(run_id, 2)
        breakpoints = await client.breakpoints()

    assert resumed["id"] == run_id
    assert names[-1] == "run.finished"
    assert second["context"] == {"x": 1, "y": 2}
    assert [(each["flow_key"], each["place"], each["component_key"]) for each in breakpoints] == [("f", "before", "b")]


async def test_every_verb_and_question_of_the_debugger_has_a_method(service: RunningService) -> None:
    async with NodeEngineClient() as client, asyncio.timeout(30):
        await client.set_breakpoints([{"flow_key": "f", "component_key": "b"}], flow_key="f")
        run_id = await client.start(FLOW, debug="break")
        await until_paused(client, run_id)
        held = await client.hold_longer(run_id, 10)
        edited = await client.edit_context(run_id, [{"op": "replace", "path": "/x", "value": 7}])
        await client.edit_config(run_id, "b", {"assignments": {"y": 20}})
        await client.set_next(run_id, "b")
        ended = [event.name async for event in after(client.resume(run_id), client.run_events(run_id))]
        writers = await client.writers(run_id, "x")
        values = await client.watch(run_id, "y")
        stops = await client.would_stop(run_id, {"place": "change", "path": "x"})
        effects = await client.effects(run_id, 1)
        await client.set_breakpoints([], flow_key="f")
        fork = await client.fork(run_id, 2, context_patch=[{"op": "add", "path": "/x", "value": 8}], flow=FLOW)
        await asyncio.wait_for(service.engine.runtime.run(str(fork["id"])).wait(), 20)
        compared = await client.compare(run_id, str(fork["id"]))
        found = await client.runs(flow="f", origin="http", state="finished", session="s", text="f", limit=1)
        with pytest.raises(ServiceError, match="interrupted") as refused:
            await client.continue_interrupted(run_id)

    assert held["paused"]["held_until_s"] > edited["started_s"] + 300  # type: ignore[index,operator]  # JSON
    assert ended[-1] == "run.finished"
    assert [each["after"] for each in writers] == [1, 7]
    assert values[-1]["value"] == 20
    assert (stops["stopped"], effects) == (1, [])
    assert compared["first_difference"] is not None
    assert [each["id"] for each in found] == [fork["id"]]
    assert refused.value.status == 409


async def until_paused(client: NodeEngineClient, run_id: str) -> None:
    while (await client.run(run_id))["state"] != "paused":  # noqa: ASYNC110  # asked over HTTP
        await asyncio.sleep(0.01)


async def after(call: Awaitable[object], events: AsyncIterator[ReceivedEvent]) -> AsyncIterator[ReceivedEvent]:
    """The events, heard once the call is answered."""
    await call
    async for event in events:
        yield event


async def test_events_are_followed_and_go_on_after_the_connection_broke(service: RunningService) -> None:
    heard: list[str] = []
    async with NodeEngineClient() as client, asyncio.timeout(30):
        stream = client.events("s", names="note")
        reading = asyncio.ensure_future(anext(stream))
        await until_readers(service, 1)
        await client.emit(SSEMessage(session_id="s", event="note", data="one"))
        heard.append((await reading).data)

        break_connections(service)
        await until_readers(service, 0)
        await client.emit(SSEMessage(session_id="s", event="note", data="two"))
        await client.emit(SSEMessage(session_id="s", event="other", data="not asked for"))
        await client.emit(SSEMessage(session_id="s", event="note", data="three"))
        heard.extend([(await anext(stream)).data, (await anext(stream)).data])
        await stream.aclose()  # type: ignore[attr-defined]  # an async generator

    assert heard == ["one", "two", "three"]


async def test_a_refusal_is_an_error_with_status_and_words(service: RunningService) -> None:
    async with NodeEngineClient(service.url) as client:
        with pytest.raises(ServiceError, match="node-engine token") as refused:
            await client.runs()
        with pytest.raises(ServiceError) as unfit:
            await client.invoke({"key": "f"})

    assert refused.value.status == 401
    assert unfit.value.status == 422
    assert isinstance(unfit.value.detail, list)


async def test_a_service_that_is_gone_is_said_so() -> None:
    async with NodeEngineClient("http://127.0.0.1:1") as client:
        with pytest.raises(ServiceNotFoundError, match="does not answer"):
            await client.health()


async def test_without_a_running_service_the_words_say_how_to_start_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))

    with pytest.raises(ServiceNotFoundError, match="node-engine serve"):
        await find_service()


async def test_the_token_is_not_sent_to_whoever_took_over_a_port(service: RunningService) -> None:
    """A stale file of a process whose number and port belong to somebody else by now."""
    real = running_services()[0]
    stale = replace(real, instance_id="other", started_s=real.started_s + 60, token="stale")
    publish(stale)
    publish(Discovery("http://127.0.0.1:1", "t", os.getpid(), "gone", real.started_s + 90))

    found = await find_service()

    assert found == real


async def test_a_client_that_was_not_opened_says_how_to_use_it() -> None:
    with pytest.raises(NodeEngineError, match="async with"):
        await NodeEngineClient("http://127.0.0.1:1").health()


async def test_a_unix_socket_is_found_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    path = tmp_path / "s.sock"
    async with uds_service(tmp_path, path), NodeEngineClient() as client:
        answer = await client.invoke(FLOW)

    assert answer.context["x"] == 1
    assert not path.exists()


def uds_service(folder: Path, path: Path):  # type: ignore[no-untyped-def]  # a context manager
    return running_service(folder / "node-engine", uds=path)


def break_connections(service: RunningService) -> None:
    server = service.service._server
    assert server is not None
    for connection in list(server.server_state.connections):
        connection.transport.abort()


async def until_readers(service: RunningService, count: int) -> None:
    parts = service.service._parts
    assert parts is not None
    async with asyncio.timeout(20):
        while len(parts.readers) != count:  # noqa: ASYNC110  # what is waited for has no event
            await asyncio.sleep(0.01)
