"""One open flow: its document, its canvas, its breakpoints and the run that is shown on it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from editor.canvas.canvas_view import CanvasView
from editor.document.breakpoints import BreakpointStore
from editor.document.change import Change
from editor.document.document import Document
from editor.document.editing import DocumentEditor
from editor.document.watches import WatchStore
from editor.theme import GRID, Theme
from editor.window.read_only import ReadOnlyEditor
from node_engine.models.breakpoint import BreakPlace
from node_engine.models.ids import ComponentKey, RunId

NODE_GAP = 3 * GRID


class FlowTab(QWidget):
    """Signals: `described` when title or dirty mark may be others, `breakpoints_changed`, `run_changed`."""

    described = Signal()
    breakpoints_changed = Signal()
    run_changed = Signal()

    def __init__(
        self,
        document: Document,
        theme: Theme,
        *,
        title: str | None = None,
        folder: Path | None = None,
        is_read_only: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        document.setParent(self)
        self.document = document
        self.editor = ReadOnlyEditor(document) if is_read_only else DocumentEditor(document)
        self.canvas = CanvasView(document, self.editor, theme, self)
        self.is_read_only = is_read_only
        self._title = title
        self._folder = folder
        self._run_id: RunId | None = None
        self.breakpoint_store = BreakpointStore(document, self)
        self.watch_store = WatchStore(document, self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.canvas)
        self.setFocusProxy(self.canvas)
        self.canvas.set_read_only(is_read_only)
        self.canvas.set_breakpoints(self.breakpoint_store.all())
        self.canvas.breakpoint_toggled.connect(self.toggle_breakpoint)
        self.canvas.place_toggled.connect(self._on_place_toggled)
        self.canvas.wire_breakpoint_toggled.connect(self._on_wire_toggled)
        self.breakpoint_store.changed.connect(self._on_breakpoints_changed)
        document.changed.connect(self._on_changed)
        document.path_changed.connect(self._on_path_changed)
        document.dirty_changed.connect(self._on_dirty_changed)

    @property
    def title(self) -> str:
        """The name on the tab."""
        path = self.document.path
        if self._title is not None and path is None:
            return self._title
        return path.name.removesuffix(".json").removesuffix(".flow") if path is not None else self.document.key

    @property
    def place_text(self) -> str:
        """Where the flow is kept, for the tool tip of the tab."""
        if self.is_read_only:
            return self.tr("The flow as a run had it; read only")
        if self.document.path is not None:
            return str(self.document.path)
        if self._folder is not None:
            return self.tr("Not saved yet; its files are in {folder}").format(folder=self._folder)
        return self.tr("Not saved yet")

    @property
    def folder(self) -> Path | None:
        """The folder that relative paths of the flow are meant in."""
        return self.document.path.parent if self.document.path is not None else self._folder

    @property
    def run_id(self) -> RunId | None:
        """The run whose steps the canvas shows."""
        return self._run_id

    def show_run(self, run_id: RunId | None) -> None:
        """Show another run, or none, on this flow."""
        if run_id != self._run_id:
            self._run_id = run_id
            self.run_changed.emit()

    @property
    def breakpoints(self) -> frozenset[ComponentKey]:
        """The components that runs stop before."""
        return frozenset(self.breakpoint_store.keys())

    def toggle_breakpoint(self, key: str) -> None:
        """Set or remove the breakpoint before a component."""
        self.breakpoint_store.toggle(key)

    def clear_breakpoints(self) -> None:
        """Remove all breakpoints of this flow."""
        self.breakpoint_store.remove(*(one.id for one in self.breakpoint_store.all()))

    def add_component(self, name: str) -> None:
        """Add a component after the selected one, or at the end, in a place that is in sight."""
        after = self.canvas.selection()[0] if len(self.canvas.selection()) == 1 else None
        neighbour = after or (self.document.keys()[-1] if self.document.keys() else None)
        if neighbour is None:
            x, y = 0.0, 0.0
        else:
            place = self.document.place(neighbour)
            width, _ = self.document.size(neighbour)
            x, y = place.x + width + NODE_GAP, place.y
        key = self.editor.add(name, x, y, after=after)
        self.canvas.select([key])
        self.canvas.center_on(key)

    def _on_breakpoints_changed(self) -> None:
        self.canvas.set_breakpoints(self.breakpoint_store.all())
        self.breakpoints_changed.emit()

    def _on_place_toggled(self, key: str, place: str) -> None:
        self.breakpoint_store.toggle(key, BreakPlace(place))

    def _on_wire_toggled(self, key: str, port: str | None) -> None:
        self.breakpoint_store.toggle(key, BreakPlace.WIRE, port)

    def _on_changed(self, change: Change) -> None:
        if change.flow:
            self.described.emit()

    def _on_path_changed(self) -> None:
        self._title = None
        self.described.emit()

    def _on_dirty_changed(self, _is_dirty: bool) -> None:
        self.described.emit()
