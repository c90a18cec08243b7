"""What a file looked like when it was last read or written, to tell later whether somebody else changed it."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path


@dataclass(frozen=True, slots=True)
class FileStamp:
    """Time of change in nanoseconds, size in bytes and hash of a file's content."""

    mtime_ns: int
    size_bytes: int
    hash: str

    @classmethod
    def of(cls, path: Path, content: bytes) -> FileStamp:
        """The stamp of a file that holds `content` now. Raises OSError."""
        status = path.stat()
        return cls(status.st_mtime_ns, len(content), sha256(content).hexdigest())

    def holds(self, content: bytes) -> bool:
        """True when this is the stamp of exactly these bytes."""
        return len(content) == self.size_bytes and sha256(content).hexdigest() == self.hash

    def is_current(self, path: Path) -> bool:
        """True while the file holds the same bytes. Raises OSError."""
        status = path.stat()
        if (status.st_mtime_ns, status.st_size) == (self.mtime_ns, self.size_bytes):
            return True
        return status.st_size == self.size_bytes and sha256(path.read_bytes()).hexdigest() == self.hash
