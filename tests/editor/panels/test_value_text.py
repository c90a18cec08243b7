"""Values in few words, however large they are."""

from __future__ import annotations

import time

import pytest

from editor.panels.plain_text import duration_words, one_line, size_words, tooltip
from editor.panels.value_text import bounded_json, exceeds, short_value


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0.5, "0.5"),
        (None, "null"),
        (True, "true"),
        ("a\nb", '"a\\nb"'),
        ([], "[]"),
        ({}, "{}"),
        ({"a": 1}, "{1 key}"),
        ({"a": 1, "b": 2}, "{2 keys}"),
        (["dates", "contact"], '["dates", "contact"]'),
        ([[1]], "[1 item]"),
        (list(range(1234)), "[1,234 items]"),
    ],
)
def test_a_value_in_a_few_words(value: object, words: str) -> None:
    assert short_value(value) == words


def test_a_lone_surrogate_is_shown_instead_of_raising() -> None:
    assert short_value("\ud800") == '"?"'


def test_small_values_are_whole_and_large_ones_a_preview() -> None:
    assert bounded_json({"a": [1]}) == ('{\n  "a": [\n    1\n  ]\n}', True)

    text, is_all = bounded_json({"a": list(range(1_000_000))})

    assert not is_all
    assert len(text) <= 64 * 1024
    assert text.startswith('{\n  "a": [\n    0\n    1')


def test_the_size_of_a_huge_value_is_judged_at_once() -> None:
    huge = {"rows": [{"n": number} for number in range(300_000)]}

    started = time.perf_counter()

    assert exceeds(huge)
    assert not exceeds({"a": "x" * 1_000})
    assert time.perf_counter() - started < 0.2


def test_sizes_and_durations_are_said_for_people() -> None:
    assert [size_words(size) for size in (12, 64_000, 50_000_000)] == ["12 bytes", "64 KB", "50.0 MB"]
    assert [duration_words(ms) for ms in (0, 0.1, 2, 412, 1_200, 65_000)] == [
        "0 ms", "0.1 ms", "2.0 ms", "412 ms", "1.20 s", "1:05 min",
    ]  # fmt: skip


def test_markup_and_long_texts_are_harmless() -> None:
    assert "<img" not in tooltip("<img src=x>")
    assert len(tooltip("x" * 100_000)) < 3_000
    assert one_line("a\n b" + "c" * 500) == "a b" + "c" * 196 + "…"
