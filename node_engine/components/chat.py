"""Chat: ask a language model and keep its answer."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from node_engine.analysis.templates import has_template
from node_engine.components import demo_model
from node_engine.engine import config as paths
from node_engine.engine.component import Component, Family, Sample, StepResult, Touch
from node_engine.errors import ComponentError, FlowFileError
from node_engine.models.json import JsonObject, JsonValue
from node_engine.models.parse import parse_json

_WORD_S = 0.02
"""Time between two words of a streamed answer of the demo model: fast, but to be seen."""


def _known_connection(name: str) -> str:
    if name != demo_model.CONNECTION and not has_template(name):
        raise ValueError(
            f'there is no connection "{name}". The only one so far is "{demo_model.CONNECTION}"; '
            "connections to language models belong to the models extra, which this version does not have yet"
        )
    return name


class ChatMessage(BaseModel):
    """One message of a conversation."""

    model_config = ConfigDict(extra="forbid")

    role: Literal["system", "user", "assistant"] = Field(title="Role", description="Who says it.")
    content: str = Field(title="Content", description="What is said.")


class Chat(Component):
    """Sends messages to a model and writes its answer to the context."""

    label = "Chat"
    description = "Ask a language model and keep its answer."
    family = Family.MODELS
    icon = "message-square"
    synonyms = ("llm", "gpt", "ai", "language model", "prompt", "ask", "openai", "assistant", "completion")
    summary = "{connection}"
    writes = ("{target}", "{usage}", "{fields}")
    touches = frozenset({Touch.MODELS})
    repeatable = True
    sample = Sample(
        context={"question": "What is a flow?"},
        config={"user": "{{question}}", "target": "answer"},
        expected={"answer": "You said: What is a flow?"},
    )
    help = """\
Sends a conversation to a language model and writes the answer to the context.

- **Connection**: which model answers. `demo` is always there, works offline and gives canned answers: it is not a
  language model.
- **System**: what the model is told to do. **User**: what it is asked.
- **Messages**: what was said before, as a list of `{"role", "content"}`, usually a template such as `{{messages}}`; it
  stands between system and user.
- **Temperature**: from 0, always the likeliest words, to 2, the wildest; empty for the model's own default. The demo
  model has none.
- **Format**: `text` keeps the answer as it is; `json` asks for JSON and reads it.
- **Target**: path in the context for the answer.
- **Fields**: for `json`, names of fields of the answer that become context values of their own. The target may be empty
  then.
- **Usage**: path in the context for the number of words read and written; empty for none.
- **Event**: name of an event to send for each piece of the answer as it comes; empty for none.

Example: `{"connection": "demo", "system": "Answer in one sentence.", "user": "{{question}}", "target": "answer"}`
"""

    class Config(BaseModel):
        """Whom to ask, what, and where to put the answer."""

        model_config = ConfigDict(extra="forbid")

        connection: Annotated[str, AfterValidator(_known_connection)] = Field(
            demo_model.CONNECTION,
            title="Connection",
            description="Which model answers.",
            json_schema_extra={
                "widget": "choice",
                "choices": [demo_model.CONNECTION],
                "badges": {demo_model.CONNECTION: demo_model.BADGE},
            },
        )
        system: str = Field(
            "", title="System", description="What the model is told to do.", json_schema_extra={"widget": "template"}
        )
        user: str = Field(
            "",
            title="User",
            description="What the model is asked.",
            examples=["{{question}}"],
            json_schema_extra={"widget": "template", "placeholder": "{{question}}"},
        )
        messages: list[ChatMessage] = Field(
            default_factory=list,
            title="Messages",
            description="What was said before.",
            json_schema_extra={"widget": "template", "placeholder": "{{messages}}", "advanced": True},
        )
        temperature: float | None = Field(
            None, ge=0, le=2, title="Temperature", description="How freely words are chosen.", examples=[0.3]
        )
        format: Literal["text", "json"] = Field(
            "text", title="Format", description="What the answer is.", json_schema_extra={"widget": "choice"}
        )
        target: str = Field(
            "answer",
            title="Target",
            description="Path in the context for the answer.",
            json_schema_extra={"widget": "context"},
        )
        fields: list[Annotated[str, Field(min_length=1)]] = Field(
            default_factory=list,
            title="Fields",
            description="Fields of a JSON answer that become context values.",
            examples=[["score", "missing"]],
            json_schema_extra={"widget": "list"},
        )
        usage: str = Field(
            "",
            title="Usage",
            description="Path in the context for the number of words read and written.",
            json_schema_extra={"widget": "context", "advanced": True},
        )
        event: str = Field(
            "",
            title="Event",
            description="Name of an event for each piece of the answer.",
            json_schema_extra={"advanced": True},
        )

        @model_validator(mode="after")
        def _says_and_keeps_something(self) -> Chat.Config:
            if not self.user and not self.messages:
                raise ValueError('"user" is missing. Say what the model is asked.')
            if self.fields and self.format != "json":
                raise ValueError('"fields" are fields of a JSON answer; set "format" to json')
            if not self.target and not self.fields:
                raise ValueError('"target" is missing. Say where in the context the answer goes.')
            return self

    config: Config

    @classmethod
    def touches_for(cls, config: JsonObject) -> frozenset[Touch]:
        """The demo model reaches nothing."""
        return frozenset() if config.get("connection", demo_model.CONNECTION) == demo_model.CONNECTION else cls.touches

    async def execute(self) -> StepResult:
        """Ask, stream, and keep the answer."""
        config = self.config
        messages = [dict(message) for message in _conversation(config)]
        text = await asyncio.to_thread(demo_model.answer, messages, as_json=config.format == "json")
        if config.event:
            await self._stream(text)
        try:
            self._keep(text)
        except ComponentError as error:
            return self.exit_flow_with_error(str(error))
        if config.usage:
            read = sum(len(message["content"].split()) for message in messages)
            paths.put(self.context, config.usage, {"words_read": read, "words_written": len(text.split())})
        return self.continue_flow()

    async def _stream(self, text: str) -> None:
        for piece in demo_model.pieces(text):
            await self.emit(self.config.event, piece)
            await asyncio.sleep(_WORD_S)

    def _keep(self, text: str) -> None:
        config = self.config
        value: JsonValue = text
        if config.format == "json":
            try:
                value = parse_json(text.encode(), depth=self.services.limits.json_depth)
            except FlowFileError as error:
                raise ComponentError(f"The model was asked for JSON and answered something else. {error}") from error
        for name in config.fields:
            if not isinstance(value, dict) or name not in value:
                raise ComponentError(f'The answer has no field "{name}". Ask for it in the system message.')
            paths.put(self.context, name, value[name])
        if config.target:
            paths.put(self.context, config.target, value)


def _conversation(config: Chat.Config) -> Iterator[dict[str, Any]]:
    if config.system:
        yield {"role": "system", "content": config.system}
    for message in config.messages:
        yield message.model_dump()
    if config.user:
        yield {"role": "user", "content": config.user}
