"""Keeps the breakpoints of open flows and those of the engine the same, whoever changes them."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import count

from PySide6.QtCore import QObject, Signal

from editor.session.engine_session import EngineSession
from editor.session.jobs import Jobs
from editor.window.flow_tab import FlowTab
from editor.window.flow_tabs import FlowTabs
from node_engine.models.breakpoint import Breakpoint


class BreakpointWiring(QObject):
    """Flows with one key share their breakpoints in the engine, as runs know flows by their keys only.

    Signals:
        changed: the breakpoints of a tab became others.
    """

    changed = Signal(object)

    def __init__(self, tabs: FlowTabs, session: EngineSession, jobs: Jobs) -> None:
        super().__init__(tabs)
        self._tabs = tabs
        self._session = session
        self._jobs = jobs
        self._told: dict[str, list[Breakpoint]] = {}
        self._heard: list[Breakpoint] = []
        self._under_way = 0
        self._known = 0
        """The number of the newest change of the engine's breakpoints that is taken in here."""
        self._news: tuple[int, list[Breakpoint]] | None = None
        """What was heard while breakpoints were on their way to the engine."""
        self._numbers = count()
        session.ready.connect(self._on_ready)
        session.debugger.breakpoints_changed.connect(self._on_engine_changed)

    def watch(self, tab: FlowTab) -> None:
        """Have runs know the breakpoints of a flow that was opened."""
        tab.breakpoints_changed.connect(self._on_tab_changed)
        known = {one.id for each in self._tabs_of(tab.document.key) for one in each.breakpoint_store.all()}
        outside = (one for one in self._heard if one.flow_key == tab.document.key and one.id not in known)
        tab.breakpoint_store.put(*outside)
        if tab.breakpoint_store.all():
            self._tell(tab.document.key)

    def release(self, tab: FlowTab) -> None:
        """Forget the breakpoints of a flow that is closed."""
        self._tell(tab.document.key, without=tab)

    async def send(self, flow_key: str, without: FlowTab | None = None) -> None:
        """Have the engine know the breakpoints of all open flows of this key before anything else is asked of it."""
        wanted = [one for tab in self._tabs_of(flow_key) if tab is not without for one in tab.breakpoint_store.all()]
        wanted = [one for one in wanted if one.flow_key == flow_key]
        if self._told.get(flow_key, []) == wanted:
            return
        self._told[flow_key] = wanted
        self._under_way += 1
        try:
            self._known = max(self._known, await self._session.debugger.set_breakpoints(flow_key, wanted))
        finally:
            self._under_way -= 1
        if self._news is not None and not self._under_way:
            news, self._news = self._news, None
            self._on_engine_changed(*news)

    def _tell(self, flow_key: str, without: FlowTab | None = None) -> None:
        if self._session.is_ready:
            self._jobs.start(f"breakpoints {next(self._numbers)}", self.send(flow_key, without))

    def _tabs_of(self, flow_key: str) -> list[FlowTab]:
        return [tab for tab in self._tabs.tabs() if tab.document.key == flow_key]

    def _on_ready(self) -> None:
        for flow_key in {tab.document.key for tab in self._tabs.tabs()}:
            self._tell(flow_key)

    def _on_tab_changed(self) -> None:
        tab = self.sender()
        if isinstance(tab, FlowTab):
            self._tell(tab.document.key)
            self.changed.emit(tab)

    def _on_engine_changed(self, number: int, breakpoints: list[Breakpoint]) -> None:
        """Follow what the engine or another program did: a breakpoint went after its first hit, or was set outside."""
        self._heard = breakpoints
        if self._under_way:
            self._news = number, breakpoints
            return
        if number <= self._known:
            return
        self._known = number
        for flow_key in {tab.document.key for tab in self._tabs.tabs()}:
            now = [one for one in breakpoints if one.flow_key == flow_key]
            before = self._told.get(flow_key, [])
            if now != before:
                self._told[flow_key] = now
                self._follow(flow_key, before, now)

    def _follow(self, flow_key: str, before: Iterable[Breakpoint], now: Iterable[Breakpoint]) -> None:
        gone = {one.id for one in before} - {one.id for one in now}
        news = [one for one in now if one not in before]
        tabs = self._tabs_of(flow_key)
        for tab in tabs:
            store = tab.breakpoint_store
            store.remove(*gone)
            owned = [one for one in news if store.get(one.id) is not None]
            store.put(*owned)
            news = [one for one in news if one not in owned]
        if news and tabs:
            tabs[0].breakpoint_store.put(*news)
