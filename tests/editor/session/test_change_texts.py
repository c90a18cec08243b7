"""What a step changed, in a few signs."""

from __future__ import annotations

import pytest

from editor.session import change_texts
from node_engine.models.json import JsonObject


@pytest.mark.parametrize(
    ("changes", "texts"),
    [
        ([], []),
        ([{"op": "add", "path": "/score", "value": 0.5}], ["+ score 0.5"]),
        ([{"op": "replace", "path": "/round", "value": 2}], ["~ round 2"]),
        ([{"op": "remove", "path": "/draft"}], ["− draft"]),
        ([{"op": "add", "path": "/text", "value": "x" * 100}], ["+ text"]),
        ([{"op": "add", "path": "/text", "value": "short"}], ['+ text "short"']),
        ([{"op": "add", "path": "/text", "value": "a\nb"}], ["+ text"]),
        ([{"op": "add", "path": "/list/-", "value": 1}, {"op": "add", "path": "/list/-", "value": 2}], ["~ list"]),
        ([{"op": "replace", "path": "/a/b/c", "value": 1}], ["~ a"]),
        ([{"op": "add", "path": "/a", "value": {}}, {"op": "add", "path": "/a/b", "value": 1}], ["+ a"]),
        ([{"op": "remove", "path": "/a"}, {"op": "add", "path": "/a", "value": True}], ["~ a true"]),
        ([{"op": "add", "path": "/a~1b~0c", "value": None}], ["+ a/b~c null"]),
        ([{"op": "replace", "path": "", "value": {}}], ["~ context"]),
        ([{"op": "add", "path": "/n", "value": 2**80}], ["+ n"]),
        ([{"op": "add", "path": "/" + "k" * 99, "value": 1}], ["+ " + "k" * 39 + "… 1"]),
    ],
)
def test_changes_are_told_by_key(changes: list[JsonObject], texts: list[str]) -> None:
    assert [str(text) for text in change_texts(changes)] == texts
