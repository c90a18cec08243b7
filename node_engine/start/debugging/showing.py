"""What the debugger prints: stops, changes, the list of components, the call stack, values."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from rich.text import Text

from node_engine.engine.run_options import FrameView
from node_engine.models.breakpoint import BreakPlace, Breakpoint
from node_engine.models.event import Event, EventName
from node_engine.models.flow import FlowDefinition
from node_engine.models.json import JsonObject, JsonValue
from node_engine.models.parse import dump_json
from node_engine.models.run import StepRecord
from node_engine.start.debugging.moments import ShownStep, Stop
from node_engine.start.live import end_line, step_line
from node_engine.start.output import one_line, plain, print_json, print_row, say

if TYPE_CHECKING:
    from node_engine.engine.lookback import WatchValue, Writing

_LONGEST_VALUE = 300
_KEY_WIDTH = 24
_NAME_WIDTH = 20
_PLACE_WIDTH = 34
_WRITERS = {"start": "at the start", "edit": "by hand", "engine": "the engine"}
_ENDS = frozenset((EventName.RUN_FINISHED, EventName.RUN_FAILED, EventName.RUN_STOPPED))
_PLACES = {"before": "before", "after": "after", "error": "at the failure of", "event": "inside"}
_REASONS = {
    "pause": "paused as you asked",
    "step": "next step",
    "run_to": "reached",
    "error": "it failed",
}


def print_event(event: Event) -> None:
    """Print what has happened, if it is of interest here."""
    data = event.data
    if not isinstance(data, dict):
        say(f"      event {event.name}: {one_line(str(data), _LONGEST_VALUE)}", "dim")
        return
    line = step_line(event.name, data)
    if line is not None:
        print_row(line)
    elif event.name == EventName.BREAKPOINT_LOGGED:
        say(f"      {data.get('message')}", "cyan")
    elif event.name in _ENDS:
        say(end_line(event.name, data), "red" if event.name == EventName.RUN_FAILED else "")


def print_stop(stop: Stop, breakpoints: Iterable[Breakpoint]) -> None:
    """Print where the run stands, why, and what its last step changed."""
    facts = stop.facts
    depth = "" if stop.frame == "main" else f" in {stop.frame}"
    step = stop.step
    if step is not None:
        say(f"Last step: {_named(step)}" + ("" if step.changes else ", which changed nothing"), "dim")
        print_changes(step)
    place = f"{_PLACES[str(facts['place'])]} {facts['key']} (visit {facts['visit']}){depth}"
    say(f"Stopped {place}: {_reason(facts, breakpoints)}", "bold")
    if facts.get("condition_error"):
        say(f"Its condition failed: {facts['condition_error']}", "red")
    if facts["place"] == BreakPlace.ERROR and step is not None:
        say(f"{step.error}", "red")
        say("retry does the step again; set changes a value first. continue lets the failure take its way.")
    elif facts["place"] == BreakPlace.AFTER:
        say(f"Next: {facts.get('next')}")


def print_step(step: ShownStep, of: int) -> None:
    """Print a step of the past with what it changed."""
    say(f"After step {step.number} of {of}: {_named(step)}", "bold")
    if step.error is not None:
        say(step.error, "red")
    print_changes(step)


def print_changes(step: ShownStep) -> None:
    """Print each change on a line of its own."""
    for change in step.changes:
        if step.error is not None and change.path == "error":
            continue  # it is told by itself
        match change.before, change.after:
            case None, after:
                say(f"  + {change.path} = {_cut(after)}", "green")
            case before, None:
                say(f"  − {change.path} (was {_cut(before)})", "red")
            case before, after:
                say(f"    {change.path}: {_cut(before)} → {_cut(after)}", "yellow")
    if step.more_changes:
        say(f"    and {step.more_changes} more")


def print_value(value: JsonValue) -> None:
    """Print a value as JSON: small ones on a line, large ones indented."""
    print_json(value, indented=len(dump_json(value)) > _LONGEST_VALUE // 3)


def print_named_value(name: str, value: JsonValue) -> None:
    """Print a watched value."""
    say(f"  {name} = {_cut(dump_json(value).decode())}", "cyan")


def print_watched(values: Iterable[WatchValue], records: Sequence[StepRecord]) -> None:
    """Print the values of an expression over the steps, each time that it is another."""
    last: str | None = None
    for each in values:
        shown = each.error if each.error is not None else dump_json(each.value).decode()
        if shown == last:
            continue
        last = shown
        record = records[each.step - 1]
        place = one_line(f"{record.id.key}, visit {record.id.visit}", _PLACE_WIDTH)
        say(f"  {each.step:>4}  {place:<{_PLACE_WIDTH}} {_cut(shown)}", "cyan" if each.error is None else "dim")


def print_writings(path: str, writings: Sequence[Writing]) -> None:
    """Print who wrote a value, first to last."""
    if not writings:
        say(f'Nothing has written "{path}" in this run.')
    for each in writings:
        by = _WRITERS.get(each.by, f"step {each.step} {each.key}")
        after = "removed" if each.is_removed else _cut(dump_json(each.after).decode())
        before = "" if each.is_new else f"{_cut(dump_json(each.before).decode())} → "
        say(f"  {one_line(by, _PLACE_WIDTH):<{_PLACE_WIDTH}} {before}{after}", "cyan")


def print_flow(flow: FlowDefinition, breakpoints: Iterable[Breakpoint], key: str | None) -> None:
    """Print the components of a flow in order, with breakpoints and the place of the run."""
    found = [each for each in breakpoints if each.flow_key == flow.key]
    for component in flow.flow:
        here = [each for each in found if each.component_key == component.key]
        line = Text("→ " if component.key == key else "  ", "bold yellow")
        line.append(f"{'●' if here else ' '} ", "red")
        line.append(f"{one_line(component.key, _KEY_WIDTH):<{_KEY_WIDTH}} ", "bold")
        line.append(f"{one_line(component.name, _NAME_WIDTH):<{_NAME_WIDTH}}")
        line.append(plain("; ".join(described(each) for each in here)), "red")
        line.rstrip()
        print_row(line)
    for each in found:
        if each.component_key is None:
            say(f"  {described(each)}", "red")


def print_frames(frames: list[FrameView], stop: Stop | None) -> None:
    """Print the call stack, innermost first."""
    for depth, frame in enumerate(reversed(frames)):
        where = f"{frame.component_key}, visit {frame.visit}" if frame.component_key is not None else "at its start"
        if depth == 0 and stop is not None:
            where = f"{stop.facts['place']} {stop.facts['key']}, visit {stop.facts['visit']}"
        say(f"  #{depth} {frame.id}: flow {frame.flow_key}, {where}")


def described(breakpoint_: Breakpoint) -> str:
    """A breakpoint in words: number, place, rules."""
    name = breakpoint_.id.split(" ")[0]
    what = {
        BreakPlace.CHANGE: breakpoint_.path,
        BreakPlace.EVENT: breakpoint_.event,
    }.get(breakpoint_.place, breakpoint_.component_key)
    place = breakpoint_.place.value if breakpoint_.place is not BreakPlace.ERROR else "on error"
    parts = [f"{name}:", place, what, breakpoint_.port, f"hits {breakpoint_.hits}" if breakpoint_.hits else None]
    parts += ["once" if breakpoint_.once else None, f"if {breakpoint_.condition}" if breakpoint_.condition else None]
    return " ".join(part for part in parts if part)


def _reason(facts: JsonObject, breakpoints: Iterable[Breakpoint]) -> str:
    if facts["reason"] != "breakpoint":
        return _REASONS.get(str(facts["reason"]), str(facts["reason"]))
    found = next((each for each in breakpoints if each.id == facts["breakpoint"]), None)
    return "breakpoint" if found is None else f"breakpoint {described(found)}"


def _named(step: ShownStep) -> str:
    return f"{step.key} ({step.name}), visit {step.visit}"


def _cut(text: str | None) -> str:
    return one_line(text or "", _LONGEST_VALUE)
