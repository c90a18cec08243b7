"""The Inspector: the selected component's pages, several components at once, or the flow itself."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QScrollArea, QStackedWidget, QTabWidget, QVBoxLayout, QWidget

from editor.document.change import Change
from editor.document.document import Document
from editor.document.editing import DocumentEditor
from editor.panels.details.component_page import ComponentPage
from editor.panels.details.flow_page import FlowPage
from editor.panels.details.selection_page import SelectionPage
from editor.panels.details.try_it import TryComponent
from editor.panels.empty_state import EmptyState
from editor.panels.forms.form import Validate
from editor.panels.known_context import KnownContext
from editor.theme import GAP, GAP_L, Theme


class InspectorPanel(QWidget):
    """Shows what is selected and edits it through the document's editor.

    Signals:
        go_to: component key and field path of a problem that was pressed.
        link_wanted: address of a link in a help page that was pressed.
    """

    go_to = Signal(str, str)
    link_wanted = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document: Document | None = None
        self._editor: DocumentEditor | None = None
        self._keys: list[str] = []
        self.component = ComponentPage(theme, self)
        self.flow = FlowPage(theme)
        self.several = SelectionPage(theme)
        self._empty = EmptyState("sliders-horizontal", theme, self)
        self._empty.say(self.tr("Open a flow to see and edit what is in it."), "")
        self._stack = QStackedWidget(self)
        self._flow_view, self._several_view = _scrolling(self.flow), _scrolling(self.several)
        for page in (self._empty, self.component, self._flow_view, self._several_view):
            self._stack.addWidget(page)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._stack)
        self.flow.go_to.connect(self.go_to)
        self.component.help.link_wanted.connect(self.link_wanted)

    @property
    def tabs(self) -> QTabWidget:
        """The tabs of the component page: Config, Flow, Try it, JSON, Help."""
        return self.component.tabs

    def set_document(self, document: Document | None, editor: DocumentEditor | None) -> None:
        """Show another flow."""
        if self._document is not None:
            self._document.changed.disconnect(self._on_changed)
        self._document, self._editor, self._keys = document, editor, []
        if document is not None:
            document.changed.connect(self._on_changed)
        self._show()

    def set_validate(self, validate: Validate) -> None:
        """Take the callable that finds what is wrong with a config."""
        self.component.form.set_validate(validate)

    def set_try(self, try_component: TryComponent | None) -> None:
        """Take the callable that runs one component alone."""
        self.component.try_it.set_try(try_component)

    def set_known(self, known: KnownContext | None) -> None:
        """Complete templates and expressions over this context, and show what they become in it."""
        self.component.form.set_known(known)

    def set_theme(self, theme: Theme) -> None:
        """Paint in the colours of another theme."""
        for page in (self.component, self.flow, self.several, self._empty):
            page.set_theme(theme)

    def show_component(self, key: str | None) -> None:
        """Show a component, or the flow itself for None."""
        self.show_components([] if key is None else [key])

    def show_components(self, keys: Sequence[str]) -> None:
        """Show one component, several, or the flow itself for none."""
        if list(keys) != self._keys:
            self._keys = list(keys)
            self._show()

    def show_field(self, key: str, field: str) -> None:
        """Show a component and put the cursor into a field, named as problems name it ("config.url", "next")."""
        self.show_component(key)
        if self._document is not None and self._document.has(key):
            self.component.focus_field(field)

    def _show(self) -> None:
        document, editor = self._document, self._editor
        if document is None or editor is None:
            self._stack.setCurrentWidget(self._empty)
            return
        self._keys = [key for key in self._keys if document.has(key)]
        if not self._keys:
            self.flow.show_flow(document, editor)
            self._stack.setCurrentWidget(self._flow_view)
        elif len(self._keys) == 1:
            self.component.show_component(document, editor, self._keys[0])
            self._stack.setCurrentWidget(self.component)
        else:
            self.several.show_selection(document, editor, self._keys)
            self._stack.setCurrentWidget(self._several_view)

    def _on_changed(self, change: Change) -> None:
        if change.moved and not (change.changed or change.removed or change.wires or change.flow or change.reset):
            return
        renamed = dict(change.renamed)
        self._keys = [str(renamed.get(key, key)) for key in self._keys]  # type: ignore[call-overload]  # keys are texts
        self._show()


def _scrolling(page: QWidget) -> QScrollArea:
    """A page that scrolls, with the margins of the inspector."""
    page_with_margins = QWidget()
    column = QVBoxLayout(page_with_margins)
    column.setContentsMargins(GAP_L, GAP, GAP_L, GAP)
    column.addWidget(page)
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(page_with_margins)
    return area
