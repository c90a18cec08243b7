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
_HOLD = ("debug.hold", "Hold longer")
_PLACES = {"before": "before", "after": "after", "error": "at the failure of", "event": "in"}
_WAITERS = {Origin.HTTP: "the caller", Origin.CLI: "the terminal", Origin.BACKGROUND: "the flow around it"}
Links = tuple[tuple[str, str], ...]


def notice_for(run: RunView | None, shown_step: int | None, is_read_only: bool, now_s: float = 0.0) -> Notice | None:
    """What the strip says of a run at a time, or None when there is nothing to say."""
    if run is None:
        return None
    name = f"run {run.number}, {_origin_words(run)}"
    copy = (("tab.edit_copy", "Edit a copy"),) if is_read_only else ()
    if shown_step is not None and (run.state.is_final or shown_step < len(run.steps)):
        return _looking_back(run, shown_step, name, copy, now_s)
    match run.state:
        case RunState.PAUSED:
            return _paused_notice(run, name, copy, now_s, is_behind=shown_step is not None)
        case RunState.FAILED:
            links = (*copy, ("run.show_failed", "Show component"), ("run.hide", "Hide"))
            return Notice("Failed", name, _failed_words(run), "failed", links, "failed", run.error or "")
        case RunState.FINISHED:
            return Notice("Finished", name, _length(run), "", (*copy, ("run.hide", "Hide")), "done")
        case RunState.STOPPED:
            return Notice("Stopped", name, _length(run), "", (*copy, ("run.hide", "Hide")), "secondary")
        case RunState.INTERRUPTED:
            links = (*copy, ("debug.continue_interrupted", "Continue it"), ("run.hide", "Hide"))
            words = f"{_counted(run)}, then the program ended"
            return Notice("Interrupted", name, words, "", links, "paused")
        case _:
            return Notice("Running", name, f"step {len(run.steps)}{_at(run, len(run.steps))}", "", copy, "accent")


def _origin_words(run: RunView) -> str:
    return "forked" if run.forked_from is not None and run.origin is Origin.EDITOR else ORIGIN_WORDS[run.origin]


def _looking_back(run: RunView, step: int, name: str, copy: Links, now_s: float) -> Notice:
    details = f"step {step} of {len(run.steps)}{_at(run, step)} · {run.state.value}{_waiting_words(run, now_s)}"
    hold = (_HOLD,) if _is_held(run) else ()
    return Notice("Looking back", name, details, "past", (*copy, *hold, _LOOK_LIVE), "accent")


def _paused_notice(run: RunView, name: str, copy: Links, now_s: float, *, is_behind: bool) -> Notice:
    pause = run.paused
    links = [*copy]
    if pause is not None and pause.may_retry:
        links.append(("debug.retry", "Retry the step"))
    if _is_held(run):
        links.append(_HOLD)
    links.append(_LOOK_LIVE if is_behind else ("run.start", "Continue"))
    words = paused_words(run) + _waiting_words(run, now_s)
    strong = "" if pause is None else pause.key
    return Notice("Paused", name, words, "paused", tuple(links), "paused", strong=strong)


def paused_words(run: RunView) -> str:
    """Where and why a run stands, e.g. "before criticise, visit 2 · step 6"."""
    pause = run.paused
    if pause is None:
        return f"step {len(run.steps)}"
    number = len(run.steps) + (pause.place == "before")
    parts = [f"{_PLACES.get(pause.place, pause.place)} {pause.key}, visit {pause.visit}", f"step {number}"]
    if pause.condition_error is not None:
        parts.append(f"its condition failed: {pause.condition_error}")
    elif pause.path is not None:
        parts.append(f"{pause.path} changed")
    elif pause.event is not None:
        parts.append(f"it sent {pause.event}")
    elif pause.port is not None:
        parts.append(f"it left by {pause.port}")
    elif pause.may_retry and run.steps and run.steps[-1].error:
        parts.append(reason_of(run.steps[-1].error))
    return " · ".join(parts)


def _is_held(run: RunView) -> bool:
    return run.paused is not None and run.paused.held_until_s is not None


def _waiting_words(run: RunView, now_s: float) -> str:
    """How long the caller waits and when the run goes on by itself."""
    pause = run.paused
    if pause is None or pause.held_until_s is None:
        return ""
    waits, until = clock_text(now_s - pause.since_s), clock_text(pause.held_until_s - pause.since_s)
    return f" · {_WAITERS.get(run.origin, 'the caller')} waits {waits}, continues by itself at {until}"


def clock_text(seconds: float) -> str:
    """A time in minutes and seconds: "0:42", "12:40"."""
    minutes, rest = divmod(max(0, round(seconds)), 60)
    return f"{minutes}:{rest:02}"


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
    return f"{_counted(run)} in {length_text(run.elapsed_ms)}"


def _counted(run: RunView) -> str:
    return "1 step" if len(run.steps) == 1 else f"{len(run.steps)} steps"


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
