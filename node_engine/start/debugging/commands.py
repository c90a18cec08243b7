"""The commands of the debugger, one function each, and the table with their words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from node_engine.start.debugging import showing
from node_engine.start.debugging.moments import step_of
from node_engine.start.debugging.session import ERROR_BREAKPOINT
from node_engine.start.debugging.words import (
    WrongInputError,
    find_command,
    read_assignment,
    read_breakpoint,
    read_count,
)
from node_engine.start.output import say
from node_engine.start.running import read_value

if TYPE_CHECKING:
    from node_engine.engine.run import Run
    from node_engine.start.debugging.debugger import Debugger

Act = Callable[["Debugger", str], None]


@dataclass(frozen=True, slots=True)
class Command:
    """A command: how it is written, what it does in words, and in fact. The first line of `help` stands in the list."""

    usage: str
    help: str
    act: Act


def set_breakpoint(debugger: Debugger, text: str) -> None:
    """Set a breakpoint, or list all."""
    session = debugger.session
    if not text:
        for each in session.breakpoints:
            if not each.id.startswith(f"{ERROR_BREAKPOINT} "):  # the same for a nested flow
                say(f"  {showing.described(each)}")
        return
    added = session.add_breakpoint(read_breakpoint(text, session.flow_of))
    say(f"Breakpoint {showing.described(added)}")


def delete(debugger: Debugger, text: str) -> None:
    """Remove breakpoints."""
    count = debugger.session.remove_breakpoints(text)
    if not count and text:
        raise WrongInputError(f'There is no breakpoint "{text}". break lists all.')
    say(f"{count} breakpoint{'' if count == 1 else 's'} removed.")


def begin(debugger: Debugger, text: str) -> None:
    """Start a run."""
    debugger.begin(paused=False)


def next_step(debugger: Debugger, text: str) -> None:
    """Do one component."""
    _step(debugger, "step")


def step_into(debugger: Debugger, text: str) -> None:
    """Go to the very next component."""
    _step(debugger, "step_into")


def step_out(debugger: Debugger, text: str) -> None:
    """Go on to the end of the nested flow."""
    debugger.go("step_out")


def go_on(debugger: Debugger, text: str) -> None:
    """Go on."""
    debugger.go("resume")


def run_to(debugger: Debugger, text: str) -> None:
    """Go on until a component comes next."""
    key = _named(text, "to KEY")
    debugger.session.flow_of(key)
    debugger.go("run_to", key)


def jump(debugger: Debugger, text: str) -> None:
    """Put another component next."""
    run = debugger.standing_run()
    debugger.session.ask(run.set_next, _named(text, "jump KEY"))
    debugger.show_stop()


def retry(debugger: Debugger, text: str) -> None:
    """Do the failed step again."""
    debugger.go("retry_step")


def print_value(debugger: Debugger, text: str) -> None:
    """Print the value of an expression."""
    showing.print_value(debugger.value(_named(text, "print EXPRESSION, for example print order.total * 2")))


def set_value(debugger: Debugger, text: str) -> None:
    """Write a value into the context."""
    path, value = read_assignment(text)
    if debugger.moment is not None:
        raise WrongInputError("The past cannot be changed. live comes back to where the run is.")
    session = debugger.session
    session.set_value(path, read_value(value))
    if session.stop is None:
        say(f"The next run begins with {path} = {value}")
    else:
        showing.print_named_value(path, session.value_at(path))


def watch(debugger: Debugger, text: str) -> None:
    """Show an expression at each stop, and its values so far."""
    if text and text not in debugger.watches:
        debugger.watches.append(text)
    if not debugger.watches:
        say("Nothing is watched. watch EXPRESSION adds one.")
    run = debugger.session.run
    if text and run is not None and run.records:
        showing.print_watched(debugger.session.watched(run, text), run.records)
    elif text and run is None:
        say(f"{text} is shown at each stop.")
    else:
        debugger.show_watches()


def unwatch(debugger: Debugger, text: str) -> None:
    """Forget one watched expression, or all."""
    if text and text not in debugger.watches:
        raise WrongInputError(f'"{text}" is not watched. watch lists all.')
    debugger.watches = [each for each in debugger.watches if text and each != text]


def who(debugger: Debugger, text: str) -> None:
    """Who wrote a value."""
    path = _named(text, "who PATH, for example who order.total")
    showing.print_writings(path, debugger.session.writers(_run_with_steps(debugger), path))


def where(debugger: Debugger, text: str) -> None:
    """The call stack."""
    run = debugger.session.run
    if run is None:
        say("No run has begun. run begins one.")
        return
    count = len(run.records)
    say(f"Run {run.number} of {run.flow.key}: {run.state}, {count} step{'' if count == 1 else 's'}")
    showing.print_frames(debugger.session.ask(run.frames), debugger.session.stop)
    if debugger.moment is not None:
        say(f"You are looking at step {debugger.moment}; live comes back.")


def back(debugger: Debugger, text: str) -> None:
    """Look at an earlier moment."""
    run = _run_with_steps(debugger)
    count = len(run.records)
    present = count if debugger.moment is None else debugger.moment
    debugger.moment = max(0, present - read_count(text, 1, "back, or back 3"))
    if debugger.moment:
        showing.print_step(debugger.session.ask(step_of, run, debugger.moment), count)
    else:
        say(f"Before the first of {count} step{'' if count == 1 else 's'}.", "bold")
    debugger.show_watches()


def live(debugger: Debugger, text: str) -> None:
    """Come back to the present."""
    debugger.moment = None
    debugger.show_stop()


def list_flow(debugger: Debugger, text: str) -> None:
    """List the components."""
    stop = debugger.session.stop
    flow = debugger.session.flow if stop is None else stop.flow
    key = None if stop is None else stop.facts.get("next") or stop.facts["key"]
    showing.print_flow(flow, debugger.session.breakpoints, None if key is None else str(key))


def leave(debugger: Debugger, text: str) -> None:
    """End the debugger."""
    debugger.is_over = True


def explain(debugger: Debugger, text: str) -> None:
    """Say which commands there are, or all about one."""
    if text:
        command = COMMANDS[find_command(text.split()[0], COMMANDS, SHORT)]
        say(f"{command.usage}\n{command.help}")
        return
    for command in COMMANDS.values():
        say(f"  {command.usage:<26} {command.help.splitlines()[0]}")
    say("The beginning of a word is enough. Ctrl+C pauses a run that goes on; a second one stops it.")


_BREAK_HELP = """\
Stop before a component; without KEY, list the breakpoints.
Whole form: break [PLACE] WHAT [once] [hits RULE] [if CONDITION]
  break KEY             before a component          break after KEY       after it
  break wire KEY PORT   when it leaves by a port    break error [KEY]     when a step fails
  break change PATH     when a value changes        break event NAME      when an event is sent
