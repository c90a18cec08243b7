"""Looking back over HTTP: who wrote a value, a value over the steps, breakpoints that were not there, comparing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.service.debugging import LOOP, TWO, held, started, until_paused, until_state
from tests.service.running import RunningService, running_service


async def finished(service: RunningService, body: dict[str, Any]) -> str:
    """A run that has ended."""
    run_id = await started(service, body)
    await until_state(service, run_id, "finished", "failed")
    return run_id


async def test_who_wrote_a_value_is_told_with_before_and_after(service: RunningService) -> None:
    run_id = await held(service, TWO, {"flow_key": "f", "component_key": "c"})
    await until_paused(service, run_id, "c")
    await service.trusted.post(f"/runs/{run_id}/context", json=[{"op": "replace", "path": "/x", "value": 9}])

    found = (await service.trusted.get(f"/runs/{run_id}/writers?path=x")).json()
    nothing = (await service.trusted.get(f"/runs/{run_id}/writers?path=never.written")).json()

    assert [(each["by"], each["step"], each["key"], each["after"]) for each in found] == [
        ("step", 1, "a", 1),
        ("step", 2, "b", 2),
        ("edit", None, found[2]["key"], 9),
    ]
    assert found[1]["before"] == 1
    assert nothing == []


async def test_an_expression_is_watched_over_the_steps(service: RunningService) -> None:
    run_id = await finished(service, TWO)

    found = (await service.trusted.get(f"/runs/{run_id}/watch", params={"expression": "x * 10"})).json()
    wrong = await service.trusted.get(f"/runs/{run_id}/watch", params={"expression": "x *"})

    assert [(each["step"], each["value"]) for each in found if each["error"] is None] == [(1, 10), (2, 20), (3, 20)]
    assert wrong.status_code == 422
    assert wrong.json()["detail"][0]["loc"] == ["query", "expression"]


async def test_what_a_breakpoint_would_have_done_is_told(service: RunningService) -> None:
    run_id = await finished(service, LOOP)

    found = await service.trusted.post(
        f"/runs/{run_id}/would_stop", json={"component_key": "more", "condition": "visit >= 2"}
    )
    wrong = await service.trusted.post(f"/runs/{run_id}/would_stop", json={"component_key": "more", "condition": "&&"})

    assert found.status_code == 200, found.text
    assert (found.json()["stopped"], found.json()["of"]) == (2, 3)
    assert len(found.json()["steps"]) == 2
    assert wrong.status_code == 422


async def test_two_runs_are_compared_and_the_first_difference_is_marked(service: RunningService) -> None:
    first = await finished(service, TWO)
    same = await finished(service, TWO)
    other = await finished(service, {**TWO, "flow": [TWO["flow"][0], TWO["flow"][2]]})

    equal = (await service.trusted.get(f"/compare?a={first}&b={same}")).json()
    unequal = (await service.trusted.get(f"/compare?a={first}&b={other}")).json()

    assert equal["first_difference"] is None
    assert [row["difference"] for row in equal["rows"]] == ["same"] * 3
    assert unequal["rows"][unequal["first_difference"]]["key"] == "a"
    assert [row["difference"] for row in unequal["rows"]] == ["next", "only_a", "same"]
    assert (unequal["a"]["id"], unequal["b"]["id"]) == (first, other)


@pytest.mark.parametrize(
    "path", ["/runs/nope/writers?path=x", "/runs/nope/watch?expression=x", "/compare?a=nope&b=nope"]
)
async def test_an_unknown_run_is_404_in_words(service: RunningService, path: str) -> None:
    answer = await service.trusted.get(path)

    assert answer.status_code == 404
    assert answer.json()["detail"].startswith('There is no run "nope".')


@pytest.mark.parametrize("path", ["/runs/nope/writers", "/runs/nope/watch", "/compare?a=x", "/runs?origin=nobody"])
async def test_a_missing_or_odd_query_is_422(service: RunningService, path: str) -> None:
    assert (await service.trusted.get(path)).status_code == 422


async def test_runs_of_an_earlier_process_are_looked_back_at_too(tmp_path: Path) -> None:
    state = tmp_path / "state"
    async with running_service(tmp_path / "d", state=state) as service:
        run_id = await finished(service, TWO)
        later = await finished(service, TWO)

    async with running_service(tmp_path / "d", state=state) as service:
        writers = (await service.trusted.get(f"/runs/{run_id}/writers?path=x")).json()
        watched = (await service.trusted.get(f"/runs/{run_id}/watch?expression=x")).json()
        stops = (await service.trusted.post(f"/runs/{run_id}/would_stop", json={"component_key": "b"})).json()
        compared = (await service.trusted.get(f"/compare?a={run_id}&b={later}")).json()
        found = (await service.trusted.get("/runs?origin=http&text=f&limit=1")).json()

    assert [each["key"] for each in writers] == ["a", "b"]
    assert [each["value"] for each in watched][-3:] == [1, 2, 2]
    assert (stops["stopped"], stops["of"]) == (1, 1)
    assert compared["first_difference"] is None
    assert [each["id"] for each in found] == [later]
