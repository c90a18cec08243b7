"""The steps of a run as a table that grows with the run."""

from __future__ import annotations

from bisect import bisect_left
from itertools import islice

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from editor.panels.plain_text import duration_words, tooltip
from editor.session.change_texts import CHANGED, ChangeText
from editor.session.failure_words import reason_of
from editor.session.run_view import Pause, RunView, StepRow
from node_engine.models.description import Catalog
from node_engine.models.run import RunState, StepState

NUMBER, COMPONENT, KIND, TIME, NEXT, CHANGES = range(6)
_LOOK_BACK = 300
"""How many steps back the earlier value of a changed key is looked for."""
_NOWHERE = QModelIndex()

Index = QModelIndex | QPersistentModelIndex


class StepsModel(QAbstractTableModel):
    """One row for each step; while the run is paused one more for the step it stands before."""

    def __init__(self, catalog: Catalog, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._catalog = catalog
        self._run: RunView | None = None
        self._count = 0
        self._last: StepRow | None = None
        self._first_open = 0
        self._has_waiting = False
        self._before: dict[int, dict[str, str]] = {}

    @property
    def run(self) -> RunView | None:
        """The run whose steps these are."""
        return self._run

    def set_catalog(self, catalog: Catalog) -> None:
        """Take the kinds' names from another catalog."""
        self._catalog = catalog
        if self._count:
            self.dataChanged.emit(self.index(0, KIND), self.index(self._count - 1, KIND))

    def set_run(self, run: RunView | None) -> None:
        """Show the steps of another run."""
        self.beginResetModel()
        self._run = run
        self._before = {}
        self._first_open = 0
        self._take_in()
        self._has_waiting = self._is_waiting()
        self.endResetModel()

    def refresh(self) -> None:
        """Take in what happened since the last call: new steps are inserted, open ones repainted."""
        run = self._run
        if run is None:
            return
        if len(run.steps) < self._count or (self._count and run.steps[self._count - 1] is not self._last):
            self.set_run(run)
            return
        self._set_waiting(False)
        if self._first_open < self._count:
            self.dataChanged.emit(self.index(self._first_open, 0), self.index(self._count - 1, CHANGES))
        if len(run.steps) > self._count:
            self.beginInsertRows(_NOWHERE, self._count, len(run.steps) - 1)
            self._take_in()
            self.endInsertRows()
        self._advance_open()
        self._set_waiting(self._is_waiting())

    def step(self, row: int) -> StepRow | None:
        """The step in a row; None for the row of the step that a paused run stands before."""
        return self._run.steps[row] if self._run is not None and 0 <= row < self._count else None

    def row_of(self, number: int) -> int:
        """The row of a step by its number, -1 if it is not there."""
        if self._run is None:
            return -1
        place = bisect_left(self._run.steps, number, 0, self._count, key=lambda step: step.number)
        step = self.step(place)
        return place if step is not None and step.number == number else -1

    def is_waiting(self, row: int) -> bool:
        """True for the row of the step that a paused run stands before."""
        return self._has_waiting and row == self._count

    def kind(self, name: str) -> str:
        """What people call a component class."""
        description = self._catalog.get(name)
        return description.label if description is not None else name

    def earlier(self, row: int, change: ChangeText) -> str | None:
        """The value that a changed key had before the step in `row`, as far as the steps before tell it."""
        step = self.step(row)
        if step is None or self._run is None or change.sign != CHANGED or change.value is None:
            return None
        known = self._before.setdefault(step.number, {})
        if change.key not in known:
            known[change.key] = self._look_back(row, step, change.key) or ""
        return known[change.key] or None

    def words(self, row: int, column: int) -> str:
        """The text of a cell."""
        step = self.step(row)
        if step is None:
            return self._waiting_words(column) if self.is_waiting(row) else ""
        match column:
            case 0:
                return str(step.number)
            case 1:
                return step.key if step.visit <= 1 else f"{step.key} ×{step.visit}"
            case 2:
                return self.kind(step.name)
            case 3:
                return self._time_words(step)
            case 4:
                return self._next_words(step)
            case _:
                return self._change_words(row, step)

    def _take_in(self) -> None:
        steps = self._run.steps if self._run is not None else []
        self._count = len(steps)
        self._last = steps[-1] if steps else None

    def _advance_open(self) -> None:
        steps = self._run.steps if self._run is not None else []
        while self._first_open < self._count and steps[self._first_open].state is not StepState.RUNNING:
            self._first_open += 1

    def _is_waiting(self) -> bool:
        return self._run is not None and self._run.state is RunState.PAUSED and self._run.paused_at is not None

    def _set_waiting(self, has_waiting: bool) -> None:
        if has_waiting and not self._has_waiting:
            self.beginInsertRows(_NOWHERE, self._count, self._count)
            self._has_waiting = True
            self.endInsertRows()
        elif self._has_waiting and not has_waiting:
            self.beginRemoveRows(_NOWHERE, self._count, self._count)
            self._has_waiting = False
            self.endRemoveRows()

    def _look_back(self, row: int, step: StepRow, key: str) -> str | None:
        run = self._run
        if run is None:
            return None
        earlier = (run.steps[place] for place in range(row - 1, -1, -1))
        for one in islice(earlier, _LOOK_BACK):
            if one.frame == step.frame:
                for text in one.change_texts():
                    if text.key == key:
                        return text.value
        return None

    def _time_words(self, step: StepRow) -> str:
        match step.state:
            case StepState.RUNNING:
                return self.tr("running")
            case StepState.SKIPPED:
                return self.tr("skipped")
            case StepState.STOPPED:
                return self.tr("stopped")
            case _:
                return duration_words(step.elapsed_ms)

    def _next_words(self, step: StepRow) -> str:
        if step.next is None:
            return ""
        return f"{step.port} → {step.next}" if step.port and step.port != "next" else str(step.next)

    def _change_words(self, row: int, step: StepRow) -> str:
        if step.error:
            return f"✕ {reason_of(step.error)}"
        texts = [self._one_change(row, change) for change in step.change_texts()]
        if step.hand_edits:
            texts.insert(0, self.tr("✎ by hand"))
        if not texts and step.state is StepState.DONE:
            return self.tr("no change")
        return "  ".join(texts)

    def _one_change(self, row: int, change: ChangeText) -> str:
        before = self.earlier(row, change)
        return str(change) if before is None else f"{change.sign} {change.key} {before} → {change.value}"

    def _waiting_words(self, column: int) -> str:
        run = self._run
        if run is None or run.paused_at is None:
            return ""
        key, visit = run.paused_at
        texts = {
            NUMBER: str((self._last.number if self._last else 0) + 1),
            COMPONENT: key if visit <= 1 else f"{key} ×{visit}",
            TIME: self.tr("paused"),
            CHANGES: self._pause_words(run.paused),
        }
        if run.paused is not None and run.paused.place != "before":
            del texts[NUMBER]
        return texts.get(column, "")

    def _pause_words(self, pause: Pause | None) -> str:
        if pause is None:
            return ""
        if pause.condition_error is not None:
            return self.tr("✕ the condition: {0}").format(pause.condition_error)
        match pause.place:
            case "after":
                return (
                    self.tr("after this step") if pause.path is None else self.tr("it changed {0}").format(pause.path)
                )
            case "error":
                return self.tr("at its error")
            case "event":
                return self.tr("at the event {0}").format(pause.event or "")
            case _:
                return self.tr("before this step")

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else self._count + self._has_waiting

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else CHANGES + 1

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole and section in (NUMBER, TIME):
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        names = (
            "#",
            self.tr("Component"),
            self.tr("Kind"),
            self.tr("Time"),
            self.tr("Next"),
            self.tr("What it changed"),
        )
        return names[section] if 0 <= section < len(names) else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.words(index.row(), index.column())
        if role == Qt.ItemDataRole.ToolTipRole:
            step = self.step(index.row())
            if step is not None and step.error and index.column() == CHANGES:
                return tooltip(step.error)
            return tooltip(self.words(index.row(), index.column()))
        return None
