"""Problems of templates and expressions: names that nothing in the flow writes."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import lru_cache

from node_engine.analysis.names import head_of
from node_engine.analysis.suggestions import Suggestions, did_you_mean
from node_engine.analysis.templates import parse_path, template_paths
from node_engine.models.description import ComponentDescription
from node_engine.models.flow import FlowComponent
from node_engine.models.json import JsonObject, JsonValue
from node_engine.models.problem import Problem, Severity

EXPRESSION_NAMES = frozenset(
    {"ctx", "item", "index", "visit", "error", "key", "run_id", "value", "true", "false", "null"}
)
"""Names that an expression may use besides the context's keys; which of them there are depends on the place."""


def template_problems(
    component: FlowComponent,
    description: ComponentDescription,
    known: frozenset[str],
    is_open: bool,
    near: Suggestions,
) -> Iterator[Problem]:
    """Names read by the config that neither the context nor any component knows.

    When some component may write any name (`is_open`), only near misses of known names are reported, as a hint.
    """
    nested = description.nested
    config = (
        {name: value for name, value in component.config.items() if name not in nested} if nested else component.config
    )
    for field, shown, name in _names_read(config, description):
        if name in known:
            continue
        guess = near.nearest(name, cutoff=0.75 if is_open else 0.6)
        if is_open and guess is None:
            continue
        todo = did_you_mean(guess, "Add it to the flow's context, or let a component write it first.")
        yield Problem(
            "unresolved-template",
            Severity.INFO if is_open else Severity.WARNING,
            f'{shown} reads "{name}", which is not in the context and which no component writes. {todo}',
            component_key=component.key,
            field=f"config.{field}",
            suggestion=guess,
        )


def _names_read(config: JsonObject, description: ComponentDescription) -> Iterator[tuple[str, str, str]]:
    """(field, how the reader is shown, top-level name) of each template and expression."""
    for field, path in template_paths(config):
        if parse_path(path) is not None:
            yield field, f'"{{{{{path}}}}}"', head_of(path)
    for field, text in _expressions(config, description.config_schema, description.config_schema, ""):
        for name in sorted(_free_names(text)):
            yield field, f'The expression "{_short(text)}"', name


def _expressions(value: JsonValue, schema: JsonValue, root: JsonObject, field: str) -> Iterator[tuple[str, str]]:
    """Config texts whose schema says widget "expression", and the texts of {"$expr": …}."""
    schema = _resolved(schema, root)
    if isinstance(value, str):
        if schema.get("widget") == "expression" and "{{" not in value:
            yield field, value
    elif isinstance(value, dict):
        expression = value.get("$expr") if len(value) == 1 else None
        if isinstance(expression, str):
            yield field, expression
            return
        properties = schema.get("properties")
        for name, item in value.items():
            inner = properties.get(name) if isinstance(properties, dict) else schema.get("additionalProperties")
            yield from _expressions(item, inner, root, f"{field}.{name}" if field else name)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _expressions(item, schema.get("items"), root, f"{field}[{index}]")


def _resolved(schema: JsonValue, root: JsonObject) -> JsonObject:
    """The schema behind "$ref", and the first object of "anyOf" (a field that may be null)."""
    if not isinstance(schema, dict):
        return {}
    options = schema.get("anyOf")
    if isinstance(options, list):
        inner = next((item for item in options if isinstance(item, dict) and item.get("$ref")), None)
        if inner is not None:
            return _resolved(inner, root)
    reference = schema.get("$ref")
    if isinstance(reference, str):
        definitions = root.get("$defs")
        found = definitions.get(reference.rpartition("/")[2]) if isinstance(definitions, dict) else None
        return found if isinstance(found, dict) else {}
    return schema


@lru_cache(maxsize=4_096)
def _free_names(text: str) -> frozenset[str]:
    """Names an expression reads and does not bind itself; none when it cannot be parsed."""
    try:
        tree = ast.parse(f"({text}\n)", mode="eval")
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return frozenset()
    nodes = list(ast.walk(tree))
    called = {id(node.func) for node in nodes if isinstance(node, ast.Call)}
    names = [node for node in nodes if isinstance(node, ast.Name) and id(node) not in called]
    bound = {node.id for node in names if isinstance(node.ctx, ast.Store)}
    return frozenset({node.id for node in names} - bound - EXPRESSION_NAMES)


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:57]}…"
