"""The timeline on the screen: zoom, scroll, a click or the arrow keys move the shown moment."""

from __future__ import annotations

import time
from bisect import bisect_right

from PySide6.QtCore import QEvent, QPoint, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QShowEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QToolTip, QWidget

from editor.panels.plain_text import duration_words, tooltip
from editor.panels.timeline_layout import Bar, Scale, TimelineLayout, lay_out
from editor.panels.timeline_painting import LANE, RULER, TimelineLook, bar_rect, paint_timeline
from editor.session.run_model import RunModel
from editor.session.run_view import RunView
from editor.theme import GAP_S, GAP_XL, PANEL_RIGHT, SPACE, Theme
from node_engine.models.run import RunState, StepState

_REFRESH_MS = 100
_LARGE = 2_000
_REFRESH_LARGE_MS = 500
"""A long run is laid out anew less often."""
_STEP_ZOOM = 1.25
_MOST_ZOOM_STEPS = 160.0
"""Pixels for a step at most."""
_MOST_ZOOM_TIME = 1_000_000.0
"""Pixels for a second at most."""
_REACH = 3.0


class TimelineView(QAbstractScrollArea):
    """Signals: `component_wanted` with a key by a double click or Enter; `laid_out` when there is something new."""

    component_wanted = Signal(str)
    laid_out = Signal()

    def __init__(self, run_model: RunModel, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._run_model = run_model
        self._theme = theme
        self._scale = Scale.TIME
        self._zoom: float | None = None
        """Pixels for one unit; None fits all of the run."""
        self._hovered: int | None = None
        self.layout_of_run = TimelineLayout()
        self._run: RunView | None = None
        self._is_at_end = True
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.viewport().setMouseTracking(True)
        self.setAccessibleName(self.tr("Timeline"))
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.refresh)
        run_model.shown_changed.connect(self._on_shown_changed)
        run_model.run_changed.connect(self._on_run_changed)
        self.refresh()

    def set_theme(self, theme: Theme) -> None:
        """Paint in the colours of another theme."""
        self._theme = theme
        self.viewport().update()

    def set_scale(self, scale: Scale) -> None:
        """Show lengths of time, or every step equally long."""
        self._scale = scale
        self._zoom = None
        self.refresh()

    def refresh(self) -> None:
        """Lay out what happened since the last time."""
        run = self._run_model.shown
        if run is not self._run:
            self._run, self._zoom, self._is_at_end = run, None, True
        self.layout_of_run = lay_out(run.steps if run is not None else (), self._scale, time.time())
        self._set_ranges()
        self._describe()
        self.viewport().update()
        if run is not None and run.state is RunState.RUNNING and self.isVisible():
            self._wait()
        self.laid_out.emit()

    def fit(self) -> None:
        """Show all of the run."""
        self._zoom = None
        self._set_ranges()
        self.viewport().update()

    def zoom_by(self, factor: float, x: float | None = None) -> None:
        """Zoom; what is under the pixel `x` stays there."""
        look = self.look()
        at = self.viewport().width() / 2 if x is None else x
        place = look.place(at)
        most = _MOST_ZOOM_STEPS if self._scale is Scale.STEPS else _MOST_ZOOM_TIME
        wanted = min(look.zoom * factor, most)
        self._zoom = None if wanted <= self._fitting() else wanted
        self._set_ranges()
        self.horizontalScrollBar().setValue(round(place * self.look().zoom - at + GAP_S))
        self.viewport().update()

    def look(self) -> TimelineLook:
        """What is to be painted now."""
        run, shown = self._run_model.shown, self._run_model.shown_step
        paused = run.paused if run is not None and shown is None else None
        return TimelineLook(
            self.layout_of_run,
            self._scale,
            self._theme,
            self.viewport().width(),
            self.viewport().height(),
            self._zoom or self._fitting(),
            self.horizontalScrollBar().value(),
            self.verticalScrollBar().value(),
            shown,
            self._hovered,
            "" if paused is None else str(paused.key),
            0 if paused is None else paused.frame.count("/"),
        )

    def bar_at(self, place: QPoint) -> Bar | None:
        """The bar under a pixel."""
        look = self.look()
        if place.y() < RULER:
            return None
        return look.layout.at(look.lane_at(place.y()), look.place(place.x()), _REACH / look.zoom)

    def words_at(self, place: QPoint) -> str:
        """What is under a pixel, in words."""
        bar = self.bar_at(place)
        if bar is not None:
            return self._words(bar)
        at = self.look().place(place.x())
        gap = next((gap for gap in self.layout_of_run.gaps if gap.start <= at <= gap.end), None)
        if gap is None:
            return ""
        return self.tr("Nothing ran for {0}: the run was paused or waited.").format(
            duration_words(gap.length_s * 1_000)
        )

    def move_by(self, steps: int) -> None:
        """Show the moment so many steps further on; beyond the last one of a live run follows it."""
        bars = self.layout_of_run.bars
        if not bars:
            return
        shown = self._run_model.shown_step
        row = len(bars) - 1 if shown is None else self._row_of(shown)
        if shown is None and steps < 0 and bars[row].step.state is not StepState.RUNNING:
            steps += 1 if self._run is not None and self._run.is_live else 0
        self.show_row(row + steps)

    def show_row(self, row: int) -> None:
        """Show the moment of a bar by its place; beyond the last one goes live."""
        bars = self.layout_of_run.bars
        is_live = self._run is not None and self._run.is_live
        if row >= len(bars) and is_live:
            self._run_model.show_step(None)
        elif bars:
            bar = bars[max(0, min(row, len(bars) - 1))]
            self._run_model.show_step(bar.step.number)
            self.reveal(bar)

    def reveal(self, bar: Bar) -> None:
        """Scroll until a bar is in sight."""
        rect = bar_rect(self.look(), bar)
        bar_x = self.horizontalScrollBar()
        if rect.left() < GAP_S:
            bar_x.setValue(bar_x.value() + round(rect.left()) - GAP_XL)
        elif rect.right() > self.viewport().width():
            bar_x.setValue(
                bar_x.value() + round(min(rect.left() - GAP_XL, rect.right() - self.viewport().width() + GAP_XL))
            )
        self.verticalScrollBar().setValue(max(0, (bar.lane + 1) * LANE - (self.viewport().height() - RULER)))

    def _row_of(self, number: int) -> int:
        return bisect_right(self.layout_of_run.bars, number, key=lambda bar: bar.step.number) - 1

    def _fitting(self) -> float:
        room = max(1.0, self.viewport().width() - 2 * GAP_S - self._end_room())
        most = _MOST_ZOOM_STEPS if self._scale is Scale.STEPS else _MOST_ZOOM_TIME
        return min(most, room / max(self.layout_of_run.length, 1e-9))

    def _end_room(self) -> int:
        """Room at the end for the step that a paused run stands before."""
        run = self._run_model.shown
        return PANEL_RIGHT // 3 if run is not None and run.state is RunState.PAUSED else 0

    def _set_ranges(self) -> None:
        width, height = self.viewport().width(), self.viewport().height()
        zoom = self._zoom or self._fitting()
        length = round(self.layout_of_run.length * zoom) + 2 * GAP_S + self._end_room()
        across, down = self.horizontalScrollBar(), self.verticalScrollBar()
        was_at_end = self._is_at_end
        across.setRange(0, max(0, length - width) if self._zoom else 0)
        across.setPageStep(width)
        across.setSingleStep(GAP_XL)
        down.setRange(0, max(0, len(self.layout_of_run.lanes) * LANE + 2 * SPACE - (height - RULER)))
        down.setPageStep(height)
        down.setSingleStep(LANE)
        if was_at_end and self._run_model.shown_step is None:
            across.setValue(across.maximum())
        self._is_at_end = across.value() >= across.maximum()

    def _describe(self) -> None:
        shown = self._run_model.shown_step
        bar = None if shown is None else self.layout_of_run.bar_of(shown)
        self.setAccessibleDescription("" if bar is None else self._words(bar))

    def _words(self, bar: Bar) -> str:
        step = bar.step
        lines = [self.tr("Step {0}: {1}, visit {2}").format(step.number, step.key, step.visit)]
        times = "" if step.state is StepState.RUNNING else duration_words(step.elapsed_ms) + ", "
        lines.append(times + step.state.value)
        if step.tries > 1:
            lines.append(self.tr("{0} tries").format(step.tries))
        if step.error:
            lines.append(step.error)
        lines.append(f"{step.frame}/{step.key}#{step.visit}")
        return "\n".join(lines)

    def _wait(self) -> None:
        if not self._timer.isActive():
            is_large = len(self.layout_of_run.bars) > _LARGE
            self._timer.start(_REFRESH_LARGE_MS if is_large else _REFRESH_MS)

    def _on_shown_changed(self) -> None:
        if self._run_model.shown is not self._run:
            self.refresh()
            return
        number = self._run_model.shown_step
        bar = None if number is None else self.layout_of_run.bar_of(number)
        if bar is not None and not bar_rect(self.look(), bar).intersects(QRectF(self.viewport().rect())):
            self.reveal(bar)
        self._describe()
        self.viewport().update()

    def _on_run_changed(self, run_id: str) -> None:
        run = self._run_model.shown
        if run is not None and run.id == run_id and self.isVisible():
            self._wait()

    def _scrub(self, x: float) -> None:
        """Show the last step that began before a pixel."""
        place = self.look().place(x)
        row = bisect_right(self.layout_of_run.bars, place, key=lambda bar: bar.start) - 1
        if self.layout_of_run.bars:
            number = self.layout_of_run.bars[max(0, row)].step.number
            self._run_model.show_step(number)

    def paintEvent(self, event: QPaintEvent) -> None:
        paint_timeline(QPainter(self.viewport()), self.look())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._set_ranges()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        self._is_at_end = self.horizontalScrollBar().value() >= self.horizontalScrollBar().maximum()
        self.viewport().update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        bar = self.bar_at(event.position().toPoint())
        if bar is not None:
            self._run_model.show_step(bar.step.number)
        else:
            self._scrub(event.position().x())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._scrub(event.position().x())
            return
        bar = self.bar_at(event.position().toPoint())
        hovered = None if bar is None else bar.step.number
        if hovered != self._hovered:
            self._hovered = hovered
            self.viewport().update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        bar = self.bar_at(event.position().toPoint())
        if bar is not None:
            self.component_wanted.emit(bar.step.key)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._hovered = None
        self.viewport().update()

    def wheelEvent(self, event: QWheelEvent) -> None:
        delta = event.angleDelta()
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.zoom_by(_STEP_ZOOM ** (delta.y() / 120), event.position().x())
        elif event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            down = self.verticalScrollBar()
            down.setValue(down.value() - (delta.y() or delta.x()))
        else:
            across = self.horizontalScrollBar()
            across.setValue(across.value() - (delta.x() or delta.y()))
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        match event.key():
            case Qt.Key.Key_Left | Qt.Key.Key_Up:
                self.move_by(-1)
            case Qt.Key.Key_Right | Qt.Key.Key_Down:
                self.move_by(1)
            case Qt.Key.Key_PageUp:
                self.move_by(-10)
            case Qt.Key.Key_PageDown:
                self.move_by(10)
            case Qt.Key.Key_Home:
                self.show_row(0)
            case Qt.Key.Key_End:
                self.show_row(len(self.layout_of_run.bars))
            case Qt.Key.Key_Plus | Qt.Key.Key_Equal:
                self.zoom_by(_STEP_ZOOM)
            case Qt.Key.Key_Minus:
                self.zoom_by(1 / _STEP_ZOOM)
            case Qt.Key.Key_0:
                self.fit()
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self._open_shown()
            case _:
                super().keyPressEvent(event)

    def _open_shown(self) -> None:
        shown = self._run_model.shown_step
        bar = None if shown is None else self.layout_of_run.bar_of(shown)
        if bar is not None:
            self.component_wanted.emit(bar.step.key)

    def viewportEvent(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), tooltip(self.words_at(event.pos())), self.viewport())
            return True
        return super().viewportEvent(event)
