"""Controls for a list of values and for a mapping from names to values: one line for each."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QPushButton, QToolButton, QVBoxLayout, QWidget

from editor.panels.forms.control import Control
from editor.panels.forms.text_edit import TextEdit
from editor.panels.forms.values import loose_text, read_loosely
from editor.theme import SPACE, TARGET, Theme, icon
from node_engine.models.json import JsonValue

MOST_ROWS = 200
"""A longer list or mapping is edited as JSON: one widget for each row would be slow."""


class _Row(QWidget):
    """One line: a name (mappings only), a value, and a button that takes the line away."""

    def __init__(self, theme: Theme, *, has_name: bool, parent: QWidget) -> None:
        super().__init__(parent)
        self.name = TextEdit(theme, is_mono=True, parent=self) if has_name else None
        self.text = TextEdit(theme, is_mono=True, parent=self)
        self.remove = QToolButton(self)
        self.remove.setFixedSize(TARGET, TARGET)
        self.remove.setIcon(icon("x", theme.secondary))
        self.remove.setToolTip(self.tr("Remove"))
        row = QGridLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setHorizontalSpacing(SPACE)
        if self.name is not None:
            row.addWidget(self.name, 0, 0)
            row.setColumnStretch(0, 2)
        row.addWidget(self.text, 0, 1)
        row.setColumnStretch(1, 3)
        row.addWidget(self.remove, 0, 2)


class RowsControl(Control):
    """The common part: rows can be added, removed, and moved with Alt+Up and Alt+Down."""

    def __init__(self, theme: Theme, *, has_names: bool, texts_only: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._has_names = has_names
        self._texts_only = texts_only
        self._value: JsonValue = {} if has_names else []
        self._label = ""
        self.rows: list[_Row] = []
        self._column = QVBoxLayout()
        self._column.setSpacing(SPACE)
        self.add = QPushButton(self.tr("Add"), self)
        self.add.setProperty("kind", "link")
        self.add.clicked.connect(self._on_add)
        below = QHBoxLayout()
        below.addWidget(self.add)
        below.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._column)
        column.addLayout(below)
        self.setFocusProxy(self.add)

    def value(self) -> JsonValue:
        return self._value

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        for row in self.rows:
            row.text.set_theme(theme)
            row.remove.setIcon(icon("x", theme.secondary))
            if row.name is not None:
                row.name.set_theme(theme)

    def set_label(self, label: str, description: str) -> None:
        self._label = label
        self.add.setAccessibleName(self.tr("Add to {0}").format(label))
        self.add.setAccessibleDescription(description)
        self._name_rows()

    def set_invalid(self, is_invalid: bool) -> None:
        for row in self.rows:
            if bool(row.text.property("invalid")) != is_invalid:
                row.text.setProperty("invalid", is_invalid)
                row.text.style().unpolish(row.text)
                row.text.style().polish(row.text)

    def _show(self, pairs: list[tuple[str, JsonValue]]) -> None:
        while len(self.rows) > len(pairs):
            self._drop(self.rows[-1])
        while len(self.rows) < len(pairs):
            self._append()
        for row, (name, value) in zip(self.rows, pairs, strict=True):
            if row.name is not None:
                row.name.set_text(name)
            row.text.set_text(loose_text(value, texts_only=self._texts_only))
        self._name_rows()

    def _append(self) -> _Row:
        row = _Row(self._theme, has_name=self._has_names, parent=self)
        row.text.typed.connect(self._on_typed)
        row.text.installEventFilter(self)
        row.remove.clicked.connect(self._on_remove)
        if row.name is not None:
            row.name.typed.connect(self._on_typed)
            row.name.installEventFilter(self)
        self.rows.append(row)
        self._column.addWidget(row)
        return row

    def _drop(self, row: _Row) -> None:
        self.rows.remove(row)
        self._column.removeWidget(row)
        row.hide()
        row.deleteLater()

    def _name_rows(self) -> None:
        for number, row in enumerate(self.rows, 1):
            label = self.tr("{0}, item {1}").format(self._label, number)
            row.text.setAccessibleName(label)
            row.remove.setAccessibleName(self.tr("Remove {0}").format(label))
            if row.name is not None:
                row.name.setAccessibleName(self.tr("{0}, name {1}").format(self._label, number))
                row.name.setPlaceholderText(self.tr("name"))
                row.text.setPlaceholderText(self.tr("value"))

    def _read(self, row: _Row) -> JsonValue:
        text = row.text.toPlainText()
        return text if self._texts_only else read_loosely(text).value

    def _tell(self) -> None:
        raise NotImplementedError

    def _on_typed(self, _text: str) -> None:
        self._tell()

    def _on_add(self) -> None:
        row = self._append()
        self._name_rows()
        (row.name or row.text).setFocus()
        self._tell()

    def _on_remove(self) -> None:
        pressed = self.sender()
        for row in list(self.rows):
            if row.remove is pressed:
                self._drop(row)
                self._name_rows()
                self._tell()

    def _move(self, row: _Row, by: int) -> None:
        place = self.rows.index(row)
        if not 0 <= place + by < len(self.rows):
            return
        self.rows[place], self.rows[place + by] = self.rows[place + by], self.rows[place]
        self._column.removeWidget(row)
        self._column.insertWidget(place + by, row)
        self._name_rows()
        self._tell()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            row = next((one for one in self.rows if watched in (one.text, one.name)), None)
            is_moving = event.modifiers() == Qt.KeyboardModifier.AltModifier
            if row is not None and is_moving and event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
                self._move(row, 1 if event.key() == Qt.Key.Key_Down else -1)
                return True
            if row is not None and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and row is self.rows[-1]:
                self._on_add()
                return True
        return super().eventFilter(watched, event)


class ListControl(RowsControl):
    """Edits a list of simple values."""

    def __init__(self, theme: Theme, *, texts_only: bool, parent: QWidget | None = None) -> None:
        super().__init__(theme, has_names=False, texts_only=texts_only, parent=parent)

    def set_value(self, value: JsonValue) -> None:
        items = value if isinstance(value, list) else []
        if items != self._value or len(self.rows) != len(items):
            self._value = items
            self._show([("", item) for item in items])

    def _tell(self) -> None:
        items: JsonValue = [self._read(row) for row in self.rows]
        self._value = items
        self.edited.emit(items)


class MappingControl(RowsControl):
    """Edits a mapping from names to values; a name that is used twice is told and not taken."""

    def __init__(self, theme: Theme, *, texts_only: bool, parent: QWidget | None = None) -> None:
        super().__init__(theme, has_names=True, texts_only=texts_only, parent=parent)

    def set_value(self, value: JsonValue) -> None:
        pairs = value if isinstance(value, dict) else {}
        if pairs != self._value or not self._shows(list(pairs)):
            self._value = pairs
            self._show(list(pairs.items()))

    def _shows(self, names: list[str]) -> bool:
        """True when the rows show these names; rows without a name are being typed and do not count."""
        shown = [row.name.toPlainText() for row in self.rows if row.name is not None]
        return [name for name in shown if name] == [name for name in names if name]

    def _tell(self) -> None:
        pairs: dict[str, JsonValue] = {}
        for row in self.rows:
            name = row.name.toPlainText() if row.name is not None else ""
            if name in pairs:
                self.unreadable.emit(self.tr("The name “{0}” is there twice. Use each name once.").format(name))
                return
            if name or row.text.toPlainText():
                pairs[name] = self._read(row)
        pairs.pop("", None)
        self._value = pairs
        self.edited.emit(pairs)
