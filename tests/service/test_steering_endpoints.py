"""The verbs of a debugger over HTTP: stepping, retrying, editing, each with exact words when it does not apply."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.service.debugging import LOOP, TWO, held, set_breakpoints, started, until_paused, until_state
from tests.service.running import RunningService, flow, step

AT_B = {"flow_key": "f", "component_key": "b"}
FAILING = flow(
    step("first", assignments={"x": 1}),
    step("check", "Assert", condition="x > 5", message="no luck"),
    step("last", assignments={"y": 2}),
)
NESTED = flow(
    step("before", assignments={"x": 1}),
    step("child", "InvokeFlow", flow_definition={"key": "inner", "flow": [step("in1"), step("in2")]}),
    step("after", assignments={"y": 2}),
)


async def test_a_run_that_stands_says_where_and_why(service: RunningService) -> None:
    run_id = await held(
        service, LOOP, {"id": "7", "flow_key": "loop", "component_key": "more", "condition": "visit == 2"}
    )

    run = (await service.trusted.get(f"/runs/{run_id}")).json()

    assert run["paused_at"] == "main/more#2"
    expected = {
        "key": "more",
        "visit": 2,
        "frame": "main",
        "place": "before",
        "reason": "breakpoint",
        "breakpoint": "7",
    }
    assert {name: run["paused"][name] for name in expected} == expected
    assert run["paused"]["breakpoint"] == "7"


async def test_stepping_goes_over_into_and_out_of_a_nested_flow(service: RunningService) -> None:
    run_id = await held(service, NESTED, {"flow_key": "f", "component_key": "child"})
    places = []

    for verb in ("step_into", "step", "step_out"):
        answer = await service.trusted.post(f"/runs/{run_id}/{verb}")
        assert answer.status_code == 200
        run = await until_paused(service, run_id)
        places.append((run["paused"]["frame"], run["paused"]["key"]))

    assert places == [("main/child#1", "in1"), ("main/child#1", "in2"), ("main", "after")]


async def test_a_verb_answers_with_the_run_as_it_is_then(service: RunningService) -> None:
    run_id = await held(service, flow(step("w", "Wait", seconds=60)), {"flow_key": "f", "component_key": "w"})

    resumed = (await service.trusted.post(f"/runs/{run_id}/resume")).json()
    stopped = (await service.trusted.post(f"/runs/{run_id}/stop")).json()

    assert (resumed["state"], resumed["paused"], resumed["paused_at"]) == ("running", None, None)
    assert stopped["id"] == run_id


async def test_a_condition_that_fails_stops_and_shows_its_error(service: RunningService) -> None:
    run_id = await held(service, TWO, {**AT_B, "condition": "missing > 1"})

    run = await until_paused(service, run_id)

    assert "missing" in run["paused"]["condition_error"]


async def test_a_failed_step_is_done_again_with_another_config(service: RunningService) -> None:
    run_id = await held(service, FAILING, {"flow_key": "f", "place": "error"})
    config = {"condition": "x > 0"}

    paused = await until_paused(service, run_id)
    edited = await service.trusted.post(f"/runs/{run_id}/edit_config", json={"key": "check", "config": config})
    retried = await service.trusted.post(f"/runs/{run_id}/retry_step")
    stands = await until_paused(service, run_id, "last")
    await service.trusted.post(f"/runs/{run_id}/resume")
    run = await until_state(service, run_id, "finished", "failed")

    assert (paused["paused"]["place"], paused["steps"][-1]["error"]) == ("error", "no luck")
    assert (edited.status_code, retried.status_code) == (200, 200), (edited.text, retried.text)
    assert stands["paused"]["place"] == "before"
    assert [(each["key"], each["error"]) for each in run["steps"]] == [
        ("first", None),
        ("check", "no luck"),
        ("check", None),
        ("last", None),
    ]


async def test_a_failed_step_is_done_again_with_another_context(service: RunningService) -> None:
    run_id = await held(service, FAILING, {"flow_key": "f", "place": "error"})

    await service.trusted.post(f"/runs/{run_id}/context", json=[{"op": "replace", "path": "/x", "value": 6}])
    await service.trusted.post(f"/runs/{run_id}/retry_step")
    stands = await until_paused(service, run_id, "last")

    assert stands["state"] == "paused"


async def test_a_failure_that_is_let_go_fails_the_run(service: RunningService) -> None:
    run_id = await held(service, FAILING, {"flow_key": "f", "place": "error"})

    await service.trusted.post(f"/runs/{run_id}/resume")
    run = await until_state(service, run_id, "finished", "failed")

    assert (run["state"], run["error"]) == ("failed", "no luck")


async def test_a_config_that_does_not_fit_is_422_in_words(service: RunningService) -> None:
    run_id = await held(service, FAILING, {"flow_key": "f", "component_key": "check"})

    answer = await service.trusted.post(f"/runs/{run_id}/edit_config", json={"key": "check", "config": {"odd": 1}})

    assert answer.status_code == 422
    assert sorted(problem["loc"] for problem in answer.json()["detail"]) == [
        ["body", "config", "condition"],
        ["body", "config", "odd"],
    ]


async def test_retry_applies_only_at_a_failed_step(service: RunningService) -> None:
    run_id = await held(service, TWO, AT_B)

    answer = await service.trusted.post(f"/runs/{run_id}/retry_step")

    assert answer.status_code == 409
    assert answer.json()["detail"] == ("This run is not paused at a step that failed, so no step is done again.")


async def test_a_config_of_an_unknown_component_is_404(service: RunningService) -> None:
    run_id = await held(service, TWO, AT_B)

    answer = await service.trusted.post(f"/runs/{run_id}/edit_config", json={"key": "zz", "config": {}})

    assert (answer.status_code, answer.json()["detail"]) == (404, "No component found with key: zz")


async def test_without_the_token_an_edit_cannot_make_a_run_reach_further(
    service: RunningService, tmp_path: Path
) -> None:
    body = flow(step("a"), step("child", "InvokeFlow", flow_definition={"key": "inner", "flow": [step("in1")]}))
    await set_breakpoints(service, {"flow_key": "f", "component_key": "child"})
    headers = {"prefer": "respond-async", "x-flow-debug": "break"}
    run_id = (await service.http.post("/invoke", json=body, headers=headers)).json()["run_id"]
    await until_paused(service, run_id)
    reaching = {"flow_definition": {"key": "inner", "flow": [step("w", "WriteFile", path="x", content="y")]}}

    refused = await service.http.post(f"/runs/{run_id}/edit_config", json={"key": "child", "config": reaching})
    harmless = {"flow_definition": {"key": "inner", "flow": [step("in2")]}}
    allowed = await service.http.post(f"/runs/{run_id}/edit_config", json={"key": "child", "config": harmless})

    assert refused.status_code == 401
    assert "files" in refused.json()["detail"]
    assert allowed.status_code == 200


@pytest.mark.parametrize("verb", ["pause", "step", "step_into", "step_out", "resume", "retry_step", "hold_longer"])
async def test_every_verb_on_a_run_that_is_over_is_409_in_words(service: RunningService, verb: str) -> None:
    run_id = await started(service, TWO)
    await until_state(service, run_id, "finished")

    answer = await service.trusted.post(f"/runs/{run_id}/{verb}")

    assert answer.status_code == 409
    assert answer.json()["detail"].startswith("This run is over (finished)")


@pytest.mark.parametrize(
    ("verb", "body"),
    [
        ("run_to", {"key": "a"}),
        ("set_next", {"key": "a"}),
        ("edit_config", {"key": "a", "config": {}}),
        ("context", []),
    ],
)
async def test_verbs_with_a_body_on_a_run_that_is_over_are_409_too(
    service: RunningService, verb: str, body: Any
) -> None:
    run_id = await started(service, TWO)
    await until_state(service, run_id, "finished")

    answer = await service.trusted.post(f"/runs/{run_id}/{verb}", json=body)

    assert answer.status_code == 409
    assert answer.json()["detail"].startswith("This run is over (finished)")


@pytest.mark.parametrize(
    ("verb", "body", "kind"),
    [
        ("edit_config", None, "missing"),
        ("edit_config", {"key": "a"}, "missing"),
        ("edit_config", {"key": "a", "config": []}, "dict_type"),
        ("edit_config", {"key": "a", "config": {}, "more": 1}, "extra_forbidden"),
        ("retry_step", {"key": "a"}, "extra_forbidden"),
        ("hold_longer", {"seconds": "x"}, "float_parsing"),
    ],
)
async def test_a_wrong_body_is_422(service: RunningService, verb: str, body: Any, kind: str) -> None:
    run_id = await started(service, TWO)

    answer = await service.trusted.post(f"/runs/{run_id}/{verb}", json=body)

    assert answer.status_code == 422
    assert answer.json()["detail"][0]["type"] == kind
