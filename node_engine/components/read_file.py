"""ReadFile: read a text or JSON file into the context."""

from __future__ import annotations

import asyncio
import codecs
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from node_engine.components.connections import leave_or_fail
from node_engine.components.flow_folder import resolve_inside
from node_engine.engine import config as paths
from node_engine.engine.component import Component, Family, Output, Sample, StepResult, Touch
from node_engine.errors import ComponentError, NodeEngineError
from node_engine.models.json import JsonValue
from node_engine.models.limits import MIB, Limits
from node_engine.models.parse import parse_json


def known_encoding(name: str) -> str:
    """The name of a text encoding, checked."""
    try:
        codecs.lookup(name)
    except LookupError:
        raise ValueError(f'there is no encoding "{name}"; the usual one is utf-8') from None
    return name


class ReadFile(Component):
    """Reads a file of the flow's folder; leaves by "missing" when it is not there."""

    label = "Read file"
    description = "Read a text or JSON file of the flow's folder."
    family = Family.FILES
    icon = "file-text"
    synonyms = ("open", "load", "text", "json", "input", "disk")
    summary = "{path}"
    outputs = (Output("found", unset="following"), Output("missing"))
    writes = ("{target}",)
    touches = frozenset({Touch.FILES})
    repeatable = True
    sample = Sample(config={"path": "names.txt", "format": "lines", "target": "names"})
    help = """\
Reads a file and writes its content to the context.

- **Path**: where the file is, beginning in the folder of this flow; it cannot lead outside.
- **Format**: `text`, `lines` (a list of texts) or `json`.
- **Encoding**: how the text is written, usually utf-8.
- **Target**: path in the context for the content.

When the file is not there, the flow goes on at **missing**; if nothing is connected there, the step fails.

Example: `{"path": "data/orders.json", "format": "json", "target": "orders"}`
"""

    class Config(BaseModel):
        """Which file, and how to read it."""

        model_config = ConfigDict(extra="forbid")

        path: str = Field(
            min_length=1,
            title="Path",
            description="The file, beginning in the folder of this flow.",
            examples=["data/orders.json"],
            json_schema_extra={"widget": "path"},
        )
        format: Literal["text", "lines", "json"] = Field(
            "text", title="Format", description="What to make of it.", json_schema_extra={"widget": "choice"}
        )
        encoding: Annotated[str, AfterValidator(known_encoding)] = Field(
            "utf-8", title="Encoding", description="How the text is written.", json_schema_extra={"advanced": True}
        )
        target: str = Field(
            "content",
            min_length=1,
            title="Target",
            description="Path in the context for the content.",
            json_schema_extra={"widget": "context"},
        )

    config: Config

    async def execute(self) -> StepResult:
        """Read in a thread."""
        config = self.config
        try:
            path = resolve_inside(self.services.flow_folder, config.path)
            data = await asyncio.to_thread(read_bytes, path, config.path, self.services.limits)
            if data is None:
                return leave_or_fail(self, "missing", f'There is no file "{config.path}" in the folder of the flow.')
            value = _content(data, config, self.services.limits)
        except NodeEngineError as error:
            return self.exit_flow_with_error(str(error))
        paths.put(self.context, config.target, value)
        return self.output("found")


def read_bytes(path: Path, shown: str, limits: Limits) -> bytes | None:
    """The content of a file, None if there is none. Raises ComponentError, with the path as it is `shown`."""
    try:
        if path.exists() and not path.is_file():
            raise ComponentError(f'"{shown}" is a folder or a device, not a file.')
        with path.open("rb") as file:
            data = file.read(limits.value_bytes + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ComponentError(f'The file "{shown}" cannot be read: {error.strerror}.') from error
    if len(data) > limits.value_bytes:
        raise ComponentError(
            f'The file "{shown}" is larger than {limits.value_bytes // MIB} MiB, the limit of a value.'
        )
    return data


def _content(data: bytes, config: ReadFile.Config, limits: Limits) -> JsonValue:
    try:
        text = data.decode(config.encoding).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise ComponentError(
            f'The file "{config.path}" is not {config.encoding} text (byte {error.start + 1}). Set its encoding.'
        ) from error
    if config.format == "lines":
        return list(text.splitlines())
    if config.format == "text":
        return text
    try:
        return parse_json(text.encode(), depth=limits.json_depth)
    except NodeEngineError as error:
        raise ComponentError(f'The file "{config.path}" is not JSON. {error}') from error
