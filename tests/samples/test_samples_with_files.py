"""Samples that work on files in their own folder: exact values, and nothing written elsewhere."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import Any

import pytest

from node_engine.engine.engine import Engine
from node_engine.engine.run import Run
from node_engine.models.flow import FlowDefinition
from tests.samples.conftest import CopySample, read_sample

REGIONS = [
    {"region": "South", "amount": 74.4, "units": 15},
    {"region": "North", "amount": 62.25, "units": 14},
    {"region": "East", "amount": 14.5, "units": 2},
]
REPORT = """\
# Sales

| region | amount | units |
| --- | ---: | ---: |
| South | 74.40 | 15 |
| North | 62.25 | 14 |
| East | 14.50 | 2 |

Total: 151.15
"""


async def finished(engine: Engine, path: Path, flow: FlowDefinition | None = None) -> tuple[Run, dict[str, Any]]:
    """The run of a flow file, or of a flow in its folder, ended without an error, and its context."""
    flow = flow or read_sample(path)
    run = engine.runtime.start(flow, flow_folder=path.parent)
    async with asyncio.timeout(60):
        answer = await run.wait()
    assert answer.status.error is None
    return run, dict(answer.context)


def keys_of(run: Run) -> list[str]:
    return [step.id.key for step in run.steps()]


def mended(flow: FlowDefinition) -> FlowDefinition:
    """The flow of Find the bug with the three changes of its page."""
    by_key = {component.key: component.config for component in flow.flow}
    by_key["keep_sold"]["condition"] = "item.units > 0"
    by_key["load_sales"]["trim"] = True
    by_key["note_large"]["assignments"] = {"largest": {"$ctx": "amount"}}
    return flow


async def test_the_sales_report_adds_up_each_region(engine: Engine, copy_sample: CopySample) -> None:
    path = copy_sample("sales_report")
    before = set(os.listdir(path.parent))

    _, context = await finished(engine, path)

    assert (context["regions"], context["total"]) == (REGIONS, 151.15)
    assert (path.parent / "report.md").read_text() == REPORT
    assert set(os.listdir(path.parent)) == before | {"report.md"}


async def test_a_table_of_nothing_sold_goes_the_other_way(engine: Engine, copy_sample: CopySample) -> None:
    path = copy_sample("sales_report")
    (path.parent / "sales.csv").write_text("region,product,units,price\nNorth,Widget,0,2.50\n")

    run, context = await finished(engine, path)

    assert keys_of(run) == ["load_sales", "keep_sold", "nothing_sold", "save_report"]
    assert (path.parent / "report.md").read_text() == "# Sales\n\nNothing was sold.\n"
    assert context["total"] == 0


async def test_a_text_is_criticised_and_improved_until_it_is_good(engine: Engine, copy_sample: CopySample) -> None:
    path = copy_sample("draft_criticise_improve")

    run, context = await finished(engine, path)

    keys = keys_of(run)
    judged = [step.number for step in run.steps() if step.id.key == "criticise"]
    states = [run.state_at(number) for number in judged]
    assert keys == ["load_brief", "draft", *["criticise", "good_enough", "improve"] * 2, *keys[-3:]]
    assert keys[-3:] == ["criticise", "good_enough", "publish"]
    assert [(state["score"], state["missing"]) for state in states] == [
        (0.5, ["dates", "contact"]), (0.75, ["contact"]), (1.0, []),
    ]  # fmt: skip
    assert (path.parent / "announcement.txt").read_text() == context["text"] + "\n"
    assert context["text"].startswith("The new bicycle workshop is at 12 Harbour Street. A check")
    assert len(context["text"].split()) < 120


@pytest.mark.parametrize(("more", "rounds"), [(2, 4), (40, 5)])
async def test_the_loop_takes_longer_for_more_points_and_ends_in_any_case(
    engine: Engine, copy_sample: CopySample, more: int, rounds: int
) -> None:
    path = copy_sample("draft_criticise_improve")
    brief = path.parent / "brief.txt"
    brief.write_text(brief.read_text() + "".join(f"- point {number}: Say {number}.\n" for number in range(more)))

    run, _ = await finished(engine, path)

    assert keys_of(run).count("criticise") == rounds
    assert keys_of(run)[-1] == "publish"


async def test_find_the_bug_is_wrong_in_three_places(engine: Engine, copy_sample: CopySample) -> None:
    path = copy_sample("find_the_bug")

    _, context = await finished(engine, path)

    assert context["regions"] == [
        {"region": "South", "amount": 60.0, "units": 9},
        {"region": "North", "amount": 55.0, "units": 13},
        {"region": "East", "amount": 14.5, "units": 2},
        {"region": "South ", "amount": 14.4, "units": 6},
    ]
    assert (context["total"], context["largest"]) == (78.9, 0)


async def test_find_the_bug_mended_as_its_page_says_writes_the_sales_report(
    engine: Engine, copy_sample: CopySample
) -> None:
    path = copy_sample("find_the_bug")

    _, context = await finished(engine, path, mended(read_sample(path)))

    assert (context["regions"], context["total"], context["largest"]) == (REGIONS, 151.15, 50)
    assert (path.parent / "report.md").read_text() == REPORT


async def test_two_changes_leave_the_total_that_the_page_names(engine: Engine, copy_sample: CopySample) -> None:
    path = copy_sample("find_the_bug")
    flow = read_sample(path)
    note_large = next(component for component in flow.flow if component.key == "note_large")
    written = note_large.config["assignments"]
    mended(flow)
    note_large.config["assignments"] = written

    run, context = await finished(engine, path, flow)

    step = next(step for step in run.steps() if step.id.key == "note_large")
    assert (context["regions"], context["total"]) == (REGIONS, 86.15)
    assert (run.state_at(step.number - 1)["total"], run.state_at(step.number)["total"]) == (115.0, 50)
