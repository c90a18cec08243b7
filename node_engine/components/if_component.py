"""If: take one of two ways by a condition."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from node_engine.components.expression_text import ExpressionText, worked_out
from node_engine.engine.component import Component, Family, Output, Sample, StepResult


class If(Component):
    """Takes the port "true" or "false"."""

    label = "If"
    description = "Take one of two ways by a condition."
    family = Family.CONTROL
    icon = "git-branch"
    synonyms = ("condition", "branch", "when", "else", "decision", "compare")
    summary = "{condition}"
    outputs = (Output("true"), Output("false"))
    repeatable = True
    sample = Sample(context={"score": 0.8}, config={"condition": "score > 0.5"}, expected={"score": 0.8}, port="true")
    help = """\
Works out a condition and goes on with what is connected to **true** or **false**. An output that is not connected ends
the flow.

- **Condition**: an expression over the names of the context, such as `score > 0.5 and status == "new"`,
  `len(items) == 0`, `"refund" in text.lower()`. `visit` is how often this component was entered, `run_id` names the
  run.
"""

    class Config(BaseModel):
        """The condition."""

        model_config = ConfigDict(extra="forbid")

        condition: ExpressionText = Field(
            title="Condition",
            description="An expression over the names of the context.",
            examples=["score > 0.5", 'status == "new"'],
            json_schema_extra={"widget": "expression", "placeholder": "score > 0.5"},
        )

    config: Config

    async def execute(self) -> StepResult:
        """Choose the way."""
        value = worked_out(self, self.config.condition)
        return self.output("true" if value else "false")
