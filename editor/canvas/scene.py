"""All looks, places and ways of a flow, in dicts and two spatial indexes; kept current by the document's changes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace
from itertools import islice
from zlib import crc32

from editor.canvas.debug_marks import DebugMarks
from editor.canvas.geometry import OUTSIDE, Point, Rect, in_spot, node_rect, out_spot, united
from editor.canvas.grid import Grid
from editor.canvas.looks import (
    NO_STATUS,
    NodeLook,
    StatusLook,
    WireId,
    WireLook,
    WireStyle,
    node_look,
    resting_style,
    wire_look,
    worst_problem,
)
from editor.canvas.routes import Route, find_route, stub
from editor.document.change import Change
from editor.document.document import Document
from editor.document.layout import Place
from node_engine.models.ids import ComponentKey
from node_engine.models.problem import Problem

WIRE_OUTSIDE = 24.0
"""How far the drawing of a wire reaches beyond its way: width, count, arrow, breakpoint."""
NEAR_CELL = 512.0
"""Cells of the index that answers small questions: a few nodes each."""
MANY = 100
"""When more components change at once, everything is painted anew: that is less work than to say where."""
PROBLEMS_AT_ONCE = 1_000
"""Components whose problems change in one frame: a few milliseconds."""
_FAR_AWAY = 1e7
"""Places beyond are drawn here: a layout file may say anything."""


class Scene:
    """What there is to draw. Holds values only: no component, command, session or widget.

    `damaged` is told every area whose picture became another.
    """

    def __init__(self, document: Document, damaged: Callable[[Rect], None]) -> None:
        self._document = document
        self._tell_damaged = damaged
        self._is_quiet = False
        self.nodes: dict[ComponentKey, NodeLook] = {}
        self.rects: dict[ComponentKey, Rect] = {}
        self.ranks: dict[ComponentKey, int] = {}
        self.wires: dict[WireId, WireLook] = {}
        self.routes: dict[WireId, Route] = {}
        self.statuses: dict[ComponentKey, StatusLook] = {}
        self.marks = DebugMarks()
        self.selected: set[ComponentKey] = set()
        self.node_grid: Grid[ComponentKey] = Grid()
        self.near_grid: Grid[ComponentKey] = Grid(NEAR_CELL)
        self.wire_grid: Grid[WireId] = Grid()
        self._out: dict[ComponentKey, tuple[WireId, ...]] = {}
        self._into: dict[ComponentKey, dict[WireId, None]] = {}
        self._problems: dict[str, list[Problem]] = {}
        self._unshown: dict[ComponentKey, None] = {}
        self.rebuild()

    def rebuild(self) -> None:
        """Ask the document for everything anew."""
        self._is_quiet = True
        for held in (self.nodes, self.rects, self.wires, self.routes, self._out, self._into):
            held.clear()
        self.node_grid.clear()
        self.near_grid.clear()
        self.wire_grid.clear()
        keys = self._document.keys()
        for key in keys:
            self._build_node(key)
        self._rank()
        for key in keys:
            self._build_wires(key)
        self.selected.intersection_update(self.nodes)
        self._is_quiet = False
        self._damage_all()

    def update(self, change: Change) -> None:
        """Follow one change of the document."""
        if change.reset:
            self.rebuild()
            return
        self._is_quiet = len(change.moved | change.changed | change.added) > MANY
        self._follow(change)
        if self._is_quiet:
            self._is_quiet = False
            self._damage_all()

    def set_problems(self, problems: Iterable[Problem]) -> bool:
        """Show these problems at their components; True when there are too many and `show_problems` has more to do."""
        found: dict[str, list[Problem]] = {}
        for problem in problems:
            if problem.component_key is not None:
                found.setdefault(problem.component_key, []).append(problem)
        known = self._problems
        touched = (ComponentKey(key) for key in {**found, **known} if found.get(key) != known.get(key))
        self._unshown.update(dict.fromkeys(touched))
        self._problems = found
        return self.show_problems()

    def show_problems(self) -> bool:
        """Show some more of the problems that were set; True when there are still more."""
        some = list(islice(self._unshown, PROBLEMS_AT_ONCE))
        for key in some:
            del self._unshown[key]
            look = self.nodes.get(key)
            if look is not None:
                severity, problem = worst_problem(self._problems.get(key, ()))
                self.nodes[key] = replace(look, severity=severity, problem=problem)
        if len(some) > len(self.nodes) // 4:
            self._damage_all()
        else:
            for key in some:
                if key in self.rects:
                    self.damage_node(key)
        return bool(self._unshown)

    def place(self, key: ComponentKey, x: float, y: float) -> None:
        """Draw a component elsewhere, with its wires; the document is not asked."""
        if self._move(key, x, y):
            for id_ in self.wires_at(key):
                self._find_way(id_)

    def reroute_around(self, keys: Iterable[ComponentKey], spots: Sequence[Rect] = ()) -> None:
        """Find new ways for wires near components that came, moved or grew, and near where they were."""
        near = dict.fromkeys(id_ for key in keys if key in self.rects for id_ in self.wires_at(key))
        areas = [self.rects[key] for key in keys if key in self.rects] + list(spots)
        if len(areas) > len(self.rects) // 2:
            near = dict.fromkeys(self.wires)
        else:
            near.update((id_, None) for area in areas for id_ in self.wire_grid.within(area.grown(OUTSIDE)))
        for id_ in near:
            self._find_way(id_)

    def set_status(self, key: ComponentKey, status: StatusLook) -> None:
        """Show what a run says about a component."""
        if key in self.nodes and self.statuses.get(key, NO_STATUS) != status:
            self.damage_node(key)
            if status == NO_STATUS:
                self.statuses.pop(key, None)
            else:
                self.statuses[key] = status
            self.touch_node(key)

    def set_taken(self, id_: WireId, style: WireStyle | None, count: int) -> None:
        """Show that a run took a wire; None for style puts it back to rest."""
        look = self.wires.get(id_)
        if look is None:
            return
        resting = resting_style(look.kind)
        shown = resting if style is None or (resting, style) == (WireStyle.ERROR, WireStyle.TAKEN) else style
        if (shown, count) != (look.style, look.count):
            self.wires[id_] = WireLook(id_, look.kind, look.label, shown, count, look.is_named)
            self.wire_grid.touch(id_)
            self.damage_wire(id_)

    def select(self, keys: set[ComponentKey]) -> None:
        """Select these components and no others."""
        touched = keys ^ self.selected
        self.selected = keys
        if len(touched) > len(self.nodes) // 4:
            self.node_grid.touch_all()
            self._damage_all()
            return
        for key in touched:
            if key in self.rects:
                self.touch_node(key)

    def wires_from(self, key: ComponentKey) -> tuple[WireId, ...]:
        """The wires that leave a component and are drawn, in order of its ports."""
        return self._out.get(key, ())

    def wires_into(self, key: ComponentKey) -> tuple[WireId, ...]:
        """The wires that arrive at a component."""
        return tuple(self._into.get(key, ()))

    def wires_at(self, key: ComponentKey) -> tuple[WireId, ...]:
        """The wires that leave or arrive at a component."""
        return (*self._out.get(key, ()), *self._into.get(key, ()))

    def bounds(self, keys: Iterable[ComponentKey] | None = None) -> Rect | None:
        """The rectangle around some components, or around everything."""
        if keys is not None:
            return united(self.rects[key] for key in keys if key in self.rects)
        layout = self._document.layout
        boxes = [Rect(frame.x, frame.y, frame.width, frame.height) for frame in layout.frames.values()]
        boxes += [Rect(note.x, note.y, note.width, note.height) for note in layout.notes.values()]
        return united([*self.rects.values(), *boxes])

    def out_point(self, key: ComponentKey, port: str) -> Point:
        """Where wires leave a port; an unknown port counts as the first."""
        look = self.nodes[key]
        row = look.row_of(port)
        return out_spot(self.rects[key], 0 if row is None and look.has_rows else row)

    def damage_node(self, key: ComponentKey) -> None:
        """Say that a component must be painted again."""
        self._damaged(self.rects[key].grown(OUTSIDE))

    def damage_marks(self, keys: Collection[ComponentKey]) -> None:
        """Say that marks at components and their wires must be painted again."""
        if len(keys) > MANY:
            self._damage_all()
            return
        for key in keys:
            if key in self.rects:
                self.damage_node(key)
                for id_ in self.wires_from(key):
                    self.damage_wire(id_)

    def touch_node(self, key: ComponentKey) -> None:
        """Say that the state of a component became another."""
        self.node_grid.touch(key)
        self.damage_node(key)

    def damage_wire(self, id_: WireId) -> None:
        """Say that a wire must be painted again."""
        route = self.routes.get(id_)
        if route is not None:
            self._damaged(route.bounds.grown(WIRE_OUTSIDE))

    def _follow(self, change: Change) -> None:
        for key in (*change.removed, *change.renamed):
            self._drop_node(key)
        fresh = change.added | frozenset(change.renamed.values())
        spots = [self.rects.get(key) for key in change.moved | change.changed]
        for key in (*fresh, *change.changed):
            self._build_node(key)
        for key in change.moved:
            self._follow_place(key)
        if change.order or fresh or change.removed:
            self._rank()
        self._rewire(change.rewired | fresh | change.changed, fresh)
        moved = fresh | change.moved | change.changed
        self.reroute_around(moved, [rect for rect in spots if rect is not None])

    def _damaged(self, area: Rect) -> None:
        if not self._is_quiet:
            self._tell_damaged(area)

    def _damage_all(self) -> None:
        self._damaged(Rect(-_FAR_AWAY, -_FAR_AWAY, 2 * _FAR_AWAY, 2 * _FAR_AWAY))

    def _rank(self) -> None:
        self.ranks = {key: rank for rank, key in enumerate(self._document.keys())}

    def _build_node(self, key: ComponentKey) -> None:
        document = self._document
        ports, place = document.ports(key), document.place(key)
        look = node_look(
            document.component(key), document.description(key), ports, self._problems.get(key, ()), place.color
        )
        old = self.nodes.get(key)
        self.nodes[key] = look
        rect = node_rect(*_clamped(place), look.height)
        if self.rects.get(key) != rect:
            if old is not None:
                self.damage_node(key)
            self.rects[key] = rect
        if look != old:
            self._put(key, rect)
            self.damage_node(key)

    def _put(self, key: ComponentKey, rect: Rect) -> None:
        self.rects[key] = rect
        self.node_grid.put(key, rect)
        self.near_grid.put(key, rect)

    def _follow_place(self, key: ComponentKey) -> None:
        place = self._document.place(key)
        if place.color != self.nodes[key].tint:
            self._build_node(key)
        self._move(key, *_clamped(place))

    def _move(self, key: ComponentKey, x: float, y: float) -> bool:
        """Move a component without its wires; False when it is there already."""
        rect = self.rects[key]
        if (rect.x, rect.y) == (x, y):
            return False
        self.damage_node(key)
        self._put(key, rect._replace(x=x, y=y))
        self.damage_node(key)
        return True

    def _drop_node(self, key: ComponentKey) -> None:
        if key not in self.nodes:
            return
        self.damage_node(key)
        for id_ in self.wires_at(key):
            self._drop_wire(id_)
        self._out.pop(key, None)
        self.node_grid.remove(key)
        self.near_grid.remove(key)
        for held in (self.nodes, self.rects, self.statuses):
            held.pop(key, None)
        self.selected.discard(key)

    def _rewire(self, sources: Iterable[ComponentKey], fresh: Iterable[ComponentKey]) -> None:
        again = dict.fromkeys(sources)
        again.update((source, None) for key in fresh for source in self._document.sources_of(key))
        for key in again:
            if key in self.nodes:
                self._build_wires(key)

    def _build_wires(self, key: ComponentKey) -> None:
        ports = self._document.ports(key) if self.nodes[key].has_rows else ()
        looks = {
            look.id: look
            for look in (wire_look(wire, ports) for wire in self._document.wires_of(key))
            if look.id.is_exit or look.id.target in self.rects
        }
        for id_ in self._out.get(key, ()):
            if id_ not in looks:
                self._drop_wire(id_)
        for id_, look in looks.items():
            known = self.wires.get(id_)
            if known is None or known.kind != look.kind or known.label != look.label:
                self.wires[id_] = look
            if not id_.is_exit:
                self._into.setdefault(id_.target, {})[id_] = None
            self._find_way(id_)
        self._out[key] = tuple(looks)

    def _drop_wire(self, id_: WireId) -> None:
        self.damage_wire(id_)
        self.wires.pop(id_, None)
        self.routes.pop(id_, None)
        self.wire_grid.remove(id_)
        self._into.get(id_.target, {}).pop(id_, None)
        self._out[id_.source] = tuple(other for other in self._out.get(id_.source, ()) if other != id_)

    def _find_way(self, id_: WireId) -> None:
        route = self._route(id_)
        if route == self.routes.get(id_):
            return
        self.damage_wire(id_)
        self.routes[id_] = route
        self.wire_grid.put(id_, route.bounds.grown(WIRE_OUTSIDE))
        self.damage_wire(id_)

    def _route(self, id_: WireId) -> Route:
        start = self.out_point(id_.source, id_.port)
        if id_.is_exit:
            return stub(start)
        source, target = self.rects[id_.source], self.rects[id_.target]
        lane = crc32(f"{id_.source}\x00{id_.port}".encode())
        return find_route(start, in_spot(target), source, target, self._obstacles, lane)

    def _obstacles(self, area: Rect) -> list[Rect]:
        return self.near_grid.rects_within(area)


def _clamped(place: Place) -> tuple[float, float]:
    return max(-_FAR_AWAY, min(_FAR_AWAY, place.x)), max(-_FAR_AWAY, min(_FAR_AWAY, place.y))
