"""The Inspector: the selected component's form, or the flow itself."""

from __future__ import annotations

from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from editor.document.change import Change
from editor.document.document import Document
from editor.document.editing import UNSET, DocumentEditor
from editor.panels.forms.form import ConfigForm
from editor.panels.plain_text import PlainLabel
from editor.theme import GAP, GAP_L, Theme
from node_engine.models.json import JsonValue


class InspectorPanel(QWidget):
    """Shows the component that `show_component` names."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document: Document | None = None
        self._editor: DocumentEditor | None = None
        self._key: str | None = None
        self.title = PlainLabel("", "title", self)
        self.form = ConfigForm(theme, self._other_keys)
        scroll = QScrollArea(self)
        scroll.setWidgetResizable(True)
        scroll.setWidget(self.form)
        column = QVBoxLayout(self)
        column.setContentsMargins(GAP_L, GAP, GAP_L, 0)
        column.addWidget(self.title)
        column.addWidget(scroll, 1)
        self.form.field_edited.connect(self._on_field_edited)
        self.form.field_reset.connect(self._on_field_reset)

    def set_document(self, document: Document | None, editor: DocumentEditor | None) -> None:
        """Show another flow."""
        if self._document is not None:
            self._document.changed.disconnect(self._on_changed)
        self._document, self._editor, self._key = document, editor, None
        if document is not None:
            document.changed.connect(self._on_changed)
        self.show_component(None)

    def set_theme(self, theme: Theme) -> None:
        """Paint in the colours of another theme."""
        self.form.set_theme(theme)

    def show_component(self, key: str | None) -> None:
        """Show a component, or the flow itself for None."""
        if key != self._key:
            self.form.start_over()
        self._key = key
        document = self._document
        self.form.setVisible(key is not None and document is not None)
        if document is None or key is None:
            self.title.setText("" if document is None else document.key)
            return
        component = document.component(key)
        self.title.setText(key)
        self.form.show_config(component.name, component.config, document.description(key))

    def _other_keys(self) -> list[str]:
        keys = [] if self._document is None else self._document.keys()
        return [key for key in keys if key != self._key]

    def _on_field_edited(self, name: str, value: JsonValue) -> None:
        if self._editor is not None and self._key is not None:
            self._editor.set_field(self._key, f"config.{name}", value)

    def _on_field_reset(self, name: str) -> None:
        if self._editor is not None and self._key is not None:
            self._editor.set_field(self._key, f"config.{name}", UNSET)

    def _on_changed(self, change: Change) -> None:
        key = self._key
        if key is not None:
            renamed = next((new for old, new in change.renamed.items() if old == key), key)
            self.show_component(renamed if self._document is not None and self._document.has(renamed) else None)
