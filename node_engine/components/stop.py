"""Stop: end the flow here, as a success or with an error."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from node_engine.engine.component import Component, Family, Sample, StepResult


class Stop(Component):
    """Ends the flow."""

    label = "Stop"
    description = "End the flow here, as a success or with an error."
    family = Family.CONTROL
    icon = "circle-stop"
    synonyms = ("end", "exit", "return", "fail", "raise", "error", "abort")
    summary = "{outcome}"
    outputs = ()
    repeatable = True
    sample = Sample(config={"outcome": "success"})
    help = """\
Ends the flow, wherever it stands in the list.

- **Outcome**: `success` ends the flow as done; `error` ends it as failed, with the message as its error.
- **Message**: what to say. With `success` it goes to the log.

Example: `{"outcome": "error", "message": "No order with number {{number}}."}`
"""

    class Config(BaseModel):
        """How the flow ends."""

        model_config = ConfigDict(extra="forbid")

        outcome: Literal["success", "error"] = Field(
            "success", title="Outcome", description="How the flow ends.", json_schema_extra={"widget": "choice"}
        )
        message: str = Field("", title="Message", description="What to say.", json_schema_extra={"widget": "template"})

    config: Config

    async def execute(self) -> StepResult:
        """End the flow."""
        if self.config.outcome == "error":
            return self.exit_flow_with_error(self.config.message or "The flow was stopped with an error.")
        if self.config.message:
            self.log(self.config.message)
        return self.continue_flow("exit")
