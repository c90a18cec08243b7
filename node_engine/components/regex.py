"""Regex: find, collect or replace text by a pattern."""

from __future__ import annotations

import asyncio
from typing import Annotated, Literal

import regex
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from node_engine.engine import config as paths
from node_engine.engine.component import Component, Family, Output, Sample, StepResult
from node_engine.models.json import JsonObject, JsonValue

TIME_LIMIT_S = 2.0
"""Some patterns take exponential time on some texts; the standard `re` could not be stopped."""


def _checked(pattern: str) -> str:
    try:
        regex.compile(pattern)
    except regex.error as error:
        raise ValueError(f"this is not a regular expression: {error}") from None
    return pattern


class Regex(Component):
    """Searches a text; leaves by "match" or "no_match"."""

    label = "Regex"
    description = "Find, collect or replace text by a pattern."
    family = Family.DATA
    icon = "regex"
    synonyms = ("regular expression", "match", "find", "search", "replace", "extract", "pattern")
    summary = "{pattern}"
    outputs = (Output("match", unset="following"), Output("no_match", "no match"))
    writes = ("{target}",)
    repeatable = True
    sample = Sample(
        context={"text": "order 1234 of Ada"},
        config={"pattern": r"order (?P<number>\d+)", "text": "{{text}}"},
        expected={"match": {"text": "order 1234", "groups": ["1234"], "names": {"number": "1234"}, "start": 0}},
        port="match",
    )
    help = r"""Searches a text for a regular expression and goes on at **match** or **no match**.

- **Pattern**: a regular expression as in Python, e.g. `order (?P<number>\d+)`.
- **Text**: where to search.
- **Mode**: `match` finds the first place, `find_all` all of them, `replace` puts the replacement in every place.
- **Replacement**: for `replace`; `\1` and `\g<name>` insert groups.
- **Target**: path in the context for the result. A match is `{"text", "groups", "names", "start"}`, `find_all` gives
  a list of them, `replace` the new text. Without a match it is null, an empty list, or the text as it was.
- **Ignore case**: treat capitals and small letters alike.

A search that takes longer than 2 seconds fails.
"""

    class Config(BaseModel):
        """What to search for, where, and what to do with it."""

        model_config = ConfigDict(extra="forbid")

        pattern: Annotated[str, AfterValidator(_checked)] = Field(
            min_length=1,
            title="Pattern",
            description="A regular expression.",
            examples=["0x[0-9a-f]+"],
            json_schema_extra={"format": "regex"},
        )
        text: str = Field(
            title="Text",
            description="Where to search.",
            examples=["{{message}}"],
            json_schema_extra={"widget": "template", "placeholder": "{{message}}"},
        )
        mode: Literal["match", "find_all", "replace"] = Field(
            "match",
            title="Mode",
            description="Find the first place, all of them, or replace them.",
            json_schema_extra={"widget": "choice"},
        )
        replacement: str = Field("", title="Replacement", description="Put in place of each match.")
        target: str = Field(
            "match",
            min_length=1,
            title="Target",
            description="Path in the context for the result.",
            json_schema_extra={"widget": "context"},
        )
        ignore_case: bool = Field(False, title="Ignore case", description="Capitals and small letters are alike.")

    config: Config

    async def execute(self) -> StepResult:
        """Search in a thread; the search gives way to others and ends at its time limit."""
        config = self.config
        pattern = regex.compile(config.pattern, regex.IGNORECASE if config.ignore_case else 0)
        try:
            value, found = await asyncio.to_thread(_searched, pattern, config)
        except TimeoutError:
            return self.exit_flow_with_error(
                f'Searching for "{config.pattern}" took more than {TIME_LIMIT_S:g} s. Make the pattern simpler.'
            )
        except (regex.error, IndexError) as error:
            return self.exit_flow_with_error(f'The replacement "{config.replacement}" does not fit: {error}')
        paths.put(self.context, config.target, value)
        return self.output("match" if found else "no_match")


def _searched(pattern: regex.Pattern[str], config: Regex.Config) -> tuple[JsonValue, bool]:
    """The result of the search, and whether there was a match; raises TimeoutError."""
    match config.mode:
        case "match":
            return _first(pattern, config.text)
        case "find_all":
            return _all(pattern, config.text)
        case "replace":
            return _replaced(pattern, config.text, config.replacement)


def _first(pattern: regex.Pattern[str], text: str) -> tuple[JsonValue, bool]:
    match = pattern.search(text, timeout=TIME_LIMIT_S, concurrent=True)
    return (_as_json(match), True) if match else (None, False)


def _all(pattern: regex.Pattern[str], text: str) -> tuple[JsonValue, bool]:
    found: list[JsonValue] = [
        _as_json(match) for match in pattern.finditer(text, timeout=TIME_LIMIT_S, concurrent=True)
    ]
    return found, bool(found)


def _replaced(pattern: regex.Pattern[str], text: str, replacement: str) -> tuple[JsonValue, bool]:
    changed, count = pattern.subn(replacement, text, timeout=TIME_LIMIT_S, concurrent=True)
    return changed, count > 0


def _as_json(match: regex.Match[str]) -> JsonObject:
    return {
        "text": match.group(),
        "groups": list(match.groups()),
        "names": dict(match.groupdict()),
        "start": match.start(),
    }
