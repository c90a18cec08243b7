"""Control for a number: a field, and a slider beside it where both ends are known."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QWheelEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QSlider, QWidget

from editor.panels.forms.control import Control
from editor.panels.forms.field_spec import FieldSpec, Widget
from editor.panels.forms.values import number_text, read_number
from editor.panels.plain_text import PlainLabel
from editor.theme import FIELD, GAP, GAP_S, TARGET
from node_engine.models.json import JsonValue

_SLIDER_STEPS = 1_000
_NUMBER_WIDTH = FIELD * 2 + GAP_S


class _Slider(QSlider):
    """A slider that the mouse wheel does not move by accident while the form is scrolled."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


class _NumberField(QLineEdit):
    """A line for a number; arrow up and down change it by one step."""

    def __init__(self, control: NumberControl) -> None:
        super().__init__(control)
        self._control = control

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self._control.change_by(1 if event.key() == Qt.Key.Key_Up else -1)
        else:
            super().keyPressEvent(event)


class NumberControl(Control):
    """Edits a number; an empty field stands for "no value" where the field may be left out."""

    def __init__(self, spec: FieldSpec, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._spec = spec
        self._value: JsonValue = None
        self._is_whole = spec.widget is Widget.INTEGER
        self.field = _NumberField(self)
        self.field.textEdited.connect(self._on_text_edited)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GAP)
        self.slider: QSlider | None = None
        if spec.has_range:
            self.slider = self._make_slider()
            row.addWidget(self.slider, 1)
            self.field.setFixedWidth(_NUMBER_WIDTH)
        row.addWidget(self.field, 0 if self.slider else 1)
        if spec.unit:
            row.addWidget(PlainLabel(spec.unit, "secondary", self))
        self.setFocusProxy(self.field)

    def value(self) -> JsonValue:
        return self._value

    def set_value(self, value: JsonValue) -> None:
        self._value = value
        read = read_number(self.field.text(), is_whole=False)
        if read.error or read.value != value or value is None:
            self.field.setText(number_text(value))
        self._show_in_slider()

    def set_placeholder(self, text: str) -> None:
        self.field.setPlaceholderText(text)

    def set_label(self, label: str, description: str) -> None:
        super().set_label(label, description)
        if self.slider is not None:
            self.slider.setAccessibleName(label)

    def change_by(self, steps: int) -> None:
        """Go up or down by so many steps, inside the limits."""
        now = self._value if isinstance(self._value, int | float) else self._spec.default
        start = now if isinstance(now, int | float) and not isinstance(now, bool) else self._spec.minimum or 0
        self._take(round(start + steps * self._step(), 10))

    def _step(self) -> float:
        if self._spec.step:
            return self._spec.step
        low, high = self._spec.minimum, self._spec.maximum
        is_fine = not self._is_whole and low is not None and high is not None and high - low <= 10
        return 0.1 if is_fine else 1

    def _take(self, number: float) -> None:
        low, high = self._spec.minimum, self._spec.maximum
        number = min(max(number, low if low is not None else number), high if high is not None else number)
        self._value = int(number) if self._is_whole or float(number).is_integer() else number
        self.field.setText(number_text(self._value))
        self._show_in_slider()
        self.edited.emit(self._value)

    def _make_slider(self) -> QSlider:
        slider = _Slider(Qt.Orientation.Horizontal, self)
        slider.setRange(0, self._slider_steps())
        slider.setMinimumHeight(TARGET)
        slider.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        slider.valueChanged.connect(self._on_slider_moved)
        return slider

    def _slider_steps(self) -> int:
        width = (self._spec.maximum or 0) - (self._spec.minimum or 0)
        fine = self._step() / 10 if not self._is_whole and self._spec.step is None else self._step()
        return max(1, min(_SLIDER_STEPS, round(width / fine)))

    def _show_in_slider(self) -> None:
        if self.slider is None:
            return
        shown = self._value if isinstance(self._value, int | float) else self._spec.default
        if not isinstance(shown, int | float):
            return
        low, high = self._spec.minimum or 0, self._spec.maximum or 0
        place = round((shown - low) / (high - low) * self.slider.maximum()) if high > low else 0
        self._is_showing = True
        self.slider.setValue(place)
        self._is_showing = False

    _is_showing = False

    def _on_slider_moved(self, place: int) -> None:
        if self._is_showing or self.slider is None:
            return
        low, high = self._spec.minimum or 0, self._spec.maximum or 0
        self._take(round(low + (high - low) * place / self.slider.maximum(), 6))

    def _on_text_edited(self, text: str) -> None:
        if not text.strip() and not self._spec.is_required:
            self._value = None
            self.edited.emit(None)
            return
        read = read_number(text, is_whole=self._is_whole)
        error = read.error or self._out_of_range(read.value)
        if error:
            self.unreadable.emit(error)
            return
        self._value = read.value
        self._show_in_slider()
        self.edited.emit(read.value)

    def _out_of_range(self, value: JsonValue) -> str:
        low, high = self._spec.minimum, self._spec.maximum
        if not isinstance(value, int | float):
            return ""
        if low is not None and value < low:
            return self.tr("Type {0} or more.").format(number_text(low))
        if high is not None and value > high:
            return self.tr("Type {0} or less.").format(number_text(high))
        return ""
