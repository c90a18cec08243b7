"""Signs and words for runs: state, origin, colours. A state is never colour alone."""

from __future__ import annotations

from editor.theme import Theme
from node_engine.models.run import Origin, RunState

STATE_SIGNS = {
    RunState.WAITING: "…",
    RunState.RUNNING: "▶",
    RunState.PAUSED: "❚❚",
    RunState.FINISHED: "✓",
    RunState.FAILED: "✕",
    RunState.STOPPED: "■",
    RunState.INTERRUPTED: "⚡",
}
ORIGIN_WORDS = {
    Origin.EDITOR: "editor",
    Origin.API: "script",
    Origin.HTTP: "HTTP",
    Origin.CLI: "terminal",
    Origin.BACKGROUND: "background",
}


def state_words(state: RunState) -> str:
    """A run's state as sign and word: "✓ finished"."""
    return f"{STATE_SIGNS[state]} {state.value}"


def state_tone(theme: Theme, state: RunState) -> str:
    """The colour of a run's state."""
    return {
        RunState.WAITING: theme.secondary,
        RunState.RUNNING: theme.accent,
        RunState.PAUSED: theme.paused,
        RunState.FINISHED: theme.done,
    }.get(state, theme.failed)
