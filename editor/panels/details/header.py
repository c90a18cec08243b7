"""The head of the inspector: icon tile, key, kind and description."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from editor.panels.plain_text import PlainLabel, tooltip
from editor.theme import GAP, ICON_L, RADIUS, SPACE, TILE, Theme, color, icon_pixmap
from node_engine.models.description import ComponentDescription

_TINT = 0.17


class FamilyTile(QWidget):
    """A component's icon on a tile in the colour of its family."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._description: ComponentDescription | None = None
        self.setFixedSize(TILE, TILE)

    def set_theme(self, theme: Theme) -> None:
        """Paint in the colours of another theme."""
        self._theme = theme
        self.update()

    def show_description(self, description: ComponentDescription | None) -> None:
        """Show the icon of a component class; the box for an unknown one."""
        self._description = description
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        about = self._description
        tone = self._theme.failed if about is None else self._theme.family[about.family]
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color(tone, _TINT))
        painter.drawRoundedRect(QRectF(self.rect()), RADIUS, RADIUS)
        pixmap = icon_pixmap("package-x" if about is None else about.icon, tone, ICON_L, self.devicePixelRatioF())
        place = (TILE - ICON_L) // 2
        painter.drawPixmap(place, place, pixmap)


class _KeyField(QLineEdit):
    """A key that looks like a title until somebody edits it. Escape puts the old one back."""

    cancelled = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.cancelled.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.clearFocus()
        else:
            super().keyPressEvent(event)


class Header(QWidget):
    """Signals: `renamed` with the text that shall be the key."""

    renamed = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._key = ""
        self.tile = FamilyTile(theme, self)
        self.key = _KeyField(self)
        self.key.setProperty("role", "title")
        self.key.setAccessibleName(self.tr("Key"))
        self.about = PlainLabel("", "secondary", self, wrap=True)
        self.error = PlainLabel("", "error", self, wrap=True)
        texts = QVBoxLayout()
        texts.setSpacing(SPACE // 2)
        texts.addWidget(self.key)
        texts.addWidget(self.about)
        texts.addWidget(self.error)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GAP - SPACE)
        row.addWidget(self.tile, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(texts, 1)
        self.key.editingFinished.connect(self._on_editing_finished)
        self.key.cancelled.connect(self._on_cancelled)
        self.error.hide()

    def set_theme(self, theme: Theme) -> None:
        """Paint in the colours of another theme."""
        self.tile.set_theme(theme)

    def show_component(self, key: str, name: str, description: ComponentDescription | None) -> None:
        """Show a component's key, kind and what it does."""
        self._key = key
        if not self.key.hasFocus() or self.key.text() != key:
            self.key.setText(key)
            self.key.setCursorPosition(0)
        self.key.setToolTip(tooltip(self.tr("{0}\nChange the key here; every reference follows.").format(key)))
        self.tile.show_description(description)
        if description is None:
            self.about.setText(self.tr("{0} · not known here").format(name))
        else:
            does = description.description[:1].lower() + description.description[1:].rstrip(".")
            self.about.setText(f"{description.label} · {does}" if does else description.label)
            self.about.setToolTip(tooltip(description.source or ""))
        self.show_error("")

    def show_error(self, message: str) -> None:
        """Say why a key was refused, or nothing for an empty text."""
        self.error.setText(message)
        self.error.setVisible(bool(message))

    def _on_editing_finished(self) -> None:
        text = self.key.text().strip()
        if text != self._key:
            self.renamed.emit(text)

    def _on_cancelled(self) -> None:
        self.key.setText(self._key)
        self.show_error("")
        self.key.clearFocus()
