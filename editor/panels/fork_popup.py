"""Asks from which step of a run a new one shall start, and says first what would happen again."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QSpinBox, QVBoxLayout, QWidget

from editor.panels.answers import FindEffects
from editor.panels.forms.choice_controls import Chooser
from editor.panels.plain_text import ElidedLabel, PlainLabel
from editor.session.jobs import Jobs
from editor.session.run_view import RunView
from editor.theme import GAP, GAP_S, PANEL_RIGHT, ROW
from node_engine.analysis.effects import Effect

_JOB = "effects"
_MOST_EFFECTS = 8


class ForkPopup(QFrame):
    """Signals: `chosen` with the run's id, the number of the step, and whether that step is done again."""

    chosen = Signal(str, int, bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        self.setProperty("role", "popup")
        self._run: RunView | None = None
        self._find_effects: FindEffects | None = None
        self.jobs = Jobs(self)
        self.title = PlainLabel("", "heading", self)
        self.step = QSpinBox(self)
        self.key = ElidedLabel("", "secondary", self)
        self.how = Chooser(self)
        self.effects = PlainLabel("", "secondary", self, wrap=True)
        self.fork = QPushButton(self.tr("Fork"), self)
        self.fork.setProperty("kind", "primary")
        self.step.setAccessibleName(self.tr("Step"))
        self.step.setFixedWidth(2 * ROW + GAP)
        self.how.addItems([self.tr("Do this step again"), self.tr("Go on after this step")])
        self.how.setAccessibleName(self.tr("Where the new run starts"))
        self._arrange()
        self.step.valueChanged.connect(self._show_step)
        self.how.currentIndexChanged.connect(self._show_step)
        self.fork.clicked.connect(self._on_fork)
        self.jobs.failed.connect(self._on_failed)
        self.jobs.ended.connect(self._on_ended)

    def set_effects(self, find_effects: FindEffects | None) -> None:
        """Take the callable that tells what would happen again."""
        self._find_effects = find_effects

    def open_at(self, place: QPoint, run: RunView, step: int | None = None) -> None:
        """Ask for a step of a run; `step` is offered first."""
        self._run = run
        count = max(1, run.step_count)
        self.title.setText(self.tr("A new run from run {0}").format(run.number))
        self.step.setRange(1, count)
        self.step.setValue(step or count)
        self._show_step()
        self.resize(PANEL_RIGHT, self.sizeHint().height())
        self.move(place)
        self.show()
        self.step.setFocus()
        self.step.selectAll()

    def _arrange(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(GAP, GAP, GAP, GAP)
        column.setSpacing(GAP_S)
        column.addWidget(self.title)
        row = QHBoxLayout()
        row.setSpacing(GAP_S)
        row.addWidget(PlainLabel(self.tr("Step"), "secondary", self))
        row.addWidget(self.step)
        row.addWidget(self.key, 1)
        column.addLayout(row)
        column.addWidget(self.how)
        column.addWidget(self.effects)
        column.addWidget(self.fork, 0, Qt.AlignmentFlag.AlignRight)

    def _asked(self) -> tuple[str, int, bool]:
        return (self._run.id if self._run is not None else "", self.step.value(), self.how.currentIndex() == 0)

    def _show_step(self) -> None:
        run = self._run
        if run is None:
            return
        row = run.step(self.step.value())
        self.key.set_whole_text("" if row is None else self.tr("{0}, visit {1}").format(row.key, row.visit))
        self.effects.setText("")
        self.effects.hide()
        if self._find_effects is not None:
            self.jobs.start(_JOB, self._load(self._find_effects))

    async def _load(self, find_effects: FindEffects) -> None:
        asked = self._asked()
        found = await find_effects(*asked)
        if asked == self._asked():
            self._say(found)
        elif self.isVisible():
            self._say(await find_effects(*self._asked()))

    def _say(self, found: Sequence[Effect]) -> None:
        self.effects.setText(_effect_words(self, found))
        self._grow()

    def _grow(self) -> None:
        self.effects.show()
        self.resize(self.width(), self.sizeHint().height())

    def _on_failed(self, _name: str, message: str) -> None:
        self.effects.setText(message)
        self._grow()

    def _on_ended(self, _name: str) -> None:
        self.fork.setEnabled(True)

    def _on_fork(self) -> None:
        asked = self._asked()
        self.close()
        self.chosen.emit(*asked)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._on_fork()
        elif event.key() == Qt.Key.Key_Escape:
            self.close()
        else:
            super().keyPressEvent(event)


def _effect_words(popup: ForkPopup, found: Sequence[Effect]) -> str:
    if not found:
        return popup.tr("Nothing outside of the flow would happen again.")
    lines = [f"• {one.component_key} ({', '.join(sorted(touch.value for touch in one.touches))})" for one in found]
    if len(lines) > _MOST_EFFECTS:
        lines = [*lines[:_MOST_EFFECTS], popup.tr("and {0} more").format(len(found) - _MOST_EFFECTS)]
    return "\n".join([popup.tr("These may happen again:"), *lines])
