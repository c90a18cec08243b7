"""Exact changes: patches rebuild the new value, mirrors share nothing with what components hold."""

from __future__ import annotations

from datetime import date

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from node_engine.engine.delta import Capture, PatchError, apply, capture, is_same, size_of
from node_engine.errors import NotJsonError

SCALARS = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text("aé/~ ")
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=6) | st.dictionaries(st.text("ab/~é", max_size=3), inner),
    max_leaves=20,
)


def containers(value: object) -> set[int]:
    """Ids of every list and object inside a value."""
    if isinstance(value, dict):
        return {id(value)}.union(*map(containers, value.values()))
    if isinstance(value, list):
        return {id(value)}.union(*map(containers, value))
    return set()


@given(VALUES, VALUES)
def test_applying_the_captured_changes_gives_the_new_value(old, new):
    mirror = capture(None, old, "", [])
    changes = []

    after = capture(mirror, new, "", changes)

    assert is_same(after, new)
    assert is_same(apply(mirror, changes), new)
    assert is_same(mirror, old)


@given(VALUES, VALUES)
def test_a_mirror_never_shares_a_container_with_the_component(old, new):
    mirror = capture(None, old, "", [])

    after = capture(mirror, new, "", changes := [])

    assert not containers(after) & containers(new)
    assert not containers([change.get("value") for change in changes]) & containers(new)


@given(VALUES, VALUES)
def test_size_is_tracked_by_what_changed(old, new):
    mirror = capture(None, old, "", [])
    measure = Capture([])

    after = measure.compared(mirror, new, "")

    assert size_of(mirror) + measure.grown_bytes == size_of(after)


@given(st.dictionaries(st.text("abc"), st.lists(st.integers(-9, 9) | st.text("xy é"))))
def test_size_is_that_of_compact_json(value):
    assert size_of(value) == len(orjson.dumps(value))


@given(VALUES)
def test_an_unchanged_value_is_kept_as_it_is(value):
    mirror = capture(None, value, "", [])

    assert capture(mirror, value, "", changes := []) is mirror
    assert changes == []


def test_a_list_that_grows_is_one_added_item():
    mirror = capture(None, [{"n": index} for index in range(100)], "", [])

    capture(mirror, [*mirror, 1], "/items", changes := [])

    assert changes == [{"op": "add", "path": "/items/100", "value": 1}]


def test_an_item_taken_from_the_front_is_one_removed_item():
    mirror = capture(None, ["a", "b", "c"], "", [])

    capture(mirror, ["b", "c"], "/items", changes := [])

    assert changes == [{"op": "remove", "path": "/items/0"}]


def test_a_list_in_another_order_is_replaced_by_one_operation():
    mirror = capture(None, list(range(1_000)), "", [])

    capture(mirror, list(range(999, -1, -1)), "/items", changes := [])

    assert len(changes) == 1


def test_number_and_truth_value_are_told_apart():
    capture({"a": 1, "b": 1}, {"a": True, "b": 1.0}, "", changes := [])

    assert [change["path"] for change in changes] == ["/a", "/b"]


@pytest.mark.parametrize("place", [0, 255, 256, 300, 599])
@pytest.mark.parametrize("value", [True, 1.0, "1", 2**70, None, {}])
def test_one_item_of_a_long_list_that_changed_is_found_whatever_its_type(place, value):
    before = [{"number": 1} for _ in range(600)]
    mirror = capture(None, before, "", [])
    before[place]["number"] = value

    after = capture(mirror, before, "", changes := [])

    assert [change["path"] for change in changes] == [f"/{place}/number"]
    assert is_same(after, before)


@pytest.mark.parametrize("count", [7, 8, 256, 257, 600])
def test_long_lists_may_grow_and_shrink_at_both_ends(count):
    items = [{"number": number} for number in range(count)]
    mirror = capture(None, items, "", [])

    for new in ([*items, 1], items[1:], [0, *items], items[:-1], [*items[:3], 9, *items[3:]]):
        after = capture(mirror, new, "", changes := [])

        assert is_same(after, new)
        assert len(changes) == 1


@pytest.mark.parametrize(("before", "after"), [(None, float("nan")), ("2024-01-01", date(2024, 1, 1)), ([1], (1,))])
def test_what_json_text_cannot_tell_apart_in_a_long_list_is_told_apart(before, after):
    mirror = capture(None, {"list": [before] * 20}, "", [])
    changed = {"list": [*[before] * 19, after]}

    if after == (1,):
        assert capture(mirror, changed, "", []) == {"list": [[1]] * 20}
    else:
        with pytest.raises(NotJsonError):
            capture(mirror, changed, "", [])


