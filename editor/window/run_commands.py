"""What the Run menu does: runs of the flow in front are started, paused, stepped, stopped and looked back on."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from itertools import count
from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from editor.session.engine_session import EngineSession
from editor.session.jobs import Jobs
from editor.session.run_view import Pause, RunView
from editor.window.breakpoint_wiring import BreakpointWiring
from editor.window.config_edits import ConfigEdits
from editor.window.dialogs.json_dialog import ask_object
from editor.window.flow_tab import FlowTab
from editor.window.flow_tabs import FlowTabs
from editor.window.moment import failed_key
from node_engine.errors import NodeEngineError
from node_engine.models.ids import MAIN_FRAME, ComponentKey, RunId
from node_engine.models.json import JsonObject
from node_engine.models.run import RunState

Verb = Callable[[str], Coroutine[Any, Any, None]]


class RunCommands(QObject):
    """Each command belongs to the flow in front; the action table disables what does not apply."""

    def __init__(
        self,
        tabs: FlowTabs,
        session: EngineSession,
        breakpoints: BreakpointWiring,
        edits: ConfigEdits,
        jobs: Jobs,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self.breakpoints = breakpoints
        self.edits = edits
        self._tabs = tabs
        self._session = session
        self._runs = session.run_model
        self._jobs = jobs
        self._window = window
        self._released: dict[RunId, Pause] = {}
        self._numbers = count()
        self._last_input: dict[str, JsonObject] = {}

    def shown_run(self) -> RunView | None:
        """The run that the flow in front shows."""
        tab = self._tabs.current
        return self._runs.run(tab.run_id) if tab is not None else None

    def live_run(self) -> RunView | None:
        """The run that the flow in front shows, while it is under way."""
        run = self.shown_run()
        return run if run is not None and not run.state.is_final else None

    def start_or_continue(self) -> None:
        """Continue the paused run, else start one."""
        run = self.live_run()
        if run is not None and run.state is RunState.PAUSED:
            self.go(run, self._session.debugger.resume)
        elif run is None:
            self._jobs.start("start run", self.start(self._tab))

    def start_paused(self) -> None:
        """Start a run that stands before its first component."""
        self._jobs.start("start run", self.start(self._tab, is_paused=True))

    def go(self, run: RunView, verb: Verb) -> None:
        """Have a paused run go on by a verb, with the configs as they are edited now, and look at it as it is now."""
        pause = run.paused
        if pause is not None and self._released.get(run.id) is not pause:  # a held key asks twice for one pause
            self._released[run.id] = pause
            self._jobs.start(f"go {run.id} {next(self._numbers)}", self._go(run, verb, pause))

    def start_with_input(self) -> None:
        """Ask for a JSON object that is laid over the flow's context, then run."""
        self._jobs.start("run with input", self._start_with_input(self._tab))

    def pause(self) -> None:
        """Stop before the next component."""
        self._verb(self._session.debugger.pause)

    def stop(self) -> None:
        """End the run now."""
        self._verb(self._session.debugger.stop)

    def run_only_this(self) -> None:
        """Ask for a context and run the selected component alone."""
        key = self._tab.canvas.selection()[0]
        self._jobs.start("run only this", self._run_only(self._tab, key))

    def show_failed(self) -> None:
        """Select the component whose step failed and bring it into sight."""
        run = self.shown_run()
        key = failed_key(run) if run is not None else None
        if key is not None and self._tab.document.has(key):
            self._tab.canvas.select([key])
            self._tab.canvas.center_on(key)

    def hide_run(self) -> None:
        """Show the flow without marks of a run."""
        self._tab.show_run(None)

    async def start(self, tab: FlowTab, extra: JsonObject | None = None, *, is_paused: bool = False) -> RunId:
        """Start a run of a flow, with `extra` laid over its context, and show it."""
        flow = tab.document.flow()
        flow.context.update(extra or {})
        await self.breakpoints.send(flow.key)
        run_id = await self._session.start_run(flow, paused_at_start=is_paused, folder=tab.folder)
        tab.show_run(run_id)
        self._runs.show_step(None)
        return run_id

    async def _go(self, run: RunView, verb: Verb, pause: Pause) -> None:
        try:
            await self.edits.flush(run.id)
            self._runs.show_step(None)
            await verb(run.id)
        except NodeEngineError:
            if self._released.get(run.id) is pause:
                del self._released[run.id]
            raise

    async def _start_with_input(self, tab: FlowTab) -> None:
        title = self.tr("Run with input")
        text = self.tr("A JSON object. Its values are laid over the flow's context for this run only.")
        offered = self._last_input.get(tab.document.key, tab.document.context)
        given = await ask_object(self._window, title, text, self.tr("Run"), offered)
        if given is not None:
            self._last_input[tab.document.key] = given
            await self.start(tab, given)

    async def _run_only(self, tab: FlowTab, key: ComponentKey) -> None:
        title = self.tr('Run only "{key}"').format(key=key)
        text = self.tr("The context that the component sees. Nothing else of the flow runs.")
        offered = await self._context_before(tab, key)
        given = await ask_object(self._window, title, text, self.tr("Run"), offered)
        if given is None:
            return
        flow = tab.document.flow()
        flow.context = given
        run_id = await self._session.start_run(flow, only=key, folder=tab.folder)
        tab.show_run(run_id)
        self._runs.show_step(None)

    async def _context_before(self, tab: FlowTab, key: ComponentKey) -> JsonObject:
        """The context that the component had at its last step of the shown run, else the flow's own."""
        run = self.shown_run()
        numbers = [row.number for row in run.steps if row.key == key and row.frame == MAIN_FRAME] if run else []
        if run is None or not numbers:
            return tab.document.context
        state = await self._session.state_at(run.id, numbers[-1] - 1)
        return state if isinstance(state, dict) else tab.document.context

    def _verb(self, verb: Verb) -> None:
        run = self.live_run()
        if run is not None:
            self._jobs.start(f"{verb.__name__} {run.id}", verb(run.id))

    @property
    def _tab(self) -> FlowTab:
        tab = self._tabs.current
        assert tab is not None
        return tab
