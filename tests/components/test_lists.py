"""Filter, Sort, Aggregate, Split and Join: lists in, lists or text out."""

from __future__ import annotations

from typing import Any

import pytest

from node_engine.components.checking import check_config
from node_engine.engine.runtime import Runtime
from node_engine.models.json import JsonObject, JsonValue
from node_engine.models.run import RunState
from tests.components.conftest import RunFlow, RunOne, context_after, error_of, stopped_at

ROWS: list[JsonValue] = [
    {"region": "N", "units": 3, "price": 0.1},
    {"region": "S", "units": 1, "price": 0.2},
    {"region": "N", "units": 0, "price": None},
]


def problems(name: str, config: JsonObject) -> list[str]:
    return [error.message for error in check_config(name, config)]


@pytest.mark.parametrize(
    ("condition", "kept", "port"),
    [("item.units > 0", ROWS[:2], "some"), ("index == 2", ROWS[2:], "some"), ("item.units > 9", [], "none")],
)
async def test_filter_keeps_what_fits(run_one: RunOne, condition: str, kept: list[JsonValue], port: str) -> None:
    run = await run_one("Filter", {"items": "{{rows}}", "condition": condition}, {"rows": ROWS})

    assert ((await context_after(run))["items"], run.steps()[0].port) == (kept, port)


async def test_filter_goes_where_its_ports_lead(run_flow: RunFlow) -> None:
    keep = {"key": "keep", "name": "Filter", "config": {"items": "{{rows}}", "condition": "item > 1"}}
    connected = {**keep, "outputs": {"some": "b", "none": "c"}}
    ends = [{"key": key, "name": "Log", "next": "exit"} for key in ("b", "c")]

    ways = [await run_flow(connected, *ends, context={"rows": rows}) for rows in ([1, 2], [1], [])]

    assert [[step.id.key for step in run.steps()] for run in ways] == [["keep", "b"], ["keep", "c"], ["keep", "c"]]


async def test_filter_names_the_item_that_does_not_fit_the_condition(run_one: RunOne) -> None:
    run = await run_one("Filter", {"items": "{{rows}}", "condition": "item.price > 0"}, {"rows": ROWS})

    assert 'Item 3: Expression "item.price > 0"' in await error_of(run)


@pytest.mark.parametrize("name", ["Filter", "Sort", "Aggregate", "Join"])
async def test_what_is_no_list_is_refused_in_words(run_one: RunOne, name: str) -> None:
    config: JsonObject = {"condition": "true"} if name == "Filter" else {}

    for value, said in (("text", "this is text"), (3, "this is a number"), ({"a": 1}, "this is an object")):
        error = await error_of(await run_one(name, {"items": {"$ctx": "rows"}, **config}, {"rows": value}))
        assert f"{said}, not a list" in error
    assert "the context has no list at {{rows}}" in await error_of(await run_one(name, {"items": "{{rows}}", **config}))
    assert problems(name, {"items": "rows", **config}) == [
        '"items": this is text, not a list. Give one, usually by name: {{rows}}'
    ]


@pytest.mark.parametrize(
    ("by", "items", "ordered"),
    [
        ([], [3, 1, 2], [1, 2, 3]),
        (["-"], [3, 1.5, 2], [3, 2, 1.5]),
        ([], ["b", 2, None, "a", 10, [1]], [2, 10, "a", "b", [1], None]),
        (["-"], ["b", 2, None, "a"], ["b", "a", 2, None]),
        (["a.b"], [{"a": {"b": 2}}, {"a": 1}, {"a": {"b": 1}}], [{"a": {"b": 1}}, {"a": {"b": 2}}, {"a": 1}]),
        (["-n", "t"], [{"n": 1, "t": "y"}, {"n": 2, "t": "z"}, {"n": 1, "t": "x"}],
         [{"n": 2, "t": "z"}, {"n": 1, "t": "x"}, {"n": 1, "t": "y"}]),
    ],
)  # fmt: skip
async def test_sort_puts_in_order(run_one: RunOne, by: list[JsonValue], items: Any, ordered: Any) -> None:
    run = await run_one("Sort", {"items": {"$ctx": "rows"}, "by": by}, {"rows": items})

    assert (await context_after(run))["items"] == ordered


