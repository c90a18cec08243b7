"""The undoable changes of a document: edits as values, with the words that the undo menu shows."""

from __future__ import annotations

from weakref import ref

from PySide6.QtGui import QUndoCommand

from editor.document.document import Document
from editor.document.edit import Edit

_NEVER_MERGED = -1
_MERGED_BY_TOKEN = 1


class EditCommand(QUndoCommand):
    """One user action. Actions with the same `token` that follow each other undo as one."""

    def __init__(self, document: Document, edit: Edit, text: str, token: object | None = None) -> None:
        super().__init__(text)
        self._document = ref(document)
        self._after = edit
        self._before = document.inverse(edit)
        self._token = token

    def redo(self) -> None:
        """Make the edit true."""
        self._apply(self._after)

    def undo(self) -> None:
        """Take the edit back."""
        self._apply(self._before)

    def id(self) -> int:
        """Qt asks only commands with the same id, other than -1, to merge."""
        return _NEVER_MERGED if self._token is None else _MERGED_BY_TOKEN

    def mergeWith(self, other: QUndoCommand) -> bool:
        """Take a later step of the same drag or the same field into this one."""
        if not isinstance(other, EditCommand) or other._token != self._token:
            return False
        self._after = self._after.followed_by(other._after)
        self._before = other._before.followed_by(self._before)
        self.setText(other.text())
        self.setObsolete(self._after.is_same(self._before))
        return True

    def _apply(self, edit: Edit) -> None:
        """The stack belongs to its document, so the document is there; held weakly, the two are no cycle."""
        document = self._document()
        if document is not None:
            document.apply(edit)
