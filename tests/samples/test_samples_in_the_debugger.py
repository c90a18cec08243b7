"""The two samples of the debugger, stopped and edited as their pages say."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from node_engine.engine.engine import Engine
from node_engine.engine.run import DebugPolicy, Run
from node_engine.models.breakpoint import Breakpoint
from node_engine.models.flow import FlowDefinition
from node_engine.models.json import JsonValue
from node_engine.models.run import Origin
from tests.samples.conftest import CopySample, read_sample

CONDITION = "score < 0.8 and visit == 2"
ODD_REGION = 'row.region not in ["North", "South", "East"]'


async def run_editing(
    engine: Engine, path: Path, key: str, condition: str, edit: dict[str, JsonValue], flow: FlowDefinition | None = None
) -> tuple[Run, list[str | None]]:
    """Run with one breakpoint before a component, replace values at each stop, and list where it stopped."""
    flow = flow or read_sample(path)
    engine.runtime.breakpoints.put([Breakpoint(flow_key=flow.key, component_key=key, condition=condition)])
    cursor = engine.events.cursor()
    run = engine.runtime.start(flow, flow_folder=path.parent, origin=Origin.EDITOR, debug=DebugPolicy.BREAK)
    stops: list[str | None] = []
    async with asyncio.timeout(60):
        while not run.is_over:
            await cursor.wait()
            for event in cursor.read().events:
                if event.name == "run.paused":
                    stops.append(run.summary().paused_at)
                    run.edit_context([{"op": "replace", "path": at, "value": value} for at, value in edit.items()])
                    run.resume()
    return run, stops


def visits(run: Run, key: str) -> int:
    return sum(step.id.key == key for step in run.steps())


@pytest.mark.parametrize(
    ("key", "score"), [("criticise", 0.5), ("good_enough", 0.75)], ids=["before the judge", "before the decision"]
)
async def test_the_improving_loop_stops_once_and_an_edited_score_ends_it(
    engine: Engine, copy_sample: CopySample, key: str, score: float
) -> None:
    path = copy_sample("draft_criticise_improve")

    watched, watched_stops = await run_editing(engine, path, key, CONDITION, {})
    edited, edited_stops = await run_editing(engine, path, key, CONDITION, {"/score": 0.9})

    stopped_before = next(step for step in watched.steps() if step.id.key == key and step.id.visit == 2)
    assert watched.state_at(stopped_before.number - 1)["score"] == score
    assert watched_stops == edited_stops == [f"main/{key}#2"]
    assert (visits(watched, "criticise"), visits(edited, "criticise")) == (3, 2)
    context = (await edited.wait()).context
    assert (context["score"], context["missing"], edited.steps()[-1].id.key) == (0.9, ["contact"], "publish")


async def test_the_odd_region_stops_once_and_an_edited_one_mends_the_report(
    engine: Engine, copy_sample: CopySample
) -> None:
    path = copy_sample("find_the_bug")
    flow = read_sample(path)
    next(item for item in flow.flow if item.key == "keep_sold").config["condition"] = "item.units > 0"

    run, stops = await run_editing(engine, path, "add_up", ODD_REGION, {"/row/region": "South"}, flow)

    context = (await run.wait()).context
    assert stops == ["main/add_up#7"]
    assert context["regions"][0] == {"region": "South", "amount": 74.4, "units": 15}
    assert [row["region"] for row in context["regions"]] == ["South", "North", "East"]
