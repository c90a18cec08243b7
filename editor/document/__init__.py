"""The flow being edited. No widget can be imported here."""

from editor.document.change import Change
from editor.document.document import Document
from editor.document.editing import UNSET, DocumentEditor
from editor.document.layout import Frame, Layout, Note, Place, node_size, port_rows

__all__ = [
    "UNSET",
    "Change",
    "Document",
    "DocumentEditor",
    "Frame",
    "Layout",
    "Note",
    "Place",
    "node_size",
    "port_rows",
]
