"""Paints the timeline: a ruler, bars by state with their signs, waits, and the shown moment. Values in, pixels out."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QBrush, QFont, QFontMetricsF, QPainter, QPen

from editor.panels.plain_text import duration_words
from editor.panels.row_painting import paint_text
from editor.panels.timeline_layout import Bar, Gap, Scale, TimelineLayout
from editor.theme import (
    CAPTION_TEXT,
    GAP_S,
    HAIRLINE,
    ROW,
    SECONDARY_TEXT,
    SEMIBOLD,
    SPACE,
    TARGET,
    Theme,
    color,
    mix,
    ui_font,
)
from node_engine.models.run import StepState

RULER = TARGET
LANE = ROW
_BAR = TARGET - SPACE // 2
_ROUND = 4.0
_LEAST = 2.0
_LABEL_ROOM = 34.0
_SIGN_ROOM = 12.0
_TICK_ROOM = 72.0
_SIGNS = {StepState.FAILED: "✕ ", StepState.STOPPED: "■ ", StepState.SKIPPED: "⤼ ", StepState.RUNNING: "▶ "}


@dataclass(frozen=True, slots=True)
class TimelineLook:
    """What is to be seen: a layout through a window of `width` by `height` pixels."""

    layout: TimelineLayout
    scale: Scale
    theme: Theme
    width: int
    height: int
    zoom: float
    """Pixels for one unit of the scale."""
    left: float
    """Pixels of the layout that are out of sight at the left."""
    top: int
    shown: int | None = None
    """The number of the step that is looked at."""
    hovered: int | None = None
    waiting: str = ""
    """The component that a paused run stands before, in words."""
    waiting_lane: int = 0

    def x(self, place: float) -> float:
        """Where a place of the layout is on the screen."""
        return place * self.zoom - self.left + GAP_S

    def place(self, x: float) -> float:
        """Which place of the layout is at a pixel."""
        return (x + self.left - GAP_S) / self.zoom

    def y(self, lane: int) -> float:
        """The upper edge of a lane."""
        return float(RULER + lane * LANE - self.top + SPACE)

    def lane_at(self, y: float) -> int:
        """The lane at a pixel."""
        return int((y - RULER + self.top - SPACE) // LANE)


def paint_timeline(painter: QPainter, look: TimelineLook) -> None:
    """Paint all of the visible part."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    ticks = list(_ticks(look))
    painter.setPen(QPen(color(look.theme.line), HAIRLINE))
    for x, _ in ticks:
        painter.drawLine(QPointF(x, RULER), QPointF(x, look.height))
    for gap in look.layout.gaps:
        _paint_gap(painter, look, gap)
    for lane in range(len(look.layout.lanes)):
        if look.y(lane) + LANE >= RULER and look.y(lane) <= look.height:
            for bar in _visible(look, lane):
                _paint_bar(painter, look, bar)
    if look.waiting:
        _paint_waiting(painter, look)
    _paint_ruler(painter, look, ticks)
    _paint_moment(painter, look)


def bar_rect(look: TimelineLook, bar: Bar) -> QRectF:
    """Where a bar is on the screen."""
    left, right = look.x(bar.start), look.x(bar.end)
    width = max(_LEAST, right - left - HAIRLINE)
    return QRectF(left, look.y(bar.lane) + (LANE - _BAR) / 2, width, _BAR)


def _visible(look: TimelineLook, lane: int) -> Iterator[Bar]:
    """The bars to paint: not more than pixels, but every one that failed."""
    bars = look.layout.within(lane, look.place(0), look.place(look.width))
    if len(bars) <= look.width:
        yield from bars
        return
    reached = -math.inf
    for bar in bars:
        x = look.x(bar.end)
        if x >= reached + 1 or bar.step.state is StepState.FAILED:
            reached = x
            yield bar


