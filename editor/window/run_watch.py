"""Watches runs for the window: marks on canvases, the strip, outside runs of flows that are open."""

from __future__ import annotations

import time

from PySide6.QtCore import QObject, Signal

from editor.session.run_model import RunModel
from editor.session.run_view import RunView
from editor.window.flow_tab import FlowTab
from editor.window.flow_tabs import FlowTabs
from editor.window.moment import notice_for
from editor.window.strip import Strip
from node_engine.models.ids import RunId
from node_engine.models.run import Origin


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
        if tab is None:
            self._strip.say(None)
        else:
            run = self._runs.run(tab.run_id)
            step = self._runs.shown_step
            self._strip.say(notice_for(run, step, tab.is_read_only))
            self._mark(tab, run)
        self.changed.emit()

    def _mark(self, tab: FlowTab, run: RunView | None) -> None:
        if run is None:
            tab.canvas.set_overlay({}, {}, None)
            return
        overlay = self._runs.overlay()
        tab.canvas.set_overlay(overlay.marks, overlay.taken, self._runs.paused_key())

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
