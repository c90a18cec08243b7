"""Long work in turns."""

from __future__ import annotations

import asyncio

import pytest

from node_engine.components import turns


async def test_items_come_in_order_and_others_get_their_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "TURN_S", 0.0)
    seen: list[str] = []

    async def other() -> None:
        seen.append("other")

    task = asyncio.ensure_future(other())
    async for item in turns.in_turns(["a", "b"]):
        seen.append(item)
    await task

    assert seen == ["a", "other", "b"]
