"""Which runs are listed: words, flow, origin and state."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QWidget

from editor.panels.answers import RunFilter
from editor.panels.forms.choice_controls import Chooser
from editor.panels.run_words import ORIGIN_WORDS, state_words
from editor.panels.search_field import SearchField
from editor.theme import GAP_S, ROW, SPACE, Theme
from node_engine.models.run import Origin, RunState


class RunFilters(QWidget):
    """Signals: `changed` when other runs are wanted."""

    changed = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._flows: list[str] = []
        self.text = SearchField(self.tr("Filter runs"), theme, parent=self)
        self.flow, self.origin, self.state = Chooser(self), Chooser(self), Chooser(self)
        self.origin.addItems([self.tr("Any origin"), *(ORIGIN_WORDS[one] for one in Origin)])
        self.state.addItems([self.tr("Any state"), *(state_words(one) for one in RunState)])
        self.flow.addItem(self.tr("All flows"))
        for chooser, name in (
            (self.flow, self.tr("Flow")),
            (self.origin, self.tr("Started from")),
            (self.state, self.tr("State")),
        ):
            chooser.setAccessibleName(name)
            chooser.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            chooser.setMinimumContentsLength(6)
            chooser.setMinimumWidth(2 * ROW)
            chooser.currentIndexChanged.connect(self.changed)
        self.text.textChanged.connect(self.changed)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE)
        self.text.setMinimumWidth(2 * ROW)
        row.addWidget(self.text, 1)
        row.addSpacing(GAP_S - SPACE)
        for chooser in (self.flow, self.origin, self.state):
            row.addWidget(chooser)

    def set_theme(self, theme: Theme) -> None:
        """Paint in the colours of another theme."""
        self.text.set_theme(theme)

    def offer_flows(self, flows: Iterable[str]) -> None:
        """Offer these flows, besides those offered before."""
        fresh = sorted(set(flows) - set(self._flows))
        self._flows.extend(fresh)
        self.flow.addItems(fresh)

    def choose_flow(self, flow_key: str | None) -> None:
        """List the runs of one flow, or of all."""
        if flow_key is not None:
            self.offer_flows([flow_key])
        self.flow.setCurrentIndex(0 if flow_key is None else self._flows.index(flow_key) + 1)

    def wanted(self) -> RunFilter:
        """What the person chose."""
        flow, origin, state = (one.currentIndex() for one in (self.flow, self.origin, self.state))
        return RunFilter(
            self._flows[flow - 1] if flow > 0 else None,
            list(Origin)[origin - 1] if origin > 0 else None,
            list(RunState)[state - 1] if state > 0 else None,
            self.text.text().strip(),
        )

    def clear(self) -> None:
        """List all runs."""
        self.text.clear()
        for chooser in (self.flow, self.origin, self.state):
            chooser.setCurrentIndex(0)
