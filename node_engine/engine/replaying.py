"""Going through what happened to contexts step by step, without building each of them anew."""

from __future__ import annotations

from node_engine.engine.history import Entry, RunHistory
from node_engine.engine.patch import Replay
from node_engine.models.ids import FrameId
from node_engine.models.json import JsonObject


class FrameReplay:
    """The context of one frame at a moment that only moves forward."""

    def __init__(self, history: RunHistory, frame: FrameId) -> None:
        self._replay = Replay(history.frames[frame].state(-1))
        self._entries = list(history.frames[frame].entries())
        self._place = 0

    @property
    def context(self) -> JsonObject:
        """The context now. It changes with `advance` and must be changed by nobody else."""
        root = self._replay.root
        assert isinstance(root, dict)  # a context is an object, and changes of its whole are never recorded
        return root

    def advance(self, moment: int) -> list[Entry]:
        """Go on to a moment; -1 is the last one. Returns what happened on the way."""
        first = self._place
        while self._place < len(self._entries):
            entry = self._entries[self._place]
            if 0 <= moment < entry.moment:
                break
            for change in entry.changes:
                self._replay.apply(change)
            self._place += 1
        return self._entries[first : self._place]


class Replays:
    """A replay for each frame of a run, made when it is first needed."""

    def __init__(self, history: RunHistory) -> None:
        self._history = history
        self._frames: dict[FrameId, FrameReplay] = {}

    def of(self, frame: FrameId) -> FrameReplay:
        """The replay of a frame."""
        found = self._frames.get(frame)
        if found is None:
            found = self._frames[frame] = FrameReplay(self._history, frame)
        return found
