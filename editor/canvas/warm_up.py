"""Lays out the words of a flow and reads its icons while nothing else happens, so that the first zoom is fluid."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice
from time import perf_counter
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer

from editor.canvas.looks import NodeLook
from editor.canvas.paint_node import LABEL_WIDTH, WORDS_WIDTH, family_color
from editor.canvas.words import Role, words_for
from editor.theme import ICON_S, icon_pixmap

if TYPE_CHECKING:
    from editor.canvas.surface import Surface

_EVERY_MS = 25
_BUDGET_S = 0.002
"""Work at a time: an eighth of a frame."""
_MOST = 1_500
"""Components whose words are laid out ahead; more would push each other out."""

Task = Callable[[], object]


class WarmUp:
    """Works in small slices from `start` on until everything is there."""

    def __init__(self, surface: Surface) -> None:
        self._surface = surface
        self._tasks: Iterator[Task] = iter(())
        self._timer = QTimer(surface)
        self._timer.setInterval(_EVERY_MS)
        self._timer.timeout.connect(self._on_due)

    @property
    def is_busy(self) -> bool:
        """True while there is more to do."""
        return self._timer.isActive()

    def start(self) -> None:
        """Begin, or begin anew."""
        looks = list(islice(self._surface.scene.nodes.values(), _MOST))
        self._tasks = _tasks(looks, self._surface)
        self._timer.start()

    def _on_due(self) -> None:
        until = perf_counter() + _BUDGET_S
        for task in self._tasks:
            task()
            if perf_counter() > until:
                return
        self._timer.stop()


def _tasks(looks: list[NodeLook], surface: Surface) -> Iterator[Task]:
    theme = surface.theme
    for name, tint in dict.fromkeys((look.icon, family_color(look, theme)) for look in looks):
        yield partial(icon_pixmap, name, tint, ICON_S)
    for look in looks:
        yield partial(_lay_out, look)


def _lay_out(look: NodeLook) -> None:
    words_for(look.key, Role.SMALL_TITLE)
    words_for(look.key, Role.TITLE, WORDS_WIDTH)
    words_for(look.detail, Role.DETAIL, WORDS_WIDTH)
    if look.has_rows:
        for port in look.ports:
            words_for(port.label, Role.PORT, LABEL_WIDTH)
