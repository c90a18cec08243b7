"""A value of 10 MB: components that work on lists and texts come to their end with it."""

from __future__ import annotations

from typing import Any

import pytest

from node_engine.models.json import JsonObject
from tests.components.conftest import RunOne, context_after

TEXTS = [f"{number:03}" * 34_000 for number in range(100)]
TEXT = "\n".join(TEXTS)


@pytest.mark.parametrize(
    ("name", "config", "value", "target", "length"),
    [
        ("Filter", {"items": {"$ctx": "value"}, "condition": "len(item) > 0"}, TEXTS, "items", 100),
        ("Sort", {"items": {"$ctx": "value"}, "by": ["-"]}, TEXTS, "items", 100),
        ("Aggregate", {"items": {"$ctx": "value"}, "group_by": [""]}, TEXTS, "groups", 100),
        ("Join", {"items": {"$ctx": "value"}}, TEXTS, "text", len(TEXT)),
        ("Split", {"value": {"$ctx": "value"}}, TEXT, "parts", 100),
        ("Json", {"mode": "format", "value": {"$ctx": "value"}}, TEXTS, "json", len(TEXT) + 202),
        ("Csv", {"text": {"$ctx": "value"}, "header": False}, TEXT, "rows", 100),
        ("Chat", {"user": {"$ctx": "value"}}, TEXT, "answer", len("You said: ") + len(TEXT)),
    ],
    ids=lambda value: value if isinstance(value, str) and len(value) < 20 else "",
)
async def test_ten_megabytes_are_no_matter(
    run_one: RunOne, name: str, config: JsonObject, value: Any, target: str, length: int
) -> None:
    run = await run_one(name, config, {"value": value})

    assert len((await context_after(run))[target]) == length
