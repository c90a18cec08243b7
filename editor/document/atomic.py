"""The one way a file is written: whole or not at all, whatever happens meanwhile (TRUST.md §7)."""

from __future__ import annotations

import errno
import os
import stat
import time
from contextlib import suppress
from pathlib import Path
from secrets import token_hex

from node_engine.errors import StorageError

_SUFFIX = ".saving"
_OLD_S = 3_600.0
"""A temporary of this age was left by a crash."""
_REASONS = {
    errno.ENOSPC: "the disk is full. Free some space and save again, or save it somewhere else",
    errno.EDQUOT: "your quota on this disk is used up. Free some space and save again, or save it somewhere else",
    errno.EFBIG: "the disk does not take a file of this size. Save it somewhere else",
    errno.EACCES: "the folder may not be written to. Allow it, or save it somewhere else",
    errno.EPERM: "the folder may not be written to. Allow it, or save it somewhere else",
    errno.EROFS: "the disk is read-only. Save it somewhere else",
    errno.ENOENT: "the folder is no longer there. Make it again, or save it somewhere else",
    errno.ENOTDIR: "the folder is no longer a folder. Save it somewhere else",
    errno.EISDIR: "there is a folder of that name. Choose another name",
    errno.EIO: "the disk reported an error. Save it somewhere else, and check the disk",
    errno.ENAMETOOLONG: "the name is too long for this disk. Choose a shorter one",
    errno.ELOOP: "the link leads to itself. Choose another name",
}


def write_atomically(path: Path, content: bytes, *, sync: bool = True) -> None:
    """Replace the file at `path` by one with `content`; a link's target is replaced, its mode is kept.

    Args:
        path: the file; its folder must be there.
        content: everything it is to hold.
        sync: wait until the disk has it, so that a power cut loses nothing; without, only a crash of ours does not.

    Raises:
        StorageError: nothing was changed; the message says why and what to do.
    """
    temporary: Path | None = None
    try:
        target = Path(os.path.realpath(path))
        mode = _mode_of(target)
        _sweep(target)
        temporary = target.with_name(f".{target.name[:200]}.{token_hex(6)}{_SUFFIX}")
        _write_new(temporary, content, mode, sync=sync)
        os.replace(temporary, target)
        temporary = None
        if sync:
            _sync_folder(target.parent)
    except OSError as error:
        raise StorageError(_words(path, error)) from error
    finally:
        if temporary is not None:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)


def storage_words(verb: str, path: Path, error: OSError) -> str:
    """What went wrong with a file and what to do: "Could not write /a/b: the disk is full. …"."""
    reason = _REASONS.get(error.errno or 0) or f"{error.strerror or error}. Save it somewhere else"
    return f"Could not {verb} {path}: {reason}."


def _words(path: Path, error: OSError) -> str:
    kept = " The file there is as it was." if os.path.exists(path) else ""
    return storage_words("write", path, error) + kept


def _mode_of(target: Path) -> int:
    """The mode to keep. Refuses what is not a plain file, or may not be written."""
    try:
        status = target.stat()
    except FileNotFoundError:
        umask = os.umask(0)
        os.umask(umask)
        return 0o666 & ~umask
    if stat.S_ISDIR(status.st_mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    if not stat.S_ISREG(status.st_mode):
        raise OSError(errno.EINVAL, "this is not an ordinary file")
    if not os.access(target, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    return stat.S_IMODE(status.st_mode)


def _write_new(path: Path, content: bytes, mode: int, *, sync: bool) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    try:
        view = memoryview(content)
        while view:
            view = view[os.write(handle, view) :]
        if hasattr(os, "fchmod"):
            os.fchmod(handle, mode)
        if sync:
            os.fsync(handle)
    finally:
        os.close(handle)


def _sync_folder(folder: Path) -> None:
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _sweep(target: Path) -> None:
    """Remove temporaries of this file that a crash left behind."""
    newest = time.time() - _OLD_S
    with suppress(OSError):
        for left in target.parent.glob(f".{_literal(target.name[:200])}.*{_SUFFIX}"):
            with suppress(OSError):
                if left.stat().st_mtime < newest:
                    left.unlink()


def _literal(name: str) -> str:
    return "".join(f"[{letter}]" if letter in "*?[" else letter for letter in name)
