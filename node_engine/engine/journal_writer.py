"""Writes batches of events to the journal's file: one compressed chunk for each run and batch, in one transaction.

Chunks instead of a row for each event: a row costs Python code and a change of the interpreter's lock, which a busy
engine thread gives back only after 5 ms. A chunk costs one `dumps`, and the rest happens without the lock.
"""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections.abc import Callable, Iterable
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

import orjson

from node_engine.engine.masking import masked, may_hold_secret
from node_engine.errors import UnknownRunError
from node_engine.models.event import Event, EventName
from node_engine.models.ids import RunId
from node_engine.models.json import JsonObject, JsonValue
from node_engine.models.limits import Limits
from node_engine.models.run import Origin, RunState

if TYPE_CHECKING:
    from node_engine.engine.run import Run

FindRun = Callable[[RunId], "Run"]
"""Finds a run in memory; raises UnknownRunError."""

VERSION = 1
SCHEMA = """
CREATE TABLE runs (
  serial INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, number INTEGER NOT NULL, flow_key TEXT NOT NULL,
  session_id TEXT NOT NULL, origin TEXT NOT NULL, parent TEXT, state TEXT NOT NULL, started_s REAL NOT NULL,
  elapsed_ms REAL NOT NULL DEFAULT 0, steps INTEGER NOT NULL DEFAULT 0, error TEXT, paused_at TEXT,
  flow TEXT NOT NULL, owner TEXT NOT NULL, size_bytes INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX runs_number ON runs (number);
CREATE INDEX runs_state ON runs (state);
CREATE TABLE flows (hash TEXT PRIMARY KEY, body BLOB NOT NULL, packing INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE chunks (run INTEGER NOT NULL, body BLOB NOT NULL, packing INTEGER NOT NULL);
CREATE INDEX chunks_run ON chunks (run);
"""
FRAME_OPENED = "frame.opened"
"""Not an event of the log: {frame, context}, written before the first event of a frame."""
GAP = "journal.gap"
"""Not an event of the log: {missed}, where the journal was too slow."""
PLAIN, PACKED, LONG_NUMBERS = 0, 1, 2
"""Packing of a body, added up: compressed, and holding numbers beyond 64 bits."""

_PACKED_FROM_BYTES = 512
_ENDS = {
    EventName.RUN_FINISHED: RunState.FINISHED,
    EventName.RUN_FAILED: RunState.FAILED,
    EventName.RUN_STOPPED: RunState.STOPPED,
}
_STEP_ENDS = frozenset((EventName.STEP_FINISHED, EventName.STEP_FAILED))
_INSERT_RUN = """
INSERT INTO runs (id, number, flow_key, session_id, origin, parent, state, started_s, flow, owner)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET id = excluded.id
RETURNING serial, state, steps, elapsed_ms, error
"""
_UPDATE_RUN = """
UPDATE runs SET state = ?, elapsed_ms = ?, steps = ?, error = ?, paused_at = ?, size_bytes = size_bytes + ?
WHERE serial = ?
"""
Row = tuple[str | int | float | None, ...]
Entry = tuple[int, str, float, JsonValue, bool]
"""Number, name, time, data and privacy of an event, as chunks hold it."""


def packed(value: object) -> tuple[bytes, int]:
    """JSON with secrets hidden, compressed if that pays, and its packing."""
    body, packing = _dumped(value)
    if may_hold_secret(body):
        body, packing = _dumped(masked(value))  # type: ignore[arg-type]  # lists and objects of JSON
    if len(body) >= _PACKED_FROM_BYTES:
        return zlib.compress(body, 1), packing | PACKED
    return body, packing


def unpacked(body: bytes, packing: int) -> Any:
    """What `packed` was given."""
    plain = zlib.decompress(body) if packing & PACKED else body
    return json.loads(plain) if packing & LONG_NUMBERS else orjson.loads(plain)


def _dumped(value: object) -> tuple[bytes, int]:
    try:
        return orjson.dumps(value), PLAIN
    except orjson.JSONEncodeError:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode(errors="replace"), LONG_NUMBERS


class LiveRun:
    """A run while its events are written: its row, and what was written of it already."""

    def __init__(self, run: Run | None, row: tuple[int, str, int, float, str | None]) -> None:
        self.serial, state, self.steps, self.elapsed_ms, self.error = row
        self.state = RunState(state)
        self.entries: list[Entry] = []
        self.paused_at: str | None = None
        self._run = run
        self._started_s = run.started_s if run is not None else 0.0
        self._frames: set[str] = set()
        self._configs: dict[tuple[str, str], object] = {}

    def add(self, event: Event) -> None:
        """Take in an event, with what the log leaves out: contexts of frames, long changes, resolved configs."""
        data: Any = event.data
        if data.__class__ is dict and "frame" in data:
            frame = data["frame"]
            if frame not in self._frames:
                self._frames.add(frame)
                opened: JsonObject = {"frame": frame, "context": self._first_context(frame)}
                self.entries.append((event.number, FRAME_OPENED, event.time_s, opened, True))
            if event.name in _STEP_ENDS:
                data = self._completed(data)
            self._follow(event.name, data, event.time_s)
        self.entries.append((event.number, event.name, event.time_s, data, event.private))

    def _follow(self, name: str, data: JsonObject, time_s: float) -> None:
        self.steps = max(self.steps, int(data.get("step") or 0))  # type: ignore[arg-type]  # a number in every event
        if name == EventName.RUN_PAUSED:
            self.state = RunState.PAUSED
            self.paused_at = f"{data['frame']}/{data.get('key')}#{data.get('visit')}"
        elif name == EventName.RUN_RESUMED:
            self.state, self.paused_at = RunState.RUNNING, None
        elif name in _ENDS:
            self.state, self.paused_at = _ENDS[EventName(name)], None
            error = data.get("error")
            self.error = None if error is None else str(error)
        elapsed_ms = data.get("elapsed_ms") if name in _ENDS else None
        self.elapsed_ms = float(elapsed_ms) if isinstance(elapsed_ms, (int, float)) else self._since_start(time_s)

    def _since_start(self, time_s: float) -> float:
        return max(self.elapsed_ms, (time_s - self._started_s) * 1_000 if self._started_s else 0.0)

    def _first_context(self, frame: str) -> JsonObject:
        """The context a frame began with. Values of a history never change, so reading them here is safe."""
        history = self._run.history.frames.get(frame) if self._run is not None else None  # type: ignore[call-overload]
        return history.state(-1) if history is not None else {}

    def _completed(self, data: JsonObject) -> JsonObject:
        number = data.get("step")
        if self._run is None or not isinstance(number, int) or not 0 < number <= len(self._run.records):
            return data
        record = self._run.records[number - 1]
        changes = data.get("changes")
        if changes.__class__ is dict:  # left out of the event because of their size
            data = {**data, "changes": record.changes}  # type: ignore[dict-item]  # a list of objects is a list
        place = (str(record.id.frame), str(record.id.key))
        if self._configs.get(place) is not record.config:
            self._configs[place] = record.config
            data = {**data, "config": record.config}
        return data


