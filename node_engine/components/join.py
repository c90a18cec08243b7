"""Join: make one text of the items of a list."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from node_engine.components.expression_text import ExpressionText
from node_engine.components.items import Items, worked_out_for
from node_engine.components.turns import in_turns
from node_engine.engine import config as paths
from node_engine.engine.component import Component, Family, Sample, StepResult
from node_engine.models.json import JsonValue
from node_engine.models.parse import dump_json


class Join(Component):
    """Writes the text."""

    label = "Join"
    description = "Make one text of the items of a list."
    family = Family.DATA
    icon = "git-merge"
    synonyms = ("concatenate", "combine", "merge", "glue", "lines", "table", "implode")
    summary = "{each}"
    writes = ("{target}",)
    repeatable = True
    sample = Sample(
        context={"rows": [{"name": "Ada", "amount": 2.5}, {"name": "Grace", "amount": 10}]},
        config={"items": "{{rows}}", "each": 'f"{item.name}: {item.amount:.2f}"', "separator": "; "},
        expected={"text": "Ada: 2.50; Grace: 10.00"},
    )
    help = """\
Makes a text of each item of a list and puts the texts together.

- **Items**: the list, usually a template such as `{{rows}}`.
- **Each**: an expression that makes the text of one item; `item` is the item, `index` its place from 0. In
  `f"{item.name}: {item.amount:.2f}"` values stand in braces, `:.2f` writes two decimals. By default the item itself:
  a text as it is, other values as JSON.
- **Separator**: what stands between the texts; a line break by default.
- **Target**: path in the context for the text.

Example: `{"items": "{{rows}}", "each": "f\\"| {item.region} | {item.amount:.2f} |\\"", "target": "table"}`
"""

    class Config(BaseModel):
        """What to put together, how, and where to put it."""

        model_config = ConfigDict(extra="forbid")

        items: Items
        each: ExpressionText = Field(
            "item",
            title="Each",
            description="The text of one item; item and index are its names.",
            examples=['f"{item.name}: {item.amount:.2f}"'],
            json_schema_extra={"widget": "expression"},
        )
        separator: str = Field(
            "\n", title="Separator", description="What stands between.", json_schema_extra={"widget": "multiline"}
        )
        target: str = Field(
            "text",
            min_length=1,
            title="Target",
            description="Path in the context for the text.",
            json_schema_extra={"widget": "context"},
        )

    config: Config

    async def execute(self) -> StepResult:
        """Make the text of each item."""
        config = self.config
        texts: list[str] = []
        size = 0
        most = self.services.limits.value_bytes
        async for index, item in in_turns(enumerate(config.items)):
            texts.append(_text(worked_out_for(self, config.each, item, index)))
            size += len(texts[-1]) + len(config.separator)
            if size > most:
                return self.exit_flow_with_error(
                    f"The text would be longer than {most:,} characters, the limit of a value. Join fewer items."
                )
        paths.put(self.context, config.target, config.separator.join(texts))
        return self.continue_flow()


def _text(value: JsonValue) -> str:
    return value if isinstance(value, str) else dump_json(value).decode()
