"""Asks for a JSON object: the input of a run, the context of one component."""

from __future__ import annotations

import orjson
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from editor import theme as look
from editor.window.dialogs.question import answered
from node_engine.models.json import JsonObject


class JsonDialog(QDialog):
    """A field for a JSON object with its error below while typing; Ctrl+Enter accepts."""

    def __init__(self, parent: QWidget, title: str, text: str, button: str, value: JsonObject) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        self.resize(look.DIALOG_WIDTH, look.DIALOG_HEIGHT)
        self.value: JsonObject | None = value
        self.field = QPlainTextEdit(orjson.dumps(value, option=orjson.OPT_INDENT_2).decode(), self)
        self.field.setProperty("mono", True)
        self.field.setAccessibleName(self.tr("JSON object"))
        self.field.setTabChangesFocus(True)
        self.field.textChanged.connect(self._on_changed)
        self._error = self._label("", "error")
        self.accept_button = QPushButton(button, self)
        self.accept_button.setProperty("kind", "primary")
        self.accept_button.clicked.connect(self.accept)
        self.accept_button.setAutoDefault(False)
        cancel = QPushButton(self.tr("Cancel"), self)
        cancel.setAutoDefault(False)
        cancel.clicked.connect(self.reject)
        QShortcut(QKeySequence("Ctrl+Return"), self, self.accept_button.click)
        row = QHBoxLayout()
        row.addWidget(self._error, 1)
        row.addWidget(cancel)
        row.addWidget(self.accept_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(look.GAP_XL, look.GAP_XL, look.GAP_XL, look.GAP_L)
        column.setSpacing(look.GAP)
        column.addWidget(self._label(title, "title"))
        column.addWidget(self._label(text, "secondary"))
        column.addWidget(self.field, 1)
        column.addLayout(row)
        self.field.setFocus()

    def _label(self, text: str, role: str) -> QLabel:
        label = QLabel(text, self)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setWordWrap(True)
        label.setProperty("role", role)
        return label

    def _on_changed(self) -> None:
        self.value, error = parse_object(self.field.toPlainText())
        self._error.setText(error)
        self.accept_button.setEnabled(not error)
        self.field.setProperty("invalid", bool(error))
        self.field.style().unpolish(self.field)
        self.field.style().polish(self.field)


def parse_object(text: str) -> tuple[JsonObject | None, str]:
    """Read a JSON object; the second value says in words what is wrong, if anything."""
    if not text.strip():
        return {}, ""
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        return None, f"Line {error.lineno}, column {error.colno}: {error.msg}."
    if not isinstance(value, dict):
        return None, 'This must be a JSON object: put it in braces, as in {"name": "Ada"}.'
    return value, ""


async def ask_object(parent: QWidget, title: str, text: str, button: str, value: JsonObject) -> JsonObject | None:
    """Ask for a JSON object; None when it was cancelled."""
    dialog = JsonDialog(parent, title, text, button, value)
    return await answered(dialog, lambda: dialog.value if dialog.result() == QDialog.DialogCode.Accepted else None)
