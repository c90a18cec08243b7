"""What differs between two versions of a flow, by component and field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from node_engine.models.flow import FlowComponent, FlowDefinition
from node_engine.models.ids import ComponentKey
from node_engine.models.json import JsonValue


@dataclass(frozen=True, slots=True)
class FlowDiff:
    """Differences from one flow to another. Field paths are like "name", "config.limit.max", "outputs.true"."""

    added: tuple[ComponentKey, ...]
    removed: tuple[ComponentKey, ...]
    changed: Mapping[ComponentKey, tuple[str, ...]]
    order_changed: bool
    """The components in both stand in another order."""
    context_changed: bool
    key_changed: bool

    @property
    def is_empty(self) -> bool:
        """True when both flows do the same."""
        return not (
            self.added or self.removed or self.changed or self.order_changed or self.context_changed or self.key_changed
        )


def diff(before: FlowDefinition, after: FlowDefinition) -> FlowDiff:
    """Compare two flows; components belong together by key. Session, registry and status do not count."""
    old = {ComponentKey(component.key): component for component in before.flow}
    new = {ComponentKey(component.key): component for component in after.flow}
    changed = {key: tuple(changed_fields(old[key], new[key])) for key in new if key in old}
    return FlowDiff(
        added=tuple(key for key in new if key not in old),
        removed=tuple(key for key in old if key not in new),
        changed={key: fields for key, fields in changed.items() if fields},
        order_changed=[key for key in old if key in new] != [key for key in new if key in old],
        context_changed=not _same(before.context, after.context),
        key_changed=before.key != after.key,
    )


def changed_fields(before: FlowComponent, after: FlowComponent) -> Iterator[str]:
    """Paths of the fields that differ between two versions of a component."""
    if before is after:
        return
    if before.name != after.name:
        yield "name"
    yield from _changed_paths(before.config, after.config, "config")
    for field in ("next", "timeout_s", "enabled", "note", "on_error", "retry"):
        if getattr(before, field) != getattr(after, field):
            yield field
    yield from _changed_paths(dict(before.outputs or {}), dict(after.outputs or {}), "outputs")


def _changed_paths(before: JsonValue, after: JsonValue, path: str) -> Iterator[str]:
    """Differing leaves of objects; a list or scalar counts as one leaf."""
    if isinstance(before, dict) and isinstance(after, dict):
        for key in [*before, *(key for key in after if key not in before)]:
            if key not in before or key not in after:
                yield f"{path}.{key}"
            else:
                yield from _changed_paths(before[key], after[key], f"{path}.{key}")
    elif not _same(before, after):
        yield path


def _same(before: JsonValue, after: JsonValue) -> bool:
    """Equal as JSON: 1, 1.0 and true are three values although Python calls them equal."""
    if isinstance(before, dict) and isinstance(after, dict):
        return before.keys() == after.keys() and all(_same(before[key], after[key]) for key in before)
    if isinstance(before, list) and isinstance(after, list):
        return len(before) == len(after) and all(map(_same, before, after))
    return type(before) is type(after) and before == after
