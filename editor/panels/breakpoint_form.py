"""The fields of one breakpoint: place, condition, hits, what it does. Only the fields of the chosen place are shown."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QCheckBox, QHBoxLayout, QLineEdit, QSpinBox, QVBoxLayout, QWidget

from editor.panels.expression_field import Context, ExpressionField, breakpoint_names
from editor.panels.forms.choice_controls import Chooser, KeyControl
from editor.panels.plain_text import PlainLabel
from editor.theme import FIELD, GAP, GAP_XL, PANEL_RIGHT, ROW, SPACE, Theme
from node_engine.models.breakpoint import BreakPlace, Breakpoint, HitKind

PortNames = Callable[[str], Sequence[tuple[str, str]]]
"""Answers the ways out of a component by its key: pairs of name and label."""
_HIT_KINDS = (None, HitKind.EXACTLY, HitKind.FROM, HitKind.EVERY)
_NEEDS_KEY = frozenset({BreakPlace.BEFORE, BreakPlace.AFTER, BreakPlace.WIRE})
_MOST_HITS = 999_999


class BreakpointForm(QWidget):
    """Edits a breakpoint without storing it.

    Signals:
        edited: a field became another.
        paused: the person made an edit and stopped typing for a moment.
    """

    edited = Signal()
    paused = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._keys: Sequence[str] = ()
        self._ports: PortNames = lambda _key: ()
        self._port_names: list[str | None] = [None]
        self._shown: Breakpoint | None = None
        self.place = Chooser(self)
        self.component = KeyControl(lambda: self._keys, "", self, has_exit=False)
        self.port = Chooser(self)
        self.path = ExpressionField(theme, self.tr("Value"), placeholder="order.total", check=_no_check, parent=self)
        self.event_name = QLineEdit(self)
        self.condition = ExpressionField(
            theme,
            self.tr("Condition"),
            placeholder=self.tr("always"),
            names=breakpoint_names(),
            parent=self,
        )
        self.hit_kind = Chooser(self)
        self.hit_count = QSpinBox(self)
        self.then = Chooser(self)
        self.message = ExpressionField(
            theme,
            self.tr("Message"),
            placeholder="score={score} visit={visit}",
            check=_no_check,
            names=breakpoint_names(),
            in_braces=True,
            parent=self,
        )
        self.once = QCheckBox(self.tr("Remove after the first hit"), self)
        self.answer = PlainLabel("", "secondary", self, wrap=True)
        """What the breakpoint would have done."""
        self._problems: dict[QWidget, PlainLabel] = {}
        self._boxes: dict[QWidget, QWidget] = {}
        self._fill_choices()
        self._arrange()
        self._connect()

    def set_context(self, context: Context) -> None:
        """Complete over this context."""
        for field in (self.condition, self.message, self.path):
            field.set_context(context)

    def set_flow(self, keys: Sequence[str], ports: PortNames) -> None:
        """Offer these components and their ways out."""
        self._keys, self._ports = keys, ports
        self.component.refresh_keys()

    def set_theme(self, theme: Theme) -> None:
        """Paint in the colours of another theme."""
        for field in (self.condition, self.message, self.path):
            field.set_theme(theme)

    def show_breakpoint(self, one: Breakpoint) -> None:
        """Show a breakpoint to be edited."""
        self._shown = None
        self.place.setCurrentIndex(list(BreakPlace).index(one.place))
        self.component.set_value(one.component_key)
        self._offer_ports(one.port)
        self.path.set_text(one.path or "")
        self.event_name.setText(one.event or "")
        self.condition.set_text(one.condition or "")
        rule = one.hit_rule
        self.hit_kind.setCurrentIndex(0 if rule is None else _HIT_KINDS.index(rule[0]))
        self.hit_count.setValue(1 if rule is None else rule[1])
        self.then.setCurrentIndex(0 if one.log is None else 1)
        self.message.set_text(one.log or "")
        self.once.setChecked(one.once)
        self._shown = one
        for field, problem in self._problems.items():
            problem.hide()
            _mark(field, is_invalid=False)
        self._show_fields()

    def draft(self) -> Breakpoint | None:
        """The breakpoint as the fields say it; None while something is wrong or missing."""
        if self._shown is None or self.missing() or self.condition.problem():
            return None
        place = list(BreakPlace)[self.place.currentIndex()]
        key = self.component.value()
        kind = _HIT_KINDS[self.hit_kind.currentIndex()]
        return Breakpoint(
            id=self._shown.id,
            flow_key=self._shown.flow_key,
            place=place,
            component_key=key if isinstance(key, str) else None,
            port=self._port_names[max(0, self.port.currentIndex())] if place is BreakPlace.WIRE else None,
            path=self.path.text().strip() or None if place is BreakPlace.CHANGE else None,
            event=self.event_name.text().strip() or None if place is BreakPlace.EVENT else None,
            condition=self.condition.text().strip() or None,
            hits=None if kind is None else f"{kind} {self.hit_count.value()}",
            log=self.message.text().strip() or None if self.then.currentIndex() else None,
            once=self.once.isChecked(),
            enabled=self._shown.enabled,
        )

    def missing(self) -> dict[QWidget, str]:
        """The fields that the place needs and that are empty, with what to do."""
        place = list(BreakPlace)[max(0, self.place.currentIndex())]
        found: dict[QWidget, str] = {}
        if place in _NEEDS_KEY and not self.component.value():
            found[self.component] = self.tr("Choose the component.")
        elif self.component.value() and self._keys and self.component.value() not in self._keys:
            found[self.component] = self.tr("The flow has no component of this key.")
        if place is BreakPlace.CHANGE and not self.path.text().strip():
            found[self.path] = self.tr("Type the path of a value in the context, such as order.total.")
        if place is BreakPlace.EVENT and not self.event_name.text().strip():
            found[self.event_name] = self.tr("Type the name of the event, such as progress.")
        if self.then.currentIndex() and not self.message.text().strip():
            found[self.message] = self.tr("Type what shall be logged; {score} puts a value in.")
        return found

    def show_problems(self) -> bool:
        """Say at each field what is wrong, and go to the first; False when all is well."""
        missing = self.missing()
        for field, label in self._problems.items():
            label.setText(missing.get(field, ""))
            label.setVisible(field in missing)
            _mark(field, is_invalid=field in missing)
        is_unreadable = self.condition.show_problem()
        first = next(iter(missing), self.condition if is_unreadable else None)
        if first is not None:
            (first.focusProxy() or first).setFocus()
        return first is not None

    def _fill_choices(self) -> None:
        places = (
            self.tr("Before a component"),
            self.tr("After a component"),
            self.tr("On a wire"),
            self.tr("On an error"),
            self.tr("When a value changes"),
            self.tr("On an event"),
        )
        kinds = (self.tr("Every time"), self.tr("Only at hit"), self.tr("From hit"), self.tr("Every so many hits"))
        self.place.addItems(list(places))
        self.hit_kind.addItems(list(kinds))
        self.then.addItems([self.tr("Stop the run"), self.tr("Log a message and go on")])
        self.hit_count.setRange(1, _MOST_HITS)
        self.hit_count.setFixedWidth(2 * ROW + GAP)
        self.hit_count.setAccessibleName(self.tr("Number of hits"))
        self.event_name.setPlaceholderText("progress")

    def _arrange(self) -> None:
        where, when = QVBoxLayout(), QVBoxLayout()
        hits = QWidget(self)
        row = QHBoxLayout(hits)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE)
        row.addWidget(self.hit_kind, 1)
        row.addWidget(self.hit_count)
        for column, fields in (
            (
                where,
                (
                    (self.place, self.tr("Place")),
                    (self.component, self.tr("Component")),
                    (self.port, self.tr("Way out")),
                    (self.path, self.tr("Value")),
                    (self.event_name, self.tr("Event")),
                ),
            ),
            (
                when,
                (
                    (self.condition, self.tr("If")),
                    (hits, self.tr("Hits")),
                    (self.then, self.tr("Then")),
                    (self.message, self.tr("Message")),
                ),
            ),
        ):
            column.setSpacing(GAP - SPACE)
            for field, label in fields:
                column.addWidget(self._box(field, label))
        when.addWidget(self.once)
        where.addWidget(self.answer)
        where.addStretch(1)
        when.addStretch(1)
        self._columns = QBoxLayout(QBoxLayout.Direction.TopToBottom, self)
        self._columns.setContentsMargins(0, 0, 0, 0)
        self._columns.setSpacing(GAP)
        self._columns.addLayout(where, 1)
        self._columns.addLayout(when, 1)

    def _box(self, field: QWidget, label: str) -> QWidget:
        """A field under its label and over what is wrong with it."""
        box = QWidget(self)
        column = QVBoxLayout(box)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE // 2)
        column.addWidget(PlainLabel(label, "secondary", box))
        column.addWidget(field)
        problem = PlainLabel("", "error", box, wrap=True)
        problem.hide()
        column.addWidget(problem)
        (field.focusProxy() or field).setAccessibleName(label)
        if field is self.component:
            self.component.set_label(label, "")
        field.setMinimumHeight(FIELD)
        self._problems[field], self._boxes[field] = problem, box
        return box

    def _connect(self) -> None:
        self.place.currentIndexChanged.connect(self._on_place_changed)
        self.component.edited.connect(self._on_component_edited)
        for chooser in (self.port, self.hit_kind, self.then):
            chooser.currentIndexChanged.connect(self._on_edited)
        self.hit_count.valueChanged.connect(self._on_edited)
        self.event_name.textEdited.connect(self._on_edited)
        self.once.clicked.connect(self._on_edited)
        for field in (self.path, self.condition, self.message):
            field.typed.connect(self.edited)
            field.paused.connect(self.paused)

    def _offer_ports(self, port: str | None) -> None:
        key = self.component.value()
        known = list(self._ports(key)) if isinstance(key, str) else []
        if port is not None and all(port != name for name, _ in known):
            known.append((port, port))
        self._port_names = [None, *(name for name, _ in known)]
        self.port.clear()
        self.port.addItems([self.tr("Every way out"), *(label or name for name, label in known)])
        self.port.setCurrentIndex(self._port_names.index(port))

    def _show_fields(self) -> None:
        place = list(BreakPlace)[max(0, self.place.currentIndex())]
        needs_key = place in _NEEDS_KEY
        self.component.set_placeholder(self.tr("choose a component") if needs_key else self.tr("any component"))
        self._boxes[self.port].setVisible(place is BreakPlace.WIRE)
        self._boxes[self.path].setVisible(place is BreakPlace.CHANGE)
        self._boxes[self.event_name].setVisible(place is BreakPlace.EVENT)
        self._boxes[self.message].setVisible(self.then.currentIndex() == 1)
        self.hit_count.setVisible(self.hit_kind.currentIndex() > 0)

    def _on_place_changed(self) -> None:
        self._on_edited()

    def _on_component_edited(self) -> None:
        self._offer_ports(None)
        self._on_edited()

    def _on_edited(self) -> None:
        if self._shown is None:
            return
        self._show_fields()
        for field, label in self._problems.items():
            if not label.isHidden() and field not in self.missing():
                label.hide()
                _mark(field, is_invalid=False)
        self.edited.emit()
        self.paused.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        is_wide = self.width() >= PANEL_RIGHT + 4 * ROW
        direction = QBoxLayout.Direction.LeftToRight if is_wide else QBoxLayout.Direction.TopToBottom
        self._columns.setDirection(direction)
        self._columns.setSpacing(GAP_XL if is_wide else GAP)


def _mark(field: QWidget, *, is_invalid: bool) -> None:
    """Give a field a red border, or take it away."""
    inner = field.focusProxy() or field
    if not isinstance(field, ExpressionField | KeyControl | QLineEdit) or bool(inner.property("invalid")) == is_invalid:
        return
    inner.setProperty("invalid", is_invalid)
    inner.style().unpolish(inner)
    inner.style().polish(inner)


def _no_check(_text: str) -> str:
    return ""
