"""The expression language: what it can do, what it refuses, and what it costs at most."""

from __future__ import annotations

import contextlib
import json
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from node_engine.engine.expressions import FUNCTIONS, METHODS, ExpressionError, check, evaluate, names_in
from node_engine.models.limits import DEFAULT_LIMITS

CONTEXT: dict[str, Any] = {
    "score": 0.7,
    "name": "Ada",
    "tags": ["new", "urgent"],
    "order": {"total": 12, "lines": [{"price": 2.5, "count": 4}, {"price": 1, "count": 2}]},
    "empty": [],
    "len": 3,
    "big": list(range(1_000)),
    "text": "abc",
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("score > 0.5 and name == 'Ada'", True),
        ("0.5 < score <= 0.7", True),
        ("not empty or score", True),
        ("order.total + 1", 13),
        ("order['total'] * 2", 24),
        ("ctx.order.lines[-1].count", 2),
        ("'urgent' in tags and 'old' not in tags", True),
        ("name in ('Ada', 'Grace')", True),
        ("'total' in order", True),
        ("sum(line.price * line.count for line in order.lines)", 12.0),
        ("[line.count for line in order.lines if line.price > 1]", [4]),
        ("{key: len(str(value)) for key, value in order.items() if key == 'total'}", {"total": 2}),
        ("[[a, b] for a in [1, 2] for b in [3] if a > 1]", [[2, 3]]),
        ("'yes' if score else 'no'", "yes"),
        ("name[0:2] + name[-1]", "Ada"),
        ("name.lower().replace('a', '*')", "*d*"),
        ("f'{name}: {score:.2f} {tags}'", 'Ada: 0.70 ["new","urgent"]'),
        ("sorted(order.lines, 'count')[0].count", 2),
        ("sorted([3, 1, 2], reverse=True)", [3, 2, 1]),
        ("max(big) - min(3, 1)", 998),
        ("len(name) == 3", True),
        ("len", 3),
        ("get(ctx, 'order.lines.0.price')", 2.5),
        ("get(ctx, 'order.nothing', 'none')", "none"),
        ("ctx.get('nothing') is None", True),
        ("{**order, 'total': 1}.total", 1),
        ("[*tags, 'x']", ["new", "urgent", "x"]),
        ("true and not false and null is None", True),
        ("round(2 / 3, 2)", 0.67),
        ("int('12') + float('1.5')", 13.5),
        ("join([1, 'b', true], '-')", "1-b-True"),
        ("split('a,b', ',')", ["a", "b"]),
        ("any(line.price > 2 for line in order.lines) and all([])", True),
        ("keys(order) + values({'a': 1})", ["total", "lines", 1]),
        ("[index * 10 for index in range(3)]", [0, 10, 20]),
        ("\n  score >\n  0.5  # enough\n", True),
        ("contains(name, 'd') and startswith(name, 'A') and endswith(name, 'a')", True),
        ("upper(strip('  a '))", "A"),
        ("'a-b'.removeprefix('a').count('-') + [1, 1].count(1)", 3),
        ("'one\\ntwo'.splitlines()", ["one", "two"]),
        ("-2 ** 2 + 7 // 2 % 2", -3),
    ],
)
def test_an_expression_has_the_value_that_python_would_give(text: str, expected: object) -> None:
    assert evaluate(text, CONTEXT) == expected
    assert check(text) is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("scor > 1", 'character 1: there is no "scor" in the context. Did you mean "score"?'),
        ("1 + order.totl", 'character 5: there is no "totl" in this object. Did you mean "total"?'),
        ("order['lnes']", 'Did you mean "lines"?'),
        ("tags[5]", "there is no item 5: the length is 2"),
        ("name.total", 'text has no field "total"'),
        ("score + name", "+ does not work between a number and text"),
        ("score < name", "< cannot compare a number with text"),
        ("1 / 0", "division by zero"),
        ("lenn(name)", 'there is no function "lenn". Did you mean "len"?'),
        ("name.lowr()", 'there is no method "lowr". Did you mean "lower"?'),
        ("round()", "round is written round(number, digits)"),
        ("upper", "upper is a function: write upper(text)"),
        ("score && name", "write and instead of &&"),
        ("score = 3", "write == to compare"),
        ("", "it is empty"),
        ("score >", "this cannot be read as an expression"),
        ("sum(['a'])", "sum needs a list of numbers"),
        ("sorted([1, 'a'])", "these items cannot be put in order"),
        ("int('x')", '"x" is not a whole number'),
        ("1e308 * 10", "which JSON cannot hold"),
        ("'ü' + nam", "character 7"),
        ("score is 1", "write == instead"),
        ("[a for a, b in [1]]", "does not have the 2 parts"),
        ("(-8) ** 0.5", "a negative number has no such power"),
    ],
)
def test_a_mistake_is_told_in_words_with_its_place(text: str, words: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        evaluate(text, CONTEXT)

    assert words in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os').system('true')",
        "().__class__.__bases__[0].__subclasses__()",
        "name.__class__",
        "name.__class__.__mro__",
        "ctx.__init__",
        "ctx.__init__.__globals__",
        "ctx['__class__']",
        "order.get.__self__",
        "order.pop('total')",
        "tags.append(1)",
        "tags.sort()",
        "order.update({'a': 1})",
        "order.setdefault('a', 1)",
        "order.clear()",
        "'{0.__class__}'.format(name)",
        "'{0.__class__}'.format_map(ctx)",
        "'%s' % name",
        "f'{name!r}'",
        "f'{name.__class__}'",
        "f'{score:{order.total}}'",
        "f'{score:999999999}'",
        "(lambda: 1)()",
        "(x := 1)",
        "[x := 1, 2]",
        "eval('1')",
        "exec('1')",
        "open('/etc/passwd')",
        "compile('1', '', 'eval')",
        "getattr(name, 'lower')",
        "globals()",
        "vars(ctx)",
        "type(name)",
        "print(1)",
        "len.__call__(name)",
        "(yield 1)",
        "await name",
        "{1, 2}",
        "{a for a in [1]}",
        "[a async for a in [1]]",
        "*tags",
        "lambda: 1",
        "b'abc'",
        "...",
        "1j",
        "import os",
        "order.total = 1",
        "del order",
        "tags[0].__class__",
        "[c for c in ().__class__.__base__.__subclasses__()]",
        "str.lower('A')",
        "name.encode()",
        "name.translate({})",
        "name.join.__func__",
        "sorted(tags, key=len)",
        "max(tags, key=len)",
        "min(tags, default=1)",
        "len(*tags)",
        "len(**order)",
        "~1",
        "1 << 4",
        "1 | 2",
        "tags @ tags",
        "1 if",
        "'\\ud800'.encode",
        "\x00",
    ],
)
def test_nothing_but_the_listed_language_can_be_reached(text: str) -> None:
    before = json.dumps(CONTEXT)

    with pytest.raises(ExpressionError):
        evaluate(text, CONTEXT)

    assert json.dumps(CONTEXT) == before


