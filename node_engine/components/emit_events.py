"""EmitEvents of the documented system: tell the listeners of the session."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from node_engine.engine.component import Component, Family, Sample, StepResult
from node_engine.models.json import JsonValue
from node_engine.models.parse import dump_json


class EmittedEvent(BaseModel):
    """An event with text, or with the JSON of a value of the context."""

    model_config = ConfigDict(extra="ignore")

    event: str | None = Field(None, title="Event", description="Name of the event.")
    data: JsonValue = Field(None, title="Data", description="Text to send.", json_schema_extra={"widget": "template"})
    source: str | None = Field(
        None,
        title="Source",
        description="Context name whose value is sent as JSON.",
        json_schema_extra={"widget": "context"},
    )


class EmitEvents(Component):
    """Emits the events waiting in the context, then those of its config."""

    label = "Emit events"
    description = "Send events to everyone who listens to the session."
    family = Family.PEOPLE
    icon = "radio"
    synonyms = ("event", "sse", "notify", "publish", "send", "message")
    reads = ("events",)
    writes = ("events",)
    sample = Sample(
        context={"name": "Ada", "events": ["hello"]},
        config={"events": ["started", {"event": "greeted", "source": "name"}]},
        expected={"events": []},
    )
    help = """\
Sends events to every listener of the session (`GET /sse?session_id=…`): first those waiting in the context under
`events`, then those given here. Afterwards `events` in the context is an empty list.

- **Events**: a text is an event without data. `{"event": "greeted", "data": "Hello, {{name}}!"}` sends text,
  `{"event": "greeted", "source": "reply"}` sends the value of `reply` in the context as JSON.
"""

    class Config(BaseModel):
        """What to send."""

        model_config = ConfigDict(extra="ignore")

        events: list[str | EmittedEvent] | None = Field(
            None,
            title="Events",
            description="Names of events, or objects with event and data or source.",
            examples=[["started", {"event": "greeted", "data": "Hello, {{name}}!"}]],
            json_schema_extra={"widget": "rows"},
        )

    config: Config

    async def execute(self) -> StepResult:
        """Send all events in order."""
        try:
            waiting = self._waiting()
        except ValidationError:
            return self.exit_flow_with_error(
                'An item of "events" in the context is no event. Use a text, {"event", "data"} or {"event", "source"}.'
            )
        for item in (*waiting, *(self.config.events or ())):
            name, text = self._named(item)
            if name:
                await self.emit(name, text)
        self.context["events"] = []
        return self.continue_flow()

    def _waiting(self) -> Iterable[str | EmittedEvent]:
        waiting = self.context.get("events") or []
        if not isinstance(waiting, list):
            return []
        return [item if isinstance(item, str) else EmittedEvent.model_validate(item) for item in waiting]

    def _named(self, item: str | EmittedEvent) -> tuple[str | None, str]:
        """Name and data of an event; no name when there is nothing to send."""
        if isinstance(item, str):
            return item, ""
        if item.source:
            return item.event, dump_json(self.context.get(item.source) or "").decode()
        if item.data:
            return item.event, item.data if isinstance(item.data, str) else dump_json(item.data).decode()
        return None, ""
