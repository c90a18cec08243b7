"""The form of a component's config, made from its description; nothing of the config is ever lost."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QApplication, QPushButton, QVBoxLayout, QWidget

from editor.panels.forms.choice_controls import KeyControl, Keys
from editor.panels.forms.field_row import FieldRow
from editor.panels.forms.field_spec import FieldSpec, Widget, fields_of
from editor.panels.known_context import KnownContext
from editor.panels.plain_text import PlainLabel
from editor.theme import GAP, SPACE, Theme
from node_engine.models.description import ComponentDescription
from node_engine.models.json import JsonObject, JsonValue

_HINT_PAUSE_MS = 200
"""Checking a whole flow for every key that is pressed would make typing slow."""
Validate = Callable[[str, JsonObject], Sequence[tuple[str, str]]]
"""Answers what is wrong with the config of the component named: pairs of field path and message."""


def no_validation(_name: str, _config: JsonObject) -> Sequence[tuple[str, str]]:
    """Find nothing wrong; for forms without an engine."""
    return ()


class ConfigForm(QWidget):
    """Fields for a config.

    Signals:
        field_edited: name of the field, and its new value.
        field_reset: name of the field whose value shall be left out.
        field_left: the cursor left a field.
    """

    field_edited = Signal(str, object)
    field_reset = Signal(str)
    field_left = Signal()

    def __init__(
        self, theme: Theme, keys: Keys, validate: Validate = no_validation, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._keys = keys
        self._validate = validate
        self._find_hints: Validate = no_validation
        self._known: KnownContext | None = None
        self._hint_pause = QTimer(self)
        self._hint_pause.setSingleShot(True)
        self._hint_pause.setInterval(_HINT_PAUSE_MS)
        self._hint_pause.timeout.connect(self.show_hints)
        self._name = ""
        self._specs: tuple[FieldSpec, ...] = ()
        self._config: JsonObject = {}
        self.rows: dict[str, FieldRow] = {}
        self._note = PlainLabel("", "secondary", self, wrap=True)
        self._error = PlainLabel("", "error", self, wrap=True)
        self.more = QPushButton(self.tr("More settings"), self)
        self.more.setProperty("kind", "link")
        self.more.setCheckable(True)
        self.more.toggled.connect(self._show_more)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(GAP - SPACE)
        self._column.addWidget(self._note)
        self._column.addWidget(self.more, 0, Qt.AlignmentFlag.AlignLeft)
        self._column.addWidget(self._error)
        self._column.addStretch(1)
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._on_focus_changed)

    def set_validate(self, validate: Validate) -> None:
        """Ask somebody else what is wrong with a config."""
        self._validate = validate
        self._show_problems()

    def set_hints(self, find_hints: Validate) -> None:
        """Ask somebody else what may be wrong with a config."""
        self._find_hints = find_hints

    def set_known(self, known: KnownContext | None) -> None:
        """Complete templates and expressions over this context, and show what they become in it."""
        if self._known is not None:
            self._known.changed.disconnect(self._on_known_changed)
        self._known = known
        if known is not None:
            known.changed.connect(self._on_known_changed)
        self._on_known_changed()

    def _on_known_changed(self) -> None:
        for row in self.rows.values():
            row.set_known(self._known)

    def show_hints(self) -> None:
        """Ask now what may be wrong and show it; otherwise that is done a moment after the last change."""
        self._hint_pause.stop()
        found = self._find_hints(self._name, self._config) if self._name else ()
        hints = {_field_name(path, self.rows): text for path, text in found}
        for name, row in self.rows.items():
            row.show_hint("" if row.error_text() else hints.get(name, ""))

    def set_theme(self, theme: Theme) -> None:
        """Paint in the colours of another theme."""
        self._theme = theme
        for row in self.rows.values():
            row.set_theme(theme)

    def show_config(self, name: str, config: JsonObject, description: ComponentDescription | None) -> None:
        """Show a config of a component class; rows that stay keep their cursor."""
        specs = self._specs_for(config, description)
        if name != self._name or specs != self._specs:
            self._rebuild(specs)
        self._name, self._specs, self._config = name, specs, config
        for spec in specs:
            row = self.rows[spec.name]
            row.show_value(config.get(spec.name, spec.default), is_set=spec.name in config)
        self._note.setText(self._note_for(name, description, bool(specs)))
        self._note.setVisible(bool(self._note.text()))
        self._show_problems()

    def start_over(self) -> None:
        """Forget the rows, so that the next component gets fresh ones."""
        self._rebuild(())
        self._specs = ()
        self._name = ""

    def focus_field(self, name: str) -> bool:
        """Put the cursor into a field; False when there is none of that name."""
        row = self.rows.get(name)
        if row is not None:
            self.more.setChecked(self.more.isChecked() or row.spec.is_advanced)
            row.focus()
        return row is not None

    def refresh_keys(self) -> None:
        """Offer the component keys as they are now."""
        for row in self.rows.values():
            if isinstance(row.control, KeyControl):
                row.control.refresh_keys()

    def errors(self) -> Mapping[str, str]:
        """What is said under the fields, by field."""
        return {name: row.error_text() for name, row in self.rows.items() if row.error_text()}

    def _specs_for(self, config: JsonObject, description: ComponentDescription | None) -> tuple[FieldSpec, ...]:
        known = fields_of(description)
        names = {spec.name for spec in known}
        allows_more = description is not None and description.config_schema.get("additionalProperties") is True
        help_text = "" if description is None or allows_more else self.tr("Not a field of this component. It is kept.")
        extra = (FieldSpec(name, name, help_text, Widget.JSON) for name in config if name not in names)
        return (*known, *extra)

    def _note_for(self, name: str, description: ComponentDescription | None, has_fields: bool) -> str:
        if description is None:
            return self.tr("The component “{0}” is not known here. Its config is kept as it is.").format(name)
        if description.problem:
            return description.problem
        return "" if has_fields else self.tr("This component has nothing to set.")

    def _rebuild(self, specs: Sequence[FieldSpec]) -> None:
        for row in self.rows.values():
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        self.rows = {}
        for place, spec in enumerate(sorted(specs, key=lambda one: one.is_advanced), 1):
            row = FieldRow(spec, self._theme, self._keys, self)
            row.set_known(self._known)
            row.edited.connect(self._on_edited)
            row.reset_wanted.connect(self._on_reset_wanted)
            self.rows[spec.name] = row
            self._column.insertWidget(place + 1 if spec.is_advanced else place, row)
            row.show()
        self.more.setVisible(any(spec.is_advanced for spec in specs))
        self._show_more(self.more.isChecked())

    def _show_more(self, is_shown: bool) -> None:
        for row in self.rows.values():
            if row.spec.is_advanced:
                row.setVisible(is_shown)
        self.more.setText(self.tr("Fewer settings") if is_shown else self.tr("More settings"))

    def _on_edited(self, value: JsonValue) -> None:
        row = self.sender()
        if isinstance(row, FieldRow):
            self._config = {**self._config, row.spec.name: value}
            self._show_problems()
            self.field_edited.emit(row.spec.name, value)

    def _on_reset_wanted(self) -> None:
        row = self.sender()
        if isinstance(row, FieldRow):
            self.field_reset.emit(row.spec.name)

    def _on_focus_changed(self, before: QWidget | None, now: QWidget | None) -> None:
        for row in self.rows.values():
            has_it = now is not None and row.isAncestorOf(now)
            if before is not None and not has_it and row.isAncestorOf(before):
                self.field_left.emit()
            row.set_has_focus(has_it)

    def _show_problems(self) -> None:
        found: dict[str, list[str]] = {}
        for path, message in self._validate(self._name, self._config) if self._name else ():
            found.setdefault(_field_name(path, self.rows), []).append(message)
        for name, row in self.rows.items():
            row.show_problem("\n".join(found.pop(name, ())))
        rest = [message for messages in found.values() for message in messages]
        self._hint_pause.start()
        self._error.setText("\n".join(rest))
        self._error.setVisible(bool(rest))


def _field_name(path: str, rows: Mapping[str, FieldRow]) -> str:
    """The field that a path of the validation belongs to: "config.rows[0].name" is in the field "rows"."""
    name = path.removeprefix("config.")
    if name in rows:
        return name
    return name.replace("[", ".").split(".", 1)[0]
