"""A pointer and a keyboard for a canvas: real events, places given in scene coordinates."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent, QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from editor.canvas.canvas_view import CanvasView

LEFT = Qt.MouseButton.LeftButton
NONE = Qt.KeyboardModifier.NoModifier
Place = tuple[float, float]


class Hand:
    """Drives one canvas."""

    def __init__(self, view: CanvasView) -> None:
        self.view = view

    def press(self, at: Place, modifiers: Qt.KeyboardModifier = NONE, button: Qt.MouseButton = LEFT) -> None:
        self._mouse(QEvent.Type.MouseButtonPress, at, button, button, modifiers)

    def move(self, at: Place, modifiers: Qt.KeyboardModifier = NONE, button: Qt.MouseButton = LEFT) -> None:
        self._mouse(QEvent.Type.MouseMove, at, Qt.MouseButton.NoButton, button, modifiers)

    def hover(self, at: Place, modifiers: Qt.KeyboardModifier = NONE) -> None:
        self._mouse(QEvent.Type.MouseMove, at, Qt.MouseButton.NoButton, Qt.MouseButton.NoButton, modifiers)

    def release(self, at: Place, modifiers: Qt.KeyboardModifier = NONE, button: Qt.MouseButton = LEFT) -> None:
        self._mouse(QEvent.Type.MouseButtonRelease, at, button, Qt.MouseButton.NoButton, modifiers)

    def click(self, at: Place, modifiers: Qt.KeyboardModifier = NONE) -> None:
        self.press(at, modifiers)
        self.release(at, modifiers)

    def double_click(self, at: Place) -> None:
        self.click(at)
        self._mouse(QEvent.Type.MouseButtonDblClick, at, LEFT, LEFT, NONE)
        self.release(at)

    def drag(
        self, start: Place, *way: Place, modifiers: Qt.KeyboardModifier = NONE, button: Qt.MouseButton = LEFT
    ) -> None:
        """Press, move along the way in small enough steps, and release at its end."""
        self.drag_and_hold(start, *way, modifiers=modifiers, button=button)
        self.release(way[-1], modifiers, button)

    def drag_and_hold(
        self, start: Place, *way: Place, modifiers: Qt.KeyboardModifier = NONE, button: Qt.MouseButton = LEFT
    ) -> None:
        """Press and move, without the release."""
        self.press(start, modifiers, button)
        for at in way:
            middle = ((start[0] + at[0]) / 2, (start[1] + at[1]) / 2)
            self.move(middle, modifiers, button)
            self.move(at, modifiers, button)
            start = at

    def key(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = NONE) -> None:
        QTest.keyClick(self.view, key, modifiers)

    def drop(self, name: str, at: Place, *, is_dropped: bool = True) -> None:
        """Drag a component in from the palette."""
        mime = QMimeData()
        mime.setData("application/x-node-engine-component", name.encode())
        point, copy = self._point(at), Qt.DropAction.CopyAction
        QApplication.sendEvent(self.view, QDragEnterEvent(point.toPoint(), copy, mime, LEFT, NONE))
        QApplication.sendEvent(self.view, QDragMoveEvent(point.toPoint(), copy, mime, LEFT, NONE))
        if is_dropped:
            QApplication.sendEvent(self.view, QDropEvent(point, copy, mime, LEFT, NONE))

    def wheel(self, at: Place, notches: int, modifiers: Qt.KeyboardModifier = NONE) -> None:
        point = self._point(at)
        event = QWheelEvent(
            point,
            QPointF(self.view.mapToGlobal(point.toPoint())),
            QPoint(),
            QPoint(0, 120 * notches),
            Qt.MouseButton.NoButton,
            modifiers,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(self.view, event)

    def _mouse(
        self,
        kind: QEvent.Type,
        at: Place,
        button: Qt.MouseButton,
        held: Qt.MouseButton,
        modifiers: Qt.KeyboardModifier,
    ) -> None:
        point = self._point(at)
        screen = QPointF(self.view.mapToGlobal(point.toPoint()))
        QApplication.sendEvent(self.view, QMouseEvent(kind, point, screen, button, held, modifiers))

    def _point(self, at: Place) -> QPointF:
        return self.view.to_widget(QPointF(*at))
