"""Controls for code in a language and for JSON."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from editor.panels.forms.code_edit import CodeEdit
from editor.panels.forms.control import Control
from editor.panels.forms.values import Read, as_text, read_json, to_json
from editor.theme import Theme
from node_engine.models.json import JsonValue


class CodeControl(Control):
    """Edits a text as code."""

    def __init__(self, language: str, theme: Theme, *, lines: int = 8, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._value: JsonValue = ""
        self.edit = CodeEdit(language, theme, lines=lines, parent=self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.edit)
        self.setFocusProxy(self.edit)
        self.edit.typed.connect(self._on_typed)

    def value(self) -> JsonValue:
        return self._value

    def set_value(self, value: JsonValue) -> None:
        self._value = value
        self.edit.set_text(as_text(value))

    def set_placeholder(self, text: str) -> None:
        self.edit.setPlaceholderText(text)

    def set_theme(self, theme: Theme) -> None:
        self.edit.set_theme(theme)

    def _on_typed(self, text: str) -> None:
        self._value = text
        self.edited.emit(text)


class JsonControl(CodeControl):
    """Edits any JSON value as its text; tells a value only while the text is JSON."""

    def __init__(self, theme: Theme, *, lines: int = 3, parent: QWidget | None = None) -> None:
        super().__init__("json", theme, lines=lines, parent=parent)
        self.set_placeholder("null")

    def set_value(self, value: JsonValue) -> None:
        if self.edit.toPlainText() and read_json(self.edit.toPlainText()).value == value == self._value:
            return
        self._value = value
        is_long = isinstance(value, dict | list) and bool(value)
        self.edit.set_text("" if value is None else to_json(value, is_indented=is_long))

    def _on_typed(self, text: str) -> None:
        read = read_json(text) if text.strip() else Read(None)
        if read.error:
            self.unreadable.emit(read.error)
        else:
            self._value = read.value
            self.edited.emit(read.value)
