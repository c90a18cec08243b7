"""The loop of the debugger: reads a command, obeys, shows what the run does until it stands or is over."""

from __future__ import annotations

from node_engine.engine.run import Run
from node_engine.errors import ExpressionError, NodeEngineError
from node_engine.models.json import JsonValue
from node_engine.start.debugging import showing
from node_engine.start.debugging.commands import COMMANDS, REPEATED, SHORT
from node_engine.start.debugging.interrupts import CountedInterrupts
from node_engine.start.debugging.moments import value_at_step, value_now
from node_engine.start.debugging.prompt import Prompt
from node_engine.start.debugging.session import Session
from node_engine.start.debugging.words import WrongInputError, find_command
from node_engine.start.output import complain, say


class Debugger:
    """Obeys until the end of input or `quit`."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.watches: list[str] = []
        """Expressions whose values are shown at each stop."""
        self.moment: int | None = None
        """The step after which values are looked at; None is where the run is."""
        self.is_over = False
        self._prompt = Prompt(self._completions)
        self._last_line = ""
        self._wrong_lines = 0

    def debug(self) -> int:
        """Obey until the end; returns the exit code: 1 when the last run failed, 2 when a line of a pipe was wrong."""
        while not self.is_over:
            line = self._prompt.line()
            if line is None:
                break
            self._obey(line)
        has_failed = self.session.has_failed
        if self.session.is_live:
            say("The run is stopped where it stands.")
        if has_failed:
            return 1
        return 2 if self._wrong_lines and not self._prompt.is_terminal else 0

    # What commands use

    def go(self, verb: str, *arguments: str) -> None:
        """Let the run go on by a verb of Run and show what happens. Raises NodeEngineError when it does not apply."""
        run = self.standing_run()
        self.moment = None
        self.session.ask(getattr(run, verb), *arguments)
        self.follow()

    def begin(self, *, paused: bool) -> None:
        """Start a run and show what happens."""
        self.moment = None
        self.session.begin(paused=paused)
        self.follow()

    def standing_run(self) -> Run:
        """The run, which stands.

        Raises:
            WrongInputError: there is none, or it is over.
        """
        run = self.session.run
        if run is None:
            raise WrongInputError("No run has begun. run begins one; next begins one and stops before its first step.")
        if run.is_over:
            raise WrongInputError(f"The run is over ({run.state}). run begins another.")
        return run

    def follow(self) -> None:
        """Show what happens until the run stands or is over. Ctrl+C asks it to pause; a second one stops it."""
        told = 0
        with CountedInterrupts() as interrupts:
            while not self._show_news():
                if interrupts.count > told:
                    told = interrupts.count
                    self._interrupt(is_asked=told > 1)
                self.session.wait_for_news()
        self.show_stop()

    def show_stop(self) -> None:
        """Show where the run stands, if it does, and what is watched."""
        stop = self.session.stop
        if stop is not None:
            showing.print_stop(stop, self.session.breakpoints)
        self.show_watches()

    def show_watches(self) -> None:
        """Show the watched expressions with their values."""
        for expression in self.watches:
            try:
                showing.print_named_value(expression, self.value(expression))
            except ExpressionError as error:
                say(f"  {expression}: {error.reason}", "dim")

    def value(self, expression: str) -> JsonValue:
        """The value of an expression at the moment that is looked at. Raises ExpressionError."""
        session = self.session
        run = session.run
        if run is None:
            return session.start_value(expression)
        if self.moment is not None:
            return session.ask(value_at_step, run, expression, self.moment)
        return session.ask(value_now, run, expression)

    # Inside

    def _obey(self, line: str) -> None:
        if not line and self._prompt.is_terminal:
            line = self._last_line
        if not line or line.startswith("#"):
            return
        word, _, text = line.partition(" ")
        try:
            name = find_command(word, COMMANDS, SHORT)
            self._last_line = line if name in REPEATED else ""
            COMMANDS[name].act(self, text.strip())
        except NodeEngineError as error:
            self._wrong_lines += 1
            complain(str(error))

    def _show_news(self) -> bool:
        """Print what has happened; True when the run stands or is over and everything is told."""
        for event in self.session.news():
            showing.print_event(event)
        if self.session.is_live and self.session.stop is None:
            return False
        for event in self.session.news():
            showing.print_event(event)
        return True

    def _interrupt(self, *, is_asked: bool) -> None:
        run = self.session.run
        if run is None or run.is_over:
            return
        try:
            self.session.ask(run.stop if is_asked else run.pause)
        except NodeEngineError:  # it came to stand in this very moment
            return
        say("Stopping…" if is_asked else "Pausing before the next component… Ctrl+C again stops the run.")

    def _completions(self, text: str) -> list[str]:
        keys = [component.key for component in self.session.flow.flow]
        return [name for name in (*COMMANDS, *keys) if name.startswith(text)]