class JournalWriter:
    """Turns batches of events into transactions. For one thread."""

    def __init__(self, database: sqlite3.Connection, owner: str, limits: Limits, find_run: FindRun) -> None:
        self._database = database
        self._owner = owner
        self._limits = limits
        self._find_run = find_run
        self._live: dict[RunId, LiveRun] = {}
        self._ended = 0

    def write(self, events: Iterable[Event], missed: int = 0) -> None:
        """Write a batch; events of no run are not kept. Raises sqlite3.Error, and then nothing of it is written."""
        self._database.execute("BEGIN IMMEDIATE")
        try:
            self._write(events, missed)
            self._database.execute("COMMIT")
        except BaseException:
            if self._database.in_transaction:
                self._database.execute("ROLLBACK")
            self._live.clear()  # rows may be gone; runs are found again by their next event
            raise
        for run_id in [run_id for run_id, live in self._live.items() if live.state.is_final]:
            del self._live[run_id]
            self._ended += 1
        if self._ended >= _TIDY_EVERY:
            self._ended = 0
            tidy(self._database, self._limits)

    def _write(self, events: Iterable[Event], missed: int) -> None:
        touched: dict[RunId, LiveRun] = {}
        if missed:
            for live in self._live.values():
                live.entries.append((0, GAP, 0.0, {"missed": missed}, True))
            touched.update(self._live)
        for event in events:
            run_id = event.run_id
            if run_id is not None:
                live = touched.get(run_id) or self._live.get(run_id) or self._begin(run_id, event)
                touched[run_id] = live
                live.add(event)
        for live in touched.values():
            self._flush(live)

    def _begin(self, run_id: RunId, event: Event) -> LiveRun:
        try:
            run: Run | None = self._find_run(run_id)
        except UnknownRunError:
            run = None
        row = self._row(run_id, event) if run is None else self._row_of(run)
        live = self._live[run_id] = LiveRun(run, self._database.execute(_INSERT_RUN, row).fetchone())
        return live

    def _row(self, run_id: RunId, event: Event) -> Row:
        """A run that is not in memory any more: what its event says."""
        return (run_id, 0, "", event.session_id, Origin.API, None, RunState.RUNNING, event.time_s, "", self._owner)

    def _row_of(self, run: Run) -> Row:
        return (
            *(run.id, run.number, run.flow.key, run.session_id, run.origin, run.parent),
            *(RunState.RUNNING, run.started_s, self._keep_flow(run), self._owner),
        )

    def _keep_flow(self, run: Run) -> str:
        """Stores the run's definition, once for all runs of the same one."""
        body = orjson.loads(run.flow.model_dump_json(exclude={"context", "status", "session_id"}))
        data, packing = packed(body)
        name = blake2b(data, digest_size=16).hexdigest()
        self._database.execute("INSERT OR IGNORE INTO flows VALUES (?, ?, ?)", (name, data, packing))
        return name

    def _flush(self, live: LiveRun) -> None:
        body, packing = packed(live.entries)
        live.entries = []
        self._database.execute("INSERT INTO chunks VALUES (?, ?, ?)", (live.serial, body, packing))
        row = (live.state.value, live.elapsed_ms, live.steps, live.error, live.paused_at, len(body), live.serial)
        self._database.execute(_UPDATE_RUN, row)


_TIDY_EVERY = 50
_DELETE_AT_ONCE = 100


def tidy(database: sqlite3.Connection, limits: Limits) -> None:
    """Delete the oldest runs that are over, beyond `journal_runs` and `journal_bytes`; the newest one stays."""
    rows = database.execute("SELECT serial, size_bytes, state FROM runs ORDER BY serial DESC").fetchall()
    size, old = 0, []
    for place, (serial, size_bytes, state) in enumerate(rows):
        size += size_bytes
        if place and RunState(state).is_final and (place >= limits.journal_runs or size > limits.journal_bytes):
            old.append((serial,))
    for start in range(0, len(old), _DELETE_AT_ONCE):
        part = old[start : start + _DELETE_AT_ONCE]
        database.execute("BEGIN IMMEDIATE")
        database.executemany("DELETE FROM chunks WHERE run = ?", part)
        database.executemany("DELETE FROM runs WHERE serial = ?", part)
        database.execute("COMMIT")
    if old:
        database.execute("DELETE FROM flows WHERE hash NOT IN (SELECT flow FROM runs)")
        database.execute("PRAGMA incremental_vacuum").fetchall()
