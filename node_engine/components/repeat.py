"""Repeat of the documented system: run the following steps a number of times."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from node_engine.engine.component import Component, Family, Output, Sample, StepResult

Times = Annotated[float | None, BeforeValidator(lambda value: None if value == "" else value)]


class Repeat(Component):
    """Counts its visits down and leaves when none are left."""

    label = "Repeat"
    description = "Run the following steps a number of times; they lead back here at their end."
    family = Family.CONTROL
    icon = "repeat"
    synonyms = ("loop", "times", "for", "again", "count")
    summary = "{times} times"
    outputs = (Output("next", "body"), Output("done", config="next"))
    reads = ("{component.key}_times",)
    writes = ("{component.key}_times",)
    repeatable = True
    sample = Sample(config={"times": 3}, expected={"sample_times": 3})
    help = """\
Runs the steps after it a number of times. The last of them leads back here, for example with *Go to*.

- **Times**: how often. 0 counts as 1, a negative number runs none, fractions are cut off.
- **Next**: the component to go on with afterwards; `exit`, the default, ends the flow.

The number of rounds left is in the context as `<key>_times` and is removed at the end.

Example: `{"times": 3, "next": "report"}`
"""

    class Config(BaseModel):
        """How often, and where to go afterwards."""

        model_config = ConfigDict(extra="ignore")

        times: Times = Field(1, title="Times", description="How often to run the steps after this one.")
        next: str | None = Field(
            "exit",
            title="Next",
            description="Key of the component to go on with afterwards.",
            json_schema_extra={"widget": "key"},
        )

    config: Config

    async def execute(self) -> StepResult:
        """Start a round, or leave after the last one."""
        counter = f"{self.key}_times"
        left = self.context.get(counter)
        rounds = int(self.config.times or 1) if left is None else int(left) - 1
        if rounds >= 1:
            self.context[counter] = rounds
            return self.continue_flow()
        self.context.delete(counter)
        return StepResult(next=self.config.next or "exit", port="done")
