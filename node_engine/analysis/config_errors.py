"""What is wrong with a component's config, said per field, as its Config model sees it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel, ValidationError

from node_engine.analysis.templates import has_template
from node_engine.models.json import JsonObject, JsonValue


@dataclass(frozen=True, slots=True)
class ConfigError:
    """One wrong field. `path` is like "limit.max" or "cases[2].value", empty for the config as a whole."""

    path: str
    message: str
    kind: Literal["missing", "unknown", "invalid"] = "invalid"


def config_errors(model: type[BaseModel], config: Mapping[str, JsonValue]) -> list[ConfigError]:
    """Check a config as it is written, before templates: values that hold a template are not judged.

    A template is text with `{{…}}` or `{"$ctx": …}`; only the run knows what it stands for.
    """
    try:
        model.model_validate(dict(config))
    except ValidationError as error:
        return _errors(error, config)
    return []


def describe_errors(error: ValidationError, config: Mapping[str, JsonValue]) -> str:
    """All errors of a finished config in one line, for the message of the step that could not start."""
    found = _errors(error, config, with_templates=True)
    return " ".join(item.message for item in found) or str(error)


def shown_path(path: str) -> str:
    """A path in the config as messages show it."""
    return f'"{path}"' if path else "The config"


def _errors(
    error: ValidationError, config: Mapping[str, JsonValue], *, with_templates: bool = False
) -> list[ConfigError]:
    found: dict[str, ConfigError] = {}
    for detail in error.errors(include_url=False, include_context=True):
        kind = detail["type"]
        path, value = _place(detail["loc"], dict(config), keep_last=kind in ("missing", "extra_forbidden"))
        if kind not in ("missing", "extra_forbidden") and not with_templates and has_template(value):
            continue
        found.setdefault(path, _in_words(path, kind, detail))
    return list(found.values())


def _place(location: tuple[int | str, ...], config: JsonObject, *, keep_last: bool) -> tuple[str, JsonValue]:
    """The path in the config and the value there; names that pydantic adds for unions are left out."""
    path = ""
    value: JsonValue = config
    for index, part in enumerate(location):
        if isinstance(value, dict) and part in value:
            value = value[str(part)]
        elif isinstance(value, list) and isinstance(part, int) and part < len(value):
            value = value[part]
        elif not (keep_last and index == len(location) - 1):
            continue
        path += f"[{part}]" if isinstance(part, int) else f".{part}".removeprefix("" if path else ".")
    return path, value


def _in_words(path: str, kind: str, detail: Any) -> ConfigError:
    shown = shown_path(path)
    if kind == "missing":
        return ConfigError(path, f"{shown} is missing. Fill it in.", "missing")
    if kind == "extra_forbidden":
        return ConfigError(path, f"{shown} is not a field of this component. Remove it.", "unknown")
    context = detail.get("ctx") or {}
    if kind in ("string_too_short", "too_short") and context.get("min_length") == 1:
        return ConfigError(path, f"{shown} is empty. Fill it in.")
    if kind in ("value_error", "assertion_error"):
        text = str(context.get("error", detail["msg"]))
        return ConfigError(path, f"{shown}: {text}" if path else text)
    wanted = _WANTED.get(kind)
    if wanted is None:
        return ConfigError(path, f"{shown}: {detail['msg']}.")
    shown_context = {name: f"{value:g}" if isinstance(value, float) else value for name, value in context.items()}
    return ConfigError(path, f"{shown} should be {wanted.format(**shown_context)}.")


_WHOLE, _NUMBER, _TRUTH, _TEXT = "a whole number", "a number", "true or false", "text"
_WANTED = {
    "int_type": _WHOLE,
    "int_parsing": _WHOLE,
    "int_from_float": _WHOLE,
    "float_type": _NUMBER,
    "float_parsing": _NUMBER,
    "finite_number": "a finite number",
    "bool_type": _TRUTH,
    "bool_parsing": _TRUTH,
    "string_type": _TEXT,
    "list_type": "a list",
    "dict_type": "an object",
    "model_type": "an object",
    "model_attributes_type": "an object",
    "literal_error": "one of {expected}",
    "enum": "one of {expected}",
    "greater_than": "more than {gt}",
    "greater_than_equal": "{ge} or more",
    "less_than": "less than {lt}",
    "less_than_equal": "{le} or less",
    "string_too_short": "at least {min_length} characters long",
    "string_too_long": "at most {max_length} characters long",
    "too_short": "a list or object of at least {min_length} items",
    "too_long": "a list or object of at most {max_length} items",
}
