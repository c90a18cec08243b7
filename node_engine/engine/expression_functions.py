"""The functions and methods of the expression language: pure, bounded, and nothing else can be called."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from node_engine.engine.expression_scope import ITEM_COST, MISSING, SCALARS, EvaluationError, Scope, Value, kind


@dataclass(frozen=True, slots=True)
class Function:
    """A function of the language. `usage` and `help` are the documentation; `call` gets the scope and the values."""

    usage: str
    help: str
    call: Callable[..., Value]
    least: int
    most: int
    keywords: frozenset[str] = frozenset()


def need(value: Value, wanted: type | tuple[type, ...], what: str) -> Value:
    """The value if it has the wanted type, else EvaluationError: "len needs text, not a number"."""
    if not isinstance(value, wanted) or (isinstance(value, bool) and bool not in _types(wanted)):
        raise EvaluationError(f"{what}, not {kind(value)}")
    return value


def _types(wanted: type | tuple[type, ...]) -> tuple[type, ...]:
    return wanted if isinstance(wanted, tuple) else (wanted,)


def text_of(scope: Scope, value: Value) -> str:
    """Text of any value: a list or object as compact JSON, anything else as Python writes it."""
    if isinstance(value, str):
        return value
    if not isinstance(value, (list, dict)):
        return str(value)
    scope.weigh(value)
    try:
        return orjson.dumps(value).decode()
    except orjson.JSONEncodeError as error:
        raise EvaluationError(f"this value has no JSON text: {error}") from error


def _len(scope: Scope, value: Value) -> Value:
    return len(need(value, (str, list, dict), "len needs text, a list or an object"))


def _int(scope: Scope, value: Value) -> Value:
    if isinstance(value, (list, dict, type(None))):
        raise EvaluationError(f"int needs a number or text, not {kind(value)}")
    try:
        return int(value)
    except (ValueError, OverflowError) as error:
        raise EvaluationError(f"{_shown(value)} is not a whole number") from error


def _float(scope: Scope, value: Value) -> Value:
    if isinstance(value, (list, dict, type(None))):
        raise EvaluationError(f"float needs a number or text, not {kind(value)}")
    try:
        return float(value)
    except (ValueError, OverflowError) as error:
        raise EvaluationError(f"{_shown(value)} is not a number") from error


def _shown(value: Value) -> str:
    text = str(value)
    return f'"{text[:40]}"' if isinstance(value, str) else text[:40]


def _bool(scope: Scope, value: Value) -> Value:
    return bool(value)


def _abs(scope: Scope, value: Value) -> Value:
    return abs(need(value, (int, float), "abs needs a number"))


def _round(scope: Scope, value: Value, digits: Value = None) -> Value:
    need(value, (int, float), "round needs a number")
    if digits is not None and not -400 <= need(digits, int, "the digits of round are a whole number") <= 400:
        raise EvaluationError("the digits of round must be between -400 and 400")
    try:
        return round(value, digits)
    except (OverflowError, ValueError) as error:
        raise EvaluationError(f"{value} cannot be rounded") from error


def _sum(scope: Scope, items: Value) -> Value:
    total: Value = 0
    for item in _list(scope, items):
        total += need(item, (int, float, bool), "sum needs a list of numbers; an item is")
    return total


def _list(scope: Scope, value: Value) -> list[Value]:
    """The items of a list, the keys of an object or the characters of a text, as a new list."""
    need(value, (list, dict, str), "this needs a list")
    scope.spend(ITEM_COST * len(value))
    return list(value)


def _ordered(scope: Scope, items: list[Value], order: Callable[[list[Value]], Value]) -> Value:
    scope.weigh(items)
    try:
        return order(items)
    except TypeError as error:
        raise EvaluationError(
            "these items cannot be put in order: some are text, some numbers, or some are objects"
        ) from error


def _extreme(order: Callable[..., Value], name: str) -> Callable[..., Value]:
    def call(scope: Scope, *values: Value) -> Value:
        items = _list(scope, values[0]) if len(values) == 1 else list(values)
        if not items:
            raise EvaluationError(f"{name} of an empty list")
        return _ordered(scope, items, order)

    return call


def _sorted(scope: Scope, items: Value, field: Value = None, reverse: Value = False) -> Value:
    chosen = _list(scope, items)
    if field is None:
        return _ordered(scope, chosen, lambda values: sorted(values, reverse=bool(reverse)))
    values = [get_path(scope, item, field, MISSING) for item in chosen]
    if any(value is MISSING for value in values):
        raise EvaluationError(f"an item has no field {_shown(field)} to sort by")
    scope.weigh(values)
    places = _ordered(scope, values, lambda keys: sorted(range(len(keys)), key=keys.__getitem__, reverse=bool(reverse)))
    return [chosen[place] for place in places]


def _any(scope: Scope, items: Value) -> Value:
    return any(_list(scope, items))


def _all(scope: Scope, items: Value) -> Value:
    return all(_list(scope, items))


def _range(scope: Scope, *bounds: Value) -> Value:
    for bound in bounds:
        need(bound, int, "range needs whole numbers")
    if len(bounds) == 3 and bounds[2] == 0:
        raise EvaluationError("the step of range must not be 0")
    numbers = range(*bounds)
    if numbers and (numbers[-1] - numbers[0]) // numbers.step > scope.left // ITEM_COST:
        raise EvaluationError("this range is too long for an expression")
    return _spent(scope, numbers)


def _spent(scope: Scope, items: range) -> list[int]:
    scope.spend(ITEM_COST * len(items))
    return list(items)


def _keys(scope: Scope, value: Value) -> Value:
    return _list(scope, need(value, dict, "keys needs an object"))


def _values(scope: Scope, value: Value) -> Value:
    need(value, dict, "values needs an object")
    scope.spend(ITEM_COST * len(value))
    return [dict.__getitem__(value, key) for key in list(value)]


def _items(scope: Scope, value: Value) -> Value:
    need(value, dict, "items needs an object")
    scope.spend(4 * ITEM_COST * len(value))
    return [[key, dict.__getitem__(value, key)] for key in list(value)]


def contains(scope: Scope, whole: Value, part: Value) -> bool:
    """`part in whole` for text in text, an item in a list, a key in an object."""
    if isinstance(whole, str):
        return need(part, str, "only text can be in text; this is") in whole
    if isinstance(whole, dict):
        return isinstance(part, str) and part in whole
    need(whole, list, "only text, a list or an object can contain something")
    if type(part) in SCALARS:
        scope.spend(len(whole))
    else:
        scope.weigh(whole)
        scope.weigh(part)
    return part in whole


def get_path(scope: Scope, value: Value, path: Value, default: Value = None) -> Value:
    """The value at "a.b" or "a.0" inside a value, or the default; a whole number picks from a list."""
    parts = str(path).split(".")
    scope.spend(len(parts))
    for part in parts:
        if isinstance(value, dict):
            value = dict.get(value, part, MISSING)
        elif isinstance(value, list) and part.lstrip("-").isdecimal() and len(part) < 10:
            value = value[int(part)] if -len(value) <= int(part) < len(value) else MISSING
        else:
            return default
        if value is MISSING:
            return default
    return value


def _text_method(name: str, least: int = 0, most: int = 0) -> Function:
    """A method of str that takes text only and answers with something no larger than its input."""
    method: Any = getattr(str, name)

    def call(scope: Scope, text: Value, *values: Value) -> Value:
        need(text, str, f"{name} needs text")
        for value in values:
            need(value, str, f"{name} needs text in its brackets")
        scope.spend(len(text))
        return method(text, *values)

    usage = f"{name}(text{', part' if most else ''})"
    return Function(usage, _TEXT_HELP.get(name, f"As str.{name} of Python."), call, least + 1, most + 1)


_TEXT_HELP = {
    "lower": "The text in small letters.",
    "upper": "The text in capital letters.",
    "strip": "The text without blanks (or the given characters) at both ends.",
    "startswith": "True if the text starts with the part.",
    "endswith": "True if the text ends with the part.",
}


def _split(scope: Scope, text: Value, separator: Value = None) -> Value:
    need(text, str, "split needs text")
    if separator is not None and not need(separator, str, "split needs text between the parts"):
        raise EvaluationError("split needs at least one character between the parts")
    most = len(text) // 2 + 1 if separator is None else text.count(separator) + 1
    if most * ITEM_COST > scope.left:
        raise EvaluationError("this text is too long to be split in an expression")
    parts = text.split(separator)
    scope.spend(len(text) + ITEM_COST * len(parts))
    return parts


def _splitlines(scope: Scope, text: Value) -> Value:
    need(text, str, "splitlines needs text")
    scope.spend(ITEM_COST * (text.count("\n") + text.count("\r") + 1))
    return text.replace("\r\n", "\n").replace("\r", "\n").removesuffix("\n").split("\n") if text else []


def _join(scope: Scope, items: Value, separator: Value = "") -> Value:
    need(separator, str, "join needs text between the parts")
    texts = [text_of(scope, item) for item in _list(scope, items)]
    scope.spend(sum(map(len, texts)) + len(separator) * len(texts))
    return separator.join(texts)


def _join_method(scope: Scope, separator: Value, items: Value) -> Value:
    return _join(scope, items, separator)


def _replace(scope: Scope, text: Value, old: Value, new: Value) -> Value:
    for value in (text, old, new):
        need(value, str, "replace needs text")
    scope.spend(len(text) + (text.count(old)) * len(new))
    return text.replace(old, new)


def _find(scope: Scope, text: Value, part: Value) -> Value:
    scope.spend(len(need(text, str, "find needs text")))
    return text.find(need(part, str, "find needs text"))


def _count(scope: Scope, whole: Value, part: Value) -> Value:
    if isinstance(whole, str):
        scope.spend(len(whole))
        return whole.count(need(part, str, "count needs text"))
    contains(scope, need(whole, list, "count needs text or a list"), part)
    return whole.count(part)


def _index(scope: Scope, whole: Value, part: Value) -> Value:
    if not contains(scope, need(whole, list, "index needs a list"), part):
        raise EvaluationError("the list has no such item")
    return whole.index(part)


def _get_method(scope: Scope, value: Value, key: Value, default: Value = None) -> Value:
    return dict.get(value, key, default) if isinstance(key, str) else default


def _text(scope: Scope, value: Value) -> Value:
    return text_of(scope, value)


FUNCTIONS: Mapping[str, Function] = {
    "len": Function("len(value)", "Number of characters, items or fields.", _len, 1, 1),
    "str": Function("str(value)", "The value as text; a list or object as JSON.", _text, 1, 1),
    "int": Function("int(value)", "A whole number from a number or text.", _int, 1, 1),
    "float": Function("float(value)", "A number from a number or text.", _float, 1, 1),
    "bool": Function("bool(value)", "False for 0, nothing, and empty text, list or object.", _bool, 1, 1),
    "abs": Function("abs(number)", "The number without its sign.", _abs, 1, 1),
    "min": Function("min(list)", "The smallest item, or the smallest of several values.", _extreme(min, "min"), 1, 50),
    "max": Function("max(list)", "The largest item, or the largest of several values.", _extreme(max, "max"), 1, 50),
    "sum": Function("sum(list)", "The numbers of a list added up.", _sum, 1, 1),
    "round": Function("round(number, digits)", "Rounded, by default to a whole number.", _round, 1, 2),
    "sorted": Function(
        'sorted(list, "field", reverse=True)',
        "The list in order; of objects by a field.",
        _sorted,
        1,
        2,
        frozenset({"reverse"}),
    ),
    "any": Function("any(list)", "True if at least one item is true.", _any, 1, 1),
    "all": Function("all(list)", "True if every item is true.", _all, 1, 1),
    "list": Function("list(value)", "Keys of an object or characters of a text as a list.", _list, 1, 1),
    "range": Function("range(start, end, step)", "Whole numbers up to before the end.", _range, 1, 3),
    "keys": Function("keys(object)", "The keys of an object.", _keys, 1, 1),
    "values": Function("values(object)", "The values of an object.", _values, 1, 1),
    "items": Function("items(object)", "[key, value] pairs of an object.", _items, 1, 1),
    "get": Function(
        'get(value, "a.b.0", default)', "A value inside, or the default if it is not there.", get_path, 2, 3
    ),
    "contains": Function("contains(whole, part)", "The same as `part in whole`.", contains, 2, 2),
    "split": Function("split(text, separator)", "A list of parts; without separator split at blanks.", _split, 1, 2),
    "join": Function("join(list, separator)", "The items as one text.", _join, 1, 2),
    "replace": Function("replace(text, old, new)", "The text with every old part replaced.", _replace, 3, 3),
    "lower": _text_method("lower"),
    "upper": _text_method("upper"),
    "strip": _text_method("strip", 0, 1),
    "startswith": _text_method("startswith", 1, 1),
    "endswith": _text_method("endswith", 1, 1),
}
"""Every function an expression can call."""

_PLAIN_TEXT = ("capitalize", "casefold", "isalnum", "isalpha", "isdecimal", "isdigit", "islower", "isspace", "isupper")

METHODS: Mapping[type, Mapping[str, Function]] = {
    str: {
        **{name: FUNCTIONS[name] for name in ("lower", "upper", "strip", "startswith", "endswith", "split", "replace")},
        **{name: _text_method(name) for name in (*_PLAIN_TEXT, "title", "swapcase")},
        **{name: _text_method(name, 0, 1) for name in ("lstrip", "rstrip")},
        **{name: _text_method(name, 1, 1) for name in ("removeprefix", "removesuffix")},
        "splitlines": Function("text.splitlines()", "The lines of a text.", _splitlines, 1, 1),
        "join": Function("separator.join(list)", "The items as one text.", _join_method, 2, 2),
        "find": Function("text.find(part)", "Where the part starts, or -1.", _find, 2, 2),
        "count": Function("text.count(part)", "How often the part occurs.", _count, 2, 2),
    },
    list: {
        "count": Function("list.count(item)", "How often the item occurs.", _count, 2, 2),
        "index": Function("list.index(item)", "The place of the item, from 0.", _index, 2, 2),
    },
    dict: {
        "get": Function("object.get(key, default)", "The value, or the default.", _get_method, 2, 3),
        "keys": FUNCTIONS["keys"],
        "values": FUNCTIONS["values"],
        "items": FUNCTIONS["items"],
    },
}
"""The methods that can be called on a value, by its type; the value is the first argument."""
