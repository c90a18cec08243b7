"""New runs from a step of another: fork, what would happen again, and continuing what a crash interrupted."""

from __future__ import annotations

from typing import Any

import pytest

from tests.service.debugging import TWO, started, until_paused, until_state
from tests.service.running import RunningService, flow, step

REACHING = flow(step("a", assignments={"x": 1}), step("w", "HttpRequest", url="http://127.0.0.1:1"), step("c"))


async def finished(service: RunningService, body: dict[str, Any]) -> str:
    run_id = await started(service, body)
    await until_state(service, run_id, "finished", "failed")
    return run_id


async def test_a_fork_begins_at_the_step_with_the_context_recorded_there(service: RunningService) -> None:
    run_id = await finished(service, TWO)

    answer = await service.trusted.post(f"/runs/{run_id}/fork", json={"step": 2})
    fork = await until_state(service, answer.json()["id"], "finished")

    assert answer.status_code == 201
    assert fork["id"] != run_id
    assert [each["key"] for each in fork["steps"]] == ["b", "c"]


async def test_a_fork_after_a_step_with_another_context_stands_at_its_start(service: RunningService) -> None:
    run_id = await finished(service, TWO)
    body = {"step": 2, "before": False, "paused": True, "context_patch": [{"op": "add", "path": "/x", "value": 7}]}

    answer = await service.trusted.post(f"/runs/{run_id}/fork", json=body)
    fork_id = answer.json()["id"]
    stands = await until_paused(service, fork_id)
    await service.trusted.post(f"/runs/{fork_id}/resume")
    await until_state(service, fork_id, "finished")
    last = (await service.trusted.get(f"/runs/{fork_id}/steps/1")).json()

    assert stands["paused"]["key"] == "c"
    assert last["context"] == {"x": 7, "y": 3}


async def test_a_fork_may_have_another_definition_within_what_its_caller_may_run(service: RunningService) -> None:
    run_id = (await service.http.post("/invoke", json=TWO, headers={"prefer": "respond-async"})).json()["run_id"]
    await until_state(service, run_id, "finished")
    mended = {**TWO, "flow": [TWO["flow"][0], step("b", assignments={"x": 20})]}

    refused = await service.http.post(f"/runs/{run_id}/fork", json={"step": 2, "flow": {**REACHING, "session_id": "s"}})
    allowed = await service.http.post(f"/runs/{run_id}/fork", json={"step": 2, "flow": mended})
    await until_state(service, allowed.json()["id"], "finished")
    last = (await service.trusted.get(f"/runs/{allowed.json()['id']}/steps/1")).json()

    assert refused.status_code == 401
    assert last["context"] == {"x": 20}


async def test_what_would_happen_again_is_listed_first(service: RunningService) -> None:
    run_id = await finished(service, REACHING)

    before = (await service.trusted.get(f"/runs/{run_id}/steps/1/effects")).json()
    lost = await service.trusted.get(f"/runs/{run_id}/steps/9/effects")

    assert before == [{"component_key": "w", "name": "HttpRequest", "touches": ["network"]}]
    assert lost.status_code == 404


async def test_without_the_token_only_own_runs_are_forked(service: RunningService) -> None:
    theirs = await finished(service, TWO)
    mine = (await service.http.post("/invoke", json=TWO, headers={"prefer": "respond-async"})).json()["run_id"]
    await until_state(service, mine, "finished")

    refused = await service.http.post(f"/runs/{theirs}/fork", json={"step": 1})
    allowed = await service.http.post(f"/runs/{mine}/fork", json={"step": 1})
    seen = await service.http.get(f"/runs/{allowed.json()['id']}")

    assert (refused.status_code, allowed.status_code, seen.status_code) == (401, 201, 200)


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        ({"step": 9}, 404, "step 9"),
        ({"step": 1, "context_patch": [{"op": "remove", "path": "/none"}]}, 409, "/none"),
        ({"step": 0}, 422, "greater than or equal to 1"),
        ({"step": "1"}, 422, "valid integer"),
        ({}, 422, "required"),
        ({"step": 1, "more": 1}, 422, "not permitted"),
    ],
)
async def test_a_fork_that_cannot_be_is_refused_in_words(
    service: RunningService, body: dict[str, Any], status: int, words: str
) -> None:
    run_id = await finished(service, TWO)

    answer = await service.trusted.post(f"/runs/{run_id}/fork", json=body)

    assert answer.status_code == status
    assert words in answer.text


async def test_only_an_interrupted_run_is_continued(service: RunningService) -> None:
    run_id = await finished(service, TWO)

    answers = [
        await service.trusted.post(f"/runs/{run_id}/continue", json=body) for body in (None, {}, {"repeat": True})
    ]
    wrong = await service.trusted.post(f"/runs/{run_id}/continue", json={"repeat": "yes"})

    assert [answer.status_code for answer in answers] == [409] * 3
    assert "interrupted" in answers[0].json()["detail"]
    assert wrong.status_code == 422
    assert (await service.trusted.post("/runs/nope/continue")).status_code == 404
