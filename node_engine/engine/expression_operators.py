"""What the operators of an expression do, each within its budget."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping

from node_engine.engine.expression_functions import contains
from node_engine.engine.expression_scope import (
    ITEM_COST,
    MISSING,
    SCALARS,
    EvaluationError,
    Scope,
    Value,
    kind,
    offset,
    suggestion,
)
from node_engine.models.limits import DEFAULT_LIMITS

NUMBERS = (int, float)
Operation = Callable[[Scope, Value, Value], Value]
_COMPARE: Mapping[type[ast.cmpop], Callable[[Value, Value], bool]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}
_SIGNS = {
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.FloorDiv: "//",
    ast.Mod: "%",
    ast.Pow: "**",
}


def _number_pair(left: Value, right: Value, sign: str) -> None:
    if not isinstance(left, NUMBERS) or not isinstance(right, NUMBERS):
        raise EvaluationError(f"{sign} does not work between {kind(left)} and {kind(right)}")


def _checked(scope: Scope, left: Value, right: Value, sign: str, work: Callable[[Value, Value], Value]) -> Value:
    _number_pair(left, right, sign)
    try:
        return work(left, right)
    except ZeroDivisionError as error:
        raise EvaluationError("division by zero") from error
    except OverflowError as error:
        raise EvaluationError("the number is too large") from error


def _add(scope: Scope, left: Value, right: Value) -> Value:
    if isinstance(left, str) and isinstance(right, str):
        scope.spend(len(left) + len(right))
    elif isinstance(left, list) and isinstance(right, list):
        scope.spend(ITEM_COST * (len(left) + len(right)))
    else:
        return _checked(scope, left, right, "+", operator.add)
    return left + right


def _multiply(scope: Scope, left: Value, right: Value) -> Value:
    if isinstance(left, int) and isinstance(right, (str, list)):
        left, right = right, left
    if isinstance(left, (str, list)) and isinstance(right, int):
        scope.spend(max(right, 0) * len(left) * (1 if isinstance(left, str) else ITEM_COST))
        return left * right
    if isinstance(left, int) and isinstance(right, int):
        fits(left.bit_length() + right.bit_length())
    return _checked(scope, left, right, "*", operator.mul)


def _power(scope: Scope, left: Value, right: Value) -> Value:
    _number_pair(left, right, "**")
    if isinstance(left, int) and isinstance(right, int) and right > 0:
        fits(left.bit_length() * right)
    result = _checked(scope, left, right, "**", operator.pow)
    if isinstance(result, complex):
        raise EvaluationError("a negative number has no such power")
    return result


def fits(bits: int) -> None:
    """Raises EvaluationError for a whole number that would be too large."""
    if bits > DEFAULT_LIMITS.expression_bits:
        raise EvaluationError("the number is too large for an expression")


def _arithmetic(sign: str, work: Callable[[Value, Value], Value]) -> Callable[[Scope, Value, Value], Value]:
    return lambda scope, left, right: _checked(scope, left, right, sign, work)


OPERATORS: Mapping[type[ast.operator], Operation] = {
    ast.Add: _add,
    ast.Mult: _multiply,
    ast.Pow: _power,
    ast.Sub: _arithmetic("-", operator.sub),
    ast.Div: _arithmetic("/", operator.truediv),
    ast.FloorDiv: _arithmetic("//", operator.floordiv),
    ast.Mod: _arithmetic("%", operator.mod),
}


def _same(work: Callable[[Value, Value], bool]) -> Callable[[Scope, Value, Value], bool]:
    def compare(scope: Scope, left: Value, right: Value) -> bool:
        if type(left) not in SCALARS and type(right) not in SCALARS:
            scope.weigh(left)
            scope.weigh(right)
        return work(left, right)

    return compare


def _order(sign: str, work: Callable[[Value, Value], bool]) -> Callable[[Scope, Value, Value], bool]:
    def compare(scope: Scope, left: Value, right: Value) -> bool:
        if isinstance(left, list) and isinstance(right, list):
            scope.weigh(left)
            scope.weigh(right)
        try:
            return work(left, right)
        except TypeError as error:
            raise EvaluationError(f"{sign} cannot compare {kind(left)} with {kind(right)}") from error

    return compare


def _is_in(scope: Scope, left: Value, right: Value) -> bool:
    return contains(scope, right, left)


def _is_not_in(scope: Scope, left: Value, right: Value) -> bool:
    return not contains(scope, right, left)


def comparison(op: ast.cmpop, right: ast.expr) -> Operation:
    """The operation of a comparison sign; `right` is what it stands before."""
    kind_of = type(op)
    if kind_of in (ast.Eq, ast.NotEq):
        return _same(_COMPARE[kind_of])
    if kind_of in _COMPARE:
        return _order(_SIGNS[kind_of], _COMPARE[kind_of])
    if kind_of in (ast.In, ast.NotIn):
        return _is_in if kind_of is ast.In else _is_not_in
    if not (isinstance(right, ast.Constant) and (right.value is None or isinstance(right.value, bool))):
        raise EvaluationError("`is` works with None, True and False only; write == instead", offset(right))
    if kind_of is ast.Is:
        return lambda scope, left, value: left is value
    return lambda scope, left, value: left is not value


def key_of(value: Value, node: ast.AST) -> str:
    """The value as a key of an object."""
    if not isinstance(value, str):
        raise EvaluationError(f"the keys of an object are text, not {kind(value)}", offset(node))
    return value


def item(value: Value, name: str) -> Value:
    """`value.name` or `value["name"]` of an object."""
    if not isinstance(value, dict):
        raise EvaluationError(f'{kind(value)} has no field "{name}"')
    found = dict.get(value, name, MISSING)
    if found is MISSING:
        raise EvaluationError(f'there is no "{name}" in this object.{suggestion(name, value, of="It")}')
    return found
