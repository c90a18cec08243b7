"""NextComponent of the documented system: go to another component, at most so often."""

from __future__ import annotations

from typing import ClassVar

from pydantic import BaseModel, ConfigDict, Field

from node_engine.engine.component import Component, Family, Output, Sample, StepResult


class JumpLimit(BaseModel):
    """How often the jump may be taken; an empty object is no limit."""

    model_config = ConfigDict(extra="ignore")

    max: int | None = Field(None, title="At most", description="How often the jump may be taken.")
    key: str | None = Field(
        None,
        title="Counter",
        description="Context name that counts the jumps; without it NextComponent_limit.",
        json_schema_extra={"widget": "context"},
    )


class NextComponent(Component):
    """Goes on with the component `next`."""

    label = "Go to"
    description = "Go on with another component of the flow, with a limit on how often."
    family = Family.CONTROL
    icon = "corner-down-right"
    synonyms = ("goto", "jump", "next", "loop back", "go on")
    summary = "to {next}"
    outputs = (Output("next", "to", config="next", unset="error"),)
    reads = ("{limit.key}",)
    writes = ("{limit.key}", "NextComponent_limit")
    repeatable = True
    sample = Sample(
        config={"next": "exit", "limit": {"max": 3, "key": "jumps"}}, context={"jumps": 1}, expected={"jumps": 2}
    )
    help = """\
Goes on with another component instead of the following one.

- **Next**: the key of that component, or `exit` to end the flow.
- **Limit**: ends the flow with `Limit exceeded` when the jump was taken more often than *At most*. Every loop
  should have a limit or a branch that leaves it. The count is kept in the context under *Counter*.

Example: `{"next": "ask_again", "limit": {"max": 5}}`
"""

    class Config(BaseModel):
        """Where to go and how often."""

        model_config = ConfigDict(extra="ignore")

        next: str | None = Field(
            None, title="Next", description="Key of the component to go on with.", json_schema_extra={"widget": "key"}
        )
        limit: JumpLimit | None = Field(
            None,
            title="Limit",
            description="How often the jump may be taken.",
            json_schema_extra={"limits_loop": True},
        )

    config: Config
    counter: ClassVar[str] = "NextComponent_limit"

    async def execute(self) -> StepResult:
        """Count the jump and take it."""
        if not self.config.next:
            return self.exit_flow_with_error("Next component not defined")
        limit = self.config.limit
        if limit is not None and limit.model_fields_set:
            if limit.max is None:
                return self.exit_flow_with_error("Limit max not defined")
            counter = limit.key or self.counter
            count = int(self.context.get(counter) or 0) + 1
            if count > limit.max:
                return self.exit_flow_with_error("Limit exceeded")
            self.context[counter] = count
        return self.continue_flow(self.config.next)
