"""One flow under the debugger: its start context, breakpoints, the present run, and what is asked of it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from node_engine.analysis.nested import nested_flows
from node_engine.engine.config import copied, look_up, put
from node_engine.engine.expressions import check, evaluate
from node_engine.engine.run import Run
from node_engine.errors import RunStateError
from node_engine.models.breakpoint import BreakPlace, Breakpoint
from node_engine.models.event import Event
from node_engine.models.flow import FlowDefinition
from node_engine.models.ids import MAIN_FRAME
from node_engine.models.json import JsonObject, JsonValue
from node_engine.models.run import DebugPolicy, Origin
from node_engine.start.debugging.moments import Stop, is_failing, standing, stop_of
from node_engine.start.debugging.words import WrongInputError

if TYPE_CHECKING:
    from node_engine.engine.lookback import WatchValue, Writing
    from node_engine.service.host import EngineHost

T = TypeVar("T")

_LOOK_S = 0.25
ERROR_BREAKPOINT = "error"
"""Name of the breakpoint that is there from the start: a failure that ends a flow stops the run first."""


class Session:
    """Everything here is for the terminal's thread; the engine works in its own, behind `host`."""

    def __init__(self, host: EngineHost, flow: FlowDefinition, folder: Path) -> None:
        self.flow = flow
        """What the next run begins with."""
        self.run: Run | None = None
        self._host = host
        self._folder = folder
        self._cursor = host.events.cursor()
        self._news = threading.Event()
        self._cursor.on_ready(self._news.set)
        self._last_number = 0
        self._flow_keys = self.ask(self._keys_of, flow)
        flow_keys = dict.fromkeys((flow.key, *self._flow_keys.values()))
        self.ask(host.runtime.breakpoints.put, [_failure_of(key, flow.key) for key in flow_keys])

    def ask(self, function: Callable[..., T], *args: object) -> T:
        """Call something on the engine's thread and wait for what it gives."""
        return self._host.call(function, *args).result()

    # Breakpoints

    @property
    def breakpoints(self) -> list[Breakpoint]:
        """Those that are set, in order."""
        return self.ask(self._host.runtime.breakpoints.all)

    def add_breakpoint(self, breakpoint_: Breakpoint) -> Breakpoint:
        """Set a breakpoint; its id is the next number."""
        self._last_number += 1
        numbered = breakpoint_.model_copy(update={"id": str(self._last_number)})
        self.ask(self._host.runtime.breakpoints.add, numbered)
        return numbered

    def remove_breakpoints(self, name: str) -> int:
        """Remove those with a number or at a component, or all but that for failures when nothing is named."""
        found = [each for each in self.breakpoints if _is_named(each, name)]
        for each in found:
            self.ask(self._host.runtime.breakpoints.remove, each.id)
        return len(found)

    def flow_of(self, key: str) -> str:
        """The key of the flow that holds a component: the one it stands in, the main one, or one inside of it.

        Raises:
            WrongInputError: none does.
        """
        stop = self.stop
        present = self.flow if stop is None else stop.flow
        if not key or any(component.key == key for component in present.flow):
            return present.key
        if key not in self._flow_keys:
            close = get_close_matches(key, self._flow_keys, n=1)
            hint = f'Did you mean "{close[0]}"?' if close else "list shows all."
            raise WrongInputError(f'No component of the flow "{self.flow.key}" has the key "{key}". {hint}')
        return self._flow_keys[key]

    # The run

    @property
    def stop(self) -> Stop | None:
        """Where the run stands, or None."""
        return None if self.run is None else self.ask(stop_of, self.run)

    @property
    def is_live(self) -> bool:
        """True while there is a run that is not over."""
        return self.run is not None and not self.run.is_over

    @property
    def has_failed(self) -> bool:
        """True when the last run failed, or stands where it would fail."""
        return self.run is not None and self.ask(is_failing, self.run)

    def begin(self, *, paused: bool) -> Run:
        """End the present run, if any, and start a new one."""
        self.end()

        def start() -> Run:
            return self._host.runtime.start(
                self.flow,
                origin=Origin.CLI,
                debug=DebugPolicy.BREAK,
                paused_at_start=paused,
                flow_folder=self._folder,
            )

        self.run = self.ask(start)
        return self.run

    def end(self) -> None:
        """Stop the run if it is not over, and wait until it is."""
        if self.run is not None and not self.run.is_over:
            self.ask(self.run.stop)
            self._host.submit(self.run.wait()).result()
        self.news()

    def set_value(self, path: str, value: JsonValue) -> None:
        """Write a value into the context: of the run where it stands, else of the next start.

        Raises:
            NodeEngineError: the path is blocked, or the run neither stands nor is over.
        """
        run = self.run
        if run is None or run.is_over:
            self.flow = self.flow.model_copy(update={"context": _with_value(self.flow.context, path, value)})
            return

        def edit() -> None:
            held = standing(run)
            if held is None:
                raise RunStateError("The run does not stand. Pause it first.", run_id=run.id)
            edited = _with_value(held.frame.mirror, path, value)
            run.edit_context(
                [
                    {"op": "add", "path": f"/{key.replace('~', '~0').replace('/', '~1')}", "value": edited[key]}
                    for key in edited
                    if edited[key] is not held.frame.mirror.get(key)
                ]
            )

        self.ask(edit)

    # Looking

    def start_value(self, expression: str) -> JsonValue:
        """The value of an expression over what the next run begins with. Raises ExpressionError."""
        return evaluate(expression, self.flow.context)

    def value_at(self, path: str) -> JsonValue:
        """What stands at a context path where the run stands, or None."""
        stop = self.ask(standing, self.run) if self.run is not None else None
        return None if stop is None else look_up(stop.frame.mirror, path)

    def watched(self, run: Run, expression: str) -> list[WatchValue]:
        """The value of an expression after each step so far. Raises ExpressionError when it cannot be read."""
        problem = check(expression)
        if problem is not None:
            raise WrongInputError(problem)
        return self._host.submit(self._host.engine.lookback.watch(run.id, expression)).result()

    def writers(self, run: Run, path: str) -> list[Writing]:
        """Who wrote the value at a path of the context where the run stands."""
        stop = self.ask(standing, run)
        frame = MAIN_FRAME if stop is None else stop.frame.id
        return self._host.submit(self._host.engine.lookback.writers(run.id, path, frame)).result()

    # What happens

    def news(self) -> list[Event]:
        """What has happened in the run since the last look."""
        self._news.clear()
        run_id = None if self.run is None else self.run.id
        found: list[Event] = []
        while batch := self._cursor.read().events:
            found += [event for event in batch if event.run_id == run_id]
        return found

    def wait_for_news(self) -> None:
        """Return when something has happened, or after a moment."""
        self._news.wait(_LOOK_S)

    def close(self) -> None:
        """End the run and the reading."""
        self.end()
        self._cursor.close()

    def _keys_of(self, flow: FlowDefinition) -> dict[str, str]:
        """For each component, of flows inside of components too, the key of its flow."""
        catalog = self._host.runtime.registry.catalog()
        found: dict[str, str] = {}
        for component in flow.flow:
            description = catalog.get(component.name)
            for nested in nested_flows(component, description) if description is not None else ():
                if nested.flow is not None:
                    found.update(self._keys_of(nested.flow))
        return {**found, **{component.key: flow.key for component in flow.flow}}


def _failure_of(flow_key: str, main_key: str) -> Breakpoint:
    name = ERROR_BREAKPOINT if flow_key == main_key else f"{ERROR_BREAKPOINT} {flow_key[:50]}"
    return Breakpoint(id=name, flow_key=flow_key, place=BreakPlace.ERROR, condition="not caught")


def _is_named(breakpoint_: Breakpoint, name: str) -> bool:
    shown = breakpoint_.id.split(" ")[0]
    return name in (shown, breakpoint_.component_key) if name else shown != ERROR_BREAKPOINT


def _with_value(context: JsonObject, path: str, value: JsonValue) -> JsonObject:
    """The context with a value at a path; only the top-level key of the path is a copy."""
    top = path.split(".")[0].split("[")[0]
    edited = dict(context)
    if top in edited:
        edited[top] = copied(edited[top])
    put(edited, path, value)
    return edited
