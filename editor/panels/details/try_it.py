"""The Try it tab: runs one component alone with a context of its own and shows what it changes."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any, Protocol

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from editor.document.document import Document
from editor.panels.details.json_page import JsonPage
from editor.panels.plain_text import PlainLabel
from editor.panels.state_model import StateModel
from editor.panels.state_view import StateView
from editor.session.failure_words import reason_of
from editor.session.jobs import Jobs
from editor.theme import GAP_S, PANEL_LEFT, Theme
from node_engine.models.json import JsonObject
from node_engine.models.step import FlowStep

_JOB = "try component"


class TryComponent(Protocol):
    """Runs one component of the flow in front alone, with this context."""

    def __call__(self, key: str, context: JsonObject, /) -> Coroutine[Any, Any, FlowStep]: ...


class TryIt(QWidget):
    """Signals: `sample_config_wanted` with the config of the sample, to be put into the component."""

    sample_config_wanted = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._key = ""
        self._name = ""
        self._try: TryComponent | None = None
        self._context: JsonObject = {}
        self._sample_config: JsonObject = {}
        self.jobs = Jobs(self)
        self.context = JsonPage(theme, parent=self, most_lines=16)
        self.context.set_label(self.tr("Context to try with"))
        self.run = QPushButton(self.tr("Run this component"), self)
        self.run.setProperty("kind", "primary")
        self.use_config = QPushButton(self.tr("Use the sample's config"), self)
        self.use_config.setProperty("kind", "link")
        self.status = PlainLabel("", "secondary", self, wrap=True)
        self.model = StateModel(self)
        self.result = StateView(self.model, theme, self)
        self.result.setMinimumHeight(PANEL_LEFT // 2)
        self._arrange()
        self.context.applied.connect(self._on_context_applied)
        self.run.clicked.connect(self._on_run)
        self.use_config.clicked.connect(self._on_use_config)
        self.jobs.failed.connect(self._on_failed)
        self.jobs.ended.connect(self._show_whether_runnable)
        self._clear_result()

    def set_try(self, try_component: TryComponent | None) -> None:
        """Take the callable that runs a component alone."""
        self._try = try_component
        self._show_whether_runnable()

    def set_theme(self, theme: Theme) -> None:
        """Paint in the colours of another theme."""
        self.context.set_theme(theme)
        self.result.set_theme(theme)

    def show_component(self, document: Document, key: str) -> None:
        """Offer to try a component; a fresh one starts with its sample's context, or the flow's."""
        component, about = document.component(key), document.description(key)
        sample = about.sample if about is not None else None
        if key != self._key or component.name != self._name:
            self._key, self._name = key, component.name
            self._context = dict(sample.context) if sample is not None else dict(document.context)
            self.context.show_object(self._context, keeps_typing=False)
            self._clear_result()
        self._sample_config = dict(sample.config) if sample is not None else {}
        self.use_config.setVisible(bool(self._sample_config) and self._sample_config != component.config)
        self._show_whether_runnable()

    def _arrange(self) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(GAP_S)
        buttons.addWidget(self.run)
        buttons.addWidget(self.use_config)
        buttons.addStretch(1)
        self.context.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP_S)
        column.addWidget(PlainLabel(self.tr("Context"), "secondary", self))
        column.addWidget(self.context)
        column.addLayout(buttons)
        column.addWidget(self.status)
        column.addWidget(self.result, 4)
        column.addStretch(1)

    def _show_whether_runnable(self) -> None:
        self.run.setEnabled(self._try is not None and not self.jobs.is_running(_JOB))

    def _clear_result(self) -> None:
        self.status.setText(self.tr("Runs with this context and the component's config. The flow is not changed."))
        self.result.hide()

    def _on_context_applied(self, context: JsonObject) -> None:
        self._context = context

    def _on_run(self) -> None:
        if self._try is not None:
            self.context._on_apply()
            self.status.setText(self.tr("Running…"))
            self.jobs.start(_JOB, self._run(self._try))
            self._show_whether_runnable()

    async def _run(self, try_component: TryComponent) -> None:
        context = self._context
        step = await try_component(self._key, context)
        answer = step.flow_definition
        if answer.status.error:
            self.status.setText(f"✕ {reason_of(answer.status.error)}")
        else:
            following = self.tr("the following one") if step.next is None else step.next
            self.status.setText(self.tr("✓ done; next is {0}").format(following))
        self.model.show_change(context, answer.context)
        self.result.open_changes()
        self.result.show()

    def _on_use_config(self) -> None:
        self.sample_config_wanted.emit(self._sample_config)

    def _on_failed(self, _name: str, message: str) -> None:
        self.status.setText(f"✕ {reason_of(message)}")
