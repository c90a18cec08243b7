"""Reads past runs from the journal's file: rows, steps, events, and the context at any step."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import Any

from node_engine.engine.history import RunHistory
from node_engine.engine.journal_writer import FRAME_OPENED, GAP, PRIVATE, PUBLIC, WITH_START, unpacked
from node_engine.engine.patch import PatchError, Replay
from node_engine.errors import StorageError, UnknownKeyError, UnknownRunError
from node_engine.models.event import Event, EventName
from node_engine.models.flow import FlowDefinition
from node_engine.models.ids import MAIN_FRAME, ComponentKey, ComponentName, FrameId, RunId, SessionId
from node_engine.models.json import JsonObject
from node_engine.models.run import Origin, RunState, RunSummary, StepId, StepRecord, StepState

_FIELDS = (
    *("id", "number", "flow_key", "session_id", "origin", "state", "started_s", "elapsed_ms", "steps"),
    *("parent", "error", "paused_at", "parent_run", "parent_step"),
)
_COLUMNS = ", ".join(_FIELDS)
_KEPT = 3
"""Runs whose story stays in memory for the next question."""
_START_PARTS = ("run_id", "flow_key", "origin", "frame", "step", "key", "name", "visit")
_INSIDE = (FRAME_OPENED, GAP)


class JournalReader:
    """Answers questions about past runs. For one thread; it sees what was committed."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        self._stories: dict[tuple[str, int], Story] = {}

    def runs(
        self, limit: int, flow_key: str | None, session_id: str | None, state: RunState | None
    ) -> list[RunSummary]:
        """Rows that fit, newest first."""
        wanted = {"flow_key": flow_key, "session_id": session_id, "state": state.value if state else None}
        given = {name: value for name, value in wanted.items() if value is not None}
        where = f"WHERE {' AND '.join(f'{name} = :{name}' for name in given)}" if given else ""
        statement = f"SELECT {_COLUMNS} FROM runs {where} ORDER BY number DESC, started_s DESC LIMIT :limit"
        return [_summary(row) for row in self._database.execute(statement, {**given, "limit": limit})]

    def run(self, run_id: str) -> RunSummary | None:
        """One row, or None."""
        row = self._database.execute(f"SELECT {_COLUMNS} FROM runs WHERE id = ?", (run_id,)).fetchone()
        return None if row is None else _summary(row)

    def last_number(self) -> int:
        """The highest number of a run; 0 when there is none."""
        return int(self._database.execute("SELECT coalesce(max(number), 0) FROM runs").fetchone()[0])

    def flow(self, run_id: str) -> FlowDefinition:
        """The definition the run was given, with its context. Raises UnknownRunError."""
        statement = "SELECT body, packing, session_id FROM runs LEFT JOIN flows ON hash = flow WHERE id = ?"
        row = self._database.execute(statement, (run_id,)).fetchone()
        if row is None:
            raise UnknownRunError(run_id)
        body, packing, session_id = row
        if body is None:
            raise StorageError("The journal holds no definition of this run.")
        definition = FlowDefinition.model_validate({**unpacked(body, packing), "session_id": session_id})
        definition.context = dict(self.story(run_id).first_context(MAIN_FRAME))
        return definition

    def events(self, run_id: str, after: int = 0) -> list[Event]:
        """The events of a run numbered above `after`, private ones too, in order. Raises UnknownRunError."""
        return [
            Event(number, SessionId(""), name, data, time_s, RunId(run_id), private=mark == PRIVATE)
            for number, name, time_s, data, mark in _with_starts(self._entries(self._serial(run_id)))
            if name not in _INSIDE and number > after
        ]

    def story(self, run_id: str) -> Story:
        """The whole run, read once and kept while it does not grow. Raises UnknownRunError."""
        serial = self._serial(run_id)
        grown = self._database.execute("SELECT max(rowid) FROM chunks WHERE run = ?", (serial,)).fetchone()[0] or 0
        found = self._stories.get((run_id, grown))
        if found is None:
            state = RunState(self._database.execute("SELECT state FROM runs WHERE id = ?", (run_id,)).fetchone()[0])
            found = Story(self._entries(serial), is_over=state.is_final)
            while len(self._stories) >= _KEPT:
                del self._stories[next(iter(self._stories))]
            self._stories[run_id, grown] = found
        return found

    def _serial(self, run_id: str) -> int:
        row = self._database.execute("SELECT serial FROM runs WHERE id = ?", (run_id,)).fetchone()
        if row is None:
            raise UnknownRunError(run_id)
        return int(row[0])

    def _entries(self, serial: int) -> Iterator[list[Any]]:
        chunks = self._database.execute("SELECT body, packing FROM chunks WHERE run = ? ORDER BY rowid", (serial,))
        for body, packing in chunks:
            yield from unpacked(body, packing)


def _with_starts(entries: Iterator[list[Any]]) -> Iterator[list[Any]]:
    for entry in entries:
        if entry[4] == WITH_START:
            yield _start_of(*entry)
        yield entry


def _start_of(number: int, name: str, time_s: float, data: dict[str, Any], mark: int) -> list[Any]:
    """The start of a step, told by its end."""
    start = {part: data[part] for part in _START_PARTS if part in data}
    return [number - 1, EventName.STEP_STARTED.value, time_s - data["elapsed_ms"] / 1_000, start, PUBLIC]


