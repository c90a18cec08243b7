"""Best guesses for a misspelled name."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

_BUDGET = 60
"""Guesses made for one list of words; each compares with all of them, and nobody reads more."""


class Suggestions:
    """Finds the nearest of some words; the same question is answered once."""

    def __init__(self, words: Iterable[str]) -> None:
        self._words = list(words)
        self._answers: dict[str, str | None] = {}

    def nearest(self, word: str, cutoff: float = 0.6) -> str | None:
        """The word most like this one, or None when none is near (or many were asked for already)."""
        if word not in self._answers:
            if len(self._answers) >= _BUDGET:
                return None
            self._answers[word] = self._find(word, cutoff)
        return self._answers[word]

    def _find(self, word: str, cutoff: float) -> str | None:
        by_lower = {candidate.lower(): candidate for candidate in self._words}
        near = get_close_matches(word.lower(), list(by_lower), n=1, cutoff=cutoff)
        return by_lower[near[0]] if near else None


def did_you_mean(guess: str | None, otherwise: str) -> str:
    """The last sentence of a message: the guess, or what to do without one."""
    return f'Did you mean "{guess}"?' if guess is not None else otherwise
