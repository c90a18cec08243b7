"""Breakpoints over HTTP: every kind is kept as it was given, and what cannot work is refused in words."""

from __future__ import annotations

from typing import Any

import pytest

from tests.service.debugging import set_breakpoints
from tests.service.running import RunningService

KINDS: list[dict[str, Any]] = [
    {"id": "1", "flow_key": "f", "place": "before", "component_key": "a", "condition": "x > 1", "hits": "every 3"},
    {"id": "2", "flow_key": "f", "place": "after", "component_key": "a", "once": True},
    {"id": "3", "flow_key": "f", "place": "wire", "component_key": "a", "port": "true"},
    {"id": "4", "flow_key": "f", "place": "error"},
    {"id": "5", "flow_key": "f", "place": "change", "path": "order.total", "log": "total={order.total}"},
    {"id": "6", "flow_key": "g", "place": "event", "event": "note", "enabled": False},
]


async def test_every_kind_is_kept_as_it_was_given(service: RunningService) -> None:
    put = await service.trusted.put("/breakpoints", json=KINDS)
    shown = await service.trusted.get("/breakpoints")
    again = await service.trusted.put("/breakpoints", json=shown.json())

    assert put.json() == shown.json() == again.json()
    assert [{**each, **given} for each, given in zip(shown.json(), KINDS, strict=True)] == shown.json()
    assert (await service.http.get("/breakpoints")).status_code == 401


async def test_one_without_an_id_gets_one_and_stands_before_its_component(service: RunningService) -> None:
    shown = await set_breakpoints(service, {"flow_key": "f", "component_key": "b"})

    assert shown == [
        {
            "id": shown[0]["id"],
            "flow_key": "f",
            "place": "before",
            "component_key": "b",
            "once": False,
            "enabled": True,
        }
    ]


async def test_those_of_one_flow_are_replaced_and_shown_alone(service: RunningService) -> None:
    await set_breakpoints(service, *KINDS)

    put = await service.trusted.put("/breakpoints?flow_key=f", json=[KINDS[0]])
    of_g = await service.trusted.get("/breakpoints?flow_key=g")
    everything = await service.trusted.get("/breakpoints")

    assert [each["id"] for each in put.json()] == ["1"]
    assert [each["id"] for each in of_g.json()] == ["6"]
    assert sorted(each["id"] for each in everything.json()) == ["1", "6"]


@pytest.mark.parametrize(
    ("given", "loc", "words"),
    [
        ({}, ["body"], "valid list"),
        ([{}], ["body", 0, "flow_key"], "required"),
        ([{"flow_key": "f"}], ["body", 0], "component_key"),
        ([{"flow_key": "f", "place": "change"}], ["body", 0], "path"),
        ([{"flow_key": "f", "place": "nowhere"}], ["body", 0, "place"], "'before'"),
        ([{"flow_key": "f", "component_key": "a", "hits": "often"}], ["body", 0, "hits"], "every 3"),
        (
            [{"flow_key": "f", "component_key": "a", "condition": "x = 1"}],
            ["body", 0, "condition"],
            "write == to compare",
        ),
        ([{"flow_key": "f", "component_key": "a", "where": 1}], ["body", 0, "where"], "not permitted"),
        ([KINDS[0], KINDS[0]], ["body", 1, "id"], "Two breakpoints have this id"),
    ],
)
async def test_what_cannot_work_is_422_in_words_and_changes_nothing(
    service: RunningService, given: Any, loc: list[Any], words: str
) -> None:
    kept = await set_breakpoints(service, KINDS[3])

    answer = await service.trusted.put("/breakpoints", json=given)

    assert answer.status_code == 422
    problem = answer.json()["detail"][0]
    assert (problem["loc"], words in problem["msg"]) == (loc, True), problem
    assert (await service.trusted.get("/breakpoints")).json() == kept


async def test_another_flow_than_the_one_asked_for_is_refused(service: RunningService) -> None:
    answer = await service.trusted.put("/breakpoints?flow_key=f", json=[KINDS[5]])

    assert answer.status_code == 422
    assert 'of the flow "f" only' in answer.json()["detail"][0]["msg"]
