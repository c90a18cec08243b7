"""What the Debug menu does: steps, breakpoints, looking back, forks, comparing, and runs of other programs."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from editor.session.debugger import ARMED_S, Debugger
from editor.session.engine_session import EngineSession
from editor.session.jobs import Jobs
from editor.session.run_view import RunView, StepRow
from editor.window.dialogs.question import Answer, ask
from editor.window.flow_tab import FlowTab
from editor.window.flow_tabs import FlowTabs
from editor.window.repeating import may_repeat
from editor.window.run_commands import RunCommands
from node_engine.errors import RunStateError
from node_engine.models.breakpoint import BreakPlace, Breakpoint
from node_engine.models.ids import MAIN_FRAME, RunId
from node_engine.models.run import RunState

Verb = Callable[[str], Coroutine[Any, Any, None]]


class DebugCommands(QObject):
    """Each command belongs to the flow in front; the action table disables what does not apply.

    Signals:
        breakpoint_wanted: this breakpoint, kept or new, shall be edited.
        compare_wanted: ids of the two runs that shall be compared.
        armed_changed: outside runs may break from now on, or may no more.
        run_opened: this run shall be brought to the front.
    """

    breakpoint_wanted = Signal(object)
    compare_wanted = Signal(str, str)
    armed_changed = Signal()
    run_opened = Signal(str)

    def __init__(
        self, tabs: FlowTabs, session: EngineSession, commands: RunCommands, jobs: Jobs, window: QWidget
    ) -> None:
        super().__init__(window)
        self._tabs = tabs
        self._session = session
        self._runs = session.run_model
        self._commands = commands
        self._jobs = jobs
        self._window = window

    # Steps

    def over(self) -> None:
        """Run one component; without a run, start one that stands before its first. In the past, look one step on."""
        self._step(self._debugger.over)

    def into(self) -> None:
        """Run one component, or go into the flow inside of it."""
        self._step(self._debugger.into)

    def out(self) -> None:
        """Run until the flow inside of a component has ended."""
        self._go(self._debugger.out)

    def retry(self) -> None:
        """Do the failed step again, with what was edited since."""
        self._go(self._debugger.retry_step)

    def run_to_here(self) -> None:
        """Continue or start, and stop before the selected component."""
        self._jobs.start("run to here", self._run_to(self._tab, self._selected))

    def run_from_here(self) -> None:
        """Start at the selected component, with the context that the shown run had there."""
        self._jobs.start("run from here", self._run_from(self._tab, self._selected))

    def set_next(self) -> None:
        """Have the paused run go on at the selected component."""
        self.set_next_to(self._selected)

    def set_next_to(self, key: str) -> None:
        """Have the paused run go on at this component."""
        run = self._commands.live_run()
        if run is not None:
            self._jobs.start(f"set next {run.id} {key}", self._debugger.set_next(run.id, key))

    # Looking back

    def show_neighbour(self, step: int) -> None:
        """Show the step before the shown one, or with 1 the one after it."""
        run = self._commands.shown_run()
        if run is None or not run.steps:
            return
        last = len(run.steps)
        shown = (self._runs.shown_step or last) + step
        self._runs.show_step(max(1, shown) if shown < last else None)

    def show_last_stop(self) -> None:
        """Show the moment before the shown one at which the run stood."""
        run = self._commands.shown_run()
        if run is not None:
            at = self._runs.shown_step or len(run.steps)
            earlier = [step for step in run.stops if 0 < step < at]
            if earlier:
                self._runs.show_step(earlier[-1])

    def go_live(self) -> None:
        """Show what is true now."""
        self._runs.show_step(None)

    # Breakpoints

    def toggle_breakpoint(self) -> None:
        """Set or remove the breakpoint before each selected component, else on each selected wire."""
        self._tab.canvas.toggle_breakpoint()

    def toggle_at(self, place: BreakPlace) -> None:
        """Set or remove the breakpoint at a place of each selected component."""
        for key in self._tab.canvas.selection():
            self._tab.breakpoint_store.toggle(key, place)

    def edit_breakpoint(self) -> None:
        """Edit the breakpoint before the selected component or on the selected wire, or a new one there."""
        store, wires = self._tab.breakpoint_store, self._tab.canvas.selected_wires()
        if wires:
            at: tuple[str, BreakPlace, str | None] = (wires[0].source, BreakPlace.WIRE, wires[0].port)
            found = store.at(*at)
        else:
            at = (self._selected, BreakPlace.BEFORE, None)
            found = store.at(*at) or [one for one in store.all() if one.component_key == self._selected]
        self.breakpoint_wanted.emit(found[0] if found else store.make(*at))

    def toggle_errors(self) -> None:
        """Have runs of this flow stop at every failed step, or no more."""
        store = self._tab.breakpoint_store
        found = errors_breakpoint(self._tab)
        if found is None:
            store.put(store.make(None, BreakPlace.ERROR))
        else:
            store.remove(found.id)

    def clear_breakpoints(self) -> None:
        """Remove all breakpoints of the flow in front."""
        self._tab.clear_breakpoints()

    # Runs of other programs

    def toggle_armed(self) -> None:
        """Let breakpoints stop runs that other programs start, for 15 minutes, or no more."""
        self._arm(None if self._debugger.armed_until_s is not None else ARMED_S)

    def arm_again(self) -> None:
        """Have the 15 minutes begin anew."""
        self._arm(ARMED_S)

    def hold_longer(self) -> None:
        """Have the caller of the paused run wait five minutes longer."""
        run = self._commands.live_run()
        if run is not None:
            self._jobs.start(f"hold {run.id}", self._debugger.hold_longer(run.id))

    # Other runs

    def fork_here(self) -> None:
        """Start a new run at the shown step of the shown run."""
        run = self._commands.shown_run()
        if run is not None and run.steps:
            self.fork(run.id, self._runs.shown_step or run.steps[-1].number)

    def fork(self, run_id: str, step: int, *, before: bool = True, is_asked: bool = False) -> None:
        """Start a new run that does a step again, or goes on after it; what would repeat is listed first."""
        self._jobs.start(f"fork {run_id}", self._fork(run_id, step, before, is_asked))

    def continue_interrupted(self) -> None:
        """Go on with the shown run, which the end of the program interrupted."""
        run = self._commands.shown_run()
        if run is not None:
            self.continue_run(run.id)

    def continue_run(self, run_id: str) -> None:
        """Go on, in a new run, where an interrupted run had come to."""
        self._jobs.start(f"continue {run_id}", self._continue(run_id))

    def compare_with_previous(self) -> None:
        """Compare the shown run with the run of the same flow before it."""
        run = self._commands.shown_run()
        earlier = None if run is None else self._runs.run_before(run)
        if run is not None and earlier is not None:
            self.compare_wanted.emit(earlier.id, run.id)

    def _step(self, verb: Verb) -> None:
        run = self._commands.live_run()
        if self._runs.is_looking_back:
            self.show_neighbour(1)
        elif run is None:
            self._commands.start_paused()
        else:
            self._go(verb)

    def _go(self, verb: Verb) -> None:
        run = self._commands.live_run()
        if run is not None and run.state is RunState.PAUSED:
            self._commands.go(run, verb)

    async def _run_to(self, tab: FlowTab, key: str) -> None:
        run = self._commands.live_run()
        if run is None:
            run_id = await self._commands.start(tab, is_paused=True)
        else:
            run_id = run.id
            await self._commands.edits.flush(run_id)
        self._runs.show_step(None)
        await self._debugger.run_to(run_id, key)

    async def _run_from(self, tab: FlowTab, key: str) -> None:
        flow, run = tab.document.flow(), self._commands.shown_run()
        title = self.tr('Run from "{0}"?').format(key)
        if not await may_repeat(self._window, flow, key, self._session.catalog(), title, self.tr("Run")):
            return
        step = None if run is None else last_visit(run, key, self._runs.shown_step)
        await self._commands.breakpoints.send(flow.key)
        if run is None or step is None:
            run_id = await self._session.start_run(flow, start_at=key, folder=tab.folder)
        else:
            run_id = await self._debugger.fork(run.id, step.number, flow=flow)
        self._show(tab, run_id)

    async def _fork(self, run_id: str, number: int, before: bool, is_asked: bool) -> None:
        view = self._runs.run(run_id)
        if view is None or not view.is_loaded:
            await self._session.load_run(run_id)
            view = self._runs.run(run_id)
        flow = await self._session.flow_of(run_id)
        step = None if view is None else enclosing_step(view, number)
        if step is None:
            return
        title = self.tr('Fork from step {0} "{1}"?').format(step.number, step.key)
        catalog, go = self._session.catalog(), self.tr("Fork")
        if is_asked or await may_repeat(self._window, flow, step.key, catalog, title, go):
            await self._commands.breakpoints.send(flow.key)
            self._reveal(await self._debugger.fork(run_id, step.number, before=before), run_id)

    async def _continue(self, run_id: str) -> None:
        try:
            new_id = await self._debugger.continue_interrupted(run_id)
        except RunStateError as error:
            answers = (Answer("repeat", self.tr("Do it again"), "primary"), Answer("", self.tr("Cancel")))
            title = self.tr("The step that was under way may have had its effect already")
            if await ask(self._window, title, str(error), answers) != "repeat":
                return
            new_id = await self._debugger.continue_interrupted(run_id, repeat=True)
        self._reveal(new_id, run_id)

    def _reveal(self, new_id: str, run_id: str) -> None:
        """Show a run where the one is shown that it came from, else as any run of the list."""
        tab = next((tab for tab in self._tabs.tabs() if tab.run_id == run_id), None)
        if tab is None:
            self.run_opened.emit(new_id)
        else:
            self._tabs.show_tab(tab)
            self._show(tab, new_id)

    def _show(self, tab: FlowTab, run_id: str) -> None:
        tab.show_run(RunId(run_id))
        self._runs.show_step(None)

    def _arm(self, seconds: float | None) -> None:
        self._jobs.start("arm", self._arm_and_tell(seconds))

    async def _arm_and_tell(self, seconds: float | None) -> None:
        await self._debugger.arm_outside(seconds)
        self.armed_changed.emit()

    @property
    def _debugger(self) -> Debugger:
        return self._session.debugger

    @property
    def _tab(self) -> FlowTab:
        tab = self._tabs.current
        assert tab is not None
        return tab

    @property
    def _selected(self) -> str:
        return self._tab.canvas.selection()[0]


def errors_breakpoint(tab: FlowTab) -> Breakpoint | None:
    """The breakpoint that stops runs of a flow at every failed step."""
    found = (one for one in tab.breakpoint_store.all() if one.place is BreakPlace.ERROR and one.component_key is None)
    return next((one for one in found if one.condition is None and one.enabled), None)


def last_visit(run: RunView, key: str, until: int | None) -> StepRow | None:
    """The last step of a component in the main frame, not later than step number `until`."""
    rows = (row for row in reversed(run.steps) if until is None or row.number <= until)
    return next((row for row in rows if row.key == key and row.frame == MAIN_FRAME), None)


def enclosing_step(run: RunView, number: int) -> StepRow | None:
    """A step of the main frame, or the one of it inside of which the step with this number ran."""
    rows = (row for row in reversed(run.steps) if row.number <= number)
    return next((row for row in rows if row.frame == MAIN_FRAME), None)
