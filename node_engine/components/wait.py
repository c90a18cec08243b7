"""Wait: let some time pass without holding anything up."""

from __future__ import annotations

import asyncio

from pydantic import BaseModel, ConfigDict, Field

from node_engine.engine.component import Component, Family, Sample, StepResult


class Wait(Component):
    """Waits for a number of seconds; other runs go on meanwhile, and Stop ends it at once."""

    label = "Wait"
    description = "Let some time pass before going on."
    family = Family.CONTROL
    icon = "clock"
    synonyms = ("sleep", "delay", "pause", "timer", "seconds")
    summary = "{seconds} s"
    repeatable = True
    sample = Sample(config={"seconds": 0.01})
    help = """\
Waits, then goes on with the next component. Nothing else is held up, and Stop ends the wait at once.

- **Seconds**: how long; fractions are fine.

Example: `{"seconds": 0.5}`
"""

    class Config(BaseModel):
        """How long."""

        model_config = ConfigDict(extra="forbid")

        seconds: float = Field(
            1.0, ge=0, le=86_400, allow_inf_nan=False, title="Seconds", description="How long to wait."
        )

    config: Config

    async def execute(self) -> StepResult:
        """Wait without blocking."""
        await asyncio.sleep(self.config.seconds)
        return self.continue_flow()
