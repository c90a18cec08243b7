"""The demo model: canned answers by fixed rules, so that flows with a model work offline and the same each time.

It is no language model, and says so: show `BADGE` wherever its connection is named. Which rule answers is decided by
how the system message begins; without a rule it says back what it was told.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence

from node_engine.models.json import JsonObject

CONNECTION = "demo"
BADGE = "canned answers, not a language model"

Message = Mapping[str, str]
"""{"role": "system" | "user" | "assistant", "content": text}"""

_POINT = re.compile(r"^- *([^:\n]{1,60}): *(\S.*)$", re.MULTILINE)
"""A point of a brief: "- price: A check costs 25 euros."."""
_PART = re.compile(r"^(Brief|Score so far|Text):", re.MULTILINE)
_DRAFTED_POINTS = 2


def answer(messages: Sequence[Message], *, as_json: bool = False) -> str:
    """The answer to a conversation; JSON text when the caller wants JSON."""
    system = "\n".join(message["content"] for message in messages if message["role"] == "system")
    asked = next((message["content"] for message in reversed(messages) if message["role"] == "user"), "")
    for beginning, rule in RULES.items():
        if system.startswith(beginning):
            said: str | JsonObject = rule(asked)
            break
    else:
        said = f"You said: {asked}"
    if isinstance(said, str) and not as_json:
        return said
    return json.dumps({"answer": said} if isinstance(said, str) else said, ensure_ascii=False)


def pieces(text: str) -> list[str]:
    """The text in the pieces in which it is streamed: word by word, nothing lost."""
    return re.findall(r"\s*\S+\s*$|\s*\S+|\s+", text)


def _draft(asked: str) -> str:
    """The first two points of the brief."""
    return " ".join(list(_points(asked).values())[:_DRAFTED_POINTS])


def _criticise(asked: str) -> JsonObject:
    """How many points of the brief the text covers; never less than the score so far."""
    parts = _parts(asked)
    points = _points(parts.get("Brief", ""))
    missing = [name for name, sentence in points.items() if sentence not in parts.get("Text", "")]
    covered = 1 - len(missing) / len(points) if points else 1.0
    return {"score": round(max(covered, _number(parts.get("Score so far", ""))), 2), "missing": list(missing)}


def _improve(asked: str) -> str:
    """The text with the first point that it misses."""
    parts = _parts(asked)
    text = parts.get("Text", "")
    missing = (sentence for sentence in _points(parts.get("Brief", "")).values() if sentence not in text)
    return " ".join([text, *list(missing)[:1]]).strip()


RULES: Mapping[str, Callable[[str], str | JsonObject]] = {
    "Write a short announcement": _draft,
    "Criticise the text": _criticise,
    "Improve the text": _improve,
}
"""How a system message begins, and what answers the user's message then."""


def _points(brief: str) -> dict[str, str]:
    return {name.strip(): sentence.strip() for name, sentence in _POINT.findall(brief)}


def _parts(asked: str) -> dict[str, str]:
    """The parts of a message that begin with "Brief:", "Score so far:" and "Text:" at the start of a line."""
    pieces_of = _PART.split(asked)
    return {name: text.strip() for name, text in zip(pieces_of[1::2], pieces_of[2::2], strict=True)}


def _number(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        return 0.0
    return number if 0 <= number <= 1 else 0.0
