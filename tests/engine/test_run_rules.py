"""The rules of a run, row by row (WIRE.md §3 and §4)."""

from __future__ import annotations

import asyncio
import json

import pytest

from node_engine.engine.component import StepResult
from node_engine.models.flow import FlowComponent, FlowDefinition
from node_engine.models.status import LogItem, LogLevel
from node_engine.models.step import FlowStep
from tests.engine import parts
from tests.flows import flow


def path_of(definition: FlowDefinition) -> list[str]:
    """The keys that ran, in order."""
    return definition.context.get("path", [])


# Order


async def test_components_run_in_list_order_from_the_first(runtime):
    result = await runtime.invoke(flow("c", "a", "b"))

    assert path_of(result) == ["c", "a", "b"]
    assert result.status.error is None


async def test_a_components_own_answer_wins_over_next_and_order(runtime):
    result = await runtime.invoke(flow().step("a", "Jump", {"to": "c"}, next="b").step("b").step("c"))

    assert path_of(result) == ["a", "c"]


async def test_next_wins_over_list_order(runtime):
    result = await runtime.invoke(flow("a", "b", "c").looping("a", to="c"))

    assert path_of(result) == ["a", "c"]


async def test_exit_ends_the_flow(runtime):
    result = await runtime.invoke(flow().step("a", "Jump", {"to": "exit"}).step("b"))

    assert path_of(result) == ["a"]
    assert result.status.error is None


async def test_a_component_whose_key_is_exit_never_runs(runtime):
    assert path_of(await runtime.invoke(flow("a", "exit", "b"))) == ["a"]
    assert path_of(await runtime.invoke(flow("exit", "b"))) == []


# Errors


@pytest.mark.parametrize(
    ("built", "error"),
    [
        (flow(), "No components found in flow"),
        (flow().step("a", "Nothing"), "Component not found: Nothing"),
        (flow().step("a", next="b"), "No component found with key: b"),
        (flow().step("a", "Jump", {"to": "b"}), "No component found with key: b"),
        (
            flow().step("a", "Broken"),
            'Error loading component: [Broken] No such file or directory: "file.txt"',
        ),
        (
            flow().step("a", "Add", {"by": "many"}),
            "Error loading component: [Add] config.by: Input should be a valid integer, "
            "unable to parse string as an integer",
        ),
        (
            flow().step("a", "Add", {"to": 1}),
            "Error loading component: [Add] config.to: Extra inputs are not permitted",
        ),
        (flow().step("a", "Boom"), "Error executing component: [Boom] boom"),
        (flow().step("a", "Boom", {"message": ""}), "Error executing component: [Boom] ValueError"),
        (flow().step("a", "InThread", {"message": "in thread"}), "Error executing component: [InThread] in thread"),
        (flow().step("a", "Report"), "it did not work"),
    ],
)
async def test_every_error_has_its_words_in_status_and_context(runtime, built, error):
    result = await runtime.invoke(built)

    assert result.status.error == error
    assert result.context["error"] == error
    assert result.status.log[-2 if built.flow else -1].level is LogLevel.ERROR


async def test_two_components_with_one_key_are_refused_before_the_run(runtime):
    result = await runtime.invoke(flow("a", "b", "a"))

    assert (
        result.status.error == 'Two components have the key "a". Rename one of them: each key stands for one component.'
    )
    assert path_of(result) == []


async def test_later_components_do_not_run_after_an_error(runtime):
    result = await runtime.invoke(flow().step("a", "Boom").step("b"))

    assert path_of(result) == []


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (SystemExit(3), "it tried to end the program (SystemExit 3)"),
        (KeyboardInterrupt(), "KeyboardInterrupt"),
        (asyncio.CancelledError(), "it cancelled itself"),
        (KeyError("name"), "KeyError: 'name'"),
        (PermissionError(13, "Permission denied", "/home/me/key"), 'Permission denied: "key"'),
        (ValueError("\ud800"), "?"),
        (StopAsyncIteration("over"), "over"),
    ],
)
async def test_whatever_a_component_raises_is_its_steps_failure(runtime, monkeypatch, error, reason):
    monkeypatch.setattr(parts.Raise, "error", error)

    result = await runtime.invoke(flow().step("a", "Raise"))

    assert result.status.error == f"Error executing component: [Raise] {reason}"


