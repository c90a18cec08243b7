"""Components as text: copied, pasted, duplicated."""

from __future__ import annotations

import orjson
import pytest

from editor.document.clipboard import parse_pasted
from node_engine.errors import FlowFileError
from tests.analysis.catalog import step
from tests.editor.document.documents import chain, document_of, drawn, editor_of


def test_a_copy_is_plain_json_with_places() -> None:
    document = chain("a", "b")

    copied = orjson.loads(editor_of(document).copy(["b"]))

    assert copied == {"flow": [{"key": "b", "name": "Step"}], "layout": {"b": {"x": 280, "y": 0}}}


def test_a_copy_of_parts_that_did_not_follow_each_other_does_not_join_them() -> None:
    document = chain("a", "b", "c")
    other = chain()

    editor_of(other).paste(editor_of(document).copy(["c", "a"]), 0, 0)

    assert drawn(other) == ["a.next>exit"]


def test_pasting_makes_keys_unique_and_references_follow() -> None:
    document = document_of(step("if", "If", outputs={"true": "b", "false": "x"}), step("b", next="if"), step("x"))
    editor = editor_of(document)

    keys = editor.paste(editor.copy(["if", "b"]), 100, 200)

    assert keys == ["if_2", "b_2"]
    assert document.component("if_2").outputs == {"true": "b_2", "false": "x"}
    assert document.component("b_2").next == "if_2"
    assert (document.place("if_2").x, document.place("if_2").y) == (100, 200)
    assert document.undo_stack.undoText() == "paste 2 components"


def test_a_duplicate_lies_beside_the_original() -> None:
    document = chain("a", "b")

    keys = editor_of(document).duplicate(["a"])

    assert keys == ["a_2"]
    assert (document.place("a_2").x, document.place("a_2").y) == (40, 40)
    assert document.undo_stack.undoText() == "duplicate a_2"


@pytest.mark.parametrize(
    "text",
    [
        '{"name": "Step"}',
        '{"key": "s", "name": "Step", "config": {}}',
        '[{"name": "Step"}, {"name": "Step"}]',
        '{"key": "f", "flow": [{"key": "s", "name": "Step"}], "context": {}}',
        ' \n[{"key": "s", "name": "Unknown", "color": 5}] ',
    ],
)
def test_any_json_that_looks_like_components_can_be_pasted(text: str) -> None:
    document = chain()

    keys = editor_of(document).paste(text, 0, 0)

    assert len(keys) >= 1
    assert list(document.keys()) == keys


@pytest.mark.parametrize(
    "text",
    ["", "hello", "5", "[]", "{}", "[1]", '{"flow": []}', '{"name": 5}', "[" * 100_000, '{"name": "a", "key": null}',
     '{"name": "Step", "timeout_s": -1}', '"\\ud800"', "NaN"],
)  # fmt: skip
def test_what_is_no_component_is_refused_in_words(text: str) -> None:
    document = chain("a")

    with pytest.raises(FlowFileError) as caught:
        editor_of(document).paste(text, 0, 0)

    assert len(str(caught.value)) > 20
    assert list(document.keys()) == ["a"]


def test_unknown_keys_are_copied_along() -> None:
    document = chain()
    editor = editor_of(document)

    editor.paste('{"key": "a", "name": "Step", "colour": [1, {"x": 2}]}', 0, 0)
    editor.duplicate(["a"])

    assert document.extras("a_2") == {"colour": [1, {"x": 2}]}
    assert '"colour"' in document.text()


def test_places_of_foreign_text_are_checked() -> None:
    pasted = parse_pasted('{"flow": [{"key": "a", "name": "S"}], "layout": {"a": {"x": 1e300, "y": "no"}, "b": 5}}')

    assert pasted.places == {}
