"""Where each step of a run lies on the timeline: lanes by nesting, and a scale of time or of steps."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from editor.session.run_view import StepRow
from node_engine.models.run import StepState

LONGEST_GAP = 0.06
"""A wait between steps takes at most this share of the time that steps took; longer ones are cut."""
_LEAST_GAP_S = 0.25
"""Shorter waits are shown as long as they were."""
_JITTER = 0.001
"""Clocks of two steps may disagree by so much."""


class Scale(StrEnum):
    """What a length on the timeline means."""

    TIME = "time"
    STEPS = "steps"


@dataclass(frozen=True, slots=True)
class Bar:
    """One step. `start` and `end` in units of the scale: seconds of work, or steps."""

    step: StepRow
    lane: int
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Gap:
    """A time in which no step ran: paused, held, or waiting for its turn. Its place is at `start`."""

    start: float
    end: float
    length_s: float
    is_cut: bool


@dataclass(slots=True)
class TimelineLayout:
    """All bars in order of starting, lane by lane for painting."""

    bars: list[Bar] = field(default_factory=list)
    lanes: list[list[Bar]] = field(default_factory=list)
    """The bars of each lane, in order of starting; those of one lane never overlap."""
    gaps: list[Gap] = field(default_factory=list)
    length: float = 1.0

    def bar_of(self, number: int) -> Bar | None:
        """The bar of a step by its number."""
        place = bisect_left(self.bars, number, key=lambda bar: bar.step.number)
        return self.bars[place] if place < len(self.bars) and self.bars[place].step.number == number else None

    def within(self, lane: int, start: float, end: float) -> Sequence[Bar]:
        """The bars of a lane that touch a stretch."""
        bars = self.lanes[lane]
        first = bisect_right(bars, start, key=lambda bar: bar.end)
        last = bisect_left(bars, end, key=lambda bar: bar.start)
        return bars[first:last]

    def at(self, lane: int, place: float, reach: float) -> Bar | None:
        """The bar of a lane at a place, or the nearest within `reach`."""
        if not 0 <= lane < len(self.lanes):
            return None
        near = self.within(lane, place - reach, place + reach)
        return min(near, key=lambda bar: max(bar.start - place, place - bar.end, 0.0), default=None)


def lay_out(steps: Sequence[StepRow], scale: Scale, now_s: float) -> TimelineLayout:
    """Lay out the steps of a run; a running one ends at `now_s`."""
    made = TimelineLayout()
    spans = _step_spans(steps) if scale is Scale.STEPS else _time_spans(steps, now_s, made)
    lanes = _Lanes()
    for step, (start, end) in zip(steps, spans, strict=True):
        lane = lanes.find(step.frame, start)
        begin = max(start, lanes.ends[lane])
        bar = Bar(step, lane, begin, max(begin, end))
        lanes.ends[lane] = bar.end
        made.bars.append(bar)
        while len(made.lanes) <= lane:
            made.lanes.append([])
        made.lanes[lane].append(bar)
    made.length = max((bar.end for bar in made.bars), default=1.0) or 1.0
    return made


class _Lanes:
    """Gives each frame a lane below that of its parent; frames share a lane where their times do not overlap."""

    def __init__(self) -> None:
        self.ends: list[float] = []
        self._of: dict[str, int] = {}
        self._last: list[str] = []
        """The frame of the last bar in each lane: the steps of one frame come one after the other."""

    def find(self, frame: str, start: float) -> int:
        """The lane for the next step of a frame."""
        lane = self._of.get(frame)
        if lane is None or not self._is_free(lane, frame, start):
            lane = frame.count("/")
            while not self._is_free(lane, frame, start):
                lane += 1
        while len(self.ends) <= lane:
            self.ends.append(0.0)
            self._last.append("")
        self._of[frame], self._last[lane] = lane, frame
        return lane

    def _is_free(self, lane: int, frame: str, start: float) -> bool:
        return lane >= len(self.ends) or self._last[lane] == frame or self.ends[lane] <= start + _JITTER


def _step_spans(steps: Sequence[StepRow]) -> list[tuple[float, float]]:
    """Each step is as long as the steps inside it and itself."""
    spans: list[tuple[float, float]] = []
    open_steps: list[tuple[int, int]] = []
    ends = [float(place + 1) for place in range(len(steps))]
    for place, step in enumerate(steps):
        depth = step.frame.count("/")
        while open_steps and open_steps[-1][0] >= depth:
            ends[open_steps.pop()[1]] = float(place)
        open_steps.append((depth, place))
    for depth, place in open_steps:
        is_inside = any(other > depth for other, _ in open_steps)
        ends[place] = float(len(steps)) if is_inside else float(place + 1)
    for place, end in enumerate(ends):
        spans.append((float(place), max(end, place + 1.0)))
    return spans


def _time_spans(steps: Sequence[StepRow], now_s: float, made: TimelineLayout) -> list[tuple[float, float]]:
    """Seconds since the first step; waits between steps are cut when they are long beside the work."""
    if not steps:
        return []
    times = [(step.started_s, _end_s(step, now_s)) for step in steps]
    work = _work(times)
    longest = max(_LEAST_GAP_S, LONGEST_GAP * work)
    breaks = _breaks(times, longest, made)
    return [(_mapped(start, breaks), _mapped(end, breaks)) for start, end in times]


def _end_s(step: StepRow, now_s: float) -> float:
    if step.state in (StepState.RUNNING, StepState.PAUSED):
        return max(now_s, step.started_s)
    return step.started_s + step.elapsed_ms / 1_000


def _work(times: Sequence[tuple[float, float]]) -> float:
    """The seconds in which at least one step ran."""
    total, reached = 0.0, times[0][0]
    for start, end in times:
        total += max(0.0, end - max(start, reached))
        reached = max(reached, end)
    return total


_Break = tuple[float, float, float]
"""From a moment on (first) time is counted from another moment (second) at the place third."""


def _breaks(times: Sequence[tuple[float, float]], longest: float, made: TimelineLayout) -> list[_Break]:
    origin = times[0][0]
    breaks: list[_Break] = [(origin, origin, 0.0)]
    reached, cut = origin, 0.0
    for start, end in times:
        wait = start - reached
        if wait > _LEAST_GAP_S:
            shown = min(wait, longest)
            place = reached - origin - cut
            made.gaps.append(Gap(place, place + shown, wait, is_cut=shown < wait))
            if shown < wait:
                cut += wait - shown
                breaks.append((start, start, start - origin - cut))
        reached = max(reached, end)
    return breaks


def _mapped(time_s: float, breaks: list[_Break]) -> float:
    place = max(0, bisect_right(breaks, time_s, key=lambda one: one[0]) - 1)
    _, base, at = breaks[place]
    return at + max(0.0, time_s - base)
