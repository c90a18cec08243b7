"""The picture of a flow as a widget: it paints itself, pans by scrolling, and repaints only what changed."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QStyle, QWidget

from editor.canvas.camera import Camera
from editor.canvas.emphasis import Emphasis, Offer
from editor.canvas.geometry import OUTSIDE, Point, Rect
from editor.canvas.looks import WireId
from editor.canvas.minimap import Minimap
from editor.canvas.motion import CameraMotion
from editor.canvas.renderer import Renderer
from editor.canvas.scene import Scene
from editor.canvas.warm_up import WarmUp
from editor.document.document import Document
from editor.theme import Theme
from node_engine.models.ids import ComponentKey

_MOST_RECTS = 8
"""More rectangles than this are painted as one around them."""
_REVEAL_MARGIN = 60.0
_HUGE = 30_000.0


class Surface(QWidget):
    """Draws a document; knows zoom, offset and what stands out, but no gesture.

    Signals:
        zoom_changed: the zoom became this.
    """

    zoom_changed = Signal(float)

    def __init__(self, document: Document, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.document = document
        self.theme = theme
        self.camera = Camera()
        self.emphasis = Emphasis()
        self.minimap = Minimap(self)
        self.scene = Scene(document, self.damage)
        self.renderer = Renderer(self.scene, document.layout, theme)
        self._motion = CameraMotion(self.camera, self._on_camera_moved, self)
        self._has_reduced_motion = (
            self.style().styleHint(QStyle.StyleHint.SH_Widget_Animation_Duration, None, self) == 0
        )
        self.warm_up = WarmUp(self)
        self._is_fit_due = True
        self._zoom_told = 1.0
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    @property
    def zoom(self) -> float:
        """Pixels of the widget per scene unit."""
        return self.camera.zoom

    @property
    def has_reduced_motion(self) -> bool:
        """True when nothing moves by itself."""
        return self._has_reduced_motion

    def set_reduced_motion(self, is_reduced: bool) -> None:
        """Have every movement happen at once, and nothing spin."""
        self._has_reduced_motion = is_reduced

    def set_theme(self, theme: Theme) -> None:
        """Paint in other colours."""
        self.theme = theme
        self.renderer.set_theme(theme)
        self.minimap.refresh()
        self.update()

    def to_scene(self, point: QPointF) -> QPointF:
        """The scene point under a point of this widget."""
        return QPointF(*self.camera.to_scene(point))

    def to_widget(self, point: QPointF) -> QPointF:
        """Where a scene point is on this widget."""
        return self.camera.to_widget(Point(point.x(), point.y()))

    def fit(self, *, is_animated: bool = True) -> None:
        """Show the whole flow; never larger than 100 %."""
        bounds = self.scene.bounds()
        if bounds is None:
            self._motion.move_to(Point(self.width() / 2, self.height() / 2), 1.0, at_once=True)
        else:
            self._go_to(bounds.grown(OUTSIDE), is_animated=is_animated)

    def fit_keys(self, keys: Iterable[ComponentKey], *, is_animated: bool = True) -> None:
        """Show these components as large as they fit."""
        bounds = self.scene.bounds(keys)
        if bounds is not None:
            self._go_to(bounds.grown(OUTSIDE), is_animated=is_animated)

    def zoom_to(self, zoom: float, anchor: QPointF | None = None) -> None:
        """Zoom, with the middle or a point of the widget staying where it is."""
        self._motion.stop()
        self.camera.zoom_at(anchor or QPointF(self.width() / 2, self.height() / 2), zoom)
        self._on_camera_moved()

    def center_on(self, key: str, *, is_animated: bool = True) -> None:
        """Bring a component to the middle, large enough to be read."""
        rect = self.scene.rects.get(ComponentKey(key))
        if rect is not None:
            center = Point(rect.x + rect.width / 2, rect.y + rect.height / 2)
            self._move_camera(center, max(self.camera.zoom, 0.7), is_animated=is_animated)

    def look_at(self, center: Point) -> None:
        """Bring a scene point to the middle at once."""
        self._motion.move_to(center, self.camera.zoom, at_once=True)

    def reveal(self, key: ComponentKey) -> None:
        """Move the view as little as needed to show a component."""
        rect = self.scene.rects.get(key)
        if rect is None:
            return
        box = self.camera.box(rect.grown(OUTSIDE))
        margin = min(_REVEAL_MARGIN, self.width() / 6, self.height() / 6)
        dx = _push(box.left(), box.right(), margin, self.width() - margin)
        dy = _push(box.top(), box.bottom(), margin, self.height() - margin)
        if dx or dy:
            center = Point(self.camera.center.x - dx / self.zoom, self.camera.center.y - dy / self.zoom)
            self._move_camera(center, self.zoom, is_animated=True)

    def finish_motion(self) -> None:
        """Be where the view is going now."""
        self._motion.finish()

    def pan(self, dx: float, dy: float) -> None:
        """Move the picture by pixels; what stays is moved, what comes in is painted."""
        self._motion.stop()
        self._is_fit_due = False
        self.camera_moved()
        x, y = self.camera.pan(dx, dy)
        if not (x or y):
            return
        if not self.camera.ratio.is_integer() or abs(x) >= self.width() or abs(y) >= self.height():
            self.update()
        else:
            self._scroll_picture(x, y)
        self.minimap.follow()

    def damage_picture(self, rect: Rect) -> None:
        """Have a component painted again whose looks alone changed here, not in the map."""
        box = self.camera.box(rect.grown(OUTSIDE))
        self.update(box.toAlignedRect().adjusted(-2, -2, 2, 2))

    def damage(self, area: Rect) -> None:
        """Have a part of the scene painted again."""
        box = self.camera.box(area)
        if max(abs(box.left()), abs(box.top()), box.width(), box.height()) > _HUGE:
            box = box.intersected(QRectF(self.rect()))
        self.update(box.toAlignedRect().adjusted(-2, -2, 2, 2))
        self.minimap.refresh_soon()

    def offer(self, offer: Offer | None, touched: Iterable[ComponentKey | None] | None = None) -> None:
        """Light up what a connection may reach, and dim the rest; `touched` names the only ones that became others."""
        self.emphasis.offer = offer
        if touched is None or offer is None:
            self.update()
            return
        for key in touched:
            if key is not None and key in self.scene.rects:
                self.damage_picture(self.scene.rects[key])

    def open_wire(self, id_: WireId | None) -> None:
        """Show that a drop would put a component on this wire."""
        self._emphasise_wires("opened_wire", id_)

    def hover_wire(self, id_: WireId | None) -> None:
        """Show that the pointer is on this wire."""
        self._emphasise_wires("hovered_wire", id_)

    def hint_on_wire(self, id_: WireId | None) -> None:
        """Show that a click would set a breakpoint on this wire."""
        self._emphasise_wires("wire_hint", id_)

    def hide_wire(self, id_: WireId | None) -> None:
        """Leave out a wire whose end is being dragged."""
        touched = self.emphasis.hidden_wires | ({id_} if id_ is not None else set())
        self.emphasis.hidden_wires = frozenset({id_} if id_ is not None else ())
        self._damage_wires(touched)

    def mark_cut(self, ids: frozenset[WireId]) -> None:
        """Show which wires would be cut."""
        touched = ids ^ self.emphasis.cut_wires
        self.emphasis.cut_wires = ids
        self._damage_wires(touched)

    def camera_moved(self) -> None:
        """The picture moves or is shown at another zoom; for who shows things that do not move along."""

    def paint_over(self, painter: QPainter) -> None:
        """Paint over the scene, in scene coordinates; for who adds gestures."""

    def _emphasise_wires(self, name: str, id_: WireId | None) -> None:
        old = getattr(self.emphasis, name)
        if old != id_:
            setattr(self.emphasis, name, id_)
            self._damage_wires({each for each in (old, id_) if each is not None})

    def _damage_wires(self, ids: Iterable[WireId]) -> None:
        for id_ in ids:
            self.scene.damage_wire(id_)

    def _go_to(self, rect: Rect, *, is_animated: bool) -> None:
        center, zoom = self.camera.fitting(rect)
        self._move_camera(center, zoom, is_animated=is_animated)

    def _move_camera(self, center: Point, zoom: float, *, is_animated: bool) -> None:
        at_once = not is_animated or self._has_reduced_motion or not self.isVisible()
        self._motion.move_to(center, zoom, at_once=at_once)

    def _on_camera_moved(self) -> None:
        self.camera_moved()
        self._is_fit_due = not self.isVisible() and self._is_fit_due
        self.update()
        self.minimap.follow()
        if self._zoom_told != self.camera.zoom:
            self._zoom_told = self.camera.zoom
            self.zoom_changed.emit(self.camera.zoom)

    def _scroll_picture(self, x: int, y: int) -> None:
        """Children stay where they are, so their moved copies and the places they cover are painted again."""
        self.scroll(x, y, self.rect())
        if self.minimap.isVisible():
            covered = self.minimap.geometry()
            self.update(covered.united(covered.translated(x, y)))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        rects = [QRect(rect) for rect in event.region()]  # type: ignore[attr-defined]  # the stub lacks iteration
        if len(rects) > _MOST_RECTS:
            rects = [event.rect()]
        for rect in rects:
            painter.save()
            painter.setClipRect(rect)
            self.renderer.paint(painter, QRectF(rect), self.camera, self.emphasis)
            painter.restore()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        painter.setTransform(self.camera.transform())
        self.paint_over(painter)
        painter.end()

    def showEvent(self, event: QShowEvent) -> None:
        self.warm_up.start()
        super().showEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.camera.width, self.camera.height = self.width(), self.height()
        self.camera.ratio = self.devicePixelRatioF()
        if self._is_fit_due:
            self.fit(is_animated=False)
            self._is_fit_due = True
        self.minimap.settle()
        super().resizeEvent(event)


def _push(start: float, end: float, low: float, high: float) -> float:
    """By how much to move something so that it lies between two limits."""
    if start < low:
        return low - start
    return min(0.0, high - end)
