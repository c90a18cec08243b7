"""The sign of a breakpoint: red and filled, an outline while off, a diamond for a log point, "=" for a condition."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF

from editor.theme import BOLD, CAPTION_TEXT, Theme, color, ui_font
from node_engine.models.breakpoint import Breakpoint

_LINE = 1.5


def paint_breakpoint(painter: QPainter, centre: QPointF, diameter: float, one: Breakpoint, theme: Theme) -> None:
    """Paint the sign of a breakpoint round a point."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(color(theme.failed), _LINE))
    painter.setBrush(color(theme.failed) if one.enabled else Qt.BrushStyle.NoBrush)
    half = diameter / 2
    if one.log is not None:
        points = ((0.0, -half), (half, 0.0), (0.0, half), (-half, 0.0))
        painter.drawPolygon(QPolygonF([centre + QPointF(x, y) for x, y in points]))
    else:
        painter.drawEllipse(centre, half - _LINE / 2, half - _LINE / 2)
    if one.condition is not None:
        painter.setPen(color(theme.panel if one.enabled else theme.failed))
        painter.setFont(ui_font(CAPTION_TEXT, BOLD))
        rect = QRectF(centre.x() - half, centre.y() - half, diameter, diameter - 1)
        painter.drawText(rect, int(Qt.AlignmentFlag.AlignCenter), "=")
    painter.restore()
