"""Writes batches of events to the journal's file: one compressed chunk for each run and batch, in one transaction.

Chunks instead of a row for each event: a row costs Python code and a change of the interpreter's lock, which a busy
engine thread gives back only after 5 ms. A chunk costs one `dumps`, and the rest happens without the lock.
"""

from __future__ import annotations

import json
import sqlite3
import time
import zlib
from collections.abc import Callable, Iterable
from functools import lru_cache
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

import orjson
from pydantic import BaseModel

from node_engine.engine.masking import is_secret, masked, may_hold_secret
from node_engine.errors import UnknownRunError
from node_engine.models.event import Event, EventName
from node_engine.models.ids import FrameId, RunId
from node_engine.models.json import JsonObject, JsonValue
from node_engine.models.limits import Limits
from node_engine.models.run import Origin, RunState

if TYPE_CHECKING:
    from node_engine.engine.run import Run

FindRun = Callable[[RunId], "Run"]
"""Finds a run in memory; raises UnknownRunError."""

SCHEMA = (
    """
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
""",
    "ALTER TABLE runs ADD COLUMN parent_run TEXT; ALTER TABLE runs ADD COLUMN parent_step INTEGER;",
)
"""What led to each version of the file."""
FRAME_OPENED = "frame.opened"
"""Not an event of the log: {frame, context}, written before the first event of a frame."""
GAP = "journal.gap"
"""Not an event of the log: {missed}, where the journal was too slow."""
PLAIN, PACKED, LONG_NUMBERS = 0, 1, 2
"""Packing of a body, added up: compressed, and holding numbers beyond 64 bits."""

_PACKED_FROM_BYTES = 512
_KNOWN_FLOWS = 256
_ENDS = {
    EventName.RUN_FINISHED: RunState.FINISHED,
    EventName.RUN_FAILED: RunState.FAILED,
    EventName.RUN_STOPPED: RunState.STOPPED,
}
_STEP_ENDS = frozenset((EventName.STEP_FINISHED, EventName.STEP_FAILED))
_INSERT_RUN = """
INSERT INTO runs (
  id, number, flow_key, session_id, origin, parent, state, started_s, flow, owner, parent_run, parent_step
)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET id = excluded.id
RETURNING serial, state, steps, elapsed_ms, error
"""
_UPDATE_RUN = """
UPDATE runs SET state = ?, elapsed_ms = ?, steps = ?, error = ?, paused_at = ?, size_bytes = size_bytes + ?
WHERE serial = ?
"""
Row = tuple[str | int | float | None, ...]
Entry = tuple[int, str, float, JsonValue, int]
"""Number, name, time, data and mark of an event, as chunks hold it."""
PUBLIC, PRIVATE, WITH_START = 0, 1, 2
"""Marks. WITH_START is the end of a step that stands for its start too, because nothing came between."""
_HARMLESS = frozenset((int, float, bool, type(None)))


def packed(value: object) -> tuple[bytes, int]:
    """JSON, compressed if that pays, and its packing. Secrets must be hidden already."""
    return _compressed(*_dumped(value))


def unpacked(body: bytes, packing: int) -> Any:
    """What `packed` was given."""
    plain = zlib.decompress(body) if packing & PACKED else body
    return json.loads(plain) if packing & LONG_NUMBERS else orjson.loads(plain)


def _compressed(body: bytes, packing: int) -> tuple[bytes, int]:
    if len(body) < _PACKED_FROM_BYTES:
        return body, packing
    return zlib.compress(body, 1), packing | PACKED


def _dumped(value: object) -> tuple[bytes, int]:
    try:
        return orjson.dumps(value, default=_fields), PLAIN
    except orjson.JSONEncodeError:
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=_fields)
        return text.encode(errors="replace"), LONG_NUMBERS


def _fields(model: object) -> JsonObject:
    """A model of a flow as its fields, without the cost of its own serializer."""
    if not isinstance(model, BaseModel):
        raise TypeError(f"{type(model).__name__} is not JSON")
    return {name: value for name, value in model.__dict__.items() if value is not None}


