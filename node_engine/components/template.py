"""Template: make text or JSON from values of the context."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from node_engine.engine import config as paths
from node_engine.engine.component import Component, Family, Sample, StepResult
from node_engine.errors import FlowFileError
from node_engine.models.json import JsonValue
from node_engine.models.parse import parse_json


class Template(Component):
    """Writes its filled-in template to the context."""

    label = "Template"
    description = "Make text or JSON from values of the context."
    family = Family.DATA
    icon = "type"
    synonyms = ("text", "string", "format", "prompt", "message", "concatenate", "json")
    summary = "→ {target}"
    writes = ("{target}",)
    repeatable = True
    sample = Sample(context={"name": "Ada"}, config={"template": "Hello, {{name}}!"}, expected={"text": "Hello, Ada!"})
    help = """\
Fills values of the context into a text and writes the result to the context.

- **Template**: text with `{{path}}` where values belong; lists and objects appear as JSON. An object or list, for
  example chat messages, is filled in at every depth and stays an object or list.
- **Target**: path in the context for the result.
- **Format**: `text` keeps a text as it is; `json` reads it as JSON.

Example: `{"template": "Dear {{customer.name}},\\n…", "target": "letter"}`
"""

    class Config(BaseModel):
        """What to fill in, and where to put it."""

        model_config = ConfigDict(extra="forbid")

        template: JsonValue = Field(
            "",
            title="Template",
            description="Text with {{path}} where values belong.",
            examples=["Hello, {{name}}!"],
            json_schema_extra={"widget": "template"},
        )
        target: str = Field(
            "text",
            min_length=1,
            title="Target",
            description="Path in the context for the result.",
            json_schema_extra={"widget": "context"},
        )
        format: Literal["text", "json"] = Field(
            "text",
            title="Format",
            description="Whether a text is kept or read as JSON.",
            json_schema_extra={"widget": "choice"},
        )

    config: Config

    async def execute(self) -> StepResult:
        """Write the result; templates were filled in before the step."""
        value = self.config.template
        if self.config.format == "json" and isinstance(value, str):
            try:
                value = parse_json(value.encode(), depth=self.services.limits.json_depth)
            except FlowFileError as error:
                return self.exit_flow_with_error(f"The filled-in template is not JSON. {error}")
        paths.put(self.context, self.config.target, value)
        return self.continue_flow()
