"""Breakpoints as data: what cannot work is refused in words."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from node_engine.models.breakpoint import BreakPlace, Breakpoint


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"place": "before"}, "key of a component"),
        ({"place": "change"}, "a path in the context"),
        ({"place": "event", "event": " "}, "name of an event"),
        ({"component_key": "a", "hits": "often"}, "write = 3, >= 3 or every 3"),
        ({"component_key": "a", "colour": "red"}, "Extra inputs"),
    ],
)
def test_a_breakpoint_that_cannot_work_is_refused_in_words(fields, words):
    with pytest.raises(ValidationError, match=words):
        Breakpoint.model_validate({"flow_key": "flow", **fields})


def test_every_breakpoint_gets_an_id_of_its_own():
    first, second = (Breakpoint(flow_key="flow", place=BreakPlace.ERROR) for _ in range(2))

    assert first.id != second.id
    assert Breakpoint.model_validate(first.model_dump(mode="json")) == first
