"""What a pill says about a component's state, in a few words."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from editor.canvas.looks import NO_STATUS, StatusLook
from editor.session.failure_words import reason_of
from node_engine.models.breakpoint import BreakPlace
from node_engine.models.run import StepState

_CONTEXT = "StatusWords"
_LONGEST = 60


def elapsed_words(elapsed_ms: float) -> str:
    """A time as people read it: "0.1 ms", "38 ms", "0.41 s", "12.3 s", "2:05"."""
    if elapsed_ms < 1:
        return f"{elapsed_ms:.1f} ms"
    if elapsed_ms < 99.5:
        return f"{elapsed_ms:.0f} ms"
    seconds = elapsed_ms / 1000
    if seconds < 9.995:
        return f"{seconds:.2f} s"
    if seconds < 59.95:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def running_words(elapsed_ms: float) -> str:
    """The time a running step has taken so far; nothing while it is too short to read."""
    if elapsed_ms < 300:
        return ""
    seconds = elapsed_ms / 1000
    return f"{seconds:.1f} s" if seconds < 59.95 else elapsed_words(elapsed_ms)


def status_look(state: StepState, visits: int, elapsed_ms: float, error: str | None) -> StatusLook:
    """The pill of a component in a state; `visits` counts the one that is shown."""
    count = f"×{visits}" if visits > 1 else ""
    match state:
        case StepState.DONE:
            return StatusLook(state, elapsed_words(elapsed_ms), count)
        case StepState.RUNNING:
            return StatusLook(state, running_words(elapsed_ms), count)
        case StepState.FAILED:
            message = error or _tr("failed")
            return StatusLook(state, _short(message), count, message)
        case StepState.PAUSED:
            return paused_look(visits)
        case StepState.SKIPPED:
            return StatusLook(state, _tr("skipped"))
        case StepState.STOPPED:
            return StatusLook(state, _tr("stopped"), count)
    return NO_STATUS


def paused_look(visit: int, place: BreakPlace = BreakPlace.BEFORE) -> StatusLook:
    """The pill of the component that a run stands at, by the place where it stopped."""
    words = _place_words(place)
    return StatusLook(StepState.PAUSED, _tr("{0}, visit {1}").format(words, visit) if visit > 1 else words)


def _place_words(place: BreakPlace) -> str:
    match place:
        case BreakPlace.AFTER | BreakPlace.WIRE | BreakPlace.CHANGE:
            return _tr("after")
        case BreakPlace.ERROR:
            return _tr("failed")
        case BreakPlace.EVENT:
            return _tr("at an event")
        case _:
            return _tr("before")


def _short(message: str) -> str:
    lines = reason_of(message).strip().splitlines()
    return lines[0][:_LONGEST] if lines else ""


def _tr(text: str) -> str:
    return QCoreApplication.translate(_CONTEXT, text)
