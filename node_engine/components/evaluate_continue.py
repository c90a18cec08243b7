"""EvaluateContinue of the documented system: branch on the context name "continued"."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from node_engine.engine.component import Component, Family, Output, Sample, StepResult


class ContinueOutputs(BaseModel):
    """The two targets; null means the following component."""

    model_config = ConfigDict(extra="ignore")

    yes: str | None = Field(
        None, title="Yes", description="Key to go on with when continued.", json_schema_extra={"widget": "key"}
    )
    no: str | None = Field(
        None, title="No", description="Key to go on with when not.", json_schema_extra={"widget": "key"}
    )


class EvaluateContinue(Component):
    """Takes `yes` when context["continued"] is true, else `no`."""

    label = "Evaluate continue"
    description = 'Branch on whether "continued" in the context is true.'
    family = Family.CONTROL
    icon = "split"
    synonyms = ("branch", "continue", "decision", "yes no")
    outputs = (
        Output("yes", config="outputs.yes", unset="following"),
        Output("no", config="outputs.no", unset="following"),
    )
    reads = ("continued",)
    repeatable = True
    sample = Sample(
        context={"continued": True}, config={"outputs": {"yes": "exit", "no": None}}, expected={"continued": True}
    )
    help = """\
Branches on the truth of `continued` in the context; if it is not there, that counts as false.

- **Outputs**: `yes` and `no` are the keys to go on with. An empty one goes on with the following component.

For conditions of your own use *If*.

Example: `{"outputs": {"yes": "answer", "no": "exit"}}`
"""

    class Config(BaseModel):
        """The two targets."""

        model_config = ConfigDict(extra="ignore")

        outputs: ContinueOutputs | None = Field(
            None, title="Outputs", description="Where to go on, by the truth of `continued`."
        )

    config: Config

    async def execute(self) -> StepResult:
        """Choose the output."""
        outputs = self.config.outputs
        if outputs is None or not outputs.model_fields_set:
            return self.exit_flow_with_error("outputs not found in component config")
        port = "yes" if self.context.get("continued", False) else "no"
        return StepResult(next=outputs.yes if port == "yes" else outputs.no, port=port)
