"""Setting one value inside a component by its path: "config.headers.accept", "config.rows[2].name", "outputs.true"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from node_engine.errors import FlowError
from node_engine.models.flow import FlowComponent
from node_engine.models.json import JsonObject, JsonValue

_PART = re.compile(r"([^.\[\]]+)|\[(\d+)\]")


class Unset:
    """Stands for "take the value away"."""


UNSET = Unset()


def with_field(component: FlowComponent, path: str, value: JsonValue | Unset) -> FlowComponent:
    """A copy of the component with `value` at `path`, which starts with "config", "outputs" or an option's name.

    Raises:
        FlowError: there is no such place, or an option does not take such a value.
    """
    head, *rest = _split(path)
    if head == "config":
        config = _placed(component.config, rest, value, path)
        if not isinstance(config, dict):
            raise FlowError(f'The config of "{component.key}" must be an object.', component_key=component.key)
        return component.model_copy(update={"config": config})
    if head not in FlowComponent.model_fields or head in ("key", "name"):
        raise FlowError(f'A component has no field "{path}".', component_key=component.key)
    shown: JsonObject = component.model_dump()
    placed = _placed(shown, [head, *rest], value, path)
    return FlowComponent.model_validate(placed)


def _split(path: str) -> list[str | int]:
    return [int(index) if index else name for name, index in _PART.findall(path)] or [path]


def _placed(container: JsonValue, parts: Sequence[str | int], value: JsonValue | Unset, path: str) -> JsonValue:
    """A copy of `container` with `value` at `parts`; missing objects on the way are made."""
    if not parts:
        return {} if isinstance(value, Unset) else value
    part, rest = parts[0], parts[1:]
    if isinstance(part, int):
        return _placed_item(container, part, rest, value, path)
    changed = dict(container) if isinstance(container, dict) else {}
    if isinstance(value, Unset) and not rest:
        changed.pop(part, None)
    else:
        changed[part] = _placed(changed.get(part), rest, value, path)
    return changed


def _placed_item(
    container: JsonValue, index: int, rest: Sequence[str | int], value: JsonValue | Unset, path: str
) -> JsonValue:
    items = list(container) if isinstance(container, list) else []
    if index > len(items):
        raise FlowError(f'"{path}" is beyond the end of its list.')
    if isinstance(value, Unset) and not rest:
        return items[:index] + items[index + 1 :]
    old = items[index] if index < len(items) else None
    return [*items[:index], _placed(old, rest, value, path), *items[index + 1 :]]