def _paint_bar(painter: QPainter, look: TimelineLook, bar: Bar) -> None:
    rect, theme = bar_rect(look, bar), look.theme
    tone = _tone(theme, bar)
    is_shown = bar.step.number == look.shown
    is_hovered = bar.step.number == look.hovered
    if rect.width() < _ROUND:
        painter.fillRect(rect, color(tone, 0.9 if is_shown or bar.step.state is StepState.FAILED else 0.6))
    else:
        painter.setPen(QPen(color(theme.accent if is_shown else tone, 1.0 if is_shown or is_hovered else 0.55), 1))
        painter.setBrush(mix(theme.panel, tone, 0.3 if is_hovered or is_shown else 0.18))
        if bar.step.state is StepState.SKIPPED:
            painter.setBrush(QBrush(color(tone), Qt.BrushStyle.BDiagPattern))
        painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), _ROUND, _ROUND)
    if bar.step.tries > 1:
        _paint_tries(painter, rect, bar.step.tries, theme)
    if rect.width() > _LABEL_ROOM:
        _paint_label(painter, look, bar, rect)
    elif rect.width() > _SIGN_ROOM and bar.step.state is StepState.FAILED:
        sign = _SIGNS[StepState.FAILED].strip()
        font = ui_font(CAPTION_TEXT)
        paint_text(painter, rect.toAlignedRect(), sign, font, theme.failed, Qt.AlignmentFlag.AlignHCenter)


def _paint_label(painter: QPainter, look: TimelineLook, bar: Bar, rect: QRectF) -> None:
    step, theme = bar.step, look.theme
    seen = rect.intersected(QRectF(0, rect.top(), look.width, rect.height())).toAlignedRect().adjusted(6, 0, -4, 0)
    visit = f" ×{step.visit}" if step.visit > 1 else ""
    tries = f" ↻{step.tries}" if step.tries > 1 else ""
    text = f"{_SIGNS.get(step.state, '')}{step.key}{visit}{tries}"
    font = ui_font(SECONDARY_TEXT)
    tone = theme.failed if step.state in (StepState.FAILED, StepState.STOPPED) else theme.text
    paint_text(painter, seen, text, font, tone)
    used = QFontMetricsF(font).horizontalAdvance(text) + GAP_S
    words = duration_words(step.elapsed_ms) if step.state is not StepState.RUNNING else ""
    small = ui_font(CAPTION_TEXT)
    if words and seen.width() - used > QFontMetricsF(small).horizontalAdvance(words):
        paint_text(painter, seen, words, small, theme.secondary, Qt.AlignmentFlag.AlignRight)


