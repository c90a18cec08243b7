"""A window's loop, and a session with a real engine in its thread."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot
from qasync import QEventLoop

from editor.session import EngineSession, RunModel
from node_engine.engine.engine import EngineSettings
from node_engine.models.limits import EDITOR_LIMITS
from node_engine.service.host import EngineHost

InWindow = Callable[[Coroutine[Any, Any, Any]], Any]


@pytest.fixture
def in_window(qapp: Any) -> Iterator[InWindow]:
    """Runs a coroutine on a loop like the window's, and gives its result."""
    loop = QEventLoop(qapp)
    asyncio.set_event_loop(loop)
    try:
        yield lambda coroutine: loop.run_until_complete(asyncio.wait_for(coroutine, 30))
    finally:
        loop.close()
        asyncio.set_event_loop(None)


@pytest.fixture
def model(qapp: Any) -> RunModel:
    return RunModel()


@pytest.fixture
def session(tmp_path: Path, qtbot: QtBot) -> Iterator[EngineSession]:
    """A session whose engine runs, without a service."""
    settings = EngineSettings(registry_root=None, state_dir=tmp_path, limits=EDITOR_LIMITS)
    session = EngineSession(EngineHost(settings, serve=False))
    with qtbot.waitSignal(session.ready, timeout=30_000):
        session.start()
    yield session
    session.close()
