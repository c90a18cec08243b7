"""Log: write a line to the flow's log."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from node_engine.engine.component import Component, Family, Sample, StepResult
from node_engine.models.status import LogLevel


class Log(Component):
    """Writes a message to the log at one of five levels."""

    label = "Log"
    description = "Write a line to the flow's log."
    family = Family.PEOPLE
    icon = "scroll-text"
    synonyms = ("print", "debug", "message", "trace", "note")
    summary = "{message}"
    repeatable = True
    sample = Sample(context={"name": "Ada"}, config={"message": "Now greeting {{name}}"}, expected={"name": "Ada"})
    help = """\
Writes a line to the log of the run: the *Log* panel shows it, and so does `status.log` of the answer.

- **Message**: what to write; `{{path}}` stands for values of the context.
- **Level**: how serious it is.

Example: `{"message": "{{orders}} orders read", "level": "info"}`
"""

    class Config(BaseModel):
        """What to write."""

        model_config = ConfigDict(extra="forbid")

        message: str = Field(
            "", title="Message", description="What to write.", json_schema_extra={"widget": "template"}
        )
        level: LogLevel = Field(
            LogLevel.INFO, title="Level", description="How serious it is.", json_schema_extra={"widget": "choice"}
        )

    config: Config

    async def execute(self) -> StepResult:
        """Write the line."""
        self.log(self.config.message, level=self.config.level.value)
        return self.continue_flow()
