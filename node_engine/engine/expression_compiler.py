"""Turns the syntax tree of an expression into nested Python functions; what is not named here cannot be written.

There is no `eval`, no `getattr` and no call of anything but the tables of `expression_functions`: a dot is an item of
an object. An own compiler rather than simpleeval, which keeps a list of forbidden names instead of allowed ones, has no
budget for work and memory as a whole, and walks the tree at each evaluation (8 to 30 times the cost of these closures).
"""

from __future__ import annotations

import ast
from collections.abc import Callable

from node_engine.engine.expression_functions import FUNCTIONS, METHODS, text_of
from node_engine.engine.expression_loops import (
    Code,
    Loop,
    Place,
    calling,
    check_arguments,
    format_style,
    placed,
    spread,
    targets,
    turn,
)
from node_engine.engine.expression_operators import NUMBERS, OPERATORS, Operation, comparison, fits, item, key_of
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

_CONSTANTS = {"true": True, "false": False, "null": None}
"""Spellings of JSON, for names that nothing else defines."""
_REFUSED = {
    ast.Lambda: "a lambda",
    ast.NamedExpr: "an assignment (:=)",
    ast.Await: "await",
    ast.Yield: "yield",
    ast.YieldFrom: "yield",
    ast.Set: "a set (use a list in square brackets)",
    ast.SetComp: "a set (use a list in square brackets)",
    ast.Starred: "a star here",
}


