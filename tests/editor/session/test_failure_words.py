"""Reasons of failures, without their preambles."""

from __future__ import annotations

import pytest

from editor.session.failure_words import reason_of


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        ("Error executing component: [Chat] no key", "no key"),
        ("Error loading component: [Chat] it has no class", "it has no class"),
        ("Error executing component: [InvokeFlow] Error executing component: [Chat] no key", "no key"),
        ("Error executing component: [Chat] [1, 2] is not text\nmore", "[1, 2] is not text\nmore"),
        ("The run took more than 5 steps.", "The run took more than 5 steps."),
        ("it said: Error executing component: [Chat] no key", "it said: Error executing component: [Chat] no key"),
        ("", ""),
    ],
)
def test_the_reason_is_what_follows_the_preamble(error: str, reason: str) -> None:
    assert reason_of(error) == reason
