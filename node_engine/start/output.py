"""Text for the terminal: nothing in it can move the cursor, colour the screen or be taken as markup."""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Iterable

import orjson
from rich.console import Console
from rich.table import Table
from rich.text import Text

from node_engine.models.json import JsonObject, JsonValue
from node_engine.models.parse import dump_json

_LONGEST_VALUE = 60
_WIDE = 200
_SHOWN_CHANGES = 3
_SIGNS = {"remove": "−", "add": "+", "replace": ""}


def _console(*, stderr: bool = False) -> Console:
    """A console for plain text; for other programs lines are not cut at the width of a terminal."""
    is_terminal = (sys.stderr if stderr else sys.stdout).isatty()
    return Console(highlight=False, markup=False, emoji=False, stderr=stderr, width=None if is_terminal else _WIDE)


console = _console()
errors = _console(stderr=True)


def plain(text: str) -> str:
    """The text with control characters made visible, line ends kept."""
    return "".join(sign if sign == "\n" or unicodedata.category(sign)[0] != "C" else "�" for sign in text)


def one_line(text: str, most: int) -> str:
    """The text on one line, cut with an ellipsis."""
    line = " ".join(plain(text).split("\n"))
    return line if len(line) <= most else f"{line[: most - 1]}…"


def say(text: str, style: str = "") -> None:
    """Print a line."""
    console.print(Text(plain(text), style), soft_wrap=True)


def print_row(line: Text) -> None:
    """Print a line of a list: cut at the edge of a terminal, whole for other programs."""
    if console.is_terminal:
        console.print(line, no_wrap=True, overflow="ellipsis")
    else:
        console.print(line, soft_wrap=True)


def complain(text: str) -> None:
    """Print a line about something that is wrong."""
    errors.print(Text(plain(text), "red"), soft_wrap=True)


def print_json(value: JsonValue, *, indented: bool = False) -> None:
    """Write JSON and a line end, byte for byte, for other programs."""
    text = orjson.dumps(value, option=orjson.OPT_INDENT_2) if indented else dump_json(value)
    sys.stdout.flush()
    sys.stdout.buffer.write(text + b"\n")
    sys.stdout.buffer.flush()


def print_table(columns: Iterable[str], rows: Iterable[Iterable[str]]) -> None:
    """Print a table."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(Text(plain(cell)) for cell in row))
    console.print(table)


def described_changes(changes: Iterable[JsonObject]) -> str:
    """JSON Patch operations in short: "count = 3, + name = "Zoë", − draft"."""
    parts = [_described_change(change) for change in changes]
    shown = ", ".join(parts[:_SHOWN_CHANGES])
    return f"{shown}, {len(parts) - _SHOWN_CHANGES} more" if len(parts) > _SHOWN_CHANGES else shown


def dotted(pointer: str) -> str:
    """A JSON Pointer as people write a path: "/order/items/0" as "order.items[0]"."""
    path = ""
    for part in pointer.split("/")[1:]:
        name = part.replace("~1", "/").replace("~0", "~")
        path += f"[{name}]" if name.isdigit() and path else f".{name}" if path else name
    return path


def _described_change(change: JsonObject) -> str:
    operation = str(change.get("op"))
    path = dotted(str(change.get("path", "")))
    sign = _SIGNS.get(operation, operation)
    if operation == "remove":
        return f"{sign} {path}"
    value = one_line(dump_json(change.get("value")).decode(), _LONGEST_VALUE)
    return f"{sign} {path} = {value}".strip()
