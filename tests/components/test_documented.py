"""The eight documented components, row by row of their contract."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from node_engine.engine.runtime import Runtime
from node_engine.models.flow import FlowDefinition
from node_engine.models.run import Origin
from tests.components.conftest import RunFlow, RunOne, events_of


def entry(key: str, name: str, config: dict[str, Any] | None = None, **fields: Any) -> dict[str, Any]:
    return {"key": key, "name": name, "config": config or {}, **fields}


def visited(run: Any) -> list[str]:
    return [step.id.key for step in run.steps()]


@pytest.mark.parametrize(
    ("config", "error"),
    [
        ({}, "Next component not defined"),
        ({"next": None}, "Next component not defined"),
        ({"next": "one", "limit": {"key": "n"}}, "Limit max not defined"),
        ({"next": "one", "limit": {"max": None}}, "Limit max not defined"),
        ({"next": "one", "limit": {"max": 2}}, "Limit exceeded"),
    ],
)
async def test_next_component_reports(run_one: RunOne, config: dict[str, Any], error: str) -> None:
    run = await run_one("NextComponent", config)

    answer = await run.wait()
    assert answer.status.error == error
    assert answer.context["error"] == error


async def test_next_component_counts_up_to_its_limit(run_one: RunOne) -> None:
    run = await run_one("NextComponent", {"next": "one", "limit": {"max": "{{most}}"}}, {"most": 3})

    answer = await run.wait()
    assert answer.context["NextComponent_limit"] == 3
    assert visited(run) == ["one"] * 4


async def test_next_component_without_a_limit_writes_nothing(run_one: RunOne) -> None:
    run = await run_one("NextComponent", {"next": "exit", "limit": {}})

    assert set((await run.wait()).context) == {"session_id"}


@pytest.mark.parametrize(
    ("times", "rounds"), [(3, 3), ("2", 2), ("{{n}}", 2), (0, 1), (-1, 0), (1.9, 1), (None, 1), ("", 1)]
)
async def test_repeat_runs_the_following_steps(run_flow: RunFlow, times: Any, rounds: int) -> None:
    run = await run_flow(
        entry("again", "Repeat", {"times": times, "next": "end"}),
        entry("body", "Log"),
        entry("back", "NextComponent", {"next": "again"}),
        entry("end", "Log"),
        context={"n": 2},
    )

    assert visited(run) == [*["again", "body", "back"] * rounds, "again", "end"]
    assert "again_times" not in (await run.wait()).context


async def test_repeat_ends_the_flow_by_default_and_with_null(run_flow: RunFlow) -> None:
    for config in ({}, {"next": None}):
        run = await run_flow(entry("a", "Repeat", config), entry("b", "Log", next="a"), entry("c", "Log"))

        assert visited(run) == ["a", "b", "a"]


@pytest.mark.parametrize(
    ("context", "outputs", "following"),
    [
        ({"continued": True}, {"yes": "y", "no": "n"}, "y"),
        ({"continued": 1}, {"yes": "y", "no": "n"}, "y"),
        ({"continued": ""}, {"yes": "y", "no": "n"}, "n"),
        ({}, {"yes": "y", "no": "n"}, "n"),
        ({}, {"yes": "y", "no": None}, "next_in_list"),
        ({"continued": True}, {"yes": None, "no": "n"}, "next_in_list"),
    ],
)
async def test_evaluate_continue_branches(
    run_flow: RunFlow, context: dict[str, Any], outputs: dict[str, Any], following: str
) -> None:
    run = await run_flow(
        entry("one", "EvaluateContinue", {"outputs": outputs}),
        entry("next_in_list", "Stop"),
        entry("y", "Stop"),
        entry("n", "Stop"),
        context=context,
    )

    assert visited(run) == ["one", following]


async def test_evaluate_continue_needs_outputs(run_one: RunOne) -> None:
    for config in ({}, {"outputs": {}}, {"outputs": None}):
        run = await run_one("EvaluateContinue", config)

        assert (await run.wait()).status.error == "outputs not found in component config"


async def test_events_of_the_context_come_before_those_of_the_config(run_one: RunOne, runtime: Runtime) -> None:
    config = {
        "events": [
            "plain",
            {"event": "text", "data": "Hi {{name}}"},
            {"event": "json", "source": "reply"},
            {"event": "both", "data": "x", "source": "reply"},
            {"event": "missing", "source": "nothing"},
            {"event": "neither"},
        ]
    }
    context = {"events": ["waiting", {"event": "old", "data": "1"}], "name": "Ada", "reply": {"ä": [1, None]}}

    run = await run_one("EmitEvents", config, context)

    assert events_of(runtime) == [
        ("waiting", ""),
        ("old", "1"),
        ("plain", ""),
        ("text", "Hi Ada"),
        ("json", '{"ä":[1,null]}'),
        ("both", '{"ä":[1,null]}'),
        ("missing", '""'),
    ]
    assert (await run.wait()).context["events"] == []


async def test_what_is_no_event_is_an_error(run_one: RunOne) -> None:
    run = await run_one("EmitEvents", {}, {"events": ["good", 3]})

    error = (await run.wait()).status.error
    assert error is not None
    assert error.startswith('An item of "events" in the context is no event.')


async def test_content_is_stored_and_read_back_in_the_same_session(run_flow: RunFlow, runtime: Runtime) -> None:
    async def stored(*entries: dict[str, Any], **context: Any) -> Any:
        run = await run_flow(*entries, context=context, session_id="s")
        answer = await run.wait()
        assert answer.status.error is None
        return answer.context.get("out")

    read = entry("read", "RetrieveContent", {"key": "k", "target": "out"})
    assert await stored(read) == []
    assert await stored(entry("a", "StoreContent", {"source": "x", "key": "k"}), read, x=1) == [1]
    assert await stored(entry("a", "StoreContent", {"source": "x", "key": "k"}), read, x=[2, 3]) == [1, 2, 3]
    assert await stored(read, out=[0]) == [0, 1, 2, 3]
    overwriting = entry("read", "RetrieveContent", {"key": "k", "target": "out", "overwrite": True})
    assert await stored(overwriting, out=[0]) == [1, 2, 3]
    assert await stored(entry("a", "StoreContent", {"source": "x", "key": "k", "overwrite": True}), read, x="y") == [
        "y"
    ]
    assert await stored(entry("a", "StoreContent", {"source": "x", "key": "k", "raw": True}), read, x="raw") == "raw"
    assert await stored(entry("a", "StoreContent", {"source": "gone", "key": "k", "overwrite": True}), read) == []
    assert await runtime.storage.keys("another") == []


async def test_storage_components_say_what_is_missing(run_one: RunOne) -> None:
    store = await (await run_one("StoreContent")).wait()
    retrieve = await (await run_one("RetrieveContent")).wait()

    assert store.status.error == "No source provided in context"
    assert retrieve.status.error == "No key provided in context, exiting"


async def test_a_background_process_is_a_run_of_its_own_with_a_copy_of_the_context(
    run_flow: RunFlow, runtime: Runtime
) -> None:
    later = [
        entry("change", "Set", {"assignments": {"list[0]": 2, "seen": "{{name}}"}}),
        entry("tell", "EmitEvents", {"events": [{"event": "later", "source": "list"}]}),
    ]

    run = await run_flow(
        entry("start", "BackgroundProcess", {"flow": later}),
        entry("rename", "Set", {"assignments": {"name": "Grace"}}),
        context={"list": [1], "name": "Ada"},
    )

    answer = await run.wait()
    background = next(runtime.run(item.id) for item in runtime.runs() if item.origin is Origin.BACKGROUND)
    async with asyncio.timeout(20):
        ended = await background.wait()
    assert (background.parent, background.session_id, background.flow.key) == (run.id, run.session_id, "invoke_async")
    assert answer.context["list"] == [1]
    assert (ended.context["list"], ended.context["seen"]) == ([2], "Ada")
    assert events_of(runtime) == [("later", "[2]")]


async def test_a_flow_is_never_changed_by_running_it(runtime: Runtime) -> None:
    child = {"key": "child", "flow": [entry("x", "Set", {"assignments": {"a.b": "{{n}}"}})], "context": {"a": {}}}
    flow = FlowDefinition.model_validate({"key": "f", "flow": [entry("i", "InvokeFlow", {"flow_definition": child})]})
    before = flow.model_dump_json()

    await runtime.invoke(flow)

    assert flow.model_dump_json() == before
