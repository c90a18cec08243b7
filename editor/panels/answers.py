"""What the panels ask others for: questions as callables, answers as values. Nobody here knows who answers."""

from __future__ import annotations

from collections.abc import Awaitable, Sequence
from dataclasses import dataclass
from typing import Protocol

from node_engine.analysis.compare import RunComparison
from node_engine.analysis.effects import Effect
from node_engine.models.breakpoint import Breakpoint
from node_engine.models.json import JsonValue
from node_engine.models.run import Origin, RunState, RunSummary


class Writing(Protocol):
    """One time that a value of the context was written."""

    @property
    def step(self) -> int | None:
        """The number of the step that wrote it; None at the start and between steps."""

    @property
    def key(self) -> str | None:
        """The component that wrote it, if one did."""

    @property
    def by(self) -> str:
        """Who wrote it: "step", "start", "edit" (by hand) or "engine"."""

    @property
    def before(self) -> JsonValue:
        """The value before, null if there was none."""

    @property
    def after(self) -> JsonValue:
        """The value written, null if it was removed."""

    @property
    def is_new(self) -> bool:
        """True when nothing was there before."""

    @property
    def is_removed(self) -> bool:
        """True when nothing is there afterwards."""

    @property
    def at(self) -> int:
        """The number of the step to look at; 0 for the start."""


class WatchValue(Protocol):
    """What an expression was after one step."""

    @property
    def step(self) -> int:
        """The number of the step."""

    @property
    def value(self) -> JsonValue:
        """The value; null with an error."""

    @property
    def error(self) -> str | None:
        """Why there is no value, in words."""


class StopCheck(Protocol):
    """How often a breakpoint would have stopped a run."""

    @property
    def stopped(self) -> int:
        """The times it would have stopped."""

    @property
    def of(self) -> int:
        """The times its place was passed."""

    @property
    def steps(self) -> Sequence[int]:
        """The numbers of the steps at which it would have stopped."""

    @property
    def error(self) -> str | None:
        """Why its condition could not be worked out, the first time it could not."""


@dataclass(frozen=True, slots=True)
class RunFilter:
    """Which past runs are asked for; None and "" ask for all."""

    flow_key: str | None = None
    origin: Origin | None = None
    state: RunState | None = None
    text: str = ""
    """Words that flow, session, error or number must hold."""


class FindWriters(Protocol):
    """Answers who wrote the value at a path of the context, in order of writing."""

    def __call__(self, run_id: str, path: str, frame: str, /) -> Awaitable[Sequence[Writing]]: ...


class Watch(Protocol):
    """Answers what an expression was after each step of a run."""

    def __call__(self, run_id: str, expression: str, /) -> Awaitable[Sequence[WatchValue]]: ...


class WouldStop(Protocol):
    """Answers how often a breakpoint would have stopped a run."""

    def __call__(self, run_id: str, breakpoint_: Breakpoint, /) -> Awaitable[StopCheck]: ...


class PastRuns(Protocol):
    """Answers the past runs that fit, newest first."""

    def __call__(self, wanted: RunFilter, /) -> Awaitable[Sequence[RunSummary]]: ...


class CompareRuns(Protocol):
    """Answers how two runs differ; the steps of both are in the run model once it has answered."""

    def __call__(self, a_id: str, b_id: str, /) -> Awaitable[RunComparison]: ...


class FindEffects(Protocol):
    """Answers what would happen again if a run were forked at a step: components that reach beyond the flow."""

    def __call__(self, run_id: str, step: int, before: bool, /) -> Awaitable[Sequence[Effect]]: ...
