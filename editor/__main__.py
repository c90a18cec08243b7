"""`node-editor`: opens the window, or without a display runs a sample in the terminal when asked to."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib.resources import files

from editor.window.binding import binding_problem
from editor.window.display import VIRTUAL_DISPLAY, has_display, missing_packages, missing_text
from editor.window.options import Options, parse_options


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the editor; returns the exit code."""
    options = parse_options(arguments)
    problem = binding_problem()
    if problem is None and not has_display():
        if options.screenshot is not None:
            os.environ["QT_QPA_PLATFORM"] = "offscreen"
        elif options.or_terminal:
            return _run_in_terminal()
        else:
            problem = f"There is no display to open a window on. With a virtual one:\n\n  {VIRTUAL_DISPLAY}"
    missing = missing_packages()
    if problem is None and missing:
        problem = missing_text(missing)
    if problem is not None:
        print(problem, file=sys.stderr)
        return 1
    return _run_window(options)


def _run_window(options: Options) -> int:
    from editor.window.program import run_program  # loads Qt, which the checks above must come before

    return run_program(options)


def _run_in_terminal() -> int:
    print("There is no display, so no window opens. The sample Hello runs here instead, and the service starts.")
    print(f"For the window on a virtual display (Debian package xvfb):\n\n  {VIRTUAL_DISPLAY}\n", flush=True)
    from node_engine.start.commands import main as run_command  # not needed where a window opens

    hello = str(files("resources").joinpath("samples", "hello", "hello.flow.json"))
    for arguments in (["run", hello], ["serve"]):
        sys.argv[1:] = arguments
        try:
            run_command()
        except SystemExit as ended:
            if ended.code:
                return int(ended.code)
    return 0


if __name__ == "__main__":
    sys.exit(main())
