"""The documented endpoints over a real socket: answers byte by byte, 422 bodies, limits, disconnects."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest

from node_engine.models.flow import FlowDefinition
from node_engine.models.limits import Limits
from node_engine.models.run import RunState
from tests.service.running import JSON, RunningService, flow, running_service, step

WRITE = step("a", assignments={"x": 1})
WAIT = step("w", "Wait", seconds=60)


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not condition():  # noqa: ASYNC110  # what is waited for has no event
            await asyncio.sleep(0.01)


async def detail_of(service: RunningService, body: bytes, path: str = "/invoke") -> list[dict[str, Any]]:
    answer = await service.http.post(path, content=body, headers=JSON)
    assert answer.status_code == 422
    detail: list[dict[str, Any]] = answer.json()["detail"]
    return detail


async def test_invoke_answers_the_flow_as_it_ended_in_the_order_of_the_models(service: RunningService) -> None:
    answer = await service.http.post("/invoke", json=flow(WRITE, context={"name": "Zoë"}))

    value = answer.json()
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert list(value) == ["key", "session_id", "flow", "registry", "context", "status"]
    assert list(value["status"]) == ["current_component", "error", "log", "trace"]
    assert list(value["flow"][0]) == ["key", "name", "config"]
    assert value["context"] == {"name": "Zoë", "x": 1, "session_id": "s"}
    assert "Zoë".encode() in answer.content
    assert b'": ' not in answer.content
    FlowDefinition.model_validate(value)


async def test_an_answer_can_be_sent_again(service: RunningService) -> None:
    first = await service.http.post("/invoke", json=flow(WRITE))

    second = await service.http.post("/invoke", content=first.content, headers=JSON)

    assert second.status_code == 200
    assert len(second.json()["status"]["trace"]) == 2


async def test_optional_fields_come_back_as_they_were_sent(service: RunningService) -> None:
    sent = {**WRITE, "next": "exit", "on_error": {"go_to": "a"}, "retry": {"times": 1}, "note": "n"}

    answer = await service.http.post("/invoke", json=flow(sent))

    shown = answer.json()["flow"][0]
    assert shown["retry"] == {"times": 1, "delay_s": 0.0, "backoff": 1.0}
    assert {key: shown[key] for key in ("next", "on_error", "note")} == {
        key: sent[key] for key in ("next", "on_error", "note")
    }
    assert "timeout_s" not in shown


async def test_a_flow_that_fails_is_still_200(service: RunningService) -> None:
    unknown = await service.http.post("/invoke", json=flow(step("a", "Nonsense")))
    empty = await service.http.post("/invoke", json=flow())

    assert (unknown.status_code, unknown.json()["status"]["error"]) == (200, "Component not found: Nonsense")
    assert (empty.status_code, empty.json()["context"]["error"]) == (200, "No components found in flow")


async def test_a_session_id_is_made_for_each_request_that_has_none(service: RunningService) -> None:
    body = {"key": "f", "flow": []}

    ids = {(await service.http.post("/invoke", json=body)).json()["session_id"] for _ in range(2)}

    assert len(ids) == 2


async def test_integers_of_any_size_survive(service: RunningService) -> None:
    number = 2**200

    answer = await service.http.post("/invoke", json=flow(WRITE, context={"n": number}))

    assert orjson.loads(answer.content.replace(str(number).encode(), b'"big"'))["context"]["n"] == "big"


@pytest.mark.parametrize(
    ("body", "kind", "loc"),
    [
        (b"", "missing", ["body"]),
        (b"null", "missing", ["body"]),
        (b"{", "json_invalid", ["body", 1]),
        (b'{"key":NaN}', "json_invalid", ["body", 7]),
        (b'{"key":-Infinity}', "json_invalid", ["body", 8]),
        (b'{"key":"\\ud800"}', "json_invalid", ["body", 8]),
        (b'{"key":"\xff"}', "json_invalid", ["body", 0]),
        (b"[" * 65 + b"]" * 65, "json_invalid", ["body", 0]),
        (b"[" * 5_000, "json_invalid", None),
        (b"3", "model_attributes_type", ["body"]),
        (b"[]", "model_attributes_type", ["body"]),
        (b'{"flow":[]}', "missing", ["body", "key"]),
        (b'{"key":"k"}', "missing", ["body", "flow"]),
        (b'{"key":1,"flow":[]}', "string_type", ["body", "key"]),
        (b'{"key":"k","flow":{}}', "list_type", ["body", "flow"]),
        (b'{"key":"k","flow":[],"more":1}', "extra_forbidden", ["body", "more"]),
        (b'{"key":"k","flow":[],"context":null}', "dict_type", ["body", "context"]),
        (b'{"key":"k","flow":[3]}', "model_attributes_type", ["body", "flow", 0]),
        (b'{"key":"k","flow":[{"key":"a","name":"b","config":null}]}', "dict_type", ["body", "flow", 0, "config"]),
        (b'{"key":"k","flow":[{"key":"a","name":"b","x":1}]}', "extra_forbidden", ["body", "flow", 0, "x"]),
        (b'{"key":"k","flow":[],"registry":[{}]}', "missing", ["body", "registry", 0, "key"]),
        (
            b'{"key":"k","flow":[],"status":{"log":[{"namespace":"n","level":"loud","message":"m"}]}}',
            "enum",
            ["body", "status", "log", 0, "level"],
        ),
    ],
)
async def test_a_body_that_does_not_fit_is_refused_at_its_place(
    service: RunningService, body: bytes, kind: str, loc: list[str | int] | None
) -> None:
    detail = await detail_of(service, body)

    assert detail[0]["type"] == kind
    assert loc is None or detail[0]["loc"] == loc
    assert {"type", "loc", "msg", "input"} <= set(detail[0])


async def test_unknown_fields_of_the_status_are_dropped(service: RunningService) -> None:
    answer = await service.http.post("/invoke", json=flow(WRITE, status={"more": 1}))

    assert answer.status_code == 200
    assert "more" not in answer.json()["status"]


async def test_a_million_mistakes_get_one_line(service: RunningService) -> None:
    detail = await detail_of(service, b'{"key":"k","flow":[],"registry":[' + b",".join([b"1"] * 100_000) + b"]}")

    assert [problem["type"] for problem in detail] == ["too_many_errors"]


async def test_query_and_body_problems_are_told_together(service: RunningService) -> None:
    detail = await detail_of(service, b'{"key":"k"}', "/invoke_component")

    assert [problem["loc"] for problem in detail] == [["query", "component_key"], ["body", "flow"]]


async def test_invoke_component_runs_one_step(service: RunningService) -> None:
    body = flow(WRITE, step("b", assignments={"x": 2}))

    first = await service.http.post("/invoke_component?component_key=a&other=1", json=body)
    last = await service.http.post("/invoke_component?component_key=b", json=body)
    lost = await service.http.post("/invoke_component?component_key=zz", json=body)

    assert list(first.json()) == ["next", "flow_definition"]
    assert (first.json()["next"], first.json()["flow_definition"]["context"]["x"]) == ("b", 1)
    assert last.json()["next"] == "exit"
    assert lost.json()["flow_definition"]["status"]["error"] == "No component found with key: zz"


async def test_the_registry_lists_four_texts_for_each_component_sorted_by_key(service: RunningService) -> None:
    rows = (await service.http.get("/registry")).json()

    assert [list(row) for row in rows] == [["key", "label", "description", "type"]] * len(rows)
    assert [row["key"] for row in rows] == sorted(row["key"] for row in rows)
    assert "NextComponent" in [row["key"] for row in rows]


async def test_an_event_can_be_emitted_also_when_nobody_listens(service: RunningService) -> None:
    answer = await service.http.post("/emit_sse_message", json={"session_id": "s", "event": "e", "data": "d"})
    wrong = await service.http.post("/emit_sse_message", json={"session_id": "s", "event": "e", "data": 1})

    assert (answer.status_code, answer.content) == (200, b'{"status":"ok"}')
    assert (wrong.status_code, wrong.json()["detail"][0]["type"]) == (422, "string_type")


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/invoke", 405),
        ("POST", "/registry", 405),
        ("DELETE", "/sse", 405),
        ("OPTIONS", "/invoke", 405),
        ("GET", "/nothing", 404),
        ("GET", "/invoke/", 404),
        ("GET", "/docs", 404),
    ],
)
async def test_wrong_methods_and_paths_get_the_bodies_of_fastapi(
    service: RunningService, method: str, path: str, status: int
) -> None:
    answer = await service.http.request(method, path)

    words = {404: "Not Found", 405: "Method Not Allowed"}
    assert (answer.status_code, answer.json()) == (status, {"detail": words[status]})


async def test_a_body_over_the_limit_is_refused_with_and_without_a_declared_length(tmp_path: Path) -> None:
    async with running_service(tmp_path, limits=Limits(request_body_bytes=1_000)) as service:
        body = orjson.dumps(flow(WRITE, context={"x": "y" * 2_000}))

        async def chunks() -> Any:
            for start in range(0, len(body), 100):
                yield body[start : start + 100]

        declared = await service.http.post("/invoke", content=body, headers=JSON)
        undeclared = await service.http.post("/invoke", content=chunks(), headers=JSON)

    assert declared.status_code == undeclared.status_code == 413
    assert "limit" in declared.json()["detail"]


async def test_too_many_components_are_refused(tmp_path: Path) -> None:
    async with running_service(tmp_path, limits=Limits(flow_components=2)) as service:
        at_limit = await service.http.post("/invoke", json=flow(step("a"), step("b")))
        over = await service.http.post("/invoke", json=flow(step("a"), step("b"), step("c")))

    assert (at_limit.status_code, over.status_code) == (200, 413)


async def test_form_data_is_refused_with_words_that_help(service: RunningService) -> None:
    answer = await service.http.post("/invoke", data={"a": "b"})

    assert answer.status_code == 415
    assert "--json @flow.json" in answer.json()["detail"]


async def test_a_run_ends_when_its_caller_disconnects(service: RunningService) -> None:
    async with asyncio.TaskGroup() as tasks:
        call = tasks.create_task(service.http.post("/invoke", json=flow(WAIT)))
        await until(lambda: bool(service.engine.runtime.live_runs()))
        call.cancel()

    await until(lambda: not service.engine.runtime.live_runs())
    assert service.engine.runtime.runs()[0].state is RunState.STOPPED


async def test_a_single_step_ends_when_its_caller_disconnects(service: RunningService) -> None:
    async with asyncio.TaskGroup() as tasks:
        call = tasks.create_task(service.http.post("/invoke_component?component_key=w", json=flow(WAIT)))
        await until(lambda: bool(service.engine.runtime.live_runs()))
        call.cancel()

    await until(lambda: not service.engine.runtime.live_runs())


async def test_a_caller_that_does_not_wait_gets_the_id_of_the_run_at_once(service: RunningService) -> None:
    answer = await service.http.post("/invoke", json=flow(WAIT), headers={"prefer": "respond-async"})

    run_id = answer.json()["run_id"]
    assert (answer.status_code, list(answer.json())) == (202, ["run_id"])
    assert answer.headers["preference-applied"] == "respond-async"
    assert service.engine.runtime.run(run_id).state is RunState.RUNNING


async def test_when_too_many_runs_wait_the_next_is_told_to_come_back(tmp_path: Path) -> None:
    async with running_service(tmp_path, limits=Limits(runs_at_once=1, runs_waiting=1)) as service:
        later = {"prefer": "respond-async"}
        answers = [await service.http.post("/invoke", json=flow(WAIT), headers=later) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [202, 202, 429]
    assert answers[2].headers["retry-after"] == "1"


async def test_a_wrong_debug_header_is_refused_at_its_place(service: RunningService) -> None:
    answer = await service.http.post("/invoke", json=flow(WRITE), headers={"x-flow-debug": "loud"})

    assert answer.status_code == 422
    assert answer.json()["detail"][0]["loc"] == ["header", "x-flow-debug"]


async def test_no_answer_holds_a_machine_path_or_a_stack(service: RunningService) -> None:
    answer = await service.http.post("/invoke", json=flow(step("a", "Set", nonsense=1)))

    assert answer.json()["status"]["error"].startswith("Error loading component: [Set]")
    assert b"Traceback" not in answer.content
    assert b"/home" not in answer.content
    assert b".py" not in answer.content


async def test_the_openapi_page_names_the_models_of_the_bodies(service: RunningService) -> None:
    page = (await service.http.get("/openapi.json")).json()

    body = page["paths"]["/invoke"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    names = {body["$ref"].rpartition("/")[2], "FlowStep", "FlowComponent", "RegistryRow"}
    assert names <= set(page["components"]["schemas"])
