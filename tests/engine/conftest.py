"""Fixtures for tests of the engine."""

from __future__ import annotations

import asyncio

import pytest

from tests.engine import parts


@pytest.fixture(autouse=True)
def fresh_parts():
    """Components that wait or count begin each test anew."""
    for part in (parts.Gate, parts.Deaf):
        part.began, part.go = asyncio.Event(), asyncio.Event()
    parts.Block.began.clear()
    parts.Block.go.clear()
    parts.Flaky.calls = 0
