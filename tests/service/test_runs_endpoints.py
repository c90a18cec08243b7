"""Runs over HTTP: lists, states, verbs, breakpoints, event streams; who may and who may not."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import httpx_sse
import orjson
import pytest

from node_engine.engine.breakpoints import Breakpoint
from node_engine.models.flow import FlowDefinition
from node_engine.models.run import DebugPolicy, Origin, RunState
from tests.service.running import RunningService, flow, running_service, step
from tests.service.test_documented_endpoints import until

ASYNC = {"prefer": "respond-async"}
TWO = flow(step("a", assignments={"x": 1}), step("b", assignments={"x": 2}), step("c", assignments={"y": 3}))


async def finished_run(service: RunningService) -> str:
    run_id: str = (await service.trusted.post("/invoke", json=TWO, headers=ASYNC)).json()["run_id"]
    await service.engine.runtime.run(run_id).wait()
    return run_id


async def paused_run(service: RunningService, key: str = "b") -> str:
    """A run that stands before a component, started by somebody with the token."""
    service.engine.runtime.breakpoints.put([Breakpoint(flow_key="f", component_key=key)])
    headers = {**ASYNC, "x-flow-debug": "break"}
    run_id: str = (await service.trusted.post("/invoke", json=TWO, headers=headers)).json()["run_id"]
    await until(lambda: service.engine.runtime.run(run_id).state is RunState.PAUSED)
    return run_id


async def test_runs_are_listed_newest_first_and_filtered(service: RunningService) -> None:
    first, second = await finished_run(service), await finished_run(service)

    listed = (await service.trusted.get("/runs")).json()
    one = (await service.trusted.get("/runs?limit=1&flow=f&session=s&state=finished&origin=http")).json()
    found = (await service.trusted.get(f"/runs?text={first[2:9].upper()}")).json()
    others = [
        (await service.trusted.get(f"/runs?{wanted}")).json()
        for wanted in ("flow=other", "session=other", "state=failed", "origin=editor", "text=other")
    ]
    wrong = await service.trusted.get("/runs?state=odd")

    assert [run["id"] for run in listed] == [second, first]
    assert {"number", "flow_key", "session_id", "origin", "state", "started_s", "elapsed_ms", "steps"} <= set(listed[0])
    assert [run["id"] for run in one] == [second]
    assert [run["id"] for run in found] == [first]
    assert others == [[]] * 5
    assert wrong.status_code == 422


async def test_a_run_shows_its_steps_and_the_state_after_each(service: RunningService) -> None:
    run_id = await finished_run(service)

    run = (await service.trusted.get(f"/runs/{run_id}")).json()
    second = (await service.trusted.get(f"/runs/{run_id}/steps/2")).json()
    lost = await service.trusted.get(f"/runs/{run_id}/steps/9")

    assert [(shown["number"], shown["key"], shown["state"]) for shown in run["steps"]] == [
        (1, "a", "done"),
        (2, "b", "done"),
        (3, "c", "done"),
    ]
    assert second["changes"] == [{"op": "replace", "path": "/x", "value": 2}]
    assert second["context"] == {"x": 2}
    assert (lost.status_code, (await service.trusted.get(f"/runs/{run_id}/steps/0")).status_code) == (404, 404)


async def test_steps_are_paged(service: RunningService) -> None:
    run_id = await finished_run(service)

    page = (await service.trusted.get(f"/runs/{run_id}?after=1&limit=1")).json()

    assert [shown["number"] for shown in page["steps"]] == [2]


async def test_an_unknown_run_is_404_in_words(service: RunningService) -> None:
    for path in ("/runs/nope", "/runs/nope/steps/1", "/runs/nope/events"):
        answer = await service.trusted.get(path)
        assert answer.status_code == 404
        assert "nope" in answer.json()["detail"]
    assert (await service.trusted.post("/runs/nope/pause")).status_code == 404


async def test_a_paused_run_is_stepped_edited_and_resumed(service: RunningService) -> None:
    run_id = await paused_run(service)
    run = service.engine.runtime.run(run_id)

    edited = await service.trusted.post(f"/runs/{run_id}/context", json=[{"op": "add", "path": "/new", "value": 5}])
    stepped = await service.trusted.post(f"/runs/{run_id}/step")
    await until(lambda: run.summary().paused_at == "main/c#1")
    resumed = await service.trusted.post(f"/runs/{run_id}/resume", json={})
    answer = await run.wait()

    assert (edited.status_code, stepped.status_code, resumed.status_code) == (200, 200, 200)
    assert edited.json()["state"] == "paused"
    assert answer.context == {"x": 2, "y": 3, "new": 5, "session_id": "s"}


async def test_a_run_goes_to_a_component_or_gets_another_next_one(service: RunningService) -> None:
    run_id = await paused_run(service, "a")
    run = service.engine.runtime.run(run_id)

    to = await service.trusted.post(f"/runs/{run_id}/run_to", json={"key": "b"})
    await until(lambda: run.summary().paused_at == "main/b#1")
    jump = await service.trusted.post(f"/runs/{run_id}/set_next", json={"key": "c"})
    lost = await service.trusted.post(f"/runs/{run_id}/set_next", json={"key": "zz"})
    await service.trusted.post(f"/runs/{run_id}/resume")
    answer = await run.wait()

    assert (to.status_code, jump.status_code, lost.status_code) == (200, 200, 404)
    assert answer.context == {"x": 1, "y": 3, "session_id": "s"}


async def test_a_run_is_paused_and_stopped(service: RunningService) -> None:
    body = flow(step("w", "Wait", seconds=60), step("b"))
    run_id = (await service.trusted.post("/invoke", json=body, headers=ASYNC)).json()["run_id"]

    paused = await service.trusted.post(f"/runs/{run_id}/pause")
    stopped = await service.trusted.post(f"/runs/{run_id}/stop")
    await service.engine.runtime.run(run_id).wait()

    assert (paused.status_code, stopped.status_code) == (200, 200)
    assert service.engine.runtime.run(run_id).state is RunState.STOPPED


@pytest.mark.parametrize("verb", ["pause", "step", "step_into", "step_out", "resume"])
async def test_a_verb_that_does_not_apply_is_409_in_words(service: RunningService, verb: str) -> None:
    run_id = await finished_run(service)

    answer = await service.trusted.post(f"/runs/{run_id}/{verb}")

    assert answer.status_code == 409
    assert "over" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("verb", "body", "kind"),
    [
        ("run_to", None, "missing"),
        ("run_to", {}, "missing"),
        ("set_next", {"key": 1}, "string_type"),
        ("context", {}, "list_type"),
        ("context", [1], "dict_type"),
        ("pause", {"now": True}, "extra_forbidden"),
    ],
)
async def test_a_wrong_body_of_a_verb_is_422(service: RunningService, verb: str, body: Any, kind: str) -> None:
    run_id = await finished_run(service)

    answer = await service.trusted.post(f"/runs/{run_id}/{verb}", json=body)

    assert answer.status_code == 422
    assert answer.json()["detail"][0]["type"] == kind


async def test_a_patch_that_does_not_fit_is_409_and_changes_nothing(service: RunningService) -> None:
    run_id = await paused_run(service)

    answer = await service.trusted.post(f"/runs/{run_id}/context", json=[{"op": "remove", "path": "/nothing"}])

    assert answer.status_code == 409
    assert (await service.trusted.get(f"/runs/{run_id}/steps/1")).json()["context"] == {"x": 1}


async def test_who_started_a_run_without_the_token_may_steer_it_and_nobody_else_s(service: RunningService) -> None:
    body = flow(step("w", "Wait", seconds=60))
    mine = (await service.http.post("/invoke", json=body, headers=ASYNC)).json()["run_id"]
    theirs = (await service.trusted.post("/invoke", json=body, headers=ASYNC)).json()["run_id"]
    editors = service.engine.runtime.start(FlowDefinition.model_validate(body), origin=Origin.EDITOR)

    allowed = await service.http.post(f"/runs/{mine}/stop")
    refused = [await service.http.post(f"/runs/{run_id}/stop") for run_id in (theirs, editors.id, "nope")]
    listed = await service.http.get("/runs")

    assert allowed.status_code == 200
    assert [answer.status_code for answer in refused] == [401, 401, 401]
    assert listed.status_code == 401
    assert "node-engine token" in refused[0].json()["detail"]


async def test_breakpoints_stop_only_runs_that_allow_it(service: RunningService) -> None:
    await service.trusted.put("/breakpoints", json=[{"flow_key": "f", "component_key": "b"}])

    observed = await service.http.post("/invoke", json=TWO)
    run_id = await paused_run(service)

    assert observed.json()["status"]["error"] is None
    assert service.engine.runtime.run(run_id).debug is DebugPolicy.BREAK


async def events_of(service: RunningService, run_id: str, headers: dict[str, str] | None = None) -> list[Any]:
    async with (
        asyncio.timeout(20),
        httpx_sse.aconnect_sse(service.trusted, "GET", f"/runs/{run_id}/events", headers=headers or {}) as source,
    ):
        return [event async for event in source.aiter_sse()]


async def test_the_stream_of_a_finished_run_tells_everything_again_and_ends(service: RunningService) -> None:
    run_id = await finished_run(service)

    events = await events_of(service, run_id)

    assert [event.event for event in events] == [
        "run.started",
        *["step.started", "step.finished"] * 3,
        "run.finished",
    ]
    assert orjson.loads(events[2].data)["changes"] == [{"op": "add", "path": "/x", "value": 1}]


async def test_the_stream_of_a_live_run_goes_on_until_it_ends(service: RunningService) -> None:
    run_id = await paused_run(service)
    async with asyncio.TaskGroup() as tasks:
        listening = tasks.create_task(events_of(service, run_id))
        await until(lambda: service.service._parts is not None and len(service.service._parts.readers) == 1)
        await service.trusted.post(f"/runs/{run_id}/resume")

    names = [event.event for event in listening.result()]
    assert names[:3] == ["run.started", "step.started", "step.finished"]
    assert names[-2:] == ["step.finished", "run.finished"]
    assert names.count("step.finished") == 3


async def test_the_stream_of_a_run_resumes_after_an_id(service: RunningService) -> None:
    run_id = await finished_run(service)
    log = service.engine.events

    events = await events_of(service, run_id, {"last-event-id": f"{log.id}-{log.last_number - 1}"})

    assert [event.event for event in events] == ["run.finished"]


async def test_a_reader_that_heard_the_end_is_not_kept_waiting(service: RunningService) -> None:
    run_id = await finished_run(service)
    log = service.engine.events

    events = await events_of(service, run_id, {"last-event-id": f"{log.id}-{log.last_number}"})

    assert events == []


async def test_runs_of_an_earlier_process_are_read_from_the_journal(tmp_path: Path) -> None:
    state = tmp_path / "state"
    async with running_service(tmp_path / "d", state=state) as service:
        run_id = await finished_run(service)
        live = [event.event for event in await events_of(service, run_id)]

    async with running_service(tmp_path / "d", state=state) as service:
        listed = (await service.trusted.get("/runs?flow=f&origin=http&text=f")).json()
        run = (await service.trusted.get(f"/runs/{run_id}")).json()
        second = (await service.trusted.get(f"/runs/{run_id}/steps/2")).json()
        lost = await service.trusted.get(f"/runs/{run_id}/steps/7")
        told = await events_of(service, run_id)
        verb = await service.trusted.post(f"/runs/{run_id}/pause")

    assert [row["id"] for row in listed] == [run_id]
    assert [shown["key"] for shown in run["steps"]] == ["a", "b", "c"]
    assert second["context"] == {"x": 2}
    assert [event.event for event in told] == live
    assert {event.id for event in told} == {""}
    assert (lost.status_code, verb.status_code) == (404, 404)
