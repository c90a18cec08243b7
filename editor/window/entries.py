"""What the command palette offers: entries, and which of them match some typed words, best first."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of the palette. `hint` stands at the right: keys, a kind, a folder."""

    text: str
    run: Callable[[], None]
    group: str = ""
    hint: str = ""
    icon: str = ""
    color: str = ""
    """Colour of the icon; the theme's secondary text without one."""
    is_enabled: bool = True
    words: str = ""
    """More words to find it by."""


def find_entries(entries: Iterable[Entry], query: str) -> list[Entry]:
    """The entries that hold every typed word, those that can be used and that start with it first."""
    words = query.lower().split()
    scored = [(score, place, entry) for place, entry in enumerate(entries) if (score := _score(entry, words)) > 0]
    scored.sort(key=lambda row: (-row[0], row[1]))
    return [entry for _, _, entry in scored]


def _score(entry: Entry, words: list[str]) -> int:
    text = entry.text.lower()
    total = 2 if entry.is_enabled else 1
    for word in words:
        points = _word_score(text, word) or (10 if word in f"{entry.group} {entry.words}".lower() else 0)
        if not points:
            return 0
        total += points
    return total


def _word_score(text: str, word: str) -> int:
    if text.startswith(word):
        return 60
    if any(part.startswith(word) for part in text.replace("_", " ").split()):
        return 40
    if word in text:
        return 25
    rest = iter(text)
    return 5 if len(word) > 2 and all(letter in rest for letter in word) else 0
