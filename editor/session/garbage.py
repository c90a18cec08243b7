"""Garbage is collected on the window's thread only: a Qt object that another thread destroys takes the program along.

Python runs its collector in whichever thread allocates at that moment. The engine's thread allocates much, so sooner
or later it would be the one that finds a forgotten widget in a cycle ("Timers cannot be stopped from another thread",
then a crash: seen within seconds).
"""

from __future__ import annotations

import gc
from collections.abc import Callable
from time import monotonic

from PySide6.QtCore import QObject, Qt, QTimer

LOOK_MS = 500
FULL_EVERY_S = 30.0
"""A full collection stops everything for as long as there are objects; seldom is enough."""


class GarbageSweep(QObject):
    """Takes automatic collection over from Python until it is closed."""

    def __init__(self, parent: QObject | None = None, *, clock: Callable[[], float] = monotonic) -> None:
        super().__init__(parent)
        self._clock = clock
        self._was_enabled = gc.isenabled()
        self._full_s = clock()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.VeryCoarseTimer)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self.look)
        self._timer.start()
        gc.disable()

    def look(self) -> None:
        """Collect what Python would collect now by itself; on the window's thread only. Cheap when there is nothing."""
        young, middle, old = gc.get_count()
        young_limit, middle_limit, old_limit = gc.get_threshold()
        if young <= young_limit:
            return
        if middle <= middle_limit:
            gc.collect(0)
        elif old <= old_limit or self._clock() - self._full_s < FULL_EVERY_S:
            gc.collect(1)
        else:
            self._full_s = self._clock()
            gc.collect(2)

    def close(self) -> None:
        """Hand collection back to Python: no other thread runs any more."""
        self._timer.stop()
        if self._was_enabled:
            gc.enable()
