"""Filter: keep the items of a list that fit a condition."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from node_engine.components.expression_text import ExpressionText
from node_engine.components.items import Items, worked_out_for
from node_engine.components.turns import in_turns
from node_engine.engine import config as paths
from node_engine.engine.component import Component, Family, Output, Sample, StepResult
from node_engine.models.json import JsonValue


class Filter(Component):
    """Writes the items that fit; leaves by "some" or "none"."""

    label = "Filter"
    description = "Keep the items of a list that fit a condition."
    family = Family.DATA
    icon = "filter"
    synonyms = ("where", "select", "keep", "remove", "rows", "list", "search")
    summary = "{condition}"
    outputs = (Output("some", unset="following"), Output("none", unset="following"))
    writes = ("{target}",)
    repeatable = True
    sample = Sample(
        context={"rows": [{"units": 3}, {"units": 0}]},
        config={"items": "{{rows}}", "condition": "item.units > 0", "target": "sold"},
        expected={"sold": [{"units": 3}]},
        port="some",
    )
    help = """\
Goes through a list and keeps the items that fit, in their order. The flow goes on at **some**, or at **none** when no
item fits.

- **Items**: the list, usually a template such as `{{rows}}`.
- **Condition**: an expression; `item` is the item, `index` its place from 0, as in
  `item.units > 0 and item.region == "North"`.
- **Target**: path in the context for the list of items that fit.

Example: `{"items": "{{rows}}", "condition": "item.units > 0", "target": "rows"}`
"""

    class Config(BaseModel):
        """Which items to keep, and where to put them."""

        model_config = ConfigDict(extra="forbid")

        items: Items
        condition: ExpressionText = Field(
            title="Condition",
            description="True for the items to keep; item and index are its names.",
            examples=["item.units > 0"],
            json_schema_extra={"widget": "expression", "placeholder": "item.units > 0"},
        )
        target: str = Field(
            "items",
            min_length=1,
            title="Target",
            description="Path in the context for the items that fit.",
            json_schema_extra={"widget": "context"},
        )

    config: Config

    async def execute(self) -> StepResult:
        """Look at each item."""
        config = self.config
        kept: list[JsonValue] = []
        async for index, item in in_turns(enumerate(config.items)):
            if worked_out_for(self, config.condition, item, index):
                kept.append(item)
        paths.put(self.context, config.target, kept)
        self.log(f"{len(kept)} of {len(config.items)} items fit")
        return self.output("some" if kept else "none")
