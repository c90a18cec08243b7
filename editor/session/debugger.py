"""What the window asks of runs while it debugs: verbs on live ones, questions about all of them."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterable
from typing import TYPE_CHECKING, Any, TypeVar

from PySide6.QtCore import QObject, Signal

from editor.session.run_reader import RunStory, find_runs, read_run
from node_engine.models.breakpoint import Breakpoint
from node_engine.models.flow import FlowDefinition
from node_engine.models.ids import MAIN_FRAME, ComponentKey, FrameId, RunId
from node_engine.models.json import JsonObject
from node_engine.models.run import DebugPolicy, Origin, RunState, RunSummary

if TYPE_CHECKING:
    from editor.session.engine_session import EngineSession
    from node_engine.analysis.compare import RunComparison
    from node_engine.engine.lookback import StopCheck, WatchValue, Writing
    from node_engine.engine.run import Run
    from node_engine.engine.runtime import Runtime

T = TypeVar("T")
HOLD_S = 300.0
"""So much longer a run is held each time it is asked for."""
ARMED_S = 900.0
"""Outside runs may break for so long once it was allowed."""


class Debugger(QObject):
    """Coroutines for the window's loop; they raise NodeEngineError with words. Queries know live and past runs.

    Signals:
        breakpoints_changed: number of the change and all breakpoints of the engine then, whoever changed them.
    """

    breakpoints_changed = Signal(int, list)

    def __init__(self, session: EngineSession) -> None:
        super().__init__(session)
        self._session = session
        self._changes = 0
        """How often the engine's breakpoints were changed; written on its thread only."""
        self._unsubscribe: Callable[[], None] | None = None
        session.ready.connect(self._on_ready)

    @property
    def armed_until_s(self) -> float | None:
        """Unix time until which breakpoints stop runs that others started; None while they do not."""
        return self._session.host.runtime.armed_until_s if self._session.is_ready else None

    async def pause(self, run_id: str) -> None:
        """Have the run stand before its next component."""
        await self._verb(run_id, lambda run: run.pause())

    async def resume(self, run_id: str) -> None:
        """Have a paused run go on."""
        await self._verb(run_id, lambda run: run.resume())

    async def over(self, run_id: str) -> None:
        """Have a paused run do one step of its frame."""
        await self._verb(run_id, lambda run: run.step())

    async def into(self, run_id: str) -> None:
        """Have a paused run do one step, into a nested flow if there is one."""
        await self._verb(run_id, lambda run: run.step_into())

    async def out(self, run_id: str) -> None:
        """Have a paused run go on until the nested flow ends."""
        await self._verb(run_id, lambda run: run.step_out())

    async def stop(self, run_id: str) -> None:
        """End a run; whatever its component does, within a second."""
        await self._verb(run_id, lambda run: run.stop())

    async def run_to(self, run_id: str, key: str) -> None:
        """Have a paused run go on until it stands before this component."""
        await self._verb(run_id, lambda run: run.run_to(ComponentKey(key)))

    async def set_next(self, run_id: str, key: str) -> None:
        """Have a paused run go on at this component."""
        await self._verb(run_id, lambda run: run.set_next(ComponentKey(key)))

    async def retry_step(self, run_id: str) -> None:
        """Have a run that stands at an error do the failed step again, with what was edited."""
        await self._verb(run_id, lambda run: run.retry_step())

    async def edit_context(self, run_id: str, changes: list[JsonObject]) -> None:
        """Change the context of a paused run by JSON Patch operations (RFC 6902)."""
        await self._verb(run_id, lambda run: run.edit_context(changes))

    async def edit_config(self, run_id: str, key: str, config: JsonObject) -> None:
        """Change a component's config for a paused run, and for it only."""
        await self._verb(run_id, lambda run: run.edit_config(key, config))

    async def hold_longer(self, run_id: str, seconds: float = HOLD_S) -> None:
        """Let whoever waits for a paused run wait longer before it goes on by itself."""
        await self._verb(run_id, lambda run: run.hold_longer(seconds))

    async def set_breakpoints(self, flow_key: str, breakpoints: Iterable[Breakpoint]) -> int:
        """Have runs of this flow stop at these breakpoints and no others; answers the number of that change."""
        runtime, wanted = self._runtime(), list(breakpoints)

        def replace() -> int:
            runtime.breakpoints.replace_for(flow_key, wanted)
            return self._changes

        return await self._session.call(replace)

    async def arm_outside(self, seconds: float | None) -> None:
        """Let breakpoints stop runs that others start, for so long; None ends it."""
        runtime = self._runtime()
        await self._session.call(lambda: runtime.arm_outside(seconds))

    async def fork(
        self,
        run_id: str,
        step: int,
        *,
        before: bool = True,
        flow: FlowDefinition | None = None,
        context_patch: list[JsonObject] | None = None,
        is_paused: bool = False,
    ) -> RunId:
        """Start a new run with the context that a step found, or left; answer its id.

        Args:
            run_id: a run, live or past.
            step: the number of one of its steps.
            before: do that step again; False goes on with what came next.
            flow: another definition to run; None runs what the first run ran.
            context_patch: changes of the context before it starts.
            is_paused: have it stand before its first component.
        """
        runtime = self._runtime()
        run = await self._session.wait_for(
            runtime.fork(
                RunId(run_id),
                step,
                before=before,
                flow=flow,
                context_patch=context_patch,
                origin=Origin.EDITOR,
                debug=DebugPolicy.BREAK,
                paused_at_start=is_paused,
            )
        )
        return run.id

    async def continue_interrupted(self, run_id: str, *, repeat: bool = False) -> RunId:
        """Go on, in a new run, after the last step that an interrupted run finished; answer its id."""
        runtime = self._runtime()
        run = await self._session.wait_for(
            runtime.continue_interrupted(RunId(run_id), repeat=repeat, origin=Origin.EDITOR, debug=DebugPolicy.BREAK)
        )
        return run.id

    async def writers(self, run_id: str, path: str, frame: str = MAIN_FRAME) -> list[Writing]:
        """Who wrote the value at a path of the context, in order of writing."""
        return await self._ask(lambda runtime: runtime.lookback.writers(run_id, path, FrameId(frame)))

    async def watch(self, run_id: str, expression: str) -> list[WatchValue]:
        """What an expression was after each step."""
        return await self._ask(lambda runtime: runtime.lookback.watch(run_id, expression))

    async def would_stop(self, run_id: str, breakpoint_: Breakpoint) -> StopCheck:
        """How often a breakpoint would have stopped a run."""
        return await self._ask(lambda runtime: runtime.lookback.would_stop(run_id, breakpoint_))

    async def compare(self, a_id: str, b_id: str) -> RunComparison:
        """How two runs differ; the steps of both are in the run model then."""
        for run_id in (a_id, b_id):
            view = self._session.run_model.run(run_id)
            if view is None or not view.is_loaded:
                await self._session.load_run(run_id)
        return await self._ask(lambda runtime: runtime.lookback.compare(a_id, b_id))

    async def past_runs(
        self, flow_key: str | None = None, origin: Origin | None = None, state: RunState | None = None, text: str = ""
    ) -> list[RunSummary]:
        """Runs of the journal that fit, newest first; each word of `text` must be in what the list says of them."""
        engine = self._session.host.engine
        return await self._session.wait_for(find_runs(engine, flow_key, origin, state, text))

    async def story(self, run_id: str) -> RunStory:
        """A run with its steps, live or past."""
        return await self._session.wait_for(read_run(self._session.host.engine, run_id))

    def close(self) -> None:
        """Hear no more of the engine."""
        if self._unsubscribe is not None:
            self._unsubscribe()
            self._unsubscribe = None

    def _on_ready(self) -> None:
        breakpoints = self._runtime().breakpoints

        def tell() -> None:  # on the engine's thread
            self._changes += 1
            self.breakpoints_changed.emit(self._changes, breakpoints.all())

        self._unsubscribe = breakpoints.on_change(tell)

    async def _ask(self, question: Callable[[Runtime], Coroutine[Any, Any, T]]) -> T:
        return await self._session.wait_for(question(self._runtime()))

    async def _verb(self, run_id: str, verb: Callable[[Run], object]) -> None:
        runtime = self._runtime()
        await self._session.call(lambda: verb(runtime.run(run_id)))

    def _runtime(self) -> Runtime:
        return self._session.runtime()
