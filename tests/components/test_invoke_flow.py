"""InvokeFlow: flows in flows, from the config, a template, a file or a key."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from node_engine.components import BUILTINS
from node_engine.models.description import Touch
from node_engine.models.json import JsonObject
from tests.components.conftest import RunFlow, RunOne

CHILD: JsonObject = {
    "key": "child",
    "flow": [{"key": "join", "name": "Template", "config": {"template": "{{a}} {{b}} {{c}}", "target": "text"}}],
    "context": {"a": "child", "b": "child", "c": "child"},
}


async def test_the_context_of_child_parent_and_config_are_laid_over_each_other(run_one: RunOne) -> None:
    config = {"flow_definition": CHILD, "context": {"c": "config"}}

    run = await run_one("InvokeFlow", config, {"b": "parent", "c": "parent"})

    answer = await run.wait()
    assert answer.context["text"] == "child parent config"
    assert answer.context["a"] == "child"


async def test_what_the_child_removes_is_gone_in_the_parent(run_one: RunOne) -> None:
    child = {"key": "child", "flow": [{"key": "x", "name": "Set", "config": {"remove": ["gone"]}}]}

    run = await run_one("InvokeFlow", {"flow_definition": child}, {"gone": 1, "kept": {"x": [1]}})

    context = (await run.wait()).context
    assert ("gone" in context, context["kept"]) == (False, {"x": [1]})


async def test_steps_inside_fill_in_their_templates_when_they_run(run_one: RunOne) -> None:
    child = {
        "key": "child",
        "flow": [
            {"key": "x", "name": "Set", "config": {"assignments": {"n": "new"}}},
            {"key": "y", "name": "Template", "config": {"template": "{{n}}"}},
        ],
    }

    run = await run_one("InvokeFlow", {"flow_definition": child}, {"n": "old"})

    assert (await run.wait()).context["text"] == "new"


async def test_a_template_may_stand_for_the_flow(run_one: RunOne) -> None:
    for written in ("{{flow}}", {"$ctx": "flow"}):
        run = await run_one("InvokeFlow", {"flow_definition": written}, {"flow": CHILD})

        assert (await run.wait()).context["text"] == "child child child"


async def test_a_flow_comes_from_a_file_or_by_its_key(run_one: RunOne, tmp_path: Path) -> None:
    text = '{"key": "greet", "flow": [{"key": "x", "name": "Set", "config": {"assignments": {"done": "%s"}}}]}'
    (tmp_path / "steps").mkdir()
    (tmp_path / "steps" / "any.flow.json").write_text(text % "file")
    (tmp_path / "other.flow.json").write_text(text % "key")
    (tmp_path / "broken.flow.json").write_text("{")

    by_file = await (await run_one("InvokeFlow", {"path": "steps/any.flow.json"})).wait()
    by_key = await (await run_one("InvokeFlow", {"flow_key": "greet"})).wait()

    assert (by_file.context["done"], by_key.context["done"]) == ("file", "key")


@pytest.mark.parametrize(
    ("config", "error"),
    [
        ({}, "no flow definition provided"),
        ({"flow_definition": {}}, "no flow definition provided"),
        (
            {"flow_definition": "text"},
            "invalid config, 'flow_definition' must be an object or a template that stands for one, not: text",
        ),
        ({"flow_definition": {"flow": []}}, "invalid config, 'flow_definition.key': Field required"),
        (
            {"path": "../outside.flow.json"},
            'The path "../outside.flow.json" leads outside the folder of the flow. Use one inside it.',
        ),
        (
            {"path": "/etc/passwd"},
            'The path "/etc/passwd" leads outside the folder of the flow. Use one inside it.',
        ),
        ({"path": "gone.json"}, 'The flow file "gone.json" cannot be read: No such file or directory.'),
        ({"flow_key": "gone"}, 'No flow file in the folder of this flow has the key "gone".'),
    ],
)
async def test_a_flow_that_is_none_is_an_error(run_one: RunOne, config: dict[str, Any], error: str) -> None:
    run = await run_one("InvokeFlow", config)

    assert (await run.wait()).status.error == error


async def test_a_failing_child_fails_the_step_which_may_branch(run_flow: RunFlow) -> None:
    child = {"key": "child", "flow": [{"key": "x", "name": "Stop", "config": {"outcome": "error", "message": "no"}}]}

    run = await run_flow(
        {"key": "a", "name": "InvokeFlow", "config": {"flow_definition": child}, "on_error": {"go_to": "c"}},
        {"key": "b", "name": "Log"},
        {"key": "c", "name": "Log"},
    )

    assert [step.id.key for step in run.steps() if step.id.frame == "main"] == ["a", "c"]


async def test_next_of_the_config_is_followed(run_flow: RunFlow) -> None:
    run = await run_flow(
        {"key": "a", "name": "InvokeFlow", "config": {"flow_definition": CHILD, "next": "c"}},
        {"key": "b", "name": "Log"},
        {"key": "c", "name": "Log"},
    )

    assert [step.id.key for step in run.steps() if step.id.frame == "main"] == ["a", "c"]


def test_a_flow_that_only_the_run_knows_may_touch_everything() -> None:
    named_by_template = {"key": "c", "flow": [{"key": "x", "name": "{{name}}"}]}
    touches = [
        BUILTINS["InvokeFlow"].touches_for(config)
        for config in (
            {"flow_definition": CHILD},
            {"path": "a.flow.json"},
            {"flow_definition": "{{flow}}"},
            {"flow_definition": {"$ctx": "flow"}},
            {"flow_definition": {"key": "c", "flow": "{{steps}}"}},
            {"flow_definition": named_by_template},
        )
    ]

    everything = frozenset(Touch)
    assert touches == [frozenset(), {Touch.FILES}, everything, everything, everything, everything]
    assert BUILTINS["BackgroundProcess"].touches_for({"flow": "{{steps}}"}) == everything
