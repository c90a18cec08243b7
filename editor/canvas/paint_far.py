"""Components and wires seen from far, drawn by the hundred: rectangles by colour, wires as one path. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from editor.canvas.geometry import Rect
from editor.canvas.looks import NO_STATUS, NodeLook, StatusLook, WireStyle
from editor.canvas.paint_node import TILE_X, WORDS_X, family_color
from editor.canvas.paint_pill import state_color
from editor.canvas.paint_wire import wire_color
from editor.document.layout import NODE_HEIGHT
from editor.theme import TILE, Theme, mix
from node_engine.models.run import StepState

Boxes = dict[str, list[QRectF]]
"""Rectangles by their colour."""
_SHOWN_STATES = (StepState.RUNNING, StepState.PAUSED, StepState.DONE, StepState.FAILED)
_BAR_LETTER = 7.0
_BAR_MOST = 132.0
_CHIP = 44.0
_FADED = 0.4


@dataclass(slots=True)
class MidCell:
    """What the components of a cell are at the middle level, sorted by how it is drawn."""

    cards: list[QRectF] = field(default_factory=list)
    bars: list[QRectF] = field(default_factory=list)
    tiles: Boxes = field(default_factory=dict)


@dataclass(slots=True)
class MidStates:
    """What state the components of a cell are in; changes far more often than what they are."""

    chips: Boxes = field(default_factory=dict)
    outlines: Boxes = field(default_factory=dict)


def far_boxes(nodes: Iterable[tuple[NodeLook, Rect, StatusLook, bool]], theme: Theme) -> Boxes:
    """Sort components by the one colour that they have from far: selected, state, or family."""
    boxes: Boxes = {}
    for look, rect, status, is_selected in nodes:
        boxes.setdefault(far_color(look, theme, status, is_selected), []).append(QRectF(*rect))
    return boxes


def far_color(look: NodeLook, theme: Theme, status: StatusLook = NO_STATUS, is_selected: bool = False) -> str:
    """The one colour of a component from far."""
    if is_selected:
        return theme.accent
    if status.state in _SHOWN_STATES:
        return state_color(theme, status.state)
    tint = family_color(look, theme)
    return tint if look.is_enabled else mix(theme.canvas, tint, _FADED).name()


def mid_cell(nodes: Iterable[tuple[NodeLook, Rect]], theme: Theme) -> MidCell:
    """Sort the parts of components by how they are drawn at the middle level."""
    cell = MidCell()
    for look, (x, y, width, height) in nodes:
        cell.cards.append(QRectF(x, y, width, height))
        tint = family_color(look, theme)
        shown = tint if look.is_enabled else mix(theme.node, tint, _FADED).name()
        cell.tiles.setdefault(shown, []).append(QRectF(x + TILE_X, y + (NODE_HEIGHT - TILE) / 2, TILE, TILE))
        cell.bars.append(QRectF(x + WORDS_X, y + 18, min(_BAR_MOST, len(look.key) * _BAR_LETTER), 14))
    return cell


def mid_states(nodes: Iterable[tuple[Rect, StatusLook, bool]], theme: Theme) -> MidStates:
    """Sort the states of components by how they are drawn at the middle level."""
    cell = MidStates()
    for rect, status, is_selected in nodes:
        if status.state in _SHOWN_STATES:
            tint = state_color(theme, status.state)
            chip = QRectF(rect.right - _CHIP - 10, rect.y - 9, _CHIP, 20)
            cell.chips.setdefault(tint, []).append(chip)
            if status.state is not StepState.DONE:
                cell.outlines.setdefault(tint, []).append(QRectF(*rect))
        if is_selected:
            cell.outlines.setdefault(theme.accent, []).append(QRectF(*rect))
    return cell


def draw_far_boxes(painter: QPainter, cells: Iterable[Boxes]) -> None:
    """Draw cells of components as flat rectangles."""
    painter.setPen(Qt.PenStyle.NoPen)
    for boxes in cells:
        for value, rects in boxes.items():
            painter.setBrush(QColor(value))
            painter.drawRects(rects)


def draw_mid_cells(painter: QPainter, cells: Iterable[MidCell], theme: Theme) -> None:
    """Draw cells of components as cards with a tile and a bar for the key."""
    shown = list(cells)
    painter.setPen(_hairline(theme.node_line))
    painter.setBrush(QColor(theme.node))
    for cell in shown:
        painter.drawRects(cell.cards)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(mix(theme.node, theme.secondary, 0.55))
    for cell in shown:
        painter.drawRects(cell.bars)
    draw_far_boxes(painter, (cell.tiles for cell in shown))


def draw_mid_states(painter: QPainter, cells: Iterable[MidStates]) -> None:
    """Draw the states of cells of components as chips and outlines."""
    shown = list(cells)
    draw_far_boxes(painter, (cell.chips for cell in shown))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for cell in shown:
        for value, rects in cell.outlines.items():
            painter.setPen(_hairline(value, 2.0))
            painter.drawRects(rects)


def draw_far_wires(painter: QPainter, cells: Iterable[Mapping[WireStyle, QPainterPath]], theme: Theme) -> None:
    """Draw cells of wires as thin lines, taken ones on top."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    shown = list(cells)
    for style in WireStyle:
        width = 2.0 if style >= WireStyle.TAKEN else 1.0
        pen = QPen(wire_color(style, theme), width)
        pen.setCosmetic(True)
        painter.setPen(pen)
        for paths in shown:
            path = paths.get(style)
            if path is not None:
                painter.drawPath(path)


def _hairline(value: str, width: float = 1.0) -> QPen:
    pen = QPen(QColor(value), width)
    pen.setCosmetic(True)
    pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
    return pen
