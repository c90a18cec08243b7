"""Search over the components: which ones match some typed words, best first."""

from __future__ import annotations

from collections.abc import Iterable

from node_engine.models.description import ComponentDescription

_EXACT, _START, _WORD, _INITIALS, _INSIDE = 100, 80, 60, 50, 40
_SYNONYM, _SYNONYM_START, _DESCRIPTION_WORD, _DESCRIPTION, _LETTERS = 70, 45, 20, 10, 5


def rank(descriptions: Iterable[ComponentDescription], query: str) -> list[ComponentDescription]:
    """The components that match every word of `query`, best first; all of them, unchanged, for an empty query."""
    words = query.lower().split()
    if not words:
        return list(descriptions)
    scored = [(_score(description, words), description) for description in descriptions]
    found = [(score, description) for score, description in scored if score > 0]
    found.sort(key=lambda pair: (-pair[0], pair[1].label.lower()))
    return [description for _, description in found]


def _score(description: ComponentDescription, words: list[str]) -> int:
    label = description.label.lower()
    whole = " ".join(words)
    bonus = _EXACT if whole in (label, description.name.lower()) else _START if label.startswith(whole) else 0
    scores = [_word_score(description, label, word) for word in words]
    return bonus + sum(scores) if all(scores) else 0


def _word_score(description: ComponentDescription, label: str, word: str) -> int:
    parts = label.split()
    synonyms = [synonym.lower() for synonym in description.synonyms]
    about = description.description.lower()
    tests = (
        (_EXACT, word in (label, description.name.lower())),
        (_START, label.startswith(word) or description.name.lower().startswith(word)),
        (_SYNONYM, word in synonyms),
        (_WORD, any(part.startswith(word) for part in parts)),
        (_INITIALS, len(word) > 1 and "".join(part[0] for part in parts).startswith(word)),
        (_SYNONYM_START, any(part.startswith(word) for synonym in synonyms for part in synonym.split())),
        (_INSIDE, word in label or word in description.name.lower()),
        (_DESCRIPTION_WORD, any(part.startswith(word) for part in about.split())),
        (_DESCRIPTION, word in about),
        (_LETTERS, len(word) > 2 and _in_order(word, label)),
    )
    return max((points for points, holds in tests if holds), default=0)


def _in_order(letters: str, text: str) -> bool:
    rest = iter(text)
    return all(letter in rest for letter in letters)
