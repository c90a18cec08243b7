"""WriteFile: write text or JSON to a file, as a whole or not at all."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from node_engine.components.flow_folder import resolve_inside, write_atomically
from node_engine.components.read_file import known_encoding
from node_engine.engine.component import Component, Family, Sample, StepResult, Touch
from node_engine.errors import ComponentError
from node_engine.models.json import JsonValue
from node_engine.models.limits import MIB


class WriteFile(Component):
    """Writes a file of the flow's folder."""

    label = "Write file"
    description = "Write text or JSON to a file in the flow's folder."
    family = Family.FILES
    icon = "file-pen"
    synonyms = ("save", "export", "output", "text", "json", "disk")
    summary = "{path}"
    touches = frozenset({Touch.FILES})
    repeatable = True
    sample = Sample(context={"name": "Ada"}, config={"path": "greeting.txt", "content": "Hello, {{name}}!\n"})
    help = """\
Writes a file. It is replaced as a whole: after a crash there is the old file or the new one, never half of it.

- **Path**: where to write, beginning in the folder of this flow; it cannot lead outside. Missing folders are made.
- **Content**: a text is written as it is; anything else as JSON.
- **Encoding**: how to write text, usually utf-8.

Example: `{"path": "out/report.md", "content": "{{report}}"}`
"""

    class Config(BaseModel):
        """Where to write what."""

        model_config = ConfigDict(extra="forbid")

        path: str = Field(
            min_length=1,
            title="Path",
            description="The file, beginning in the folder of this flow.",
            examples=["out/report.md"],
            json_schema_extra={"widget": "path"},
        )
        content: JsonValue = Field(
            "",
            title="Content",
            description="Text, or any value to be written as JSON.",
            examples=["{{report}}"],
            json_schema_extra={"widget": "template"},
        )
        encoding: Annotated[str, AfterValidator(known_encoding)] = Field(
            "utf-8", title="Encoding", description="How to write text.", json_schema_extra={"advanced": True}
        )

    config: Config

    async def execute(self) -> StepResult:
        """Write in a thread."""
        config = self.config
        try:
            path = resolve_inside(self.services.flow_folder, config.path)
            data = _encoded(config.content, config.encoding)
            most = self.services.limits.value_bytes
            if len(data) > most:
                raise ComponentError(f'"{config.path}" would be larger than {most // MIB} MiB. Write less at a time.')
            await asyncio.to_thread(write_bytes, path, config.path, data)
        except ComponentError as error:
            return self.exit_flow_with_error(str(error))
        return self.continue_flow()


def _encoded(content: JsonValue, encoding: str) -> bytes:
    text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False, indent=2) + "\n"
    try:
        return text.encode(encoding)
    except UnicodeEncodeError as error:
        character = text[error.start]
        raise ComponentError(f'"{character}" cannot be written as {encoding}. Use the encoding utf-8.') from error


def write_bytes(path: Path, shown: str, data: bytes) -> None:
    """Replace a file of the flow, never code. Raises ComponentError, with the path as it is `shown`."""
    if path.name == "registry.json" or (path.suffix == ".py" and path.parent.name == "components"):
        raise ComponentError(f'A flow cannot write "{shown}": components are code and are installed by hand.')
    if path.is_dir():
        raise ComponentError(f'"{shown}" is a folder. Give the name of a file.')
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, data)
    except OSError as error:
        raise ComponentError(f'The file "{shown}" cannot be written: {error.strerror}.') from error