@pytest.mark.parametrize(
    "text",
    [
        "9 ** 9 ** 9",
        "2 ** 100000",
        "(2 ** 4000) * (2 ** 4000)",
        "'a' * 10 ** 9",
        "[0] * 10 ** 9",
        "10 ** 8 * 'abc'",
        "range(10 ** 12)",
        "range(-10 ** 12, 10 ** 12, 1)",
        "[[[[[0] * 1000] * 1000] * 1000] * 1000]",
        "str([[[[0] * 1000] * 1000] * 1000] * 1000)",
        "[[[0] * 1000] * 1000] * 1000 == [[[0] * 1000] * 1000] * 1000",
        "[[[0] * 1000] * 1000] * 1000 < [[[0] * 1000] * 1000] * 1000",
        "sorted([[[0] * 1000] * 1000] * 1000)",
        "[a + b for a in range(2000) for b in range(2000)]",
        "sum(1 for a in big for b in big for c in big)",
        "('a' * 1000).replace('a', 'b' * 100000)",
        "replace('a' * 10000, '', 'b' * 100000)",
        "join(['a' * 1000] * 1000, 'b' * 100000)",
        "('a' * 10000000).split('a')",
        "[big in [big] * 1000 for a in big]",
        'len(f\'{"a" * 10000000}{"a" * 60000000}\')',
        "-" * 3_000 + "1",
        "not " * 900 + "1",
        "(" * 1_500 + "1" + ")" * 1_500,
        "[" * 150 + "]" * 150,
        "1" + "+1" * 1_900,
        "1" * 3_000,
        "1" * 5_000,
        "x" * 4_001,
    ],
)
def test_too_much_work_or_memory_is_refused_soon(text: str) -> None:
    started_s = time.perf_counter()

    with pytest.raises(ExpressionError):
        evaluate(text, CONTEXT)

    assert time.perf_counter() - started_s < 5


