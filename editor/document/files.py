"""Opening and saving: a flow file with its layout beside it. Opening only parses; saving is whole or not at all."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from editor.document.atomic import write_atomically
from editor.document.document import Document
from editor.document.file_stamp import FileStamp
from editor.document.flow_reader import read_flow
from editor.document.flow_source import FlowSource
from editor.document.layout import Layout
from editor.document.layout_file import layout_path, read_layout, write_layout
from node_engine.errors import FlowFileError, StorageError
from node_engine.models.flow import FlowDefinition
from node_engine.models.limits import DEFAULT_LIMITS, MIB, Limits

LARGEST_LAYOUT_BYTES = 16 * MIB


@dataclass(frozen=True, slots=True)
class LoadedFlow:
    """A flow file that was read, ready for `Document(loaded.source, loaded.layout, catalog, loaded.path)`."""

    source: FlowSource
    layout: Layout
    path: Path | None = None

    @property
    def flow(self) -> FlowDefinition:
        """The flow as a plain definition."""
        head = self.source.head
        components = [entry.component for entry in self.source.entries]
        return FlowDefinition(key=head.key, flow=components, registry=head.registry, context=head.context)

    @property
    def stamp(self) -> FileStamp | None:
        """The state of the file when it was read."""
        return self.source.stamp

    @property
    def warnings(self) -> tuple[str, ...]:
        """What was odd about the files, in words."""
        return self.source.warnings


class DiskState(StrEnum):
    """How the file on disk stands to the document that was read from it."""

    SAME = "same"
    CHANGED = "changed"
    GONE = "gone"
    NONE = "none"
    """The document was never saved."""


def load_flow(file: Path | bytes, limits: Limits = DEFAULT_LIMITS) -> LoadedFlow:
    """Read a flow file with its layout, or the content of one.

    Raises:
        FlowFileError: it cannot be read, or holds no flow; the message says where and why.
    """
    if isinstance(file, bytes):
        return LoadedFlow(read_flow(file, limits), Layout())
    content = _read(file, limits.flow_file_bytes)
    try:
        source = read_flow(content, limits)
    except FlowFileError as error:
        raise FlowFileError(f"{file.name}: {error}") from error
    layout, layout_text, warnings = _load_layout(layout_path(file))
    source = replace(
        source,
        stamp=_stamp(file, content),
        layout_text=layout_text,
        warnings=(*source.warnings, *warnings),
    )
    return LoadedFlow(source, layout, file)


def save(document: Document, path: Path | None = None) -> None:
    """Write the flow, and its layout beside it if there is anything new in it; the document is clean then.

    Whether somebody else changed the file is for the caller to ask first: `changed_on_disk`.

    Raises:
        StorageError: the old files are as they were, the document stays dirty; the message says why and what to do.
    """
    target = path or document.path
    if target is None:
        raise StorageError("This flow has no file yet. Choose where to save it.")
    is_elsewhere = target != document.path
    content = document.text().encode()
    stamp = document.file_stamp
    is_there = not is_elsewhere and stamp is not None and disk_state(document) is DiskState.SAME
    if not (is_there and stamp is not None and stamp.holds(content)):
        write_atomically(target, content)
    layout_text = write_layout(document.layout, document.keys())
    if is_elsewhere or document.is_dirty:
        _save_layout(document, layout_path(target), layout_text, is_elsewhere)
    document.mark_saved(target, _stamp(target, content), layout_text)


def disk_state(document: Document) -> DiskState:
    """Whether the file is as it was when the document was read or saved. A file that cannot be looked at is gone."""
    if document.path is None or document.file_stamp is None:
        return DiskState.NONE
    try:
        return DiskState.SAME if document.file_stamp.is_current(document.path) else DiskState.CHANGED
    except OSError:
        return DiskState.GONE


def changed_on_disk(document: Document) -> bool:
    """True when somebody else wrote the file since the document was read or saved."""
    return disk_state(document) is DiskState.CHANGED


def _read(path: Path, limit: int) -> bytes:
    """The bytes of an ordinary file, at most one more than `limit`."""
    try:
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0))
        with os.fdopen(handle, "rb") as file:
            status = os.fstat(handle)
            if not stat.S_ISREG(status.st_mode):
                raise FlowFileError(f"{path} is not an ordinary file. Choose a flow file.")
            return file.read(limit + 1)
    except IsADirectoryError:
        raise FlowFileError(f"{path} is a folder. Choose a flow file in it.") from None
    except FileNotFoundError:
        raise FlowFileError(f"{path} is not there. It may have been moved or deleted.") from None
    except PermissionError:
        raise FlowFileError(f"{path} may not be read. Ask its owner to allow it.") from None
    except (OSError, ValueError) as error:
        words = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise FlowFileError(f"{path} cannot be read: {words}.") from error


def _stamp(path: Path, content: bytes) -> FileStamp | None:
    try:
        return FileStamp.of(path, content)
    except OSError:
        return None


def _load_layout(path: Path) -> tuple[Layout, str | None, list[str]]:
    """The layout beside a flow; whatever is wrong with it becomes a warning, never an error."""
    if not path.exists():
        return Layout(), None, []
    try:
        content = _read(path, LARGEST_LAYOUT_BYTES)
    except FlowFileError as error:
        return Layout(), None, [f"The layout was not read: {error}"]
    if len(content) > LARGEST_LAYOUT_BYTES:
        return Layout(), None, [f"The layout {path.name} is too large and was not read."]
    text = content.decode(errors="replace")
    layout, warnings = read_layout(text)
    return layout, text, warnings


def _save_layout(document: Document, path: Path, text: str, is_elsewhere: bool) -> None:
    if not is_elsewhere and text == document.saved_layout_text:
        return
    if not text and not path.exists():
        return
    try:
        write_atomically(path, text.encode())
    except StorageError as error:
        raise StorageError(f"The flow was saved, its layout was not. {error}") from error
