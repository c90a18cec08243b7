"""Controls that choose: a check box, a list of choices, the key of another component."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QWidget

from editor.panels.forms.control import Control
from editor.panels.forms.values import as_text, loose_text
from node_engine.models.json import JsonValue

Keys = Callable[[], Sequence[str]]
"""Answers the keys of the components that can be chosen, in list order."""


class Chooser(QComboBox):
    """A combo box that the mouse wheel changes only while it has the focus."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMinimumContentsLength(6)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


class BoolControl(Control):
    """A check box with the field's label as its text."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._value: JsonValue = False
        self.box = QCheckBox(text, self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.box, 1)
        self.setFocusProxy(self.box)
        self.box.clicked.connect(self._on_clicked)

    def value(self) -> JsonValue:
        return self._value

    def set_value(self, value: JsonValue) -> None:
        self._value = value
        self.box.setChecked(value is True)

    def _on_clicked(self, is_on: bool) -> None:
        self._value = is_on
        self.edited.emit(is_on)


class ChoiceControl(Control):
    """A list of values of which one is chosen; a value that is not in the list stays visible."""

    def __init__(self, choices: Sequence[JsonValue], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._choices: list[JsonValue] = list(choices)
        self._value: JsonValue = None
        self.chooser = Chooser(self)
        self.chooser.addItems([self._words(choice) for choice in choices])
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.chooser, 1)
        self.setFocusProxy(self.chooser)
        self.chooser.activated.connect(self._on_activated)

    def value(self) -> JsonValue:
        return self._value

    def set_value(self, value: JsonValue) -> None:
        self._value = value
        if value is not None and value not in self._choices:
            self._choices.append(value)
            self.chooser.addItem(self._words(value))
        place = self._choices.index(value) if value in self._choices else -1
        self.chooser.setCurrentIndex(place)

    def set_placeholder(self, text: str) -> None:
        self.chooser.setPlaceholderText(text)

    def _words(self, value: JsonValue) -> str:
        return self.tr("none") if value is None else as_text(value)

    def _on_activated(self, place: int) -> None:
        self._value = self._choices[place]
        self.edited.emit(self._value)


class KeyControl(Control):
    """Chooses the key of another component, "exit", or nothing; any key or template can also be typed."""

    def __init__(self, keys: Keys, unset: str, parent: QWidget | None = None, *, has_exit: bool = True) -> None:
        super().__init__(parent)
        self._keys = keys
        self._ends = ["exit"] if has_exit else []
        self._value: JsonValue = None
        self.chooser = Chooser(self)
        self.chooser.setEditable(True)
        self.chooser.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.set_placeholder(unset)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.chooser, 1)
        self.setFocusProxy(self.chooser)
        self._fill()
        self.chooser.activated.connect(self._on_activated)
        line = self.chooser.lineEdit()
        if line is not None:
            line.textEdited.connect(self._on_text_edited)

    def value(self) -> JsonValue:
        return self._value

    def set_value(self, value: JsonValue) -> None:
        self._value = value
        text = "" if value is None else loose_text(value, texts_only=True)
        if self.chooser.currentText() != text:
            self._fill()
            self.chooser.setEditText(text)

    def set_placeholder(self, text: str) -> None:
        line = self.chooser.lineEdit()
        if line is not None:
            line.setPlaceholderText(text)

    def set_label(self, label: str, description: str) -> None:
        super().set_label(label, description)
        line = self.chooser.lineEdit()
        if line is not None:
            line.setAccessibleName(label)

    def refresh_keys(self) -> None:
        """Offer the keys as they are now."""
        text = self.chooser.currentText()
        self._fill()
        self.chooser.setEditText(text)

    def _fill(self) -> None:
        self.chooser.clear()
        self.chooser.addItem("")
        self.chooser.addItems([*self._keys(), *self._ends])
        self.chooser.setEditText("")

    def _on_activated(self, _place: int) -> None:
        self._on_text_edited(self.chooser.currentText())

    def _on_text_edited(self, text: str) -> None:
        self._value = text.strip() or None
        self.edited.emit(self._value)
