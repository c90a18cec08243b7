"""Paints the steps: states in colour and in words, changes as green +, amber ~ and red −."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyleOptionViewItem

from editor.panels.row_painting import Index, RowDelegate, Span, cell_rect, paint_row, paint_spans, paint_text
from editor.panels.steps_model import CHANGES, COMPONENT, NEXT, NUMBER, TIME, StepsModel
from editor.session.change_texts import ADDED, REMOVED
from editor.session.failure_words import reason_of
from editor.session.run_view import StepRow
from editor.theme import GAP, SEMIBOLD, Theme, mono_font, ui_font
from node_engine.models.run import StepState


class StepsDelegate(RowDelegate):
    """Paints one cell of the steps."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        model = index.model()
        if not isinstance(model, StepsModel):
            return
        painter.save()
        paint_row(painter, option, self.theme)
        rect = cell_rect(option)
        column, row = index.column(), index.row()
        step = model.step(row)
        if column == CHANGES:
            paint_spans(painter, rect, self._changes(model, row, step), ui_font(), mono_font())
        elif step is None:
            self._paint_waiting(painter, rect_text=model.words(row, column), option=option, column=column)
        else:
            if column == COMPONENT:
                rect.setLeft(rect.left() + GAP * step.frame.count("/"))
            align = Qt.AlignmentFlag.AlignRight if column in (NUMBER, TIME) else Qt.AlignmentFlag.AlignLeft
            paint_text(painter, rect, model.words(row, column), ui_font(), _tone(self.theme, step, column), align)
        painter.restore()

    def _paint_waiting(self, painter: QPainter, rect_text: str, option: QStyleOptionViewItem, column: int) -> None:
        is_time = column == TIME
        colour = self.theme.paused if is_time else self.theme.text if column == COMPONENT else self.theme.secondary
        font = ui_font(weight=SEMIBOLD) if is_time else ui_font()
        align = Qt.AlignmentFlag.AlignRight if column in (NUMBER, TIME) else Qt.AlignmentFlag.AlignLeft
        paint_text(painter, cell_rect(option), rect_text, font, colour, align)

    def _changes(self, model: StepsModel, row: int, step: StepRow | None) -> list[Span]:
        theme = self.theme
        if step is None:
            return [Span(model.words(row, CHANGES), theme.paused)]
        spans: list[Span] = []
        if step.tries > 1:
            spans.append(Span(model.tr("{0} tries").format(step.tries) + "  ", theme.paused))
        if step.error:
            return [*spans, Span(f"✕ {' '.join(reason_of(step.error).split())}", theme.failed)]
        for change in step.change_texts():
            tone = {ADDED: theme.done, REMOVED: theme.failed}.get(change.sign, theme.paused)
            spans.append(Span(f"{change.sign} {change.key}", tone))
            before = model.earlier(row, change)
            if change.value is not None:
                shown = change.value if before is None else f"{before} → {change.value}"
                spans.append(Span(f" {shown}", theme.text))
            spans.append(Span("  ", theme.text))
        if step.hand_edits:
            spans.insert(0, Span(model.tr("✎ by hand") + "  ", theme.accent))
        if not spans and step.state is StepState.DONE:
            spans.append(Span(model.tr("no change"), theme.faint))
        return spans


def _tone(theme: Theme, step: StepRow, column: int) -> str:
    if column == COMPONENT:
        return theme.failed if step.state is StepState.FAILED else theme.text
    if column == TIME and step.state is StepState.RUNNING:
        return theme.accent
    if column == TIME and step.state in (StepState.FAILED, StepState.STOPPED):
        return theme.failed
    if column == NEXT and step.state is StepState.FAILED:
        return theme.failed
    return theme.secondary
