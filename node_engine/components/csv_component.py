"""Csv: read a table from a file or text, or write one."""

from __future__ import annotations

import asyncio
import csv
import io
import math
import re
from collections.abc import Iterable
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from node_engine.components.flow_folder import resolve_inside
from node_engine.components.read_file import known_encoding, read_bytes
from node_engine.components.turns import in_turns
from node_engine.components.write_file import write_bytes
from node_engine.engine import config as paths
from node_engine.engine.component import Component, Family, Sample, StepResult, Touch
from node_engine.errors import ComponentError
from node_engine.models.json import JsonObject, JsonValue
from node_engine.models.limits import MIB
from node_engine.models.parse import dump_json

_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]\d+)?", re.ASCII)
_MOST_DIGITS = 15
"""Digits that a number keeps exactly; a longer one is rather the number of an account than an amount."""


class Csv(Component):
    """Turns CSV into a list of objects, or a list of objects into CSV."""

    label = "CSV"
    description = "Read a table from a CSV file or text, or write one."
    family = Family.FILES
    icon = "grid-2x2"
    synonyms = ("table", "spreadsheet", "excel", "comma", "rows", "columns", "import", "export", "tsv")
    summary = "{mode} {path}"
    writes = ("{target}",)
    touches = frozenset({Touch.FILES})
    repeatable = True
    sample = Sample(
        config={"text": "name,units\nAda,3\nGrace,10\n"},
        expected={"rows": [{"name": "Ada", "units": 3}, {"name": "Grace", "units": 10}]},
    )
    help = """\
Reads or writes a table as comma-separated values (RFC 4180).

- **Mode**: `read` makes a list of objects, one for each row, with the fields of the first row; `write` makes CSV of
  such a list, or of a list of lists.
- **Path**: the file to read or write, beginning in the folder of this flow. It is written as a whole or not at all.
- **Text**: for `read` without a file, the CSV text.
- **Items**: for `write`, the rows, usually a template such as `{{rows}}`.
- **Delimiter**: what stands between the cells; `\\t` is a tab.
- **Header**: the first row has the names of the columns. Otherwise rows are lists.
- **Numbers**: cells that look like numbers become numbers; `007` and cells with more than 15 digits stay text, empty
  cells become null.
- **Trim**: take blanks away at both ends of each cell.
- **Encoding**: how a file is written, usually utf-8.
- **Target**: path in the context for the rows; for `write` for the text, which may be left out when there is a file.

Example: `{"path": "sales.csv", "target": "rows"}`
"""

    class Config(BaseModel):
        """What to read or write, how, and where to put it."""

        model_config = ConfigDict(extra="forbid")

        mode: Literal["read", "write"] = Field(
            "read", title="Mode", description="Read a table or write one.", json_schema_extra={"widget": "choice"}
        )
        path: str = Field(
            "",
            title="Path",
            description="The file, beginning in the folder of this flow.",
            examples=["sales.csv"],
            json_schema_extra={"widget": "path"},
        )
        text: str = Field("", title="Text", description="CSV text to read.", json_schema_extra={"widget": "template"})
        items: list[Any] | None = Field(
            None,
            title="Items",
            description="The rows to write.",
            examples=["{{rows}}"],
            json_schema_extra={"widget": "template", "placeholder": "{{rows}}"},
        )
        delimiter: str = Field(",", title="Delimiter", description="What stands between the cells.")
        header: bool = Field(True, title="Header", description="The first row has the names of the columns.")
        numbers: bool = Field(True, title="Numbers", description="Cells that look like numbers become numbers.")
        trim: bool = Field(True, title="Trim", description="Take blanks away around cells.")
        encoding: Annotated[str, AfterValidator(known_encoding)] = Field(
            "utf-8", title="Encoding", description="How a file is written.", json_schema_extra={"advanced": True}
        )
        target: str = Field(
            "rows",
            title="Target",
            description="Path in the context for the result.",
            json_schema_extra={"widget": "context"},
        )

        @model_validator(mode="after")
        def _has_what_it_needs(self) -> Csv.Config:
            if len(_delimiter(self.delimiter)) != 1:
                raise ValueError('"delimiter" should be one character, such as , or ;')
            if self.mode == "read" and not self.target:
                raise ValueError('"target" is missing. Say where in the context the rows go.')
            if self.mode == "write" and self.items is None:
                raise ValueError('"items" is missing. Say which rows to write, usually {{rows}}.')
            if self.mode == "write" and not self.path and "target" not in self.model_fields_set:
                raise ValueError('say where the table goes: give a "path", or a "target" for the text')
            return self

    config: Config

    @classmethod
    def touches_for(cls, config: JsonObject) -> frozenset[Touch]:
        """Files only where there is a path."""
        return cls.touches if config.get("path") else frozenset()

    async def execute(self) -> StepResult:
        """Read or write."""
        try:
            await (self._read() if self.config.mode == "read" else self._write())
        except ComponentError as error:
            return self.exit_flow_with_error(str(error))
        return self.continue_flow()

    async def _read(self) -> None:
        config = self.config
        text = await self._file_text() if config.path else config.text
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(config.delimiter), strict=True)
        rows: list[JsonValue] = []
        names: list[str] | None = None
        try:
            async for cells in in_turns(reader):
                if not cells:
                    continue
                if config.header and names is None:
                    names = _names(cells)
                else:
                    rows.append(_row(cells, names, config, reader.line_num))
        except csv.Error as error:
            raise ComponentError(f"{self._place()}, line {reader.line_num}: {error}.") from error
        paths.put(self.context, config.target, rows)

    async def _file_text(self) -> str:
        config = self.config
        path = resolve_inside(self.services.flow_folder, config.path)
        data = await asyncio.to_thread(read_bytes, path, config.path, self.services.limits)
        if data is None:
            raise ComponentError(f'There is no file "{config.path}" in the folder of the flow.')
        try:
            return data.decode(config.encoding).removeprefix("\ufeff")
        except UnicodeDecodeError as error:
            raise ComponentError(
                f'The file "{config.path}" is not {config.encoding} text (byte {error.start + 1}). Set its encoding.'
            ) from error

    async def _write(self) -> None:
        config = self.config
        text = await self._table(config.items or [])
        if config.path:
            path = resolve_inside(self.services.flow_folder, config.path)
            try:
                data = text.encode(config.encoding)
            except UnicodeEncodeError as error:
                character = text[error.start]
                raise ComponentError(
                    f'"{character}" cannot be written as {config.encoding}. Use the encoding utf-8.'
                ) from error
            await asyncio.to_thread(write_bytes, path, config.path, data)
        if config.target and "target" in config.model_fields_set:
            paths.put(self.context, config.target, text)

    async def _table(self, rows: list[Any]) -> str:
        config = self.config
        out = io.StringIO(newline="")
        writer = csv.writer(out, delimiter=_delimiter(config.delimiter), lineterminator="\n")
        objects = [row for row in rows if isinstance(row, dict)]
        names = list(dict.fromkeys(name for row in objects for name in row))
        if names and config.header:
            writer.writerow(names)
        most = self.services.limits.value_bytes
        async for index, row in in_turns(enumerate(rows)):
            writer.writerow([_cell(value) for value in _cells(row, names, index)])
            if out.tell() > most:
                raise ComponentError(f"The table would be larger than {most // MIB} MiB. Write fewer rows at a time.")
        return out.getvalue()

    def _place(self) -> str:
        return f'The file "{self.config.path}"' if self.config.path else "The text"


