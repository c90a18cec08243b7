"""Raw JSON that is checked while typing, and taken over at once or by Apply."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from editor.panels.forms.code_edit import CodeEdit
from editor.panels.forms.values import read_json, to_json
from editor.panels.plain_text import PlainLabel
from editor.theme import GAP_S, Theme
from node_engine.models.json import JsonObject, JsonValue

Check = Callable[[JsonObject], str]
"""Answers what is wrong with an object, in words, or an empty text."""


def nothing_wrong(_value: JsonObject) -> str:
    """Accept any object."""
    return ""


class JsonPage(QWidget):
    """An object as text. Signals: `applied` with the object, when a change is taken over.

    That is by Apply, or by going elsewhere; with `is_eager`, while typing, as soon as the text is right.
    """

    applied = Signal(object)

    def __init__(
        self,
        theme: Theme,
        check: Check = nothing_wrong,
        parent: QWidget | None = None,
        *,
        most_lines: int = 400,
        is_eager: bool = False,
    ) -> None:
        super().__init__(parent)
        self._check = check
        self._is_eager = is_eager
        self._shown: JsonObject = {}
        self._read: JsonObject | None = None
        self.edit = CodeEdit("json", theme, lines=5, most_lines=most_lines, parent=self)
        self.error = PlainLabel("", "error", self, wrap=True)
        self.apply = QPushButton(self.tr("Apply"), self)
        self.apply.setProperty("kind", "primary")
        self.apply.setToolTip(self.tr("Ctrl+Enter"))
        self.revert = QPushButton(self.tr("Discard"), self)
        below = QHBoxLayout()
        below.setSpacing(GAP_S)
        below.addWidget(self.apply)
        below.addWidget(self.revert)
        below.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP_S)
        column.addWidget(self.edit)
        column.addWidget(self.error)
        column.addLayout(below)
        column.addStretch(1)
        self.edit.installEventFilter(self)
        self.edit.typed.connect(self._on_typed)
        self.apply.clicked.connect(self._on_apply)
        self.revert.clicked.connect(self._on_revert)
        self._show_state("")

    def set_label(self, label: str) -> None:
        """Name the text for people who cannot see it."""
        self.edit.setAccessibleName(label)

    def set_theme(self, theme: Theme) -> None:
        """Paint in the colours of another theme."""
        self.edit.set_theme(theme)

    def show_object(self, value: JsonObject, *, keeps_typing: bool = True) -> None:
        """Show an object; what is being typed stays unless `keeps_typing` is False."""
        if keeps_typing and (self.is_changed() or value == self._shown):
            self._shown = value
            return
        self._shown = value
        self._on_revert()

    def is_changed(self) -> bool:
        """True while there is typed text that was not applied."""
        return self.revert.isVisibleTo(self)

    def _on_typed(self, text: str) -> None:
        read = read_json(text)
        value: JsonValue = read.value
        if read.error:
            self._read = None
            self._show_state(read.error)
        elif not isinstance(value, dict):
            self._read = None
            self._show_state(self.tr("Type a JSON object: { … }."))
        else:
            self._read = value
            self._show_state(self._check(value))
            if self._is_eager:
                self._on_apply()

    def _show_state(self, error: str) -> None:
        is_typing = self._read != self._shown if not error else True
        is_touched = bool(self.edit.toPlainText()) and is_typing
        self.error.setText(error)
        self.error.setVisible(bool(error))
        self.apply.setVisible(is_touched and not self._is_eager)
        self.revert.setVisible(is_touched)
        self.apply.setEnabled(not error)
        if bool(self.edit.property("invalid")) != bool(error):
            self.edit.setProperty("invalid", bool(error))
            self.edit.style().unpolish(self.edit)
            self.edit.style().polish(self.edit)

    def _on_apply(self) -> None:
        if self._read is not None and self.apply.isEnabled() and self.is_changed():
            value = self._read
            self._shown = value
            self._show_state("")
            self.applied.emit(value)

    def _on_revert(self) -> None:
        self.edit.set_text(to_json(self._shown, is_indented=True))
        self._read = self._shown
        self._show_state("")

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusOut and watched is self.edit:
            goes_to = QApplication.focusWidget()
            if goes_to is not None and not self.isAncestorOf(goes_to):
                self._on_apply()
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        is_enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if is_enter and event.modifiers() == Qt.KeyboardModifier.ControlModifier:
            self._on_apply()
        else:
            super().keyPressEvent(event)
