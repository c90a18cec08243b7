"""What templates become (WIRE.md §6), and paths into the context."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from node_engine.analysis.templates import has_template, parse_path, template_paths
from node_engine.engine.config import look_up, put, remove, resolve
from node_engine.errors import ComponentError, LimitError
from node_engine.models.limits import Limits
from tests.flows import flow

CONTEXT = {
    "s": "text",
    "n": 12,
    "f": 1.5,
    "t": True,
    "z": None,
    "l": [1, {"a": "deep"}, [7, 8]],
    "d": {"k": {"x": "y"}, "é": 1},
    "inner": "{{s}}",
}


@pytest.mark.parametrize(
    ("written", "result"),
    [
        ("{{s}}", "text"),
        ("{{n}}", "12"),
        ("{{f}}", "1.5"),
        ("{{t}}", "True"),
        ("{{z}}", "None"),
        ("{{l}}", CONTEXT["l"]),
        ("{{d}}", CONTEXT["d"]),
        ("{{d.k.x}}", "y"),
        ("{{l[0]}}", "1"),
        ("{{l[1].a}}", "deep"),
        ("{{l[2][1]}}", "8"),
        ("{{l[-1]}}", [7, 8]),
        ("x{{l[2]}}y", "x[7, 8]y"),
        ("x{{d}}", 'x{"k": {"x": "y"}, "é": 1}'),
        ("{{s}}{{n}}", "text12"),
        ("{{inner}}", "{{s}}"),
        ("a {{inner}} b", "a {{s}} b"),
        ("{{gone}}", "{{gone}}"),
        ("{{l[9]}}", "{{l[9]}}"),
        ("{{s[0]}}", "{{s[0]}}"),
        ("{{s.upper}}", "{{s.upper}}"),
        ("{{d.keys}}", "{{d.keys}}"),
        ("{{l.0}}", "{{l.0}}"),
        ("{{ s }}", "{{ s }}"),
        ("{{s", "{{s"),
        ("{{}}", "{{}}"),
        ("{{{s}}}", "{text}"),
        (["{{s}}", ["{{n}}"], {"a": "{{s}}"}], ["text", ["12"], {"a": "text"}]),
        ({"{{s}}": "{{s}}"}, {"{{s}}": "text"}),
        ({"$ctx": "n"}, 12),
        ({"$ctx": "z"}, None),
        ({"$ctx": "l[1]"}, {"a": "deep"}),
        ({"$ctx": "gone"}, {"$ctx": "gone"}),
        ({"$ctx": "n", "more": 1}, {"$ctx": "n", "more": 1}),
        (7, 7),
    ],
)
def test_what_a_config_value_becomes(written, result):
    resolved = resolve({"field": written}, CONTEXT)["field"]

    assert resolved == result
    assert type(resolved) is type(result)


def test_what_is_inserted_is_a_copy():
    assert resolve({"a": "{{l}}"}, CONTEXT)["a"] is not CONTEXT["l"]


def test_what_is_left_as_written_is_told_with_its_field():
    told = []

    resolve({"a": [{"b": "{{gone}} {{s}}"}], "c": {"$ctx": "lost"}}, CONTEXT, lambda *place: told.append(place))

    assert told == [("a[0].b", "gone"), ("c", "lost")]


async def test_a_template_that_leads_nowhere_is_a_warning_with_the_nearest_key(runtime):
    result = await runtime.invoke(flow().step("a", "Show", {"text": "{{custmer}}"}).having(customer="Ada"))

    assert result.context["shown"] == {"text": "{{custmer}}"}
    assert [item.message for item in result.status.log if item.level == "warning"] == [
        "s:session | f:flow | c:Show:a | config.text: nothing in the context at {{custmer}}, "
        'so it was left as written. Did you mean "customer"?'
    ]


@pytest.mark.parametrize(("count", "is_refused"), [(10, False), (11, True)])
def test_what_templates_make_is_bounded(count, is_refused):
    config, limits = {"a": "{{x}}" * count}, Limits(template_bytes=1_000)

    if is_refused:
        with pytest.raises(LimitError):
            resolve(config, {"x": "x" * 100}, limits=limits)
    else:
        assert len(resolve(config, {"x": "x" * 100}, limits=limits)["a"]) == 1_000


def test_nested_flows_keep_their_templates():
    config = {"flow": {"a": "{{s}}"}, "other": "{{s}}", "by_name": "{{d}}"}

    resolved = resolve(config, CONTEXT, nested=("flow", "by_name"))

    assert resolved == {"flow": {"a": "{{s}}"}, "other": "text", "by_name": CONTEXT["d"]}


def test_every_template_is_found_with_its_field():
    config = {"a": "{{x}} and {{y.z}}", "b": [{"c": {"$ctx": "l[0]"}}], "{{k}}": "plain"}

    assert template_paths(config) == [("a", "x"), ("a", "y.z"), ("b[0].c", "l[0]")]
    assert has_template(config)
    assert not has_template({"a": ["{{", "}}", {"b": "{x}"}]})


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("a", ("a",)),
        ("a.b[0][-1].c", ("a", "b", 0, -1, "c")),
        ("", ("",)),
        ("a[x]", None),
        ("a[0", None),
        ("a[0]b", None),
    ],
)
def test_paths(text, path):
    assert parse_path(text) == path


@given(st.text("ab.[]0-{} "))
def test_any_text_is_a_path_or_none(text):
    resolve({"a": "{{" + text + "}}"}, {"a": [1, {"b": 2}], "b": {"a": 0}})


def test_reading_and_writing_by_path():
    context = {"a": [{"b": 1}]}

    put(context, "a[0].b", 2)
    put(context, "a[1]", "end")
    put(context, "new.deep[0].x", True)

    assert context == {"a": [{"b": 2}, "end"], "new": {"deep": [{"x": True}]}}
    assert look_up(context, "a[0].b") == 2
    assert look_up(context, "a[7].b", "none") == "none"
    assert remove(context, "a[0].b")
    assert not remove(context, "a[0].b")
    assert context["a"] == [{}, "end"]


@pytest.mark.parametrize("path", ["s.x", "l.x", "d[0]", "l[9]", "bad[", "s[0].x"])
def test_a_path_that_cannot_be_written_is_refused(path):
    with pytest.raises(ComponentError):
        put({"s": "text", "l": [1], "d": {}}, path, 1)