def test_the_longest_allowed_text_is_read_and_one_more_character_is_not() -> None:
    longest = "1" + " " * (DEFAULT_LIMITS.expression_length - 1)

    assert evaluate(longest, {}) == 1
    assert "the limit is" in (check(longest + " ") or "")


def test_a_result_shares_nothing_with_the_context() -> None:
    context: dict[str, Any] = {"lines": [{"price": 1}]}

    result: Any = evaluate("lines", context)
    result[0]["price"] = 2

    assert context == {"lines": [{"price": 1}]}


def test_names_of_the_caller_win_over_context_keys_and_loop_names_over_both() -> None:
    context = {"item": 1, "error": "old"}

    assert evaluate("item", context, item=2) == 2
    assert evaluate("ctx.item", context, item=2) == 1
    assert evaluate("[item for item in [3]]", context, item=2) == [3]
    assert evaluate("error", context) == "old"


def test_names_in_tells_the_context_keys_an_expression_reads() -> None:
    text = "score > 1 and ctx.order and ctx['tags'] and ctx.get('x') and [a for a in big if len(a)] and true"

    assert names_in(text) == {"score", "ctx", "order", "tags", "x", "big"}
    assert names_in("a +") == set()


def test_check_finds_mistakes_of_writing_without_a_context() -> None:
    assert check("anything.at.all > 1") is None
    assert check("name.lowr()") is not None
    assert check("1 +") is not None


def test_each_function_has_its_line_of_documentation() -> None:
    for name, function in FUNCTIONS.items():
        assert function.usage.startswith(f"{name}(")
        assert function.help.endswith(".")
    assert set(METHODS) == {str, list, dict}


_names = st.sampled_from([*CONTEXT, "ctx", "item", "__class__", "nothing"])
_constants = st.sampled_from(["0", "1", "-1", "2.5", "'a'", "''", "None", "true", "10**9", "[]", "{}", "'a' * 99"])
_calls = st.sampled_from([*FUNCTIONS, *(name for methods in METHODS.values() for name in methods), "eval"])


def _larger(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    operators = st.sampled_from(
        ["+", "-", "*", "/", "//", "%", "**", "==", "!=", "<", ">=", "in", "not in", "and", "or", "is", "|"]
    )
    return st.one_of(
        st.builds(lambda a, op, b: f"({a} {op} {b})", inner, operators, inner),
        st.builds(lambda a, name: f"{a}.{name}", inner, _names),
        st.builds(lambda a, b: f"{a}[{b}]", inner, inner),
        st.builds(lambda a, b, c: f"{a}[{b}:{c}]", inner, inner, inner),
        st.builds(lambda name, items: f"{name}({', '.join(items)})", _calls, st.lists(inner, max_size=3)),
        st.builds(lambda a, name, items: f"{a}.{name}({', '.join(items)})", inner, _calls, st.lists(inner, max_size=2)),
        st.builds(lambda a, b: f"[{a} for item in {b}]", inner, inner),
        st.builds(lambda a, b, c: f"({a} if {b} else {c})", inner, inner, inner),
        st.builds(lambda a, b: f"{{{a}: {b}}}", inner, inner),
        st.builds(lambda items: f"[{', '.join(items)}]", st.lists(inner, max_size=4)),
        st.builds(lambda a: f"not {a}", inner),
    )


@settings(max_examples=300, deadline=None)
@given(st.recursive(st.one_of(_names, _constants), _larger, max_leaves=12) | st.text(max_size=40))
def test_any_text_gives_json_or_an_expression_error(text: str) -> None:
    before = json.dumps(CONTEXT)

    with contextlib.suppress(ExpressionError):
        json.dumps(evaluate(text, CONTEXT, item=1), allow_nan=False)

    assert json.dumps(CONTEXT) == before
