"""The discovery file: how programs of the same user find the running service and its token (TRUST.md §3.6)."""

from __future__ import annotations

import json
import os
import stat
import warnings
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import platformdirs
from pydantic import TypeAdapter

from node_engine.errors import StorageError

_PREFIX = "service-"
_SUFFIX = ".json"
_PRIVATE_FOLDER = 0o700
_PRIVATE_FILE = 0o600
_MOST_BYTES = 16_384


@dataclass(frozen=True, slots=True)
class Discovery:
    """What a running service writes about itself."""

    url: str
    token: str
    pid: int
    instance_id: str
    """Random; `/health` answers with the same one, so that a reused port or process number is noticed."""
    started_s: float
    """Unix time."""
    uds: str | None = None
    """Path of the Unix socket that `url` is reached through, if any."""


_DISCOVERY = TypeAdapter(Discovery)


def discovery_folder() -> Path:
    """The user's runtime folder; it may not exist yet."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # on a folder it cannot use; ours is checked before anything is written or read
        return Path(platformdirs.user_runtime_dir("node-engine", appauthor=False))


def publish(discovery: Discovery, folder: Path | None = None) -> Path:
    """Write the file for others of this user, and sweep what services that are gone left behind.

    Raises:
        StorageError: the folder is not private or cannot be written.
    """
    folder = folder or discovery_folder()
    try:
        folder.mkdir(mode=_PRIVATE_FOLDER, parents=True, exist_ok=True)
        _make_private(folder)
        for path, other in _files(folder):
            if other is None or not _is_running(other.pid):
                path.unlink(missing_ok=True)
        return _write(discovery, folder)
    except OSError as error:
        raise StorageError(f'The discovery file cannot be written to "{folder}": {error.strerror}.') from error


def withdraw(path: Path) -> None:
    """Remove the file at the end of the service."""
    path.unlink(missing_ok=True)


def running_services(folder: Path | None = None) -> list[Discovery]:
    """Services that seem to run, newest first. Files that others could have written are not believed.

    Before the token is sent, the caller compares `instance_id` with what `/health` answers.
    """
    folder = folder or discovery_folder()
    if not _is_private(folder, stat.S_ISDIR):
        return []
    found = [discovery for _, discovery in _files(folder) if discovery is not None and _is_running(discovery.pid)]
    return sorted(found, key=lambda discovery: discovery.started_s, reverse=True)


def _write(discovery: Discovery, folder: Path) -> Path:
    path = folder / f"{_PREFIX}{discovery.instance_id}{_SUFFIX}"
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _PRIVATE_FILE)
    with open(descriptor, "w", encoding="utf-8") as file:
        json.dump(asdict(discovery), file)
    return path


def _files(folder: Path) -> list[tuple[Path, Discovery | None]]:
    paths = sorted(folder.glob(f"{_PREFIX}*{_SUFFIX}"))
    return [(path, _read(path)) for path in paths]


def _read(path: Path) -> Discovery | None:
    """The content of a file that only this user can have written, else None."""
    if not _is_private(path, stat.S_ISREG):
        return None
    try:
        text = path.read_bytes()[:_MOST_BYTES]
        return _DISCOVERY.validate_json(text, strict=True)
    except (OSError, ValueError):
        return None


def _is_private(path: Path, is_kind: Callable[[int], bool]) -> bool:
    """True for a file or folder (never a link) of this user that nobody else may open."""
    try:
        status = path.lstat()
    except OSError:
        return False
    if not is_kind(status.st_mode):
        return False
    return os.name != "posix" or (status.st_uid == os.getuid() and not stat.S_IMODE(status.st_mode) & 0o077)


def _make_private(folder: Path) -> None:
    status = folder.lstat()
    if os.name != "posix":
        return
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != os.getuid():
        raise StorageError(f'"{folder}" belongs to somebody else; the token is not written there.')
    if stat.S_IMODE(status.st_mode) != _PRIVATE_FOLDER:
        folder.chmod(_PRIVATE_FOLDER)


def _is_running(pid: int) -> bool:
    """False when no process has this number; only asked where asking does no harm."""
    if os.name != "posix":
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return False
    return True