class Story:
    """The steps of one run and the context at each of them, told again from its events."""

    def __init__(self, entries: Iterator[list[Any]], *, is_over: bool) -> None:
        self.steps: list[StepRecord] = []
        self.has_gap = False
        """True where events or changes are missing, so that contexts after it may be wrong."""
        self.history = RunHistory()
        self.jumped_to: str | None = None
        """The component put next by hand, if no step began since."""
        self._mirrors: dict[str, Replay] = {}
        self._configs: dict[tuple[str, str], JsonObject] = {}
        for _, name, time_s, data, mark in entries:
            if mark == WITH_START:
                self._begin(data, time_s - data["elapsed_ms"] / 1_000)
                self._end(name, data)
            elif isinstance(data, dict):
                self._take(name, time_s, data)
        for step in self.steps if is_over else ():
            if step.state is StepState.RUNNING:
                step.state = StepState.STOPPED

    def state_at(self, number: int, frame: FrameId | None = None) -> JsonObject:
        """The context after a step, in its own frame or another. Raises UnknownKeyError for a step it has not."""
        self._check(number, frame)
        return self.history.after(number, frame)

    def state_before(self, number: int, frame: FrameId | None = None) -> JsonObject:
        """The context as a step found it."""
        self._check(number, frame)
        return self.history.before(number, frame)

    def first_context(self, frame: FrameId) -> JsonObject:
        """The context a frame began with."""
        history = self.history.frames.get(frame)
        return history.state(-1) if history is not None else {}

    def _check(self, number: int, frame: FrameId | None) -> None:
        if not 0 < number <= len(self.steps):
            raise UnknownKeyError(f"step {number}")
        if (frame or self.steps[number - 1].id.frame) not in self.history.frames:
            raise UnknownKeyError(f"frame {frame}")

    def _take(self, name: str, time_s: float, data: dict[str, Any]) -> None:
        match name:
            case "frame.opened" if data["frame"] not in self._mirrors:  # twice where a batch was written again
                self._mirrors[data["frame"]] = Replay(data["context"])
                self.history.open_frame(data["frame"], data["context"])
            case EventName.STEP_STARTED:
                self._begin(data, time_s)
            case EventName.STEP_FINISHED | EventName.STEP_FAILED:
                self._end(name, data)
            case EventName.STEP_RETRIED if 0 < data["step"] <= len(self.steps):
                self.steps[data["step"] - 1].tries = data.get("try", 1)
            case EventName.CONTEXT_EDITED | EventName.RUN_FINISHED | EventName.RUN_FAILED | EventName.RUN_STOPPED:
                self._edit(data)
            case EventName.STEP_JUMPED if data["frame"] == MAIN_FRAME:
                self.jumped_to = data["to"]
            case "journal.gap":
                self.has_gap = True

    def _begin(self, data: dict[str, Any], time_s: float) -> None:
        frame, number = FrameId(data["frame"]), data["step"]
        while len(self.steps) < number:  # more than once only after a gap
            self.history.begin_step(frame)
            self.history.flow_keys[frame] = data.get("flow_key", "")
            self.jumped_to = None
            place = StepId(frame, ComponentKey(data["key"]), data["visit"])
            name = ComponentName(data["name"])
            self.steps.append(StepRecord(len(self.steps) + 1, place, name, StepState.RUNNING, time_s))

    def _end(self, name: str, data: dict[str, Any]) -> None:
        number = data["step"]
        if not 0 < number <= len(self.steps):
            self.has_gap = True
            return
        step = self.steps[number - 1]
        place = (data["frame"], data["key"])
        if "config" in data:
            self._configs[place] = data["config"]
        step.config = self._configs.get(place, {})
        step.state = StepState.FAILED if name == EventName.STEP_FAILED else StepState(data["state"])
        step.elapsed_ms = data["elapsed_ms"]
        step.next = data.get("next") or (ComponentKey("exit") if step.state is StepState.FAILED else None)
        step.is_caught = step.state is StepState.FAILED and "next" in data
        step.port, step.error, step.tries = data.get("port"), data.get("error"), data.get("tries", step.tries)
        changes = step.changes = self._changed(data)
        mirror = self._mirrors.get(data["frame"]) or Replay({})
        if self.history.end_step(number, changes, mirror.root):  # type: ignore[arg-type]  # a context is an object
            mirror.freeze()

    def _edit(self, data: dict[str, Any]) -> None:
        changes = self._changed(data)
        if not changes:
            return
        by, mirror = "edit" if data.get("by") == "user" else "engine", self._mirrors[data["frame"]]
        if self.history.edit(data["frame"], changes, mirror.root, by):  # type: ignore[arg-type]  # as above
            mirror.freeze()

    def _changed(self, data: dict[str, Any]) -> list[JsonObject]:
        """The changes of an event, after they were made in the frame's mirror."""
        changes, mirror = data.get("changes"), self._mirrors.get(data["frame"])
        if not isinstance(changes, list) or mirror is None:
            self.has_gap = self.has_gap or changes is not None
            return []
        try:
            for change in changes:
                mirror.apply(change)
        except PatchError:
            self.has_gap = True
            return []
        return changes


def _summary(row: tuple[Any, ...]) -> RunSummary:
    fields = dict(zip(_FIELDS, row, strict=True))
    return RunSummary(**{**fields, "origin": Origin(fields["origin"]), "state": RunState(fields["state"])})
