"""Control for the path of a file, with a button that opens the file dialog."""

from __future__ import annotations

from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QToolButton, QWidget

from editor.panels.forms.text_controls import TextControl
from editor.theme import FIELD, SPACE, Theme, icon
from node_engine.models.json import JsonValue


class PathControl(TextControl):
    """Edits a path as text; the dialog is not modal, so that runs go on behind it."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, is_mono=True, parent=parent)
        self.browse = QToolButton(self)
        self.browse.setFixedSize(FIELD, FIELD)
        self.browse.setToolTip(self.tr("Choose a file"))
        self.browse.setAccessibleName(self.tr("Choose a file"))
        self.browse.clicked.connect(self._on_browse)
        column = self.layout()
        if column is not None:
            column.removeWidget(self.edit)
            row = QHBoxLayout()
            row.setSpacing(SPACE)
            row.addWidget(self.edit, 1)
            row.addWidget(self.browse)
            column.addItem(row)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        super().set_theme(theme)
        if hasattr(self, "browse"):
            self.browse.setIcon(icon("folder-open", theme.secondary))

    def _on_browse(self) -> None:
        dialog = QFileDialog(self, self.tr("Choose a file"))
        dialog.setFileMode(QFileDialog.FileMode.AnyFile)
        dialog.fileSelected.connect(self._on_chosen)
        dialog.open()

    def _on_chosen(self, path: str) -> None:
        chosen: JsonValue = path
        self.set_value(chosen)
        self.edited.emit(path)
