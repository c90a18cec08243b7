"""Who wrote this value: every step and edit that changed what is at a path of the context."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from node_engine.analysis.templates import MISSING, ContextPath, Missing
from node_engine.engine.config import copied
from node_engine.engine.context_path import Relation, closest, differs, read_path, relation, value_at
from node_engine.engine.history import Entry, FrameHistory, RunHistory
from node_engine.engine.patch import Replay
from node_engine.engine.short_value import short
from node_engine.errors import UnknownKeyError
from node_engine.models.ids import ComponentKey, FrameId
from node_engine.models.json import JsonObject, JsonValue
from node_engine.models.run import StepRecord


@dataclass(frozen=True, slots=True)
class Writing:
    """One change of the value. Values that are too large are told as {"omitted": true, "items": n}."""

    step: int | None
    """The step that wrote it; None at the start and between steps."""
    key: ComponentKey | None
    by: str
    """"step", "start", "edit" (by hand) or "engine"."""
    before: JsonValue
    after: JsonValue
    is_new: bool
    """Nothing was there before; `before` is None."""
    is_removed: bool
    """Nothing is there afterwards; `after` is None."""
    at: int
    """The step to look at: the one that wrote it, or the last one begun before an edit; 0 at the start."""


def find_writings(
    history: RunHistory, steps: Sequence[StepRecord], path: str, frame: FrameId, limit: int
) -> list[Writing]:
    """The newest `limit` writings, oldest first. Raises UnknownKeyError for a frame that is not there."""
    frame_history = history.frames.get(frame)
    if frame_history is None:
        raise UnknownKeyError(f"frame {frame}")
    parts = read_path(path)
    related = [entry for entry in frame_history.entries() if closest(entry.changes, parts) is not Relation.NONE]
    chosen = related[-limit:]
    writers = history.steps_by_moment()
    found = list(_started(frame_history, parts)) if len(chosen) == len(related) else []
    for entry, before, after in _values(frame_history, chosen, parts):
        number = writers.get(entry.moment) if entry.by is None else None
        key = None if number is None else steps[number - 1].id.key
        at = number or history.begun_before(entry.moment)
        found.append(_writing(number, key, entry.by or "step", before, after, at))
    return found[-limit:]


def _started(history: FrameHistory, path: ContextPath) -> Iterator[Writing]:
    value = _shown(value_at(history.state(-1), path))
    if value is not MISSING:
        yield _writing(None, None, "start", MISSING, value, 0)


def _values(
    history: FrameHistory, chosen: Sequence[Entry], path: ContextPath
) -> Iterator[tuple[Entry, JsonValue | Missing, JsonValue | Missing]]:
    """What is shown before and after each entry that made the value another. Only what relates to it is replayed."""
    if not chosen:
        return
    replay = Replay(_only(history.state(chosen[0].moment - 1), path))
    for entry in chosen:
        before = value_at(replay.root, path)
        shown, whole = _shown(before), MISSING
        is_certain = closest(entry.changes, path) is Relation.INSIDE
        if not is_certain and before is not MISSING:
            whole = copied(before)  # type: ignore[arg-type, assignment]  # mypy cannot narrow by MISSING
        for change in entry.changes:
            if relation(str(change["path"]), path) is not Relation.NONE:
                replay.apply(change)
        after = value_at(replay.root, path)
        if is_certain or differs(whole, after):
            yield entry, shown, _shown(after)


def _only(context: JsonObject, path: ContextPath) -> JsonObject:
    name = str(path[0])
    return {name: context[name]} if name in context else {}


def _shown(value: JsonValue | Missing) -> JsonValue | Missing:
    return value if value is MISSING else short(value)  # type: ignore[arg-type]  # mypy cannot narrow by MISSING


def _writing(
    step: int | None,
    key: ComponentKey | None,
    by: str,
    before: JsonValue | Missing,
    after: JsonValue | Missing,
    at: int,
) -> Writing:
    is_new, is_removed = before is MISSING, after is MISSING
    old: Any = None if is_new else before
    new: Any = None if is_removed else after
    return Writing(step, key, by, old, new, is_new, is_removed, at)
