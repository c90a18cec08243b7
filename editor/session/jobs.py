"""Coroutines started from the window: kept, refused twice, reported, and awaited at the end."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

from PySide6.QtCore import QObject, Signal

from node_engine.errors import NodeEngineError

_logger = logging.getLogger(__name__)


class Jobs(QObject):
    """Runs coroutines on the window's loop, one of each name at a time.

    Signals:
        failed: name and message of a job that raised.
        ended: name of a job that is over, however it ended.
    """

    failed = Signal(str, str)
    ended = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tasks: dict[str, asyncio.Task[None]] = {}

    def start(self, name: str, coroutine: Coroutine[Any, Any, object]) -> bool:
        """Start a coroutine; False, and it never runs, while another of that name does."""
        if self.is_running(name):
            coroutine.close()
            return False
        self._tasks[name] = asyncio.get_running_loop().create_task(self._run(name, coroutine), name=name)
        return True

    def is_running(self, name: str) -> bool:
        """True while a job of that name is under way."""
        return name in self._tasks

    @property
    def is_busy(self) -> bool:
        """True while any job is under way."""
        return bool(self._tasks)

    def cancel(self, name: str) -> None:
        """Cancel a job, if it runs."""
        if name in self._tasks:
            self._tasks[name].cancel()

    async def close(self) -> None:
        """Cancel every job and wait until all have ended; new ones that they started included."""
        while self._tasks:
            tasks = list(self._tasks.values())
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)

    async def _run(self, name: str, coroutine: Coroutine[Any, Any, object]) -> None:
        try:
            await coroutine
        except NodeEngineError as error:
            self.failed.emit(name, str(error))
        except Exception as error:  # the edge of a job: whatever it is, the window stays and says it
            _logger.exception("job %s failed", name)
            self.failed.emit(name, f"{type(error).__name__}: {error}")
        finally:
            coroutine.close()
            del self._tasks[name]
            self.ended.emit(name)
