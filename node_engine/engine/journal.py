"""The journal: every run with its events in a SQLite file, written by a thread that follows the event log.

A killed process loses at most what happened since the last batch, 30 ms. Two processes may share one file: each
writes its own runs, and only runs of a process that is gone are marked as interrupted.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from node_engine.engine.database import move_aside, open_database, open_for_reading
from node_engine.engine.events import EventLog
from node_engine.engine.journal_owner import Owner
from node_engine.engine.journal_reader import JournalReader, Story
from node_engine.engine.journal_writer import SCHEMA, FindRun, JournalWriter, tidy
from node_engine.engine.run_numbers import RunNumbers
from node_engine.errors import StorageError
from node_engine.models.event import Event
from node_engine.models.flow import FlowDefinition
from node_engine.models.ids import FrameId
from node_engine.models.json import JsonObject
from node_engine.models.limits import DEFAULT_LIMITS, Limits
from node_engine.models.run import RunState, RunSummary, StepRecord

FILE_NAME = "journal.sqlite"
BATCH_S = 0.03
"""How long events are collected: the most that a kill can lose."""
_BATCH_EVENTS = 10_000
_FLUSH_S = 10.0
_RETRY_S = 0.3

_log = logging.getLogger("node_engine.journal")
Result = TypeVar("Result")


class Journal:
    """Past runs and those under way. Open it, `start` it with the runtime's `run`, `await close()` it.

    Its questions are coroutines for any loop; they are answered by a thread of its own and see what was written up to
    30 ms ago, or everything after `await flush()`.
    """

    def __init__(self, folder: Path, events: EventLog, limits: Limits = DEFAULT_LIMITS) -> None:
        """Open or make `folder/journal.sqlite`. Raises StorageError when the folder or the file cannot be used."""
        self._path = folder / FILE_NAME
        self._limits = limits
        opened = open_database(self._path, SCHEMA)
        self._database = opened.connection
        self.notice = opened.notice
        """What a person should know about the file: that a damaged one was replaced."""
        try:
            self._owner = Owner(folder / "owners")
            self.interrupted = self._owner.mark_interrupted(self._database)
            """How many runs a process that is gone left behind."""
            tidy(self._database, limits)
        except (OSError, sqlite3.Error) as error:
            self._database.close()
            raise StorageError(f"The file {self._path} cannot be used: {error}.") from error
        self._numbers = RunNumbers(folder, JournalReader(self._database).last_number())
        self._follower = _Follower(self._database, self._path, self._owner.name, events, limits)
        self._readers = ThreadPoolExecutor(1, thread_name_prefix="journal-reader")
        self._reading: sqlite3.Connection | None = None
        self._reader: JournalReader | None = None

    @property
    def problem(self) -> str | None:
        """Why runs cannot be written at present, or None."""
        return self._follower.problem

    def take_number(self) -> int:
        """A number for a run, which no other process with this folder gets."""
        return self._numbers.take()

    def start(self, find_run: FindRun) -> None:
        """Begin to write the events that are appended from now on."""
        self._follower.start(find_run)

    async def flush(self) -> None:
        """Wait until everything appended so far is written."""
        await asyncio.to_thread(self._follower.flush)

    async def close(self) -> None:
        """Write what is left and close the file."""
        await asyncio.to_thread(self._follower.close)
        await asyncio.get_running_loop().run_in_executor(self._readers, self._close_reader)
        self._readers.shutdown(wait=True)
        self._numbers.close()
        self._owner.release()

    async def runs(
        self,
        *,
        limit: int = 200,
        flow_key: str | None = None,
        session_id: str | None = None,
        state: RunState | None = None,
    ) -> list[RunSummary]:
        """Runs that fit, newest first."""
        return await self._ask(lambda reader: reader.runs(limit, flow_key, session_id, state))

    async def run(self, run_id: str) -> RunSummary | None:
        """One run, or None."""
        return await self._ask(lambda reader: reader.run(run_id))

    async def steps(self, run_id: str) -> list[StepRecord]:
        """The steps of a run in order of starting. Raises UnknownRunError."""
        return await self._ask(lambda reader: reader.story(run_id).steps)

    async def state_at(self, run_id: str, number: int, frame: FrameId | None = None) -> JsonObject:
        """The context after a step; not to be changed. Raises UnknownRunError, UnknownKeyError."""
        return await self._ask(lambda reader: reader.story(run_id).state_at(number, frame))

    async def state_before(self, run_id: str, number: int, frame: FrameId | None = None) -> JsonObject:
        """The context as a step found it; not to be changed. Raises UnknownRunError, UnknownKeyError."""
        return await self._ask(lambda reader: reader.story(run_id).state_before(number, frame))

    async def ask(self, run_id: str, question: Callable[[Story], Result]) -> Result:
        """The answer to a question about a whole run, worked out in the journal's thread. Raises UnknownRunError."""
        return await self._ask(lambda reader: question(reader.story(run_id)))

    async def flow(self, run_id: str) -> FlowDefinition:
        """The definition a run was given, with its first context; secrets are hidden. Raises UnknownRunError."""
        return await self._ask(lambda reader: reader.flow(run_id))

    async def events(self, run_id: str, after: int = 0) -> list[Event]:
        """The events of a run, private ones too; numbers are those of the log that had them. Raises UnknownRunError."""
        return await self._ask(lambda reader: reader.events(run_id, after))

    async def has_gap(self, run_id: str) -> bool:
        """True when events of the run are missing, so that contexts of its steps may be wrong."""
        return await self._ask(lambda reader: reader.story(run_id).has_gap)

    async def _ask(self, question: Callable[[JournalReader], Result]) -> Result:
        def answer() -> Result:
            try:
                return question(self._open_reader())
            except sqlite3.Error as error:
                self._close_reader()
                raise StorageError(f"The journal of runs cannot be read: {error}.") from error

        return await asyncio.get_running_loop().run_in_executor(self._readers, answer)

    def _open_reader(self) -> JournalReader:
        if self._reader is None:
            self._reading = open_for_reading(self._path)
            self._reader = JournalReader(self._reading)
        return self._reader

    def _close_reader(self) -> None:
        if self._reading is not None:
            self._reading.close()
        self._reading = self._reader = None


