"""The runtime: starts runs, keeps them within limits, and finds them again."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterable
from itertools import count
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING, Any

from node_engine.analysis.nested import nested_flows
from node_engine.engine.breakpoints import Breakpoints
from node_engine.engine.component import ComponentServices
from node_engine.engine.events import EventLog
from node_engine.engine.forking import ForkWish, continue_interrupted, fork
from node_engine.engine.gate import Mode
from node_engine.engine.lookback import Lookback
from node_engine.engine.outside import OutsideRuns
from node_engine.engine.plan import Shape, shape_of
from node_engine.engine.run import Run
from node_engine.engine.run_options import RunOptions
from node_engine.errors import LimitError, RunStateError, UnknownKeyError, UnknownRunError
from node_engine.models.description import Touch
from node_engine.models.event import SSEMessage
from node_engine.models.flow import FlowComponent, FlowDefinition
from node_engine.models.ids import ComponentKey, RunId, SessionId
from node_engine.models.json import JsonObject
from node_engine.models.limits import DEFAULT_LIMITS, Limits
from node_engine.models.run import DebugPolicy, Origin, RunState, RunSummary
from node_engine.models.step import FlowStep

if TYPE_CHECKING:
    from node_engine.engine.registry import Registry
    from node_engine.engine.storage import Storage
    from node_engine.engine.worker import Workers

__all__ = ["RunStateError", "Runtime", "UnknownRunError"]

_WHOLE_RUNS = 4
"""So many of the newest finished runs keep log and trace of their answer."""
_LOOK_S = 0.25
"""How often limits of time are looked at while anything runs."""


class Runtime:
    """Everything runs on the loop that this was made on; nothing here may be called from another thread."""

    def __init__(
        self,
        registry: Registry,
        events: EventLog,
        *,
        storage: Storage,
        workers: Workers,
        limits: Limits = DEFAULT_LIMITS,
        debug_information: bool = False,
        numbers: Callable[[], int] | None = None,
    ) -> None:
        """`numbers` gives each run its number; without it they count from 1."""
        self.registry = registry
        self.events = events
        self.storage = storage
        self.workers = workers
        self.limits = limits
        self.breakpoints = Breakpoints()
        self.breakpoints.on_change(self._take_breakpoints)
        self.debug_information = debug_information
        """True to put what the documented system collects into the context of a failed flow."""
        self.base_url: str | None = None
        """Where the local service answers; set by the service."""
        self._take_number = numbers or count(1).__next__
        self._outside = OutsideRuns(self.live_runs)
        self.lookback = Lookback(self)
        self._running: dict[RunId, Run] = {}
        self._waiting: dict[RunId, Run] = {}
        self._finished: dict[RunId, Run] = {}
        self._finished_bytes = 0
        self._whole: deque[Run] = deque()
        self._left_behind: set[asyncio.Task[Any]] = set()
        self._timer: asyncio.TimerHandle | None = None

    # Starting

    def start(
        self,
        flow: FlowDefinition,
        *,
        origin: Origin = Origin.API,
        parent: RunId | None = None,
        debug: DebugPolicy | None = None,
        paused_at_start: bool = False,
        only: ComponentKey | None = None,
        tunnel_authorization: str | None = None,
        flow_folder: Path | None = None,
        start_at: str | None = None,
    ) -> Run:
        """Start a flow, from `start_at` on if given, or with `only` one component of it, and return at once.

        `debug` is BREAK for runs of the editor and OBSERVE for others, unless given or while outside runs are armed.
        A run may have to wait for a place. Raises LimitError when too many wait, or too many background runs of the
        session are under way, and UnknownKeyError when there is no component `start_at`.
        """
        if start_at is not None and all(component.key != start_at for component in flow.flow):
            raise UnknownKeyError(start_at, flow_key=flow.key)
        options = RunOptions(
            origin=origin,
            parent=parent,
            debug=debug or self._outside.policy(origin),
            has_debug_default=debug is None,
            paused_at_start=paused_at_start,
            only=only,
            tunnel_authorization=tunnel_authorization,
            flow_folder=flow_folder,
            start_at=None if start_at is None else ComponentKey(start_at),
        )
        return self.launch(flow, options)

    def launch(self, flow: FlowDefinition, options: RunOptions) -> Run:
        """Start a flow as the options say; see `start`."""
        self._check_places(options.origin, SessionId(flow.session_id))
        self.registry.refresh()
        run = Run(self, RunId(token_hex(6)), self._take_number(), flow, options)
        if options.paused_at_start:
            run.gate.watch_for(Mode.START)
        if self._has_place():
            self._begin(run)
        else:
            self._waiting[run.id] = run
        return run

    async def invoke(
        self,
        flow: FlowDefinition,
        *,
        origin: Origin = Origin.API,
        tunnel_authorization: str | None = None,
        flow_folder: Path | None = None,
    ) -> FlowDefinition:
        """Run a flow to its end. Cancelling this stops the run."""
        run = self.start(flow, origin=origin, tunnel_authorization=tunnel_authorization, flow_folder=flow_folder)
        return await self.finish(run)

    async def invoke_component(
        self,
        flow: FlowDefinition,
        component_key: str,
        *,
        origin: Origin = Origin.API,
        tunnel_authorization: str | None = None,
        flow_folder: Path | None = None,
    ) -> FlowStep:
        """Run one component of a flow. Cancelling this stops the run."""
        run = self.start(
            flow,
            origin=origin,
            only=ComponentKey(component_key),
            tunnel_authorization=tunnel_authorization,
            flow_folder=flow_folder,
        )
        definition = await self.finish(run)
        return FlowStep.model_construct(next=run.next_key, flow_definition=definition)

    async def finish(self, run: Run) -> FlowDefinition:
        """Wait for a run and stop it when the wait is cancelled: for callers that go away."""
        try:
            return await run.wait()
        except asyncio.CancelledError:
            run.stop()
            raise

    async def emit(self, message: SSEMessage, connection_id: str | None = None) -> None:
        """Send an event to a session's listeners. Raises LimitError when it is too large."""
        size = len(message.data)
        if size > self.limits.event_bytes:
            raise LimitError(
                f"The event has {size:,} bytes, more than the limit of {self.limits.event_bytes:,}.",
                limit=self.limits.event_bytes,
                value=size,
            )
        self.events.append(SessionId(message.session_id), message.event, message.data, connection_id=connection_id)

    # Beginning where another run was

    async def fork(
        self,
        run_id: str,
        step_number: int,
        *,
        before: bool = True,
        flow: FlowDefinition | None = None,
        context_patch: list[JsonObject] | None = None,
        origin: Origin = Origin.API,
        debug: DebugPolicy | None = None,
        paused_at_start: bool = False,
        flow_folder: Path | None = None,
    ) -> Run:
        """Start a new run at a step of another, live, finished or journalled, with the context recorded there.

        `before` begins with the step itself, otherwise with what came after it. A step of a child flow stands for the
        step of the main flow around it. `flow` is another definition, `context_patch` JSON Patch operations. Raises
        UnknownRunError, UnknownKeyError, RunStateError when nothing came after or the journal hides what is needed,
        PatchError, and LimitError as `start` does.
        """
        options = self._options(origin, debug, paused_at_start=paused_at_start, flow_folder=flow_folder)
        return await fork(self, run_id, step_number, ForkWish(options, flow, context_patch), before=before)

    async def continue_interrupted(
        self,
        run_id: str,
        *,
        repeat: bool = False,
        flow: FlowDefinition | None = None,
        origin: Origin = Origin.API,
        debug: DebugPolicy | None = None,
        paused_at_start: bool = False,
        flow_folder: Path | None = None,
    ) -> Run:
        """Start a new run where one that the end of its process interrupted was.

        The step that was under way is done again only if its component is repeatable or `repeat` allows it; otherwise
        RunStateError is raised. Raises what `fork` raises.
        """
        options = self._options(origin, debug, paused_at_start=paused_at_start, flow_folder=flow_folder)
        return await continue_interrupted(self, run_id, ForkWish(options, flow), repeat=repeat)

    # Finding

    def run(self, run_id: str) -> Run:
        """A run under way, waiting or kept; safe from any thread. Raises UnknownRunError."""
        for place in (self._running, self._finished, self._waiting, self._running, self._finished):  # runs move on
            found = place.get(RunId(run_id))
            if found is not None:
                return found
        raise UnknownRunError(run_id)

    def runs(self) -> list[RunSummary]:
        """Every run in memory, newest first."""
        runs = [*self._finished.values(), *self._running.values(), *self._waiting.values()]
        return sorted((run.summary() for run in runs), key=lambda summary: -summary.number)

    def live_runs(self) -> list[Run]:
        """Runs that are not over."""
        return [*self._running.values(), *self._waiting.values()]

    def touches_of(self, flow: FlowDefinition) -> frozenset[Touch]:
        """What running this flow may reach; unknown components reach nothing, since they cannot run."""
        return frozenset(self._touches(flow.flow))

    # Runs that others started

    def arm_outside(self, seconds: float | None) -> None:
        """Let breakpoints stop runs from outside for so long, runs under way too; None switches that off."""
        self._outside.arm(seconds)

    @property
    def armed_until_s(self) -> float | None:
        """Unix time until which breakpoints stop runs from outside; None when they do not."""
        return self._outside.armed_until_s

    # Ending

    async def stop_all(self, grace_s: float | None = None) -> None:
        """Stop every run and wait until all are over: for shutdown."""
        runs = self.live_runs()
        for run in runs:
            run.stop()
        limit_s = self.limits.cancel_grace_s * 2 if grace_s is None else grace_s
        if runs:
            await asyncio.wait([asyncio.ensure_future(run.wait()) for run in runs], timeout=limit_s)
        self._outside.close()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    # For runs

    def services_for(self, options: RunOptions) -> ComponentServices:
        """What the components of a run are lent."""
        return ComponentServices(self.storage, self.workers, self.limits, self.base_url, options.flow_folder)

    def shape_of(self, name: str) -> Shape:
        """The shape of the class that the registry has for a name."""
        return shape_of(self.registry.load(name))

    def keep(self, task: asyncio.Task[Any]) -> None:
        """Keep a task that ignores cancellation until it ends."""
        self._left_behind.add(task)
        task.add_done_callback(self._left_behind.discard)

    def withdraw(self, run: Run) -> None:
        """Take a run out of those that wait."""
        del self._waiting[run.id]

    def ended(self, run: Run) -> None:
        """A run is over: remember it, forget the oldest ones, give its place to the next."""
        self._finished[run.id] = run
        self._running.pop(run.id, None)
        self._finished_bytes += run.kept_bytes
        self._whole.append(run)
        if len(self._whole) > _WHOLE_RUNS:
            self._whole.popleft().slim()
        limits = self.limits
        while len(self._finished) > 1 and (
            len(self._finished) > limits.history_runs or self._finished_bytes > limits.history_bytes
        ):
            oldest = self._finished.pop(next(iter(self._finished)))
            self._finished_bytes -= oldest.kept_bytes
        self.fill_places()

    def fill_places(self) -> None:
        """Begin runs that wait, as long as there is a place."""
        while self._waiting and self._has_place():
            self._begin(self._waiting.pop(next(iter(self._waiting))))

    def held_outside(self) -> int:
        """How many runs that were not started in the editor stand at present."""
        return sum(run.state is RunState.PAUSED and run.origin is not Origin.EDITOR for run in self._running.values())

    # Inside

    def _options(
        self, origin: Origin, debug: DebugPolicy | None, *, paused_at_start: bool, flow_folder: Path | None
    ) -> RunOptions:
        return RunOptions(
            origin=origin,
            debug=debug or self._outside.policy(origin),
            has_debug_default=debug is None,
            paused_at_start=paused_at_start,
            flow_folder=flow_folder,
        )

    def _has_place(self) -> bool:
        """True when one more run may work. Runs that stand keep no place, so that they never block other callers."""
        most = self.limits.runs_at_once
        running = self._running
        return len(running) < most or sum(run.state is not RunState.PAUSED for run in running.values()) < most

    def _take_breakpoints(self) -> None:
        for run in self.live_runs():
            run.gate.refresh()

    def _begin(self, run: Run) -> None:
        self._running[run.id] = run
        run.begin()
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(_LOOK_S, self._look)

    def _look(self) -> None:
        """Check limits of time, as long as anything runs."""
        for run in tuple(self._running.values()):
            run.check_time()
        self._timer = asyncio.get_running_loop().call_later(_LOOK_S, self._look) if self._running else None

    def _check_places(self, origin: Origin, session_id: SessionId) -> None:
        limits = self.limits
        if len(self._waiting) >= limits.runs_waiting:
            raise LimitError(
                f"{limits.runs_at_once} runs are under way and {limits.runs_waiting} wait already. Try again later.",
                limit=limits.runs_waiting,
                value=len(self._waiting) + 1,
            )
        if origin is not Origin.BACKGROUND:
            return
        background = [run for run in self.live_runs() if run.origin is origin and run.session_id == session_id]
        if len(background) >= limits.background_runs_per_session:
            raise LimitError(
                f"The session has {len(background)} background runs under way, the limit. Wait for one to end.",
                limit=limits.background_runs_per_session,
                value=len(background) + 1,
            )

    def _touches(self, components: Iterable[FlowComponent]) -> Iterable[Touch]:
        catalog = self.registry.catalog()
        for component in components:
            description = catalog.get(component.name)
            if description is None:
                continue
            yield from self.registry.touches(component.name, component.config)
            for nested in nested_flows(component, description):
                if nested.flow is not None:
                    yield from self._touches(nested.flow.flow)
