"""Each state of a component and a wire as a picture: bundled font, fixed size and scale."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication

from editor import theme as look_of
from editor.canvas.geometry import Point, Rect, in_spot, out_spot
from editor.canvas.looks import NO_STATUS, Flag, NodeLook, PortLook, StatusLook, WireId, WireLook, WireStyle
from editor.canvas.paint_node import draw_node
from editor.canvas.paint_wire import CALM, WireMood, draw_pending_wire, draw_wire, draw_wire_marks, wire_path
from editor.canvas.routes import Route, curve, find_route, stub
from editor.theme import DARK, LIGHT, Theme
from node_engine.analysis.wires import WireKind
from node_engine.models.description import Family
from node_engine.models.ids import ComponentKey
from node_engine.models.problem import Severity
from node_engine.models.run import StepState
from tests.editor.canvas.compared_pictures import assert_looks_like, paint

THEMES = [DARK, LIGHT]


def node(key: str = "criticise", *ports: str, **fields: object) -> NodeLook:
    looks = tuple(PortLook(name, name, name == "on error") for name in ports or ("next",))
    height = 52 + (20 * len(looks) + 10 if len(looks) > 1 else 0)
    values = {"kind": "Chat", "detail": "Chat · demo", "family": Family.MODELS, "icon": "message-square", **fields}
    return NodeLook(key=ComponentKey(key), ports=looks, height=height, **values)  # type: ignore[arg-type]


NODES: dict[str, tuple[NodeLook, StatusLook, int]] = {
    "idle": (node(), NO_STATUS, Flag.NONE),
    "selected": (node(), NO_STATUS, Flag.SELECTED),
    "hovered": (node(), NO_STATUS, Flag.HOVERED),
    "done": (node(), StatusLook(StepState.DONE, "0.41 s", "×2"), Flag.NONE),
    "running": (node(), StatusLook(StepState.RUNNING, "1.2 s"), Flag.NONE),
    "paused": (node(), StatusLook(StepState.PAUSED, "before, visit 2"), Flag.NONE),
    "failed": (node(), StatusLook(StepState.FAILED, "timed out"), Flag.NONE),
    "skipped": (node(), StatusLook(StepState.SKIPPED, "skipped"), Flag.NONE),
    "stopped": (node(), StatusLook(StepState.STOPPED, "stopped"), Flag.NONE),
    "disabled": (node(is_enabled=False), NO_STATUS, Flag.NONE),
    "unknown": (
        node(detail="Foo · not in the registry", icon="circle-help", is_known=False, severity=Severity.ERROR),
        NO_STATUS,
        Flag.NONE,
    ),
    "warned-noted-tinted": (
        node(severity=Severity.WARNING, note="look", tint=DARK.family[Family.CONTROL]),
        NO_STATUS,
        Flag.NONE,
    ),
    "edited": (node(), NO_STATUS, Flag.EDITED),
    "may-come-next": (node(), NO_STATUS, Flag.OFFERED | Flag.NEXT),
    "comes-next": (node(), NO_STATUS, Flag.AIMED | Flag.NEXT),
    "offered": (node(), NO_STATUS, Flag.OFFERED),
    "aimed": (node(), NO_STATUS, Flag.AIMED),
    "dimmed": (node(), NO_STATUS, Flag.DIMMED),
    "ports": (
        node("good_enough", "true", "false", "on error", detail="If · score ≥ 0.8"),
        NO_STATUS,
        Flag.NONE,
    ),
    "elided": (
        node("a_key_that_is_much_too_long_for_its_card", detail="Chat · " + "x" * 60),
        NO_STATUS,
        Flag.NONE,
    ),
}


def node_picture(name: str, theme: Theme, ratio: float) -> QImage:
    look, status, flags = NODES[name]

    def draw(painter: QPainter) -> None:
        painter.translate(32, 28)
        draw_node(painter, look, theme, status, flags, turn=0.3)

    return paint(260, 180 if look.has_rows else 104, ratio, theme.canvas, draw)


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
@pytest.mark.parametrize("name", NODES)
def test_a_component_looks_as_it_should(qapp: QApplication, name: str, theme: Theme) -> None:
    look_of.load_fonts()

    assert_looks_like(node_picture(name, theme, 1.0), f"node-{name}-{theme.name}")


def test_a_component_is_crisp_at_twice_the_pixels(qapp: QApplication) -> None:
    look_of.load_fonts()

    assert_looks_like(node_picture("done", DARK, 2.0), "node-done-dark-2x")


def test_every_state_looks_different_without_its_colours(qapp: QApplication) -> None:
    look_of.load_fonts()
    states = ("idle", "done", "running", "paused", "failed", "skipped", "stopped", "disabled")

    grey = {
        bytes(node_picture(name, DARK, 1.0).convertToFormat(QImage.Format.Format_Mono).constBits()) for name in states
    }

    assert len(grey) == len(states)


SOURCE, TARGET, BEHIND = Rect(10, 30, 40, 52), Rect(190, 70, 40, 52), Rect(10, 120, 40, 52)
FORWARD = curve(out_spot(SOURCE, None), in_spot(TARGET))
BACK = find_route(out_spot(SOURCE, None), in_spot(BEHIND), SOURCE, BEHIND, lambda _area: ())


def wire(kind: WireKind, style: WireStyle, count: int = 0, target: str = "b") -> WireLook:
    id_ = WireId(ComponentKey("a"), "next", ComponentKey(target))
    return WireLook(id_, kind, "", style, count)


WIRES: dict[str, tuple[WireLook, Route, WireMood]] = {
    "order": (wire(WireKind.ORDER, WireStyle.ORDER), FORWARD, CALM),
    "explicit": (wire(WireKind.NEXT, WireStyle.EXPLICIT), FORWARD, CALM),
    "error": (wire(WireKind.ERROR, WireStyle.ERROR), FORWARD, CALM),
    "taken": (wire(WireKind.NEXT, WireStyle.TAKEN, 12), FORWARD, CALM),
    "last": (wire(WireKind.NEXT, WireStyle.LAST, 2), BACK, CALM),
    "back": (wire(WireKind.NEXT, WireStyle.EXPLICIT), BACK, CALM),
    "exit": (wire(WireKind.NEXT, WireStyle.EXPLICIT, target="exit"), stub(Point(60, 60)), CALM),
    "selected": (wire(WireKind.NEXT, WireStyle.EXPLICIT), FORWARD, WireMood(is_selected=True)),
    "cut": (wire(WireKind.NEXT, WireStyle.EXPLICIT), FORWARD, WireMood(is_cut=True)),
    "dimmed": (wire(WireKind.NEXT, WireStyle.EXPLICIT), FORWARD, WireMood(is_dimmed=True)),
}


def assert_wire(name: str, theme: Theme, draw: Callable[[QPainter], None]) -> None:
    look_of.load_fonts()
    assert_looks_like(paint(240, 180, 1.0, theme.canvas, draw), f"wire-{name}-{theme.name}")


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
@pytest.mark.parametrize("name", WIRES)
def test_a_wire_looks_as_it_should(qapp: QApplication, name: str, theme: Theme) -> None:
    look, route, mood = WIRES[name]

    def draw(painter: QPainter) -> None:
        painter.fillRect(0, 0, 240, 180, QColor(theme.canvas))
        draw_wire(painter, wire_path(route), look, theme, mood)
        draw_wire_marks(painter, look, route, theme, mood)

    assert_wire(name, theme, draw)


@pytest.mark.parametrize("is_aimed", [True, False], ids=["aimed", "loose"])
def test_a_wire_in_the_hand_looks_as_it_should(qapp: QApplication, is_aimed: bool) -> None:
    name = "pending-aimed" if is_aimed else "pending-loose"

    assert_wire(name, DARK, lambda painter: draw_pending_wire(painter, FORWARD, DARK, is_aimed=is_aimed))
