"""What is wrong with a config by its JSON Schema: the part of the schema language that pydantic writes."""

from __future__ import annotations

from collections.abc import Iterator

from node_engine.analysis.config_errors import ConfigError, shown_path
from node_engine.analysis.source_texts import wrong_text
from node_engine.analysis.templates import has_template, typed_path
from node_engine.models.json import JsonObject, JsonValue

_NAMES = {
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list",
    "object": "an object",
    "null": "null",
}
_TRUTHS = frozenset(["true", "false", "t", "f", "yes", "no", "y", "n", "on", "off", "1", "0"])
"""Texts that a Config model takes for true or false, because templates always give text."""
_DEPTH = 32
"""Schemas may refer to themselves."""


def schema_errors(schema: JsonObject, config: JsonObject) -> list[ConfigError]:
    """Check a config as it is written; values that hold a template are not judged. An empty schema allows all."""
    return list(_Checker(schema).errors(config, schema, "", 0))


class _Checker:
    def __init__(self, root: JsonObject) -> None:
        definitions = root.get("$defs")
        self._definitions: JsonObject = definitions if isinstance(definitions, dict) else {}

    def errors(self, value: JsonValue, schema: JsonValue, path: str, depth: int) -> Iterator[ConfigError]:
        schema = self._resolved(schema)
        is_template = has_template(value) if isinstance(value, str) else typed_path(value) is not None
        if is_template or depth > _DEPTH:
            return
        options = schema.get("anyOf")
        if isinstance(options, list):
            yield from self._option_errors(value, options, path, depth)
            return
        wrong = _wrong_value(value, schema)
        unreadable = wrong_text(value, schema) if isinstance(value, str) and wrong is None else None
        if wrong is not None:
            is_empty = value in ("", []) and 1 in (schema.get("minLength"), schema.get("minItems"))
            words = "is empty. Fill it in" if is_empty else f"should be {wrong}"
            yield ConfigError(path, f"{shown_path(path)} {words}.")
        elif unreadable is not None:
            yield ConfigError(path, f"{shown_path(path)}: {unreadable}")
        elif isinstance(value, dict):
            yield from self._object_errors(value, schema, path, depth)
        elif isinstance(value, list):
            for index, item in enumerate(value):
                yield from self.errors(item, schema.get("items"), f"{path}[{index}]", depth + 1)

    def _option_errors(
        self, value: JsonValue, options: list[JsonValue], path: str, depth: int
    ) -> Iterator[ConfigError]:
        """Errors of the option that was probably meant, unless some option has none."""
        tried = [(option, list(self.errors(value, option, path, depth + 1))) for option in options]
        if all(errors for _, errors in tried):
            fitting = [errors for option, errors in tried if _has_type(value, self._resolved(option).get("type"))]
            if fitting:
                yield from fitting[0]
            else:
                names = [_NAMES.get(str(self._resolved(option).get("type")), "something else") for option in options]
                yield ConfigError(path, f"{shown_path(path)} should be {' or '.join(names)}.")

    def _object_errors(self, value: JsonObject, schema: JsonObject, path: str, depth: int) -> Iterator[ConfigError]:
        properties, required = schema.get("properties"), schema.get("required")
        known: JsonObject = properties if isinstance(properties, dict) else {}
        others = schema.get("additionalProperties")
        for name in required if isinstance(required, list) else ():
            if isinstance(name, str) and name not in value:
                field = f"{path}.{name}" if path else name
                yield ConfigError(field, f"{shown_path(field)} is missing. Fill it in.", "missing")
        for name, item in value.items():
            field = f"{path}.{name}" if path else name
            if name in known:
                yield from self.errors(item, known[name], field, depth + 1)
            elif others is False:
                yield ConfigError(field, f"{shown_path(field)} is not a field of this component. Remove it.", "unknown")
            else:
                yield from self.errors(item, others, field, depth + 1)

    def _resolved(self, schema: JsonValue) -> JsonObject:
        for _ in range(_DEPTH):
            reference = schema.get("$ref") if isinstance(schema, dict) else None
            if not isinstance(reference, str):
                break
            schema = self._definitions.get(reference.rpartition("/")[2])
        return schema if isinstance(schema, dict) else {}


def _wrong_value(value: JsonValue, schema: JsonObject) -> str | None:
    """What the value should be instead, in words; None when type, choice and range fit."""
    choices = schema.get("enum")
    if isinstance(choices, list) and value not in choices:
        return "one of " + ", ".join(f'"{choice}"' for choice in choices)
    kind = schema.get("type")
    if not _has_type(value, kind):
        return _NAMES.get(str(kind), str(kind))
    if kind in ("integer", "number") and not isinstance(value, list | dict | None):
        return _wrong_number(float(value), schema)
    if isinstance(value, str | list):
        return _wrong_size(value, schema)
    return None


def _wrong_number(value: float, schema: JsonObject) -> str | None:
    least, most = schema.get("minimum"), schema.get("maximum")
    above, below = schema.get("exclusiveMinimum"), schema.get("exclusiveMaximum")
    if isinstance(least, int | float) and value < least:
        return f"{least:g} or more"
    if isinstance(most, int | float) and value > most:
        return f"{most:g} or less"
    if isinstance(above, int | float) and value <= above:
        return f"more than {above:g}"
    return f"less than {below:g}" if isinstance(below, int | float) and value >= below else None


def _wrong_size(value: str | list[JsonValue], schema: JsonObject) -> str | None:
    names = ("minLength", "maxLength") if isinstance(value, str) else ("minItems", "maxItems")
    unit = "characters" if isinstance(value, str) else "items"
    least, most = schema.get(names[0]), schema.get(names[1])
    if isinstance(least, int) and len(value) < least:
        return f"at least {least} {unit} long"
    return f"at most {most} {unit} long" if isinstance(most, int) and len(value) > most else None


def _has_type(value: JsonValue, kind: JsonValue) -> bool:
    """As a Config model takes it: numbers and truth values may be text."""
    match kind:
        case "string":
            return isinstance(value, str)
        case "integer":
            return _is_number(value) and float(value).is_integer()  # type: ignore[arg-type]  # a number by the check
        case "number":
            return _is_number(value)
        case "boolean":
            return isinstance(value, bool) or str(value).lower() in _TRUTHS
        case "array":
            return isinstance(value, list)
        case "object":
            return isinstance(value, dict)
        case "null":
            return value is None
        case _:
            return True


def _is_number(value: JsonValue) -> bool:
    if not isinstance(value, str):
        return isinstance(value, int | float)
    try:
        float(value)
    except ValueError:
        return False
    return True
