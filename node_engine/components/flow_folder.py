"""Files of a flow: paths are data, so they are resolved and must lie inside the folder of the flow's file."""

from __future__ import annotations

import os
from itertools import islice
from pathlib import Path

from node_engine.errors import ComponentError, NodeEngineError
from node_engine.models.limits import Limits
from node_engine.models.parse import parse_flow

_MOST_FILES = 1_000
"""Flow files looked at when one is wanted by its key."""


def resolve_inside(folder: Path | None, path: str) -> Path:
    """The absolute path of a file inside the flow's folder, links followed.

    Raises ComponentError when the flow has no folder yet, or when the path leads outside it.
    """
    if folder is None:
        raise ComponentError(
            f'The path "{path}" begins in the folder of the flow\'s file, and this flow has none. Save it first.'
        )
    if "\0" in path:
        raise ComponentError("A path cannot hold a null character.")
    root = folder.resolve()
    resolved = (root / path).resolve()
    if not resolved.is_relative_to(root):
        raise ComponentError(f'The path "{path}" leads outside the folder of the flow. Use one inside it.')
    return resolved


def find_flow(folder: Path | None, key: str, limits: Limits) -> Path:
    """The file of the flow with this key: `<key>.flow.json` in the flow's folder, else any flow file there.

    Raises ComponentError when there is none.
    """
    root = resolve_inside(folder, ".")
    by_name = root / f"{key}.flow.json"
    candidates = [by_name] if by_name.parent == root and by_name.is_file() else []
    candidates += sorted(islice(root.glob("*.flow.json"), _MOST_FILES))
    for file in candidates:
        try:
            if parse_flow(file.read_bytes(), limits).key == key:
                return file
        except (OSError, NodeEngineError):
            continue
    raise ComponentError(f'No flow file in the folder of this flow has the key "{key}".')


def write_atomically(path: Path, data: bytes) -> None:
    """Replace a file as a whole: readers see the old or the new one, also after a crash. Raises OSError.

    The mode of a file that is there already is kept.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with temporary.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            temporary.chmod(path.stat().st_mode & 0o7777)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    """Make the new name last through a power cut; not offered by every system."""
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
