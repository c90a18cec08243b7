"""The Flow tab: where a component leads, what follows a failure, retries, time limit, whether it runs, a note."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QVBoxLayout, QWidget

from editor.document.document import Document
from editor.document.editing import UNSET, DocumentEditor
from editor.panels.forms.field_row import FieldRow
from editor.panels.forms.field_spec import FieldSpec, Widget
from editor.panels.plain_text import Line, PlainLabel
from editor.theme import GAP, GAP_S, SPACE, Theme
from node_engine.analysis.ports import ERROR, Port
from node_engine.errors import NodeEngineError
from node_engine.models.flow import FlowComponent, GoTo
from node_engine.models.ids import EXIT
from node_engine.models.json import JsonValue

_STOP, _CONTINUE, _GO_TO = "stop the flow", "go on with the next", "go to another component"


class FlowOptions(QWidget):
    """Edits the fields that every component has."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._document: Document | None = None
        self._editor: DocumentEditor | None = None
        self._key = ""
        self._specs: tuple[FieldSpec, ...] = ()
        self.rows: dict[str, FieldRow] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(GAP - SPACE)
        self._column.addStretch(1)
        self._headings: list[QWidget] = []

    def set_theme(self, theme: Theme) -> None:
        """Paint in the colours of another theme."""
        self._theme = theme
        for row in self.rows.values():
            row.set_theme(theme)

    def show_component(self, document: Document, editor: DocumentEditor, key: str) -> None:
        """Show the options of a component."""
        is_other = key != self._key or document is not self._document
        self._document, self._editor, self._key = document, editor, key
        component = document.component(key)
        ports = [port for port in document.ports(key) if port.name != ERROR]
        specs = (*(self._port_spec(port) for port in ports), *self._option_specs(component))
        if is_other or specs != self._specs:
            self._rebuild(specs, len(ports))
        for port in ports:
            self._show(f"port {port.path}", port.target, is_set=port.target is not None)
        for name, value in _option_values(component).items():
            if name in self.rows:
                self._show(name, value, is_set=value is not None)

    def _show(self, name: str, value: JsonValue, *, is_set: bool) -> None:
        row = self.rows[name]
        row.show_value(row.spec.default if value is None else value, is_set=is_set)
        row.show_problem(self._missing(value) if name.startswith("port ") or name == "go_to" else "")

    def _missing(self, value: JsonValue) -> str:
        document = self._document
        if not isinstance(value, str) or value == EXIT or document is None or document.has(value) or "{{" in value:
            return ""
        return self.tr("The flow has no component “{0}”.").format(value)

    def _port_spec(self, port: Port) -> FieldSpec:
        label = self.tr("Next") if port.name == "next" else self.tr("When “{0}”").format(port.label or port.name)
        return FieldSpec(f"port {port.path}", label, "", Widget.KEY, placeholder=self._unset_words(port))

    def _unset_words(self, port: Port) -> str:
        following = None if self._document is None else self._document.following(self._key)
        if port.unset == "following":
            return self.tr("{0}, the following one").format(following) if following else self.tr("the flow ends")
        return self.tr("the flow fails") if port.unset == "error" else self.tr("the flow ends")

    def _option_specs(self, component: FlowComponent) -> tuple[FieldSpec, ...]:
        specs = [
            FieldSpec("on_error", self.tr("On error"), "", Widget.CHOICE, _STOP, choices=(_STOP, _CONTINUE, _GO_TO)),
        ]
        if isinstance(component.on_error, GoTo):
            specs.append(FieldSpec("go_to", self.tr("Go to"), "", Widget.KEY))
        times = self.tr("Extra tries after a failure.")
        specs.append(FieldSpec("retry.times", self.tr("Retry"), times, Widget.INTEGER, 0, False, 0, 100, unit="times"))
        if component.retry is not None and component.retry.times:
            delay, growth = (
                self.tr("Before the first extra try."),
                self.tr("Each wait is so many times the one before."),
            )
            specs += [
                _number("retry.delay_s", self.tr("Wait before a retry"), delay, 0.0, (0, 3_600), "s"),
                _number("retry.backoff", self.tr("Waits grow by"), growth, 1.0, (1, 10), "×"),
            ]
        specs += [
            _number("timeout_s", self.tr("Time limit"), "", None, (0, None), "s"),
            FieldSpec("enabled", self.tr("Enabled"), self.tr("A disabled one is passed over."), Widget.BOOL, True),
            FieldSpec(
                "note", self.tr("Note"), "", Widget.MULTILINE, "", placeholder=self.tr("What to know of this step")
            ),
        ]
        return tuple(specs)

    def _rebuild(self, specs: tuple[FieldSpec, ...], port_count: int) -> None:
        kept = {spec.name: self.rows[spec.name] for spec in specs if spec in self._specs}
        for old in (*self.rows.values(), *self._headings):
            self._column.removeWidget(old)
            if old not in kept.values():
                old.hide()
                old.deleteLater()
        self.rows, self._headings, self._specs = {}, [], specs
        for place, spec in enumerate(specs):
            if place == port_count:
                self._add_heading(self.tr("When it goes wrong"))
            elif spec.name == "enabled":
                self._add_heading("")
            row = kept.get(spec.name) or self._make_row(spec)
            self.rows[spec.name] = row
            self._add(row)

    def _make_row(self, spec: FieldSpec) -> FieldRow:
        row = FieldRow(spec, self._theme, self._keys, self, takes_templates=False)
        row.edited.connect(self._on_edited)
        row.reset_wanted.connect(self._on_reset_wanted)
        return row

    def _add_heading(self, text: str) -> None:
        made: list[QWidget] = []
        if self.rows:
            line = QWidget(self)
            space = QVBoxLayout(line)
            space.setContentsMargins(0, GAP_S, 0, GAP_S)
            space.addWidget(Line(line))
            made.append(line)
        if text:
            made.append(PlainLabel(text, "section", self))
        for widget in made:
            self._headings.append(widget)
            self._add(widget)

    def _add(self, widget: QWidget) -> None:
        self._column.insertWidget(self._column.count() - 1, widget)
        widget.show()

    def _keys(self) -> list[str]:
        keys = [] if self._document is None else self._document.keys()
        return [key for key in keys if key != self._key]

    def _try(self, change: Callable[[], object], row: FieldRow) -> None:
        try:
            change()
        except NodeEngineError as error:
            row.show_problem(str(error))

    def _on_edited(self, value: JsonValue) -> None:
        row, editor, key = self.sender(), self._editor, self._key
        if not isinstance(row, FieldRow) or editor is None:
            return
        name = row.spec.name
        if name.startswith("port "):
            self._connect(row, name.removeprefix("port "), value)
        elif name == "on_error":
            self._set_on_error(row, value)
        elif name == "go_to":
            self._try(lambda: editor.connect(key, ERROR, str(value or "")), row)
        elif name == "enabled":
            self._try(lambda: editor.set_enabled([key], value is not False), row)
        elif value in (None, "") or (name == "retry.times" and value == 0):
            self._try(lambda: editor.set_field(key, name.split(".")[0], UNSET), row)
        else:
            self._try(lambda: editor.set_field(key, name, value), row)

    def _connect(self, row: FieldRow, path: str, target: JsonValue) -> None:
        editor, key = self._editor, self._key
        if editor is None:
            return
        if isinstance(target, str) and target:
            problem = self._missing(target)
            row.show_problem(problem)
            if not problem:
                self._try(lambda: editor.connect(key, path, target), row)
        else:
            self._try(lambda: editor.set_field(key, path, UNSET), row)

    def _set_on_error(self, row: FieldRow, value: JsonValue) -> None:
        editor, key, document = self._editor, self._key, self._document
        if editor is None or document is None:
            return
        if value == _GO_TO:
            self._try(lambda: editor.connect(key, ERROR, document.following(key) or EXIT), row)
        else:
            self._try(lambda: editor.set_options(key, on_error="continue" if value == _CONTINUE else None), row)

    def _on_reset_wanted(self) -> None:
        row, editor, key = self.sender(), self._editor, self._key
        if isinstance(row, FieldRow) and editor is not None:
            field = row.spec.name.removeprefix("port ").split(".")[0] if "retry" in row.spec.name else row.spec.name
            path = field.removeprefix("port ")
            self._try(lambda: editor.set_field(key, "on_error" if path == "go_to" else path, UNSET), row)


def _number(
    name: str, label: str, help_text: str, default: float | None, limits: tuple[float, float | None], unit: str
) -> FieldSpec:
    low, high = limits
    placeholder = "" if default is not None else "none"
    return FieldSpec(
        name, label, help_text, Widget.NUMBER, default, False, low, high, unit=unit, placeholder=placeholder, step=1.0
    )


def _option_values(component: FlowComponent) -> dict[str, JsonValue]:
    policy, retry = component.on_error, component.retry
    words = {"stop": _STOP, "continue": _CONTINUE}
    return {
        "on_error": _GO_TO if isinstance(policy, GoTo) else words.get(policy) if policy is not None else None,
        "go_to": policy.go_to if isinstance(policy, GoTo) else None,
        "retry.times": None if retry is None else retry.times,
        "retry.delay_s": None if retry is None else retry.delay_s,
        "retry.backoff": None if retry is None else retry.backoff,
        "timeout_s": component.timeout_s,
        "enabled": component.enabled,
        "note": component.note,
    }
