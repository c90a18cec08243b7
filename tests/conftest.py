"""Fixtures that several rooms use."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from node_engine.engine.engine import Engine, EngineSettings
from node_engine.engine.runtime import Runtime
from node_engine.models.limits import Limits
from tests.engine.parts import PARTS


@pytest.fixture
def limits() -> Limits:
    """The limits of the `runtime`; a test may override this fixture or replace the runtime's own."""
    return Limits(cancel_grace_s=0.1)


@pytest.fixture
async def runtime(limits: Limits) -> AsyncIterator[Runtime]:
    """A runtime with the components of tests/engine/parts.py, in memory."""
    async with Engine(EngineSettings(limits=limits), PARTS) as engine:
        yield engine.runtime
