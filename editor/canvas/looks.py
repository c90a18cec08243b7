"""What painting needs to know, as plain values: looks of components, states and wires. Built when something changes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple

from editor.document.layout import NODE_HEIGHT, node_size, port_rows
from node_engine.analysis.ports import ERROR, Port
from node_engine.analysis.wires import Wire, WireKind
from node_engine.models.description import ComponentDescription, Family
from node_engine.models.flow import FlowComponent
from node_engine.models.ids import EXIT, ComponentKey
from node_engine.models.json import JsonObject, JsonValue
from node_engine.models.problem import Problem, Severity
from node_engine.models.run import StepState

DETAIL_LENGTH = 80
"""Longest second line that is laid out; the card shows about 24 characters of it."""
_PLACE = re.compile(r"\{([A-Za-z0-9_.]+)\}")
_SEVERITIES = (Severity.ERROR, Severity.WARNING)


class Flag:
    """How a node stands out at the moment: bits of a plain int, because painting asks a thousand times a frame."""

    NONE = 0
    SELECTED = 1
    HOVERED = 2
    DIMMED = 4
    """A connection is being drawn and this is no target."""
    OFFERED = 8
    """A connection is being drawn and may end here."""
    AIMED = 16
    """A connection would end here."""
    CURRENT = 32
    """Where the keyboard is."""
    NEXT = 64
    """With OFFERED or AIMED: a paused run may go on here."""
    EDITED = 128
    """Its config was changed for the shown run only."""


class WireStyle(IntEnum):
    """How a wire is drawn; later ones lie on top."""

    ORDER = 0
    EXPLICIT = 1
    ERROR = 2
    TAKEN = 3
    LAST = 4
    """The last one taken before the run paused."""


@dataclass(frozen=True, slots=True)
class PortLook:
    """A port as a row of the node; `is_error` leads to what handles a failure."""

    name: str
    label: str
    is_error: bool = False


@dataclass(frozen=True, slots=True)
class NodeLook:
    """All that a document says about how a component is drawn."""

    key: ComponentKey
    kind: str
    """The component's label, or its name when the registry does not hold it."""
    detail: str
    """The second line: "If · score ≥ 0.8"."""
    family: Family
    icon: str
    ports: tuple[PortLook, ...]
    """Every port, in order."""
    height: float
    is_known: bool = True
    is_enabled: bool = True
    severity: Severity | None = None
    problem: str = ""
    note: str = ""
    tint: str | None = None
    """A colour the user chose, "#rrggbb"."""

    @property
    def has_rows(self) -> bool:
        """True when each port has a labelled row of its own."""
        return self.height > NODE_HEIGHT

    def row_of(self, port: str) -> int | None:
        """The row of a port, or None when it sits at the middle of the card."""
        if not self.has_rows:
            return None
        return next((row for row, look in enumerate(self.ports) if look.name == port), None)


@dataclass(frozen=True, slots=True)
class StatusLook:
    """What a run says about a component: its state, the words of the pill, and how often it was visited."""

    state: StepState | None = None
    words: str = ""
    """Without the sign of the state, which is drawn: "0.41 s", "before visit 2", "timed out"."""
    count: str = ""
    """Behind the words, quieter: "×2"."""
    message: str = ""
    """The whole error, for the tooltip."""


NO_STATUS = StatusLook()


class WireId(NamedTuple):
    """Names a wire while it exists."""

    source: ComponentKey
    port: str
    target: ComponentKey

    @property
    def is_exit(self) -> bool:
        """True for a wire that ends the flow."""
        return self.target == EXIT


@dataclass(frozen=True, slots=True)
class WireLook:
    """How a wire is drawn: its resting style, and what the run made of it."""

    id: WireId
    kind: WireKind
    label: str
    style: WireStyle
    count: int = 0
    """How often the shown run took it."""
    is_named: bool = False
    """True when it leaves a labelled port, so that even a single passage is written at it."""


def node_look(
    component: FlowComponent,
    description: ComponentDescription | None,
    ports: Sequence[Port],
    problems: Iterable[Problem] = (),
    tint: str | None = None,
) -> NodeLook:
    """Build the look of a component from what the document knows."""
    severity, problem = worst_problem(problems)
    kind = component.name if description is None else description.label or component.name
    return NodeLook(
        key=ComponentKey(component.key),
        kind=kind,
        detail=_detail(kind, component, description),
        family=Family.CODE if description is None else description.family,
        icon="circle-help" if description is None else description.icon,
        ports=tuple(_port_look(port) for port in ports),
        height=node_size(ports)[1],
        is_known=description is not None,
        is_enabled=component.enabled is not False,
        severity=severity,
        problem=problem,
        note=component.note or "",
        tint=tint,
    )


def wire_look(wire: Wire, ports: Sequence[Port]) -> WireLook:
    """Build the look of a wire at rest."""
    id_ = WireId(wire.source, wire.port, wire.target)
    return WireLook(id_, wire.kind, wire.label, resting_style(wire.kind), is_named=bool(port_rows(ports)))


def resting_style(kind: WireKind) -> WireStyle:
    """The style of a wire that no run has taken."""
    match kind:
        case WireKind.ORDER:
            return WireStyle.ORDER
        case WireKind.ERROR:
            return WireStyle.ERROR
        case _:
            return WireStyle.EXPLICIT


def fill_summary(template: str, config: JsonObject, default: JsonObject) -> str:
    """Put config values into a summary such as "{method} {url}"; empty when none of them is there."""
    values = [_value_at(config, default, path) for path in _PLACE.findall(template)]
    if values and not any(values):
        return ""
    found = iter(values)
    return " ".join(_PLACE.sub(lambda _match: next(found), template).split())[:DETAIL_LENGTH]


def worst_problem(problems: Iterable[Problem]) -> tuple[Severity | None, str]:
    """How bad the worst problem is, and the words of all; notices are left to the list of problems."""
    found = [problem for problem in problems if problem.severity in _SEVERITIES]
    if not found:
        return None, ""
    worst = min((problem.severity for problem in found), key=_SEVERITIES.index)
    return worst, "\n".join(dict.fromkeys(problem.message for problem in found))


def _detail(kind: str, component: FlowComponent, description: ComponentDescription | None) -> str:
    if description is None:
        return f"{kind} · not in the registry"
    if not description.summary:
        return kind
    words = fill_summary(description.summary, component.config, description.config_default)
    return f"{kind} · {words}" if words else kind


def _value_at(config: JsonObject, default: JsonObject, path: str) -> str:
    head, *rest = path.split(".")
    value: JsonValue = config.get(head, default.get(head))
    for name in rest:
        value = value.get(name) if isinstance(value, dict) else None
    return _words(value)


def _words(value: JsonValue) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case str():
            return value[: 2 * DETAIL_LENGTH]
        case int() | float():
            return f"{value:g}" if isinstance(value, float) else str(value)
        case list():
            return f"{len(value)} items" if len(value) != 1 else "1 item"
        case _:
            return f"{len(value)} keys" if len(value) != 1 else "1 key"


def _port_look(port: Port) -> PortLook:
    return PortLook(port.name, port.label or port.name, port.path == ERROR)
