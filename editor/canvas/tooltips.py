"""What a tooltip says about the thing under the pointer; always plain text, made safe for Qt's rich tooltips."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import QCoreApplication

from editor.canvas.breakpoint_looks import Spot
from editor.canvas.hits import Hit, HitKind
from editor.canvas.looks import NO_STATUS, NodeLook, WireId
from editor.canvas.paint_node import WORDS_WIDTH
from editor.canvas.scene import Scene
from editor.canvas.words import Role, is_elided
from editor.document.layout import Layout
from node_engine.analysis.wires import WireKind
from node_engine.models.ids import ComponentKey

_LONGEST = 1_000


def tooltip_for(scene: Scene, layout: Layout, hit: Hit) -> str:
    """The tooltip as escaped HTML, or "" when there is nothing to add to what is seen."""
    lines = [line for line in _lines(scene, layout, hit) if line]
    text = escape("\n".join(lines)[:_LONGEST])
    return f"<p style='white-space:pre-wrap'>{text}</p>" if lines else ""


def _lines(scene: Scene, layout: Layout, hit: Hit) -> list[str]:
    match hit.kind:
        case HitKind.NODE if hit.key is not None:
            return _node_lines(scene, hit.key)
        case HitKind.GUTTER if hit.key is not None:
            return _gutter_lines(scene, hit.key)
        case HitKind.SIGN if hit.key is not None and hit.spot is not None:
            look = scene.marks.spot(hit.key, hit.spot)
            return [look.words if look else "", _tr("Click removes it")]
        case HitKind.OUT_PORT if hit.key is not None:
            return [_port_line(scene.nodes[hit.key], hit.port or "")]
        case HitKind.IN_PORT:
            return [_tr("Drag to connect from another component")]
        case HitKind.WIRE if hit.wire is not None:
            way = scene.marks.way_of(hit.wire)
            words = scene.marks.ways[way].words if way is not None else ""
            return [words, _tr("Click removes it")] if hit.is_wire_sign else [_wire_line(scene, hit.wire), words]
        case HitKind.NOTE if hit.id is not None:
            return [layout.notes[hit.id].text]
        case HitKind.FRAME if hit.id is not None:
            return [layout.frames[hit.id].title]
        case _:
            return []


def _node_lines(scene: Scene, key: ComponentKey) -> list[str]:
    look, status = scene.nodes[key], scene.statuses.get(key, NO_STATUS)
    lines: list[str] = []
    if is_elided(look.key, Role.TITLE, WORDS_WIDTH):
        lines.append(look.key)
    if is_elided(look.detail, Role.DETAIL, WORDS_WIDTH):
        lines.append(look.detail)
    lines.extend([status.message, look.problem, look.note])
    if key in scene.marks.edited:
        lines.append(_tr("Its config was changed for this run only"))
    if not look.is_enabled:
        lines.append(_tr("Disabled: runs pass it over (D)"))
    return lines


def _gutter_lines(scene: Scene, key: ComponentKey) -> list[str]:
    look, arrow = scene.marks.spot(key, Spot.BEFORE), scene.marks.arrow
    lines = [_tr("Click stops runs before this (B)")] if look is None else [look.words, _tr("Click removes it (B)")]
    if arrow is not None and arrow.key == key and not arrow.is_after and arrow.can_move:
        lines.insert(0, _tr("The run stands here. Drag the arrow to where it shall go on."))
    return lines


def _port_line(look: NodeLook, port: str) -> str:
    label = next((each.label for each in look.ports if each.name == port), port)
    return _tr("Drag to connect “{0}”").format(label) if look.has_rows else _tr("Drag to connect")


def _wire_line(scene: Scene, id_: WireId) -> str:
    wire = scene.wires[id_]
    words = {
        WireKind.ORDER: _tr("{0} goes on to {1} by list order"),
        WireKind.ERROR: _tr("A failure of {0} leads to {1}"),
    }.get(wire.kind, _tr("{0} leads to {1}"))
    source = f"{id_.source}.{wire.label or id_.port}" if wire.is_named else id_.source
    line = words.format(source, id_.target)
    return _tr("{0}, taken {1} times").format(line, wire.count) if wire.count > 1 else line


def _tr(text: str) -> str:
    return QCoreApplication.translate("CanvasTooltips", text)
