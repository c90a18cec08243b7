"""Shows a run on the scene: takes the newest state of the run model once a frame and changes only what differs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from time import monotonic

from editor.canvas.looks import NO_STATUS, StatusLook, WireStyle
from editor.canvas.scene import Scene
from editor.canvas.status_words import paused_look, status_look
from editor.session.run_view import Mark
from node_engine.models.breakpoint import BreakPlace
from node_engine.models.ids import ComponentKey
from node_engine.models.run import StepState

Taken = Mapping[tuple[ComponentKey, ComponentKey], int]
Passage = tuple[ComponentKey, ComponentKey]
_Facts = tuple[StepState, int, float, str | None, BreakPlace]


class RunOverlay:
    """What is shown of a run. The mappings given to `show` may change later: they are read at `apply`."""

    def __init__(self, scene: Scene, clock: Callable[[], float] = monotonic) -> None:
        self._scene = scene
        self._clock = clock
        self._marks: Mapping[ComponentKey, Mark] = {}
        self._taken: Taken = {}
        self._paused: ComponentKey | None = None
        self._place = BreakPlace.BEFORE
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
        place: BreakPlace = BreakPlace.BEFORE,
    ) -> None:
        """Show this from the next `apply` on. `last` is the wire taken last, where known."""
        self._marks, self._taken, self._paused, self._last, self._place = marks, taken, paused, last, place

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
            now[self._paused] = (StepState.PAUSED, self._paused_visit(now.get(self._paused)), 0.0, None, self._place)
        for key in {*now, *self._shown}:
            facts = now.get(key)
            if facts != self._shown.get(key):
                self._keep_time(key, facts)
                self._scene.set_status(key, NO_STATUS if facts is None else self._status(key, facts))
        self._shown = now

    def _paused_visit(self, facts: _Facts | None) -> int:
        """Before a component the visit is the one to come, unless the mark says that it is under way."""
        if facts is None:
            return 1
        is_to_come = self._place is BreakPlace.BEFORE and facts[0] is not StepState.PAUSED
        return facts[1] + 1 if is_to_come else facts[1]

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
        state, visits, elapsed_ms, error, place = facts
        if state is StepState.RUNNING:
            elapsed_ms = (self._clock() - self._started.get(key, self._clock())) * 1000
        if state is StepState.PAUSED:
            return paused_look(visits, place)
        return status_look(state, visits, elapsed_ms, error)


def _facts(mark: Mark) -> _Facts:
    return mark.state, mark.visits, mark.elapsed_ms, mark.error, BreakPlace.BEFORE
