"""What a template, an expression or a path of the context becomes at a known moment, in a line of text."""

from __future__ import annotations

from editor.panels.forms.field_spec import Widget
from editor.panels.forms.values import is_template
from editor.panels.plain_text import one_line
from editor.panels.value_text import short_value
from node_engine.analysis.templates import MISSING, find_value, parse_path
from node_engine.errors import NodeEngineError
from node_engine.models.json import JsonObject, JsonValue

_LENGTH = 120
_OF_THE_STEP = frozenset({"item", "index", "visit", "error", "event", "key", "elapsed"})
"""Names that have no value outside of a step."""


def preview(widget: Widget, value: JsonValue, context: JsonObject) -> str:
    """The result in words, "" when there is nothing to tell; an error begins with "✕"."""
    if not isinstance(value, str) or not value.strip() or not context:
        return ""
    if is_template(value):
        return _filled_in(value, context)
    if widget is Widget.EXPRESSION:
        return _evaluated(value, context)
    return _looked_up(value, context) if widget is Widget.CONTEXT else ""


def _filled_in(text: str, context: JsonObject) -> str:
    from node_engine.engine.config import resolve  # not needed before a template is shown

    missing: list[str] = []
    try:
        made = resolve({"text": text}, context, lambda _field, path: missing.append(path))["text"]
    except NodeEngineError as error:
        return f"✕ {error}"
    if missing:
        return f"✕ {', '.join(dict.fromkeys(path.strip() for path in missing))}"
    return one_line(made, _LENGTH) if isinstance(made, str) else short_value(made, _LENGTH)


def _evaluated(text: str, context: JsonObject) -> str:
    from node_engine.engine.expressions import evaluate, names_in  # not needed before an expression is shown

    try:
        return f"= {short_value(evaluate(text, context), _LENGTH)}"
    except NodeEngineError as error:
        return "" if names_in(text) & _OF_THE_STEP else f"✕ {error}"


def _looked_up(path: str, context: JsonObject) -> str:
    parts = parse_path(path.strip())
    found = MISSING if parts is None else find_value(context, parts)
    return "" if found is MISSING else f"= {short_value(found, _LENGTH)}"  # type: ignore[arg-type]  # not MISSING
