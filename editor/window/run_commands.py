"""What the Run menu does: runs of the flow in front are started, paused, stepped, stopped and looked back on."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from itertools import count
from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from editor.session.engine_session import EngineSession
from editor.session.jobs import Jobs
from editor.session.run_view import RunView
from editor.window.dialogs.json_dialog import ask_object
from editor.window.flow_tab import FlowTab
from editor.window.flow_tabs import FlowTabs
from editor.window.moment import failed_key
from node_engine.models.ids import MAIN_FRAME, ComponentKey, RunId
from node_engine.models.json import JsonObject
from node_engine.models.run import RunState

Verb = Callable[[str], Coroutine[Any, Any, None]]


class RunCommands(QObject):
    """Each command belongs to the flow in front; the action table disables what does not apply."""

    def __init__(self, tabs: FlowTabs, session: EngineSession, jobs: Jobs, window: QWidget) -> None:
        super().__init__(window)
        self._tabs = tabs
        self._session = session
        self._runs = session.run_model
        self._jobs = jobs
        self._window = window
        self._last_input: dict[str, JsonObject] = {}
        self._told = count()

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
            self._jobs.start(f"resume {run.id}", self._session.resume(run.id))
        elif run is None:
            self._jobs.start("start run", self._start(self._tab))

    def start_with_input(self) -> None:
        """Ask for a JSON object that is laid over the flow's context, then run."""
        self._jobs.start("run with input", self._start_with_input(self._tab))

    def pause(self) -> None:
        """Stop before the next component."""
        self._verb(self._session.pause)

    def step(self) -> None:
        """Run one component; without a run, start one that stands before its first component."""
        run = self.live_run()
        if run is None:
            self._jobs.start("start run", self._start(self._tab, is_paused=True))
        else:
            self._jobs.start(f"step {run.id}", self._session.step(run.id))

    def stop(self) -> None:
        """End the run now."""
        self._verb(self._session.stop)

    def run_to_here(self) -> None:
        """Continue or start, and stop before the selected component."""
        key = self._tab.canvas.selection()[0]
        self._jobs.start("run to here", self._run_to(self._tab, key))

    def run_only_this(self) -> None:
        """Ask for a context and run the selected component alone."""
        key = self._tab.canvas.selection()[0]
        self._jobs.start("run only this", self._run_only(self._tab, key))

    def toggle_breakpoint(self) -> None:
        """Set or remove the breakpoint before each selected component."""
        for key in self._tab.canvas.selection():
            self._tab.toggle_breakpoint(key)

    def clear_breakpoints(self) -> None:
        """Remove all breakpoints of the flow in front."""
        self._tab.clear_breakpoints()

    def tell_breakpoints(self, tab: FlowTab) -> None:
        """Have the runs that are under way know the breakpoints of a flow as they are now."""
        if self._session.is_ready:
            name = f"breakpoints {next(self._told)}"
            self._jobs.start(name, self._session.set_breakpoints(tab.document.key, tab.breakpoints))

    def show_neighbour(self, step: int) -> None:
        """Show the step before the shown one, or with 1 the one after it."""
        run = self.shown_run()
        if run is None or not run.steps:
            return
        last = len(run.steps)
        shown = (self._runs.shown_step or last) + step
        self._runs.show_step(max(1, shown) if shown < last else None)

    def go_live(self) -> None:
        """Show what is true now."""
        self._runs.show_step(None)

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

    async def _start(
        self,
        tab: FlowTab,
        extra: JsonObject | None = None,
        *,
        is_paused: bool = False,
        until: ComponentKey | None = None,
    ) -> RunId:
        flow = tab.document.flow()
        flow.context.update(extra or {})
        await self._session.set_breakpoints(flow.key, tab.breakpoints)
        run_id = await self._session.start_run(flow, paused_at_start=is_paused or until is not None, folder=tab.folder)
        tab.show_run(run_id)
        self._runs.show_step(None)
        if until is not None:
            await self._session.run_to(run_id, until)
        return run_id

    async def _start_with_input(self, tab: FlowTab) -> None:
        title = self.tr("Run with input")
        text = self.tr("A JSON object. Its values are laid over the flow's context for this run only.")
        offered = self._last_input.get(tab.document.key, tab.document.context)
        given = await ask_object(self._window, title, text, self.tr("Run"), offered)
        if given is not None:
            self._last_input[tab.document.key] = given
            await self._start(tab, given)

    async def _run_to(self, tab: FlowTab, key: ComponentKey) -> None:
        run = self.live_run()
        if run is None:
            await self._start(tab, until=key)
        else:
            await self._session.run_to(run.id, key)

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
