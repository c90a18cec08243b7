"""What components that work on lists share: the field with the list, values inside an item, numbers of measures."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from node_engine.analysis.templates import MISSING, find_value, has_template, parse_path
from node_engine.components.expression_text import worked_out
from node_engine.engine.component import Component
from node_engine.errors import ComponentError, ExpressionError
from node_engine.models.json import JsonValue

_KINDS = {bool: "true or false", int: "a number", float: "a number", dict: "an object", type(None): "nothing"}


def _a_list(value: object) -> object:
    if isinstance(value, list):
        return value
    if isinstance(value, str) and has_template(value):
        raise ValueError(f"the context has no list at {value}")
    raise ValueError(f"this is {_KINDS.get(type(value), 'text')}, not a list. Give one, usually by name: {{{{rows}}}}")


Items = Annotated[
    list[Any],
    BeforeValidator(_a_list),
    Field(
        title="Items",
        description="The list, usually a template.",
        examples=["{{rows}}"],
        json_schema_extra={"widget": "template", "placeholder": "{{rows}}"},
    ),
]
"""The config field "items"."""


def _checked_path(path: str) -> str:
    if path and parse_path(path) is None:
        raise ValueError(f'"{path}" is no path inside an item; write it like customer.name')
    return path


ItemPath = Annotated[str, BeforeValidator(lambda value: _checked_path(value) if isinstance(value, str) else value)]
"""A path inside an item, like "customer.name"; empty for the item itself."""


def value_in(item: JsonValue, path: str) -> JsonValue:
    """The value at a path inside an item, the item itself for no path, None when nothing is there."""
    parts = parse_path(path) if path else ()
    value = MISSING if parts is None else find_value(item, parts)
    return None if value is MISSING else value  # type: ignore[return-value]  # mypy cannot narrow by MISSING


def worked_out_for(component: Component, text: str, item: JsonValue, index: int) -> JsonValue:
    """An expression over one item, with the names `item` and `index` (from 0). Raises ComponentError with its place."""
    try:
        return worked_out(component, text, item=item, index=index)
    except ExpressionError as error:
        raise ComponentError(f"Item {index + 1}: {error}") from error