def _delimiter(written: str) -> str:
    return "\t" if written == "\\t" else written


def _names(cells: list[str]) -> list[str]:
    names = [cell.strip() or f"column_{number}" for number, cell in enumerate(cells, start=1)]
    for name in names:
        if names.count(name) > 1:
            raise ComponentError(f'Two columns are called "{name}". Rename one, or read it without a header.')
    return names


def _row(cells: list[str], names: list[str] | None, config: Csv.Config, line: int) -> JsonValue:
    values = [_value(cell, config) for cell in cells]
    if names is None:
        return values
    if len(values) > len(names):
        raise ComponentError(
            f"Line {line} has {len(values)} cells, but there are {len(names)} columns. Look for a delimiter too many."
        )
    missing: list[JsonValue] = [None] * (len(names) - len(values))
    return dict(zip(names, values + missing, strict=True))


def _value(cell: str, config: Csv.Config) -> JsonValue:
    text = cell.strip() if config.trim else cell
    if not config.numbers:
        return text
    plain = text.strip()
    if not plain:
        return None
    if _NUMBER.fullmatch(plain) is None or sum(map(str.isdigit, plain)) > _MOST_DIGITS:
        return text
    if plain.lstrip("-").isdigit():
        return int(plain)
    number = float(plain)
    return number if math.isfinite(number) else text


def _cells(row: Any, names: Iterable[str], index: int) -> list[Any]:
    if isinstance(row, dict):
        return [row.get(name) for name in names]
    if isinstance(row, list):
        return row
    raise ComponentError(f"Row {index + 1} is neither an object nor a list. Give rows of one of these kinds.")


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else dump_json(value).decode()
