"""Set: write and remove values of the context."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from node_engine.components.expression_text import worked_out
from node_engine.engine import config as paths
from node_engine.engine.component import Component, Family, Sample, StepResult
from node_engine.models.json import JsonValue

EXPRESSION = "$expr"
"""The only key of an object that stands for the result of an expression."""


class Set(Component):
    """Writes values by path, then removes paths."""

    label = "Set"
    description = "Write values into the context, or remove them."
    family = Family.DATA
    icon = "variable"
    synonyms = ("assign", "variable", "let", "context", "put", "delete", "remove", "change")
    writes = ("{assignments}",)
    repeatable = True
    sample = Sample(
        context={"order": {"lines": [2, 3]}, "draft": True},
        config={
            "assignments": {
                "order.total": {"$expr": "sum(order.lines)"},
                "order.note": "{{order.total}} is computed before this step",
                "copy": {"$ctx": "order.lines"},
            },
            "remove": ["draft"],
        },
        expected={"order": {"lines": [2, 3], "total": 5, "note": "{{order.total}} is computed before this step"}},
    )
    help = """\
Writes values into the context, in the order given, and then removes others.

- **Assignments**: a path in the context and its new value. Missing objects on the way are made. A value may be
  - any JSON value, with `{{path}}` in its texts (always gives text),
  - `{"$ctx": "path"}`: the value at a path, with its type,
  - `{"$expr": "price * amount"}`: the result of an expression, also deeper inside; it sees the assignments before it.
- **Remove**: paths to take away.

Example: `{"assignments": {"order.state": "paid", "count": {"$expr": "count + 1"}}, "remove": ["draft"]}`
"""

    class Config(BaseModel):
        """What to write and what to remove."""

        model_config = ConfigDict(extra="forbid")

        assignments: dict[str, JsonValue] = Field(
            default_factory=dict,
            title="Assignments",
            description="Path in the context → value, template or expression.",
            examples=[{"order.state": "paid"}],
            json_schema_extra={"widget": "mapping", "values": "json"},
        )
        remove: list[str] = Field(
            default_factory=list,
            title="Remove",
            description="Paths to take away afterwards.",
            json_schema_extra={"widget": "list"},
        )

    config: Config

    async def execute(self) -> StepResult:
        """Write, then remove."""
        for path, value in self.config.assignments.items():
            paths.put(self.context, path, self._value(value))
        for path in self.config.remove:
            paths.remove(self.context, path)
        return self.continue_flow()

    def _value(self, value: JsonValue) -> JsonValue:
        """The value with the expressions in it worked out, at every depth."""
        if isinstance(value, list):
            return [self._value(item) for item in value]
        if not isinstance(value, dict):
            return value
        expression = value.get(EXPRESSION) if len(value) == 1 else None
        if isinstance(expression, str):
            return worked_out(self, expression)
        return {name: self._value(item) for name, item in value.items()}