def test_what_did_not_change_is_shared():
    mirror = capture(None, {"same": [1, 2], "other": [3]}, "", [])

    after = capture(mirror, {"same": [1, 2], "other": [4]}, "", [])

    assert after["same"] is mirror["same"]


def test_a_tuple_is_stored_as_a_list():
    assert capture(None, {"pair": (1, 2)}, "", []) == {"pair": [1, 2]}


@pytest.mark.parametrize(
    ("value", "path", "reason"),
    [
        ({"a": [0, float("nan")]}, "/a/1", "nan is not a JSON number"),
        ({"a": float("inf")}, "/a", "inf is not a JSON number"),
        ({"a": {1: 2}}, "/a", "the key 1 is a int; keys must be text"),
        ({"a/b": {"c": object()}}, "/a~1b/c", "it is of the Python type object; use text, numbers, lists and objects"),
        ({"a": {1, 2}}, "/a", "it is of the Python type set; use text, numbers, lists and objects"),
        ({"a": b"x"}, "/a", "it is of the Python type bytes; use text, numbers, lists and objects"),
        ({"a": "\ud800"}, "/a", "the text holds half of a character (a lone surrogate)"),
        ({"\ud800": 1}, "", "the text holds half of a character (a lone surrogate)"),
    ],
)
def test_a_value_that_is_not_json_is_refused_with_its_place(value, path, reason):
    for old in (None, {}, {"a": {"x": 1}}):
        with pytest.raises(NotJsonError) as caught:
            capture(old, value, "", [])

        assert caught.value.reason == reason
        assert caught.value.path == path


def test_a_value_that_holds_itself_is_refused():
    loop: list[object] = []
    loop.append(loop)

    with pytest.raises(NotJsonError, match="nested deeper than 64 levels, or holds itself"):
        capture(None, {"a": loop}, "", [])


def nested(levels: int) -> object:
    """A list in a list, `levels` deep."""
    return [] if levels == 1 else [nested(levels - 1)]


def test_nesting_is_allowed_up_to_its_limit():
    assert capture(None, nested(64), "", []) == nested(64)
    with pytest.raises(NotJsonError):
        capture(None, nested(65), "", [])


@pytest.mark.parametrize(
    ("before", "operation", "after"),
    [
        ({"a": 1}, {"op": "add", "path": "/b", "value": 2}, {"a": 1, "b": 2}),
        ({"a": [1, 3]}, {"op": "add", "path": "/a/1", "value": 2}, {"a": [1, 2, 3]}),
        ({"a": [1]}, {"op": "add", "path": "/a/-", "value": 2}, {"a": [1, 2]}),
        ({"a": [1]}, {"op": "replace", "path": "", "value": 7}, 7),
        ({"a": {"b": 1}}, {"op": "move", "from": "/a/b", "path": "/c"}, {"a": {}, "c": 1}),
        ({"a": [1]}, {"op": "copy", "from": "/a", "path": "/c"}, {"a": [1], "c": [1]}),
        ({"a~/": 1}, {"op": "remove", "path": "/a~0~1"}, {}),
        ({"a": 1}, {"op": "test", "path": "/a", "value": 1}, {"a": 1}),
    ],
)
def test_operations_of_rfc_6902(before, operation, after):
    assert apply(before, [operation]) == after


@pytest.mark.parametrize(
    "operation",
    [
        {"op": "remove", "path": "/x"},
        {"op": "replace", "path": "/x", "value": 1},
        {"op": "add", "path": "/a/7", "value": 1},
        {"op": "add", "path": "/a/-1", "value": 1},
        {"op": "add", "path": "/s/x", "value": 1},
        {"op": "add", "path": "a", "value": 1},
        {"op": "add", "path": "/a"},
        {"op": "add"},
        {"op": "test", "path": "/a", "value": [True]},
        {"op": "move", "from": "/a", "path": "/a/0"},
        {"op": "copy", "path": "/a"},
        {"op": "explode", "path": "/a"},
        {"op": "remove", "path": ""},
    ],
)
def test_an_operation_that_does_not_fit_is_refused_and_changes_nothing(operation):
    value = {"a": [1], "s": "text"}

    with pytest.raises(PatchError):
        apply(value, [operation])

    assert value == {"a": [1], "s": "text"}