RULE is = 3, >= 3 or every 3. CONDITION is an expression over the context, ctx, key, visit, error and elapsed (ms):
  break good_enough if score < 0.8 and visit == 2"""

COMMANDS: dict[str, Command] = {
    "break": Command("break KEY [if CONDITION]", _BREAK_HELP, set_breakpoint),
    "delete": Command("delete [NUMBER|KEY]", "Remove a breakpoint, or all.", delete),
    "run": Command("run", "Start the flow; a run that is under way is ended first.", begin),
    "next": Command("next", "Do one component; a nested flow is done as a whole.", next_step),
    "step": Command("step", "Go to the very next component, into a nested flow too.", step_into),
    "out": Command("out", "Go on to the end of the nested flow.", step_out),
    "continue": Command("continue", "Go on to the next breakpoint or the end.", go_on),
    "to": Command("to KEY", "Go on until a component comes next.", run_to),
    "jump": Command("jump KEY", "Put another component next, without doing what is between.", jump),
    "retry": Command("retry", "Do the failed step again, with the values as they are now.", retry),
    "print": Command("print EXPRESSION", "Print a value; print ctx prints the whole context.", print_value),
    "set": Command(
        "set PATH=VALUE",
        "Write a value into the context of the run, or of the next one.\n"
        "VALUE is JSON, or text: set score=0.9, set order.items[0].name=Zoë",
        set_value,
    ),
    "watch": Command("watch [EXPRESSION]", "Show a value over the steps, and at each stop from now on.", watch),
    "unwatch": Command("unwatch [EXPRESSION]", "Do not watch it any more.", unwatch),
    "who": Command("who PATH", "List who wrote the value at a path.", who),
    "where": Command("where", "Show the call stack.", where),
    "back": Command("back [N]", "Look at the moment a step earlier; print, watch and where follow.", back),
    "live": Command("live", "Come back to where the run is.", live),
    "list": Command("list", "List the components, breakpoints and the place of the run.", list_flow),
    "help": Command("help [COMMAND]", "List the commands, or tell all about one.", explain),
    "quit": Command("quit", "End the debugger and the run.", leave),
}
SHORT = {
    "b": "break",
    "d": "delete",
    "r": "run",
    "n": "next",
    "s": "step",
    "o": "out",
    "c": "continue",
    "p": "print",
    "w": "where",
    "l": "list",
    "h": "help",
    "q": "quit",
    "bt": "where",
    "finish": "out",
    "exit": "quit",
}
REPEATED = frozenset(("next", "step", "out", "back"))
"""An empty line at the prompt does these again."""


def _step(debugger: Debugger, verb: str) -> None:
    """A step; without a run, begin one that stops before its first component."""
    run = debugger.session.run
    if run is None:
        debugger.begin(paused=True)
    else:
        debugger.go(verb)


def _run_with_steps(debugger: Debugger) -> Run:
    run = debugger.session.run
    if run is None or not run.records:
        raise WrongInputError("There is no step to look at yet.")
    return run


def _named(text: str, usage: str) -> str:
    if not text:
        raise WrongInputError(f"Write it as: {usage}.")
    return text
