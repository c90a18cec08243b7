"""New runs that begin where another was: forks, and going on after a crash (DEBUGGER.md §6)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from node_engine.engine.config import copied
from node_engine.engine.fork_point import ForkPoint, fork_point, last_point, step_in_flight
from node_engine.engine.lookback import Told
from node_engine.engine.masking import MASK
from node_engine.engine.patch import PatchError, apply
from node_engine.engine.run_options import Fork, RunOptions
from node_engine.errors import RunStateError, UnknownKeyError
from node_engine.models.flow import FlowDefinition
from node_engine.models.ids import RunId
from node_engine.models.json import JsonObject, JsonValue
from node_engine.models.parse import format_path
from node_engine.models.run import RunState, RunSummary, StepRecord
from node_engine.models.status import FlowStatus

if TYPE_CHECKING:
    from node_engine.engine.run import Run
    from node_engine.engine.runtime import Runtime


@dataclass(frozen=True, slots=True)
class ForkWish:
    """What the new run is to be besides where it begins."""

    options: RunOptions
    flow: FlowDefinition | None = None
    """Another definition than the one that ran, such as the edited one."""
    context_patch: list[JsonObject] | None = None


async def fork(runtime: Runtime, run_id: str, number: int, wish: ForkWish, *, before: bool) -> Run:
    """A new run at a step of another one. See `Runtime.fork`."""

    def find(told: Told) -> ForkPoint:
        return fork_point(RunId(run_id), told.history, told.steps, number, before=before)

    return await _begin(runtime, run_id, await runtime.lookback.ask(run_id, find), wish)


async def continue_interrupted(runtime: Runtime, run_id: str, wish: ForkWish, *, repeat: bool) -> Run:
    """A new run that goes on where an interrupted one was. See `Runtime.continue_interrupted`."""
    summary = await runtime.lookback.summary(run_id)
    if summary.state is not RunState.INTERRUPTED:
        text = f"This run was not interrupted ({summary.state}). Fork it from one of its steps instead."
        raise RunStateError(text, run_id=run_id)
    point, in_flight = await runtime.lookback.ask(run_id, lambda told: _place(RunId(run_id), told))
    if in_flight is not None and not repeat:
        _check_repeatable(runtime, run_id, in_flight)
    if point is None:
        flow = wish.flow or await runtime.lookback.flow(run_id)
        _refuse_hidden(run_id, [component.config for component in flow.flow], "its flow")
        _refuse_hidden(run_id, flow.context, "its context")
        return runtime.launch(flow, wish.options)
    return await _begin(runtime, run_id, point, wish)


def _place(run_id: RunId, told: Told) -> tuple[ForkPoint | None, StepRecord | None]:
    """Where to go on, and the step to be done again; neither when no step had begun."""
    if not told.steps:
        return None, None
    step = step_in_flight(told.steps)
    if step is None:
        return last_point(run_id, told.history, told.steps, told.jumped_to), None
    return fork_point(run_id, told.history, told.steps, step.number, before=True), step


def _check_repeatable(runtime: Runtime, run_id: str, step: StepRecord) -> None:
    description = runtime.registry.catalog().get(step.name)
    if description is None or not description.repeatable:
        text = (
            f'"{step.id.key}" was under way when the program ended, and may have done its work already. '
            "Continue with repeat to have it done again."
        )
        raise RunStateError(text, run_id=run_id)


async def _begin(runtime: Runtime, run_id: str, point: ForkPoint, wish: ForkWish) -> Run:
    summary = await runtime.lookback.summary(run_id)
    ran = await runtime.lookback.flow(run_id)
    flow = wish.flow or ran
    if all(component.key != point.key for component in flow.flow):
        raise UnknownKeyError(point.key, flow_key=flow.key)
    context = _context(run_id, point, flow, wish.context_patch)
    if wish.flow is None:
        _refuse_hidden(run_id, [component.config for component in flow.flow], "its flow")
    definition = flow.model_copy(
        update={"context": context, "session_id": summary.session_id, "status": FlowStatus()},
    )
    return runtime.launch(definition, _options(runtime, summary, point, wish.options))


def _options(runtime: Runtime, summary: RunSummary, point: ForkPoint, wanted: RunOptions) -> RunOptions:
    parent = runtime.lookback.live(summary.id)
    earlier = {} if parent is None else parent.options.visits
    folder = wanted.flow_folder or (None if parent is None else parent.options.flow_folder)
    return RunOptions(
        origin=wanted.origin,
        debug=wanted.debug,
        has_debug_default=wanted.has_debug_default,
        paused_at_start=wanted.paused_at_start,
        tunnel_authorization=wanted.tunnel_authorization,
        flow_folder=folder,
        start_at=point.key,
        visits={**earlier, **point.visits},
        forked_from=Fork(summary.id, point.step),
    )


def _context(run_id: str, point: ForkPoint, flow: FlowDefinition, patch: list[JsonObject] | None) -> JsonObject:
    context: JsonValue = _unhidden(copied(point.context), flow.context)
    context = apply(context, patch or [])
    if not isinstance(context, dict):
        raise PatchError("The context must stay an object.")
    _refuse_hidden(run_id, context, "its context")
    return context


def _unhidden(value: JsonValue, known: JsonValue) -> JsonValue:
    """The value with what the journal has hidden taken from where it is known, if it is there."""
    if value == MASK and isinstance(known, str):
        return known
    if isinstance(value, dict) and isinstance(known, dict):
        return {name: _unhidden(item, known.get(name)) for name, item in value.items()}
    if isinstance(value, list) and isinstance(known, list):
        return [_unhidden(item, known[place] if place < len(known) else None) for place, item in enumerate(value)]
    return value


def _refuse_hidden(run_id: str, value: JsonValue, where: str) -> None:
    """Raise RunStateError when a part of what the journal kept is hidden."""
    hidden = next(_hidden_paths(value, ()), None)
    if hidden is not None:
        place = format_path(hidden)
        text = (
            f"The journal hides secrets, and {where} holds one at {place}. "
            "Begin from the open flow, or give the value in the changes to the context."
        )
        raise RunStateError(text, run_id=run_id)


def _hidden_paths(value: JsonValue, path: tuple[str | int, ...]) -> Iterator[tuple[str | int, ...]]:
    if isinstance(value, str) and MASK in value:
        yield path
    elif isinstance(value, dict):
        for name, item in value.items():
            yield from _hidden_paths(item, (*path, name))
    elif isinstance(value, list):
        for place, item in enumerate(value):
            yield from _hidden_paths(item, (*path, place))
