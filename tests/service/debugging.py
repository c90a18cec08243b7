"""Runs that are held over HTTP, and looks at them."""

from __future__ import annotations

import asyncio
from typing import Any

from tests.service.running import RunningService, flow, step

ASYNC = {"prefer": "respond-async"}
BREAK = {**ASYNC, "x-flow-debug": "break"}
LOOP = flow(
    step("count", assignments={"n": {"$ctx": "n"}}),
    {**step("more", "If", condition="visit < 3"), "outputs": {"true": "add", "false": "end"}},
    {**step("add", assignments={"note": "again"}), "next": "more"},
    step("end", assignments={"done": True}),
    key="loop",
    context={"n": 1},
)
"""Visits `more` three times."""
TWO = flow(step("a", assignments={"x": 1}), step("b", assignments={"x": 2}), step("c", assignments={"y": 3}))


async def set_breakpoints(service: RunningService, *breakpoints: dict[str, Any]) -> list[dict[str, Any]]:
    """Replace all breakpoints; gives them as the service shows them."""
    answer = await service.trusted.put("/breakpoints", json=list(breakpoints))
    assert answer.status_code == 200, answer.text
    shown: list[dict[str, Any]] = answer.json()
    return shown


async def started(service: RunningService, body: dict[str, Any], headers: dict[str, str] = BREAK) -> str:
    """Start a flow; gives the id of the run."""
    answer = await service.trusted.post("/invoke", json=body, headers=headers)
    assert answer.status_code == 202, answer.text
    run_id: str = answer.json()["run_id"]
    return run_id


async def until_state(service: RunningService, run_id: str, *states: str) -> dict[str, Any]:
    """Ask for the run until it is in one of the states; gives it."""
    async with asyncio.timeout(20):
        while True:
            run: dict[str, Any] = (await service.trusted.get(f"/runs/{run_id}")).json()
            if run["state"] in states:
                return run
            await asyncio.sleep(0.01)


async def until_paused(service: RunningService, run_id: str, key: str | None = None) -> dict[str, Any]:
    """Ask for the run until it stands, before `key` if that is given; gives it."""
    async with asyncio.timeout(20):
        while True:
            run = await until_state(service, run_id, "paused")
            if run["paused"] is not None and key in (None, run["paused"]["key"]):
                return run


async def held(service: RunningService, body: dict[str, Any], *breakpoints: dict[str, Any]) -> str:
    """A run of the body that stands at one of the breakpoints."""
    await set_breakpoints(service, *breakpoints)
    run_id = await started(service, body)
    await until_paused(service, run_id)
    return run_id
