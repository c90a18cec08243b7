"""Opens a run on the canvas: on its flow if that is open as it ran, else read-only from the run's own definition."""

from __future__ import annotations

from PySide6.QtCore import QObject

from editor.document.document import Document
from editor.document.layout import Layout
from editor.session.engine_session import EngineSession
from editor.session.jobs import Jobs
from editor.session.run_view import RunView
from editor.window.file_commands import FileCommands
from editor.window.flow_tab import FlowTab
from editor.window.flow_tabs import FlowTabs
from node_engine.models.flow import FlowDefinition
from node_engine.models.ids import RunId


class OutsideRuns(QObject):
    """Shows any run that the Runs panel lists."""

    def __init__(
        self, tabs: FlowTabs, files: FileCommands, session: EngineSession, jobs: Jobs, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._tabs = tabs
        self._files = files
        self._session = session
        self._jobs = jobs

    def open(self, run_id: str) -> None:
        """Bring a run to the front."""
        self._jobs.start(f"open run {run_id}", self._open(RunId(run_id)))

    def edit_copy(self, tab: FlowTab) -> None:
        """Open the flow of a read-only tab once more, to be changed and saved as a flow of its own."""
        document = Document(tab.document.flow(), _copy_of(tab.document.layout), self._session.catalog())
        self._files.add(document)

    async def _open(self, run_id: RunId) -> None:
        view = self._session.run_model.run(run_id)
        if view is None or not view.is_loaded:
            await self._session.load_run(run_id)
            view = self._session.run_model.run(run_id)
        if view is None:
            return
        flow = await self._session.flow_of(run_id)
        tab = self._tab_of(run_id, flow) or self._read_only_tab(view, flow)
        tab.show_run(run_id)
        self._tabs.show_tab(tab)

    def _tab_of(self, run_id: RunId, flow: FlowDefinition) -> FlowTab | None:
        tabs = self._tabs.tabs()
        showing = next((tab for tab in tabs if tab.is_read_only and tab.run_id == run_id), None)
        same = (tab for tab in tabs if not tab.is_read_only and tab.document.key == flow.key)
        return showing or next((tab for tab in same if tab.document.flow().flow == flow.flow), None)

    def _read_only_tab(self, view: RunView, flow: FlowDefinition) -> FlowTab:
        alike = next((tab for tab in self._tabs.tabs() if tab.document.key == flow.key), None)
        layout = _copy_of(alike.document.layout) if alike is not None else Layout()
        keys = {component.key for component in flow.flow}
        layout.places = {key: place for key, place in layout.places.items() if key in keys}
        document = Document(flow.model_copy(deep=True), layout, self._session.catalog())
        title = self.tr("{flow} · run {number}").format(flow=flow.key, number=view.number)
        return self._files.add(document, title=title, is_read_only=True)


def _copy_of(layout: Layout) -> Layout:
    return Layout(dict(layout.places), dict(layout.frames), dict(layout.notes))
