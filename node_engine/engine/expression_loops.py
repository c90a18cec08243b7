"""Loops, calls and formats of an expression, and how an error gets its place."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Mapping

from node_engine.engine.expression_functions import FUNCTIONS, Function
from node_engine.engine.expression_scope import ITEM_COST, EvaluationError, Scope, Value, kind, offset

Code = Callable[[Scope], Value]
Place = tuple[int, int]
_FORMAT = re.compile(r"[<>=^]?[+\- ]?0?\d{0,3}[,_]?(\.\d{1,3})?[bcdeEfFgGosxX%]?")


class Loop:
    """One `for names in items if tests` of a comprehension."""

    __slots__ = ("items", "names", "place", "tests", "unpacks")

    def __init__(self, items: Code, names: list[str], unpacks: bool, tests: list[Code], place: tuple[int, int]) -> None:
        self.items = items
        self.names = names
        self.unpacks = unpacks
        self.tests = tests
        self.place = place

    def bind(self, scope: Scope, item: Value) -> bool:
        """Sets the loop's names; False if a test leaves this item out."""
        if not self.unpacks:
            scope.locals[self.names[0]] = item
        elif isinstance(item, list) and len(item) == len(self.names):
            scope.locals.update(zip(self.names, item, strict=True))
        else:
            raise EvaluationError(f"an item does not have the {len(self.names)} parts this loop names", self.place)
        return all(test(scope) for test in self.tests)


def turn(scope: Scope, loops: list[Loop], level: int, add: Callable[[], None]) -> None:
    """Runs the loop at `level` and those inside it, and `add` for each combination of items."""
    loop = loops[level]
    for item in placed(loop.place, FUNCTIONS["list"].call, scope, loop.items(scope)):
        scope.turn()
        if not loop.bind(scope, item):
            continue
        if level + 1 < len(loops):
            turn(scope, loops, level + 1, add)
        else:
            add()


def targets(node: ast.expr) -> list[str]:
    """The names that a loop gives to its items."""
    parts = node.elts if isinstance(node, ast.Tuple) else [node]
    names = [part.id for part in parts if isinstance(part, ast.Name)]
    if len(names) != len(parts):
        raise EvaluationError("a loop names its items with plain names", offset(node))
    return names


def spread(scope: Scope, value: Value) -> Value:
    """The object behind two stars."""
    if not isinstance(value, dict):
        raise EvaluationError(f"** needs an object, not {kind(value)}")
    scope.spend(ITEM_COST * len(value))
    return value


def placed(place: Place, work: Callable[..., Value], *values: Value) -> Value:
    """`work(*values)`; an error without a place gets this one."""
    try:
        return work(*values)
    except EvaluationError as fault:
        fault.offset = fault.offset or place
        raise


def calling(call: Callable[..., Value], arguments: list[Code], named: dict[str, Code], place: Place) -> Code:
    """The code of a call of a listed function."""

    def run(scope: Scope) -> Value:
        values = [argument(scope) for argument in arguments]
        options = {name: code(scope) for name, code in named.items()} if named else {}
        try:
            return call(scope, *values, **options)
        except EvaluationError as fault:
            fault.offset = fault.offset or place
            raise

    return run


def check_arguments(function: Function, name: str, count: int, named: Mapping[str, Code], place: Place) -> None:
    """Raises EvaluationError with the usage if a call has too few, too many or unknown values."""
    if not set(named) <= function.keywords or not function.least <= count <= function.most:
        raise EvaluationError(f"{name} is written {function.usage}", place)


def format_style(node: ast.FormattedValue) -> str:
    """The format of `{value:.2f}`, as it is written; widths are bounded."""
    style = ""
    if isinstance(node.format_spec, ast.JoinedStr):
        parts = [part.value if isinstance(part, ast.Constant) else None for part in node.format_spec.values]
        style = "".join(part if isinstance(part, str) else "{" for part in parts)
    if node.conversion not in (-1, ord("s")) or not _FORMAT.fullmatch(style):
        raise EvaluationError("this format is not part of the expression language; try {value:.2f}", offset(node))
    return style
