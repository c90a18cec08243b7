"""The window's bridge to the engine: starts and stops it, hands runs and verbs in, awaits answers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any, TypeVar

from PySide6.QtCore import QObject, Signal

from editor.session.debugger import Debugger
from editor.session.event_feed import EventFeed
from editor.session.garbage import GarbageSweep
from editor.session.run_model import RunModel
from editor.session.run_reader import RunStory, past_runs, read_flow, read_run, read_state
from node_engine.errors import NodeEngineError
from node_engine.models.description import Catalog, Touch
from node_engine.models.event import SSEMessage
from node_engine.models.flow import FlowDefinition
from node_engine.models.ids import ComponentKey, FrameId, RunId
from node_engine.models.json import JsonValue
from node_engine.models.run import DebugPolicy, Origin, RunSummary
from node_engine.models.step import FlowStep

if TYPE_CHECKING:
    from node_engine.engine.engine import Engine
    from node_engine.engine.runtime import Runtime
    from node_engine.service.host import EngineHost

T = TypeVar("T")
_STOP_TIMEOUT_S = 5.0
_ANSWER_TIMEOUT_S = 5.0


class EngineSession(QObject):
    """Owns the engine's thread. Coroutines here run on the window's loop and raise NodeEngineError with words.

    Signals:
        ready: the engine takes work; `catalog()` is complete.
        failed: the engine did not start, and why.
        service_changed: `url` or `service_problem` became another.
        catalog_changed: component descriptions became others.
        trouble: something that nobody waited for failed, in words.
    """

    ready = Signal()
    failed = Signal(str)
    service_changed = Signal()
    catalog_changed = Signal()
    trouble = Signal(str)
    _story_read = Signal(object)
    _host_ended_starting = Signal(str)

    def __init__(self, host: EngineHost, run_model: RunModel | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.host = host
        self.run_model = run_model or RunModel(self)
        self.debugger = Debugger(self)
        self._catalog: Catalog = {}
        self._feed: EventFeed | None = None
        self._garbage: GarbageSweep | None = None
        self._is_ready = False
        self._starter: Thread | None = None
        self._past_runs: list[RunSummary] = []
        self._reading: set[str] = set()
        self._host_ended_starting.connect(self._on_host_ended_starting)
        self._story_read.connect(self._on_story_read)
        self.run_model.gap_found.connect(self._on_gap_found)
        self.run_model.shown_changed.connect(self._on_shown_changed)

    @property
    def is_ready(self) -> bool:
        """True while the engine takes work."""
        return self._is_ready

    @property
    def url(self) -> str | None:
        """Where the service answers, or None while it is off."""
        return self.host.url if self._is_ready else None

    @property
    def token(self) -> str:
        """The secret that lets callers do more than the harmless (TRUST.md §3); new at each start."""
        return self.host.token

    @property
    def service_problem(self) -> str | None:
        """Why the service is off although it should be on, in words."""
        return self.host.problem

    def catalog(self) -> Catalog:
        """Descriptions of all components; empty until `ready`."""
        return self._catalog

    def start(self) -> None:
        """Start the engine beside the window; returns at once, `ready` or `failed` follows."""
        if self._starter is None:
            self._garbage = GarbageSweep(self)
            self._starter = Thread(target=self._start_host, name="engine-start", daemon=True)
            self._starter.start()

    def close(self) -> None:
        """End streams, runs and the engine; returns when they have ended."""
        if self._starter is not None:
            self._starter.join(_STOP_TIMEOUT_S)
        self._is_ready = False
        self.debugger.close()
        if self._feed is not None:
            self._feed.close()
            self._feed = None
        self.host.stop(_STOP_TIMEOUT_S)
        if self._garbage is not None:
            self._garbage.close()
            self._garbage = None

    async def start_run(
        self,
        flow: FlowDefinition,
        *,
        origin: Origin = Origin.EDITOR,
        paused_at_start: bool = False,
        only: str | None = None,
        start_at: str | None = None,
        folder: Path | None = None,
    ) -> RunId:
        """Start a run and show it; breakpoints stop it.

        Args:
            flow: what to run.
            origin: who starts it.
            paused_at_start: stand before the first component.
            only: run this component alone.
            start_at: begin at this component instead of the first.
            folder: where relative paths of the flow start.
        """
        runtime = self.runtime()

        def start() -> RunId:
            run = runtime.start(
                flow,
                origin=origin,
                debug=DebugPolicy.BREAK,
                paused_at_start=paused_at_start,
                only=None if only is None else ComponentKey(only),
                start_at=None if start_at is None else ComponentKey(start_at),
                flow_folder=folder,
            )
            return run.id

        run_id = await self.call(start)
        self.run_model.show(run_id)
        return run_id

    async def invoke_component(self, flow: FlowDefinition, key: str) -> FlowStep:
        """Run one component alone and answer with the flow as it left it."""
        runtime = self.runtime()
        return await self.wait_for(runtime.invoke_component(flow, key, origin=Origin.EDITOR))

    async def state_at(self, run_id: str, step: int, frame: str | None = None) -> JsonValue:
        """The context after a step, in that step's frame; after step 0 is what the first step found."""
        where = None if frame is None else FrameId(frame)
        return await self.wait_for(read_state(self._engine(), run_id, step, where))

    async def flow_of(self, run_id: str) -> FlowDefinition:
        """The definition that a run runs or ran."""
        return await self.wait_for(read_flow(self._engine(), run_id))

    async def load_run(self, run_id: str) -> None:
        """Have the run model hold all steps of a run, live or past."""
        self._on_story_read(await self.wait_for(read_run(self._engine(), run_id)))

    async def emit_event(self, session_id: str, event: str, data: str) -> None:
        """Send an event to the listeners of a session."""
        runtime = self.runtime()
        await self.wait_for(runtime.emit(SSEMessage(session_id=session_id, event=event, data=data)))

    async def start_service(self) -> None:
        """Switch the HTTP service on; `service_problem` says why it is not, if so."""
        await asyncio.wrap_future(self.host.start_service())
        self.service_changed.emit()

    async def stop_service(self) -> None:
        """Switch the HTTP service off; runs of the window go on."""
        await asyncio.wrap_future(self.host.stop_service())
        self.service_changed.emit()

    def touches_of(self, flow: FlowDefinition) -> frozenset[Touch]:
        """What the flow reaches beyond context, storage and events; waits for the engine, which answers at once."""
        return self.host.call(self.runtime().touches_of, flow).result(_ANSWER_TIMEOUT_S)

    async def refresh_catalog(self) -> None:
        """Read component descriptions again, as after the window comes back to the front."""
        registry = self._engine().registry
        catalog = await self.call(registry.catalog)
        if catalog != self._catalog:
            self._catalog = catalog
            self.catalog_changed.emit()

    def _engine(self) -> Engine:
        if not self._is_ready:
            raise NodeEngineError("The engine is still starting. Try again in a moment.")
        return self.host.engine

    def runtime(self) -> Runtime:
        """The engine's runtime, to be touched on its loop only. Raises NodeEngineError while there is none."""
        return self._engine().runtime

    async def call(self, function: Callable[[], T]) -> T:
        """Have a plain function run on the engine's loop."""
        return await asyncio.wrap_future(self.host.call(function))

    async def wait_for(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Have a coroutine run on the engine's loop."""
        return await asyncio.wrap_future(self.host.submit(coroutine))

    def _start_host(self) -> None:
        try:
            self.host.start()
            engine = self.host.engine
            self._catalog = self.host.call(engine.registry.catalog).result(_ANSWER_TIMEOUT_S)
            self._past_runs = self.host.submit(past_runs(engine)).result(_ANSWER_TIMEOUT_S)
        except (NodeEngineError, TimeoutError) as error:
            self._host_ended_starting.emit(str(error) or "The engine does not answer. Start the program again.")
        else:
            self._host_ended_starting.emit("")

    def _on_host_ended_starting(self, problem: str) -> None:
        if problem:
            self.failed.emit(problem)
            return
        if self._garbage is None:  # closed meanwhile
            return
        self._is_ready = True
        for summary in self._past_runs:
            self.run_model.load(summary)
        self._feed = EventFeed(self.host.events, self.run_model, self, after=0, each_frame=self._garbage.look)
        self.catalog_changed.emit()
        self.service_changed.emit()
        self.ready.emit()

    def _on_gap_found(self, _missed: int) -> None:
        for view in self.run_model.runs():
            if view.missed:
                self._read_soon(view.id)

    def _on_shown_changed(self) -> None:
        view = self.run_model.shown
        if view is not None and not view.is_loaded:
            self._read_soon(view.id)

    def _read_soon(self, run_id: str) -> None:
        """Have the steps of a run read; the run model tells when they are there."""
        if self._is_ready and run_id not in self._reading:
            self._reading.add(run_id)
            self.host.submit(read_run(self.host.engine, run_id)).add_done_callback(self._tell_story)

    def _tell_story(self, answer: Future[RunStory]) -> None:
        """On the engine's thread: hand the story over to the window's."""
        if not answer.cancelled():
            self._story_read.emit(answer.exception() or answer.result())

    def _on_story_read(self, story: RunStory | Exception) -> None:
        if isinstance(story, Exception):
            self._reading.clear()
            self.trouble.emit(str(story))
            return
        self._reading.discard(story.summary.id)
        self.run_model.load(story.summary, story.steps, story.log)
