"""Which process writes which runs: a lock file held while the process lives, so that a pid used again does no harm."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path
from secrets import token_hex

from filelock import FileLock, Timeout

from node_engine.models.run import RunState

_LIVE = (RunState.WAITING.value, RunState.RUNNING.value, RunState.PAUSED.value)


class Owner:
    """This process as the owner of runs in a journal. The system releases the lock when the process ends."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.name = f"{os.getpid()}-{token_hex(4)}"
        self._lock = FileLock(self._path(self.name), thread_local=False)
        self._lock.acquire(timeout=0)

    def mark_interrupted(self, database: sqlite3.Connection) -> int:
        """Mark the live runs of processes that are gone as interrupted; returns how many there were."""
        places = ",".join("?" * len(_LIVE))
        rows = database.execute(f"SELECT DISTINCT owner FROM runs WHERE state IN ({places})", _LIVE).fetchall()
        count = 0
        for (name,) in rows:
            if name != self.name and self._is_gone(name):
                statement = f"UPDATE runs SET state = ?, paused_at = NULL WHERE owner = ? AND state IN ({places})"
                count += database.execute(statement, (RunState.INTERRUPTED.value, name, *_LIVE)).rowcount
        return count

    def release(self) -> None:
        """Give up the lock and remove its file."""
        self._lock.release()
        self._path(self.name).unlink(missing_ok=True)

    def _is_gone(self, name: str) -> bool:
        path = self._path(name)
        if not path.exists():
            return True
        lock = FileLock(path, thread_local=False)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            return False
        lock.release()
        path.unlink(missing_ok=True)
        return True

    def _path(self, name: str) -> Path:
        return self._folder / f"{Path(name).name}.lock"
