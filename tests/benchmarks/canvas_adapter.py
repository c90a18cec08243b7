"""Our canvas for the shared canvas bench: the same workload, so that ratios to its reference can be taken.

The bench looks for adapters in its own package, so this folder is added to that package's path:

    cd <bench>; PYTHONPATH=<repository>:. python -c "import adapters, sys;
    adapters.__path__.append('<repository>/tests/benchmarks'); sys.argv = ['harness.py', 'canvas_adapter', '10000'];
    import harness; harness.main()"

Ours and the reference, milliseconds, best of two sittings taken in turn (median / p95 where frames were taken; 2 cores,
no GPU, Python 3.11, PySide6 6.11.3). Compare ratios only, never milliseconds of different days.

    what               1,000: ours   reference   ratio   10,000: ours   reference   ratio
    pan at 1.0          1.1 / 1.5    1.1 / 1.4     1.0     1.1 / 1.5    1.1 / 1.4     1.0
    drag at 1.0         1.4 / 1.7    0.6 / 0.8     2.4    1.4 / 10.2    0.6 / 0.7     2.4
    states at 1.0       1.4 / 2.1    1.2 / 1.4     1.2     1.5 / 3.2    1.4 / 1.5     1.1
    pan at fit          0.9 / 1.5    0.3 / 0.3     3.3     0.5 / 1.0    0.5 / 0.7     1.0
    drag at fit         2.2 / 3.1    0.3 / 0.5     6.6     1.2 / 1.5    0.4 / 0.5     3.1
    states at fit       5.7 / 7.4    1.3 / 1.5     4.2     3.2 / 4.0    2.0 / 2.3     1.7
    zoom sweep          3.1 / 7.1    2.0 / 4.7     1.6    2.5 / 10.2    1.8 / 4.5     1.4
    move, undo 500             37          5.5     6.6            48           13     3.8
    populate                   53          4.8    11.2           540           59     9.1
    load                       66          5.9    11.2           645           58    11.1

The reference draws rectangles by a list of places: it has no document, ports, routes round components, problems or undo
of a file's form. Populating and loading make those here; moving finds new ways for wires. At fit with 1,000 a node of
ours is 39 pixels wide and drawn with tile, bar and smooth wires, one of the reference is flat already. Dragging at
10,000 has its p95 while every one of the 10,000 components is given the mark of its problem.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from adapter import Adapter  # type: ignore[import-not-found]  # from the bench's own folder
from PySide6.QtCore import QPoint, QPointF
from PySide6.QtWidgets import QWidget

from editor import theme
from editor.canvas.canvas_view import CanvasView
from editor.canvas.geometry import Rect
from editor.canvas.gestures import move
from editor.canvas.guides import Settled
from editor.canvas.renderer import Renderer
from editor.canvas.run_overlay import RunOverlay
from editor.canvas.scene import Scene
from editor.document.document import Document
from editor.document.editing import DocumentEditor
from editor.document.files import load_flow, save
from editor.document.layout import Layout, Place
from editor.session.garbage import GarbageSweep
from editor.session.run_view import Mark
from node_engine.models.description import ComponentDescription, Family
from node_engine.models.flow import FlowComponent, FlowDefinition
from node_engine.models.ids import ComponentKey
from node_engine.models.run import StepState

STATES = (None, StepState.RUNNING, StepState.DONE, StepState.FAILED)
KINDS = {
    family.value: ComponentDescription(family.value, family.value.title(), "", family=family, outputs=())
    for family in Family
}


class Ours(Adapter):  # type: ignore[misc]
    """Drives a `CanvasView` by its public methods."""

    name = "node engine"

    def make(self) -> QWidget:
        theme.load_fonts()
        self._sweep = GarbageSweep()
        self._top = QWidget()
        self._marks: dict[ComponentKey, Mark] = {}
        self._show(FlowDefinition(key="bench", flow=[]), Layout())
        move.settle = _do_not_settle  # the bench counts a step without a paint as missed
        return self._top

    def viewport(self) -> QWidget:
        return self._view

    def populate(self, g: Any) -> None:
        outputs: list[dict[str, str]] = [{} for _ in range(g.n)]
        for source, target, _input in g.edges:
            outputs[source][f"o{len(outputs[source])}"] = f"n{target}"
        names = list(KINDS)
        flow = FlowDefinition.model_construct(
            key="bench",
            flow=[FlowComponent(key=f"n{i}", name=names[g.kinds[i]], outputs=outputs[i] or None) for i in range(g.n)],
        )
        layout = Layout(places={ComponentKey(f"n{i}"): Place(*g.pos[i]) for i in range(g.n)})
        self._replace(Document(flow, layout, KINDS))

    def counts(self) -> tuple[int, int]:
        return len(self._view.scene.nodes), len(self._view.scene.wires)

    def set_zoom(self, z: float) -> None:
        self._view.zoom_to(z)

    def zoom(self) -> float:
        return self._view.zoom

    def fit(self) -> None:
        self._view.fit()

    def pan(self, dx: float, dy: float) -> None:
        self._view.pan(-dx, -dy)

    def center_on(self, i: int) -> None:
        rect = self._view.scene.rects[_key(i)]
        self._view.look_at(type(self._view.camera.center)(rect.x + rect.width / 2, rect.y + 26))

    def grab_point(self, i: int) -> QPoint:
        rect = self._view.scene.rects[_key(i)]
        return self._view.to_widget(QPointF(rect.x + rect.width / 2, rect.y + 26)).toPoint()

    def node_pos(self, i: int) -> tuple[float, float]:
        rect = self._view.scene.rects[_key(i)]
        return rect.x, rect.y

    def select_all(self) -> None:
        self._view.select_all()

    def selected_count(self) -> int:
        return len(self._view.scene.selected)

    def clear_selection(self) -> None:
        self._view.clear_selection()

    def move_many(self, ids: list[int], dx: float, dy: float) -> None:
        rects = self._view.scene.rects
        self._view.editor.move({_key(i): (rects[_key(i)].x + dx, rects[_key(i)].y + dy) for i in ids})

    def undo(self) -> None:
        self._view.document.undo_stack.undo()

    def redo(self) -> None:
        self._view.document.undo_stack.redo()

    def save(self, path: str) -> None:
        save(self._view.document, Path(path))

    def load(self, path: str) -> None:
        loaded = load_flow(Path(path))
        self._replace(Document(loaded.source, loaded.layout, KINDS, loaded.path))

    def set_state(self, ids: list[int], state: int) -> None:
        for i in ids:
            shown = STATES[state]
            if shown is None:
                self._marks.pop(_key(i), None)
            else:
                self._marks[_key(i)] = Mark(shown, 1, 10.0)
        self._view.set_overlay(self._marks, {})
        self._view.flush_overlay()

    def _show(self, flow: FlowDefinition, layout: Layout) -> None:
        document = Document(flow, layout, KINDS)
        self._view = CanvasView(document, DocumentEditor(document), theme.DARK, self._top)
        self._view.set_reduced_motion(True)
        self._top.resizeEvent = lambda event: self._view.resize(event.size())  # type: ignore[method-assign]

    def _replace(self, document: Document) -> None:
        """Show another document in the same widget: the bench counts the paints of one widget only."""
        view = self._view
        view.document.changed.disconnect(view._on_changed)
        document.setParent(view)
        view.document, view.editor = document, DocumentEditor(document)
        view.scene = Scene(document, view.damage)
        view.renderer = Renderer(view.scene, document.layout, view.theme)
        view._overlay = RunOverlay(view.scene)
        document.changed.connect(view._on_changed)


def _do_not_settle(_moving: Rect, dx: float, dy: float, _neighbours: object, _zoom: float) -> Settled:
    return Settled(dx, dy)


def _key(i: int) -> ComponentKey:
    return ComponentKey(f"n{i}")


def make_adapter(variant: str = "") -> Ours:
    """What the bench calls."""
    return Ours()
