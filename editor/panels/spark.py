"""A value over the steps of a run in one line: a curve for numbers, blocks for everything else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF

from editor.panels.answers import WatchValue
from editor.panels.state_tree import same
from editor.theme import SPACE, Theme, color
from node_engine.models.json import JsonValue

_PEN = 1.5


@dataclass(frozen=True, slots=True)
class Block:
    """Steps in a row with the same value: from the first to before `end`, as shares of the run (0 to 1)."""

    start: float
    end: float
    value: JsonValue
    is_error: bool
    number: int
    """The step that the value began at."""


@dataclass(frozen=True, slots=True)
class Spark:
    """What is painted: runs of equal values; with `low` and `high` when all are numbers."""

    blocks: tuple[Block, ...] = ()
    low: float | None = None
    high: float | None = None

    @property
    def is_curve(self) -> bool:
        """True when the values are numbers of which some differ."""
        return self.low is not None and self.high is not None and self.high > self.low


def spark_of(values: Sequence[WatchValue]) -> Spark:
    """Put equal values in a row together."""
    starts = [
        place
        for place, one in enumerate(values)
        if place == 0 or one.error != values[place - 1].error or not same(one.value, values[place - 1].value)
    ]
    count = len(values)
    blocks = tuple(
        Block(start / count, end / count, values[start].value, values[start].error is not None, values[start].step)
        for start, end in pairwise([*starts, count])
    )
    shown = [block.value for block in blocks if not block.is_error and block.value is not None]
    numbers = [float(value) for value in shown if isinstance(value, int | float) and not isinstance(value, bool)]
    if not numbers or len(numbers) < len(shown):
        return Spark(blocks)
    return Spark(blocks, min(numbers), max(numbers))


def paint_spark(painter: QPainter, rect: QRect, spark: Spark, now: float | None, theme: Theme) -> None:
    """Paint a value over the run; `now` is the shown moment as a share of the run."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    room = QRectF(rect).adjusted(0, SPACE, 0, -SPACE)
    if spark.is_curve:
        _paint_curve(painter, room, spark, theme)
    else:
        _paint_blocks(painter, room, spark, theme)
    if now is not None:
        x = room.left() + now * room.width()
        painter.setPen(QPen(color(theme.accent), _PEN))
        painter.drawLine(QPointF(x, rect.top() + 2), QPointF(x, rect.bottom() - 1))
    painter.restore()


def _paint_curve(painter: QPainter, room: QRectF, spark: Spark, theme: Theme) -> None:
    low, high = spark.low or 0.0, spark.high or 0.0
    points: list[QPointF] = []
    for block in _visible(spark, room.width()):
        if block.is_error or not isinstance(block.value, int | float):
            continue
        y = room.bottom() - (float(block.value) - low) / (high - low) * room.height()
        points.append(QPointF(room.left() + block.start * room.width(), y))
        points.append(QPointF(room.left() + block.end * room.width(), y))
    painter.setPen(QPen(color(theme.code_name), _PEN))
    painter.drawPolyline(QPolygonF(points))
    _paint_errors(painter, room, spark, theme)


def _paint_blocks(painter: QPainter, room: QRectF, spark: Spark, theme: Theme) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    for place, block in enumerate(_visible(spark, room.width())):
        if block.is_error or block.value is None:
            continue
        is_low = block.value is False or (not isinstance(block.value, bool) and place % 2 == 1)
        painter.setBrush(color(theme.code_name, 0.28 if is_low else 0.62))
        painter.drawRoundedRect(_rect(room, block, 0.55), 1, 1)
    _paint_errors(painter, room, spark, theme)


def _paint_errors(painter: QPainter, room: QRectF, spark: Spark, theme: Theme) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color(theme.failed, 0.75))
    for block in _visible(spark, room.width()):
        if block.is_error:
            painter.drawRect(_rect(room, block, 0.15))


def _rect(room: QRectF, block: Block, share: float) -> QRectF:
    left = room.left() + block.start * room.width()
    width = max(1.0, (block.end - block.start) * room.width() - 1)
    height = max(2.0, room.height() * share)
    return QRectF(left, room.bottom() - height, width, height)


def _visible(spark: Spark, width: float) -> Sequence[Block]:
    """The blocks that are painted: all, or where there are many more than pixels an even choice of them."""
    most = max(1, int(width * 2))
    blocks = spark.blocks
    return blocks if len(blocks) <= most else blocks[:: len(blocks) // most + 1]
