"""Controls for texts: a line, several lines, a template, an expression."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from editor.panels.forms.control import Control
from editor.panels.forms.text_edit import TextEdit
from editor.panels.forms.values import is_template, loose_text, read_loosely
from editor.theme import Theme, mono_font, ui_font
from node_engine.models.json import JsonValue

_MOST_LINES = 14


class TextControl(Control):
    """Edits a text; values of other kinds are kept as they are until the person types."""

    def __init__(
        self,
        theme: Theme,
        *,
        lines: int = 1,
        is_mono: bool = False,
        is_loose: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._value: JsonValue = ""
        self._is_mono = is_mono
        self._is_loose = is_loose
        """True when typed text that looks like JSON is read as JSON."""
        most = 1 if lines == 1 else _MOST_LINES
        self.edit = TextEdit(theme, lines=lines, most_lines=most, is_mono=is_mono, parent=self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.edit)
        self.setFocusProxy(self.edit)
        self.edit.typed.connect(self._on_typed)

    def value(self) -> JsonValue:
        return self._value

    def set_value(self, value: JsonValue) -> None:
        self._value = value
        self.edit.set_text("" if value is None else loose_text(value, texts_only=not self._is_loose))
        self._show_font()

    def set_placeholder(self, text: str) -> None:
        self.edit.setPlaceholderText(text)

    def set_theme(self, theme: Theme) -> None:
        self.edit.set_theme(theme)

    def _on_typed(self, text: str) -> None:
        self._value = read_loosely(text).value if self._is_loose else text
        self._show_font()
        self.edited.emit(self._value)

    def _show_font(self) -> None:
        is_mono = self._is_mono or is_template(self.edit.toPlainText())
        if self.edit.font().fixedPitch() != is_mono:
            self.edit.set_font(mono_font() if is_mono else ui_font())
