"""/health, /components, /check and /samples over a real socket."""

from __future__ import annotations

import time
from pathlib import Path

import httpx
import pytest

from tests.service.running import RunningService, flow, running_service, step


async def test_health_says_who_answers_and_tells_nothing_of_the_machine(service: RunningService) -> None:
    answer = await service.http.get("/health")

    assert set(answer.json()) == {"name", "version", "instance_id"}
    assert answer.json()["name"] == "node-engine"
    assert answer.json()["instance_id"] == service.service.instance_id


async def test_every_component_is_described_in_full(service: RunningService) -> None:
    for row in (await service.http.get("/registry")).json():
        described = (await service.http.get(f"/components/{row['key']}")).json()
        assert {"config_schema", "outputs", "reads", "writes", "touches", "sample", "help"} <= set(described)
        assert described["name"] == row["key"]


async def test_an_unknown_component_is_404_and_names_the_nearest(service: RunningService) -> None:
    answer = await service.http.get("/components/Repeet")

    assert answer.status_code == 404
    assert '"Repeat"' in answer.json()["detail"]


async def test_check_lists_the_problems_and_runs_nothing(service: RunningService) -> None:
    good = await service.http.post("/check", json=flow(step("a")))
    bad = await service.http.post("/check", json=flow(step("a", "Nonsense"), step("a")))

    assert good.json() == {"problems": []}
    codes = [problem["code"] for problem in bad.json()["problems"]]
    assert {"unknown-component", "duplicate-key"} <= set(codes)
    assert {"severity", "message", "component_key", "field", "suggestion"} <= set(bad.json()["problems"][0])
    assert service.engine.runtime.runs() == []


async def test_the_echo_answers_with_what_it_was_sent(service: RunningService) -> None:
    asked = await service.http.get("/samples/echo?a=1")
    sent = await service.http.post("/samples/echo", json={"x": [2**70]})

    assert asked.json() == {"method": "GET", "query": {"a": "1"}}
    assert sent.json() == {"method": "POST", "query": {}, "body": {"x": [2**70]}}


async def test_the_flaky_address_fails_as_often_as_asked_for_each_id(service: RunningService) -> None:
    codes = [(await service.http.get("/samples/flaky?fail=2&id=a")).status_code for _ in range(4)]
    other = await service.http.post("/samples/flaky?fail=0&id=b")

    assert codes == [503, 503, 200, 503]
    assert other.json() == {"ok": True, "attempt": 1}


async def test_the_slow_address_answers_after_a_while(service: RunningService) -> None:
    began_s = time.monotonic()

    answer = await service.http.get("/samples/slow?ms=50")

    assert answer.json() == {"ok": True, "waited_ms": 50}
    assert time.monotonic() - began_s >= 0.05


@pytest.mark.parametrize("query", ["ms=-1", "ms=60001", "ms=x"])
async def test_a_wrong_number_is_422(service: RunningService, query: str) -> None:
    assert (await service.http.get(f"/samples/slow?{query}")).status_code == 422


async def test_what_changes_on_disk_shows_in_the_next_request(tmp_path: Path) -> None:
    root = tmp_path / "root"
    (root / "components").mkdir(parents=True)
    async with running_service(tmp_path / "d", registry_root=root) as service:
        before = [row["key"] for row in (await service.http.get("/registry")).json()]

        (root / "components" / "mine.py").write_text(OWN)
        after = [row["key"] for row in (await service.http.get("/registry")).json()]

    assert set(after) - set(before) == {"Mine"}


async def test_own_components_need_the_token_and_code_in_a_request_a_switch_too(tmp_path: Path) -> None:
    root = tmp_path / "root"
    (root / "components").mkdir(parents=True)
    (root / "components" / "mine.py").write_text(OWN)
    own = flow(step("a", "Mine"))
    code = flow(step("a", "PythonFunction", code="def run(context):\n    context['x'] = 1\n"))
    async with running_service(tmp_path / "d", registry_root=root) as service:
        answers = [await client.post("/invoke", json=body) for body in (own, code) for client in clients(service)]
    async with running_service(tmp_path / "d", registry_root=root, allow_code=True) as service:
        allowed = [await client.post("/invoke", json=code) for client in clients(service)]

    assert [answer.status_code for answer in answers] == [401, 200, 401, 403]
    assert answers[1].json()["context"]["mine"] == 1
    assert "--allow-code" in answers[3].json()["detail"]
    assert [answer.status_code for answer in allowed] == [401, 200]


@pytest.mark.parametrize(
    "sent",
    [
        step("a", "HttpRequest", url="http://127.0.0.1:1"),
        step("a", "ReadFile", path="x"),
        step("a", "InvokeFlow", flow_definition="{{hidden}}"),
        step("a", "InvokeFlow", flow_definition=flow(step("b", "ReadFile", path="x"))),
        step("a", "BackgroundProcess", flow=[step("b", "ReadFile", path="x")]),
    ],
)
async def test_a_flow_that_touches_something_needs_the_token_however_deep_it_is_hidden(
    service: RunningService, sent: dict[str, object]
) -> None:
    body = flow(sent, context={"hidden": flow(step("c", "ReadFile", path="x"))})

    answers = [await service.http.post(path, json=body) for path in ("/invoke", "/invoke_component?component_key=a")]

    assert [answer.status_code for answer in answers] == [401, 401]
    assert service.engine.runtime.runs() == []


def clients(service: RunningService) -> tuple[httpx.AsyncClient, httpx.AsyncClient]:
    return service.http, service.trusted


OWN = '''
"""A component of the user's own."""

from node_engine import Component


class Mine(Component):
    description = "Mine."

    async def execute(self):
        self.context["mine"] = 1
        return self.continue_flow()
'''
