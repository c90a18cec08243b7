"""What components keep for a session between runs: JSON values by session and key, in SQLite."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from node_engine.engine.database import open_database
from node_engine.errors import LimitError, StorageError
from node_engine.models.json import JsonValue
from node_engine.models.limits import DEFAULT_LIMITS, MIB, Limits
from node_engine.models.parse import dump_json, parse_json

_SCHEMA = """
CREATE TABLE IF NOT EXISTS stored (
  session_id TEXT NOT NULL, key TEXT NOT NULL, value BLOB NOT NULL, PRIMARY KEY (session_id, key)
) WITHOUT ROWID
"""
_DEPTH = 512
"""Deeper than any context may be."""

Result = TypeVar("Result")


class Storage:
    """Values by session and key. Session and key are data, never paths. Only for the loop it was first used on."""

    def __init__(self, path: Path | None = None, limits: Limits = DEFAULT_LIMITS) -> None:
        self.notice: str | None = None
        """What a person should know about the file, once it was opened: that a damaged one was replaced."""
        self._path = path
        self._limits = limits
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="storage")
        self._connection: sqlite3.Connection | None = None
        self._is_closed = False

    async def get(self, session_id: str, key: str, default: JsonValue = None) -> JsonValue:
        """The stored value, or the default if nothing is stored."""
        return await self._on_thread(lambda database: _read(database, session_id, key, default))

    async def put(self, session_id: str, key: str, value: JsonValue) -> None:
        """Store a JSON value, replacing what was there. Raises LimitError for one beyond `Limits.value_bytes`."""
        stored = self._dump(key, value)
        await self._on_thread(lambda database: _write(database, session_id, key, stored))

    async def update(self, session_id: str, key: str, change: Callable[[JsonValue], JsonValue]) -> JsonValue:
        """Store `change(stored value or None)` in one transaction and return it; `change` runs in another thread."""

        def work(database: sqlite3.Connection) -> JsonValue:
            database.execute("BEGIN IMMEDIATE")
            try:
                value = change(_read(database, session_id, key, None))
                _write(database, session_id, key, self._dump(key, value))
            except BaseException:
                database.execute("ROLLBACK")
                raise
            database.execute("COMMIT")
            return value

        return await self._on_thread(work)

    async def delete(self, session_id: str, key: str) -> bool:
        """Forget a value; True if there was one."""
        statement = "DELETE FROM stored WHERE session_id = ? AND key = ?"
        return await self._on_thread(lambda database: database.execute(statement, (session_id, key)).rowcount > 0)

    async def clear_session(self, session_id: str) -> None:
        """Forget all values of a session."""
        await self._on_thread(
            lambda database: database.execute("DELETE FROM stored WHERE session_id = ?", (session_id,))
        )

    async def keys(self, session_id: str) -> list[str]:
        """The keys that hold a value in a session, sorted."""
        statement = "SELECT key FROM stored WHERE session_id = ? ORDER BY key"
        return await self._on_thread(
            lambda database: [row[0] for row in database.execute(statement, (session_id,)).fetchall()]
        )

    async def close(self) -> None:
        """Close the file after what is under way; later use raises StorageError."""
        self._is_closed = True
        if self._connection is not None:
            await asyncio.get_running_loop().run_in_executor(self._thread, self._connection.close)
            self._connection = None
        self._thread.shutdown(wait=False)

    def _dump(self, key: str, value: JsonValue) -> bytes:
        try:
            stored = dump_json(value)
        except (TypeError, ValueError, RecursionError) as error:
            raise StorageError(f'The value for "{key}" cannot be stored: it is not JSON ({error}).') from error
        if len(stored) > self._limits.value_bytes:
            most = self._limits.value_bytes
            message = f'The value for "{key}" has {len(stored) / MIB:.1f} MiB; {most / MIB:.0f} MiB can be stored.'
            raise LimitError(message, limit=most, value=len(stored))
        return stored

    async def _on_thread(self, work: Callable[[sqlite3.Connection], Result]) -> Result:
        def run() -> Result:
            try:
                return work(self._database())
            except sqlite3.Error as error:
                raise StorageError(f"The store of session values did not work: {error}.") from error

        if self._is_closed:
            raise StorageError("The store of session values is closed.")
        return await asyncio.get_running_loop().run_in_executor(self._thread, run)

    def _database(self) -> sqlite3.Connection:
        if self._connection is None:
            opened = open_database(self._path, (_SCHEMA,))
            self._connection, self.notice = opened.connection, opened.notice
        return self._connection


def _read(database: sqlite3.Connection, session_id: str, key: str, default: JsonValue) -> JsonValue:
    statement = "SELECT value FROM stored WHERE session_id = ? AND key = ?"
    row = database.execute(statement, (session_id, key)).fetchone()
    return default if row is None else parse_json(row[0], depth=_DEPTH)


def _write(database: sqlite3.Connection, session_id: str, key: str, stored: bytes) -> None:
    statement = "INSERT INTO stored VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET value = excluded.value"
    database.execute(statement, (session_id, key, stored))
