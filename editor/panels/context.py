"""The Context panel: what the shown step changed, or the whole context after it."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QKeySequence, QShowEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QSplitter, QStackedLayout, QVBoxLayout, QWidget

from editor.panels.answers import FindWriters
from editor.panels.context_edits import EditHistory, add_value, edited_paths, remove_value, replace_value
from editor.panels.empty_state import EmptyState
from editor.panels.moment_loader import Moment, MomentLoader, StateAt
from editor.panels.plain_text import ElidedLabel, PlainLabel
from editor.panels.state_model import StateModel
from editor.panels.state_tree import StateNode
from editor.panels.state_view import Opened, StateView
from editor.panels.value_editor import ValueEditor
from editor.panels.value_viewer import ValueViewer
from editor.panels.writers import WritersView
from editor.session.run_model import RunModel
from editor.session.run_view import RunView, StepRow
from editor.theme import GAP, GAP_S, SPACE, STRIP, Theme
from node_engine.models.json import JsonObject, JsonValue

_LOOK_BACK = 2_000
"""How many steps back the writer of a value is looked for."""


class ContextPanel(QWidget):
    """A tree of the context at the shown moment. Space switches between the changes and the whole context.

    Where a paused run stands, values can be edited; Ctrl+Z takes an edit of this pause back.

    Signals:
        edit_wanted: JSON Patch operations that shall be made on the paused run's context.
        watch_wanted: a path that shall be watched.
        break_wanted: a path whose change shall stop the run.
    """

    edit_wanted = Signal(list)
    watch_wanted = Signal(str)
    break_wanted = Signal(str)

    def __init__(
        self,
        run_model: RunModel,
        state_at: StateAt,
        theme: Theme,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._run_model = run_model
        self._moment: Moment | None = None
        self._shown_key: tuple[str, str, bool] | None = None
        self.loader = MomentLoader(run_model, state_at, self)
        self.model = StateModel(self)
        self.view = StateView(self.model, theme, self)
        self.viewer = ValueViewer(theme, self)
        self.editor = ValueEditor(theme, self)
        self.writers = WritersView(theme, self)
        self._edits = EditHistory()
        self._edited_node: StateNode | None = None
        """What the editor below the tree is about: a value, or where a new one goes."""
        self._adds = False
        self.changes_button = self._switch(self.tr("Changes"))
        self.state_button = self._switch(self.tr("Whole context"))
        self.summary = ElidedLabel("", "caption", self)
        self.summary.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._empty = EmptyState("braces", theme, self)
        self._arrange()
        self.changes_button.setChecked(True)
        self._group.buttonClicked.connect(self._show_moment)
        self._connect()
        self.loader.loaded.connect(self._on_loaded)
        self.loader.failed.connect(self._on_failed)
        self._on_loaded(None)

    def set_writers(self, find_writers: FindWriters | None) -> None:
        """Take the callable that knows who wrote a value."""
        self.writers.set_writers(find_writers)

    def refuse_edit(self, message: str) -> None:
        """Say why the last edit was not made."""
        self._edits.forget_last()
        self.problem.setText(message)
        self.problem.show()

    def set_theme(self, theme: Theme) -> None:
        """Paint in the colours of another theme."""
        for part in (self.view, self.viewer, self.editor, self.writers, self._empty):
            part.set_theme(theme)

    def toggle_whole(self) -> None:
        """Switch between what the step changed and the whole context."""
        shown = self.state_button if self.changes_button.isChecked() else self.changes_button
        shown.setChecked(True)
        self._show_moment()

    def empty_text(self) -> str:
        """What is said instead of the tree, empty while there is a tree."""
        return self._empty.text() if self._stack.currentWidget() is self._empty else ""

    def _switch(self, text: str) -> QPushButton:
        button = QPushButton(text, self)
        button.setProperty("kind", "tab")
        button.setCheckable(True)
        button.setToolTip(self.tr("Space switches"))
        return button

    def _arrange(self) -> None:
        self._group = QButtonGroup(self)
        head = QHBoxLayout()
        head.setContentsMargins(GAP_S, 0, GAP, 0)
        head.setSpacing(SPACE)
        for button in (self.changes_button, self.state_button):
            self._group.addButton(button)
            head.addWidget(button)
        head.addWidget(self.summary, 1)
        top = QWidget(self)
        top.setFixedHeight(STRIP)
        top.setLayout(head)
        self._split = QSplitter(Qt.Orientation.Vertical, self)
        self._split.addWidget(self.view)
        self._split.setChildrenCollapsible(False)
        for below in self._belows():
            self._split.addWidget(below)
            below.hide()
        self.problem = PlainLabel("", "error", self, wrap=True)
        self.problem.setContentsMargins(GAP, SPACE, GAP, SPACE)
        self.problem.hide()
        whole = QWidget(self)
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, SPACE, 0, 0)
        column.setSpacing(0)
        column.addWidget(top)
        column.addWidget(self.problem)
        column.addWidget(self._split, 1)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self._empty)
        self._stack.addWidget(whole)

    def _connect(self) -> None:
        self.view.value_wanted.connect(self._on_value_wanted)
        self.view.edit_wanted.connect(self._on_large_edit_wanted)
        self.view.add_wanted.connect(self._on_add_wanted)
        self.view.remove_wanted.connect(self._on_remove_wanted)
        self.view.writers_wanted.connect(self._on_writers_wanted)
        self.view.watch_wanted.connect(self.watch_wanted)
        self.view.break_wanted.connect(self.break_wanted)
        self.model.edit_wanted.connect(self._on_value_edited)
        self.editor.applied.connect(self._on_applied)
        self.writers.step_wanted.connect(self._run_model.show_step)
        self._run_model.run_changed.connect(self._on_run_changed)
        for below in self._belows():
            below.closed.connect(self._close_below)

    def _on_run_changed(self, run_id: str) -> None:
        """Let nothing be edited from the moment on at which the run goes on."""
        moment, run = self._moment, self._run_model.run(run_id)
        if moment is None or moment.pause is None or run is None or run.id != moment.run_id:
            return
        if run.paused != moment.pause:
            self._stop_editing()

    def _stop_editing(self) -> None:
        self.model.set_editable(False)
        self._edits.begin(None)
        self.view.close_editor()
        if self.editor.isVisible():
            self._close_below()

    def _belows(self) -> tuple[ValueViewer, ValueEditor, WritersView]:
        """What can be shown below the tree, one at a time."""
        return (self.viewer, self.editor, self.writers)

    def _show_below(self, shown: QWidget) -> None:
        for below in self._belows():
            below.setVisible(below is shown)

    def _on_loaded(self, moment: Moment | None) -> None:
        self._moment = moment
        pause = None if moment is None else moment.pause
        if moment is None or pause is None:
            self._stop_editing()
        else:
            self._edits.begin((moment.run_id, pause))
            self.model.set_editable(True)
        self.problem.hide()
        if moment is None:
            self._say_nothing_to_show()
        else:
            self._show_moment()

    def _on_failed(self, message: str) -> None:
        self._empty.say(message, "")
        self._stack.setCurrentWidget(self._empty)

    def _say_nothing_to_show(self) -> None:
        run = self._run_model.shown
        if run is None:
            text = self.tr("Run the flow and choose a step to see the context after it.")
        else:
            text = self.tr("Run {0} has not finished a step yet.").format(run.number)
        self._empty.say(text, "")
        self._stack.setCurrentIndex(0)

    def _show_moment(self) -> None:
        moment = self._moment
        if moment is None:
            return
        self._stack.setCurrentIndex(1)
        step = moment.step
        words = self.tr("At the start") if step is None else self.tr("Changes at step {0}").format(step.number)
        self.changes_button.setText(words)
        notes = self._writers(moment)
        self.model.set_edited(edited_paths(moment.edits, moment.shown))
        opened = self._opened()
        if self.state_button.isChecked():
            self.model.show_state(moment.shown, notes)
        else:
            before = moment.before if moment.before is not None else _undone(moment)
            self.model.show_change(before, moment.shown, notes)
            self.view.open_changes()
        self.view.restore(opened)
        self._say_summary(moment)

    def _opened(self) -> Opened | None:
        """What is open in the tree, to be opened again after an edit."""
        moment = self._moment
        key = None if moment is None else (moment.run_id, moment.frame, self.state_button.isChecked())
        opened = self.view.opened() if key == self._shown_key and moment is not None and moment.pause else None
        self._shown_key = key
        return opened

    def _say_summary(self, moment: Moment) -> None:
        changed = 0 if moment.step is None else len(moment.step.change_texts())
        words = self.tr("{0} changed of {1}").format(changed, len(moment.shown))
        if moment.pause is not None:
            words += self.tr(" · F2 edits")
        self.summary.set_whole_text(words)

    def _writers(self, moment: Moment) -> dict[str, str]:
        """Who wrote each key of the context last, up to the step shown."""
        run = self._run_model.run(moment.run_id)
        if moment.step is None:
            return {}
        missing = set(islice(moment.after, _LOOK_BACK))
        notes: dict[str, str] = {}
        for step in _steps_back(run, moment.step):
            for text in step.change_texts():
                if text.key in missing:
                    missing.discard(text.key)
                    if step.number != moment.step.number:
                        notes[text.key] = self.tr("written by step {0} {1}").format(step.number, step.key)
            if not missing:
                break
        return notes

    def _on_value_wanted(self, node: StateNode) -> None:
        self.viewer.show_value(node.path, node.value)
        self._show_below(self.viewer)

    def _on_writers_wanted(self, path: str) -> None:
        if self._moment is not None:
            self._show_below(self.writers)
            self.writers.show_writers(self._moment.run_id, path, self._moment.frame)

    def _on_large_edit_wanted(self, node: StateNode) -> None:
        self._edited_node, self._adds = node, False
        self._show_below(self.editor)
        self.editor.edit_value(node.path, node.value)

    def _on_add_wanted(self, above: StateNode) -> None:
        if self.model.is_editable:
            self._edited_node, self._adds = above, True
            self._show_below(self.editor)
            self.editor.add_value(above.path, is_named=isinstance(above.value, dict))

    def _on_remove_wanted(self, node: StateNode) -> None:
        self._edit(remove_value(node))

    def _on_value_edited(self, node: StateNode, value: JsonValue) -> None:
        self._edit(replace_value(node, value))

    def _on_applied(self, name: str, value: JsonValue) -> None:
        node, adds = self._edited_node, self._adds
        self._close_below()
        if node is not None:
            self._edit(add_value(node, name, value) if adds else replace_value(node, value))

    def _edit(self, change: JsonObject) -> None:
        if self._moment is not None and self._moment.pause is not None:
            self._edits.push(change, self._moment.shown)
            self.edit_wanted.emit([change])

    def _take_back(self, change: JsonObject | None) -> None:
        if change is not None and self.model.is_editable:
            self.edit_wanted.emit([change])

    def _close_below(self) -> None:
        for below in self._belows():
            below.hide()
        self._edited_node = None
        self.view.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space:
            self.toggle_whole()
        elif event.key() == Qt.Key.Key_Escape and any(below.isVisible() for below in self._belows()):
            self._close_below()
        elif event.matches(QKeySequence.StandardKey.Undo):
            self._take_back(self._edits.undo())
        elif event.matches(QKeySequence.StandardKey.Redo):
            self._take_back(self._edits.redo())
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        """Undo is about the context's edits while the run stands here and the keyboard is in this panel."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self.model.is_editable:
            is_ours = event.matches(QKeySequence.StandardKey.Undo) or event.matches(QKeySequence.StandardKey.Redo)
            if is_ours:
                event.accept()
                return True
        return super().event(event)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.loader.set_active(True)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.loader.set_active(False)


def _steps_back(run: RunView | None, last: StepRow) -> Iterable[StepRow]:
    """The steps of one frame up to `last`, newest first, not too many."""
    if run is None:
        return ()
    earlier = (step for step in reversed(run.steps) if step.number <= last.number and step.frame == last.frame)
    return islice(earlier, _LOOK_BACK)


def _undone(moment: Moment) -> JsonObject:
    """What can be told of the context before a step from the context after it: all but the keys it touched."""
    touched = set() if moment.step is None else {text.key for text in moment.step.change_texts()}
    return {key: value for key, value in moment.after.items() if key not in touched}
