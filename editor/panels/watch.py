"""The Watch panel: expressions with their value at the shown moment and over the steps of the run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, Qt, QTimer, Signal
from PySide6.QtGui import QContextMenuEvent, QGuiApplication, QHideEvent, QKeyEvent, QKeySequence, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from editor.panels.answers import Watch
from editor.panels.empty_state import EmptyState
from editor.panels.expression_field import ExpressionField, breakpoint_names
from editor.panels.forms.values import as_text
from editor.panels.known_context import KnownContext
from editor.panels.line_delegate import LineDelegate
from editor.panels.line_model import LineModel
from editor.panels.spark import Block
from editor.panels.table import STRETCH, Table
from editor.panels.value_text import told_value
from editor.panels.watch_delegate import WatchDelegate
from editor.panels.watch_model import WatchModel
from editor.session.jobs import Jobs
from editor.session.run_model import RunModel
from editor.session.run_view import RunView
from editor.theme import GAP_S, ROW, SPACE, Theme
from node_engine.errors import NodeEngineError
from node_engine.models.json import JsonObject, JsonValue
from node_engine.models.run import StepState

_PAUSE_MS = 400
"""A run that goes on is asked this often."""
_WIDTHS = (5 * ROW, STRETCH, 5 * ROW)
_VALUE_WIDTHS = (2 * ROW, 4 * ROW, STRETCH)

_Moment = tuple[str, int, StepState | None, int]
"""A run and how far it is: its steps, the state of the last one, the edits after it."""


class WatchPanel(QWidget):
    """Signals: `expressions_changed` with the list of expressions after the person changed it."""

    expressions_changed = Signal(list)

    def __init__(
        self, run_model: RunModel, theme: Theme, watch: Watch | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._run_model = run_model
        self._watch = watch
        self._asked: dict[str, _Moment] = {}
        """For each expression: the moment that its values were asked at."""
        self._edited: str | None = None
        """The expression that is edited in the field; None while a new one is typed."""
        self._known: KnownContext | None = None
        self.jobs = Jobs(self)
        self.model = WatchModel(self)
        self.table = Table(self.model, WatchDelegate(theme), _WIDTHS, self.tr("Watch"), self, grows=True)
        self.field = ExpressionField(
            theme,
            self.tr("Expression to watch"),
            placeholder=self.tr("Expression, such as score"),
            names={name: text for name, text in breakpoint_names().items() if name in ("ctx", "key", "visit")},
            parent=self,
        )
        self.add = QPushButton(self.tr("Add"), self)
        columns = (
            (self.tr("Step"), lambda block: str(block.number)),
            (self.tr("Component"), self._key_of),
            (self.tr("Value from there on"), lambda block: "✕" if block.is_error else told_value(block.value)),
        )
        self.values: LineModel[Block] = LineModel(columns, self)
        self.values.align_right(0)
        delegate = LineDelegate(theme, _tone, mono=(2,), right=(0,))
        self.values_table = Table(self.values, delegate, _VALUE_WIDTHS, self.tr("Values over the run"), self)
        self._empty = EmptyState("eye", theme, self)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_PAUSE_MS)
        self._arrange()
        self._connect()
        self._show_what_there_is()

    def set_watch(self, watch: Watch | None) -> None:
        """Take the callable that evaluates an expression over a run."""
        self._watch = watch
        self._asked.clear()
        self._ask()

    def set_known(self, known: KnownContext) -> None:
        """Complete expressions over this context."""
        self.field.set_context(known.value)
        self._known = known
        known.changed.connect(self._show_now)

    def set_expressions(self, expressions: Sequence[str]) -> None:
        """Watch these expressions; tells nothing."""
        self.model.set_expressions(expressions)
        self._show_what_there_is()
        self._show_now()
        self._ask()

    def expressions(self) -> list[str]:
        """What is watched, in order."""
        return self.model.expressions()

    def set_theme(self, theme: Theme) -> None:
        """Paint in the colours of another theme."""
        for part in (self.table, self.values_table, self.field, self._empty):
            part.set_theme(theme)

    def empty_text(self) -> str:
        """What is said instead of the table, empty while there is a table."""
        return self._empty.text() if self._stack.currentWidget() is self._empty else ""

    def add_expression(self, expression: str) -> None:
        """Watch one more expression, if it is not there yet."""
        if expression not in self.expressions():
            self._change([*self.expressions(), expression])

    def _arrange(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(GAP_S, SPACE, GAP_S, SPACE)
        head.setSpacing(GAP_S)
        head.addWidget(self.field, 1)
        head.addWidget(self.add, 0, Qt.AlignmentFlag.AlignTop)
        self._split = QSplitter(Qt.Orientation.Vertical, self)
        self._split.setChildrenCollapsible(False)
        self._split.addWidget(self.table)
        self._split.addWidget(self.values_table)
        self._split.setStretchFactor(0, 3)
        self._split.setStretchFactor(1, 2)
        self.values_table.hide()
        self._stack = QStackedWidget(self)
        self._stack.addWidget(self._split)
        self._stack.addWidget(self._empty)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self._stack, 1)

    def _connect(self) -> None:
        self.add.clicked.connect(self._on_add)
        self.field.accepted.connect(self._on_add)
        self.field.escaped.connect(self._on_escaped)
        self._timer.timeout.connect(self._ask)
        self.table.row_chosen.connect(self._show_values)
        self.table.doubleClicked.connect(self._on_edit)
        self.table.activated.connect(self._on_edit)
        self.values_table.row_chosen.connect(self._on_value_chosen)
        self.model.dataChanged.connect(self._on_data_changed)
        self.model.modelReset.connect(self._show_values)
        self.jobs.failed.connect(self._on_failed)
        self.jobs.ended.connect(self._on_ended)
        self._run_model.shown_changed.connect(self._on_shown_changed)
        self._run_model.run_changed.connect(self._on_run_changed)

    def _key_of(self, block: Block) -> str:
        run = self._run_model.shown
        step = None if run is None else run.step(block.number)
        return "" if step is None else step.key

    def _ask(self) -> None:
        """Ask for what is not known, while somebody looks."""
        run, watch = self._run_model.shown, self._watch
        if run is None or watch is None or not self.isVisible():
            return
        if self._known is not None and self.model.rowCount():
            self._known.value()
        for expression in self.model.expressions():
            job, moment = f"watch {expression}", _moment_of(run)
            if (
                run.steps
                and self._asked.get(expression) != moment
                and self.jobs.start(job, self._load(watch, run, expression))
            ):
                self._asked[expression] = moment

    async def _load(self, watch: Watch, run: RunView, expression: str) -> None:
        values = await watch(run.id, expression)
        if self._run_model.shown is run:
            self.model.set_values(expression, values)

    def _show_now(self) -> None:
        """A paused run that was edited by hand has values that no step wrote: work them out here."""
        known, run = self._known, self._run_model.shown
        if known is None or run is None or run.paused is None or not known.stands_edited():
            self.model.set_now({})
            return
        context, step = known.value(), known.step_number() or 0
        self.model.set_now({text: _value_now(text, context, step) for text in self.expressions()})

    def _on_failed(self, name: str, message: str) -> None:
        self.model.set_values(name.removeprefix("watch "), None, message)

    def _on_ended(self, _name: str) -> None:
        if not self._timer.isActive():
            self._timer.start()

    def _on_shown_changed(self) -> None:
        run = self._run_model.shown
        if run is None or any(asked[0] != run.id for asked in self._asked.values()):
            self._asked.clear()
            self.model.forget()
        self.model.set_step(self._run_model.shown_step)
        self._show_what_there_is()
        self._ask()

    def _on_run_changed(self, run_id: str) -> None:
        run = self._run_model.shown
        if run is None or run.id != run_id:
            return
        if run.paused is None:
            self.model.set_now({})
        if not self._timer.isActive():
            self._timer.start()

    def _show_what_there_is(self) -> None:
        self._stack.setCurrentWidget(self._split if self.model.rowCount() else self._empty)
        if self._run_model.shown is None:
            self._empty.say(self.tr("Type an expression above: its value after each step of a run is shown here."), "")
        else:
            self._empty.say(self.tr("Type an expression above to see its value after each step of this run."), "")

    def _show_values(self) -> None:
        """List the values of the current row below."""
        one = self.model.row(self.table.currentIndex().row())
        blocks = [] if one is None else list(one.spark.blocks)
        self.values_table.setVisible(len(blocks) > 1)
        if blocks != list(self.values.records()):
            self.values.put(blocks)
        number = self._run_model.shown_step
        rows = [row for row, block in enumerate(blocks) if number is None or block.number <= number]
        self.values_table.select_row(rows[-1] if rows else -1)

    def _on_data_changed(self) -> None:
        self._show_values()

    def _on_value_chosen(self, row: int) -> None:
        block = self.values.record(row)
        if block is not None:
            self._run_model.show_step(block.number)

    def _change(self, expressions: list[str]) -> None:
        self.set_expressions(expressions)
        self.expressions_changed.emit(self.expressions())

    def _on_add(self) -> None:
        text = self.field.text().strip()
        if not text or self.field.show_problem():
            return
        known = self.expressions()
        if self._edited in known:
            known[known.index(self._edited)] = text
        elif text not in known:
            known.append(text)
        self._leave_field()
        self._change(list(dict.fromkeys(known)))
        self.table.select_row(self.expressions().index(text))
        self._show_values()

    def _leave_field(self) -> None:
        self._edited = None
        self.field.set_text("")
        self.add.setText(self.tr("Add"))

    def _on_escaped(self) -> None:
        self._leave_field()
        self.table.setFocus()

    def _on_edit(self, index: QModelIndex) -> None:
        one = self.model.row(index.row())
        if one is not None:
            self._edited = one.expression
            self.field.set_text(one.expression)
            self.field.edit.selectAll()
            self.field.edit.setFocus()
            self.add.setText(self.tr("Change"))

    def _edit_current(self) -> None:
        self._on_edit(self.table.currentIndex())

    def _remove(self) -> None:
        row = self.table.currentIndex().row()
        if self.model.row(row) is not None:
            expressions = self.expressions()
            del expressions[row]
            self._change(expressions)
            self.table.select_row(min(row, len(expressions) - 1))

    def _copy(self) -> None:
        value = self.model.value_at(self.table.currentIndex().row())
        if value is not None:
            QGuiApplication.clipboard().setText(value.error or as_text(value.value))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and self.focusWidget() is self.table:
            self._remove()
        elif key == Qt.Key.Key_F2 and self.focusWidget() is self.table:
            self._edit_current()
        elif key == Qt.Key.Key_Insert:
            self.field.edit.setFocus()
        elif event.matches(QKeySequence.StandardKey.Copy):
            self._copy()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if not self.table.currentIndex().isValid() or not self.table.underMouse():
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for text, command in (
            (self.tr("Edit…"), self._edit_current),
            (self.tr("Copy the value"), self._copy),
            (self.tr("Remove"), self._remove),
        ):
            menu.addAction(text).triggered.connect(command)
        menu.popup(event.globalPos())

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._ask()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._timer.stop()


@dataclass(frozen=True, slots=True)
class _ValueNow:
    """A value that was worked out here."""

    step: int
    value: JsonValue
    error: str | None = None


def _value_now(expression: str, context: JsonObject, step: int) -> _ValueNow:
    from node_engine.engine.expressions import evaluate  # not needed before a paused run is edited

    try:
        return _ValueNow(step, evaluate(expression, context))
    except NodeEngineError as error:
        return _ValueNow(step, None, str(error))


def _moment_of(run: RunView) -> _Moment:
    last = run.steps[-1] if run.steps else None
    return (run.id, run.step_count, last.state if last else None, len(last.edits) if last else 0)


def _tone(theme: Theme, record: object, column: int) -> str:
    if isinstance(record, Block) and record.is_error:
        return theme.failed
    return theme.text if column == 2 else theme.secondary
