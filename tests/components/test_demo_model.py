"""The demo model: the same canned answer each time."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from node_engine.components.demo_model import answer, pieces

BRIEF = "Announce it. Points:\n- place: At 1 Road.\n- price: It is free.\n- dates: From May.\n"


def said(system: str, user: str, *, as_json: bool = False) -> str:
    return answer([{"role": "system", "content": system}, {"role": "user", "content": user}], as_json=as_json)


def test_without_a_rule_it_says_back_what_was_said_last() -> None:
    messages = [
        {"role": "user", "content": "first"},
        {"role": "assistant", "content": "You said: first"},
        {"role": "user", "content": "second"},
    ]

    assert answer(messages) == "You said: second"
    assert answer(messages, as_json=True) == '{"answer": "You said: second"}'
    assert answer([]) == "You said: "


def test_a_draft_covers_two_points_of_any_brief() -> None:
    assert said("Write a short announcement from this brief.", BRIEF) == "At 1 Road. It is free."
    assert said("Write a short announcement.", "no points") == ""


@pytest.mark.parametrize(
    ("text", "score_so_far", "score", "missing"),
    [
        ("At 1 Road.", "0", 0.33, ["price", "dates"]),
        ("At 1 Road. It is free. From May.", "0", 1.0, []),
        ("At 1 Road.", "0.9", 0.9, ["price", "dates"]),
        ("nothing", "much", 0.0, ["place", "price", "dates"]),
        ("nothing", "7", 0.0, ["place", "price", "dates"]),
    ],
)
def test_a_critic_counts_points_and_never_goes_below_the_score_so_far(
    text: str, score_so_far: str, score: float, missing: list[str]
) -> None:
    asked = f"Brief:\n{BRIEF}\nScore so far: {score_so_far}\n\nText:\n{text}"

    assert json.loads(said("Criticise the text.", asked, as_json=True)) == {"score": score, "missing": missing}


def test_an_improved_text_has_one_point_more_until_none_is_missing() -> None:
    text = "At 1 Road."
    for expected in ("At 1 Road. It is free.", "At 1 Road. It is free. From May.", "At 1 Road. It is free. From May."):
        text = said("Improve the text.", f"Brief:\n{BRIEF}\n\nText:\n{text}")

        assert text == expected


@given(st.text(max_size=200))
def test_pieces_lose_nothing(text: str) -> None:
    assert "".join(pieces(text)) == text


@given(st.text(max_size=300), st.text(max_size=300), st.booleans())
def test_it_answers_whatever_it_is_asked(system: str, asked: str, as_json: bool) -> None:
    for beginning in ("", "Criticise the text", "Improve the text", "Write a short announcement"):
        found = said(beginning + system, asked, as_json=as_json)

        assert not as_json or isinstance(json.loads(found), dict)
