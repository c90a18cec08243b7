"""A shown canvas, and a hand that uses it as a person does."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPointF
from pytestqt.qtbot import QtBot

from editor import theme
from editor.canvas.canvas_view import CanvasView
from editor.document.document import Document
from editor.document.editing import DocumentEditor
from tests.editor.canvas.hand import Hand

OpenCanvas = Callable[[Document], CanvasView]


@pytest.fixture
def open_canvas(qtbot: QtBot) -> OpenCanvas:
    """Shows a document at zoom 1 with the scene's origin in the upper left corner; nothing moves by itself."""

    def open_(document: Document) -> CanvasView:
        theme.load_fonts()
        view = CanvasView(document, DocumentEditor(document), theme.DARK)
        document.setParent(view)
        qtbot.addWidget(view)
        view.set_reduced_motion(True)
        view.resize(1000, 600)
        view.show()
        view.setFocus()
        view.zoom_to(1.0)
        origin = view.to_widget(QPointF(0, 0))
        view.pan(-origin.x(), -origin.y())
        qtbot.waitUntil(view.isActiveWindow)
        return view

    return open_


@pytest.fixture
def hand() -> type[Hand]:
    """A pointer and a keyboard for a canvas."""
    return Hand
