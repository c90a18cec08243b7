"""What one step wrote in two runs, key by key: the value in the first, the value in the second."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtWidgets import QVBoxLayout, QWidget

from editor.panels.context_edits import parts_of
from editor.panels.line_delegate import LineDelegate
from editor.panels.line_model import LineModel
from editor.panels.plain_text import duration_words
from editor.panels.state_tree import join_path
from editor.panels.table import STRETCH, Table
from editor.panels.value_text import short_value
from editor.session.run_view import StepRow
from editor.theme import ROW, Theme
from node_engine.models.json import JsonObject, JsonValue

_WIDTHS = (6 * ROW, STRETCH, STRETCH)
_MOST = 500


@dataclass(frozen=True, slots=True)
class DetailRow:
    """Something of a step in both runs, in words."""

    name: str
    a: str
    b: str
    differs: bool


class CompareDetail(QWidget):
    """A table below the compared steps."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        columns = (
            (self.tr("What it wrote"), lambda row: row.name),
            ("", lambda row: row.a),
            ("", lambda row: row.b),
        )
        self.model: LineModel[DetailRow] = LineModel(columns, self)
        self.table = Table(self.model, LineDelegate(theme, _tone, mono=(0, 1, 2)), _WIDTHS, self.tr("Values"), self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.table)

    def set_theme(self, theme: Theme) -> None:
        """Paint in the colours of another theme."""
        self.table.set_theme(theme)

    def name_runs(self, a: object, b: object) -> None:
        """Say the runs' numbers over the columns."""
        self.model.set_titles(self.tr("What it wrote"), *(self.tr("In run {0}").format(each) for each in (a, b)))

    def show_steps(self, a: StepRow | None, b: StepRow | None) -> None:
        """Show a step of each run; None where a run has none."""
        left, right = _written(a), _written(b)
        none = self.tr("not written")
        rows = [
            DetailRow(path, left.get(path, none), right.get(path, none), left.get(path) != right.get(path))
            for path in dict.fromkeys([*left, *right])
        ]
        rows.sort(key=lambda row: not row.differs)
        self.model.put([*self._outcomes(a, b), *rows[:_MOST]])

    def _outcomes(self, a: StepRow | None, b: StepRow | None) -> Sequence[DetailRow]:
        """How the step ended in both runs: its way on, its error, its time."""
        found: list[DetailRow] = []
        for name, left, right in (
            (self.tr("error"), _error(a), _error(b)),
            (self.tr("next"), _way(a), _way(b)),
            (self.tr("tries"), _tries(a), _tries(b)),
        ):
            if left != right:
                found.append(DetailRow(name, left, right, differs=True))
        found.append(DetailRow(self.tr("time"), _time(a), _time(b), differs=False))
        return found


def _written(step: StepRow | None) -> dict[str, str]:
    """What a step did to each path, in words."""
    return {} if step is None else {_path(change): _value(change) for change in step.changes}


def _path(change: JsonObject) -> str:
    path = ""
    for part in parts_of(str(change.get("path", ""))):
        path = join_path(path, part, is_list=part.isdigit() or part == "-")
    return path or "context"


def _value(change: JsonObject) -> str:
    if change.get("op") == "remove":
        return "removed"
    value: JsonValue = change.get("value")
    return short_value(value)


def _error(step: StepRow | None) -> str:
    return "" if step is None else step.error or ""


def _way(step: StepRow | None) -> str:
    if step is None or step.next is None:
        return ""
    return f"{step.port} → {step.next}" if step.port and step.port != "next" else str(step.next)


def _tries(step: StepRow | None) -> str:
    return "" if step is None else str(step.tries)


def _time(step: StepRow | None) -> str:
    return "" if step is None else duration_words(step.elapsed_ms)


def _tone(theme: Theme, record: object, column: int) -> str:
    if isinstance(record, DetailRow) and record.differs:
        return theme.text if column == 0 else theme.failed if column == 1 else theme.done
    return theme.secondary
