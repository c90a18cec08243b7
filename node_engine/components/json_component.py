"""Json: read JSON text, write it, or look something up in a value."""

from __future__ import annotations

import asyncio
import json
from functools import lru_cache
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from node_engine.analysis.templates import has_template
from node_engine.components.connections import leave_or_fail
from node_engine.engine import config as paths
from node_engine.engine.component import Component, Family, Output, Sample, StepResult
from node_engine.errors import ComponentError, FlowFileError
from node_engine.models.json import JsonValue
from node_engine.models.parse import dump_json, parse_json


@lru_cache(maxsize=256)
def _compiled(query: str) -> Any:
    """The query, ready to be used. Raises ComponentError when it cannot be read."""
    import jmespath  # 10 ms that most flows never need

    try:
        return jmespath.compile(query)
    except (jmespath.exceptions.JMESPathError, RecursionError) as error:
        reason = str(error).splitlines()[0].rstrip(":")
        raise ComponentError(f'the query "{query}" cannot be read as JMESPath: {reason}') from None


def _checked(query: str) -> str:
    if query and not has_template(query):
        try:
            _compiled(query)
        except ComponentError as error:
            raise ValueError(str(error)) from None
    return query


class Json(Component):
    """Turns text into values, values into text, or picks from a value; leaves by "done" or "invalid"."""

    label = "JSON"
    description = "Read JSON text, write it, or look something up in a value."
    family = Family.DATA
    icon = "braces"
    synonyms = ("parse", "stringify", "serialize", "query", "jmespath", "extract", "decode", "encode")
    summary = "{mode}"
    outputs = (Output("done", unset="following"), Output("invalid"))
    writes = ("{target}",)
    repeatable = True
    sample = Sample(
        context={"order": {"lines": [{"name": "pen", "price": 2}, {"name": "ink", "price": 9}]}},
        config={
            "mode": "query",
            "value": {"$ctx": "order"},
            "query": "lines[?price > `5`].name | [0]",
            "target": "dearest",
        },
        expected={"dearest": "ink"},
        port="done",
    )
    help = """\
Works with JSON and goes on at **done**, or at **invalid** when the text is no JSON or the query does not fit the value.
If nothing is connected at *invalid*, the step fails.

- **Mode**: `parse` makes a value of JSON text, `format` makes JSON text of a value, `query` picks something out of a
  value.
- **Value**: the text or value, usually a template such as `{{answer.body}}`.
- **Query**: for `query`, in the language JMESPath: `lines[*].name`, ``lines[?price > `5`]``, `length(lines)`.
- **Indent**: for `format`, write one field a line.
- **Target**: path in the context for the result.

Example: `{"mode": "query", "value": "{{order}}", "query": "lines[*].name", "target": "names"}`
"""

    class Config(BaseModel):
        """What to do with which value, and where to put the result."""

        model_config = ConfigDict(extra="forbid")

        mode: Literal["parse", "format", "query"] = Field(
            "parse", title="Mode", description="What to do.", json_schema_extra={"widget": "choice"}
        )
        value: JsonValue = Field(
            title="Value",
            description="The text or value.",
            examples=["{{text}}"],
            json_schema_extra={"widget": "template", "placeholder": "{{text}}"},
        )
        query: Annotated[str, AfterValidator(_checked)] = Field(
            "", max_length=4_000, title="Query", description="What to pick, in JMESPath.", examples=["lines[*].name"]
        )
        indent: bool = Field(False, title="Indent", description="Write one field a line.")
        target: str = Field(
            "json",
            min_length=1,
            title="Target",
            description="Path in the context for the result.",
            json_schema_extra={"widget": "context"},
        )

        @model_validator(mode="after")
        def _has_query(self) -> Json.Config:
            if self.mode == "query" and not self.query:
                raise ValueError('"query" is missing. Say what to pick, for example lines[*].name')
            return self

    config: Config

    async def execute(self) -> StepResult:
        """Work in a thread, since large values take a while."""
        depth = self.services.limits.json_depth
        try:
            result = await asyncio.to_thread(_result, self.config, depth)
        except ComponentError as error:
            return leave_or_fail(self, "invalid", str(error))
        paths.put(self.context, self.config.target, result)
        return self.output("done")


def _result(config: Json.Config, depth: int) -> JsonValue:
    match config.mode:
        case "parse":
            return _parsed(config.value, depth)
        case "format":
            if config.indent:
                return json.dumps(config.value, ensure_ascii=False, indent=2)
            return dump_json(config.value).decode()
        case "query":
            return _picked(config.query, config.value)


def _parsed(text: JsonValue, depth: int) -> JsonValue:
    if not isinstance(text, str):
        raise ComponentError("The value to parse is no text. Give JSON text, or use the value as it is.")
    try:
        return parse_json(text.encode(), depth=depth)
    except (FlowFileError, UnicodeEncodeError) as error:
        raise ComponentError(f"The text is not JSON. {error}") from error


def _picked(query: str, value: JsonValue) -> JsonValue:
    compiled = _compiled(query)
    try:
        picked: JsonValue = compiled.search(value)
    except (ValueError, RecursionError) as error:  # JMESPath's own errors are ValueErrors
        raise ComponentError(f'The query "{query}" does not fit the value: {str(error).splitlines()[0]}') from error
    return picked
