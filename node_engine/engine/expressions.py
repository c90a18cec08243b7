"""The one expression language of conditions, watches, filters and breakpoints: a safe, bounded subset of Python.

Names are the top-level keys of the context, plus `ctx` (the whole context) and what the caller adds: item, index,
visit, error, key. `order.total` and `order["total"]` are the same. Functions and methods: `FUNCTIONS`, `METHODS`.
"""

from __future__ import annotations

import ast
import math
import warnings
from dataclasses import dataclass
from functools import lru_cache

from node_engine.engine.expression_compiler import Compiler
from node_engine.engine.expression_functions import FUNCTIONS, METHODS, Function
from node_engine.engine.expression_loops import Code
from node_engine.engine.expression_scope import EvaluationError, Scope, Value
from node_engine.errors import ExpressionError
from node_engine.models.json import JsonObject, JsonValue
from node_engine.models.limits import DEFAULT_LIMITS

__all__ = ["FUNCTIONS", "METHODS", "ExpressionError", "Function", "check", "evaluate", "names_in"]

_PLAIN = frozenset({str, int, bool, type(None)})


def evaluate(text: str, context: JsonObject, **names: JsonValue) -> JsonValue:
    """The value of an expression over a context; lists and objects in it are new ones.

    Args:
        text: the expression, e.g. `score > 0.5 and status == "new"`.
        context: its keys are names in the expression, below `names`; it is read without recording.
        names: further names: item, index, visit, error, key.

    Raises:
        ExpressionError: it cannot be read, names something that is not there, or asks for too much.
    """
    parsed = _parse(text)
    if parsed.problem is not None:
        raise ExpressionError(text, parsed.problem, position=parsed.position)
    scope = Scope(context, {"ctx": context, **names})
    try:
        value = parsed.code(scope)
        return value if type(value) in _PLAIN else _plain(scope, value)
    except EvaluationError as fault:
        raise ExpressionError(text, fault.reason, position=_position(text, fault.offset)) from None
    except RecursionError:
        raise ExpressionError(text, "a value is nested too deeply") from None


def check(text: str) -> str | None:
    """What is wrong with the expression as it is written, or None; nothing is evaluated."""
    parsed = _parse(text)
    if parsed.problem is None:
        return None
    return str(ExpressionError(text, parsed.problem, position=parsed.position))


def names_in(text: str) -> frozenset[str]:
    """The names an expression reads, with `x` for `ctx.x` too; none if it cannot be parsed."""
    return _parse(text).names


@dataclass(frozen=True, slots=True)
class _Parsed:
    code: Code
    names: frozenset[str]
    problem: str | None = None
    position: int | None = None


@lru_cache(maxsize=2_048)
def _parse(text: str) -> _Parsed:
    if len(text) > DEFAULT_LIMITS.expression_length:
        return _broken(f"it has {len(text)} characters, the limit is {DEFAULT_LIMITS.expression_length}")
    if not text.strip():
        return _broken("it is empty")
    compiler = Compiler()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(_wrapped(text), mode="eval")
        return _Parsed(compiler.compile(tree.body), frozenset(compiler.names))
    except EvaluationError as fault:
        return _broken(fault.reason, _position(text, fault.offset))
    except SyntaxError as error:
        return _broken(_syntax(text, error), _position(text, (error.lineno or 1, (error.offset or 1) - 1)))
    except (ValueError, MemoryError, RecursionError):
        return _broken("this cannot be read as an expression")


def _broken(problem: str, position: int | None = None) -> _Parsed:
    return _Parsed(lambda scope: None, frozenset(), problem, position)


def _wrapped(text: str) -> str:
    """In brackets, so that line breaks and blanks at the start do not matter."""
    return f"({text}\n)"


def _syntax(text: str, error: SyntaxError) -> str:
    for wrong, right in (("&&", "and"), ("||", "or"), ("===", "=="), ("!==", "!=")):
        if wrong in text:
            return f"write {right} instead of {wrong}"
    if ("=" in text and "cannot assign" in str(error)) or "Maybe you meant '=='" in str(error):
        return "write == to compare"
    return f"this cannot be read as an expression ({error.msg})"


def _position(text: str, offset: tuple[int, int] | None) -> int | None:
    """The 1-based character of a place that `ast` gives as line and byte column of the wrapped text."""
    if offset is None:
        return None
    lines = _wrapped(text).split("\n")
    line = min(max(offset[0], 1), len(lines)) - 1
    column = len(lines[line].encode()[: offset[1]].decode(errors="ignore"))
    return max(1, min(sum(len(before) + 1 for before in lines[:line]) + column, len(text)))


def _plain(scope: Scope, value: Value) -> JsonValue:
    """A copy that shares nothing with the context, all of it JSON."""
    scope.weigh(value)
    return _copied(value)


def _copied(value: Value) -> JsonValue:
    if isinstance(value, dict):
        return {key: _copied(dict.__getitem__(value, key)) for key in list(value)}
    if isinstance(value, list):
        return [_copied(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        raise EvaluationError(f"the result is {value}, which JSON cannot hold")
    result: JsonValue = value
    return result
