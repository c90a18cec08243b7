"""The watch expressions of one document, kept beside its file in `.flow/<name>.watches.json`."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QObject, Signal

from editor.document.document import Document
from editor.document.side_file import read_side_file, side_path, write_side_file
from node_engine.errors import StorageError

_KIND = "watches"
MOST = 100
"""More expressions would make every step slow to look at."""


class WatchStore(QObject):
    """The expressions in the order they are shown. Not part of undo.

    Signals:
        changed: the list became another.
    """

    changed = Signal()

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        """Read what is kept beside the document's file."""
        super().__init__(parent)
        self.problem: str | None = None
        """Why the expressions could not be read or kept, in words; None when they were."""
        self._document = document
        self._expressions = self._read()
        document.path_changed.connect(self._write)

    def all(self) -> list[str]:
        """Every expression."""
        return list(self._expressions)

    def put(self, expressions: Iterable[str]) -> None:
        """Keep these instead of all before; each once, not too many."""
        wanted = list(dict.fromkeys(text.strip() for text in expressions if text.strip()))[:MOST]
        if wanted != self._expressions:
            self._expressions = wanted
            self._write()
            self.changed.emit()

    def add(self, expression: str) -> None:
        """Watch one more."""
        self.put([*self._expressions, expression])

    def _read(self) -> list[str]:
        try:
            entries = read_side_file(side_path(self._document.path, _KIND))
        except StorageError as error:
            self.problem = str(error)
            return []
        return [entry for entry in entries if isinstance(entry, str)][:MOST]

    def _write(self) -> None:
        try:
            write_side_file(side_path(self._document.path, _KIND), self._expressions)
        except StorageError as error:
            self.problem = str(error)
        else:
            self.problem = None