@pytest.mark.parametrize("answer", [None, "b", {"next": "b"}])
async def test_an_answer_of_another_type_is_the_steps_failure(runtime, monkeypatch, answer):
    monkeypatch.setattr(parts.Answer, "answer", answer)

    result = await runtime.invoke(flow().step("a", "Answer"))

    assert result.status.error.startswith(
        f"Error executing component: [Answer] execute answered with {type(answer).__name__}; end it with"
    )


@pytest.mark.parametrize("key", [5, ["a"], {}])
async def test_a_next_that_is_no_text_is_the_steps_failure(runtime, monkeypatch, key):
    monkeypatch.setattr(parts.Answer, "answer", StepResult(next=key))

    result = await runtime.invoke(flow().step("a", "Answer"))

    assert result.status.error == (
        f"Error executing component: [Answer] it named {key!r} as the next component; a key is text"
    )


@pytest.mark.parametrize(
    ("values", "place"),
    [
        ({"a": float("nan")}, "the value at /a cannot be stored as JSON: nan is not a JSON number"),
        ({"a": {"b": [object()]}}, "the value at /a/b/0 cannot be stored as JSON: it is of the Python type object;"),
        ({"a": {1: 2}}, "the value at /a cannot be stored as JSON: the key 1 is a int"),
        ({1: 2}, "the value at / cannot be stored as JSON: the key 1 is a int"),
        ({"a": "\udfff"}, "the value at /a cannot be stored as JSON: the text holds half of a character"),
    ],
)
async def test_a_value_that_is_not_json_fails_the_step_that_wrote_it(runtime, monkeypatch, values, place):
    monkeypatch.setattr(parts.Write, "values", {"fine": 1, **values})

    result = await runtime.invoke(flow().having(a="old").step("w", "Write").step("b"))

    assert result.status.error.startswith(f"Error executing component: [Write] {place}")
    assert (result.context["a"], result.context["fine"]) == ("old", 1)
    json.loads(result.model_dump_json())


# What the answer holds


async def test_the_session_id_is_in_the_context_at_the_end_also_after_an_error(runtime):
    assert (await runtime.invoke(flow("a"))).context["session_id"] == "session"
    assert (await runtime.invoke(flow().step("a", "Boom"))).context["session_id"] == "session"
    assert "session_id" not in (await runtime.invoke(flow())).context


async def test_log_and_trace_of_the_request_are_kept_and_old_errors_cleared(runtime):
    built = flow("a").having(error="old", debug_information={"old": True})
    built.status.error = "old"
    built.status.log.append(LogItem(namespace="n", level=LogLevel.INFO, message="earlier"))
    built.status.trace.append({"earlier": True})

    result = await runtime.invoke(built)

    assert result.status.log[0].message == "earlier"
    assert result.status.trace[0] == {"earlier": True}
    assert len(result.status.trace) == 2
    assert result.status.error is None
    assert "error" not in result.context
    assert "debug_information" not in result.context


async def test_an_answer_can_be_sent_again(runtime):
    first = await runtime.invoke(flow("a"))

    second = await runtime.invoke(FlowDefinition.model_validate_json(first.model_dump_json()))

    assert second.context["n"] == 2
    assert len(second.status.trace) == 2


async def test_current_component_is_the_one_started_last(runtime):
    assert (await runtime.invoke(flow("a", "b"))).status.current_component.key == "b"
    assert (await runtime.invoke(flow().step("a", next="gone"))).status.current_component is None


async def test_the_callers_definition_is_not_changed(runtime):
    built = flow("a").step("b", "Show", {"items": [{"text": "{{n}}"}]}).having(deep={"list": [1]})
    before = built.model_dump_json()

    result = await runtime.invoke(built)
    result.context["deep"]["list"].append(2)

    assert built.model_dump_json() == before


async def test_log_lines_are_those_of_the_contract(runtime):
    result = await runtime.invoke(flow("a").step("b", "Say", {"text": "100 %"}))

    assert [(item.namespace, item.level, item.message) for item in result.status.log] == [
        ("node_engine.flow.runtime", "info", "s:session | f:flow | Invoking flow"),
        (
            "node_engine.flow.runtime",
            "info",
            "s:session | f:flow | Executing component; component_key: a, component_name: Add",
        ),
        (
            "node_engine.flow.runtime",
            "info",
            "s:session | f:flow | Executing component; component_key: b, component_name: Say",
        ),
        ("node_engine.flow.component", "info", "s:session | f:flow | c:Say:b | 100 %"),
        ("node_engine.flow.runtime", "info", "s:session | f:flow | Flow invocation complete"),
    ]


