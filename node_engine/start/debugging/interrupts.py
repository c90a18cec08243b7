"""Ctrl+C as something that is counted: as an exception it could come between two lines that belong together."""

from __future__ import annotations

import signal
from types import FrameType
from typing import Self


class CountedInterrupts:
    """While it is open, Ctrl+C raises nothing and adds to `count`. For the main thread."""

    def __init__(self) -> None:
        self.count = 0
        self._before: signal.Handlers | object = None

    def __enter__(self) -> Self:
        self._before = signal.signal(signal.SIGINT, self._add)
        return self

    def __exit__(self, *error: object) -> None:
        signal.signal(signal.SIGINT, self._before)  # type: ignore[arg-type]  # what signal.signal gave

    def _add(self, number: int, frame: FrameType | None) -> None:
        self.count += 1
