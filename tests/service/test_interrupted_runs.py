"""A killed service: its run is there, interrupted, and is continued over HTTP by the next one."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from node_engine.service.discovery import Discovery, running_services
from tests.service.debugging import ASYNC, until_state
from tests.service.running import flow, running_service, step


@pytest.fixture
def killed(tmp_path: Path) -> tuple[Path, str]:
    """State folder and run id of a service that was killed while its run waited for an answer."""
    environment = {**os.environ, "XDG_RUNTIME_DIR": str(tmp_path), "XDG_STATE_HOME": str(tmp_path / "state")}
    process = subprocess.Popen([sys.executable, "-m", "node_engine", "serve", "--port", "0"], env=environment)
    try:
        found = discovered(tmp_path / "node-engine")
        body = flow(
            step("a", assignments={"x": 1}),
            step("ask", "HttpRequest", url=f"{found.url}/samples/slow?ms=60000"),
            step("b", assignments={"x": 2}),
        )
        headers = {"authorization": f"Bearer {found.token}"}
        with httpx.Client(base_url=found.url, trust_env=False, headers=headers) as client:
            run_id: str = client.post("/invoke", json=body, headers=ASYNC).json()["run_id"]
            deadline_s = time.monotonic() + 30
            while len(client.get(f"/runs/{run_id}").json()["steps"]) < 2 and time.monotonic() < deadline_s:
                time.sleep(0.02)
            with client.stream("GET", f"/runs/{run_id}/events") as events:
                next(events.iter_lines())  # sent when everything so far is written
    finally:
        process.kill()
        process.communicate()
    return tmp_path / "state" / "node-engine", run_id


def discovered(folder: Path) -> Discovery:
    """The service that publishes itself there."""
    deadline_s = time.monotonic() + 30
    while not running_services(folder) and time.monotonic() < deadline_s:
        time.sleep(0.02)
    return running_services(folder)[0]


async def test_a_killed_run_is_continued_and_a_step_with_effects_only_when_told(
    killed: tuple[Path, str], tmp_path: Path
) -> None:
    state, run_id = killed
    async with running_service(tmp_path / "d", state=state) as service:
        run = (await service.trusted.get(f"/runs/{run_id}")).json()
        refused = await service.trusted.post(f"/runs/{run_id}/continue")
        allowed = await service.trusted.post(f"/runs/{run_id}/continue", json={"repeat": True})
        continued = await until_state(service, allowed.json()["id"], "finished", "failed")

    assert (run["state"], [each["key"] for each in run["steps"]]) == ("interrupted", ["a", "ask"])
    assert refused.status_code == 409
    assert refused.json()["detail"].startswith('"ask" was under way when the program ended')
    assert allowed.status_code == 201
    assert (continued["parent_run"], continued["parent_step"]) == (run_id, 2)
    assert continued["steps"][0]["key"] == "ask"
