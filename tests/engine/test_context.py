"""The context notes what may have changed, and nothing else."""

from __future__ import annotations

import copy
import json
import pickle

import orjson
import pytest

from node_engine.engine.context import Context


@pytest.fixture
def context():
    """A context with text, a list and an object, nothing touched."""
    return Context({"text": "a", "list": [1], "object": {"x": 1}})


@pytest.mark.parametrize(
    ("read", "touched"),
    [
        (lambda context: context["text"], []),
        (lambda context: context["list"], ["list"]),
        (lambda context: context.get("object"), ["object"]),
        (lambda context: context.get("nothing"), []),
        (lambda context: "list" in context, []),
        (lambda context: len(context), []),
        (lambda context: list(context), []),
        (lambda context: list(context.keys()), []),
        (lambda context: list(context.values()), ["list", "object"]),
        (lambda context: list(context.items()), ["list", "object"]),
        (lambda context: dict(context), ["list", "object"]),
        (lambda context: {**context}, ["list", "object"]),
        (lambda context: context | {}, ["list", "object"]),
        (lambda context: {} | context, ["list", "object"]),
        (lambda context: copy.copy(context), ["list", "object"]),
        (lambda context: copy.deepcopy(context), []),
        (lambda context: context.json(), []),
        (lambda context: orjson.dumps(context), []),
        (lambda context: pickle.dumps(context), []),
    ],
)
def test_reading_touches_what_it_hands_out(context, read, touched):
    read(context)

    assert list(context.touched) == touched


@pytest.mark.parametrize(
    ("write", "touched", "after"),
    [
        (lambda context: context.__setitem__("new", 1), ["new"], {"text", "list", "object", "new"}),
        (lambda context: context.__delitem__("text"), ["text"], {"list", "object"}),
        (lambda context: context.pop("text"), ["text"], {"list", "object"}),
        (lambda context: context.pop("nothing", None), ["nothing"], {"text", "list", "object"}),
        (lambda context: context.popitem(), ["object"], {"text", "list"}),
        (lambda context: context.setdefault("text", 1), ["text"], {"text", "list", "object"}),
        (lambda context: context.update({"a": 1}, b=2), ["a", "b"], {"text", "list", "object", "a", "b"}),
        (lambda context: context.update([("a", 1)]), ["a"], {"text", "list", "object", "a"}),
        (lambda context: context.__ior__({"a": 1}), ["a"], {"text", "list", "object", "a"}),
        (lambda context: context.clear(), ["text", "list", "object"], set()),
        (lambda context: context.set("a", 1), ["a"], {"text", "list", "object", "a"}),
        (lambda context: context.delete("text"), ["text"], {"list", "object"}),
    ],
)
def test_writing_touches_the_key(context, write, touched, after):
    write(context)

    assert list(context.touched) == touched
    assert set(context) == after


def test_a_deep_copy_is_plain_and_shares_nothing(context):
    copied = copy.deepcopy(context)

    assert type(copied) is dict
    assert copied["list"] is not dict.__getitem__(context, "list")


def test_names_of_the_documented_system(context):
    assert context.has_key("text")
    assert not context.validate_presence_of("nothing")
    assert json.loads(context.json()) == context
