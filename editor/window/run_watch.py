"""Watches runs for the window: marks on canvases, the strip, outside runs of flows that are open."""

from __future__ import annotations

import time

from PySide6.QtCore import QObject, QTimer, Signal

from editor.session.run_model import RunModel
from editor.session.run_view import RunView
from editor.window.flow_tab import FlowTab
from editor.window.flow_tabs import FlowTabs
from editor.window.moment import notice_for
from editor.window.strip import Strip
from node_engine.models.breakpoint import BreakPlace
from node_engine.models.ids import MAIN_FRAME, RunId
from node_engine.models.run import Origin

_COUNT_DOWN_MS = 1_000


class RunWatch(QObject):
    """`changed` comes when the shown run, its state or the shown moment became another."""

    changed = Signal()

    def __init__(self, tabs: FlowTabs, runs: RunModel, strip: Strip) -> None:
        super().__init__(tabs)
        self._tabs = tabs
        self._runs = runs
        self._strip = strip
        self._known: set[RunId] = set()
        self._opened_s = time.time()
        self._count_down = QTimer(self)
        self._count_down.setInterval(_COUNT_DOWN_MS)
        self._count_down.timeout.connect(self._say)
        tabs.current_changed.connect(self.show_current)
        runs.run_changed.connect(self._on_run_changed)
        runs.runs_changed.connect(self._on_runs_changed)
        runs.shown_changed.connect(self.refresh)

    def watch(self, tab: FlowTab) -> None:
        """Follow which run a tab shows."""
        tab.run_changed.connect(self._on_tab_run_changed)

    def show_current(self) -> None:
        """Have the panels show the run of the flow in front."""
        tab = self._tabs.current
        run_id = tab.run_id if tab is not None else None
        shown = self._runs.shown
        if (shown.id if shown else None) != run_id:
            self._runs.show(run_id)
        self.refresh()

    def refresh(self) -> None:
        """Paint marks and strip for the flow in front."""
        tab = self._tabs.current
        self._say()
        if tab is not None:
            self._mark(tab, self._runs.run(tab.run_id))
        self.changed.emit()

    def _say(self) -> None:
        """Tell run and moment above the canvas; every second while somebody waits for a run that stands."""
        tab = self._tabs.current
        run = self._runs.run(tab.run_id) if tab is not None else None
        is_read_only = tab is not None and tab.is_read_only
        self._strip.say(notice_for(run, self._runs.shown_step, is_read_only, time.time()))
        is_held = run is not None and run.paused is not None and run.paused.held_until_s is not None
        if is_held != self._count_down.isActive():
            self._count_down.start() if is_held else self._count_down.stop()

    def _mark(self, tab: FlowTab, run: RunView | None) -> None:
        if run is None:
            tab.canvas.set_overlay({}, {}, None)
            tab.canvas.set_config_edits(())
            return
        overlay, pause, step = self._runs.overlay(), self._runs.pause(), self._runs.shown_step
        stands = pause is not None and pause.frame == MAIN_FRAME
        tab.canvas.set_overlay(
            overlay.marks,
            overlay.taken,
            pause.key if pause is not None and stands else None,
            run.last_wire(step if self._runs.is_looking_back else None),
            place=pause.place if pause is not None and stands else BreakPlace.BEFORE,
            can_move=pause is not None and pause.place != BreakPlace.EVENT,
        )
        tab.canvas.set_config_edits(run.config_edits)

    def _on_run_changed(self, run_id: str) -> None:
        tab = self._tabs.current
        if tab is not None and tab.run_id == run_id:
            self.refresh()

    def _on_runs_changed(self) -> None:
        for run in self._runs.runs():
            if run.id in self._known:
                continue
            self._known.add(run.id)
            tab = self._tabs.current
            if tab is not None and run.id != tab.run_id and self._may_follow(tab, run):
                tab.show_run(run.id)
        self.refresh()

    def _may_follow(self, tab: FlowTab, run: RunView) -> bool:
        """An outside run of the flow in front is shown at once, unless a run under way is shown there."""
        if (
            run.origin in (Origin.EDITOR, Origin.BACKGROUND)
            or run.flow_key != tab.document.key
            or run.started_s < self._opened_s
        ):
            return False
        current = self._runs.run(tab.run_id)
        return current is None or current.state.is_final

    def _on_tab_run_changed(self) -> None:
        if self.sender() is self._tabs.current:
            self.show_current()
