"""Breakpoints beside the flow, in `.flow/breakpoints.json`: never in the flow itself, not for git."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import orjson

from editor.document.atomic import write_atomically
from node_engine.models.ids import ComponentKey
from node_engine.models.json import JsonObject

_FOLDER = ".flow"
_NAME = "breakpoints.json"


def read_breakpoints(flow_path: Path | None) -> set[ComponentKey]:
    """The components of a flow that runs stop before; none when nothing readable is kept."""
    if flow_path is None:
        return set()
    kept = _read(flow_path).get(flow_path.name)
    return {ComponentKey(key) for key in kept if isinstance(key, str)} if isinstance(kept, list) else set()


def write_breakpoints(flow_path: Path | None, keys: Iterable[str]) -> None:
    """Keep the breakpoints of a flow that has a file. A folder that cannot be written keeps none, silently:

    breakpoints are a convenience, and the flow beside them reports a read-only folder itself when it is saved.
    """
    if flow_path is None:
        return
    kept = _read(flow_path)
    wanted = sorted(keys)
    if kept.get(flow_path.name, []) == wanted:
        return
    kept[flow_path.name] = list(wanted)
    try:
        folder = flow_path.parent / _FOLDER
        folder.mkdir(exist_ok=True)
        write_atomically(folder / _NAME, orjson.dumps(kept, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
    except OSError:
        return


def _read(flow_path: Path) -> JsonObject:
    try:
        kept = orjson.loads((flow_path.parent / _FOLDER / _NAME).read_bytes())
    except (OSError, orjson.JSONDecodeError):
        return {}
    return kept if isinstance(kept, dict) else {}
