"""Joins the debugger's parts: canvas, panels, lamp and commands."""

from __future__ import annotations

from itertools import count

from PySide6.QtCore import QObject, QPoint, QPointF, Qt
from PySide6.QtWidgets import QMenu, QWidget

from editor import theme as look
from editor.session.engine_session import EngineSession
from editor.session.jobs import Jobs
from editor.window.action_set import ActionSet
from editor.window.breakpoint_wiring import BreakpointWiring
from editor.window.bubble_wiring import BubbleWiring
from editor.window.compare_wiring import CompareWiring
from editor.window.desk import Desk
from editor.window.docks import Docks
from editor.window.flow_tab import FlowTab
from editor.window.flow_tabs import FlowTabs
from editor.window.outside_runs import OutsideRuns
from editor.window.panels import Panels
from editor.window.run_export import RunExport
from editor.window.samples import SampleFlow
from editor.window.status_bar import StatusBar
from node_engine.errors import NodeEngineError
from node_engine.models.breakpoint import BreakPlace, Breakpoint
from node_engine.models.ids import ComponentKey
from node_engine.models.json import JsonObject

_STEPS_MENU = ("run.previous_step", "run.next_step", "debug.last_stop", "run.live", "", "debug.fork", "debug.compare")


class DebugWiring(QObject):
    """Knows the parts of one window; holds nothing of its own."""

    def __init__(
        self,
        window: QWidget,
        session: EngineSession,
        tabs: FlowTabs,
        panels: Panels,
        docks: Docks,
        desk: Desk,
        actions: ActionSet,
        outside: OutsideRuns,
        status: StatusBar,
        breakpoints: BreakpointWiring,
        jobs: Jobs,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._session = session
        self._tabs = tabs
        self._panels = panels
        self._docks = docks
        self._debug = desk.debug
        self._runs = desk.runs
        self._breakpoints = breakpoints
        self._jobs = jobs
        self._actions = actions
        self._numbers = count()
        self.compare = CompareWiring(panels.compare, session.run_model, tabs, docks, outside, self)
        self._debug.compare_wanted.connect(self.compare.compare)
        panels.runs.compare_wanted.connect(self.compare.compare)
        self._debug.breakpoint_wanted.connect(self._on_breakpoint_wanted)
        self._debug.armed_changed.connect(status.armed.refresh)
        self._debug.run_opened.connect(outside.open)
        panels.runs.fork_wanted.connect(self._on_fork_wanted)
        panels.runs.continue_wanted.connect(self._debug.continue_run)
        panels.runs.stop_wanted.connect(self._on_stop_wanted)
        export = RunExport(session, jobs, window)
        export.said.connect(status.say)
        panels.runs.export_wanted.connect(export.ask)
        panels.steps.table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        panels.steps.table.customContextMenuRequested.connect(self._on_steps_menu)
        panels.context.edit_wanted.connect(self._on_edit_wanted)
        panels.context.watch_wanted.connect(self._on_watch_wanted)
        panels.context.break_wanted.connect(self._on_break_wanted)
        session.run_model.shown_changed.connect(panels.show_hits)
        session.run_model.run_changed.connect(self._on_run_changed)

    def watch(self, tab: FlowTab) -> None:
        """Join a flow that was opened."""
        BubbleWiring(tab, self._session, self._jobs)
        tab.canvas.set_next_wanted.connect(self._debug.set_next_to)
        self._breakpoints.watch(tab)
        self._runs.edits.watch(tab)

    def show_guide(self, sample: SampleFlow) -> None:
        """Have the page of a sample ready; beside its flow when it leads through the flow."""
        page = sample.page()
        if page:
            self._panels.guide.show_page(page)
            if sample.has_walk:
                self._docks.show_beside("guide", look.GUIDE_WIDTH)

    def _on_steps_menu(self, place: QPoint) -> None:
        """What can be done at a step: it is the shown one, since it was just pressed."""
        table = self._panels.steps.table
        menu = QMenu(table)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._actions.fill(menu, _STEPS_MENU)
        menu.popup(table.viewport().mapToGlobal(place))

    def _on_breakpoint_wanted(self, one: Breakpoint) -> None:
        """Open the editor below the component that it belongs to."""
        tab = self._tabs.current
        if tab is None:
            return
        canvas, key = tab.canvas, one.component_key
        place = QPointF(canvas.rect().center())
        if key is not None and tab.document.has(key):
            canvas.reveal(ComponentKey(key))
            spot = tab.document.place(key)
            place = canvas.to_widget(QPointF(spot.x, spot.y + tab.document.size(key)[1]))
        self._panels.edit_breakpoint(one, canvas.mapToGlobal(place.toPoint()))

    def _on_edit_wanted(self, changes: list[JsonObject]) -> None:
        run = self._session.run_model.shown
        if run is not None:
            self._jobs.start(f"edit {next(self._numbers)}", self._edit(run.id, changes))

    async def _edit(self, run_id: str, changes: list[JsonObject]) -> None:
        try:
            await self._session.debugger.edit_context(run_id, changes)
        except NodeEngineError as error:
            self._panels.context.refuse_edit(str(error))

    def _on_watch_wanted(self, path: str) -> None:
        self._panels.watch.add_expression(path)
        self._docks.raise_dock("watch")

    def _on_break_wanted(self, path: str) -> None:
        """Stop when a value changes; the Breakpoints panel shows it."""
        tab = self._tabs.current
        if tab is not None:
            fields = {"place": BreakPlace.CHANGE, "path": path, "component_key": None}
            one = tab.breakpoint_store.make(None, BreakPlace.ERROR).model_copy(update=fields)
            tab.breakpoint_store.put(one)
            self._docks.raise_dock("breakpoints")
            self._panels.breakpoints.select(one.id)

    def _on_fork_wanted(self, run_id: str, step: int, before: bool) -> None:
        """Fork from the list of runs, where the effects were listed already."""
        self._debug.fork(run_id, step, before=before, is_asked=True)

    def _on_stop_wanted(self, run_id: str) -> None:
        self._jobs.start(f"stop {run_id}", self._session.debugger.stop(run_id))

    def _on_run_changed(self, run_id: str) -> None:
        shown = self._session.run_model.shown
        if shown is not None and shown.id == run_id:
            self._panels.show_hits()
