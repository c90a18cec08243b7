"""The config schema of a component as far as the text of its `Config` class tells, for forms before it is imported."""

from __future__ import annotations

import ast

from node_engine.models.json import JsonObject, JsonValue

_TYPES: dict[str, str] = {
    "str": "string",
    "int": "integer",
    "float": "number",
    "bool": "boolean",
    "list": "array",
    "dict": "object",
}
_FIELD_TEXTS = ("title", "description")
_FIELD_NUMBERS = {"ge": "minimum", "le": "maximum", "gt": "exclusiveMinimum", "lt": "exclusiveMaximum"}
_NOT_GIVEN: JsonObject = {}


def config_of(node: ast.ClassDef) -> tuple[JsonObject, JsonObject]:
    """JSON Schema and defaults of a `Config` class; a field of a type that is not plain has a schema without type."""
    properties: JsonObject = {}
    defaults: JsonObject = {}
    required: list[JsonValue] = []
    for statement in node.body:
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            name = statement.target.id
            schema, default = _field(name, statement)
            properties[name] = schema
            if default is _NOT_GIVEN:
                required.append(name)
            else:
                schema["default"] = defaults[name] = default
    schema_of_all: JsonObject = {"type": "object", "title": "Config", "properties": properties}
    return (schema_of_all | {"required": required} if required else schema_of_all), defaults


def _field(name: str, statement: ast.AnnAssign) -> tuple[JsonObject, JsonValue]:
    annotation, options = statement.annotation, _NOT_GIVEN
    schema: JsonObject = {"title": name.replace("_", " ").capitalize()}
    if isinstance(annotation, ast.Subscript) and _name(annotation.value) == "Annotated":
        parts = annotation.slice.elts if isinstance(annotation.slice, ast.Tuple) else []
        annotation = parts[0] if parts else annotation
        for part in parts[1:]:
            options = options | _options(part)
    default: JsonValue = _NOT_GIVEN
    if isinstance(statement.value, ast.Call):
        default = _call_default(statement.value)
        options = options | _options(statement.value)
    elif statement.value is not None:
        default = _literal(statement.value)
    return schema | _type(annotation) | options, default


def _type(node: ast.expr) -> JsonObject:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        parts = [part for part in (_type(node.left), _type(node.right)) if part]
        return {"anyOf": list(parts)} if len(parts) == 2 else {}
    if isinstance(node, ast.Constant) and node.value is None:
        return {"type": "null"}
    if isinstance(node, ast.Subscript) and _name(node.value) == "Literal":
        parts_of = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        return {"enum": [_literal(part) for part in parts_of]}
    if isinstance(node, ast.Subscript):
        schema = _type(node.value)
        if schema.get("type") == "array" and (items := _type(node.slice)):
            schema["items"] = items
        return schema
    json_type = _TYPES.get(_name(node))
    return {"type": json_type} if json_type else {}


def _options(node: ast.expr) -> JsonObject:
    if not isinstance(node, ast.Call) or _name(node.func) != "Field":
        return {}
    given = {keyword.arg: _literal(keyword.value) for keyword in node.keywords}
    options: JsonObject = {name: given[name] for name in _FIELD_TEXTS if isinstance(given.get(name), str)}
    options |= {
        shown: given[name] for name, shown in _FIELD_NUMBERS.items() if isinstance(given.get(name), (int, float))
    }
    extra = given.get("json_schema_extra")
    return options | extra if isinstance(extra, dict) else options


def _call_default(node: ast.Call) -> JsonValue:
    if _name(node.func) != "Field":
        return None
    for keyword in node.keywords:
        if keyword.arg == "default":
            return _literal(keyword.value)
        if keyword.arg == "default_factory":
            made = _name(keyword.value)
            return [] if made == "list" else {} if made == "dict" else None
    if not node.args or (isinstance(node.args[0], ast.Constant) and node.args[0].value is ...):
        return _NOT_GIVEN
    return _literal(node.args[0])


def _name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def _literal(node: ast.expr) -> JsonValue:
    try:
        value: JsonValue = ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return None
    return value if _is_json(value) else None


def _is_json(value: object) -> bool:
    if isinstance(value, dict):
        return all(isinstance(key, str) and _is_json(item) for key, item in value.items())
    if isinstance(value, list):
        return all(map(_is_json, value))
    return value is None or isinstance(value, (str, int, float, bool))