class LiveRun:
    """A run while its events are written: its row, and what was written of it already."""

    def __init__(self, run: Run | None, row: tuple[int, str, int, float, str | None]) -> None:
        self.serial, state, self.steps, self.elapsed_ms, self.error = row
        self.state = RunState(state)
        self.entries: list[Entry] = []
        self.paused_at: str | None = None
        self._run = run
        self._started_s = run.started_s if run is not None else 0.0
        self._last_s = 0.0
        self._suspects: list[int] = []
        """Places of entries that may hold a secret."""
        self._frames: set[str] = set()
        self._configs: dict[tuple[str, str], JsonObject] = {}

    def add(self, event: Event) -> None:
        """Take in an event, with what the log leaves out: contexts of frames, long changes, resolved configs."""
        data: Any = event.data
        name, mark = event.name, PRIVATE if event.private else PUBLIC
        self._last_s = event.time_s
        is_suspect = True
        if data.__class__ is dict and "frame" in data:
            if data["frame"] not in self._frames:
                self._open_frame(event, data["frame"])
            if name == EventName.STEP_STARTED:
                self.steps = data["step"]
                is_suspect = False
            elif name in _STEP_ENDS:
                data, is_suspect = self._completed(data)
                if self._ends_last(data["step"]):
                    self.entries.pop()
                    mark = WITH_START
            else:
                self._follow(name, data)
                data = self._with_changes(data)
        if is_suspect:
            self._suspects.append(len(self.entries))
        self.entries.append((event.number, name, event.time_s, data, mark))

    def take_entries(self) -> list[Entry]:
        """The entries since the last time, with secrets hidden. Only those that may hold one are looked at."""
        entries, suspects = self.entries, self._suspects
        self.entries, self._suspects = [], []
        if suspects and may_hold_secret(_dumped([entries[place][3] for place in suspects])[0]):
            for place in suspects:
                number, name, time_s, data, mark = entries[place]
                entries[place] = (number, name, time_s, masked(data), mark)
        return entries

    def row(self, size_bytes: int) -> Row:
        """The values of its row now."""
        if not self.state.is_final and self._started_s:
            self.elapsed_ms = max(self.elapsed_ms, (self._last_s - self._started_s) * 1_000)
        return (self.state, self.elapsed_ms, self.steps, self.error, self.paused_at, size_bytes, self.serial)

    def _ends_last(self, number: int) -> bool:
        """True when the entry before is the start of the step that ends now: one entry is enough for both."""
        if not self.entries:
            return False
        _, name, _, data, _ = self.entries[-1]
        return name == EventName.STEP_STARTED and data["step"] == number  # type: ignore[index, call-overload]

    def _open_frame(self, event: Event, frame: str) -> None:
        self._frames.add(frame)
        self._suspects.append(len(self.entries))
        opened: JsonObject = {"frame": frame, "context": self._first_context(frame)}
        self.entries.append((event.number, FRAME_OPENED, event.time_s, opened, PRIVATE))

    def _follow(self, name: str, data: JsonObject) -> None:
        if name == EventName.RUN_PAUSED:
            self.state = RunState.PAUSED
            self.paused_at = f"{data['frame']}/{data.get('key')}#{data.get('visit')}"
        elif name == EventName.RUN_RESUMED:
            self.state, self.paused_at = RunState.RUNNING, None
        elif name in _ENDS:
            self.state, self.paused_at = _ENDS[EventName(name)], None
            error, elapsed_ms, steps = data.get("error"), data.get("elapsed_ms"), data.get("steps")
            self.error = None if error is None else str(error)
            self.elapsed_ms = float(elapsed_ms) if isinstance(elapsed_ms, (int, float)) else self.elapsed_ms
            self.steps = steps if isinstance(steps, int) else self.steps

    def _first_context(self, frame: str) -> JsonObject:
        """The context a frame began with. Values of a history never change, so reading them here is safe."""
        history = self._run.history.frames.get(frame) if self._run is not None else None  # type: ignore[call-overload]
        return history.state(-1) if history is not None else {}

    def _with_changes(self, data: JsonObject) -> JsonObject:
        """An event with the changes that it left out because of their size."""
        moment = data.get("moment")
        if self._run is None or data.get("changes").__class__ is not dict or not isinstance(moment, int):
            return data
        changes = self._run.history.frames[FrameId(str(data["frame"]))].changes_at(moment)
        return {**data, "changes": changes}  # type: ignore[dict-item]  # a list of objects is a list

    def _completed(self, data: JsonObject) -> tuple[JsonObject, bool]:
        """The end of a step with what the event left out, and whether it may hold a secret."""
        number = data["step"]
        if self._run is None or not isinstance(number, int) or not 0 < number <= len(self._run.records):
            return data, True
        record = self._run.records[number - 1]
        is_suspect = record.error is not None or any(map(_may_hide, record.changes))
        if data.get("changes").__class__ is dict:  # left out of the event because of their size
            data = {**data, "changes": record.changes}  # type: ignore[dict-item]  # a list of objects is a list
        place = (record.id.frame, record.id.key)
        if record.config and self._configs.get(place) is not record.config:
            self._configs[place] = record.config
            is_suspect = True
            data = {**data, "config": record.config}
        return data, is_suspect


