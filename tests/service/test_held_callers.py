"""Callers whose run stands at a breakpoint: they are held for a while, hear of it, and nobody else waits for them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx_sse
import orjson
import pytest

from node_engine.models.limits import Limits
from tests.service.debugging import ASYNC, BREAK, TWO, held, set_breakpoints, started, until_paused, until_state
from tests.service.running import RunningService, flow, running_service, step
from tests.service.test_documented_endpoints import until

AT_B = {"flow_key": "f", "component_key": "b"}
FREE = flow(step("a", assignments={"free": True}), key="free")


@pytest.fixture
async def brief(tmp_path: Path) -> AsyncIterator[RunningService]:
    """A service that holds callers for a moment only, with a place for one run at once."""
    async with running_service(tmp_path, limits=Limits(hold_s=0.2, runs_at_once=1)) as running:
        yield running


@pytest.fixture
async def patient(tmp_path: Path) -> AsyncIterator[RunningService]:
    """A service with a place for one run at once."""
    async with running_service(tmp_path, limits=Limits(runs_at_once=1)) as running:
        yield running


async def test_a_held_caller_gets_its_answer_when_the_time_is_over(brief: RunningService) -> None:
    await set_breakpoints(brief, AT_B)

    answer = await brief.http.post("/invoke", json=TWO, headers={"x-flow-debug": "break"})

    assert answer.status_code == 200
    assert answer.json()["context"] == {"x": 2, "y": 3, "session_id": "s"}


async def test_listeners_hear_that_a_run_is_held_until_when_and_that_it_went_on(brief: RunningService) -> None:
    await set_breakpoints(brief, {**AT_B, "id": "here"})
    heard: list[tuple[str, dict[str, Any]]] = []

    async with asyncio.timeout(20), httpx_sse.aconnect_sse(brief.http, "GET", "/sse?session_id=s&events=run.*") as sse:
        calling = asyncio.ensure_future(brief.http.post("/invoke", json=TWO, headers={"x-flow-debug": "break"}))
        async for event in sse.aiter_sse():
            heard.append((event.event, orjson.loads(event.data)))
            if event.event == "run.finished":
                break
        await calling

    names = [name for name, _ in heard]
    paused, resumed = heard[1][1], heard[2][1]
    assert names == ["run.started", "run.paused", "run.resumed", "run.finished"]
    assert (paused["key"], paused["visit"], paused["place"], paused["reason"]) == ("b", 1, "before", "breakpoint")
    assert paused["breakpoint"] == "here"
    assert isinstance(paused["held_until_s"], float)
    assert resumed["verb"] == "timeout"


async def test_a_held_run_blocks_no_other_caller(patient: RunningService) -> None:
    run_id = await held(patient, TWO, AT_B)

    answers = [await patient.http.post("/invoke", json=FREE) for _ in range(3)]
    still = await until_paused(patient, run_id)

    assert [answer.json()["context"]["free"] for answer in answers] == [True] * 3
    assert still["paused"]["key"] == "b"


async def test_two_held_runs_of_one_flow_do_not_disturb_each_other(patient: RunningService) -> None:
    first = await held(patient, TWO, AT_B)
    second = await started(patient, TWO)
    await until_paused(patient, second)

    await patient.trusted.post(f"/runs/{second}/context", json=[{"op": "add", "path": "/mine", "value": 1}])
    await patient.trusted.post(f"/runs/{second}/resume")
    ended = await until_state(patient, second, "finished")
    still = await until_paused(patient, first)
    await patient.trusted.post(f"/runs/{first}/resume")
    await until_state(patient, first, "finished")
    contexts = [(await patient.trusted.get(f"/runs/{each}/steps/3")).json()["context"] for each in (first, second)]

    assert (ended["steps"][-1]["key"], still["paused"]["key"]) == ("c", "b")
    assert contexts == [{"x": 2, "y": 3}, {"x": 2, "y": 3, "mine": 1}]


async def test_a_run_is_held_longer_when_somebody_asks(patient: RunningService) -> None:
    run_id = await held(patient, TWO, AT_B)
    before = (await until_paused(patient, run_id))["paused"]["held_until_s"]

    by_default = (await patient.trusted.post(f"/runs/{run_id}/hold_longer")).json()["paused"]["held_until_s"]
    by_ten = (await patient.trusted.post(f"/runs/{run_id}/hold_longer", json={"seconds": 10})).json()
    wrong = [
        (await patient.trusted.post(f"/runs/{run_id}/hold_longer", json=body)).status_code
        for body in ({"seconds": 0}, {"seconds": "long"}, {"seconds": 1e9}, {"s": 1}, [])
    ]

    assert by_default - before == pytest.approx(300, abs=5)
    assert by_ten["paused"]["held_until_s"] - by_default == pytest.approx(10, abs=5)
    assert wrong == [422] * 5


async def test_without_the_header_breakpoints_stop_a_call_only_while_that_is_armed(service: RunningService) -> None:
    await set_breakpoints(service, AT_B)

    passed = await service.http.post("/invoke", json=TWO)
    service.engine.runtime.arm_outside(60)
    run_id = await started(service, TWO, ASYNC)
    stopped = await until_paused(service, run_id)
    observed = await service.http.post("/invoke", json=TWO, headers={"x-flow-debug": "observe"})

    assert passed.json()["status"]["error"] is None
    assert stopped["paused"]["key"] == "b"
    assert observed.json()["status"]["error"] is None


async def test_off_means_not_even_a_pause_by_hand(service: RunningService) -> None:
    body = flow(step("w", "Wait", seconds=60), step("b"))
    run_id = await started(service, body, {**ASYNC, "x-flow-debug": "OFF"})

    paused = await service.trusted.post(f"/runs/{run_id}/pause")
    stopped = await service.trusted.post(f"/runs/{run_id}/stop")

    assert paused.status_code == 409
    assert paused.json()["detail"] == "This run was started with debugging off, so it cannot be paused."
    assert stopped.status_code == 200


async def test_an_unknown_policy_is_422_at_its_header(service: RunningService) -> None:
    answer = await service.http.post("/invoke", json=TWO, headers={"x-flow-debug": "please"})

    assert answer.status_code == 422
    assert answer.json()["detail"][0]["loc"] == ["header", "x-flow-debug"]
    assert "'break'" in answer.json()["detail"][0]["msg"]


async def test_a_held_caller_that_leaves_ends_its_run(service: RunningService) -> None:
    await set_breakpoints(service, AT_B)
    calling = asyncio.ensure_future(service.trusted.post("/invoke", json=TWO, headers={"x-flow-debug": "break"}))
    runtime = service.engine.runtime
    await until(lambda: any(run.state == "paused" for run in runtime.runs()))

    calling.cancel()
    await until(lambda: runtime.runs()[0].state == "stopped")

    assert runtime.runs()[0].error is None


async def test_stop_ends_a_run_that_is_held(service: RunningService) -> None:
    run_id = await held(service, TWO, AT_B)

    answer = await service.trusted.post(f"/runs/{run_id}/stop")
    run = await until_state(service, run_id, "stopped")

    assert answer.status_code == 200
    assert "paused" not in run or run["paused"] is None


async def test_who_started_a_run_without_the_token_may_let_it_go_on(service: RunningService) -> None:
    await set_breakpoints(service, AT_B)
    run_id = (await service.http.post("/invoke", json=TWO, headers=BREAK)).json()["run_id"]
    await until_paused(service, run_id)

    resumed = await service.http.post(f"/runs/{run_id}/resume")
    run = await until_state(service, run_id, "finished")

    assert resumed.status_code == 200
    assert run["steps"][-1]["key"] == "c"
