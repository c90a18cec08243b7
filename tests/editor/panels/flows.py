"""Documents for the tests of the panels."""

from __future__ import annotations

from typing import Any

from editor.document.document import Document
from editor.document.editing import DocumentEditor
from node_engine.models.flow import FlowComponent, FlowDefinition
from tests.editor.panels.catalog import CATALOG


def component(key: str, name: str = "Template", config: dict[str, Any] | None = None, **options: Any) -> FlowComponent:
    """A component of a flow."""
    return FlowComponent(key=key, name=name, config=config or {}, **options)


def edited(*components: FlowComponent, context: dict[str, Any] | None = None) -> DocumentEditor:
    """The editor of a document that holds these components."""
    flow = FlowDefinition(key="a-flow", session_id="s1", flow=list(components), context=context or {})
    return DocumentEditor(Document(flow, catalog=CATALOG))
