"""The Context panel: what the shown step changed, or the whole context after it."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

from PySide6.QtCore import Qt
from PySide6.QtGui import QHideEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QSplitter, QStackedLayout, QVBoxLayout, QWidget

from editor.panels.empty_state import EmptyState
from editor.panels.moment_loader import Moment, MomentLoader, StateAt
from editor.panels.plain_text import PlainLabel
from editor.panels.state_model import StateModel
from editor.panels.state_tree import StateNode
from editor.panels.state_view import StateView
from editor.panels.value_viewer import ValueViewer
from editor.session.run_model import RunModel
from editor.session.run_view import RunView, StepRow
from editor.theme import GAP, GAP_S, SPACE, STRIP, Theme
from node_engine.models.json import JsonObject

_LOOK_BACK = 2_000
"""How many steps back the writer of a value is looked for."""


class ContextPanel(QWidget):
    """A tree of the context at the shown moment. Space switches between the changes and the whole context."""

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
        self.loader = MomentLoader(run_model, state_at, self)
        self.model = StateModel(self)
        self.view = StateView(self.model, theme, self)
        self.viewer = ValueViewer(theme, self)
        self.changes_button = self._switch(self.tr("Changes"))
        self.state_button = self._switch(self.tr("Whole context"))
        self.summary = PlainLabel("", "caption", self)
        self._empty = EmptyState("braces", theme, self)
        self._arrange()
        self.changes_button.setChecked(True)
        self._group.buttonClicked.connect(self._show_moment)
        self.view.value_wanted.connect(self._on_value_wanted)
        self.viewer.closed.connect(self._on_viewer_closed)
        self.loader.loaded.connect(self._on_loaded)
        self.loader.failed.connect(self._on_failed)
        self._on_loaded(None)

    def set_theme(self, theme: Theme) -> None:
        """Paint in the colours of another theme."""
        self.view.set_theme(theme)
        self.viewer.set_theme(theme)
        self._empty.set_theme(theme)

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
        head.addStretch(1)
        head.addWidget(self.summary)
        top = QWidget(self)
        top.setFixedHeight(STRIP)
        top.setLayout(head)
        self._split = QSplitter(Qt.Orientation.Vertical, self)
        self._split.addWidget(self.view)
        self._split.addWidget(self.viewer)
        self._split.setChildrenCollapsible(False)
        self.viewer.hide()
        whole = QWidget(self)
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, SPACE, 0, 0)
        column.setSpacing(0)
        column.addWidget(top)
        column.addWidget(self._split, 1)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self._empty)
        self._stack.addWidget(whole)

    def _on_loaded(self, moment: Moment | None) -> None:
        self._moment = moment
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
        self.changes_button.setText(self.tr("Changes at step {0}").format(moment.step.number))
        notes = self._writers(moment)
        if self.state_button.isChecked():
            self.model.show_state(moment.after, notes)
        else:
            before = moment.before if moment.before is not None else _undone(moment)
            self.model.show_change(before, moment.after, notes)
            self.view.open_changes()
        changed = len(moment.step.change_texts())
        self.summary.setText(self.tr("{0} changed of {1}").format(changed, len(moment.after)))

    def _writers(self, moment: Moment) -> dict[str, str]:
        """Who wrote each key of the context last, up to the step shown."""
        run = self._run_model.run(moment.run_id)
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
        self.viewer.show()

    def _on_viewer_closed(self) -> None:
        self.viewer.hide()
        self.view.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space:
            self.toggle_whole()
        elif event.key() == Qt.Key.Key_Escape and self.viewer.isVisible():
            self._on_viewer_closed()
        else:
            super().keyPressEvent(event)

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
    touched = {text.key for text in moment.step.change_texts()}
    return {key: value for key, value in moment.after.items() if key not in touched}
