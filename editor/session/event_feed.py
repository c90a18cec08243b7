"""The editor's cursor over the event log: drained once a frame within a time budget, asleep while nothing happens."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter

from PySide6.QtCore import QObject, QTimer, Signal

from editor.session.run_model import RunModel
from node_engine.engine.events import EventLog

FRAME_MS = 16
BUDGET_S = 0.006
"""Time spent on events in one frame; the rest belongs to painting and to the user."""
_AT_ONCE = 100
"""Events between two looks at the clock."""


class EventFeed(QObject):
    """Feeds a run model from an event log that another thread writes."""

    _woken = Signal()

    def __init__(
        self,
        log: EventLog,
        model: RunModel,
        parent: QObject | None = None,
        *,
        after: int | None = None,
        each_frame: Callable[[], None] | None = None,
        clock: Callable[[], float] = perf_counter,
    ) -> None:
        super().__init__(parent)
        self._model = model
        self._clock = clock
        self._each_frame = each_frame
        self._cursor = log.cursor(after)
        self._timer = QTimer(self)
        self._timer.setInterval(FRAME_MS)
        self._timer.timeout.connect(self.drain)
        self._woken.connect(self._on_woken)
        self._cursor.on_ready(self._woken.emit)
        self._timer.start()

    @property
    def is_awake(self) -> bool:
        """True while it looks for events every frame."""
        return self._timer.isActive()

    def drain(self) -> None:
        """Take in what fits into one frame's budget; go to sleep when nothing is left."""
        deadline = self._clock() + BUDGET_S
        took_any = False
        while True:
            batch = self._cursor.read(_AT_ONCE)
            if not batch.events and not batch.missed:
                self._timer.stop()
                break
            took_any = True
            self._model.feed(batch.events, batch.missed)
            if self._clock() >= deadline:
                break
        if took_any:
            self._model.flush()
        if self._each_frame is not None:
            self._each_frame()

    def close(self) -> None:
        """Read no more."""
        self._timer.stop()
        self._cursor.close()

    def _on_woken(self) -> None:
        if not self._timer.isActive():
            self._timer.start()
            self.drain()
