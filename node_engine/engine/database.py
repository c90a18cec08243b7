"""Opening a SQLite file safely: settings, schema version, and what to do with a file that is no database."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from node_engine.errors import StorageError

BUSY_S = 5.0
"""How long a write waits for another process that writes to the same file."""
_CHECKED_BYTES = 8 * 1024 * 1024
"""Files up to this size are checked whole at opening (20 ms); larger ones show damage when it is met."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A connection, and in `notice` what a person should know about how it was opened."""

    connection: sqlite3.Connection
    notice: str | None = None


def open_database(path: Path | None, schema: Sequence[str]) -> Opened:
    """Open or make the file; in memory when `path` is None. `schema` has the statements that led to each version.

    A file that is damaged or not a database is moved aside and a new one is made: `notice` names both. A file that
    cannot be opened or made raises StorageError. The connection may be used by one thread at a time.
    """
    if path is None:
        return Opened(_connect(":memory:", schema))
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        return Opened(_connect(str(path), schema))
    except sqlite3.OperationalError as error:
        raise StorageError(f"The file {path} cannot be used: {error}.") from error
    except sqlite3.DatabaseError as error:
        return _start_again(path, schema, str(error))
    except OSError as error:
        raise StorageError(f"The folder {path.parent} cannot be used: {error.strerror}.") from error


def open_for_reading(path: Path) -> sqlite3.Connection:
    """A second connection to a file that is open already; it cannot change anything. Raises sqlite3.Error."""
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=rw", uri=True, timeout=BUSY_S, check_same_thread=False
    )
    connection.execute("PRAGMA query_only=1")
    return connection


def move_aside(path: Path) -> Path:
    """Rename a damaged database so that it can be looked at; its write-ahead log goes with it."""
    aside = path.with_name(f"{path.stem}.broken-{time.strftime('%Y%m%d-%H%M%S')}{path.suffix}")
    for ending in ("", "-wal", "-shm"):
        part = Path(f"{path}{ending}")
        if part.exists():
            part.replace(f"{aside}{ending}")
    return aside


def _start_again(path: Path, schema: Sequence[str], reason: str) -> Opened:
    try:
        aside = move_aside(path)
        connection = _connect(str(path), schema)
    except (OSError, sqlite3.Error) as error:
        raise StorageError(f"The file {path} is damaged ({reason}) and cannot be replaced: {error}.") from error
    return Opened(connection, f"{path.name} was damaged ({reason}). It is kept as {aside.name}; a new one was started.")


def _connect(place: str, schema: Sequence[str]) -> sqlite3.Connection:
    connection = sqlite3.connect(place, timeout=BUSY_S, isolation_level=None, check_same_thread=False)
    try:
        _prepare(connection, place, schema)
    except BaseException:
        connection.close()
        raise
    return connection


def _prepare(connection: sqlite3.Connection, place: str, schema: Sequence[str]) -> None:
    connection.execute("PRAGMA auto_vacuum=INCREMENTAL")
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")
    found = _version(connection)
    if found > len(schema):
        raise StorageError(f"The file {place} was written by a newer version of this program. Use that one.")
    if found < len(schema):
        _upgrade(connection, schema)
    elif place != ":memory:" and Path(place).stat().st_size <= _CHECKED_BYTES:
        answer = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
        if answer != "ok":
            raise sqlite3.DatabaseError(answer)


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _upgrade(connection: sqlite3.Connection, schema: Sequence[str]) -> None:
    """Do what is missing, unless another process has done it meanwhile."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        for statement in ";".join(schema[_version(connection) :]).split(";"):
            if statement.strip():
                connection.execute(statement)
        connection.execute(f"PRAGMA user_version={len(schema)}")
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise
