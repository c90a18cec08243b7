"""Automatic layout: layers from left to right, branches below, long flows wrapped into rows. O(n + e) but for sorting.

Own code because the layouts we could take either ignore node sizes, cross this size's time limit or cannot wrap.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil, sqrt

from editor.document.layout import GRID, Place, bounds
from node_engine.analysis.wires import Wire
from node_engine.models.ids import ComponentKey

GAP_ACROSS = 60
GAP_DOWN = 40
GROUP_GAP = 100
"""Between groups that no wire connects, and between wrapped rows."""
LONGEST_ROW = 16
"""Layers; a flow with more is wrapped."""
SHORTEST_WRAPPED_ROW = 12
_ASPECT = 2.0
_SWEEPS = 3
_LANE = 20.0
"""Height that a wire takes which passes a layer."""

Size = tuple[float, float]
Points = dict[ComponentKey, tuple[float, float]]


def arrange(
    keys: Sequence[ComponentKey],
    wires: Iterable[Wire],
    sizes: Mapping[ComponentKey, Size],
    *,
    left: float = 0.0,
    top: float = 0.0,
) -> Points:
    """Top left corners, on the grid, for components in list order; `wires` to other keys are ignored."""
    graph = _Graph.of(keys, wires)
    points: Points = {}
    loose: list[int] = []
    for group in graph.groups():
        if len(group) == 1:
            loose += group
            continue
        for layers in _wrapped(_ordered_layers(graph, group), graph, sizes):
            top = _place_row(layers, graph, sizes, points, left, top) + GROUP_GAP
    for start in range(0, len(loose), LONGEST_ROW):
        shelf = [[node] for node in loose[start : start + LONGEST_ROW]]
        top = _place_row(shelf, graph, sizes, points, left, top) + GAP_DOWN
    return points


def arrange_missing(
    keys: Sequence[ComponentKey],
    wires: Iterable[Wire],
    sizes: Mapping[ComponentKey, Size],
    places: Mapping[ComponentKey, Place],
) -> dict[ComponentKey, Place]:
    """Places for the components that have none, below those that have one."""
    missing = [key for key in keys if key not in places]
    around = bounds(places[key] for key in keys if key in places)
    left, top = (around[0], around[3] + GROUP_GAP) if around else (0.0, 0.0)
    points = arrange(missing, wires, sizes, left=_on_grid(left), top=_on_grid(top))
    return {key: Place(x, y) for key, (x, y) in points.items()}


@dataclass(slots=True)
class _Graph:
    """Forward edges between node numbers; numbers from `len(keys)` on are lanes of wires that pass layers."""

    keys: Sequence[ComponentKey]
    after: list[list[int]]
    before: list[list[int]] = field(default_factory=list)
    layer: list[int] = field(default_factory=list)
    rank: list[float] = field(default_factory=list)
    """Order of first visit, which keeps the first branch on top."""

    @classmethod
    def of(cls, keys: Sequence[ComponentKey], wires: Iterable[Wire]) -> _Graph:
        number = {key: index for index, key in enumerate(keys)}
        targets: list[dict[int, None]] = [{} for _ in keys]
        for wire in wires:
            source, target = number.get(wire.source), number.get(wire.target)
            if source is not None and target is not None and source != target:
                targets[source][target] = None
        graph = cls(keys, [list(each) for each in targets])
        graph._cut_loops()
        graph._add_lanes()
        graph.before = [[] for _ in graph.after]
        for node, following in enumerate(graph.after):
            for target in following:
                graph.before[target].append(node)
        return graph

    def groups(self) -> list[list[int]]:
        """Nodes that hang together, group by group in list order."""
        seen = bytearray(len(self.after))
        groups = []
        for start in range(len(self.keys)):
            if seen[start]:
                continue
            seen[start] = 1
            group = [start]
            for node in group:
                for near in (*self.after[node], *self.before[node]):
                    if not seen[near]:
                        seen[near] = 1
                        group.append(near)
            groups.append(group)
        return groups

    def _cut_loops(self) -> None:
        """Leave out the edges that go back, and put each node right of all that lead to it."""
        done, forward = self._depth_first()
        self.after = forward
        self.layer = [0] * len(forward)
        for node in reversed(done):
            for target in forward[node]:
                self.layer[target] = max(self.layer[target], self.layer[node] + 1)

    def _depth_first(self) -> tuple[list[int], list[list[int]]]:
        count = len(self.after)
        state, done = bytearray(count), []
        forward: list[list[int]] = [[] for _ in range(count)]
        self.rank = [0.0] * count
        visited = 0
        for start in range(count):
            stack = [(start, iter(self.after[start]))] if not state[start] else []
            while stack:
                node, targets = stack[-1]
                if not state[node]:
                    state[node], self.rank[node] = 1, visited
                    visited += 1
                target = next(targets, None)
                if target is None:
                    state[node] = 2
                    done.append(node)
                    stack.pop()
                elif state[target] != 1:
                    forward[node].append(target)
                    if not state[target]:
                        stack.append((target, iter(self.after[target])))
        return done, forward

    def _add_lanes(self) -> None:
        """Give wires that pass layers a lane in each, while that at most triples the graph."""
        left = 2 * len(self.keys)
        for source in range(len(self.keys)):
            for place, target in enumerate(self.after[source]):
                passed = self.layer[target] - self.layer[source] - 1
                if 0 < passed <= left:
                    left -= passed
                    self._add_lane(source, place, target)

    def _add_lane(self, source: int, place: int, target: int) -> None:
        previous = source
        for layer in range(self.layer[source] + 1, self.layer[target]):
            lane = len(self.after)
            self.after.append([])
            self.layer.append(layer)
            self.rank.append(self.rank[source] + 0.5)
            if previous == source:
                self.after[source][place] = lane
            else:
                self.after[previous].append(lane)
            previous = lane
        self.after[previous].append(target)


Layers = list[list[int]]


def _ordered_layers(graph: _Graph, group: list[int]) -> Layers:
    """The nodes of a group by layer, ordered so that few wires cross."""
    layers: Layers = [[] for _ in range(max(graph.layer[node] for node in group) + 1)]
    for node in sorted(group, key=graph.rank.__getitem__):
        layers[graph.layer[node]].append(node)
    if all(len(layer) == 1 for layer in layers):
        return layers
    position = [0.0] * len(graph.after)
    for layer in layers:
        _number(layer, position)
    for sweep in range(_SWEEPS):
        forward = sweep % 2 == 0
        near = graph.before if forward else graph.after
        for layer in layers if forward else reversed(layers):
            layer.sort(key=lambda node: _mean(near[node], position, position[node]))
            _number(layer, position)
    return layers


def _number(layer: list[int], position: list[float]) -> None:
    for index, node in enumerate(layer):
        position[node] = float(index)


def _mean(nodes: list[int], position: list[float], default: float) -> float:
    return sum(position[node] for node in nodes) / len(nodes) if nodes else default


def _wrapped(layers: Layers, graph: _Graph, sizes: Mapping[ComponentKey, Size]) -> list[Layers]:
    """The layers cut into rows of about twice the width of their height together, if there are many."""
    if len(layers) <= LONGEST_ROW:
        return [layers]
    heights = [sum(_step(_size(graph, node, sizes)[1], GAP_DOWN) for node in layer) for layer in layers]
    width = _step(max(_size(graph, node, sizes)[0] for layer in layers for node in layer), GAP_ACROSS)
    height = sum(heights) / len(heights) + GROUP_GAP
    columns = max(SHORTEST_WRAPPED_ROW, round(sqrt(_ASPECT * len(layers) * height / width)))
    return [layers[start : start + columns] for start in range(0, len(layers), columns)]


def _place_row(
    layers: Layers, graph: _Graph, sizes: Mapping[ComponentKey, Size], points: Points, left: float, top: float
) -> float:
    """Place the layers side by side from `left` and `top`; each node beside its first predecessor or below others."""
    y_of: dict[int, float] = {}
    bottom = top
    for layer in layers:
        y = top
        widest = 0.0
        for node in layer:
            width, height = _size(graph, node, sizes)
            wanted = min((y_of[each] for each in graph.before[node] if each in y_of), default=top)
            y_of[node] = y = max(y, wanted)
            if node < len(graph.keys):
                points[graph.keys[node]] = (left, y)
                bottom = max(bottom, y + height)
            y += _step(height, GAP_DOWN if node < len(graph.keys) else 0)
            widest = max(widest, width)
        left += _step(widest, GAP_ACROSS)
    return _on_grid(bottom)


def _size(graph: _Graph, node: int, sizes: Mapping[ComponentKey, Size]) -> Size:
    return sizes[graph.keys[node]] if node < len(graph.keys) else (0.0, _LANE)


def _step(length: float, gap: float) -> float:
    return float(ceil((length + gap) / GRID) * GRID)


def _on_grid(value: float) -> float:
    return float(ceil(value / GRID) * GRID)
