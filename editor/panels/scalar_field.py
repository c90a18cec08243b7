"""Edits one small value in its row: text, number, true or false, nothing, or any JSON."""

from __future__ import annotations

from enum import StrEnum

from PySide6.QtCore import QCoreApplication, QPoint, QSize, Qt
from PySide6.QtGui import QHideEvent, QKeyEvent, QMoveEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QSizePolicy, QWidget

from editor.panels.forms.choice_controls import Chooser
from editor.panels.forms.values import Read, as_text, number_text, read_json, read_number
from editor.panels.plain_text import PlainLabel
from editor.theme import FIELD, SPACE, mono_font
from node_engine.models.json import JsonValue


class Kind(StrEnum):
    """The kinds of values a person can choose."""

    TEXT = "text"
    NUMBER = "number"
    FLAG = "true/false"
    NOTHING = "null"
    JSON = "JSON"


def kind_of(value: JsonValue) -> Kind:
    """The kind of a value."""
    if isinstance(value, bool):
        return Kind.FLAG
    if isinstance(value, str):
        return Kind.TEXT
    if isinstance(value, int | float):
        return Kind.NUMBER
    return Kind.NOTHING if value is None else Kind.JSON


def read_as(kind: Kind, text: str) -> Read:
    """Read typed text as a value of a kind."""
    match kind:
        case Kind.TEXT:
            return Read(text)
        case Kind.NUMBER:
            return read_number(text, is_whole=False)
        case Kind.FLAG:
            return Read(text == "true")
        case Kind.NOTHING:
            return Read(None)
        case _:
            return read_json(text)


class ScalarField(QWidget):
    """A choice of the kind before a line for the value; what cannot be read is said below."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAutoFillBackground(True)
        self.kind = Chooser(self)
        self.kind.addItems([one.value for one in Kind])
        self.kind.setMinimumContentsLength(5)
        self.kind.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.kind.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.kind.setAccessibleName(_tr("Kind of the value"))
        self.line = QLineEdit(self)
        self.line.setProperty("mono", True)
        self.line.setFont(mono_font())
        self.line.setAccessibleName(_tr("Value"))
        self.flag = Chooser(self)
        self.flag.addItems(["true", "false"])
        self.flag.setAccessibleName(_tr("Value"))
        self.error = PlainLabel("", "problem", self.parentWidget() or self)
        self.error.hide()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE)
        row.addWidget(self.kind)
        row.addWidget(self.line, 1)
        row.addWidget(self.flag, 1)
        self.kind.currentIndexChanged.connect(self._show_kind)
        self.line.textEdited.connect(self._on_text_edited)
        self.destroyed.connect(self.error.deleteLater)
        self.setFocusProxy(self.line)

    def set_value(self, value: JsonValue) -> None:
        """Show a value."""
        kind = kind_of(value)
        self.line.setText(number_text(value) if kind is Kind.NUMBER else as_text(value))
        self.flag.setCurrentIndex(1 if value is False else 0)
        self.kind.setCurrentIndex(list(Kind).index(kind))
        self._show_kind()
        self.line.selectAll()

    def read(self) -> Read:
        """The value that is typed, or why there is none."""
        kind = self._kind()
        return read_as(kind, self.flag.currentText() if kind is Kind.FLAG else self.line.text())

    def show_problem(self) -> bool:
        """Say what cannot be read; True if something cannot."""
        error = self.read().error
        self.error.setText(error)
        self.error.adjustSize()
        self._place_error()
        self.error.setVisible(bool(error))
        self.error.raise_()
        if bool(self.line.property("invalid")) != bool(error):
            self.line.setProperty("invalid", bool(error))
            self.line.style().unpolish(self.line)
            self.line.style().polish(self.line)
        return bool(error)

    def _kind(self) -> Kind:
        return list(Kind)[max(0, self.kind.currentIndex())]

    def _show_kind(self) -> None:
        kind = self._kind()
        self.flag.setVisible(kind is Kind.FLAG)
        self.line.setVisible(kind is not Kind.FLAG)
        self.line.setEnabled(kind is not Kind.NOTHING)
        self.line.setPlaceholderText("null" if kind is Kind.NOTHING else "")
        self.setFocusProxy(self.flag if kind is Kind.FLAG else self.line)
        if self.error.isVisible():
            self.show_problem()

    def _on_text_edited(self) -> None:
        if self.error.isVisible():
            self.show_problem()

    def _place_error(self) -> None:
        at = self.geometry().bottomLeft() + QPoint(self.line.x(), SPACE)
        around = self.parentWidget()
        room = 0 if around is None else around.height()
        if at.y() + self.error.height() > room:
            at.setY(self.geometry().top() - self.error.height() - SPACE)
        self.error.move(at)

    def moveEvent(self, event: QMoveEvent) -> None:
        super().moveEvent(event)
        self._place_error()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keep Enter here: the delegate has seen it, and for the tree it would mean something else."""
        if event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            super().keyPressEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.error.hide()

    def sizeHint(self) -> QSize:
        return QSize(FIELD * SPACE, FIELD)


def _tr(text: str) -> str:
    return QCoreApplication.translate("ScalarField", text)
