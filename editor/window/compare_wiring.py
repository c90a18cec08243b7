"""Joins the comparison of two runs with the window: its panel, the marks on the canvas, the steps it leads to."""

from __future__ import annotations

from PySide6.QtCore import QObject

from editor.panels.compare import CompareView
from editor.session.run_model import RunModel
from editor.window.docks import Docks
from editor.window.flow_tab import FlowTab
from editor.window.flow_tabs import FlowTabs
from editor.window.outside_runs import OutsideRuns
from node_engine.analysis.compare import ComparedStep, Difference, RunComparison
from node_engine.models.ids import MAIN_FRAME

_WORST = (Difference.ERROR, Difference.NEXT, Difference.CHANGES, Difference.ONLY_A, Difference.ONLY_B, Difference.SAME)
_ALONE = {Difference.ONLY_A, Difference.ONLY_B}


class CompareWiring(QObject):
    """Marks the flow that was in front when the comparison was asked for."""

    def __init__(
        self, view: CompareView, runs: RunModel, tabs: FlowTabs, docks: Docks, outside: OutsideRuns, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._view = view
        self._runs = runs
        self._tabs = tabs
        self._docks = docks
        self._outside = outside
        self._ids = ("", "")
        self._marked: FlowTab | None = None
        view.compared.connect(self._on_compared)
        view.step_wanted.connect(self._on_step_wanted)
        view.closed.connect(self._on_closed)

    def compare(self, a_id: str, b_id: str) -> None:
        """Compare two runs in the panel; the one that was started first is the one to compare with."""
        views = [self._runs.run(a_id), self._runs.run(b_id)]
        if views[0] is not None and views[1] is not None and views[0].number > views[1].number:
            a_id, b_id = b_id, a_id
        self._ids = (a_id, b_id)
        self._docks.show("compare")
        self._view.show_runs(a_id, b_id)

    def release(self, tab: FlowTab) -> None:
        """Forget a flow that is closed."""
        if tab is self._marked:
            self._marked = None

    def _on_compared(self, comparison: RunComparison | None) -> None:
        if self._marked is not None:
            self._marked.canvas.set_comparison({})
            self._marked = None
        tab, run = self._tabs.current, self._runs.run(self._ids[1])
        if comparison is None or tab is None or run is None or run.flow_key != tab.document.key:
            return
        marks = component_differences(comparison)
        first = next((row.id.key for row in _differing(comparison)), None)
        tab.canvas.set_comparison(marks, first, self._names())
        self._marked = tab

    def _names(self) -> tuple[str, str]:
        a, b = (self._runs.run(run_id) for run_id in self._ids)
        return (
            self.tr("run {0}").format("?" if a is None else a.number),
            self.tr("run {0}").format("?" if b is None else b.number),
        )

    def _on_step_wanted(self, run_id: str, step: int) -> None:
        """Show the step on the flow in front, if the run is one of that flow."""
        tab, run = self._tabs.current, self._runs.run(run_id)
        if tab is None or run is None or run.flow_key != tab.document.key:
            self._outside.open(run_id)
            return
        tab.show_run(run.id)
        self._runs.show_step(step)

    def _on_closed(self) -> None:
        self._docks.dock("compare").hide()


def component_differences(comparison: RunComparison) -> dict[str, Difference | str]:
    """How each component of the main frame differs: the worst of its steps in both runs, else which run alone has it.

    A step too many is no difference of its component: what led there is.
    """
    found: dict[str, set[Difference]] = {}
    for row in comparison.rows:
        if row.id.frame == MAIN_FRAME:
            found.setdefault(row.id.key, set()).add(row.difference)
    worst = {key: _worst(differences) for key, differences in found.items()}
    return {key: difference for key, difference in worst.items() if difference is not Difference.SAME}


def _worst(differences: set[Difference]) -> Difference:
    in_both = differences - _ALONE
    return min(in_both or differences, key=_WORST.index)


def _differing(comparison: RunComparison) -> list[ComparedStep]:
    start = comparison.first_difference
    return [] if start is None else [row for row in comparison.rows[start:] if row.id.frame == MAIN_FRAME]
