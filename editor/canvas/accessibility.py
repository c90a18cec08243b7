"""The canvas for screen readers: one child per component, with name, state and place."""

from __future__ import annotations

from functools import partial
from typing import Any, cast

from PySide6.QtCore import QObject, QPoint, QRect
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QAccessibleEvent,
    QAccessibleInterface,
    QColor,
    QWindow,
)
from PySide6.QtWidgets import QAccessibleWidget

from editor.canvas.hits import node_at
from editor.canvas.looks import NO_STATUS
from editor.canvas.paint_marks import difference_words
from editor.canvas.surface import Surface
from node_engine.models.ids import ComponentKey

_installed: list[object] = []
_NO_INTERFACE = cast(QAccessibleInterface, None)
"""Qt takes null where there is no such thing; the type stubs do not say so."""
_NO_OBJECT = cast(QObject, None)


def install_accessibility() -> None:
    """Have Qt ask here about canvases; once per process."""
    if not _installed:
        _installed.append(_make_interface)
        QAccessible.installFactory(_make_interface)


def announce(view: Surface, text: str) -> None:
    """Have a screen reader say something."""
    if QAccessible.isActive():
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(view, text))


def tell_focus(view: Surface, key: ComponentKey) -> None:
    """Tell a screen reader which component the keyboard is at."""
    if QAccessible.isActive() and view.hasFocus() and key in view.scene.ranks:
        event = QAccessibleEvent(view, QAccessible.Event.Focus)
        event.setChild(view.scene.ranks[key])
        QAccessible.updateAccessibility(event)


class CanvasAccessible(QAccessibleWidget):
    """The canvas as a list of components, in list order."""

    def __init__(self, view: Surface) -> None:
        super().__init__(view, QAccessible.Role.List, view.accessibleName())
        self._view = view
        self._children: dict[ComponentKey, ComponentAccessible] = {}

    def childCount(self) -> int:
        return len(self._view.scene.nodes)

    def child(self, index: int) -> QAccessibleInterface:
        keys = self._view.document.keys()
        if not 0 <= index < len(keys):
            return _NO_INTERFACE
        return self._of(keys[index])

    def childAt(self, x: int, y: int) -> QAccessibleInterface:
        point = self._view.mapFromGlobal(QPoint(x, y)).toPointF()
        key = node_at(self._view.scene, self._view.camera.to_scene(point))
        return _NO_INTERFACE if key is None else self._of(key)

    def focusChild(self) -> QAccessibleInterface:
        key = self._view.emphasis.current
        return self._of(key) if key is not None and key in self._view.scene.nodes else _NO_INTERFACE

    def indexOfChild(self, child: QAccessibleInterface) -> int:
        return self._view.scene.ranks.get(child.key, -1) if isinstance(child, ComponentAccessible) else -1

    def _of(self, key: ComponentKey) -> ComponentAccessible:
        found = self._children.get(key)
        if found is None:
            found = self._children[key] = ComponentAccessible(self, self._view, key)
        return found


class ComponentAccessible(QAccessibleInterface):
    """One component: its key and kind as the name, state and wires as the description."""

    def __init__(self, canvas: CanvasAccessible, view: Surface, key: ComponentKey) -> None:
        super().__init__()
        self._canvas = canvas
        self._view = view
        self.key = key

    def isValid(self) -> bool:
        return self.key in self._view.scene.nodes

    def object(self) -> QObject:
        return _NO_OBJECT

    def window(self) -> QWindow:
        return self._view.window().windowHandle()

    def parent(self) -> QAccessibleInterface:
        return self._canvas

    def child(self, _index: int) -> QAccessibleInterface:
        return _NO_INTERFACE

    def childAt(self, _x: int, _y: int) -> QAccessibleInterface:
        return _NO_INTERFACE

    def childCount(self) -> int:
        return 0

    def indexOfChild(self, _child: QAccessibleInterface) -> int:
        return -1

    def role(self) -> QAccessible.Role:
        return QAccessible.Role.ListItem

    def rect(self) -> QRect:
        if not self.isValid():
            return QRect()
        box = self._view.camera.box(self._view.scene.rects[self.key]).toAlignedRect()
        return QRect(self._view.mapToGlobal(box.topLeft()), box.size())

    def state(self) -> QAccessible.State:
        state = QAccessible.State()
        state.selectable = True
        state.focusable = True
        state.selected = self.key in self._view.scene.selected
        state.focused = self._view.hasFocus() and self.key == self._view.emphasis.current
        state.disabled = self.isValid() and not self._view.scene.nodes[self.key].is_enabled
        return state

    def text(self, kind: QAccessible.Text) -> str:
        if not self.isValid():
            return ""
        look = self._view.scene.nodes[self.key]
        if kind is QAccessible.Text.Name:
            return f"{look.key}, {look.kind}"
        if kind is QAccessible.Text.Description:
            return self._describe()
        return ""

    def setText(self, _kind: QAccessible.Text, _text: str) -> None:
        """Keys are changed by renaming, not here."""

    def foregroundColor(self) -> QColor:
        return QColor(self._view.theme.text)

    def backgroundColor(self) -> QColor:
        return QColor(self._view.theme.node)

    def interface_cast(self, _kind: Any) -> Any:
        return _NO_INTERFACE

    def _describe(self) -> str:
        scene = self._view.scene
        look, status = scene.nodes[self.key], scene.statuses.get(self.key, NO_STATUS)
        parts = [look.detail]
        if status.state is not None:
            parts.append(" ".join(part for part in (status.state.value, status.words, status.count) if part))
        parts.extend(self._describe_marks())
        parts.extend(self._view.tr("leads to {0}").format(id_.target) for id_ in scene.wires_from(self.key))
        parts.append(look.problem)
        return ". ".join(part for part in parts if part)

    def _describe_marks(self) -> list[str]:
        marks, tr = self._view.scene.marks, self._view.tr
        parts = []
        if marks.spots.get(self.key):
            parts.append(tr("has a breakpoint"))
            parts.extend(look.words for look in marks.spots[self.key].values())
        if self.key in marks.edited:
            parts.append(tr("its config was changed for this run only"))
        difference = marks.comparison.marks.get(self.key)
        if difference is not None:
            is_first = self.key == marks.comparison.first
            parts.append(difference_words(difference, marks.comparison.names, is_first=is_first))
        return parts


_kept: dict[int, CanvasAccessible] = {}


def _make_interface(_class_name: str, thing: QObject | None) -> QAccessibleInterface | None:
    """Qt owns what it gets; the Python side is kept alive as long as the canvas is."""
    if not isinstance(thing, Surface):
        return None
    number = id(thing)
    _kept[number] = CanvasAccessible(thing)
    thing.destroyed.connect(partial(_forget, number))
    return _kept[number]


def _forget(number: int, _gone: QObject | None = None) -> None:
    _kept.pop(number, None)
