"""Why a step failed, in words fit for the flow's caller: no stack, no source, no machine paths (WIRE.md §3)."""

from __future__ import annotations

import traceback
from pathlib import PurePath

from node_engine.errors import ComponentLoadError, ComponentRunError, UnknownComponentError

_LONGEST_TEXT = 10_000


class StepFailure(Exception):  # noqa: N818  # not an error of the engine: the result of a step
    """The step failed; `str()` is the flow's error text."""

    def __init__(self, text: str, *, can_retry: bool = True) -> None:
        super().__init__(clean(text))
        self.can_retry = can_retry
        """False for what would fail in the same way again, such as an unknown component."""


def load_failure(name: str, error: BaseException) -> StepFailure:
    """The failure for anything raised before `execute`."""
    if isinstance(error, UnknownComponentError | ComponentLoadError):
        return StepFailure(str(error), can_retry=False)
    return StepFailure(str(ComponentLoadError(name, reason_of(error))), can_retry=False)


def run_failure(name: str, error: BaseException) -> StepFailure:
    """The failure for anything raised by `execute`. A failed child flow or worker speaks for itself."""
    if isinstance(error, ComponentRunError | ComponentLoadError):
        return StepFailure(str(error))
    return StepFailure(str(ComponentRunError(name, reason_of(error))))


def reason_of(error: BaseException) -> str:
    """An exception in words."""
    if isinstance(error, OSError) and error.strerror:
        name = PurePath(str(error.filename)).name if error.filename else ""
        return f'{error.strerror}: "{name}"' if name else error.strerror
    if isinstance(error, SystemExit):
        return f"it tried to end the program (SystemExit {error.code})"
    text = str(error)
    if isinstance(error, KeyError) or not text:
        return f"{type(error).__name__}: {text}" if text else type(error).__name__
    return text


def stack_of(error: BaseException) -> str:
    """The stack of an exception, for the editor and the local log only."""
    return clean("".join(traceback.format_exception(error)))


def clean(text: str) -> str:
    """Text that JSON can hold, cut at 10,000 characters."""
    text = text if len(text) <= _LONGEST_TEXT else f"{text[:_LONGEST_TEXT]}…"
    return text if text.isascii() else text.encode("utf-8", "replace").decode()
