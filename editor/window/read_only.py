"""The editor of a flow that is shown as a run had it: it refuses every change, in words."""

from __future__ import annotations

from editor.document.edit import Edit
from editor.document.editing import DocumentEditor
from node_engine.errors import FlowError


class ReadOnlyEditor(DocumentEditor):
    """Takes the place of the editor wherever one is asked for."""

    def _push(self, edit: Edit, text: str, token: object | None = None) -> None:
        raise FlowError('This flow is shown as a run had it. Choose "Edit a copy" above the canvas to change it.')
