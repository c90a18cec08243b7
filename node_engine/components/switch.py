"""Switch: take one of several ways by a value."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from node_engine.components.expression_text import ExpressionText, worked_out
from node_engine.engine.component import Component, Family, Output, Sample, StepResult
from node_engine.models.json import JsonValue

DEFAULT = "default"


class SwitchCase(BaseModel):
    """One way: taken when the value equals `equals` (by default the name), or when the condition `when` holds."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1, title="Name", description="Name of the output.")
    equals: JsonValue = Field(None, title="Equals", description="The value to compare with, if not the name.")
    when: ExpressionText | None = Field(
        None,
        title="When",
        description="A condition over the context and `value`, instead of a comparison.",
        json_schema_extra={"widget": "expression", "placeholder": "value > 10"},
    )


class Switch(Component):
    """Takes the first case that fits the value, else "default"."""

    label = "Switch"
    description = "Take one of several ways by a value."
    family = Family.CONTROL
    icon = "shuffle"
    synonyms = ("case", "route", "branch", "choose", "match", "select")
    summary = "{value}"
    outputs = (Output("case", each="cases"), Output(DEFAULT))
    repeatable = True
    sample = Sample(
        context={"topic": "billing"}, config={"value": "{{topic}}", "cases": ["billing", "technical"]}, port="billing"
    )
    help = """\
Compares a value with the cases from top to bottom and goes on with what is connected to the first that fits, else with
**default**. An output that is not connected ends the flow.

- **Value**: usually a template such as `{{topic}}`.
- **Cases**: each is an output. A text is compared with the value: `"billing"`. An object has a name and compares with
  another value, `{"name": "none", "equals": 0}`, or has a condition, `{"name": "large", "when": "value > 100"}`.

A number equals its text: `3` fits the case `"3"`. For conditions on numbers give the value as `{"$ctx": "amount"}`,
which keeps its type.
"""

    class Config(BaseModel):
        """The value and its cases."""

        model_config = ConfigDict(extra="forbid")

        value: JsonValue = Field(
            None,
            title="Value",
            description="What to compare, usually a template.",
            json_schema_extra={"widget": "text", "placeholder": "{{topic}}"},
        )
        cases: list[Annotated[str, Field(min_length=1)] | SwitchCase] = Field(
            default_factory=list,
            title="Cases",
            description="One output each; the first that fits is taken.",
            json_schema_extra={"widget": "rows"},
        )

    config: Config

    async def execute(self) -> StepResult:
        """Find the first case that fits."""
        for case in self.config.cases:
            if self._fits(case):
                return self.output(case if isinstance(case, str) else case.name)
        return self.output(DEFAULT)

    def _fits(self, case: str | SwitchCase) -> bool:
        value = self.config.value
        if isinstance(case, str):
            return _equal(value, case)
        if case.when is not None:
            return bool(worked_out(self, case.when, value=value))
        return _equal(value, case.equals if "equals" in case.model_fields_set else case.name)


def _equal(value: JsonValue, other: JsonValue) -> bool:
    """Equal, or a scalar and its text; true and 1 are different."""
    if isinstance(value, bool) is isinstance(other, bool) and value == other:
        return True
    if isinstance(value, dict | list) or isinstance(other, dict | list):
        return False
    return (isinstance(value, str) or isinstance(other, str)) and _text(value) == _text(other)


def _text(value: JsonValue) -> str:
    return str(value).lower() if isinstance(value, bool) or value in ("True", "False") else str(value)
