"""What all controls of a form have in common: a value in, edited values and unreadable text out."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from editor.theme import Theme
from node_engine.models.json import JsonValue


class Control(QWidget):
    """Edits one value.

    Signals:
        edited: the person made another value of it.
        unreadable: what is typed is no value; the text says what to type instead.
    """

    edited = Signal(object)
    unreadable = Signal(str)

    def value(self) -> JsonValue:
        """The value as it was set or last edited."""
        raise NotImplementedError

    def set_value(self, value: JsonValue) -> None:
        """Show another value; tells nothing."""
        raise NotImplementedError

    def set_placeholder(self, text: str) -> None:
        """Show a text where the control is empty; most controls have no place for one."""

    def set_theme(self, theme: Theme) -> None:
        """Paint in the colours of another theme."""

    def set_label(self, label: str, description: str) -> None:
        """Name the control for people who cannot see its label."""
        inner = self.focusProxy() or self
        inner.setAccessibleName(label)
        inner.setAccessibleDescription(description)

    def set_invalid(self, is_invalid: bool) -> None:
        """Show or take away the red border."""
        inner = self.focusProxy() or self
        if bool(inner.property("invalid")) != is_invalid:
            inner.setProperty("invalid", is_invalid)
            inner.style().unpolish(inner)
            inner.style().polish(inner)
