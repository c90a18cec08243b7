"""Aggregate: group the items of a list and work out measures of each group."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from node_engine.components.expression_text import ExpressionText
from node_engine.components.items import ItemPath, Items, value_in, worked_out_for
from node_engine.components.measures import Placed, measured
from node_engine.components.turns import in_turns
from node_engine.engine import config as paths
from node_engine.engine.component import Component, Family, Sample, StepResult
from node_engine.models.json import JsonObject, JsonValue
from node_engine.models.parse import dump_json


class Measure(BaseModel):
    """One figure of each group."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1, title="Name", description="Field of the result.")
    function: Literal["count", "sum", "mean", "min", "max", "median", "first", "last", "list", "distinct"] = Field(
        "count", title="Function", description="What to work out.", json_schema_extra={"widget": "choice"}
    )
    of: ExpressionText | None = Field(
        None,
        title="Of",
        description="The value of an item; its names are item and index.",
        json_schema_extra={"widget": "expression", "placeholder": "item.units * item.price"},
    )
    digits: int | None = Field(None, ge=0, le=15, title="Digits", description="Round to so many digits.")

    @model_validator(mode="after")
    def _has_value(self) -> Measure:
        if self.function != "count" and self.of is None:
            raise ValueError(f'the measure "{self.name}" needs "of", the value of an item, such as item.units')
        return self


class Aggregate(Component):
    """Writes one object for each group, in the order in which the groups first appear."""

    label = "Aggregate"
    description = "Group the items of a list and work out sums, counts, means and more."
    family = Family.DATA
    icon = "sigma"
    synonyms = ("group", "sum", "count", "average", "mean", "total", "pivot", "statistics", "reduce")
    summary = "by {group_by}"
    writes = ("{target}",)
    repeatable = True
    sample = Sample(
        context={"rows": [{"region": "N", "units": 3}, {"region": "S", "units": 2}, {"region": "N", "units": 5}]},
        config={
            "items": "{{rows}}",
            "group_by": ["region"],
            "measures": [{"name": "rows"}, {"name": "units", "function": "sum", "of": "item.units"}],
            "target": "regions",
        },
        expected={"regions": [{"region": "N", "rows": 2, "units": 8}, {"region": "S", "rows": 1, "units": 2}]},
    )
    help = """\
Puts the items of a list into groups and works out figures of each group.

- **Items**: the list, usually a template such as `{{rows}}`.
- **Group by**: paths inside an item; items with the same values there are one group. Empty: all items are one group.
- **Measures**: each is an object with
  - `name`: the field of the result,
  - `function`: `count`, `sum`, `mean`, `min`, `max`, `median`, `first`, `last`, `list` (all values) or `distinct` (how
    many different values),
  - `of`: the value of an item, an expression over `item` and `index`; `count` can do without,
  - `digits`: round the figure to so many digits.
- **Target**: path in the context for the result: a list of objects, one for each group, with the values it is grouped
  by and its measures. Without *Group by* it is a single object.

Items without a value (null) are left out of a measure. Fractions are added without losing digits on the way.

Example: `{"items": "{{rows}}", "group_by": ["region"], "measures": [{"name": "amount", "function": "sum",
"of": "item.units * item.price", "digits": 2}], "target": "regions"}`
"""

    class Config(BaseModel):
        """What to group by what, what to work out, and where to put it."""

        model_config = ConfigDict(extra="forbid")

        items: Items
        group_by: list[ItemPath] = Field(
            default_factory=list,
            title="Group by",
            description="Paths inside an item; empty for one group of all.",
            examples=[["region"]],
            json_schema_extra={"widget": "list"},
        )
        measures: list[Measure] = Field(
            default_factory=lambda: [Measure(name="count", function="count")],
            title="Measures",
            description="The figures of each group.",
            json_schema_extra={"widget": "rows"},
        )
        target: str = Field(
            "groups",
            min_length=1,
            title="Target",
            description="Path in the context for the result.",
            json_schema_extra={"widget": "context"},
        )

        @model_validator(mode="after")
        def _names_are_different(self) -> Aggregate.Config:
            names = [_field(path) for path in self.group_by] + [measure.name for measure in self.measures]
            for name in names:
                if names.count(name) > 1:
                    raise ValueError(f'two fields of the result are called "{name}"; rename a measure')
            return self

    config: Config

    async def execute(self) -> StepResult:
        """Collect the values of each group, then work out its figures."""
        config = self.config
        groups: dict[bytes, _Group] = {}
        if not config.group_by:
            groups[b""] = _Group({}, config.measures)
        async for index, item in in_turns(enumerate(config.items)):
            values = {_field(path): value_in(item, path) for path in config.group_by}
            identity = dump_json(list(values.values())) if values else b""
            group = groups.get(identity) or groups.setdefault(identity, _Group(values, config.measures))
            for measure, collected in group.collected:
                value = True if measure.of is None else worked_out_for(self, measure.of, item, index)
                if value is not None:
                    collected.append((index, value))
        rows: list[JsonValue] = [group.row() async for group in in_turns(groups.values())]
        paths.put(self.context, config.target, rows if config.group_by else rows[0])
        return self.continue_flow()


class _Group:
    """The values of one group, with the place of the item they come from."""

    __slots__ = ("collected", "values")

    def __init__(self, values: JsonObject, measures: list[Measure]) -> None:
        self.values = values
        self.collected: list[tuple[Measure, list[Placed]]] = [(measure, []) for measure in measures]

    def row(self) -> JsonObject:
        """The object of the result."""
        figures = {each.name: measured(each.function, placed, each.digits) for each, placed in self.collected}
        return {**self.values, **figures}


def _field(path: str) -> str:
    """The field of the result that holds a value grouped by: the last name of its path."""
    return path.rpartition(".")[2] or "item"