def _paint_tries(painter: QPainter, rect: QRectF, tries: int, theme: Theme) -> None:
    """Amber notches at the lower edge, one for each try before the last."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color(theme.paused))
    count = min(tries - 1, int(rect.width() // 6))
    for place in range(max(1, count)):
        share = (place + 1) / (count + 1 or 1)
        painter.drawRect(QRectF(rect.left() + rect.width() * min(share, 0.9) - 1, rect.bottom() - 5, 2, 4))


def _paint_gap(painter: QPainter, look: TimelineLook, gap: Gap) -> None:
    left, right = look.x(gap.start), look.x(gap.end)
    if right < 0 or left > look.width or right - left < _LEAST:
        return
    rect = QRectF(left, RULER, right - left, look.height - RULER)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color(look.theme.paused, 0.05))
    painter.drawRect(rect)
    painter.setBrush(QBrush(color(look.theme.paused, 0.22), Qt.BrushStyle.BDiagPattern))
    painter.drawRect(rect)
    words = f"❚❚ {duration_words(gap.length_s * 1_000)}"
    font = ui_font(CAPTION_TEXT)
    if rect.width() > QFontMetricsF(font).horizontalAdvance(words):
        low = QRect(round(left), look.height - LANE, round(rect.width()), LANE)
        paint_text(painter, low, words, font, look.theme.paused, Qt.AlignmentFlag.AlignHCenter)


def _paint_waiting(painter: QPainter, look: TimelineLook) -> None:
    """The step that a paused run stands before, in dashes at the end."""
    left = look.x(look.layout.length) + 2
    font = ui_font(SECONDARY_TEXT, SEMIBOLD)
    text = f"❚❚ {look.waiting}"
    width = QFontMetricsF(font).horizontalAdvance(text) + 3 * SPACE
    rect = QRectF(left, look.y(look.waiting_lane) + (LANE - _BAR) / 2, width, _BAR)
    painter.setPen(QPen(color(look.theme.paused), 1, Qt.PenStyle.DashLine))
    painter.setBrush(color(look.theme.paused_soft))
    painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), _ROUND, _ROUND)
    paint_text(painter, rect.toAlignedRect().adjusted(6, 0, 0, 0), text, font, look.theme.paused)


def _paint_ruler(painter: QPainter, look: TimelineLook, ticks: Sequence[tuple[float, str]]) -> None:
    theme = look.theme
    painter.fillRect(QRectF(0, 0, look.width, RULER), color(theme.panel))
    painter.setPen(QPen(color(theme.line), HAIRLINE))
    painter.drawLine(QPointF(0, RULER - 0.5), QPointF(look.width, RULER - 0.5))
    font = ui_font(CAPTION_TEXT)
    for x, text in ticks:
        painter.setPen(QPen(color(theme.line), HAIRLINE))
        painter.drawLine(QPointF(x, RULER - 6), QPointF(x, RULER))
        paint_text(painter, QRect(round(x) + SPACE, 0, round(_TICK_ROOM), RULER - 2), text, font, theme.secondary)


def _ticks(look: TimelineLook) -> Iterator[tuple[float, str]]:
    """Where lines of the ruler stand, and what they say; none under the flag of the shown moment."""
    flag = _moment_x(look)
    step = _nice(_TICK_ROOM / look.zoom, whole=look.scale is Scale.STEPS)
    number = max(0, math.floor(look.place(0) / step))
    while look.x(number * step) < look.width and number * step <= look.layout.length + step:
        x = look.x(number * step)
        is_hidden = flag is not None and x - TARGET < flag < x + TARGET + GAP_S
        yield x, "" if is_hidden else _tick(look, number * step)
        number += 1


def _tick(look: TimelineLook, place: float) -> str:
    if look.scale is Scale.STEPS:
        return str(int(place) + 1)
    return "0" if place == 0 else duration_words(place * 1_000).replace(".00 s", " s")


def _nice(least: float, *, whole: bool) -> float:
    """The least of 1, 2, 5, 10, 20, … that is at least `least`."""
    power = 10.0 ** math.floor(math.log10(max(least, 1e-9)))
    step = next(power * factor for factor in (1, 2, 5, 10) if power * factor >= least * 0.999)
    return max(1.0, step) if whole else step


def _moment_x(look: TimelineLook) -> float | None:
    bar = None if look.shown is None else look.layout.bar_of(look.shown)
    return None if bar is None else bar_rect(look, bar).right()


def _paint_moment(painter: QPainter, look: TimelineLook) -> None:
    x = _moment_x(look)
    if x is None:
        return
    painter.setPen(QPen(color(look.theme.accent), 1.5))
    painter.drawLine(QPointF(x, RULER - 4), QPointF(x, look.height))
    text = str(look.shown)
    font: QFont = ui_font(CAPTION_TEXT, SEMIBOLD)
    width = QFontMetricsF(font).horizontalAdvance(text) + 2 * SPACE + 2
    flag = QRectF(x - width / 2, 3, width, RULER - 7)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color(look.theme.accent))
    painter.drawRoundedRect(flag, _ROUND, _ROUND)
    paint_text(painter, flag.toAlignedRect(), text, font, look.theme.on_accent, Qt.AlignmentFlag.AlignHCenter)


def _tone(theme: Theme, bar: Bar) -> str:
    match bar.step.state:
        case StepState.FAILED | StepState.STOPPED:
            return theme.failed
        case StepState.RUNNING:
            return theme.accent
        case StepState.PAUSED:
            return theme.paused
        case StepState.SKIPPED:
            return theme.faint
        case _:
            return theme.done
