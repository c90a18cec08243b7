"""What the text of a Python file says about the components in it: parsed only, never imported or run (TRUST.md §1)."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator
from typing import TypeGuard

from node_engine.engine.module_config import config_of
from node_engine.models.description import ComponentDescription, Family, Output, Touch
from node_engine.models.json import JsonObject

_BASE_NAMES = frozenset({"Component", "NodeEngineComponent"})


def read_components(text: str | bytes, builtins: frozenset[str] = frozenset()) -> dict[str, ComponentDescription]:
    """The components that a file defines, by class name, as far as its text tells.

    A component is a class at the top of the file, with a name without leading underscore, that derives from
    `Component`, from a built-in or from another component of the file, and has an `execute`.

    Raises:
        SyntaxError: the file is not Python; it names the line.
    """
    try:
        tree = ast.parse(text)
    except (ValueError, RecursionError, MemoryError) as error:
        raise SyntaxError(f"the file cannot be read as Python ({error})") from error
    names = _imported_names(tree)
    found: dict[str, _Class] = {}
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            bases = [names.get(base, base) for base in map(_name_of, node.bases)]
            if any(base in found or base in _BASE_NAMES or base in builtins for base in bases):
                found[node.name] = _Class(node, [found[base] for base in bases if base in found], builtins & set(bases))
    return {name: each.description() for name, each in found.items() if not name.startswith("_") and each.has_execute}


def _imported_names(tree: ast.Module) -> dict[str, str]:
    """What `from x import Component as C` calls C."""
    return {
        alias.asname: alias.name
        for node in tree.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if alias.asname
    }


def _name_of(node: ast.expr) -> str:
    if isinstance(node, ast.Subscript):
        node = node.value
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


class _Class:
    """A class statement with what it inherits inside its file."""

    def __init__(self, node: ast.ClassDef, bases: list[_Class], builtin_bases: frozenset[str]) -> None:
        self.node = node
        self.values: dict[str, ast.expr] = {}
        for base in reversed(bases):
            self.values |= base.values
        self.values |= dict(_assignments(node))
        self.config_node: ast.ClassDef | None = next((base.config_node for base in bases if base.config_node), None)
        self.has_execute: bool = bool(builtin_bases) or any(base.has_execute for base in bases)
        for statement in node.body:
            if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)) and statement.name == "execute":
                self.has_execute = True
            if isinstance(statement, ast.ClassDef) and statement.name == "Config":
                self.config_node = statement

    def description(self) -> ComponentDescription:
        """The description as far as it is written with plain values."""
        schema, defaults = config_of(self.config_node) if self.config_node else ({}, self._object("default_config"))
        outputs = self._outputs()
        return ComponentDescription(
            name=self.node.name,
            label=self._text("label") or _spaced(self.node.name),
            description=self._text("description") or _first_line(self.node),
            family=self._family(),
            icon=self._text("icon") or "box",
            synonyms=self._texts("synonyms"),
            outputs=(Output("next"),) if outputs is None else outputs,
            reads=self._texts("reads") or self._documented("reads_from"),
            writes=self._texts("writes") or self._documented("writes_to"),
            touches=self._touches(),
            repeatable=self._literal("repeatable") is True,
            config_schema=schema,
            config_default=defaults,
            summary=self._text("summary") or None,
            nested=self._texts("nested"),
            key_fields=self._texts("key_fields"),
            help=self._text("help"),
        )

    def _literal(self, name: str) -> object:
        node = self.values.get(name)
        return None if node is None else _literal(node)

    def _text(self, name: str) -> str:
        value = self._literal(name)
        return inspect.cleandoc(value) if isinstance(value, str) else ""

    def _texts(self, name: str) -> tuple[str, ...]:
        value = self._literal(name)
        return tuple(value) if _are_texts(value) else ()

    def _object(self, name: str) -> JsonObject:
        value = self._literal(name)
        return dict(value) if isinstance(value, dict) and all(isinstance(key, str) for key in value) else {}

    def _documented(self, name: str) -> tuple[str, ...]:
        keys = self._object(name).get("context")
        return tuple(keys) if isinstance(keys, dict) else ()

    def _family(self) -> Family:
        node = self.values.get("family")
        name = node.attr.lower() if isinstance(node, ast.Attribute) else self._literal("family")
        return Family(name) if isinstance(name, str) and name in list(Family) else Family.CODE

    def _touches(self) -> frozenset[Touch]:
        """What it says itself, if that can be read; otherwise it counts as code (TRUST.md §3.5)."""
        node = self.values.get("touches")
        if isinstance(node, ast.Call) and _name_of(node.func) in ("frozenset", "set") and not node.keywords:
            node = node.args[0] if node.args else ast.Tuple([])
        if not isinstance(node, (ast.Set, ast.Tuple, ast.List)):
            return frozenset({Touch.CODE})
        names = [item.attr.lower() if isinstance(item, ast.Attribute) else _literal(item) for item in node.elts]
        if not all(name in list(Touch) for name in names):
            return frozenset({Touch.CODE})
        return frozenset(Touch(str(name)) for name in names)

    def _outputs(self) -> tuple[Output, ...] | None:
        node = self.values.get("outputs")
        if not isinstance(node, (ast.Tuple, ast.List)):
            return None
        outputs = [_output(item) for item in node.elts]
        return None if None in outputs else tuple(output for output in outputs if output)


def _assignments(node: ast.ClassDef) -> Iterator[tuple[str, ast.expr]]:
    for statement in node.body:
        if isinstance(statement, ast.Assign):
            yield from ((target.id, statement.value) for target in statement.targets if isinstance(target, ast.Name))
        elif isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name) and statement.value:
            yield statement.target.id, statement.value


def _literal(node: ast.expr) -> object:
    try:
        value: object = ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return None
    return value


def _are_texts(value: object) -> TypeGuard[tuple[str, ...]]:
    return isinstance(value, (tuple, list)) and all(isinstance(item, str) for item in value)


def _output(node: ast.expr) -> Output | None:
    if not isinstance(node, ast.Call) or _name_of(node.func) != "Output":
        return None
    values = [_literal(argument) for argument in node.args]
    named = {keyword.arg: _literal(keyword.value) for keyword in node.keywords}
    if not values or not all(isinstance(value, str) for value in [*values, *named.values()] if value is not None):
        return None
    try:
        return Output(*values, **named)  # type: ignore[arg-type]  # all are text, names are checked by the call
    except TypeError:
        return None


def _first_line(node: ast.ClassDef) -> str:
    return (ast.get_docstring(node) or "").strip().split("\n\n")[0].replace("\n", " ")


def _spaced(class_name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", class_name)
