"""From a component's config schema to the fields of its form: which control, which limits, which default.

A schema says more than JSON Schema does through these extra keys (`json_schema_extra` of the config model): `widget`
is a name of `Widget`, `language` the language of a code field ("python", "json", "sql"), `placeholder` what an empty
field shows, `examples` some good values, `unit` a word after a number, `step` the smallest useful change, `values`
("text" or "json") how the values of a mapping are read, `advanced` that a field stands below the others.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from node_engine.models.description import ComponentDescription
from node_engine.models.json import JsonObject, JsonValue


class Widget(StrEnum):
    """The controls that a form knows."""

    TEXT = "text"
    MULTILINE = "multiline"
    TEMPLATE = "template"
    CODE = "code"
    EXPRESSION = "expression"
    NUMBER = "number"
    INTEGER = "integer"
    BOOL = "bool"
    CHOICE = "choice"
    LIST = "list"
    MAPPING = "mapping"
    JSON = "json"
    KEY = "key"
    PATH = "path"
    CONTEXT = "context"
    """A path in the context, such as `order.total`."""


_ALIASES = {
    "component_key": Widget.KEY,
    "component-key": Widget.KEY,
    "component": Widget.KEY,
    "textarea": Widget.MULTILINE,
    "markdown": Widget.MULTILINE,
    "string": Widget.TEXT,
    "line": Widget.TEXT,
    "file": Widget.PATH,
    "folder": Widget.PATH,
    "select": Widget.CHOICE,
    "boolean": Widget.BOOL,
    "flow": Widget.JSON,
    "rows": Widget.LIST,
    "python": Widget.CODE,
    "slider": Widget.NUMBER,
    "object": Widget.JSON,
    "table": Widget.JSON,
    "dict": Widget.MAPPING,
    "array": Widget.LIST,
}
_BY_TYPE = {
    "string": Widget.TEXT,
    "number": Widget.NUMBER,
    "integer": Widget.INTEGER,
    "boolean": Widget.BOOL,
}


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """One field of a form."""

    name: str
    label: str
    help: str = ""
    widget: Widget = Widget.JSON
    default: JsonValue = None
    """What counts while the config does not name the field."""
    is_required: bool = False
    minimum: float | None = None
    maximum: float | None = None
    choices: tuple[JsonValue, ...] = ()
    language: str = "python"
    placeholder: str = ""
    unit: str = ""
    step: float | None = None
    is_advanced: bool = False
    """Seldom needed: stands below the others."""
    texts_only: bool = False
    """The items of a list or the values of a mapping are texts: they are not read as JSON."""

    @property
    def has_range(self) -> bool:
        """True when both ends are known, so that a slider makes sense."""
        return self.minimum is not None and self.maximum is not None and self.maximum - self.minimum <= 10


def fields_of(description: ComponentDescription | None) -> tuple[FieldSpec, ...]:
    """The fields of a component's form, in the order of its schema; none for an unknown component."""
    if description is None:
        return ()
    schema = description.config_schema
    properties = schema.get("properties")
    if not isinstance(properties, dict):
        return ()
    required = schema.get("required")
    names = required if isinstance(required, list) else []
    keys = _key_fields(description)
    return tuple(
        _field(name, part, schema, description, is_required=name in names, is_key=name in keys)
        for name, part in properties.items()
        if isinstance(part, dict)
    )


def _field(
    name: str, part: JsonObject, schema: JsonObject, about: ComponentDescription, *, is_required: bool, is_key: bool
) -> FieldSpec:
    merged = _resolve(part, schema)
    hint = _hint(merged)
    widget = hint or (Widget.KEY if is_key else _widget(merged))
    choices = merged.get("enum") or merged.get("choices") or ([merged["const"]] if "const" in merged else [])
    return FieldSpec(
        name=name,
        label=_text(part, "title") or name.replace("_", " ").capitalize(),
        help=_text(part, "description") or _text(merged, "description"),
        widget=widget,
        default=about.config_default.get(name, part.get("default")),
        is_required=is_required,
        minimum=_number(merged, "minimum", "exclusiveMinimum"),
        maximum=_number(merged, "maximum", "exclusiveMaximum"),
        choices=tuple(choices) if isinstance(choices, list) else (),
        language=_text(merged, "language") or ("json" if widget is Widget.JSON else "python"),
        placeholder=_text(merged, "placeholder") or _example(merged),
        unit=_text(merged, "unit"),
        step=_number(merged, "step", "multipleOf"),
        is_advanced=merged.get("advanced") is True,
        texts_only=merged.get("values") == "text" or _holds_texts(merged, schema),
    )


def _resolve(part: JsonObject, schema: JsonObject) -> JsonObject:
    """The schema of a value without references and without the alternative null."""
    resolved = dict(part)
    for _ in range(8):
        reference = resolved.get("$ref")
        options = [one for one in _alternatives(resolved) if one.get("type") != "null"]
        if isinstance(reference, str):
            resolved = {**_definition(reference, schema), **{k: v for k, v in resolved.items() if k != "$ref"}}
        elif len(options) == 1:
            rest = {key: value for key, value in resolved.items() if key not in ("anyOf", "oneOf", "allOf")}
            resolved = {**options[0], **rest}
        else:
            break
    return resolved


def _alternatives(part: JsonObject) -> Iterator[JsonObject]:
    for name in ("anyOf", "oneOf", "allOf"):
        options = part.get(name)
        if isinstance(options, list):
            yield from (one for one in options if isinstance(one, dict))


def _definition(reference: str, schema: JsonObject) -> JsonObject:
    definitions = schema.get("$defs")
    found = definitions.get(reference.rsplit("/", 1)[-1]) if isinstance(definitions, dict) else None
    return found if isinstance(found, dict) else {}


def _hint(part: JsonObject) -> Widget | None:
    name = part.get("widget")
    if not isinstance(name, str):
        return None
    if name in _ALIASES:
        return _ALIASES[name]
    return Widget(name) if name in set(Widget) else None


def _widget(part: JsonObject) -> Widget:
    if "enum" in part or "const" in part:
        return Widget.CHOICE
    kind = part.get("type")
    if kind == "array":
        items = part.get("items")
        is_plain = isinstance(items, dict) and items.get("type") in _BY_TYPE
        return Widget.LIST if is_plain else Widget.JSON
    if kind == "object":
        return Widget.JSON if "properties" in part else Widget.MAPPING
    if isinstance(kind, str) and kind in _BY_TYPE:
        return _BY_TYPE[kind]
    kinds = {one.get("type") for one in _alternatives(part)}
    if kinds and kinds <= {"number", "integer", "null", "string"} and kinds & {"number", "integer"}:
        return Widget.NUMBER
    return Widget.JSON


def _holds_texts(part: JsonObject, schema: JsonObject) -> bool:
    inner = part.get("items") if part.get("type") == "array" else part.get("additionalProperties")
    return isinstance(inner, dict) and _resolve(inner, schema).get("type") == "string"


def _key_fields(description: ComponentDescription) -> set[str]:
    return {output.config for output in description.outputs if output.config} | set(description.key_fields)


def _text(part: JsonObject, name: str) -> str:
    value = part.get(name)
    return value if isinstance(value, str) else ""


def _example(part: JsonObject) -> str:
    examples = part.get("examples")
    first = examples[0] if isinstance(examples, list) and examples else None
    return first if isinstance(first, str) and "\n" not in first else ""


def _number(part: JsonObject, *names: str) -> float | None:
    for name in names:
        value = part.get(name)
        if isinstance(value, int | float) and not isinstance(value, bool):
            return value
    return None
