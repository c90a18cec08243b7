"""Edits a value below the tree: a list or object as JSON, a long text, or a new key with its value."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from editor.panels.forms.code_edit import CodeEdit
from editor.panels.forms.text_edit import TextEdit
from editor.panels.forms.values import Read, read_json, read_loosely, to_json
from editor.panels.plain_text import ElidedLabel, Line, PlainLabel
from editor.theme import GAP, GAP_S, PANEL_LEFT, SPACE, STRIP, Theme, mono_font
from node_engine.models.json import JsonValue

_MOST_LINES = 12


class ValueEditor(QWidget):
    """A field under the path of what it edits.

    Signals:
        applied: the name of a new key ("" otherwise), and the value.
        closed: the person left it without a change.
    """

    applied = Signal(str, object)
    closed = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.path = ElidedLabel("", "mono", self)
        self.name = QLineEdit(self)
        self.name.setPlaceholderText(self.tr("new key"))
        self.name.setAccessibleName(self.tr("Name of the new key"))
        self.name.setFixedWidth(PANEL_LEFT // 2)
        self.apply = QPushButton(self.tr("Apply"), self)
        self.apply.setProperty("kind", "primary")
        self.apply.setToolTip(self.tr("Ctrl+Enter"))
        self.cancel = QPushButton(self.tr("Cancel"), self)
        self.json = CodeEdit("json", theme, lines=3, most_lines=_MOST_LINES, parent=self)
        self.text = TextEdit(theme, lines=3, most_lines=_MOST_LINES, parent=self)
        self.text.set_font(mono_font())
        for edit in (self.json, self.text):
            edit.setAccessibleName(self.tr("Value"))
            edit.typed.connect(self._on_typed)
        self.name.textEdited.connect(self._on_typed)
        self.error = PlainLabel("", "error", self, wrap=True)
        self._is_text = False
        self._adds = False
        self._is_named = False
        self._arrange()
        self.apply.clicked.connect(self._on_apply)
        self.cancel.clicked.connect(self.closed)

    def set_theme(self, theme: Theme) -> None:
        """Paint in the colours of another theme."""
        self.json.set_theme(theme)
        self.text.set_theme(theme)

    def edit_value(self, path: str, value: JsonValue) -> None:
        """Edit a value that is there."""
        self._adds = self._is_named = False
        self._open(path, value)

    def add_value(self, path: str, *, is_named: bool) -> None:
        """Ask for a new value below a path, and for its key unless it is an item of a list."""
        self._adds, self._is_named = True, is_named
        self._open(path or self.tr("context"), "", is_json=True)
        (self.name if is_named else self.json).setFocus()

    def _open(self, path: str, value: JsonValue, *, is_json: bool = False) -> None:
        self._is_text = isinstance(value, str) and not is_json
        self.path.set_whole_text(path)
        self.name.setVisible(self._is_named)
        self.name.clear()
        self.error.setText("")
        self.error.hide()
        edit = self.text if self._is_text else self.json
        edit.set_text(value if isinstance(value, str) else to_json(value, is_indented=True))
        self._pages.setCurrentWidget(edit)
        edit.setFocus()

    def _arrange(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(GAP, 0, GAP_S, 0)
        head.setSpacing(GAP_S)
        head.addWidget(self.path, 1)
        head.addWidget(self.name)
        head.addWidget(self.cancel)
        head.addWidget(self.apply)
        top = QWidget(self)
        top.setFixedHeight(STRIP + SPACE)
        top.setLayout(head)
        self._pages = QStackedWidget(self)
        self._pages.addWidget(self.json)
        self._pages.addWidget(self.text)
        body = QVBoxLayout()
        body.setContentsMargins(GAP_S, 0, GAP_S, GAP_S)
        body.setSpacing(SPACE)
        body.addWidget(self._pages)
        body.addWidget(self.error)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(Line(self))
        column.addWidget(top)
        column.addLayout(body)

    def _read(self) -> Read:
        if self._is_text:
            return Read(self.text.toPlainText())
        text = self.json.toPlainText()
        return read_loosely(text) if self._adds else read_json(text)

    def _on_typed(self) -> None:
        if not self.error.isHidden():
            self._show_problem()

    def _show_problem(self) -> bool:
        missing = self.tr("Type the name of the new key.") if self._is_named and not self.name.text() else ""
        problem = missing or self._read().error
        self.error.setText(problem)
        self.error.setVisible(bool(problem))
        return bool(problem)

    def _on_apply(self) -> None:
        if not self._show_problem():
            self.applied.emit(self.name.text() if self._is_named else "", self._read().value)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        is_enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        elif is_enter and (event.modifiers() & Qt.KeyboardModifier.ControlModifier or self.name.hasFocus()):
            self._on_apply()
        else:
            super().keyPressEvent(event)
