"""The state of every frame at every moment of a run: keyframes and the changes since (DESIGN.md §2.3)."""

from __future__ import annotations

from bisect import bisect_right

from node_engine.engine.patch import apply
from node_engine.models.ids import FrameId
from node_engine.models.json import JsonObject

_KEYFRAME_EVERY = 2_000
"""Changes applied at most for one look back: about 4 ms."""


class FrameHistory:
    """What happened to the context of one frame, in order. Moments are counted over the whole run."""

    __slots__ = ("_changes", "_keyframes", "_moments", "_since")

    def __init__(self, mirror: JsonObject, moment: int) -> None:
        self._moments: list[int] = [moment]
        self._changes: list[list[JsonObject]] = [[]]
        self._keyframes: list[tuple[int, JsonObject]] = [(0, dict(mirror))]
        self._since = 0

    def add(self, moment: int, changes: list[JsonObject], mirror: JsonObject) -> None:
        """Note changes that led to `mirror`, which is copied only when a keyframe is due."""
        self._moments.append(moment)
        self._changes.append(changes)
        self._since += len(changes)
        if self._since > _KEYFRAME_EVERY:
            self._since = 0
            self._keyframes.append((len(self._changes) - 1, dict(mirror)))

    def state(self, moment: int) -> JsonObject:
        """The context at a moment. Shared with the history: not to be changed."""
        place = max(0, bisect_right(self._moments, moment) - 1)
        index = bisect_right(self._keyframes, place, key=_first) - 1
        start, keyframe = self._keyframes[index]
        changes = [change for step in self._changes[start + 1 : place + 1] for change in step]
        state = apply(keyframe, changes)
        assert isinstance(state, dict)  # a context is an object, and changes of its whole are never recorded
        return state


class RunHistory:
    """The frames of one run and the moments at which its steps began and ended."""

    __slots__ = ("_began", "_ended", "_step_frames", "frames", "moment")

    def __init__(self) -> None:
        self.moment = 0
        self.frames: dict[FrameId, FrameHistory] = {}
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

    def end_step(self, number: int, changes: list[JsonObject], mirror: JsonObject) -> None:
        """Note the end of a step and what it changed."""
        self.moment += 1
        self._ended[number - 1] = self.moment
        if changes:
            self.frames[self._step_frames[number - 1]].add(self.moment, changes, mirror)

    def edit(self, frame: FrameId, changes: list[JsonObject], mirror: JsonObject) -> None:
        """Note changes made between two steps."""
        self.moment += 1
        self.frames[frame].add(self.moment, changes, mirror)

    def after(self, number: int, frame: FrameId | None = None) -> JsonObject:
        """The context after a step (now, while it runs), in its own frame or another."""
        ended = self._ended[number - 1]
        return self._frame(number, frame).state(self.moment if ended < 0 else ended)

    def before(self, number: int, frame: FrameId | None = None) -> JsonObject:
        """The context as a step found it, edits made while it was paused included."""
        return self._frame(number, frame).state(self._began[number - 1])

    def _frame(self, number: int, frame: FrameId | None) -> FrameHistory:
        return self.frames[frame or self._step_frames[number - 1]]


def _first(keyframe: tuple[int, JsonObject]) -> int:
    return keyframe[0]
