"""Assert: make sure that a condition holds."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from node_engine.components.connections import leave_or_fail
from node_engine.components.expression_text import ExpressionText, worked_out
from node_engine.engine.component import Component, Family, Output, Sample, StepResult


class Assert(Component):
    """Goes on when the condition holds; otherwise leaves by "fail", or fails if that is not connected."""

    label = "Assert"
    description = "Make sure that a condition holds; otherwise fail or branch."
    family = Family.PEOPLE
    icon = "check"
    synonyms = ("check", "test", "verify", "expect", "guard", "require", "validate")
    summary = "{condition}"
    outputs = (Output("pass", unset="following"), Output("fail"))
    repeatable = True
    sample = Sample(context={"total": 5}, config={"condition": "total == 5"}, port="pass")
    help = """\
Makes sure that a condition holds.

- **Condition**: an expression over the names of the context. When it holds, the flow goes on at **pass**, or with the
  following component.
- **Message**: what to say when it does not.

When the condition does not hold, the flow goes on at **fail**. If nothing is connected there, the step fails with the
message, so that `retry` and `on_error` apply.

Example: `{"condition": "total > 0", "message": "The order {{number}} is empty."}`
"""

    class Config(BaseModel):
        """The condition and what to say when it does not hold."""

        model_config = ConfigDict(extra="forbid")

        condition: ExpressionText = Field(
            title="Condition",
            description="An expression that must be true.",
            examples=["total > 0"],
            json_schema_extra={"widget": "expression", "placeholder": "total > 0"},
        )
        message: str = Field(
            "",
            title="Message",
            description="What to say when it is not true.",
            json_schema_extra={"widget": "template"},
        )

    config: Config

    async def execute(self) -> StepResult:
        """Check the condition."""
        condition = self.config.condition
        if worked_out(self, condition):
            return self.output("pass")
        message = self.config.message or f"Expected {condition}, which is not true."
        self.log(message, level="warning")
        return leave_or_fail(self, "fail", message)
