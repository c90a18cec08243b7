"""Search over components: what matches, and in which order."""

from __future__ import annotations

import pytest

from editor.panels.ranking import rank
from tests.editor.panels.catalog import DESCRIPTIONS


def found(query: str) -> list[str]:
    return [description.name for description in rank(DESCRIPTIONS, query)]


def test_an_empty_query_keeps_everything_in_its_order() -> None:
    assert found("  ") == [description.name for description in DESCRIPTIONS]


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("if", "If"),
        ("temp", "Template"),
        ("request", "HttpRequest"),
        ("httprequest", "HttpRequest"),
        ("sleep", "Wait"),
        ("loop", "ForEach"),
        ("pf", "PythonFunction"),
        ("LLM", "Chat"),
        ("own process", "PythonFunction"),
        ("tmplt", "Template"),
    ],
)
def test_the_best_match_comes_first(query: str, first: str) -> None:
    assert found(query)[0] == first


def test_every_word_must_match() -> None:
    assert found("read file") == ["ReadFile"]
    assert found("read nonsense") == []


def test_a_label_that_starts_with_the_word_beats_one_that_only_describes_it() -> None:
    assert found("file")[0] == "ReadFile"
    assert found("text").index("Template") < found("text").index("Set")
