"""Context names that components declare to read and write, with references into their config filled in.

A declared path may hold `{field}` (a config value: a text, a list of texts, or an object whose keys count),
`{target|key}` (the first of these that is set) and `{component.key}` (the component's own key). The path "*"
stands for anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from node_engine.analysis.ports import config_value
from node_engine.analysis.templates import typed_path
from node_engine.models.description import BUILT_IN, Catalog, ComponentDescription
from node_engine.models.flow import FlowComponent, FlowDefinition
from node_engine.models.json import JsonValue

ANYTHING = "*"
ENGINE_NAMES = frozenset({"session_id", "error", "debug_information", "stream_log"})
"""Names that the engine itself puts into every context, or looks for there."""
_REFERENCE = re.compile(r"\{([^{}]+)\}")
_HEAD = re.compile(r"[^.\[]*")


def head_of(path: str) -> str:
    """The top-level context name of a path: "order" of "order.lines[0].price"."""
    match = _HEAD.match(path.strip())
    return match.group() if match else ""


def reads_of(component: FlowComponent, description: ComponentDescription) -> list[str]:
    """Context paths the component reads, besides those in its templates."""
    return _filled(description.reads, component, description)


def writes_of(component: FlowComponent, description: ComponentDescription) -> list[str]:
    """Context paths the component writes; "*" when it may write anything."""
    return _filled(description.writes, component, description)


def known_names(flow: FlowDefinition, catalog: Catalog) -> tuple[set[str], bool]:
    """Top-level names that may be in the context during a run, and whether some component may write any other.

    Own components that declare nothing, and components the registry does not hold, may write anything.
    """
    known = set(flow.context) | ENGINE_NAMES
    is_open = False
    for component in flow.flow:
        description = catalog.get(component.name)
        if description is None or (not description.writes and description.source != BUILT_IN):
            is_open = True
            continue
        written = writes_of(component, description)
        is_open = is_open or ANYTHING in written
        known.update(head_of(path) for path in written)
    return known, is_open


def _filled(paths: Iterable[str], component: FlowComponent, description: ComponentDescription) -> list[str]:
    found: list[str] = []
    for path in paths:
        match = _REFERENCE.search(path)
        if match is None:
            found.append(path)
            continue
        for value in _values(match.group(1), component, description):
            found.append(ANYTHING if "{{" in value else f"{path[: match.start()]}{value}{path[match.end() :]}")
    return found


def _values(reference: str, component: FlowComponent, description: ComponentDescription) -> list[str]:
    if reference == "component.key":
        return [component.key]
    for name in reference.split("|"):
        value = config_value(component, description, name.strip())
        if value not in (None, "", [], {}):
            return _texts(value)
    return []


def _texts(value: JsonValue) -> list[str]:
    if isinstance(value, dict):
        return [ANYTHING] if typed_path(value) is not None else list(value)
    if isinstance(value, list):
        named = [item.get("name") if isinstance(item, dict) else item for item in value]
        return [item for item in named if isinstance(item, str)]
    return [value] if isinstance(value, str) else []
