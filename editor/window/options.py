"""The command line of the editor."""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_SIZE = re.compile(r"(\d{2,5})[x×](\d{2,5})")


@dataclass(frozen=True, slots=True)
class Options:
    """What was asked for on the command line."""

    flows: tuple[Path, ...] = ()
    screenshot: Path | None = None
    run: bool = False
    size: tuple[int, int] | None = None
    theme: str | None = None
    or_terminal: bool = False
    port: int | None = None
    state_dir: Path | None = None


def parse_options(arguments: Sequence[str] | None = None) -> Options:
    """Read the command line; bad input prints a message and ends the program with code 2."""
    parser = argparse.ArgumentParser(prog="node-editor", description="Draw flows, run them, see every step.")
    parser.add_argument("flows", nargs="*", type=_flow_file, metavar="FLOW", help="flow files to open")
    parser.add_argument("--screenshot", type=Path, metavar="PNG", help="write a picture of the window and exit")
    parser.add_argument("--run", action="store_true", help="run the flow first; a picture is taken after the run")
    parser.add_argument("--size", type=_size, metavar="WxH", help="size of the window, e.g. 1600x1000")
    parser.add_argument("--theme", choices=("dark", "light"), help="colours, whatever the system and the settings say")
    parser.add_argument("--port", type=int, help="port of the service; the next free one is taken if it is in use")
    parser.add_argument("--state-dir", type=Path, metavar="FOLDER", help="where settings, recovery and runs are kept")
    parser.add_argument("--or-terminal", action="store_true", help="without a display, run a sample in the terminal")
    given = parser.parse_args(arguments)
    if given.run and not given.flows:
        parser.error("--run needs a FLOW to run")
    return Options(
        flows=tuple(given.flows),
        screenshot=given.screenshot,
        run=given.run,
        size=given.size,
        theme=given.theme,
        or_terminal=given.or_terminal,
        port=given.port,
        state_dir=given.state_dir,
    )


def _flow_file(text: str) -> Path:
    path = Path(text)
    if not path.is_file():
        raise argparse.ArgumentTypeError(f'there is no file "{text}"')
    return path


def _size(text: str) -> tuple[int, int]:
    match = _SIZE.fullmatch(text)
    if match is None:
        raise argparse.ArgumentTypeError(f'"{text}" is not a size; write it as 1600x1000')
    return int(match[1]), int(match[2])
