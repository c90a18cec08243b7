"""What is kept beside a flow but never in it, not for git: a list in `.flow/<name>.<kind>.json`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import orjson

from editor.document.atomic import storage_words, write_atomically
from node_engine.errors import StorageError
from node_engine.models.json import JsonValue

FOLDER = ".flow"
_FLOW_SUFFIXES = (".flow.json", ".json")
_LARGEST_BYTES = 4 * 1024 * 1024
"""A file beyond this is none of ours."""


def side_path(flow_path: Path | None, kind: str) -> Path | None:
    """Where a flow's list of that kind is kept: `.flow/triage.breakpoints.json` for `triage.flow.json`."""
    if flow_path is None:
        return None
    name = flow_path.name
    suffix = next((each for each in _FLOW_SUFFIXES if name.endswith(each)), "")
    return flow_path.parent / FOLDER / f"{name.removesuffix(suffix)}.{kind}.json"


def read_side_file(path: Path | None) -> list[JsonValue]:
    """The list in a file; an empty one when there is no file.

    Raises:
        StorageError: it is there and cannot be read, or holds no list.
    """
    if path is None or not path.is_file():
        return []
    try:
        content = path.read_bytes() if path.stat().st_size <= _LARGEST_BYTES else b"null"
        entries = orjson.loads(content)
    except OSError as error:
        raise StorageError(storage_words("read", path, error)) from error
    except orjson.JSONDecodeError as error:
        raise StorageError(f"{path} cannot be read: {error}.") from error
    if not isinstance(entries, list):
        raise StorageError(f"{path} cannot be read: it holds no list.")
    return entries


def write_side_file(path: Path | None, entries: Sequence[object]) -> None:
    """Keep a list; an empty one makes no file where there is none.

    Raises:
        StorageError: nothing was changed; the message says why and what to do.
    """
    if path is None or not (entries or path.is_file()):
        return
    try:
        path.parent.mkdir(exist_ok=True)
    except OSError as error:
        raise StorageError(storage_words("write", path, error)) from error
    content = orjson.dumps(list(entries), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
    write_atomically(path, content, sync=False)
