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
from editor.window.flow_tab import FlowTab
from node_engine.models.description import Catalog


class Panels(QObject):
    """The panels by name. Signals: `add_wanted(name)`, `go_wanted(key, field)`, `run_wanted(id)`, `start_wanted`."""

    add_wanted = Signal(str)
    go_wanted = Signal(str, str)
    run_wanted = Signal(str)
    start_wanted = Signal()

    def __init__(self, session: EngineSession, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        runs = session.run_model
        self.components = PalettePanel(session.catalog(), theme, parent)
        self.outline = OutlinePanel(theme, parent)
        self.inspector = InspectorPanel(theme, parent)
        self.steps = StepsPanel(runs, theme, session.catalog(), parent)
        self.context = ContextPanel(runs, session.state_at, theme, parent)
        self.log = LogPanel(runs, theme, parent)
        self.events = EventsPanel(runs, session.emit_event, theme, parent)
        self.runs = RunsPanel(runs, theme, parent)
        self.problems = ProblemsPanel(theme, parent)
        self.components.add_wanted.connect(self.add_wanted)
        self.problems.go_to.connect(self.go_wanted)
        self.runs.show_wanted.connect(self.run_wanted)
        self.steps.component_wanted.connect(self._on_component_wanted)
        self.steps.run_wanted.connect(self.start_wanted)

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
        document, editor = (tab.document, tab.editor) if tab is not None else (None, None)
        for panel in (self.inspector, self.outline, self.problems):
            panel.set_document(document, editor)
        self.show_selection(tab.canvas.selection() if tab is not None else [])

    def show_selection(self, keys: Sequence[str]) -> None:
        """Show the selected component in the inspector, or the flow itself for none and for several."""
        self.inspector.show_component(keys[0] if len(keys) == 1 else None)

    def show_field(self, key: str, field: str) -> None:
        """Show a field of a component, as a problem names it."""
        self.inspector.show_component(key)

    def set_catalog(self, catalog: Catalog) -> None:
        """Offer other components."""
        self.components.set_catalog(catalog)
        self.steps.set_catalog(catalog)

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        for panel in self.widgets.values():
            panel.set_theme(theme)

    def _on_component_wanted(self, key: str) -> None:
        self.go_wanted.emit(key, "")