class _Follower:
    """The thread that follows the event log and writes a batch each 30 ms while there is something to write."""

    def __init__(self, database: sqlite3.Connection, path: Path, owner: str, events: EventLog, limits: Limits) -> None:
        self.problem: str | None = None
        self._database = database
        self._path = path
        self._owner = owner
        self._events = events
        self._limits = limits
        self._cursor = events.cursor(holds=True)
        self._writer: JournalWriter | None = None
        self._find_run: FindRun | None = None
        self._ready = threading.Event()
        self._is_closing = threading.Event()
        self._written = threading.Condition()
        self._position = self._cursor.position
        self._thread = threading.Thread(target=self._follow, name="journal", daemon=True)

    def start(self, find_run: FindRun) -> None:
        """Start the thread."""
        self._find_run = find_run
        self._writer = JournalWriter(self._database, self._owner, self._limits, find_run)
        self._cursor.on_ready(self._ready.set)
        self._thread.start()

    def flush(self) -> None:
        """Return when all events appended so far are written, or given up."""
        wanted = self._events.last_number
        with self._written:
            self._written.wait_for(lambda: self._position >= wanted or not self._thread.is_alive(), _FLUSH_S)

    def close(self) -> None:
        """Write what is left, end the thread and close the file."""
        self._is_closing.set()
        self._ready.set()
        if self._thread.is_alive():
            self._thread.join(_FLUSH_S)
        self._cursor.close()
        self._database.close()

    def _follow(self) -> None:
        while not self._is_closing.is_set():
            self._ready.wait()
            self._ready.clear()
            self._is_closing.wait(BATCH_S)
            self._drain()
        self._drain()

    def _drain(self) -> None:
        while True:
            batch = self._cursor.read(_BATCH_EVENTS)
            if not batch.events and not batch.missed:
                break
            self._write(batch.events, batch.missed)
            with self._written:
                self._position = self._cursor.position
                self._written.notify_all()

    def _write(self, events: list[Event], missed: int) -> None:
        """Write a batch; when that fails twice it is lost, and `problem` says why until a later one is written."""
        for attempt in (1, 2):
            try:
                assert self._writer is not None  # set by start
                self._writer.write(events, missed)
                self.problem = None
                return
            except sqlite3.OperationalError as error:
                reason = str(error)
                if attempt == 1:
                    time.sleep(_RETRY_S)
            except sqlite3.DatabaseError as error:
                reason = str(error)
                self._start_again()
        if self.problem is None:
            _log.warning("Runs are not written to %s: %s. Everything else goes on.", self._path.name, reason)
        self.problem = f"Runs are not written to the journal: {reason}. Make room or check the folder of the journal."

    def _start_again(self) -> None:
        """Put a damaged file aside and go on with a new one."""
        self._database.close()
        try:
            move_aside(self._path)
            self._database = open_database(self._path, SCHEMA).connection
        except (OSError, StorageError):
            self._database = open_database(None, SCHEMA).connection
        assert self._find_run is not None  # set by start
        self._writer = JournalWriter(self._database, self._owner, self._limits, self._find_run)
