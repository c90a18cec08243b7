"""The number of each run, counted over all processes that share a state folder, in a small file of its own.

Not in the journal's file: there a run that starts would wait until a batch of events is written.
"""

from __future__ import annotations

import sqlite3
from contextlib import suppress
from pathlib import Path

from node_engine.engine.database import open_database
from node_engine.errors import StorageError

FILE_NAME = "numbers.sqlite"
_SCHEMA = "CREATE TABLE numbers (last INTEGER NOT NULL); INSERT INTO numbers VALUES (0);"
_BUSY_MS = 100
"""Longest wait for another process, which holds the file for microseconds; the loop stands still meanwhile."""


class RunNumbers:
    """Hands out each number once. If the file cannot be used it counts on alone, so that runs never fail for it."""

    def __init__(self, folder: Path, used: int) -> None:
        """`used` is the highest number known otherwise, in case the file was lost."""
        self._last = used
        self._database: sqlite3.Connection | None = None
        with suppress(StorageError, sqlite3.Error):
            database = self._database = open_database(folder / FILE_NAME, (_SCHEMA,)).connection
            database.execute("PRAGMA synchronous=OFF")  # after a power cut the journal knows the highest number
            database.execute(f"PRAGMA busy_timeout={_BUSY_MS}")
            database.execute("UPDATE numbers SET last = max(last, ?)", (used,))

    def take(self) -> int:
        """The next number."""
        number = self._last + 1
        if self._database is not None:
            with suppress(sqlite3.Error):
                statement = "UPDATE numbers SET last = max(last, ?) + 1 RETURNING last"
                number = int(self._database.execute(statement, (self._last,)).fetchone()[0])
        self._last = number
        return number

    def close(self) -> None:
        """Close the file."""
        if self._database is not None:
            self._database.close()
            self._database = None
