"""What the Edit and View menus do on the canvas in front."""

from __future__ import annotations

from PySide6.QtCore import QObject, QPointF

from editor.document.layout import GRID
from editor.window.flow_tab import FlowTab
from editor.window.flow_tabs import FlowTabs

FRAME_MARGIN, FRAME_WIDTH, FRAME_HEIGHT = 2 * GRID, 16 * GRID, 10 * GRID


class EditCommands(QObject):
    """Each command does nothing while no flow is in front: the action table disables it then."""

    def __init__(self, tabs: FlowTabs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tabs = tabs

    def undo(self) -> None:
        """Take the last change back."""
        self._tab.document.undo_stack.undo()

    def redo(self) -> None:
        """Make the change again that was taken back."""
        self._tab.document.undo_stack.redo()

    def cut(self) -> None:
        """Copy the selection as JSON text and delete it."""
        self._tab.canvas.cut()

    def copy(self) -> None:
        """Copy the selection as JSON text."""
        self._tab.canvas.copy()

    def paste(self) -> None:
        """Add the components of the clipboard's text."""
        self._tab.canvas.paste()

    def duplicate(self) -> None:
        """Add the selection once more, beside itself."""
        self._tab.canvas.duplicate()

    def delete(self) -> None:
        """Remove the selection and heal the order."""
        self._tab.canvas.delete_selection()

    def select_all(self) -> None:
        """Select every component."""
        self._tab.canvas.select_all()

    def add_component(self) -> None:
        """Ask for a component: after the selected one, else where the pointer is."""
        self._tab.canvas.quick_add()

    def connect(self) -> None:  # type: ignore[override]  # QObject.connect is the old static call, unused here
        """Start a connection from the selected component."""
        self._tab.canvas.start_connection()

    def rename(self) -> None:
        """Ask for another key of the selected component."""
        self._tab.canvas.rename_current()

    def toggle_enabled(self) -> None:
        """Disable the selection, or enable it when all of it is disabled."""
        self._tab.canvas.toggle_enabled()

    def toggle_minimap(self) -> None:
        """Show the map of the flow, or hide it."""
        self._tab.canvas.toggle_minimap()

    def add_note(self) -> None:
        """Put an empty sticky note in the middle of what is in sight, and ask for its text."""
        tab = self._tab
        middle = tab.canvas.to_scene(QPointF(tab.canvas.rect().center()))
        tab.canvas.note_wanted.emit(tab.editor.add_note(middle.x(), middle.y()))

    def add_frame(self) -> None:
        """Put a frame round the selection, or in the middle of what is in sight, and ask for its title."""
        tab = self._tab
        places = [(tab.document.place(key), tab.document.size(key)) for key in tab.canvas.selection()]
        if places:
            left = min(place.x for place, _ in places) - FRAME_MARGIN
            top = min(place.y for place, _ in places) - 2 * FRAME_MARGIN
            right = max(place.x + size[0] for place, size in places) + FRAME_MARGIN
            bottom = max(place.y + size[1] for place, size in places) + FRAME_MARGIN
        else:
            middle = tab.canvas.to_scene(QPointF(tab.canvas.rect().center()))
            left, top, right, bottom = middle.x(), middle.y(), middle.x() + FRAME_WIDTH, middle.y() + FRAME_HEIGHT
        tab.canvas.frame_wanted.emit(tab.editor.add_frame(left, top, right - left, bottom - top))

    def tidy(self) -> None:
        """Lay out the selection, or all."""
        keys = self._tab.canvas.selection()
        self._tab.editor.tidy(keys if len(keys) > 1 else None)

    def fit(self) -> None:
        """Show the whole flow."""
        self._tab.canvas.fit()

    def fit_selection(self) -> None:
        """Show the selection as large as it fits."""
        self._tab.canvas.fit_selection()

    def zoom_to(self, zoom: float) -> None:
        """Show the canvas at a zoom; 1 is full size."""
        self._tab.canvas.zoom_to(zoom)

    def zoom_by(self, factor: float) -> None:
        """Zoom in or out round the middle."""
        self._tab.canvas.zoom_to(self._tab.canvas.zoom * factor)

    @property
    def _tab(self) -> FlowTab:
        tab = self._tabs.current
        assert tab is not None
        return tab
