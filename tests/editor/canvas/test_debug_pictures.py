"""Each sign of the debugger as a picture: breakpoints, the arrow, differences, the bubble."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QApplication

from editor import theme as look_of
from editor.canvas.breakpoint_looks import BreakpointLook, Spot, breakpoint_look
from editor.canvas.debug_marks import spot_point
from editor.canvas.geometry import Point, Rect
from editor.canvas.looks import NO_STATUS, Flag, NodeLook, PortLook, StatusLook
from editor.canvas.paint_bubble import BubbleLine, bubble_size, draw_bubble
from editor.canvas.paint_marks import (
    difference_words,
    draw_arrow,
    draw_breakpoint,
    draw_difference,
    draw_first_difference,
    draw_hint,
)
from editor.canvas.paint_node import draw_body, draw_node, draw_texts
from editor.canvas.paint_pill import draw_pill
from editor.theme import DARK, LIGHT, Theme
from node_engine.analysis.compare import Difference
from node_engine.models.breakpoint import Breakpoint
from node_engine.models.description import Family
from node_engine.models.ids import ComponentKey
from node_engine.models.run import StepState
from tests.editor.canvas.compared_pictures import assert_looks_like, paint

THEMES = [DARK, LIGHT]
NODE = NodeLook(
    ComponentKey("criticise"), "Chat", "Chat · demo", Family.MODELS, "message-square", (PortLook("next", "next"),), 52
)
CARD = Rect(0, 0, 206, 52)


def sign(**fields: object) -> BreakpointLook:
    values = {"flow_key": "f", "component_key": "criticise", **fields}
    return breakpoint_look([Breakpoint.model_validate(values)])


SIGNS: dict[str, tuple[BreakpointLook, Spot]] = {
    "on": (sign(), Spot.BEFORE),
    "off": (sign(enabled=False), Spot.BEFORE),
    "log": (sign(log="score {score}"), Spot.BEFORE),
    "log-off": (sign(log="score {score}", enabled=False), Spot.BEFORE),
    "condition": (sign(condition="score < 0.8"), Spot.BEFORE),
    "condition-off": (sign(condition="score < 0.8", enabled=False), Spot.BEFORE),
    "condition-log": (sign(condition="score < 0.8", log="x"), Spot.BEFORE),
    "hits": (sign(hits="= 3"), Spot.BEFORE),
    "hits-from": (sign(hits=">= 12", condition="x"), Spot.BEFORE),
    "hits-every": (sign(hits="every 5"), Spot.BEFORE),
    "once": (sign(once=True), Spot.BEFORE),
    "after": (sign(place="after"), Spot.AFTER),
    "error": (sign(place="error"), Spot.ERROR),
    "error-off": (sign(place="error", enabled=False, condition="x"), Spot.ERROR),
}


def assert_picture(name: str, theme: Theme, draw: Callable[[QPainter], None], width: int = 260) -> None:
    look_of.load_fonts()
    assert_looks_like(paint(width, 104, 1.0, theme.canvas, draw), f"{name}-{theme.name}")


def on_node(painter: QPainter, theme: Theme, status: StatusLook = NO_STATUS) -> None:
    painter.translate(32, 28)
    draw_node(painter, NODE, theme, status, Flag.NONE)


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
@pytest.mark.parametrize("name", SIGNS)
def test_a_breakpoint_looks_as_it_should(qapp: QApplication, name: str, theme: Theme) -> None:
    look, spot = SIGNS[name]

    def draw(painter: QPainter) -> None:
        on_node(painter, theme)
        draw_breakpoint(painter, theme, look, spot_point(spot, CARD), is_error=spot is Spot.ERROR)

    assert_picture(f"breakpoint-{name}", theme, draw)


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_the_place_for_a_breakpoint_is_shown_faintly(qapp: QApplication, theme: Theme) -> None:
    def draw(painter: QPainter) -> None:
        on_node(painter, theme)
        draw_hint(painter, theme, spot_point(Spot.BEFORE, CARD))

    assert_picture("breakpoint-hint", theme, draw)


ARROWS = {"arrow": None, "arrow-on-breakpoint": sign(), "arrow-on-condition": sign(condition="x", hits="= 3")}


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
@pytest.mark.parametrize("name", ARROWS)
def test_the_arrow_of_a_paused_run_looks_as_it_should(qapp: QApplication, name: str, theme: Theme) -> None:
    def draw(painter: QPainter) -> None:
        on_node(painter, theme, StatusLook(StepState.PAUSED, "before, visit 2"))
        draw_arrow(painter, theme, spot_point(Spot.BEFORE, CARD), ARROWS[name])

    assert_picture(name, theme, draw)


DIFFERENCES = [(each, False) for each in Difference] + [(each, True) for each in Difference if each != "same"]


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
@pytest.mark.parametrize(("difference", "is_first"), DIFFERENCES)
def test_a_difference_looks_as_it_should(
    qapp: QApplication, difference: Difference, theme: Theme, is_first: bool
) -> None:
    status = StatusLook(StepState.DONE, "0.41 s")

    def draw(painter: QPainter) -> None:
        painter.translate(32, 28)
        draw_body(painter, NODE, theme, status, Flag.NONE)
        if is_first:
            draw_first_difference(painter, theme, difference, 52)
        draw_texts(painter, NODE, theme)
        draw_pill(painter, theme, status)
        words = difference_words(difference, ("run 41", "run 42"), is_first=is_first)
        draw_difference(painter, theme, difference, 52, words, is_first=is_first)

    assert_picture(f"difference-{difference}{'-first' if is_first else ''}", theme, draw)


BUBBLES: dict[str, list[BubbleLine]] = {
    "one": [("score", "0.50")],
    "several": [("score", "0.50"), ("missing", '["dates", "contact"]'), ("usage", "{2 keys}"), "written by step 3"],
    "long": [("a_rather_long_path.to.the.value[12]", '"' + "The new workshop opens in May. " * 4 + '"')],
    "many": [(f"key_{number}", str(number)) for number in range(20)],
}


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
@pytest.mark.parametrize("name", BUBBLES)
def test_a_bubble_looks_as_it_should(qapp: QApplication, name: str, theme: Theme) -> None:
    look_of.load_fonts()
    size = bubble_size(BUBBLES[name])

    def draw(painter: QPainter) -> None:
        draw_bubble(painter, theme, BUBBLES[name], QRectF(QPointF(16, 16), size))

    picture = paint(round(size.width()) + 32, round(size.height()) + 32, 1.0, theme.canvas, draw)
    assert_looks_like(picture, f"bubble-{name}-{theme.name}")


def test_signs_on_and_off_and_of_each_kind_differ_without_their_colours(qapp: QApplication) -> None:
    look_of.load_fonts()

    def grey(look: BreakpointLook) -> bytes:
        image = paint(40, 40, 1.0, DARK.canvas, lambda painter: draw_breakpoint(painter, DARK, look, Point(16, 20)))
        return bytes(image.convertToFormat(image.Format.Format_Mono).constBits())

    looks = [look for look, spot in SIGNS.values() if spot is Spot.BEFORE]

    assert len({grey(look) for look in looks}) == len(looks)
