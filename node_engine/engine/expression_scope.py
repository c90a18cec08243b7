"""What one evaluation of an expression may see and spend: names, and a budget of work, memory and time."""

from __future__ import annotations

import ast
import difflib
import time
from collections.abc import Iterable, Mapping
from typing import Any

from node_engine.models.limits import DEFAULT_LIMITS

ITEM_COST = 64
"""What a list item, an object field or one turn of a loop costs; a character of text costs 1."""

Value = Any
"""A JSON value of unknown shape; every operation checks the shape it needs."""

MISSING: Any = object()
SCALARS = frozenset({str, int, float, bool, type(None)})


class EvaluationError(Exception):
    """Why an evaluation stopped; becomes an `ExpressionError` with text and position."""

    def __init__(self, reason: str, offset: tuple[int, int] | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.offset = offset
        """(line, UTF-8 byte column) as `ast` counts them."""


def offset(node: ast.AST) -> tuple[int, int]:
    """The place of a node for an EvaluationError."""
    return getattr(node, "lineno", 1), getattr(node, "col_offset", 0)


class Scope:
    """Names and budget of one evaluation."""

    __slots__ = ("context", "ends_s", "left", "locals", "names")

    def __init__(self, context: dict[str, Value], names: Mapping[str, Value]) -> None:
        self.context = context
        self.names = names
        self.locals: dict[str, Value] = {}
        self.left = DEFAULT_LIMITS.expression_cost
        self.ends_s = 0.0

    def spend(self, cost: int) -> None:
        """Takes `cost` from the budget; raises EvaluationError when it is used up."""
        self.left -= cost
        if self.left < 0:
            raise EvaluationError("this makes or reads too much data for an expression; use a component for it")

    def turn(self) -> None:
        """One turn of a loop: spends its cost and keeps the time limit."""
        self.spend(ITEM_COST)
        now = time.perf_counter()
        if not self.ends_s:
            self.ends_s = now + DEFAULT_LIMITS.expression_s
        elif now > self.ends_s:
            raise EvaluationError(f"this took more than {DEFAULT_LIMITS.expression_s:g} s; use a component for it")

    def weigh(self, value: Value) -> None:
        """Spends the full size of a value, counting shared parts each time they occur."""
        pending = [value]
        while pending:
            part = pending.pop()
            if isinstance(part, str):
                self.spend(len(part))
            elif isinstance(part, list):
                self.spend(ITEM_COST * (len(part) + 1))
                pending.extend(part)
            elif isinstance(part, dict):
                self.spend(ITEM_COST * (len(part) + 1))
                pending.extend(part.values())


def kind(value: Value) -> str:
    """The name of a value's type as people say it."""
    match value:
        case None:
            return "nothing (None)"
        case bool():
            return "true/false"
        case int() | float():
            return "a number"
        case str():
            return "text"
        case list():
            return "a list"
        case _:
            return "an object"


def suggestion(name: str, known: Iterable[str], *, of: str) -> str:
    """ " Did you mean …?", or the first names there are."""
    names = [text for text in known if isinstance(text, str)]
    close = difflib.get_close_matches(name, names[:2_000], n=1, cutoff=0.6)
    if close:
        return f' Did you mean "{close[0]}"?'
    if not names:
        return f" {of} is empty."
    shown = ", ".join(f'"{text}"' for text in names[:5])
    return f" {of} has {shown}{' and more' if len(names) > 5 else ''}."
