"""Expression: compute a value from the context."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from node_engine.components.expression_text import ExpressionText, worked_out
from node_engine.engine import config as paths
from node_engine.engine.component import Component, Family, Sample, StepResult


class Expression(Component):
    """Writes the result of an expression to the context."""

    label = "Expression"
    description = "Compute a value from the context."
    family = Family.CODE
    icon = "sigma"
    synonyms = ("compute", "calculate", "formula", "math", "evaluate", "map")
    summary = "{target} = {expression}"
    writes = ("{target}",)
    repeatable = True
    sample = Sample(
        context={"prices": [2.5, 4]},
        config={"expression": "sum(prices) * 2", "target": "total"},
        expected={"total": 13.0},
    )
    help = """\
Works out an expression and writes the result to the context.

- **Expression**: a safe part of Python over the names of the context: arithmetic, comparisons, `and`, `or`, `not`,
  `x if … else y`, `[f(i) for i in items if …]`, `order.total`, `items[0]`, and functions such as `len`, `sum`, `min`,
  `max`, `round`, `sorted`, `str`, `int`, `float`. `ctx` is the whole context.
- **Target**: path in the context for the result.

Example: `{"expression": "round(price * 1.19, 2)", "target": "total"}`
"""

    class Config(BaseModel):
        """What to compute, and where to put it."""

        model_config = ConfigDict(extra="forbid")

        expression: ExpressionText = Field(
            title="Expression",
            description="An expression over the names of the context.",
            examples=["price * amount"],
            json_schema_extra={"widget": "expression", "placeholder": "price * amount"},
        )
        target: str = Field(
            "result",
            min_length=1,
            title="Target",
            description="Path in the context for the result.",
            json_schema_extra={"widget": "context"},
        )

    config: Config

    async def execute(self) -> StepResult:
        """Compute and write."""
        value = worked_out(self, self.config.expression)
        paths.put(self.context, self.config.target, value)
        return self.continue_flow()
