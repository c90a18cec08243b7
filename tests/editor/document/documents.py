"""Documents for tests, over the catalog of the analysis tests."""

from __future__ import annotations

from typing import Any

from editor.document import Change, Document, DocumentEditor
from node_engine.models.flow import FlowComponent
from tests.analysis.catalog import CATALOG, flow_of, step


def document_of(*components: FlowComponent, **fields: Any) -> Document:
    """A document with these components."""
    return Document(flow_of(*components, **fields), catalog=CATALOG)


def chain(*keys: str) -> Document:
    """A document with plain components, one after the other."""
    return document_of(*(step(key) for key in keys))


def editor_of(document: Document) -> DocumentEditor:
    """Something to change the document with."""
    return DocumentEditor(document)


def drawn(document: Document) -> list[str]:
    """The wires as text: "a.next>b"."""
    return [f"{wire.source}.{wire.port}>{wire.target}" for wire in document.wires()]


def changes_of(document: Document) -> list[Change]:
    """A list that grows with each change of the document."""
    changes: list[Change] = []
    document.changed.connect(changes.append)
    return changes


def state_of(document: Document) -> tuple[object, ...]:
    """Everything of a document that undo must bring back."""
    layout, keys = document.layout, document.keys()
    components = [document.component(key).model_dump() for key in keys]
    return (document.text(), components, dict(layout.places), dict(layout.frames), dict(layout.notes), document.wires())
