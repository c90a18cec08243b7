"""The words of the status bar."""

from __future__ import annotations

from editor.document.document import Document
from editor.session.engine_session import EngineSession
from editor.window.status_bar import ServiceState
from node_engine.models.ids import EXIT


def counts_text(document: Document) -> str:
    """How many components and wires a flow has, e.g. "6 components, 7 wires"."""
    wires = sum(1 for wire in document.wires() if wire.target != EXIT)
    return f"{_counted(len(document.keys()), 'component')}, {_counted(wires, 'wire')}"


def undo_text(document: Document) -> str:
    """What undo would take back, e.g. "Undo: move improve"."""
    text = document.undo_stack.undoText()
    return f"Undo: {text}" if text else ""


def service_state(session: EngineSession, failure: str) -> ServiceState:
    """What the lamp shows; `failure` says why the engine did not start, if it did not."""
    if session.url is not None:
        return ServiceState(url=session.url)
    if failure:
        return ServiceState(reason="The engine did not start")
    return ServiceState(reason=session.service_problem or "", is_starting=not session.is_ready)


def _counted(number: int, word: str) -> str:
    return f"1 {word}" if number == 1 else f"{number} {word}s"
