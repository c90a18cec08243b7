"""Asks for a text: the title of a frame, the words of a note."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QLineEdit, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from editor import theme as look


class TextDialog(QDialog):
    """One field, with several lines when `is_long`; Ctrl+Enter accepts there, Enter in a single line."""

    def __init__(self, title: str, text: str, *, is_long: bool, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        self.setMinimumWidth(look.QUESTION_WIDTH)
        self.field: QLineEdit | QPlainTextEdit = QPlainTextEdit(text, self) if is_long else QLineEdit(text, self)
        self.field.setAccessibleName(title)
        self.field.selectAll()
        heading = QLabel(title, self)
        heading.setProperty("role", "title")
        keep = QPushButton(self.tr("Keep"), self)
        keep.setProperty("kind", "primary")
        keep.setDefault(True)
        keep.clicked.connect(self.accept)
        cancel = QPushButton(self.tr("Cancel"), self)
        cancel.setAutoDefault(False)
        cancel.clicked.connect(self.reject)
        QShortcut(QKeySequence("Ctrl+Return"), self, self.accept)
        row = QHBoxLayout()
        row.addStretch()
        row.addWidget(cancel)
        row.addWidget(keep)
        column = QVBoxLayout(self)
        column.setContentsMargins(look.GAP_XL, look.GAP_XL, look.GAP_XL, look.GAP_L)
        column.setSpacing(look.GAP)
        column.addWidget(heading)
        column.addWidget(self.field)
        column.addLayout(row)
        self.field.setFocus()

    @property
    def text(self) -> str:
        """What is in the field."""
        return self.field.text() if isinstance(self.field, QLineEdit) else self.field.toPlainText()
