"""The window while runs go on: frame gaps in a burst of events, and what one event costs."""

from __future__ import annotations

import gc
import os
import sys
import threading
from collections.abc import Callable
from time import perf_counter

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QCoreApplication, QEventLoop, QTimer
from PySide6.QtGui import QGuiApplication

from editor.session import EngineSession, RunModel
from editor.session.event_feed import EventFeed
from editor.session.garbage import GarbageSweep
from node_engine.engine.engine import EngineSettings
from node_engine.engine.events import EventLog
from node_engine.models.flow import FlowComponent, FlowDefinition
from node_engine.models.limits import EDITOR_LIMITS
from node_engine.models.run import Origin, RunState
from node_engine.service.host import EngineHost

Row = tuple[str, str, str, bool]
_GAP_MS = 50.0
_SWITCH_INTERVAL_S = 0.0005
_GC_THRESHOLDS = (50_000, 20, 50)
"""Both as the program sets them."""
_PATIENCE_MS = 60_000


class FrameWatch:
    """Notes the longest time between two frames."""

    def __init__(self) -> None:
        self.longest_ms = 0.0
        self._last_s = perf_counter()
        self._timer = QTimer()
        self._timer.setInterval(16)
        self._timer.timeout.connect(self._on_frame)
        self._timer.start()

    def stop(self) -> float:
        """The longest gap in milliseconds."""
        self._timer.stop()
        return self.longest_ms

    def _on_frame(self) -> None:
        now_s = perf_counter()
        self.longest_ms = max(self.longest_ms, (now_s - self._last_s) * 1_000)
        self._last_s = now_s


def run() -> list[Row]:
    """The figures, each beside its limit."""
    application = QCoreApplication.instance() or QGuiApplication([])
    assert application is not None
    interval, thresholds = sys.getswitchinterval(), gc.get_threshold()
    sys.setswitchinterval(_SWITCH_INTERVAL_S)
    gc.set_threshold(*_GC_THRESHOLDS)
    try:
        return [_cost_of_one(), *(_burst(count) for count in (10_000, 100_000)), _engine_burst()]
    finally:
        sys.setswitchinterval(interval)
        gc.set_threshold(*thresholds)


def _cost_of_one() -> Row:
    log, model = EventLog(), RunModel()
    _append(log, 20_000)
    events = log.cursor(0).read(20_000).events
    began_s = perf_counter()
    model.feed(events)
    cost_us = (perf_counter() - began_s) / len(events) * 1e6
    return ("session: one event into the run model", f"{cost_us:.1f} µs", "10 µs", cost_us <= 10)


def _burst(count: int) -> Row:
    log, model = EventLog(), RunModel()
    garbage = GarbageSweep()
    feed = EventFeed(log, model, each_frame=garbage.look)
    producer = threading.Thread(target=_append, args=(log, count))
    gap_ms, took_s = _watched(producer.start, lambda: log.last_number == count and not feed.is_awake)
    feed.close()
    garbage.close()
    producer.join()
    name = f"session: {count:,} events in a burst, longest frame gap"
    return (name, f"{gap_ms:.0f} ms, all in after {took_s:.1f} s", f"{_GAP_MS:.0f} ms", gap_ms <= _GAP_MS)


def _engine_burst() -> Row:
    session = EngineSession(
        EngineHost(EngineSettings(registry_root=None, state_dir=None, limits=EDITOR_LIMITS), serve=False)
    )
    _watched(session.start, lambda: session.is_ready)
    loop = FlowDefinition(
        key="loop",
        flow=[FlowComponent(key="again", name="NextComponent", config={"next": "again", "limit": {"max": 5_000}})],
    )
    model = session.run_model

    def start() -> None:
        session.host.call(lambda: session.host.runtime.start(loop, origin=Origin.EDITOR))

    gap_ms, took_s = _watched(start, lambda: any(view.state is RunState.FAILED for view in model.runs()))
    steps = len(model.runs()[0].steps)
    session.close()
    name = f"session: an engine at full speed, {steps:,} steps, longest frame gap"
    return (name, f"{gap_ms:.0f} ms, over after {took_s:.1f} s", f"{_GAP_MS:.0f} ms", gap_ms <= _GAP_MS)


def _watched(start: Callable[[], object], is_over: Callable[[], bool]) -> tuple[float, float]:
    """Longest frame gap in ms and time taken in s, from `start` until `is_over`."""
    loop, watch, began_s = QEventLoop(), FrameWatch(), perf_counter()
    look = QTimer()
    look.setInterval(5)
    look.timeout.connect(lambda: loop.quit() if is_over() else None)
    look.start()
    QTimer.singleShot(_PATIENCE_MS, loop.quit)
    start()
    loop.exec()
    look.stop()
    return watch.stop(), perf_counter() - began_s


def _append(log: EventLog, count: int) -> None:
    """Steps as the engine reports them, as fast as one thread can."""
    for number in range(count // 2):
        facts = {"run_id": "r", "flow_key": "f", "origin": "http", "frame": "main", "step": number + 1}
        step = {**facts, "key": f"k{number % 100}", "name": "Step", "visit": number // 100 + 1}
        log.append("s", "step.started", step, run_id="r", size_bytes=300)  # type: ignore[arg-type]
        changes = [{"op": "replace", "path": "/n", "value": number}]
        ended = {**step, "next": f"k{(number + 1) % 100}", "elapsed_ms": 0.1, "changes": changes, "state": "done"}
        log.append("s", "step.finished", ended, run_id="r", size_bytes=400)  # type: ignore[arg-type]
