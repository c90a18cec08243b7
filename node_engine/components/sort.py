"""Sort: put the items of a list in order."""

from __future__ import annotations

from heapq import merge

from pydantic import BaseModel, ConfigDict, Field

from node_engine.components.items import ItemPath, Items, value_in
from node_engine.components.turns import in_turns
from node_engine.engine import config as paths
from node_engine.engine.component import Component, Family, Sample, StepResult
from node_engine.models.json import JsonValue
from node_engine.models.parse import dump_json

_AT_ONCE = 5_000
"""Items put in order in one go, a few milliseconds; longer lists are merged from such parts."""
_DESCENDING = "-"

_Rank = tuple[int, float | str]
_Ranked = tuple[_Rank, JsonValue]


class Sort(Component):
    """Writes the items in order; items that are equal stay in the order they had."""

    label = "Sort"
    description = "Put the items of a list in order."
    family = Family.DATA
    icon = "list-ordered"
    synonyms = ("order", "rank", "ascending", "descending", "arrange", "top")
    summary = "{by}"
    writes = ("{target}",)
    repeatable = True
    sample = Sample(
        context={"rows": [{"name": "a", "units": 1}, {"name": "b", "units": 5}, {"name": "c", "units": 5}]},
        config={"items": "{{rows}}", "by": ["-units", "name"], "target": "ranked"},
        expected={"ranked": [{"name": "b", "units": 5}, {"name": "c", "units": 5}, {"name": "a", "units": 1}]},
    )
    help = """\
Puts a list in order.

- **Items**: the list, usually a template such as `{{rows}}`.
- **By**: paths inside an item, the most important first; a minus before a path turns its order round: `-amount`.
  Empty for the items themselves, a minus alone for the items themselves from the largest down.
- **Target**: path in the context for the list in order.

Numbers come before texts, texts by their characters. Items without a value come last. Items that are equal stay in the
order they had.

Example: `{"items": "{{rows}}", "by": ["-amount", "name"], "target": "rows"}`
"""

    class Config(BaseModel):
        """What to put in order, by what, and where to put it."""

        model_config = ConfigDict(extra="forbid")

        items: Items
        by: list[ItemPath] = Field(
            default_factory=list,
            title="By",
            description="Paths inside an item; a minus before one turns its order round.",
            examples=[["-amount", "name"]],
            json_schema_extra={"widget": "list"},
        )
        target: str = Field(
            "items",
            min_length=1,
            title="Target",
            description="Path in the context for the list in order.",
            json_schema_extra={"widget": "context"},
        )

    config: Config

    async def execute(self) -> StepResult:
        """Order by the least important path first, so that the most important one decides."""
        items: list[JsonValue] = self.config.items
        for path in reversed(self.config.by or [""]):
            items = await _ordered(items, path.removeprefix(_DESCENDING), descending=path.startswith(_DESCENDING))
        paths.put(self.context, self.config.target, items)
        return self.continue_flow()


async def _ordered(items: list[JsonValue], path: str, *, descending: bool) -> list[JsonValue]:
    ranked: list[_Ranked] = []
    without: list[JsonValue] = []
    async for item in in_turns(items):
        value = value_in(item, path)
        if value is None:
            without.append(item)
        else:
            ranked.append((_rank(value), item))
    starts = range(0, len(ranked), _AT_ONCE)
    parts = [
        sorted(ranked[start : start + _AT_ONCE], key=_rank_of, reverse=descending) async for start in in_turns(starts)
    ]
    ordered = merge(*parts, key=_rank_of, reverse=descending)
    return [item async for _, item in in_turns(ordered)] + without


def _rank(value: JsonValue) -> _Rank:
    """What is compared: numbers and truth values before texts, then lists and objects by their JSON."""
    if isinstance(value, int | float):
        return 0, value
    return (1, value) if isinstance(value, str) else (2, dump_json(value).decode())


def _rank_of(ranked: _Ranked) -> _Rank:
    return ranked[0]
