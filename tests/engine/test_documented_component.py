"""A component written for the documented system works with nothing but its import lines changed."""

from __future__ import annotations

from typing import Any

from node_engine import Component as NodeEngineComponent
from node_engine import FlowDefinition, FlowStep
from node_engine.engine.engine import Engine, EngineSettings
from tests.flows import flow


class Summarise(NodeEngineComponent):
    description = "Makes a summary of context.text."

    default_config = {"length": 5, "sign": "…"}

    reads_from = {
        "context": {"text": {"type": "string", "description": "What to shorten.", "required": True}},
        "config": {"length": {"type": "int", "description": "How long.", "required": False}},
    }

    writes_to = {"context": {"summary": {"type": "string", "description": "The result."}}}

    sample_input = {
        "key": "sample",
        "session_id": "test",
        "context": {"text": "Hello world"},
        "flow": [{"key": "start", "name": "Summarise", "config": {"length": 3}}],
    }

    async def execute(self) -> FlowStep:
        self.log("Summarising")
        self.log.debug("key is %s", self.component_key)
        text = self.context.get("text")
        if not self.context.has_key("text") or text is None:
            return self.exit_flow_with_error("No text in context")
        length = self.config.get("length", None)
        sign = self.config.get("sign")
        self.context.set("summary", text[:length] + sign)
        self.context.delete("draft")
        self.flow_definition.context["session_seen"] = self.flow_definition.session_id
        await self.emit("summary", self.context.get("summary"))
        if self.config.has_key("next"):
            return FlowStep(next=self.config.get("next"), flow_definition=self.flow_definition)
        return self.continue_flow()


class CallsOther(NodeEngineComponent):
    async def execute(self) -> FlowStep:
        child = FlowDefinition(
            **{  # noqa: PIE804  # as components of the documented system are written
                "key": "child",
                "session_id": self.flow_definition.session_id,
                "context": self.flow_definition.context,
                "flow": [{"key": "s", "name": "Summarise", "config": {}}],
            }
        )
        result = await self.invoke(child)
        self.flow_definition.context = result.context
        return self.continue_flow(next=None, updated_flow_definition=self.flow_definition)


class ReplacesTheFlow(NodeEngineComponent):
    async def execute(self) -> FlowStep:
        changed = self.flow_definition.model_copy(deep=True)
        changed.context = {"text": "replaced"}
        changed.flow.append(changed.flow[0].model_copy(update={"key": "added", "name": "Summarise"}))
        return FlowStep(next="added", flow_definition=changed)


class EndsWithStatus(NodeEngineComponent):
    async def execute(self) -> FlowStep:
        self.status.error = "set by hand"
        return FlowStep(next="exit", flow_definition=self.flow_definition)


PARTS: dict[str, Any] = {part.__name__: part for part in (Summarise, CallsOther, ReplacesTheFlow, EndsWithStatus)}


async def invoke(built):
    """The answer and the events of a flow of these components."""
    async with Engine(EngineSettings(), PARTS) as engine:
        result = await engine.runtime.invoke(built)
        return result, engine.events.cursor(0).read().events


async def test_config_context_log_and_emit_work():
    result, events = await invoke(flow().step("a", "Summarise", {"length": 4}).having(text="Hello world", draft=1))

    assert result.context == {
        "text": "Hello world",
        "summary": "Hell…",
        "session_seen": "session",
        "session_id": "session",
    }
    assert [event.data for event in events if event.name == "summary"] == ["Hell…"]
    assert "s:session | f:flow | c:Summarise:a | key is a" in [item.message for item in result.status.log]


async def test_the_class_default_holds_where_nothing_is_configured():
    result, _ = await invoke(flow().step("a", "Summarise").having(text="Hello world"))

    assert result.context["summary"] == "Hello…"


async def test_a_configured_null_wins_over_the_class_default():
    result, _ = await invoke(flow().step("a", "Summarise", {"length": None}).having(text="Hello world"))

    assert result.context["summary"] == "Hello world…"


async def test_a_flow_step_names_the_next_component():
    built = flow().step("a", "Summarise", {"next": "exit"}).step("b", "EndsWithStatus").having(text="x")

    assert (await invoke(built))[0].status.error is None


async def test_failure_is_reported():
    result, _ = await invoke(flow().step("a", "Summarise"))

    assert result.status.error == result.context["error"] == "No text in context"


async def test_a_child_flow_and_a_replaced_context():
    result, _ = await invoke(flow().step("a", "CallsOther").having(text="Hello world"))

    assert result.status.error is None
    assert result.context["summary"] == "Hello…"
    assert [item["component"]["name"] for item in result.status.trace] == ["Summarise", "CallsOther"]


async def test_an_answer_with_another_flow_is_gone_on_with():
    result, _ = await invoke(flow().step("a", "ReplacesTheFlow").having(gone=True, text="old"))

    assert result.context["summary"] == "repla…"
    assert "gone" not in result.context
    assert [component.key for component in result.flow] == ["a", "added"]


async def test_an_error_in_the_status_is_a_failure():
    assert (await invoke(flow().step("a", "EndsWithStatus")))[0].status.error == "set by hand"


def test_its_description_comes_from_the_documented_attributes():
    described = Summarise.describe("Summarise")

    assert (described.reads, described.writes) == (("text",), ("summary",))
    assert described.config_default == {"length": 5, "sign": "…"}
    assert described.sample is not None
    assert (described.sample.context, described.sample.config) == ({"text": "Hello world"}, {"length": 3})
    assert described.label == "Summarise"
