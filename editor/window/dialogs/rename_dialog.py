"""Asks for another key of a component, and says at once when a key cannot be used."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from editor import theme as look


class RenameDialog(QDialog):
    """One field. `problem_of` says in words why a key cannot be used, or nothing."""

    def __init__(self, key: str, problem_of: Callable[[str], str], parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Rename component"))
        self.setMinimumWidth(look.QUESTION_WIDTH)
        self._problem_of = problem_of
        title = QLabel(self.tr("Rename component"), self)
        title.setProperty("role", "title")
        text = QLabel(self.tr("Everything that names it is changed along with it, in one undo step."), self)
        text.setProperty("role", "secondary")
        self.field = QLineEdit(key, self)
        self.field.setProperty("mono", True)
        self.field.setAccessibleName(self.tr("New key"))
        self.field.selectAll()
        self.field.textChanged.connect(self._on_text)
        self._problem = QLabel(self)
        self._problem.setTextFormat(Qt.TextFormat.PlainText)
        self._problem.setProperty("role", "error")
        self._problem.setWordWrap(True)
        self.rename_button = QPushButton(self.tr("Rename"), self)
        self.rename_button.setProperty("kind", "primary")
        self.rename_button.setDefault(True)
        self.rename_button.clicked.connect(self.accept)
        cancel = QPushButton(self.tr("Cancel"), self)
        cancel.setAutoDefault(False)
        cancel.clicked.connect(self.reject)
        row = QHBoxLayout()
        row.addWidget(self._problem, 1)
        row.addWidget(cancel)
        row.addWidget(self.rename_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(look.GAP_XL, look.GAP_XL, look.GAP_XL, look.GAP_L)
        column.setSpacing(look.GAP)
        for widget in (title, text, self.field):
            column.addWidget(widget)
        column.addLayout(row)
        self.field.setFocus()

    @property
    def key(self) -> str:
        """What is in the field."""
        return self.field.text().strip()

    def _on_text(self) -> None:
        problem = self._problem_of(self.key)
        self._problem.setText(problem)
        self.rename_button.setEnabled(not problem)
