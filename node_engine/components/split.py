"""Split: cut a text or a list into parts."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from node_engine.components.turns import in_turns
from node_engine.engine import config as paths
from node_engine.engine.component import Component, Family, Sample, StepResult
from node_engine.models.json import JsonValue


class Split(Component):
    """Writes the list of parts."""

    label = "Split"
    description = "Cut a text or a list into parts."
    family = Family.DATA
    icon = "scissors"
    synonyms = ("cut", "divide", "lines", "words", "chunks", "batches", "separate", "tokenize")
    summary = "by {by}"
    writes = ("{target}",)
    repeatable = True
    sample = Sample(
        context={"text": "red, green, , blue"},
        config={"value": "{{text}}", "by": "separator", "separator": ","},
        expected={"parts": ["red", "green", "blue"]},
    )
    help = """\
Cuts a text, or a list, into parts.

- **Value**: the text or list, usually a template such as `{{text}}`.
- **By**: where to cut: at a `separator`, at `lines`, at `words` (blanks), or after each `size` characters of a text or
  items of a list.
- **Separator**: the text between the parts, for `separator`.
- **Size**: how many characters or items a part has, for `size`; the last part may be shorter.
- **Trim**: take blanks away at both ends of each part of a text, and leave out parts that are empty then.
- **Target**: path in the context for the list of parts.

Example: `{"value": "{{names}}", "by": "separator", "separator": ";"}`
"""

    class Config(BaseModel):
        """What to cut, where, and where to put it."""

        model_config = ConfigDict(extra="forbid")

        value: JsonValue = Field(
            title="Value",
            description="The text or list to cut.",
            examples=["{{text}}"],
            json_schema_extra={"widget": "template", "placeholder": "{{text}}"},
        )
        by: Literal["separator", "lines", "words", "size"] = Field(
            "lines", title="By", description="Where to cut.", json_schema_extra={"widget": "choice"}
        )
        separator: str = Field(",", min_length=1, title="Separator", description="The text between the parts.")
        size: int = Field(100, ge=1, title="Size", description="Characters or items of a part.")
        trim: bool = Field(True, title="Trim", description="Take blanks away and leave out empty parts.")
        target: str = Field(
            "parts",
            min_length=1,
            title="Target",
            description="Path in the context for the list of parts.",
            json_schema_extra={"widget": "context"},
        )

    config: Config

    async def execute(self) -> StepResult:
        """Cut."""
        config, value = self.config, self.config.value
        if isinstance(value, list):
            if config.by != "size":
                return self.exit_flow_with_error('A list can only be cut by "size". Choose it, or give a text.')
            parts: list[JsonValue] = [value[start : start + config.size] for start in _starts(value, config.size)]
        elif isinstance(value, str):
            parts = [part async for part in in_turns(_cut(value, config)) if part or not config.trim]
        else:
            return self.exit_flow_with_error("The value to cut must be a text or a list. Give one, such as {{text}}.")
        paths.put(self.context, config.target, parts)
        return self.continue_flow()


def _cut(text: str, config: Split.Config) -> list[str]:
    match config.by:
        case "separator":
            parts = text.split(config.separator)
        case "lines":
            parts = text.splitlines()
        case "words":
            return text.split()
        case "size":
            parts = [text[start : start + config.size] for start in _starts(text, config.size)]
    return [part.strip() for part in parts] if config.trim else parts


def _starts(value: str | list[JsonValue], size: int) -> range:
    return range(0, len(value), size)
