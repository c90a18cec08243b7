"""Configs changed while a run is paused: they count in the run at once, and are asked about once it has ended."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget

from editor.document.change import Change
from editor.document.document import Document
from editor.session.engine_session import EngineSession
from editor.session.jobs import Jobs
from editor.session.run_view import RunView
from editor.window.dialogs.question import Answer, ask
from editor.window.flow_tab import FlowTab
from editor.window.flow_tabs import FlowTabs
from node_engine.errors import NodeEngineError
from node_engine.models.ids import ComponentKey, RunId
from node_engine.models.json import JsonObject
from node_engine.models.run import RunState

_TYPING_MS = 300
_JOB = "config edits"
Configs = dict[ComponentKey, JsonObject]


class ConfigEdits(QObject):
    """Follows the flow in front. `said(text)` comes when a run cannot take an edit."""

    said = Signal(str)

    def __init__(self, tabs: FlowTabs, session: EngineSession, jobs: Jobs, window: QWidget) -> None:
        super().__init__(window)
        self._tabs = tabs
        self._session = session
        self._jobs = jobs
        self._window = window
        self._changed: dict[RunId, set[ComponentKey]] = {}
        self._started_with: dict[RunId, Configs] = {}
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_TYPING_MS)
        self._timer.timeout.connect(self._on_rested)
        session.run_model.runs_changed.connect(self._on_runs_changed)

    def watch(self, tab: FlowTab) -> None:
        """Follow a flow that was opened."""
        if not tab.is_read_only:
            tab.document.changed.connect(self._on_changed)

    async def flush(self, run_id: str) -> None:
        """Have a paused run take what was changed: to be awaited before it goes on."""
        run = self._session.run_model.run(run_id)
        tab = next((tab for tab in self._tabs.tabs() if tab.run_id == run_id and not tab.is_read_only), None)
        keys = self._changed.pop(RunId(run_id), set())
        if run is None or tab is None or run.state is not RunState.PAUSED:
            return
        originals = await self._originals(run) if keys else {}
        for key in sorted(keys & originals.keys()):
            await self._send(run, key, tab.document, originals)

    async def _send(self, run: RunView, key: ComponentKey, document: Document, originals: Configs) -> None:
        if not document.has(key):
            return
        config = document.component(key).config
        if config == run.config_edits.get(key, originals[key]):
            return
        try:
            await self._session.debugger.edit_config(run.id, key, config)
        except NodeEngineError as error:
            self.said.emit(self.tr("The paused run keeps its config: {reason}").format(reason=error))

    async def _originals(self, run: RunView) -> Configs:
        """What the run began with; a run's definition is not touched by edits of its configs."""
        if run.id not in self._started_with:
            flow = await self._session.flow_of(run.id)
            self._started_with[run.id] = {ComponentKey(each.key): each.config for each in flow.flow}
        return self._started_with[run.id]

    def _on_changed(self, change: Change) -> None:
        tab = next((tab for tab in self._tabs.tabs() if tab.document is self.sender()), None)
        run = self._session.run_model.run(tab.run_id) if tab is not None else None
        if run is not None and change.changed and run.state is RunState.PAUSED:
            self._changed.setdefault(run.id, set()).update(change.changed)
            self._timer.start()

    def _on_rested(self) -> None:
        for run_id in list(self._changed):
            self._jobs.start(f"{_JOB} {run_id}", self.flush(run_id))

    def _on_runs_changed(self) -> None:
        for run_id in list(self._started_with):
            run = self._session.run_model.run(run_id)
            if run is None or run.state.is_final:
                originals = self._started_with.pop(run_id)
                tab = next((tab for tab in self._tabs.tabs() if tab.run_id == run_id), None)
                if run is not None and tab is not None:
                    self._jobs.start(f"keep {run_id}", self._ask(run, tab, originals))

    async def _ask(self, run: RunView, tab: FlowTab, originals: Configs) -> None:
        edited = {
            key: originals[key]
            for key, config in run.config_edits.items()
            if config != originals[key] and tab.document.has(key) and tab.document.component(key).config == config
        }
        if not edited:
            return
        answers = (
            Answer("keep", self.tr("Keep in the flow"), "primary"),
            Answer("discard", self.tr("Discard"), "danger"),
        )
        title = self.tr("Keep what was changed while run {0} was paused?").format(run.number)
        text = self.tr("The config of {0} was changed for this run. Discard puts back what was there before.")
        if await ask(self._window, title, text.format(", ".join(edited)), answers, cancelled="keep") == "discard":
            tab.editor.set_configs(edited)
