"""What the documented system puts into `context["debug_information"]` when a flow fails (WIRE.md §3)."""

from __future__ import annotations

import inspect
import json
import re
from typing import Any

from node_engine.engine.component import Component
from node_engine.engine.frame import Frame
from node_engine.engine.plan import Plan
from node_engine.engine.report import RunReport
from node_engine.models.json import JsonObject, JsonValue

KEY = "debug_information"
_SERVICE = re.compile(r"(\w+_)?service")
_LOG_LINES = 4


def collect(error: str, frame: Frame, plan: Plan | None, report: RunReport) -> JsonObject:
    """The eleven fields; those of the component are null when no component is to blame."""
    component_class = None if plan is None or plan.shape is None else plan.shape.component_class
    context = {name: value for name, value in dict.items(frame.context) if name != KEY}
    flow = [_without_services(component.model_dump()) for component in frame.definition.flow]
    log = [
        {"namespace": namespace, "level": level.value, "message": message, "flow_definition": None}
        for namespace, level, message in report.last_lines(_LOG_LINES)
    ]
    return {
        "error": error,
        "error_context": json.dumps(context, indent=2, ensure_ascii=False, default=str),
        "component_name": None if plan is None else plan.name,
        "component_key": None if plan is None else plan.key,
        "component_description": getattr(component_class, "description", None),
        "component_reads_from": _declared(component_class, "reads_from", "reads"),
        "component_writes_to": _declared(component_class, "writes_to", "writes"),
        "component_sample_input": _declared(component_class, "sample_input", None),
        "code": None if component_class is None else _code(component_class),
        "flow": json.dumps(flow, indent=2, ensure_ascii=False, default=str),
        "log": json.dumps(log, indent=2, ensure_ascii=False),
    }


def _declared(component_class: type[Component] | None, documented: str, ours: str | None) -> JsonValue:
    """The documented attribute if the class has it, else ours as a list."""
    value: JsonValue = getattr(component_class, documented, None)
    if value is None and ours is not None and component_class is not None:
        return list(getattr(component_class, ours))
    return value


def _code(component_class: type[Component]) -> str | None:
    """The numbered source of `execute`."""
    try:
        lines, first = inspect.getsourcelines(component_class.execute)
    except (OSError, TypeError):
        return None
    return "".join(f"{number}: {line}" for number, line in enumerate(lines, first))


def _without_services(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_services(item) for key, item in value.items() if not _SERVICE.fullmatch(str(key))}
    return [_without_services(item) for item in value] if isinstance(value, list) else value