@pytest.mark.parametrize("by", ["n", "-n"])
async def test_sort_leaves_equal_items_in_their_order_also_in_long_lists(run_one: RunOne, by: str) -> None:
    rows: list[JsonValue] = [{"n": number % 3, "place": number} for number in range(12_000)]

    run = await run_one("Sort", {"items": "{{rows}}", "by": [by]}, {"rows": rows})

    sign = -1 if by.startswith("-") else 1
    expected = sorted(rows, key=lambda row: (sign * row["n"], row["place"]))  # type: ignore[index, call-overload, operator]
    assert (await context_after(run))["items"] == expected


def test_a_path_that_is_none_is_a_problem() -> None:
    assert problems("Sort", {"items": [], "by": ["a[x]"]}) == [
        '"by[0]": "a[x]" is no path inside an item; write it like customer.name'
    ]


async def test_aggregate_works_out_every_measure(run_one: RunOne) -> None:
    functions = ["count", "sum", "mean", "min", "max", "median", "first", "last", "list", "distinct"]
    measures: list[JsonValue] = [{"name": name, "function": name, "of": "item"} for name in functions]

    run = await run_one("Aggregate", {"items": [4, 1, None, 1], "measures": measures})

    assert (await context_after(run))["groups"] == {
        "count": 3, "sum": 6, "mean": 2.0, "min": 1, "max": 4, "median": 1, "first": 4, "last": 1,
        "list": [4, 1, 1], "distinct": 2,
    }  # fmt: skip


async def test_aggregate_groups_in_the_order_of_first_appearance(run_one: RunOne) -> None:
    measures: list[JsonValue] = [
        {"name": "amount", "function": "sum", "of": "item.units * (item.price or 0)", "digits": 2},
        {"name": "rows"},
    ]

    run = await run_one(
        "Aggregate", {"items": "{{rows}}", "group_by": ["region"], "measures": measures}, {"rows": ROWS}
    )

    assert (await context_after(run))["groups"] == [
        {"region": "N", "amount": 0.3, "rows": 2},
        {"region": "S", "amount": 0.2, "rows": 1},
    ]


async def test_aggregate_tells_values_of_different_kinds_apart(run_one: RunOne) -> None:
    items: list[JsonValue] = [{"a": {"b": value}} for value in (1, "1", True, None, 1)] + [{}]

    run = await run_one("Aggregate", {"items": items, "group_by": ["a.b"]})

    assert (await context_after(run))["groups"] == [
        {"b": 1, "count": 2}, {"b": "1", "count": 1}, {"b": True, "count": 1}, {"b": None, "count": 2},
    ]  # fmt: skip


async def test_aggregate_of_nothing(run_one: RunOne) -> None:
    measures: list[JsonValue] = [{"name": name, "function": name, "of": "item"} for name in ("sum", "mean", "min")]

    whole = await run_one("Aggregate", {"items": [], "measures": measures})
    grouped = await run_one("Aggregate", {"items": [], "group_by": ["x"], "measures": measures})

    assert (await context_after(whole))["groups"] == {"sum": 0, "mean": None, "min": None}
    assert (await context_after(grouped))["groups"] == []


async def test_aggregate_adds_fractions_without_losing_digits(run_one: RunOne) -> None:
    measure = {"name": "sum", "function": "sum", "of": "item"}

    run = await run_one("Aggregate", {"items": [0.1] * 10, "measures": [measure]})

    assert (await context_after(run))["groups"] == {"sum": 1.0}


