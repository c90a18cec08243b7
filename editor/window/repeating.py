"""Asks before what reaches outside of a flow is done once more."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from editor.window.dialogs.question import Answer, ask
from node_engine.analysis.effects import Effect, effects_from
from node_engine.models.description import Catalog, Touch
from node_engine.models.flow import FlowDefinition

_WORDS = {
    Touch.FILES: "files",
    Touch.NETWORK: "the network",
    Touch.PROCESSES: "programs of this computer",
    Touch.CODE: "code",
    Touch.MODELS: "models",
}


async def may_repeat(window: QWidget, flow: FlowDefinition, key: str, catalog: Catalog, title: str, go: str) -> bool:
    """List what would happen again from a component on, and ask; True at once when there is nothing of that kind."""
    effects = effects_from(flow, key, catalog)
    if not effects:
        return True
    text = _tr("These steps reach outside of the flow. They may be done again:")
    details = "\n".join(_line(effect, catalog) for effect in effects)
    answers = (Answer("go", go, "primary"), Answer("", _tr("Cancel")))
    return await ask(window, title, text, answers, details) == "go"


def _line(effect: Effect, catalog: Catalog) -> str:
    described = catalog.get(effect.name)
    kind = described.label if described is not None else effect.name
    return f"{effect.component_key} · {kind} · {', '.join(_WORDS[touch] for touch in sorted(effect.touches))}"


def _tr(text: str) -> str:
    return QCoreApplication.translate("Repeating", text)
