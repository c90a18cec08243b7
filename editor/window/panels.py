"""Makes the panels of the window and joins them with the flow in front and the shown run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QObject, QPoint, Signal
from PySide6.QtWidgets import QWidget

from editor.panels.breakpoint_editor import BreakpointPopup
from editor.panels.breakpoints import BreakpointsPanel
from editor.panels.compare import CompareView
from editor.panels.context import ContextPanel
from editor.panels.events import EventsPanel
from editor.panels.inspector import InspectorPanel
from editor.panels.known_context import KnownContext
from editor.panels.log import LogPanel
from editor.panels.outline import OutlinePanel
from editor.panels.palette import PalettePanel
from editor.panels.problems import ProblemsPanel
from editor.panels.runs import RunsPanel
from editor.panels.steps import StepsPanel
from editor.panels.timeline import TimelinePanel
from editor.panels.watch import WatchPanel
from editor.session.engine_session import EngineSession
from editor.theme import Theme
from editor.window.config_checks import config_checks
from editor.window.debug_answers import DebugAnswers
from editor.window.flow_tab import FlowTab
from editor.window.guide import GuidePanel
from node_engine.models.breakpoint import Breakpoint
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
        self.timeline = TimelinePanel(runs, theme, parent)
        self.breakpoints = BreakpointsPanel(theme, parent)
        self.watch = WatchPanel(runs, theme, session.debugger.watch, parent)
        self.compare = CompareView(runs, theme, session.debugger.compare, parent)
        self.guide = GuidePanel(parent)
        self.known = KnownContext(runs, session.state_at, self)
        self.breakpoint_popup = BreakpointPopup(theme, parent)
        self._give_answers()
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
            "timeline": self.timeline,
            "problems": self.problems,
            "breakpoints": self.breakpoints,
            "watch": self.watch,
            "compare": self.compare,
            "guide": self.guide,
        }

    def show_flow(self, tab: FlowTab | None) -> None:
        """Show the flow in front in all panels that show flows."""
        self._tab = tab
        document = tab.document if tab is not None else None
        editor = tab.editor if tab is not None else None
        for panel in (self.inspector, self.outline, self.problems):
            panel.set_document(document, editor)
        store = tab.breakpoint_store if tab is not None else None
        self.breakpoints.set_document(document, store)
        self.breakpoint_popup.editor.set_document(document, store)
        self.known.set_flow(document.key if document is not None else None)
        self.watch.set_expressions(tab.watch_store.all() if tab is not None else ())
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

    def show_hits(self) -> None:
        """Show how often breakpoints were hit in the shown run."""
        run = self._session.run_model.shown
        self.breakpoints.set_hits({} if run is None else run.hits)

    def edit_breakpoint(self, one: Breakpoint, place: QPoint) -> None:
        """Open the editor of a breakpoint, kept or new, at a place of the screen."""
        self.breakpoint_popup.open_at(place, one)

    def set_catalog(self) -> None:
        """Offer other components."""
        catalog = self._session.catalog()
        self.components.set_catalog(catalog)
        self.steps.set_catalog(catalog)

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        for panel in (self.components, self.outline, self.inspector, self.steps, self.context):
            panel.set_theme(theme)
        for other in (self.log, self.events, self.runs, self.problems, self.timeline, self.watch):
            other.set_theme(theme)
        self.breakpoints.set_theme(theme)
        self.compare.set_theme(theme)
        self.breakpoint_popup.editor.set_theme(theme)

    def _give_answers(self) -> None:
        """Have the panels ask the session."""
        debugger = self._session.debugger
        for panel in (self.breakpoints, self.breakpoint_popup.editor):
            panel.set_known(self.known)
            panel.set_would_stop(debugger.would_stop)
        self.watch.set_known(self.known)
        self.inspector.set_known(self.known)
        self.context.set_writers(debugger.writers)
        answers = DebugAnswers(self._session)
        self.runs.set_past_runs(answers.past_runs)
        self.runs.set_effects(answers.effects)

    def _join(self) -> None:
        self.components.add_wanted.connect(self.add_wanted)
        self.problems.go_to.connect(self.go_wanted)
        self.inspector.go_to.connect(self.go_wanted)
        self.inspector.link_wanted.connect(self.link_wanted)
        self.runs.show_wanted.connect(self.run_wanted)
        self.steps.run_wanted.connect(self.start_wanted)
        self.steps.component_wanted.connect(self._on_component_wanted)
        for panel in (self.log, self.timeline, self.breakpoints):
            panel.component_wanted.connect(self._on_component_wanted)
        self.watch.expressions_changed.connect(self._on_expressions_changed)
        self.guide.link_wanted.connect(self.link_wanted)
        self.outline.selection_changed.connect(self.select_wanted)
        self.outline.open_wanted.connect(self.open_wanted)
        self.outline.breakpoint_toggled.connect(self.breakpoint_wanted)

    async def _try_component(self, key: str, context: JsonObject) -> FlowStep:
        assert self._tab is not None
        flow: FlowDefinition = self._tab.document.flow()
        flow.context = context
        return await self._session.invoke_component(flow, key)

    def _on_expressions_changed(self, expressions: list[str]) -> None:
        if self._tab is not None:
            self._tab.watch_store.put(expressions)

    def _on_component_wanted(self, key: str) -> None:
        self.go_wanted.emit(key, "")
