"""Shows one value as text: all of a small one, the first part of a large one with "load more"."""

from __future__ import annotations

import orjson
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPlainTextEdit, QPushButton, QToolButton, QVBoxLayout, QWidget

from editor.panels.plain_text import ElidedLabel, Line, PlainLabel, size_words
from editor.panels.value_text import PREVIEW_BYTES, bounded_json
from editor.theme import GAP, GAP_S, SPACE, STRIP, TARGET, Theme, icon, mono_font
from node_engine.models.json import JsonValue

LOAD_CHARACTERS = 1024 * 1024
"""How much one press of "load more" adds."""


class ValueViewer(QWidget):
    """Signals: `closed` when the person closed it."""

    closed = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._value: JsonValue = None
        self._whole: str | None = None
        self._is_preview = False
        self._shown = 0
        self.path = ElidedLabel("", "mono", self)
        self.size_label = PlainLabel("", "caption", self)
        self.load = QPushButton(self)
        self.load.setProperty("kind", "link")
        self.copy = QToolButton(self)
        self.close_button = QToolButton(self)
        self.text = QPlainTextEdit(self)
        self._prepare_text()
        self._arrange()
        self.load.clicked.connect(self._on_load)
        self.copy.clicked.connect(self.copy_value)
        self.close_button.clicked.connect(self.closed)
        self.set_theme(theme)

    def show_value(self, path: str, value: JsonValue) -> None:
        """Show a value; of a large one only the first 64 KB."""
        text, is_all = bounded_json(value)
        self._value, self._whole = value, text if is_all else None
        self._is_preview = not is_all
        self._shown = len(text)
        self.path.set_whole_text(path)
        self.text.setPlainText(text)
        self._say_size(is_all)

    def set_theme(self, theme: Theme) -> None:
        """Show the icons in the colours of another theme."""
        self.copy.setIcon(icon("copy", theme.secondary))
        self.close_button.setIcon(icon("x", theme.secondary))

    def copy_value(self) -> None:
        """Put the whole value on the clipboard: a text as it is, everything else as JSON."""
        QGuiApplication.clipboard().setText(self._whole_text())

    def _prepare_text(self) -> None:
        self.text.setReadOnly(True)
        self.text.setFrameShape(QFrame.Shape.NoFrame)
        self.text.setFont(mono_font())
        self.text.setProperty("mono", True)
        self.text.setProperty("flat", True)
        self.text.setAccessibleName(self.tr("Value"))
        flags = Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        self.text.setTextInteractionFlags(flags)

    def _arrange(self) -> None:
        for button, name in ((self.copy, self.tr("Copy the value")), (self.close_button, self.tr("Close the value"))):
            button.setFixedSize(TARGET, TARGET)
            button.setToolTip(name)
            button.setAccessibleName(name)
        head = QHBoxLayout()
        head.setContentsMargins(GAP, 0, GAP_S, 0)
        head.setSpacing(GAP_S)
        head.addWidget(self.path, 1)
        head.addWidget(self.size_label)
        head.addWidget(self.load)
        head.addWidget(self.copy)
        head.addWidget(self.close_button)
        top = QWidget(self)
        top.setFixedHeight(STRIP)
        top.setLayout(head)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(Line(self))
        column.addWidget(top)
        body = QVBoxLayout()
        body.setContentsMargins(GAP_S, 0, GAP_S, SPACE)
        body.addWidget(self.text)
        column.addLayout(body, 1)

    def _whole_text(self) -> str:
        if self._whole is None:
            value = self._value
            is_text = isinstance(value, str)
            self._whole = str(value) if is_text else orjson.dumps(value, option=orjson.OPT_INDENT_2).decode()
        return self._whole

    def _say_size(self, is_all: bool) -> None:
        self.load.setVisible(not is_all)
        if is_all or isinstance(self._value, str):
            length = len(self._value) if isinstance(self._value, str) else len(self._whole_text())
            self.size_label.setText(size_words(length))
        else:
            self.size_label.setText(self.tr("more than {0}").format(size_words(PREVIEW_BYTES)))
        self.load.setText(self.tr("Load more"))

    def _on_load(self) -> None:
        """Add the next part; in blocks, because one long line is slow to lay out."""
        whole = self._whole_text()
        if self._is_preview:
            self._is_preview, self._shown = False, 0
            self.text.clear()
        end = min(len(whole), self._shown + LOAD_CHARACTERS)
        for start in range(self._shown, end, PREVIEW_BYTES):
            self.text.appendPlainText(whole[start : min(end, start + PREVIEW_BYTES)])
        self._shown = end
        self.size_label.setText(self.tr("{0} of {1}").format(size_words(end), size_words(len(whole))))
        self.load.setVisible(end < len(whole))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            super().keyPressEvent(event)
