"""One field of a form: label, template switch, reset, the control, and the error under it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QEnterEvent
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from editor.panels.forms.choice_controls import BoolControl, Keys
from editor.panels.forms.completing import Completing
from editor.panels.forms.completion import NOTHING, Offers, offers_in_expression, offers_in_template
from editor.panels.forms.control import Control
from editor.panels.forms.controls import can_be_template, make_control, needs_text, widget_for
from editor.panels.forms.field_spec import FieldSpec, Widget
from editor.panels.forms.preview import preview
from editor.panels.forms.text_controls import TextControl
from editor.panels.forms.values import as_text, is_template
from editor.panels.known_context import KnownContext
from editor.panels.plain_text import PlainLabel, tooltip
from editor.panels.value_text import short_value
from editor.theme import ICON_S, SPACE, TARGET, Theme, icon
from node_engine.models.json import JsonValue


class FieldRow(QWidget):
    """Shows and edits one value of a config.

    Signals:
        edited: the value became another.
        reset_wanted: the value shall be left out, so that the default counts.
    """

    edited = Signal(object)
    reset_wanted = Signal()

    def __init__(
        self,
        spec: FieldSpec,
        theme: Theme,
        keys: Keys,
        parent: QWidget | None = None,
        *,
        takes_templates: bool = True,
    ) -> None:
        super().__init__(parent)
        self.spec = spec
        self._can_be_template = takes_templates and can_be_template(spec)
        self._theme = theme
        self._keys = keys
        self._is_set = False
        self._value: JsonValue = spec.default
        self._unreadable = ""
        self._problem = ""
        self._wants_template = False
        self._has_mouse = False
        self._has_focus = False
        self._widget: Widget | None = None
        self._completing: Completing | None = None
        self.control: Control | None = None
        self.label = PlainLabel(spec.label, "secondary", self)
        self.badge = PlainLabel(self.tr("template"), "badge", self)
        self.template = self._button(self.tr("Use a template"), "braces")
        self.template.setCheckable(True)
        self.reset = self._button(self.tr("Use the default"), "undo")
        self.error = PlainLabel("", "error", self, wrap=True)
        self.hint = PlainLabel("", "warning", self, wrap=True)
        self.hint.hide()
        self.preview = PlainLabel("", "caption", self, wrap=True)
        """What the value becomes at the known moment."""
        self.preview.hide()
        self._known: KnownContext | None = None
        self._arrange()
        self.template.clicked.connect(self._on_template_clicked)
        self.reset.clicked.connect(self.reset_wanted)
        self.show_value(spec.default, is_set=False)

    def show_value(self, value: JsonValue, *, is_set: bool) -> None:
        """Show a value; `is_set` tells whether the config names it or it is the default."""
        self._value, self._is_set = value, is_set
        self._unreadable = ""
        self._use_control(value)
        self._show_state()
        self._show_preview()

    def show_problem(self, message: str) -> None:
        """Show what is wrong with the value, or nothing for an empty text."""
        self._problem = message
        self._show_state()

    def show_hint(self, message: str) -> None:
        """Show what may be wrong with the value, or nothing for an empty text."""
        self.hint.setText(message)
        self.hint.setVisible(bool(message))

    def set_known(self, known: KnownContext | None) -> None:
        """Complete templates and expressions over this context, and show what they become in it."""
        self._known = known
        self._show_preview()

    def _offers(self, before: str) -> Offers:
        if self._known is None:
            return NOTHING
        if self.spec.widget in (Widget.EXPRESSION, Widget.CONTEXT) and "{{" not in before:
            return offers_in_expression(before, self._known.value(), {})
        return offers_in_template(before, self._known.value())

    def _show_preview(self) -> None:
        step = None if self._known is None else self._known.step_number()
        words = ""
        if self._known is not None and isinstance(self._value, str) and not self._unreadable:
            is_told = is_template(self._value) or self.spec.widget in (Widget.EXPRESSION, Widget.CONTEXT)
            words = preview(self.spec.widget, self._value, self._known.value()) if is_told else ""
        shown = words if step is None or not words else self.tr("At step {0}: {1}").format(step, words)
        self.preview.setText(shown)
        self.preview.setVisible(bool(shown))

    def set_theme(self, theme: Theme) -> None:
        """Paint in the colours of another theme."""
        self._theme = theme
        self._paint_buttons()
        if self.control is not None:
            self.control.set_theme(theme)
        if self._completing is not None:
            self._completing.set_theme(theme)

    def set_has_focus(self, has_focus: bool) -> None:
        """Show the small buttons while the cursor is in the row."""
        if has_focus != self._has_focus:
            self._has_focus = has_focus
            self._show_state()

    def value(self) -> JsonValue:
        """The value shown."""
        return self._value

    def error_text(self) -> str:
        """What is said under the field."""
        return self._unreadable or self._problem

    def focus(self) -> None:
        """Put the cursor into the field."""
        if self.control is not None:
            (self.control.focusProxy() or self.control).setFocus()

    def _button(self, text: str, sign: str) -> QToolButton:
        button = QToolButton(self)
        policy = button.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        button.setSizePolicy(policy)
        button.setProperty("sign", sign)
        button.setFixedSize(TARGET, TARGET)
        button.setToolTip(text)
        button.setAccessibleName(f"{text}: {self.spec.label}")
        return button

    def _paint_buttons(self) -> None:
        for button in (self.template, self.reset):
            colour = self._theme.accent if button.isChecked() else self._theme.secondary
            button.setIcon(icon(str(button.property("sign")), colour, ICON_S))

    def _arrange(self) -> None:
        self._head = QHBoxLayout()
        self._head.setSpacing(SPACE)
        self._head.addWidget(self.label)
        self._head.addStretch(1)
        self._head.addWidget(self.reset)
        self._head.addWidget(self.template)
        self._head.addWidget(self.badge, 0, Qt.AlignmentFlag.AlignVCenter)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(SPACE // 2)
        self._column.addLayout(self._head)
        self._column.addWidget(self.error)
        self._column.addWidget(self.hint)
        self._column.addWidget(self.preview)
        self._explain()
        self._paint_buttons()

    def _explain(self) -> None:
        required = self.tr("Needed.") if self.spec.is_required else ""
        default = self._default_words()
        words = [self.spec.help, required, self.tr("Default: {0}").format(default) if default else ""]
        self.label.setToolTip(tooltip("\n".join(word for word in words if word)))
        self.reset.setToolTip(tooltip(self.tr("Use the default: {0}").format(default or self.tr("nothing"))))

    def _default_words(self) -> str:
        default = self.spec.default
        if default in (None, "", [], {}):
            return ""
        return as_text(default) if isinstance(default, str) else short_value(default)

    def _use_control(self, value: JsonValue) -> None:
        """Show the value in the control that can: the field's own, a text for a template, or JSON."""
        as_template = self._wants_template or (self._can_be_template and needs_text(self.spec, value))
        widget = None if as_template else widget_for(self.spec, value)
        if self.control is None or widget is not self._widget:
            self._widget = widget
            template = TextControl(self._theme, is_mono=True, is_loose=True)
            self._replace_control(
                template if widget is None else make_control(self.spec, widget, self._theme, self._keys)
            )
        self.template.setChecked(as_template)
        if self.control is not None:
            self.control.set_value(value)

    def _replace_control(self, control: Control) -> None:
        if self.control is not None:
            self._column.removeWidget(self.control)
            self._head.removeWidget(self.control)
            self.control.hide()
            self.control.deleteLater()
        self.control = control
        control.setParent(self)
        control.set_label(self.spec.label, self.spec.help)
        control.set_placeholder(self.spec.placeholder or self._default_words())
        control.edited.connect(self._on_edited)
        control.unreadable.connect(self._on_unreadable)
        self._completing = None
        if isinstance(control, TextControl):
            self._completing = Completing(control.edit, self._offers, self._theme)
        has_own_label = isinstance(control, BoolControl)
        self.label.setVisible(not has_own_label)
        if has_own_label:
            self._head.insertWidget(0, control)
        else:
            self._column.insertWidget(1, control)
        QWidget.setTabOrder(control, self.template)
        QWidget.setTabOrder(self.template, self.reset)
        control.show()

    def _show_state(self) -> None:
        error = self.error_text()
        self.error.setText(error)
        self.error.setVisible(bool(error))
        is_active = self._has_mouse or self._has_focus
        can_reset = self._is_set and not self.spec.is_required
        self.reset.setVisible(can_reset and is_active)
        self.template.setVisible(self._can_be_template and (is_active or self.template.isChecked()))
        shows_template = isinstance(self._value, str) and is_template(self._value)
        self.badge.setVisible(shows_template)
        self._paint_buttons()
        if self.control is not None:
            self.control.set_invalid(bool(error))

    def _on_edited(self, value: JsonValue) -> None:
        self._unreadable = ""
        self._value, self._is_set = value, True
        self._show_state()
        self._show_preview()
        self.edited.emit(value)

    def _on_unreadable(self, message: str) -> None:
        self._unreadable = message
        self._show_state()

    def _on_template_clicked(self, is_on: bool) -> None:
        self._wants_template = is_on
        if not is_on and is_template(self._value):
            self.reset_wanted.emit()
        else:
            self._use_control(self._value)
            self._show_state()
        self.focus()

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self._has_mouse = True
        self._show_state()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._has_mouse = False
        self._show_state()
