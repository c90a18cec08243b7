"""Loop: run a flow again and again while a condition holds, or a number of times."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from node_engine.analysis.templates import typed_path
from node_engine.components.connections import leave_or_fail
from node_engine.components.expression_text import ExpressionText, worked_out
from node_engine.components.nested_touches import touches_of_nested
from node_engine.engine import config as paths
from node_engine.engine.component import Component, Family, Output, Sample, StepResult, Touch
from node_engine.engine.config import copied
from node_engine.errors import ComponentError
from node_engine.models.flow import FlowDefinition
from node_engine.models.json import JsonObject, JsonValue
from node_engine.models.parse import format_path


class Loop(Component):
    """Runs its body in rounds, each a frame of its own; leaves by "done", or by "limit" after too many."""

    label = "Loop"
    description = "Run a flow again and again while a condition holds, or a number of times."
    family = Family.CONTROL
    icon = "refresh-cw"
    synonyms = ("while", "repeat", "again", "until", "times", "for", "iterate", "round")
    summary = "while {condition}"
    outputs = (Output("done", unset="following"), Output("limit"))
    writes = ("*", "{counter}")
    nested = ("body",)
    sample = Sample(
        context={"n": 20},
        config={
            "condition": "n > 2",
            "body": [{"key": "half", "name": "Expression", "config": {"expression": "n / 2", "target": "n"}}],
        },
        expected={"n": 1.25, "round": 4},
        port="done",
    )
    help = """\
Runs a flow again and again. Each round starts with the context as the round before left it, and is listed with steps
of its own: `main/<key>#1` is the first round, `main/<key>#1.2` the second. When a round fails, this step fails.

- **While**: an expression, looked at before each round; the flow goes on at **done** as soon as it does not hold.
  `index` is the number of rounds that were run.
- **Times**: how many rounds to run, instead of a condition or besides it.
- **Body**: the flow to run.
- **Most rounds**: the flow goes on at **limit** when so many rounds were run and there should be another. If nothing is
  connected there, the step fails.
- **Counter**: path in the context for the number of the round, from 1; empty for none. A breakpoint in the body stops
  in the second round with `round == 2`; `visit` counts within one round.

Example: `{"condition": "score < 0.8", "body": [...], "most": 5}`
"""

    class Config(BaseModel):
        """What to run, and how long."""

        model_config = ConfigDict(extra="forbid")

        condition: ExpressionText | None = Field(
            None,
            title="While",
            description="Another round is run while this holds.",
            examples=["score < 0.8"],
            json_schema_extra={"widget": "expression", "placeholder": "score < 0.8"},
        )
        times: int | None = Field(None, ge=0, title="Times", description="How many rounds to run.")
        body: JsonValue = Field(
            default_factory=list, title="Body", description="The flow to run.", json_schema_extra={"widget": "flow"}
        )
        most: int = Field(100, ge=1, title="Most rounds", description="Rounds after which the loop gives up.")
        counter: str = Field(
            "round",
            title="Counter",
            description="Path in the context for the number of the round.",
            json_schema_extra={"widget": "context", "advanced": True},
        )

        @model_validator(mode="after")
        def _has_an_end(self) -> Loop.Config:
            if self.condition is None and self.times is None:
                raise ValueError('say how long the loop runs: give a condition under "While", or "Times"')
            return self

    config: Config

    @classmethod
    def touches_for(cls, config: JsonObject) -> frozenset[Touch]:
        """What the body may reach."""
        body = config.get("body") or []
        return touches_of_nested({"key": "body", "flow": body} if isinstance(body, list) else body)

    async def execute(self) -> StepResult:
        """Run rounds until the condition says no."""
        body = self._body()
        rounds = 0
        while self._goes_on(rounds):
            if rounds >= self.config.most:
                return leave_or_fail(
                    self,
                    "limit",
                    f"The loop did not come to its end in {rounds} rounds. "
                    'Look whether its condition can become false, or give a larger "Most rounds".',
                )
            rounds += 1
            if self.config.counter:
                paths.put(self.context, self.config.counter, rounds)
            await self._run_round(body)
        return self.output("done")

    def _goes_on(self, rounds: int) -> bool:
        if self.config.times is not None and rounds >= self.config.times:
            return False
        return self.config.condition is None or bool(worked_out(self, self.config.condition, index=rounds))

    async def _run_round(self, body: FlowDefinition) -> None:
        defaults = {name: copied(value) for name, value in body.context.items()}
        context = {**defaults, **self.context}
        result = await self.invoke(body.model_copy(update={"context": context, "session_id": self.session_id}))
        self.context.clear()
        self.context.update(result.context)

    def _body(self) -> FlowDefinition:
        body = self.config.body
        written: JsonValue = {"key": self.key, "flow": body} if isinstance(body, list) else body
        if not isinstance(written, dict) or typed_path(written) is not None or not written.get("flow"):
            raise ComponentError("There is nothing to run in the loop. Put components into its body.")
        try:
            flow = FlowDefinition.model_validate(written)
        except ValidationError as error:
            detail = error.errors(include_url=False, include_input=False)[0]
            place = format_path(("body", *detail["loc"]))
            raise ComponentError(f"The body of the loop is no flow: '{place}': {detail['msg']}.") from None
        flow.registry = self.flow_definition.registry
        return flow