def _may_hide(change: JsonObject) -> bool:
    """False for a change that holds nothing to hide for certain: a number or truth value under a harmless path."""
    return change.get("value").__class__ not in _HARMLESS or _is_secret_path(str(change["path"]))


@lru_cache(maxsize=4_096)
def _is_secret_path(path: str) -> bool:
    return any(map(is_secret, path.split("/")))


class JournalWriter:
    """Turns batches of events into transactions. For one thread."""

    def __init__(self, database: sqlite3.Connection, owner: str, limits: Limits, find_run: FindRun) -> None:
        self._database = database
        self._owner = owner
        self._limits = limits
        self._find_run = find_run
        self._live: dict[RunId, LiveRun] = {}
        self._flows: set[str] = set()
        """Names of definitions that are stored already."""
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
            self._flows.clear()
            raise
        for run_id in [run_id for run_id, live in self._live.items() if live.state.is_final]:
            del self._live[run_id]
            self._ended += 1
        if self._ended >= _TIDY_EVERY:
            self._ended = 0
            self._flows.clear()  # tidying may remove definitions
            tidy(self._database, self._limits)

    def _write(self, events: Iterable[Event], missed: int) -> None:
        touched: dict[RunId, LiveRun] = {}
        if missed:
            for live in self._live.values():
                live.entries.append((0, GAP, 0.0, {"missed": missed}, PRIVATE))
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
        return (
            *(run_id, 0, "", event.session_id, Origin.API, None),
            *(RunState.RUNNING, event.time_s, "", self._owner, None, None),
        )

    def _row_of(self, run: Run) -> Row:
        fork = run.options.forked_from
        return (
            *(run.id, run.number, run.flow.key, run.session_id, run.origin, run.parent),
            *(RunState.RUNNING, run.started_s, self._keep_flow(run), self._owner),
            *((None, None) if fork is None else (fork.run_id, fork.step)),
        )

    def _keep_flow(self, run: Run) -> str:
        """Stores the run's definition, once for all runs of the same one, and returns its name."""
        flow = run.flow
        body, packing = _dumped({"key": flow.key, "flow": flow.flow, "registry": flow.registry})
        name = blake2b(body, digest_size=16).hexdigest()
        if name in self._flows:
            return name
        if may_hold_secret(body):
            body, packing = _dumped(masked(unpacked(body, packing)))
        self._database.execute("INSERT OR IGNORE INTO flows VALUES (?, ?, ?)", (name, *_compressed(body, packing)))
        if len(self._flows) >= _KNOWN_FLOWS:
            self._flows.clear()
        self._flows.add(name)
        return name

    def _flush(self, live: LiveRun) -> None:
        body, packing = packed(live.take_entries())
        self._database.execute("INSERT INTO chunks VALUES (?, ?, ?)", (live.serial, body, packing))
        self._database.execute(_UPDATE_RUN, live.row(len(body)))


_TIDY_EVERY = 50
_DELETE_AT_ONCE = 100


def tidy(database: sqlite3.Connection, limits: Limits) -> None:
    """Delete runs that are over, beyond `journal_runs`, `journal_bytes` or `journal_age_s`; the newest one stays."""
    oldest_s = 0.0 if limits.journal_age_s is None else time.time() - limits.journal_age_s
    rows = database.execute("SELECT serial, size_bytes, state, started_s FROM runs ORDER BY serial DESC").fetchall()
    size, old = 0, []
    for place, (serial, size_bytes, state, started_s) in enumerate(rows):
        size += size_bytes
        is_too_much = place >= limits.journal_runs or size > limits.journal_bytes or started_s < oldest_s
        if place and RunState(state).is_final and is_too_much:
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
