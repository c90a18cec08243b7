"""Laid-out text, kept: each text is measured and elided once for its place, then drawn as often as needed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from functools import cache, lru_cache

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPen, QStaticText, QTextOption, QTransform

from editor import theme as look_of

_KEPT = 6_000


class Role(Enum):
    """What a text is on the canvas; decides its font."""

    TITLE = "title"
    DETAIL = "detail"
    PORT = "port"
    PILL = "pill"
    COUNT = "count"
    SMALL_TITLE = "small title"
    FRAME = "frame"
    NOTE = "note"
    BADGE = "badge"
    VALUE_NAME = "value name"
    VALUE = "value"


@dataclass(frozen=True, slots=True)
class Words:
    """A text ready to be drawn."""

    static: QStaticText
    font: QFont
    width: float
    height: float
    is_elided: bool


_kept: dict[tuple[str, Role, int], Words] = {}


def words_for(text: str, role: Role, width: float = 0) -> Words:
    """Lay out a text on one line, cut with an ellipsis where it is wider than `width` (0: any width)."""
    if width and natural_width(text, role) <= width:
        width = 0
    key = (text, role, round(width))
    found = _kept.get(key)
    if found is None:
        if len(_kept) >= _KEPT:
            _kept.clear()
        found = _kept[key] = _lay_out(text, role, width)
    return found


def paragraph_for(text: str, role: Role, width: float, height: float) -> Words:
    """Lay out a text on as many lines as fit in a box; what does not fit ends in an ellipsis."""
    key = (f"{round(height)}\x00{text}", role, round(width))
    found = _kept.get(key)
    if found is None:
        found = _kept[key] = _lay_out_box(text, role, width, height)
    return found


def draw_words(painter: QPainter, words: Words, x: float, y: float, tint: str, alpha: float = 1.0) -> None:
    """Draw in one colour with the upper left corner at x, y."""
    painter.setFont(words.font)
    painter.setPen(_pen(tint, alpha))
    painter.drawStaticText(QPointF(x, y), words.static)


def is_elided(text: str, role: Role, width: float) -> bool:
    """Tell whether a text does not fit, so that a tooltip has to show it."""
    return words_for(text, role, width).is_elided


@lru_cache(maxsize=4 * _KEPT)
def natural_width(text: str, role: Role) -> float:
    """The width of a text on one line, uncut, in scene units."""
    return _metrics(role).horizontalAdvance(" ".join(text.split()))


@cache
def font_of(role: Role) -> QFont:
    """The font of a role, at zoom 1."""
    match role:
        case Role.TITLE:
            return look_of.ui_font(look_of.TEXT, look_of.SEMIBOLD)
        case Role.SMALL_TITLE | Role.PILL:
            return look_of.ui_font(look_of.CAPTION_TEXT, look_of.SEMIBOLD)
        case Role.FRAME:
            return look_of.ui_font(look_of.SECONDARY_TEXT, look_of.SEMIBOLD)
        case Role.NOTE:
            return look_of.ui_font(look_of.SECONDARY_TEXT)
        case Role.BADGE:
            return look_of.ui_font(look_of.CAPTION_TEXT - 1, look_of.SEMIBOLD)
        case Role.VALUE_NAME:
            return look_of.mono_font(look_of.MONO_TEXT)
        case Role.VALUE:
            return look_of.mono_font(look_of.MONO_TEXT, look_of.BOLD)
        case _:
            return look_of.ui_font(look_of.CAPTION_TEXT)


@lru_cache(maxsize=256)
def _pen(tint: str, alpha: float) -> QPen:
    """Reading a colour from text costs as much as drawing a word."""
    return QPen(look_of.color(tint, alpha))


@cache
def _metrics(role: Role) -> QFontMetricsF:
    return QFontMetricsF(font_of(role))


def _lay_out(text: str, role: Role, width: float) -> Words:
    metrics = _metrics(role)
    flat = " ".join(text.split())
    shown = metrics.elidedText(flat, Qt.TextElideMode.ElideRight, width) if width else flat
    static = _static(shown, role)
    size = static.size()
    return Words(static, font_of(role), size.width(), size.height(), shown != flat)


def _lay_out_box(text: str, role: Role, width: float, height: float) -> Words:
    metrics = _metrics(role)
    lines = max(1, int(height // metrics.lineSpacing()))
    wrapped = [line for part in text.splitlines() or [""] for line in _wrap(part, metrics, width)]
    shown = wrapped[:lines]
    is_cut = len(wrapped) > lines
    if is_cut:
        shown[-1] = metrics.elidedText(shown[-1] + " …", Qt.TextElideMode.ElideRight, width)
    static = _static("\u2028".join(shown), role)
    return Words(static, font_of(role), width, metrics.lineSpacing() * len(shown), is_cut)


def _wrap(line: str, metrics: QFontMetricsF, width: float) -> list[str]:
    lines, current = [], ""
    for word in line.split(" "):
        longer = f"{current} {word}" if current else word
        if current and metrics.horizontalAdvance(longer) > width:
            lines.append(current)
            current = word
        else:
            current = longer
    lines.append(metrics.elidedText(current, Qt.TextElideMode.ElideRight, width))
    return [metrics.elidedText(one, Qt.TextElideMode.ElideRight, width) for one in lines]


def _static(text: str, role: Role) -> QStaticText:
    static = QStaticText(text)
    static.setTextFormat(Qt.TextFormat.PlainText)
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.NoWrap)
    static.setTextOption(option)
    static.setPerformanceHint(QStaticText.PerformanceHint.AggressiveCaching)
    static.prepare(QTransform(), font_of(role))
    return static