class Compiler:
    """Compiles one expression; `names` collects the free names it reads."""

    def __init__(self) -> None:
        self.names: set[str] = set()
        self._locals: frozenset[str] = frozenset()
        self._depth = 0

    def compile(self, node: ast.AST) -> Code:
        """The code of a node; raises EvaluationError with the place of what is not allowed."""
        method = getattr(self, f"_{type(node).__name__.lower()}", None)
        if method is None or type(node) in _REFUSED:
            what = _REFUSED.get(type(node), "this")
            raise EvaluationError(f"{what} is not part of the expression language", offset(node))
        self._depth += 1
        if self._depth > DEFAULT_LIMITS.expression_depth:
            raise EvaluationError("brackets and operators are nested too deeply", offset(node))
        code: Code = method(node)
        self._depth -= 1
        return code

    def _constant(self, node: ast.Constant) -> Code:
        value = node.value
        if type(value) not in SCALARS:
            raise EvaluationError("only text, numbers, True, False and None can be written", offset(node))
        if isinstance(value, int):
            fits(value.bit_length())
        return lambda scope: value

    def _name(self, node: ast.Name) -> Code:
        name = node.id
        if name in self._locals:
            return lambda scope: scope.locals[name]
        if name not in _CONSTANTS:
            self.names.add(name)
        place = offset(node)

        def read(scope: Scope) -> Value:
            value = scope.names.get(name, MISSING)
            if value is MISSING:
                value = dict.get(scope.context, name, MISSING)
            return _unknown_name(scope, name, place) if value is MISSING else value

        return read

    def _boolop(self, node: ast.BoolOp) -> Code:
        parts = [self.compile(value) for value in node.values]
        first, rest = parts[0], parts[1:]
        stops_at = isinstance(node.op, ast.Or)

        def combine(scope: Scope) -> Value:
            value = first(scope)
            for part in rest:
                if bool(value) is stops_at:
                    return value
                value = part(scope)
            return value

        return combine

    def _unaryop(self, node: ast.UnaryOp) -> Code:
        operand = self.compile(node.operand)
        if isinstance(node.op, ast.Not):
            return lambda scope: not operand(scope)
        if isinstance(node.op, ast.Invert):
            raise EvaluationError("~ is not part of the expression language; write not", offset(node))
        negative, place = isinstance(node.op, ast.USub), offset(node)

        def sign(scope: Scope) -> Value:
            value = operand(scope)
            if not isinstance(value, NUMBERS):
                raise EvaluationError(f"a sign needs a number, not {kind(value)}", place)
            return -value if negative else +value

        return sign

    def _binop(self, node: ast.BinOp) -> Code:
        work = OPERATORS.get(type(node.op))
        if work is None:
            raise EvaluationError("bit operators are not part of the expression language; write and, or", offset(node))
        return self._pair(node.left, node.right, work, offset(node))

    def _compare(self, node: ast.Compare) -> Code:
        if len(node.ops) == 1:
            right = node.comparators[0]
            return self._pair(node.left, right, comparison(node.ops[0], right), offset(node))
        operands = [self.compile(value) for value in (node.left, *node.comparators)]
        tests = [comparison(op, right) for op, right in zip(node.ops, node.comparators, strict=True)]
        place = offset(node)

        def chain(scope: Scope) -> bool:
            left = operands[0](scope)
            for test, operand in zip(tests, operands[1:], strict=True):
                right = operand(scope)
                if not placed(place, test, scope, left, right):
                    return False
                left = right
            return True

        return chain

    def _pair(self, left: ast.expr, right: ast.expr, work: Operation, place: Place) -> Code:
        first, second = self.compile(left), self.compile(right)

        def run(scope: Scope) -> Value:
            a, b = first(scope), second(scope)
            try:
                return work(scope, a, b)
            except EvaluationError as fault:
                fault.offset = fault.offset or place
                raise

        return run

    def _ifexp(self, node: ast.IfExp) -> Code:
        test, body, other = self.compile(node.test), self.compile(node.body), self.compile(node.orelse)
        return lambda scope: body(scope) if test(scope) else other(scope)

    def _attribute(self, node: ast.Attribute) -> Code:
        owner, name, place = self.compile(node.value), node.attr, offset(node)
        self._note_context(node.value, name)

        def read(scope: Scope) -> Value:
            value = owner(scope)
            try:
                return item(value, name)
            except EvaluationError as fault:
                fault.offset = place
                raise

        return read

    def _note_context(self, owner: ast.expr, key: object) -> None:
        """`ctx.score` and `ctx["score"]` read the context key score."""
        if isinstance(owner, ast.Name) and owner.id == "ctx" and isinstance(key, str):
            self.names.add(key)

    def _subscript(self, node: ast.Subscript) -> Code:
        owner, place = self.compile(node.value), offset(node)
        if isinstance(node.slice, ast.Slice):
            return self._part(owner, node.slice, place)
        if isinstance(node.slice, ast.Constant):
            self._note_context(node.value, node.slice.value)
        index = self.compile(node.slice)

        def read(scope: Scope) -> Value:
            value, at = owner(scope), index(scope)
            if isinstance(value, dict):
                return placed(place, item, value, key_of(at, node))
            if not isinstance(value, (list, str)) or not isinstance(at, int):
                raise EvaluationError(f"{kind(value)} has no item {at!r:.40}", place)
            if not -len(value) <= at < len(value):
                raise EvaluationError(f"there is no item {at}: the length is {len(value)}", place)
            return value[at]

        return read

    def _part(self, owner: Code, node: ast.Slice, place: Place) -> Code:
        bounds = [self.compile(bound) if bound else None for bound in (node.lower, node.upper, node.step)]

        def cut(scope: Scope) -> Value:
            value = owner(scope)
            ends = [bound(scope) if bound else None for bound in bounds]
            if not isinstance(value, (list, str)):
                raise EvaluationError(f"{kind(value)} has no parts from : to", place)
            if any(end is not None and not isinstance(end, int) for end in ends) or ends[2] == 0:
                raise EvaluationError("from : to needs whole numbers, and a step that is not 0", place)
            chosen = slice(*ends)
            scope.spend(len(range(*chosen.indices(len(value)))) * (1 if isinstance(value, str) else ITEM_COST))
            return value[chosen]

        return cut

    def _list(self, node: ast.List | ast.Tuple) -> Code:
        items = [
            (self.compile(item.value), True) if isinstance(item, ast.Starred) else (self.compile(item), False)
            for item in node.elts
        ]
        place = offset(node)

        def build(scope: Scope) -> Value:
            scope.spend(ITEM_COST * len(items))
            built: list[Value] = []
            for code, has_star in items:
                if has_star:
                    built.extend(placed(place, FUNCTIONS["list"].call, scope, code(scope)))
                else:
                    built.append(code(scope))
            return built

        return build

    _tuple = _list

    def _dict(self, node: ast.Dict) -> Code:
        pairs = [
            (self.compile(key) if key else None, self.compile(value))
            for key, value in zip(node.keys, node.values, strict=True)
        ]

        def build(scope: Scope) -> Value:
            scope.spend(ITEM_COST * len(pairs))
            built: dict[str, Value] = {}
            for key, value in pairs:
                if key is None:
                    built.update(placed(offset(node), spread, scope, value(scope)))
                else:
                    built[key_of(key(scope), node)] = value(scope)
            return built

        return build

    def _joinedstr(self, node: ast.JoinedStr) -> Code:
        parts = [self.compile(part) for part in node.values]

        def join(scope: Scope) -> Value:
            texts = [part(scope) for part in parts]
            scope.spend(sum(map(len, texts)))
            return "".join(texts)

        return join

    def _formattedvalue(self, node: ast.FormattedValue) -> Code:
        value, place = self.compile(node.value), offset(node)
        style = format_style(node)

        def show(scope: Scope) -> Value:
            shown = value(scope)
            if not style or type(shown) not in SCALARS:
                return text_of(scope, shown)
            try:
                return format(shown, style)
            except (ValueError, TypeError, OverflowError) as error:
                raise EvaluationError(f'"{style}" does not fit {kind(shown)}', place) from error

        return show

    def _call(self, node: ast.Call) -> Code:
        arguments = [self.compile(argument) for argument in node.args]
        named = {keyword.arg or "": self.compile(keyword.value) for keyword in node.keywords}
        if isinstance(node.func, ast.Attribute):
            return self._method_call(node, node.func, arguments, named)
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        function = FUNCTIONS.get(name)
        if function is None:
            raise EvaluationError(
                f'there is no function "{name}".{suggestion(name, FUNCTIONS, of="The list")}', offset(node)
            )
        check_arguments(function, name, len(arguments), named, offset(node))
        return calling(function.call, arguments, named, offset(node))

    def _method_call(self, node: ast.Call, func: ast.Attribute, arguments: list[Code], named: dict[str, Code]) -> Code:
        owner, name, place = self.compile(func.value), func.attr, offset(func)
        if not any(name in methods for methods in METHODS.values()):
            known = {text for methods in METHODS.values() for text in methods}
            raise EvaluationError(
                f'there is no method "{name}".{suggestion(name, sorted(known), of="The list")}', place
            )
        if named:
            raise EvaluationError(f"{name} takes no named values", place)
        if name == "get" and node.args and isinstance(node.args[0], ast.Constant):
            self._note_context(func.value, node.args[0].value)

        def run(scope: Scope) -> Value:
            value = owner(scope)
            function = METHODS.get(_plain_type(value), {}).get(name)
            if function is None:
                raise EvaluationError(f'{kind(value)} has no method "{name}"', place)
            check_arguments(function, name, len(arguments) + 1, named, place)
            return placed(place, function.call, scope, value, *[argument(scope) for argument in arguments])

        return run

    def _listcomp(self, node: ast.ListComp | ast.GeneratorExp) -> Code:
        def collect(element: list[Code]) -> Callable[[Scope], tuple[Value, Callable[[], None]]]:
            def begin(scope: Scope) -> tuple[Value, Callable[[], None]]:
                built: list[Value] = []
                return built, lambda: built.append(element[0](scope))

            return begin

        return self._loops(node.generators, [node.elt], collect)

    _generatorexp = _listcomp

    def _dictcomp(self, node: ast.DictComp) -> Code:
        def collect(element: list[Code]) -> Callable[[Scope], tuple[Value, Callable[[], None]]]:
            def begin(scope: Scope) -> tuple[Value, Callable[[], None]]:
                built: dict[str, Value] = {}

                def add() -> None:
                    built[key_of(element[0](scope), node)] = element[1](scope)

                return built, add

            return begin

        return self._loops(node.generators, [node.key, node.value], collect)

    def _loops(
        self,
        generators: list[ast.comprehension],
        elements: list[ast.expr],
        collect: Callable[[list[Code]], Callable[[Scope], tuple[Value, Callable[[], None]]]],
    ) -> Code:
        outer = self._locals
        loops = [self._loop(generator) for generator in generators]
        begin = collect([self.compile(element) for element in elements])
        self._locals = outer

        def run(scope: Scope) -> Value:
            before = scope.locals
            scope.locals = dict(before)
            built, add = begin(scope)
            turn(scope, loops, 0, add)
            scope.locals = before
            return built

        return run

    def _loop(self, node: ast.comprehension) -> Loop:
        if node.is_async:
            raise EvaluationError("async is not part of the expression language", offset(node.iter))
        items = self.compile(node.iter)
        names = targets(node.target)
        self._locals = self._locals | set(names)
        tests = [self.compile(test) for test in node.ifs]
        return Loop(items, names, isinstance(node.target, ast.Tuple), tests, offset(node.iter))


def _plain_type(value: Value) -> type:
    return dict if isinstance(value, dict) else type(value)


def _unknown_name(scope: Scope, name: str, place: Place) -> Value:
    if name in _CONSTANTS:
        return _CONSTANTS[name]
    if name in FUNCTIONS:
        raise EvaluationError(f"{name} is a function: write {FUNCTIONS[name].usage}", place)
    known = [*scope.context, *scope.names]
    raise EvaluationError(f'there is no "{name}" in the context.{suggestion(name, known, of="The context")}', place)
