"""Unsaved work survives a crash: snapshots in the state folder, each under a lock while its document is open."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from secrets import token_hex

import orjson
from filelock import FileLock, Timeout
from platformdirs import user_state_path
from PySide6.QtCore import QObject, QTimer

from editor.document.atomic import write_atomically
from editor.document.document import Document
from editor.document.file_stamp import FileStamp
from editor.document.files import LoadedFlow, load_flow
from editor.document.layout_file import read_layout, write_layout
from node_engine.errors import FlowFileError, StorageError
from node_engine.models.json import JsonObject, JsonValue
from node_engine.models.limits import DEFAULT_LIMITS

STATE_FOLDER_VARIABLE = "NODE_ENGINE_STATE_DIR"
FIRST_DELAY_S = 1.0
"""From a change to its snapshot."""
LEAST_INTERVAL_S = 10.0
"""Between two snapshots of one document."""
_SUFFIX, _LOCK_SUFFIX = ".recovery.json", ".lock"
_FORMAT = 1
_LARGEST_BYTES = 4 * DEFAULT_LIMITS.flow_file_bytes


def state_folder(folder: Path | None = None) -> Path:
    """Where this program keeps what is not the user's own files; the environment or an argument may say otherwise."""
    if folder is not None:
        return folder
    named = os.environ.get(STATE_FOLDER_VARIABLE)
    return Path(named) if named else user_state_path("node-engine", appauthor=False)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Unsaved work of a program that did not end properly."""

    id: str
    path: Path | None
    """The file it belongs to, if it had one."""
    flow_key: str
    time_s: float
    """Unix time of the snapshot."""
    stamp: FileStamp | None
    """The state of the file when it was last read or saved."""


class RecoveryFolder:
    """The snapshots of all windows and programs of this user."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = state_folder(folder) / "recovery"

    def orphans(self) -> list[Snapshot]:
        """Snapshots that no running program holds, newest first. Broken ones are passed over."""
        found = []
        for file in self._files():
            lock = FileLock(self.lock_file_of(file.name.removesuffix(_SUFFIX)))
            if not _try_lock(lock):
                continue
            try:
                content = _read_snapshot(file)
            finally:
                lock.release()
            if content is not None:
                found.append(_snapshot_of(file, content))
        return sorted(found, key=lambda snapshot: snapshot.time_s, reverse=True)

    def restore(self, snapshot: Snapshot) -> LoadedFlow:
        """The flow of a snapshot, as unsaved work; `discard` it once its new document has a snapshot of its own.

        Raises:
            FlowFileError: the snapshot is gone or holds no flow.
        """
        content = _read_snapshot(self.file_of(snapshot.id))
        flow, layout = (content or {}).get("flow"), (content or {}).get("layout")
        if not isinstance(flow, str):
            raise FlowFileError("The recovered work is no longer there.")
        source = replace(load_flow(flow.encode()).source, stamp=snapshot.stamp, is_altered=True)
        return LoadedFlow(source, read_layout(layout if isinstance(layout, str) else "")[0], snapshot.path)

    def discard(self, snapshot: Snapshot) -> None:
        """Remove a snapshot for good."""
        _remove(self.file_of(snapshot.id))
        _remove(self.lock_file_of(snapshot.id))

    def _files(self) -> list[Path]:
        try:
            return sorted(self.folder.glob(f"*{_SUFFIX}"))
        except OSError:
            return []

    def file_of(self, snapshot_id: str) -> Path:
        """The file of a snapshot."""
        return self.folder / f"{snapshot_id}{_SUFFIX}"

    def lock_file_of(self, snapshot_id: str) -> Path:
        """The file that is locked while the snapshot's document is open."""
        return self.folder / f"{snapshot_id}{_LOCK_SUFFIX}"


class RecoveryKeeper(QObject):
    """Keeps a snapshot of one document while it has unsaved changes. `close` ends that and removes it."""

    def __init__(
        self,
        document: Document,
        recovery: RecoveryFolder,
        parent: QObject | None = None,
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        super().__init__(parent or document)
        self.problem: str | None = None
        """Why the last snapshot could not be written, in words, or None."""
        self._document = document
        self._recovery = recovery
        self._clock = clock
        self._id = token_hex(8)
        self._lock: FileLock | None = None
        self._written_s = 0.0
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.write)
        document.changed.connect(self._on_changed)
        document.dirty_changed.connect(self._on_dirty_changed)
        if document.is_dirty:
            self._on_changed()

    def write(self) -> None:
        """Write a snapshot now, if there is unsaved work."""
        self._timer.stop()
        if not self._document.is_dirty:
            return
        self._written_s = self._clock()
        try:
            self._hold_lock()
            write_atomically(self._recovery.file_of(self._id), orjson.dumps(self._content()), sync=False)
        except (OSError, StorageError, Timeout) as error:
            self.problem = str(error)
        else:
            self.problem = None

    def close(self) -> None:
        """Remove the snapshot and end: the document is closed, its work saved or given up."""
        self._timer.stop()
        self._remove()
        with suppress(RuntimeError):
            self._document.changed.disconnect(self._on_changed)
            self._document.dirty_changed.disconnect(self._on_dirty_changed)

    def _content(self) -> JsonObject:
        document = self._document
        return {
            "format": _FORMAT,
            "path": None if document.path is None else str(document.path),
            "stamp": None if document.file_stamp is None else asdict(document.file_stamp),
            "time_s": self._clock(),
            "flow_key": document.key,
            "flow": document.text(),
            "layout": write_layout(document.layout, document.keys()),
        }

    def _hold_lock(self) -> None:
        if self._lock is None:
            self._recovery.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            lock = FileLock(self._recovery.lock_file_of(self._id))
            lock.acquire(blocking=False)
            self._lock = lock

    def _remove(self) -> None:
        _remove(self._recovery.file_of(self._id))
        if self._lock is not None:
            self._lock.release()
            self._lock = None
            _remove(self._recovery.lock_file_of(self._id))

    def _on_changed(self) -> None:
        if not self._timer.isActive():
            since_s = self._clock() - self._written_s
            self._timer.start(round(max(FIRST_DELAY_S, LEAST_INTERVAL_S - since_s) * 1_000))

    def _on_dirty_changed(self, is_dirty: bool) -> None:
        if not is_dirty:
            self._timer.stop()
            self._remove()


def _try_lock(lock: FileLock) -> bool:
    try:
        lock.acquire(blocking=False)
    except (Timeout, OSError):
        return False
    return True


def _read_snapshot(file: Path) -> JsonObject | None:
    try:
        if file.stat().st_size > _LARGEST_BYTES:
            return None
        content: JsonValue = orjson.loads(file.read_bytes())
    except (OSError, orjson.JSONDecodeError):
        return None
    return content if isinstance(content, dict) and content.get("format") == _FORMAT else None


def _snapshot_of(file: Path, content: JsonObject) -> Snapshot:
    path, key, time_s = content.get("path"), content.get("flow_key"), content.get("time_s")
    return Snapshot(
        file.name.removesuffix(_SUFFIX),
        Path(path) if isinstance(path, str) else None,
        key if isinstance(key, str) else "",
        float(time_s) if isinstance(time_s, int | float) else 0.0,
        _stamp_of(content.get("stamp")),
    )


def _stamp_of(form: JsonValue) -> FileStamp | None:
    match form:
        case {"mtime_ns": int(mtime_ns), "size_bytes": int(size_bytes), "hash": str(digest)}:
            return FileStamp(mtime_ns, size_bytes, digest)
        case _:
            return None


def _remove(file: Path) -> None:
    with suppress(OSError):
        file.unlink()
