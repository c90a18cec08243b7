"""Fixtures: the running service."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.service.running import RunningService, running_service


@pytest.fixture
async def service(tmp_path: Path) -> AsyncIterator[RunningService]:
    """The service with its default settings."""
    async with running_service(tmp_path / "discovery") as running:
        yield running
