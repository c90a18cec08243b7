"""The loop of the sample "Draft, criticise, improve", debugged by HTTP requests alone, as somebody with curl would."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from shutil import copytree
from urllib.parse import quote

import httpx_sse

from tests.service.debugging import set_breakpoints, until_paused, until_state
from tests.service.running import RunningService

NAME = "draft_criticise_improve"
SAMPLE = Path(__file__).parents[2] / "resources" / "samples" / NAME


async def test_the_loop_stops_exactly_once_and_ends_after_round_two(service: RunningService, tmp_path: Path) -> None:
    folder = copytree(SAMPLE, tmp_path / NAME)
    body = {**json.loads((folder / f"{NAME}.flow.json").read_text(encoding="utf-8")), "session_id": "loop"}
    headers = {"prefer": "respond-async", "x-flow-debug": "break", "x-flow-folder": quote(str(folder))}
    at = {"flow_key": NAME, "component_key": "good_enough", "condition": "score < 0.8 and visit == 2"}

    await set_breakpoints(service, at)
    run_id = (await service.trusted.post("/invoke", json=body, headers=headers)).json()["run_id"]
    stands = await until_paused(service, run_id)
    step = (await service.trusted.get(f"/runs/{run_id}/steps/{stands['steps'][-1]['number']}")).json()
    patch = [{"op": "replace", "path": "/score", "value": 0.9}]
    edited = await service.trusted.post(f"/runs/{run_id}/context", json=patch)
    await service.trusted.post(f"/runs/{run_id}/resume")
    run = await until_state(service, run_id, "finished", "failed")
    names = await asyncio.wait_for(heard(service, f"/runs/{run_id}/events"), 20)

    assert (stands["paused"]["key"], stands["paused"]["visit"]) == ("good_enough", 2)
    assert (step["key"], step["context"]["score"]) == ("criticise", 0.75)
    assert edited.status_code == 200
    assert run["state"] == "finished"
    assert [each["key"] for each in run["steps"]].count("criticise") == 2
    assert run["steps"][-1]["key"] == "publish"
    assert names == ["run.started", "run.paused", "run.resumed", "run.finished"]
    assert (folder / "announcement.txt").exists()


async def heard(service: RunningService, path: str) -> list[str]:
    """The names of the events of a run's stream that are about the whole run."""
    async with httpx_sse.aconnect_sse(service.trusted, "GET", path) as source:
        return [event.event async for event in source.aiter_sse() if event.event.startswith("run.")]
