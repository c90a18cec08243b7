"""Copying and pasting on the canvas: plain JSON text on the clipboard, pasted where the pointer is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QGuiApplication

from editor.canvas.guides import snapped
from editor.document.layout import NODE_HEIGHT, NODE_WIDTH
from node_engine.models.ids import ComponentKey

if TYPE_CHECKING:
    from editor.canvas.canvas_view import CanvasView


def copy(view: CanvasView) -> None:
    """Put the selection on the clipboard."""
    keys = view.selection()
    if keys:
        QGuiApplication.clipboard().setText(view.editor.copy(keys))


def paste(view: CanvasView) -> None:
    """Add what the clipboard holds and select it."""
    text = QGuiApplication.clipboard().text()
    point = view.camera.to_scene(view.pointer_position())
    x, y = snapped(point.x - NODE_WIDTH / 2), snapped(point.y - NODE_HEIGHT / 2)
    added: list[ComponentKey] = []
    view.change(lambda: added.extend(view.editor.paste(text, x, y)))
    _show(view, added)


def duplicate(view: CanvasView) -> None:
    """Add copies of the selection and select them."""
    keys = view.selection()
    added: list[ComponentKey] = []
    view.change(lambda: added.extend(view.editor.duplicate(keys)))
    _show(view, added)


def _show(view: CanvasView, added: list[ComponentKey]) -> None:
    if added:
        view.select(added)
        view.reveal(added[0])
