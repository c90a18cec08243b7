"""What the inspector shows while several components are selected: how many, and what can be done with all."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from editor.document.document import Document
from editor.document.editing import DocumentEditor
from editor.panels.plain_text import PlainLabel, one_line
from editor.theme import GAP_S, Theme, icon

_NAMES_SHOWN = 12


class SelectionPage(QWidget):
    """Buttons for all selected components at once."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._editor: DocumentEditor | None = None
        self._keys: Sequence[str] = ()
        self.title = PlainLabel("", "title", self)
        self.names = PlainLabel("", "secondary", self, wrap=True)
        self.enable = self._button("toggle-left", self._toggle_enabled)
        self.duplicate = self._button("copy", self._duplicate, self.tr("Duplicate"))
        self.tidy = self._button("layout-grid", self._tidy, self.tr("Tidy the layout"))
        self.delete = self._button("trash-2", self._delete, self.tr("Delete"))
        self.delete.setProperty("kind", "danger")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP_S)
        column.addWidget(self.title)
        column.addWidget(self.names)
        column.addSpacing(GAP_S)
        for button in (self.enable, self.duplicate, self.tidy, self.delete):
            column.addWidget(button)
        column.addStretch(1)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Show the icons in the colours of another theme."""
        for button in (self.enable, self.duplicate, self.tidy, self.delete):
            tone = theme.failed if button is self.delete else theme.secondary
            button.setIcon(icon(str(button.property("sign")), tone))

    def show_selection(self, document: Document, editor: DocumentEditor, keys: Sequence[str]) -> None:
        """Show several components."""
        self._editor = editor
        self._keys = [key for key in keys if document.has(key)]
        self.title.setText(self.tr("{0} components").format(len(self._keys)))
        more = self.tr(" and {0} more").format(len(self._keys) - _NAMES_SHOWN) if len(self._keys) > _NAMES_SHOWN else ""
        self.names.setText(", ".join(one_line(key, 40) for key in self._keys[:_NAMES_SHOWN]) + more)
        self.enable.setText(self.tr("Disable") if self._are_enabled() else self.tr("Enable"))

    def _button(self, sign: str, command: Callable[[], None], text: str = "") -> QPushButton:
        button = QPushButton(text, self)
        button.setProperty("sign", sign)
        button.clicked.connect(command)
        return button

    def _are_enabled(self) -> bool:
        editor = self._editor
        return editor is not None and any(editor.document.component(key).enabled is not False for key in self._keys)

    def _toggle_enabled(self) -> None:
        if self._editor is not None:
            self._editor.set_enabled(self._keys, not self._are_enabled())

    def _duplicate(self) -> None:
        if self._editor is not None:
            self._editor.duplicate(self._keys)

    def _tidy(self) -> None:
        if self._editor is not None:
            self._editor.tidy(self._keys)

    def _delete(self) -> None:
        if self._editor is not None:
            self._editor.remove(self._keys)
