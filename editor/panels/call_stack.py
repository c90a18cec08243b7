"""The call stack of a run as a row of names: the flow, the components that run others, and where it stands."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from editor.panels.plain_text import PlainLabel, one_line, tooltip
from editor.session.run_model import RunModel
from editor.session.run_view import RunView, StepRow
from editor.theme import GAP_S, STRIP
from node_engine.models.ids import FrameId
from node_engine.models.run import StepState

_LONGEST = 24


@dataclass(frozen=True, slots=True)
class StackFrame:
    """One flow under way. `number` is the step at which it is, None for one that it stands before."""

    frame: FrameId
    key: str
    visit: int
    number: int | None


def stack_of(run: RunView | None, shown_step: int | None) -> list[StackFrame]:
    """The frames round the shown moment, outermost first; none while nothing says where a run is."""
    if run is None:
        return []
    step = run.step(shown_step) if shown_step is not None else None
    if step is not None:
        inner = StackFrame(step.frame, step.key, step.visit, step.number)
        return [*_parents(run, step.frame, step.number), inner]
    if run.paused is not None and shown_step is None:
        pause = run.paused
        inner = StackFrame(pause.frame, pause.key, pause.visit, None)
        return [*_parents(run, pause.frame, run.step_count + 1), inner]
    return []


def _parents(run: RunView, frame: FrameId, before: int) -> list[StackFrame]:
    """The steps that run the flow of a frame, and those that run theirs."""
    found: list[StackFrame] = []
    while "/" in frame:
        above = FrameId(frame.rpartition("/")[0])
        key = frame.rpartition("/")[2].partition("#")[0]
        row = _runner(run, above, key, before)
        found.append(StackFrame(above, key, 1 if row is None else row.visit, None if row is None else row.number))
        frame, before = above, before if row is None else row.number
    return found[::-1]


def _runner(run: RunView, frame: FrameId, key: str, before: int) -> StepRow | None:
    """The last step of a component in a frame that began before a step."""
    for row in reversed(run.steps):
        if row.number < before and row.frame == frame and row.key == key and row.state is not StepState.SKIPPED:
            return row
    return None


class CallStackBar(QWidget):
    """Shown only inside of nested flows; a click on a name shows the moment of that step."""

    def __init__(self, run_model: RunModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._run_model = run_model
        self._shown: list[StackFrame] = []
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(GAP_S, 0, GAP_S, 0)
        self._row.setSpacing(0)
        self._row.addStretch(1)
        self.setFixedHeight(STRIP)
        self.setAccessibleName(self.tr("Call stack"))
        run_model.shown_changed.connect(self._refresh)
        run_model.run_changed.connect(self._on_run_changed)
        self._refresh()

    def names(self) -> list[str]:
        """The names shown, outermost first."""
        return [button.text() for button in self.findChildren(QPushButton) if not button.isHidden()]

    def _refresh(self) -> None:
        stack = stack_of(self._run_model.shown, self._run_model.shown_step)
        if stack != self._shown:
            self._shown = stack
            self._rebuild()
        self.setVisible(len(stack) > 1)

    def _rebuild(self) -> None:
        while self._row.count() > 1:
            item = self._row.takeAt(0)
            widget = None if item is None else item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for place, frame in enumerate(self._shown):
            if place:
                self._row.insertWidget(self._row.count() - 1, PlainLabel("›", "secondary", self))
            self._row.insertWidget(self._row.count() - 1, self._button(frame, is_last=frame is self._shown[-1]))

    def _button(self, frame: StackFrame, *, is_last: bool) -> QPushButton:
        words = one_line(frame.key, _LONGEST) + (f" ×{frame.visit}" if frame.visit > 1 else "")
        button = QPushButton(f"❚❚ {words}" if frame.number is None and is_last else words, self)
        button.setProperty("kind", "tab")
        button.setCheckable(True)
        button.setChecked(is_last)
        button.setProperty("step", frame.number)
        button.setToolTip(tooltip(f"{frame.frame}/{frame.key}#{frame.visit}"))
        button.clicked.connect(self._on_clicked)
        return button

    def _on_clicked(self) -> None:
        sender = self.sender()
        number = sender.property("step") if sender is not None else None
        self._run_model.show_step(number if isinstance(number, int) else None)
        self._refresh()

    def _on_run_changed(self, run_id: str) -> None:
        run = self._run_model.shown
        if run is not None and run.id == run_id:
            self._refresh()
