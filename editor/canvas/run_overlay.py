"""Shows a run on the scene: takes the newest state of the run model once a frame and changes only what differs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from time import monotonic

from editor.canvas.looks import NO_STATUS, StatusLook, WireStyle
from editor.canvas.scene import Scene
from editor.canvas.status_words import paused_look, status_look
from editor.session.run_view import Mark
from node_engine.models.ids import ComponentKey
from node_engine.models.run import StepState

Taken = Mapping[tuple[ComponentKey, ComponentKey], int]
Passage = tuple[ComponentKey, ComponentKey]
_Facts = tuple[StepState, int, float, str | None]


class RunOverlay:
    """What is shown of a run. The mappings given to `show` may change later: they are read at `apply`."""

    def __init__(self, scene: Scene, clock: Callable[[], float] = monotonic) -> None:
        self._scene = scene
        self._clock = clock
        self._marks: Mapping[ComponentKey, Mark] = {}
        self._taken: Taken = {}
        self._paused: ComponentKey | None = None
        self._last: Passage | None = None
        self._shown: dict[ComponentKey, _Facts] = {}
        self._styled: dict[Passage, tuple[WireStyle, int]] = {}
        self._started: dict[ComponentKey, float] = {}

    @property
    def running(self) -> list[ComponentKey]:
        """The components that run now."""
        return list(self._started)

    def show(
        self,
        marks: Mapping[ComponentKey, Mark],
        taken: Taken,
        paused: ComponentKey | None,
        last: Passage | None = None,
    ) -> None:
        """Show this from the next `apply` on. `last` is the wire taken last, where known."""
        self._marks, self._taken, self._paused, self._last = marks, taken, paused, last

    def forget(self) -> None:
        """The scene was built anew: show everything again at the next `apply`."""
        self._shown.clear()
        self._styled.clear()

    def apply(self) -> None:
        """Bring the scene up to date."""
        self._apply_marks()
        self._apply_taken()

    def tick(self) -> None:
        """Write the time that running components have taken so far."""
        for key in self._started:
            mark = self._marks.get(key)
            if mark is not None:
                self._scene.set_status(key, self._status(key, _facts(mark)))

    def _apply_marks(self) -> None:
        now = {key: _facts(mark) for key, mark in self._marks.items()}
        if self._paused is not None:
            visits = now[self._paused][1] if self._paused in now else 0
            is_marked = self._paused in now and now[self._paused][0] is StepState.PAUSED
            now[self._paused] = (StepState.PAUSED, visits if is_marked else visits + 1, 0.0, None)
        for key in {*now, *self._shown}:
            facts = now.get(key)
            if facts != self._shown.get(key):
                self._keep_time(key, facts)
                self._scene.set_status(key, NO_STATUS if facts is None else self._status(key, facts))
        self._shown = now

    def _apply_taken(self) -> None:
        now = {passage: (WireStyle.TAKEN, times) for passage, times in self._taken.items()}
        last = self._last_passage()
        if last is not None and last in now:
            now[last] = (WireStyle.LAST, now[last][1])
        for passage in {*now, *self._styled}:
            if now.get(passage) != self._styled.get(passage):
                self._style(passage, now.get(passage))
        self._styled = now

    def _style(self, passage: Passage, styled: tuple[WireStyle, int] | None) -> None:
        """A run knows which component came next, not by which of several ports: the first that leads there is shown."""
        source, target = passage
        wires = [id_ for id_ in self._scene.wires_from(source) if id_.target == target]
        style, times = styled or (None, 0)
        for id_ in wires[:1]:
            self._scene.set_taken(id_, style, times)

    def _last_passage(self) -> Passage | None:
        """The wire taken last, while the run stands: given, else the newest one into the component it stands before."""
        if self._paused is None:
            return None
        if self._last is not None:
            return self._last
        into = [passage for passage in self._taken if passage[1] == self._paused]
        return into[-1] if into else None

    def _keep_time(self, key: ComponentKey, facts: _Facts | None) -> None:
        if facts is None or facts[0] is not StepState.RUNNING:
            self._started.pop(key, None)
            return
        shown = self._shown.get(key)
        if shown is None or shown[:2] != facts[:2]:
            self._started[key] = self._clock()

    def _status(self, key: ComponentKey, facts: _Facts) -> StatusLook:
        state, visits, elapsed_ms, error = facts
        if state is StepState.RUNNING:
            elapsed_ms = (self._clock() - self._started.get(key, self._clock())) * 1000
        if state is StepState.PAUSED:
            return paused_look(visits)
        return status_look(state, visits, elapsed_ms, error)


def _facts(mark: Mark) -> _Facts:
    return mark.state, mark.visits, mark.elapsed_ms, mark.error
