"""The state of every frame at every moment of a run: keyframes and the changes since (DESIGN.md §2.3)."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from typing import NamedTuple

from node_engine.engine.patch import apply
from node_engine.models.ids import FrameId
from node_engine.models.json import JsonObject

_KEYFRAME_EVERY = 2_000
"""Changes applied at most for one look back: about 4 ms."""


class Entry(NamedTuple):
    """Changes of a frame's context at one moment. `by` is None for a step, else who made them between two steps."""

    moment: int
    changes: list[JsonObject]
    by: str | None


class FrameHistory:
    """What happened to the context of one frame, in order. Moments are counted over the whole run."""

    __slots__ = ("_authors", "_changes", "_keyframes", "_moments", "_since")

    def __init__(self, mirror: JsonObject, moment: int) -> None:
        self._moments: list[int] = [moment]
        self._changes: list[list[JsonObject]] = [[]]
        self._keyframes: list[tuple[int, JsonObject]] = [(0, dict(mirror))]
        self._since = 0
        self._authors: dict[int, str] = {}

    def add(self, moment: int, changes: list[JsonObject], mirror: JsonObject, by: str | None = None) -> bool:
        """Note changes that led to `mirror`. True when a keyframe was due and took over what is in it."""
        if by is not None:
            self._authors[len(self._changes)] = by
        self._changes.append(changes)
        self._moments.append(moment)
        self._since += len(changes)
        if self._since <= _KEYFRAME_EVERY:
            return False
        self._since = 0
        self._keyframes.append((len(self._changes) - 1, dict(mirror)))
        return True

    def state(self, moment: int) -> JsonObject:
        """The context at a moment. Shared with the history: not to be changed."""
        place = max(0, bisect_right(self._moments, moment) - 1)
        index = bisect_right(self._keyframes, place, key=_first) - 1
        start, keyframe = self._keyframes[index]
        changes = [change for step in self._changes[start + 1 : place + 1] for change in step]
        state = apply(keyframe, changes)
        assert isinstance(state, dict)  # a context is an object, and changes of its whole are never recorded
        return state

    def entries(self) -> Iterator[Entry]:
        """What changed, in order; what the frame began with is no change."""
        for place in range(1, len(self._moments)):
            yield Entry(self._moments[place], self._changes[place], self._authors.get(place))

    def changes_at(self, moment: int) -> list[JsonObject]:
        """What changed at one moment."""
        place = bisect_left(self._moments, moment, 1)
        is_there = place < len(self._moments) and self._moments[place] == moment
        return self._changes[place] if is_there else []


class RunHistory:
    """The frames of one run and the moments at which its steps began and ended."""

    __slots__ = ("_began", "_ended", "_step_frames", "flow_keys", "frames", "moment")

    def __init__(self) -> None:
        self.moment = 0
        self.frames: dict[FrameId, FrameHistory] = {}
        self.flow_keys: dict[FrameId, str] = {}
        """The flow that each frame runs."""
        self._began: list[int] = []
        self._ended: list[int] = []
        self._step_frames: list[FrameId] = []

    def open_frame(self, frame: FrameId, mirror: JsonObject) -> None:
        """Begin the history of a frame with its first context."""
        self.frames[frame] = FrameHistory(mirror, self.moment)

    def begin_step(self, frame: FrameId) -> None:
        """Note the beginning of the next step; steps are numbered from 1."""
        self._began.append(self.moment)
        self._ended.append(-1)
        self._step_frames.append(frame)

    def end_step(self, number: int, changes: list[JsonObject], mirror: JsonObject) -> bool:
        """Note the end of a step and what it changed; True as for `FrameHistory.add`."""
        self.moment += 1
        self._ended[number - 1] = self.moment
        return bool(changes) and self.frames[self._step_frames[number - 1]].add(self.moment, changes, mirror)

    def edit(self, frame: FrameId, changes: list[JsonObject], mirror: JsonObject, by: str = "engine") -> bool:
        """Note changes made between two steps, by the user or by the engine itself; True as for `FrameHistory.add`."""
        self.moment += 1
        return self.frames[frame].add(self.moment, changes, mirror, by)

    def after(self, number: int, frame: FrameId | None = None) -> JsonObject:
        """The context after a step (now, while it runs), in its own frame or another."""
        ended = self._ended[number - 1]
        return self._frame(number, frame).state(self.moment if ended < 0 else ended)

    def before(self, number: int, frame: FrameId | None = None) -> JsonObject:
        """The context as a step found it, edits made while it was paused included."""
        return self._frame(number, frame).state(self._began[number - 1])

    def began_at(self, number: int) -> int:
        """The moment at which a step began."""
        return self._began[number - 1]

    def ended_at(self, number: int) -> int:
        """The moment at which a step ended; -1 while it runs."""
        return self._ended[number - 1]

    def steps_by_moment(self) -> dict[int, int]:
        """The number of the step that ended at each moment."""
        return {moment: number for number, moment in enumerate(self._ended, 1) if moment >= 0}

    def begun_before(self, moment: int) -> int:
        """How many steps had begun before a moment."""
        return bisect_left(self._began, moment)

    def _frame(self, number: int, frame: FrameId | None) -> FrameHistory:
        return self.frames[frame or self._step_frames[number - 1]]


def _first(keyframe: tuple[int, JsonObject]) -> int:
    return keyframe[0]
