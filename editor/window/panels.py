"""Makes the panels of the window and joins them with the flow in front and the shown run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from editor.panels.context import ContextPanel
from editor.panels.events import EventsPanel
from editor.panels.inspector import InspectorPanel
from editor.panels.log import LogPanel
from editor.panels.outline import OutlinePanel
from editor.panels.palette import PalettePanel
from editor.panels.problems import ProblemsPanel
from editor.panels.runs import RunsPanel
from editor.panels.steps import StepsPanel
from editor.session.engine_session import EngineSession
from editor.theme import Theme
from editor.window.config_checks import config_checks
from editor.window.flow_tab import FlowTab
from node_engine.models.flow import FlowDefinition
from node_engine.models.json import JsonObject
from node_engine.models.step import FlowStep


class Panels(QObject):
    """The panels by name.

    Signals:
        add_wanted: registry key of a component that shall be added.
        go_wanted: component key and field path that shall be shown; each may be "".
        run_wanted: id of a run that shall be shown.
        start_wanted: the flow in front shall run.
        select_wanted: keys of the components that shall be selected.
        open_wanted: key of a component that shall be opened in the inspector.
        breakpoint_wanted: key of the component whose breakpoint shall be set or removed.
        link_wanted: web address that shall be opened.
    """

    add_wanted = Signal(str)
    go_wanted = Signal(str, str)
    run_wanted = Signal(str)
    start_wanted = Signal()
    select_wanted = Signal(list)
    open_wanted = Signal(str)
    breakpoint_wanted = Signal(str)
    link_wanted = Signal(str)

    def __init__(self, session: EngineSession, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._session = session
        self._tab: FlowTab | None = None
        runs = session.run_model
        self.components = PalettePanel(session.catalog(), theme, parent)
        self.outline = OutlinePanel(theme, parent)
        self.inspector = InspectorPanel(theme, parent)
        self.steps = StepsPanel(runs, theme, parent, catalog=session.catalog())
        self.context = ContextPanel(runs, session.state_at, theme, parent)
        self.log = LogPanel(runs, theme, parent)
        self.events = EventsPanel(runs, session.emit_event, theme, parent)
        self.runs = RunsPanel(runs, theme, parent)
        self.problems = ProblemsPanel(theme, parent)
        self.inspector.set_validate(config_checks(session.catalog))
        self.inspector.set_try(self._try_component)
        self._join()

    @property
    def widgets(self) -> Mapping[str, QWidget]:
        """Every panel by the name of its dock."""
        return {
            "components": self.components,
            "outline": self.outline,
            "inspector": self.inspector,
            "steps": self.steps,
            "context": self.context,
            "log": self.log,
            "events": self.events,
            "runs": self.runs,
            "problems": self.problems,
        }

    def show_flow(self, tab: FlowTab | None) -> None:
        """Show the flow in front in all panels that show flows."""
        self._tab = tab
        document = tab.document if tab is not None else None
        editor = tab.editor if tab is not None else None
        for panel in (self.inspector, self.outline, self.problems):
            panel.set_document(document, editor)
        self.show_breakpoints()
        if tab is not None:
            self.events.set_session(tab.document.session_id)
            self.show_selection(tab.canvas.selection())

    def show_selection(self, keys: Sequence[str]) -> None:
        """Show the selected components in inspector and outline, the flow itself for none."""
        self.inspector.show_components(keys)
        self.outline.select(keys)

    def show_breakpoints(self) -> None:
        """Show which components runs stop before."""
        self.outline.set_breakpoints(self._tab.breakpoints if self._tab is not None else frozenset())

    def set_catalog(self) -> None:
        """Offer other components."""
        catalog = self._session.catalog()
        self.components.set_catalog(catalog)
        self.steps.set_catalog(catalog)

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        for panel in (self.components, self.outline, self.inspector, self.steps, self.context):
            panel.set_theme(theme)
        for other in (self.log, self.events, self.runs, self.problems):
            other.set_theme(theme)

    def _join(self) -> None:
        self.components.add_wanted.connect(self.add_wanted)
        self.problems.go_to.connect(self.go_wanted)
        self.inspector.go_to.connect(self.go_wanted)
        self.inspector.link_wanted.connect(self.link_wanted)
        self.runs.show_wanted.connect(self.run_wanted)
        self.steps.run_wanted.connect(self.start_wanted)
        self.steps.component_wanted.connect(self._on_component_wanted)
        self.log.component_wanted.connect(self._on_component_wanted)
        self.outline.selection_changed.connect(self.select_wanted)
        self.outline.open_wanted.connect(self.open_wanted)
        self.outline.breakpoint_toggled.connect(self.breakpoint_wanted)

    async def _try_component(self, key: str, context: JsonObject) -> FlowStep:
        assert self._tab is not None
        flow: FlowDefinition = self._tab.document.flow()
        flow.context = context
        return await self._session.invoke_component(flow, key)

    def _on_component_wanted(self, key: str) -> None:
        self.go_wanted.emit(key, "")
