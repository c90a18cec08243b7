"""The shipped sample flows: what they promise, with exact values, through the real engine and its real service."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from node_engine.analysis.ports import ports
from node_engine.analysis.problems import find_problems
from node_engine.components import BUILTINS
from node_engine.components.checking import check_config
from node_engine.engine.engine import EngineSettings
from node_engine.engine.run import Run
from node_engine.models.description import BUILT_IN
from node_engine.models.flow import FlowDefinition
from node_engine.models.limits import DEFAULT_LIMITS
from node_engine.models.parse import parse_flow
from node_engine.models.run import Origin
from node_engine.service.host import EngineHost

SAMPLES = Path(__file__).parents[2] / "resources" / "samples"
PLACES = {
    "hello": 1,
    "support_triage": 2,
    "sales_report": 3,
    "flaky_api": 4,
    "draft_criticise_improve": 10,
    "service_for_tools": 12,
    "find_the_bug": 13,
}
"""Where each sample stands on the welcome page; those between are still to come."""
CATALOG = {name: replace(item.describe(name), source=BUILT_IN) for name, item in BUILTINS.items()}
every_sample = pytest.mark.parametrize("name", PLACES)


def sample_flow(name: str, **context: Any) -> FlowDefinition:
    flow = parse_flow((SAMPLES / name / f"{name}.flow.json").read_bytes(), DEFAULT_LIMITS)
    flow.context.update(context)
    return flow


def layout_of(name: str) -> dict[str, dict[str, float]]:
    lines = (SAMPLES / name / f"{name}.layout.jsonl").read_text().splitlines()
    assert lines == sorted(lines)
    return {key: place for kind, key, place in map(json.loads, lines) if kind == "component"}


@pytest.fixture(scope="module")
def host() -> Iterator[EngineHost]:
    host = EngineHost(EngineSettings(), port=0)
    host.start()
    yield host
    host.stop(20)


def finished(host: EngineHost, flow: FlowDefinition) -> Run:
    """The run of a flow, ended without an error."""

    async def run() -> Run:
        started = host.runtime.start(flow)
        async with asyncio.timeout(60):
            answer = await started.wait()
        assert answer.status.error is None
        return started

    return host.submit(run()).result(90)


def context_of(host: EngineHost, run: Run) -> dict[str, Any]:
    return dict(host.submit(run.wait()).result(10).context)


def visits(run: Run, key: str) -> int:
    return sum(step.id.key == key for step in run.steps())


def events_of(host: EngineHost, session_id: str) -> list[tuple[str, str]]:
    events = host.events.cursor(after=0).read(100_000).events
    mine = (event for event in events if event.session_id == session_id and "." not in event.name)
    return [(event.name, str(event.data)) for event in mine if event.name != "log"]


@every_sample
def test_a_sample_has_no_problem(name: str) -> None:
    assert find_problems(sample_flow(name), CATALOG, check_config) == []


@every_sample
def test_a_sample_lies_from_left_to_right_on_the_grid_without_overlap(name: str) -> None:
    flow, places = sample_flow(name), layout_of(name)

    assert set(places) == {component.key for component in flow.flow}
    boxes = []
    for component in flow.flow:
        x, y = places[component.key]["x"], places[component.key]["y"]
        rows = len(ports(component, CATALOG[component.name]))
        boxes.append((x, y, x + 206, y + 52 + (rows * 20 + 10 if rows > 1 else 0)))
        assert x % 20 == 0
        assert y % 20 == 0
    for index, one in enumerate(boxes):
        for other in boxes[index + 1 :]:
            assert one[2] < other[0] or other[2] < one[0] or one[3] < other[1] or other[3] < one[1]


@every_sample
def test_a_sample_has_a_card_and_a_page(name: str) -> None:
    card = json.loads((SAMPLES / name / "sample.json").read_text())
    page = (SAMPLES / name / "page.md").read_text()

    assert (card["order"], page.splitlines()[0]) == (PLACES[name], f"# {card['title']}")
    assert card["text"].endswith(".")
    assert "## Try this" in page


def test_hello_greets_and_tells_once(host: EngineHost) -> None:
    flow = sample_flow("hello")

    run = finished(host, flow)

    assert flow.context == {"name": "Ada"}
    assert context_of(host, run)["greeting"] == "Hello, Ada! (3 letters)"
    assert events_of(host, flow.session_id) == [("greeted", "Hello, Ada! (3 letters)")]


@pytest.mark.parametrize(
    ("message", "topic", "urgent", "team"),
    [
        ("My invoice is wrong, I was charged twice", "billing", False, "Billing"),
        ("The app crashes with error 0x80", "technical", True, "Engineering"),
        ("There is a bug in the menu", "technical", False, "Engineering"),
        ("When do you open?", "general", False, "Front desk"),
    ],
)
def test_support_triage_finds_topic_and_team(
    host: EngineHost, message: str, topic: str, urgent: bool, team: str
) -> None:
    run = finished(host, sample_flow("support_triage", message=message))

    context = context_of(host, run)
    assert (context["topic"], context["urgent"], context["team"]) == (topic, urgent, team)
    assert context["reply"] == f"Thank you for writing. Our team {team} will answer you."


def test_support_triage_starts_with_the_first_message() -> None:
    assert sample_flow("support_triage").context["message"] == "My invoice is wrong, I was charged twice"


@pytest.mark.parametrize(
    ("fail", "statuses", "waits", "result", "gave_up"),
    [
        (2, [503, 503, 200], 2, "The service answered 200 at attempt 3.", False),
        (9, [503] * 4, 3, "The service failed 4 times; the last answer was 503.", True),
        (0, [200], 0, "The service answered 200 at attempt 1.", False),
    ],
)
def test_flaky_api_waits_and_tries_again(
    host: EngineHost, fail: int, statuses: list[int], waits: int, result: str, gave_up: bool
) -> None:
    run = finished(host, sample_flow("flaky_api", fail=fail))

    context = context_of(host, run)
    assert (context["statuses"], context["result"], context["gave_up"]) == (statuses, result, gave_up)
    assert (visits(run, "fetch"), visits(run, "wait")) == (len(statuses), waits)


def test_flaky_api_fails_as_often_in_the_next_run(host: EngineHost) -> None:
    for _ in range(3):
        run = finished(host, sample_flow("flaky_api", fail=9, most_attempts=2))

        assert context_of(host, run)["statuses"] == [503, 503]


def test_a_service_answers_at_once_and_goes_on_in_the_background(host: EngineHost) -> None:
    flow = sample_flow("service_for_tools")

    run = finished(host, flow)

    async def background() -> dict[str, Any]:
        runtime = host.runtime
        child = next(runtime.run(item.id) for item in runtime.runs() if item.parent == run.id)
        assert (child.state.is_final, child.origin) == (False, Origin.BACKGROUND)
        async with asyncio.timeout(60):
            return dict((await child.wait()).context)

    context = context_of(host, run)
    assert (context["state"], context["answer"]) == ("accepted", "Counting the words of the quick brown fox jumps the")
    assert host.submit(background()).result(90)["summary"] == {"words": 6, "unique": 5}
    assert events_of(host, flow.session_id) == [
        ("progress", "1"),
        ("progress", "2"),
        ("progress", "3"),
        ("done", '{"words":6,"unique":5}'),
    ]


@pytest.mark.parametrize("name", ["hello", "support_triage", "service_for_tools"])
def test_samples_that_touch_nothing_run_by_a_plain_request(host: EngineHost, name: str) -> None:
    body = (SAMPLES / name / f"{name}.flow.json").read_bytes()

    answer = httpx.post(f"{host.url}/invoke", content=body, headers={"Content-Type": "application/json"}, timeout=60)

    assert answer.status_code == 200, answer.text
    assert answer.json()["status"]["error"] is None


def test_a_sample_that_touches_the_network_needs_the_token(host: EngineHost) -> None:
    body = (SAMPLES / "flaky_api" / "flaky_api.flow.json").read_bytes()

    answer = httpx.post(f"{host.url}/invoke", content=body, headers={"Content-Type": "application/json"}, timeout=60)

    assert answer.status_code == 401
