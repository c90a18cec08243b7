"""Says in words which run and which moment of it is shown: the text of the strip above the canvas."""

from __future__ import annotations

from editor.session.failure_words import reason_of
from editor.session.run_view import RunView
from editor.window.strip import Notice
from node_engine.models.ids import MAIN_FRAME
from node_engine.models.run import Origin, RunState, StepState

ORIGIN_WORDS = {
    Origin.EDITOR: "started here",
    Origin.API: "started by a script",
    Origin.HTTP: "started over HTTP",
    Origin.CLI: "started from a terminal",
    Origin.BACKGROUND: "started in the background",
}
_LOOK_LIVE = ("run.live", "Go live")


def notice_for(run: RunView | None, shown_step: int | None, is_read_only: bool) -> Notice | None:
    """What the strip says of a run, or None when there is nothing to say."""
    if run is None:
        return None
    name = f"run {run.number}, {ORIGIN_WORDS[run.origin]}"
    copy = (("tab.edit_copy", "Edit a copy"),) if is_read_only else ()
    if shown_step is not None and (run.state.is_final or shown_step < len(run.steps)):
        details = f"step {shown_step} of {len(run.steps)}{_at(run, shown_step)} · {run.state.value}"
        return Notice("Looking back", name, details, "past", (*copy, _LOOK_LIVE), "accent")
    match run.state:
        case RunState.PAUSED:
            return Notice("Paused", name, _paused_words(run), "paused", (*copy, ("run.start", "Continue")), "paused")
        case RunState.FAILED:
            links = (*copy, ("run.show_failed", "Show component"), ("run.hide", "Hide"))
            return Notice("Failed", name, _failed_words(run), "failed", links, "failed", run.error or "")
        case RunState.FINISHED:
            return Notice("Finished", name, _length(run), "", (*copy, ("run.hide", "Hide")), "done")
        case RunState.STOPPED | RunState.INTERRUPTED:
            word = "Stopped" if run.state is RunState.STOPPED else "Interrupted"
            return Notice(word, name, _length(run), "", (*copy, ("run.hide", "Hide")), "secondary")
        case _:
            return Notice("Running", name, f"step {len(run.steps)}{_at(run, len(run.steps))}", "", copy, "accent")


def _paused_words(run: RunView) -> str:
    if run.paused_at is None:
        return f"step {len(run.steps)}"
    key, visit = run.paused_at
    return f"before {key}, visit {visit} · step {len(run.steps) + 1}"


def failed_key(run: RunView) -> str | None:
    """The component of the main frame whose step failed, if one did."""
    failed = (row.key for row in reversed(run.steps) if row.state is StepState.FAILED and row.frame == MAIN_FRAME)
    return next(failed, None)


def _failed_words(run: RunView) -> str:
    key, reason = failed_key(run), reason_of(run.error or "")
    return f"at {key} · {reason}" if key is not None else reason


def _at(run: RunView, number: int) -> str:
    return f" · {run.steps[number - 1].key}" if 0 < number <= len(run.steps) else ""


def _length(run: RunView) -> str:
    steps = "1 step" if len(run.steps) == 1 else f"{len(run.steps)} steps"
    return f"{steps} in {length_text(run.elapsed_ms)}"


def length_text(elapsed_ms: float) -> str:
    """A time in the unit that suits it: "0.4 ms", "12 ms", "1.30 s", "2 min 5 s"."""
    if elapsed_ms < 10:
        return f"{elapsed_ms:.1f} ms"
    if elapsed_ms < 1_000:
        return f"{elapsed_ms:.0f} ms"
    if elapsed_ms < 60_000:
        return f"{elapsed_ms / 1_000:.2f} s"
    minutes, seconds = divmod(round(elapsed_ms / 1_000), 60)
    return f"{minutes} min {seconds} s"