@pytest.mark.parametrize(
    ("items", "function", "error"),
    [
        ([1, "x"], "sum", 'Item 2: "sum" needs a number, not "x".'),
        (["x", 1], "max", 'Item 2: "max" cannot compare 1 with text.'),
        ([1e308, 1e308], "sum", "The sum is too large to be kept as a number."),
    ],
)
async def test_aggregate_names_the_item_it_cannot_use(
    run_one: RunOne, items: list[JsonValue], function: str, error: str
) -> None:
    run = await run_one("Aggregate", {"items": items, "measures": [{"name": "x", "function": function, "of": "item"}]})

    assert error in await error_of(run)


def test_aggregate_checks_its_measures_before_the_run() -> None:
    assert problems("Aggregate", {"items": [], "measures": [{"name": "x", "function": "sum"}]}) == [
        '"measures[0]": the measure "x" needs "of", the value of an item, such as item.units'
    ]
    assert problems("Aggregate", {"items": [], "group_by": ["a.count"], "measures": [{"name": "count"}]}) == [
        'two fields of the result are called "count"; rename a measure'
    ]


@pytest.mark.parametrize(
    ("config", "value", "parts"),
    [
        ({}, "one\n two \r\n\nthree", ["one", "two", "three"]),
        ({"trim": False}, " a \n\nb", [" a ", "", "b"]),
        ({"by": "separator", "separator": "::"}, "a::b:: ::c", ["a", "b", "c"]),
        ({"by": "words"}, "  a  b\tc\n", ["a", "b", "c"]),
        ({"by": "size", "size": 2, "trim": False}, "abcde", ["ab", "cd", "e"]),
        ({"by": "size", "size": 2}, [1, 2, 3], [[1, 2], [3]]),
        ({}, "", []),
    ],
)
async def test_split_cuts(run_one: RunOne, config: JsonObject, value: JsonValue, parts: list[JsonValue]) -> None:
    run = await run_one("Split", {"value": {"$ctx": "value"}, **config}, {"value": value})

    assert (await context_after(run))["parts"] == parts


async def test_split_says_what_it_cannot_cut(run_one: RunOne) -> None:
    assert 'A list can only be cut by "size"' in await error_of(await run_one("Split", {"value": [1]}))
    assert "must be a text or a list" in await error_of(await run_one("Split", {"value": 3}))
    assert problems("Split", {"value": "", "size": 0}) == ['"size" should be 1 or more.']


async def test_join_makes_text(run_one: RunOne) -> None:
    plain = await run_one("Join", {"items": ["a", 1, None, {"b": [True]}]})
    worked = await run_one("Join", {"items": [1.5, 2], "each": 'f"{index}={item:.1f}"', "separator": ";"})
    empty = await run_one("Join", {"items": []})

    assert (await context_after(plain))["text"] == 'a\n1\nnull\n{"b":[true]}'
    assert (await context_after(worked))["text"] == "0=1.5;1=2.0"
    assert (await context_after(empty))["text"] == ""


async def test_join_stops_at_the_limit_of_a_value(run_one: RunOne) -> None:
    run = await run_one("Join", {"items": ["x" * 1_000_000] * 17})

    assert "The text would be longer than 16,777,216 characters" in await error_of(run)


@pytest.mark.parametrize(
    ("name", "config"),
    [
        ("Filter", {"condition": "item > -1"}),
        ("Sort", {}),
        ("Aggregate", {"measures": [{"name": "s", "function": "sum", "of": "item"}]}),
        ("Join", {"each": "str(item)"}),
    ],
)
async def test_long_lists_hold_nothing_up_and_can_be_stopped(runtime: Runtime, name: str, config: JsonObject) -> None:
    step = {"key": "one", "name": name, "config": {"items": {"$ctx": "rows"}, **config}}
    flow = {"key": "f", "flow": [step], "context": {"rows": list(range(200_000))}}

    run = await stopped_at(runtime, flow, "step.started")

    assert run.state is RunState.STOPPED
