"""A run shown in the terminal, step by step, while it runs."""

from __future__ import annotations

from rich.text import Text

from node_engine.engine.events import Cursor
from node_engine.models.event import EventName
from node_engine.models.ids import RunId
from node_engine.models.json import JsonObject, JsonValue
from node_engine.models.run import StepRecord, StepState
from node_engine.start.output import console, described_changes, one_line, plain, print_row, say

_KEY_WIDTH = 22
_NAME_WIDTH = 20
_ENDS = frozenset((EventName.RUN_FINISHED, EventName.RUN_FAILED, EventName.RUN_STOPPED))
_STYLES = {EventName.STEP_FAILED: "red", EventName.STEP_SKIPPED: "dim"}


async def show_steps(cursor: Cursor, run_id: RunId) -> None:
    """Print a line for each step that ends, until the run ends."""
    with console.status("Starting…") as status:
        while True:
            batch = cursor.read()
            for event in batch.events:
                if event.run_id != run_id or not isinstance(event.data, dict):
                    continue
                if event.name == EventName.STEP_STARTED:
                    status.update(Text(f"Running {plain(_text(event.data, 'key'))} …"))
                line = step_line(event.name, event.data)
                if line is not None:
                    print_row(line)
                if event.name in _ENDS:
                    say(end_line(event.name, event.data))
                    return
            if not batch.events:
                await cursor.wait()


def print_step(step: StepRecord) -> None:
    """Print a step of a run that was looked up."""
    name = EventName.STEP_FAILED if step.state is StepState.FAILED else EventName.STEP_FINISHED
    facts: JsonObject = {"step": step.number, "frame": step.id.frame, "key": step.id.key, "name": step.name}
    facts |= {"elapsed_ms": step.elapsed_ms, "port": step.port, "error": step.error, "state": step.state.value}
    changes: list[JsonValue] = [*step.changes]
    line = step_line(name, {**facts, "changes": changes})
    assert line is not None  # these events have one
    print_row(line)


def step_line(name: str, data: JsonObject) -> Text | None:
    """The line of one event: number, key, component, time and what changed; None for events without a line."""
    if name not in (EventName.STEP_FINISHED, EventName.STEP_FAILED, EventName.STEP_SKIPPED):
        return None
    is_skipped = name == EventName.STEP_SKIPPED or data.get("state") == "skipped"
    depth = _text(data, "frame").count("/")
    key = "  " * depth + _text(data, "key")
    elapsed = data.get("elapsed_ms")
    time = f"{elapsed:8.1f} ms" if isinstance(elapsed, int | float) and not is_skipped else " " * 11
    line = Text(f"{_text(data, 'step'):>4}  ", "dim")
    line.append(f"{one_line(key, _KEY_WIDTH):<{_KEY_WIDTH}} ", "bold")
    line.append(f"{one_line(_text(data, 'name'), _NAME_WIDTH):<{_NAME_WIDTH}} {time}  ")
    line.append(_outcome(name, data, is_skipped), "dim" if is_skipped else _STYLES.get(EventName(name), ""))
    return line


def _outcome(name: str, data: JsonObject, is_skipped: bool) -> str:
    if is_skipped:
        return "skipped"
    if name == EventName.STEP_FAILED:
        return plain(_text(data, "error"))
    changes = data.get("changes")
    listed = changes if isinstance(changes, list) else []
    told = described_changes(change for change in listed if isinstance(change, dict))
    port = data.get("port")
    return f"→ {plain(str(port))}  {told}" if port else told


def end_line(name: str, data: JsonObject) -> str:
    """How a run ended, in one line."""
    elapsed, steps = data.get("elapsed_ms"), data.get("steps")
    spent = f"{elapsed:.1f} ms" if isinstance(elapsed, int | float) else "?"
    counted = f"{steps} step{'' if steps == 1 else 's'}"
    words = {
        EventName.RUN_FINISHED: "Finished",
        EventName.RUN_FAILED: "Failed",
        EventName.RUN_STOPPED: "Stopped",
    }
    error = data.get("error")
    ending = f": {error}" if error else "."
    return f"{words[EventName(name)]} after {counted} in {spent}{ending}"


def _text(data: JsonObject, field: str) -> str:
    value = data.get(field)
    return "" if value is None else str(value)
