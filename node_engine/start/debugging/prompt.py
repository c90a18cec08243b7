"""Where commands come from: a person at a prompt, or lines of a pipe, which are shown as they are read."""

from __future__ import annotations

import sys
from collections.abc import Callable

from node_engine.start.output import say

_PROMPT = "(debug) "


class Prompt:
    """Gives one line after the other."""

    def __init__(self, complete: Callable[[str], list[str]]) -> None:
        self.is_terminal = sys.stdin.isatty()
        self.number = 0
        """How many lines were read."""
        if self.is_terminal:
            _use_line_editing(complete)

    def line(self) -> str | None:
        """The next line, or None at the end."""
        try:
            text = input(_PROMPT) if self.is_terminal else sys.stdin.readline()
        except EOFError:
            say("")
            return None
        if not text and not self.is_terminal:
            return None
        self.number += 1
        line = text.strip()
        if not self.is_terminal and line:
            say(f"{_PROMPT}{line}", "bold")
        return line


def _use_line_editing(complete: Callable[[str], list[str]]) -> None:
    """Arrow keys, history and Tab, where Python has readline."""
    try:
        import readline  # absent on Windows
    except ImportError:
        return

    def give(text: str, number: int) -> str | None:
        found = complete(text)
        return found[number] if number < len(found) else None

    readline.set_completer(give)
    readline.set_completer_delims(" \t")
    readline.parse_and_bind("tab: complete")
