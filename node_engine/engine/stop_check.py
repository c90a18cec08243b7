"""Would a breakpoint have stopped this run, and how often? Asked of what happened, before it is set."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from node_engine.analysis.ports import ports
from node_engine.engine.config import copied
from node_engine.engine.context_path import Relation, closest, read_path
from node_engine.engine.history import RunHistory
from node_engine.engine.moment import Counts, Moment, fits_after, judge, port_taken
from node_engine.engine.replaying import FrameReplay, Replays
from node_engine.models.breakpoint import BreakPlace, Breakpoint
from node_engine.models.description import Catalog
from node_engine.models.event import Event, EventName
from node_engine.models.flow import FlowComponent, FlowDefinition
from node_engine.models.ids import MAIN_FRAME
from node_engine.models.json import JsonObject
from node_engine.models.run import StepRecord, StepState

_ENDS = (EventName.STEP_FINISHED, EventName.STEP_FAILED)


@dataclass(slots=True)
class StopCheck:
    """It would have stopped `stopped` of the `of` times that its place was reached, at these `steps`.

    A condition that cannot be worked out stops too; `error` is the first such error. For a breakpoint that logs,
    the times it would have logged.
    """

    stopped: int = 0
    of: int = 0
    steps: list[int] = field(default_factory=list)
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Past:
    """What is known of a run."""

    history: RunHistory
    steps: Sequence[StepRecord]
    flow: FlowDefinition
    started_s: float


def check_stops(past: Past, breakpoint_: Breakpoint, catalog: Catalog, events: Iterable[Event] = ()) -> StopCheck:
    """Go through the run and see what the breakpoint says; `events` are needed for one on an event."""
    check, counts = StopCheck(), Counts()
    item = breakpoint_.model_copy(update={"enabled": True})
    if item.place is BreakPlace.EVENT:
        moments = _events(past, item, events)
    else:
        moments = _steps(past, item, _Ports(past.flow, catalog).taken)
    for number, moment in moments:
        check.of += 1
        hit = judge(item, moment, counts)
        if hit is not None:
            check.stopped += 1
            check.steps.append(number)
            check.error = check.error or hit.condition_error
    return check


def _steps(past: Past, item: Breakpoint, port: Callable[[StepRecord], str]) -> Iterator[tuple[int, Moment]]:
    """The moments at which a breakpoint at steps stood."""
    history, replays = past.history, Replays(past.history)
    for step in past.steps:
        if not _is_of(past, item, step):
            continue
        replay = replays.of(step.id.frame)
        replay.advance(history.began_at(step.number))
        key, visit = step.id.key, step.id.visit
        if item.place is BreakPlace.BEFORE:
            yield step.number, Moment(key, visit, replay.context, (step.started_s - past.started_s) * 1_000)
        elif step.state is not StepState.RUNNING and _fits(item, step, replay, history, port):
            yield step.number, Moment(key, visit, replay.context, step.elapsed_ms, step.error, step.is_caught)


def _fits(
    item: Breakpoint, step: StepRecord, replay: FrameReplay, history: RunHistory, port: Callable[[StepRecord], str]
) -> bool:
    """True when a breakpoint for ended steps stood at this one; moves the replay to the end of the step."""
    before: JsonObject = {}
    if item.place is BreakPlace.CHANGE:
        path = read_path(item.path or "")
        if closest(step.changes, path) is Relation.AROUND:
            name = str(path[0])
            before = {name: copied(replay.context[name])} if name in replay.context else {}
    replay.advance(history.ended_at(step.number))
    return fits_after(item, step, lambda: port(step), lambda: before, replay.context)


def _events(past: Past, item: Breakpoint, events: Iterable[Event]) -> Iterator[tuple[int, Moment]]:
    """The moments at which a component sent the event: the step begun last, of those under way, sent it."""
    replays = Replays(past.history)
    under_way: list[int] = []
    for event in events:
        data = event.data
        if event.name == EventName.STEP_STARTED and isinstance(data, dict):
            under_way.append(int(str(data["step"])))
        elif event.name in _ENDS and isinstance(data, dict):
            number = int(str(data["step"]))
            under_way = [other for other in under_way if other != number]
        elif event.name == item.event and isinstance(data, str) and under_way:
            step = past.steps[under_way[-1] - 1]
            if _is_of(past, item, step):
                replay = replays.of(step.id.frame)
                replay.advance(past.history.began_at(step.number))
                elapsed_ms = (event.time_s - step.started_s) * 1_000
                place = step.id
                yield (
                    step.number,
                    Moment(place.key, place.visit, replay.context, elapsed_ms, event=event.name, event_data=data),
                )


def _is_of(past: Past, item: Breakpoint, step: StepRecord) -> bool:
    is_flow = past.history.flow_keys.get(step.id.frame) == item.flow_key
    return is_flow and item.component_key in (None, step.id.key)


class _Ports:
    """The port that each step left by. Of flows inside of others only the config of the step is known."""

    def __init__(self, flow: FlowDefinition, catalog: Catalog) -> None:
        self._catalog = catalog
        keys = [component.key for component in flow.flow]
        self._components = {component.key: component for component in flow.flow}
        self._following = dict(pairwise(keys))

    def taken(self, step: StepRecord) -> str:
        """The name of the port."""
        component, following = None, None
        if step.id.frame == MAIN_FRAME:
            component, following = self._components.get(step.id.key), self._following.get(step.id.key)
        component = component or FlowComponent(key=step.id.key, name=step.name)
        component = component.model_copy(update={"config": step.config or component.config})
        return port_taken(step, ports(component, self._catalog.get(step.name)), following)