async def test_trace_items_have_context_and_changes_of_their_step(runtime):
    result = await runtime.invoke(flow("a", "b"))

    first, second = result.status.trace
    assert set(first) == {"elapsed_time_ms", "component", "config", "context", "changes"}
    assert first["component"] == {"key": "a", "name": "Add"}
    assert first["context"] == {"n": 1, "path": ["a"]}
    assert second["context"] == {"n": 2, "path": ["a", "b"]}
    assert second["changes"] == [
        {"op": "replace", "path": "/n", "value": 2},
        {"op": "add", "path": "/path/1", "value": "b"},
    ]


async def test_trace_config_is_after_templates_and_the_answer_keeps_them(runtime):
    result = await runtime.invoke(flow("a").step("b", "Show", {"text": "n is {{n}}"}))

    assert result.status.trace[1]["config"] == {"text": "n is 1"}
    assert result.flow[1].config == {"text": "n is {{n}}"}


async def test_a_component_that_raised_is_not_in_the_trace_one_that_reported_is(runtime):
    assert (await runtime.invoke(flow().step("a", "Boom"))).status.trace == []
    assert len((await runtime.invoke(flow().step("a", "Report"))).status.trace) == 1


async def test_contexts_leave_the_trace_when_it_would_grow_beyond_its_bound(runtime):
    result = await runtime.invoke(flow(*"abcdef").having(text="x" * 300_000))

    contexts = [item["context"] for item in result.status.trace]
    assert [context is not None for context in contexts] == [True, True, True, False, False, False]
    assert all(item["changes"] for item in result.status.trace)


# Debug information


async def test_debug_information_is_only_there_when_switched_on(runtime):
    assert "debug_information" not in (await runtime.invoke(flow().step("a", "Boom"))).context
    runtime.debug_information = True

    found = (await runtime.invoke(flow().step("a", "Boom", {"my_service": 1, "x": 2}))).context["debug_information"]

    assert list(found) == [
        "error",
        "error_context",
        "component_name",
        "component_key",
        "component_description",
        "component_reads_from",
        "component_writes_to",
        "component_sample_input",
        "code",
        "flow",
        "log",
    ]
    assert found["error"] == "Error executing component: [Boom] boom"
    assert json.loads(found["flow"]) == [{"key": "a", "name": "Boom", "config": {"x": 2}}]
    assert "debug_information" not in json.loads(found["error_context"])
    assert len(json.loads(found["log"])) <= 4


# One component


async def test_one_component_answers_with_the_following_key(runtime):
    step = await runtime.invoke_component(flow("a", "b", "c"), "b")

    assert (step.next, path_of(step.flow_definition)) == ("c", ["b"])
    assert "session_id" not in step.flow_definition.context
    FlowStep.model_validate(step.model_dump())


async def test_the_next_of_one_component_is_not_checked(runtime):
    assert (await runtime.invoke_component(flow().step("a", "Jump", {"to": "nowhere"}), "a")).next == "nowhere"


@pytest.mark.parametrize(
    ("built", "key", "error"),
    [
        (flow(), "a", "No components found in flow"),
        (flow("a"), "b", "No component found with key: b"),
        (flow().step("a", "Boom"), "a", "Error executing component: [Boom] boom"),
        (flow("b").step("a", "Report"), "a", "it did not work"),
    ],
)
async def test_one_component_that_fails_answers_exit(runtime, built, key, error):
    step = await runtime.invoke_component(built, key)

    assert (step.next, step.flow_definition.status.error) == ("exit", error)


async def test_the_last_component_alone_answers_exit(runtime):
    assert (await runtime.invoke_component(flow("a", "b"), "b")).next == "exit"


async def test_a_flow_of_another_class_of_component_keys_stays_as_given(runtime):
    result = await runtime.invoke(flow("a"))

    assert [type(component) for component in result.flow] == [FlowComponent]
