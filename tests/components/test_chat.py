"""Chat with the demo model: what is asked, what is kept, and what is streamed."""

from __future__ import annotations

from typing import Any

import pytest

from node_engine.components import BUILTINS, demo_model
from node_engine.components.checking import check_config
from node_engine.engine.runtime import Runtime
from node_engine.models.description import Touch
from node_engine.models.json import JsonObject, JsonValue
from node_engine.models.run import RunState
from tests.components.conftest import RunOne, context_after, error_of, events_of, stopped_at


async def test_the_answer_goes_to_its_target_with_the_words_counted(run_one: RunOne) -> None:
    config = {"system": "Be brief.", "user": "Hello {{name}}", "target": "out.text", "usage": "usage"}

    context = await context_after(await run_one("Chat", config, {"name": "Ada"}))

    assert context["out"] == {"text": "You said: Hello Ada"}
    assert context["usage"] == {"words_read": 4, "words_written": 4}


async def test_earlier_messages_stand_between_system_and_user(run_one: RunOne, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[Any] = []
    monkeypatch.setattr(demo_model, "answer", lambda messages, as_json: heard.extend(messages) or "ok")
    earlier: list[JsonValue] = [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]

    await run_one("Chat", {"system": "s", "messages": {"$ctx": "messages"}, "user": "c"}, {"messages": earlier})

    assert [(message["role"], message["content"]) for message in heard] == [
        ("system", "s"), ("user", "a"), ("assistant", "b"), ("user", "c"),
    ]  # fmt: skip


async def test_a_json_answer_is_read_and_its_fields_become_values(run_one: RunOne) -> None:
    asked = "Brief:\n- a: One.\n- b: Two.\nText:\nOne."
    config: JsonObject = {"system": "Criticise the text.", "user": asked, "format": "json"}

    whole = await run_one("Chat", config)
    fields = await run_one("Chat", {**config, "target": "", "fields": ["score", "missing"]})

    assert (await context_after(whole))["answer"] == {"score": 0.5, "missing": ["b"]}
    context = await context_after(fields)
    assert (context["score"], context["missing"], "answer" in context) == (0.5, ["b"], False)


async def test_a_field_that_the_answer_does_not_have_fails(run_one: RunOne) -> None:
    run = await run_one("Chat", {"user": "x", "format": "json", "fields": ["score"]})

    assert await error_of(run) == 'The answer has no field "score". Ask for it in the system message.'


async def test_an_answer_that_is_no_json_fails(run_one: RunOne, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo_model, "answer", lambda messages, as_json: "no json")

    run = await run_one("Chat", {"user": "x", "format": "json"})

    assert "The model was asked for JSON and answered something else." in await error_of(run)


async def test_pieces_are_sent_as_events_while_they_come(run_one: RunOne, runtime: Runtime) -> None:
    run = await run_one("Chat", {"user": "one  two", "event": "piece"})

    said = [(name, data) for name, data in events_of(runtime) if name == "piece"]
    assert [name for name, _ in said] == ["piece"] * 4
    assert "".join(data for _, data in said) == (await context_after(run))["answer"] == "You said: one  two"


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ({}, '"user" is missing. Say what the model is asked.'),
        ({"user": "x", "target": ""}, '"target" is missing. Say where in the context the answer goes.'),
        ({"user": "x", "fields": ["a"]}, '"fields" are fields of a JSON answer; set "format" to json'),
        ({"user": "x", "temperature": 3}, '"temperature" should be 2 or less.'),
    ],
)
def test_a_config_that_cannot_work_is_a_problem(config: JsonObject, message: str) -> None:
    assert [error.message for error in check_config("Chat", config)] == [message]


async def test_another_connection_says_where_it_comes_from(run_one: RunOne) -> None:
    error = await error_of(await run_one("Chat", {"connection": "openai", "user": "x"}))

    assert error.startswith("Error loading component: [Chat]")
    assert 'there is no connection "openai". The only one so far is "demo"' in error


def test_the_demo_model_touches_nothing_and_is_badged() -> None:
    chat = BUILTINS["Chat"]
    connection: Any = chat.describe().config_schema["properties"]

    assert connection["connection"]["badges"] == {"demo": "canned answers, not a language model"}
    assert chat.touches_for({}) == chat.touches_for({"connection": "demo"}) == frozenset()
    assert chat.touches_for({"connection": "{{which}}"}) == {Touch.MODELS}


async def test_stop_ends_an_answer_in_the_middle(runtime: Runtime) -> None:
    step = {"key": "one", "name": "Chat", "config": {"user": "word " * 3_000, "event": "piece"}}

    run = await stopped_at(runtime, {"key": "f", "flow": [step]}, "piece", 3)

    assert run.state is RunState.STOPPED
