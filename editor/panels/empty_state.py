"""What a panel shows while it has nothing to show: a quiet sign, what to do first, and at most one button."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from editor.panels.plain_text import PlainLabel
from editor.theme import GAP, GAP_L, ICON_L, Theme, icon_pixmap


class EmptyState(QWidget):
    """Signals: `pressed` when the button was pressed."""

    pressed = Signal()

    def __init__(self, sign: str, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sign = sign
        self._icon = QLabel(self)
        self._icon.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._text = PlainLabel("", "secondary", self, wrap=True)
        self._text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._button = QPushButton(self)
        self._button.clicked.connect(self.pressed)
        column = QVBoxLayout(self)
        column.setContentsMargins(GAP_L, GAP_L, GAP_L, GAP_L)
        column.setSpacing(GAP)
        column.addStretch(2)
        column.addWidget(self._icon)
        column.addWidget(self._text)
        column.addWidget(self._button, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(3)
        self.say("", "")
        self.set_theme(theme)

    def say(self, text: str, button: str) -> None:
        """Show a sentence, and a button unless its text is empty."""
        self._text.setText(text)
        self._button.setText(button)
        self._button.setVisible(bool(button))

    def text(self) -> str:
        """The sentence shown."""
        return self._text.text()

    def set_theme(self, theme: Theme) -> None:
        """Show the sign in the colours of another theme."""
        self._icon.setPixmap(icon_pixmap(self._sign, theme.faint, ICON_L, self.devicePixelRatioF()))
