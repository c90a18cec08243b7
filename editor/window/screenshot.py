"""Writes a picture of the window, after a run if wanted: for documentation and tests."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable

from editor import theme as look
from editor.window.main_window import MainWindow
from editor.window.options import Options

_READY_S, _RUN_S = 30.0, 120.0
_LOOK_EVERY_S = 0.02
_SETTLE_S = 4 * look.MOTION_MS / 1_000


async def take_screenshot(window: MainWindow, options: Options) -> int:
    """Wait until there is something to see, write the picture; returns the exit code."""
    assert options.screenshot is not None
    failures: list[str] = []
    window.session.failed.connect(failures.append)
    await _until(lambda: window.session.is_ready or bool(failures), _READY_S)
    if not window.session.is_ready:
        return _refuse(failures[0] if failures else "the engine did not start in time")
    if window.tabs.current is not None:
        window.tabs.current.canvas.fit()
    if options.run and window.tabs.current is not None:
        window.desk.runs.start_or_continue()
        if not await _until(lambda: _stands(window), _RUN_S):
            return _refuse("the run did not end in time")
    await asyncio.sleep(_SETTLE_S)
    if not window.grab().save(str(options.screenshot), "PNG"):
        return _refuse(f'"{options.screenshot}" cannot be written')
    return 0


def _stands(window: MainWindow) -> bool:
    run = window.desk.runs.shown_run()
    return run is not None and (run.state.is_final or run.paused_at is not None)


async def _until(is_true: Callable[[], bool], limit_s: float) -> bool:
    for _ in range(round(limit_s / _LOOK_EVERY_S)):
        if is_true():
            return True
        await asyncio.sleep(_LOOK_EVERY_S)
    return False


def _refuse(reason: str) -> int:
    print(f"No picture: {reason}.", file=sys.stderr)
    return 1
