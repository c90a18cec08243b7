"""The ports of a component: where control can leave it, and which component each one is connected to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from node_engine.models.description import ComponentDescription, Output, Unset
from node_engine.models.flow import FlowComponent, GoTo
from node_engine.models.ids import ComponentKey
from node_engine.models.json import JsonObject, JsonValue

NEXT = "next"
ERROR = "error"
"""Name and path of the port of `on_error: {"go_to": …}`; it is there only while that policy is set."""


@dataclass(frozen=True, slots=True)
class Port:
    """One way out of a component.

    `path` is where the target is stored: "next", "outputs.true", "config.next", "config.outputs.yes", or "error" for
    `on_error`. `target` is None when nothing is connected or when a template decides it during the run.
    """

    name: str
    label: str
    path: str
    target: ComponentKey | None
    unset: Unset
    is_dynamic: bool = False
    """True when the target is a template, so that any component may come next."""
    is_declared: bool = True
    """False for a connection of a name that the component does not declare; it is never taken."""


def ports(component: FlowComponent, description: ComponentDescription | None) -> tuple[Port, ...]:
    """The ports in the order they are drawn. An unknown component has "next" and whatever it has connected."""
    declared = () if description is None else description.outputs
    found = [port for output in declared for port in _ports_of(output, component, description)]
    if description is None:
        found.append(_stored_port(component, Output(NEXT), NEXT))
    found.extend(_undeclared(component, {port.name for port in found}))
    if isinstance(component.on_error, GoTo):
        found.append(Port(ERROR, "on error", ERROR, ComponentKey(component.on_error.go_to), "end"))
    return tuple(found)


def item_names(value: JsonValue) -> list[str]:
    """The port names that a list or object in the config makes: texts, the items' "name"s, or the object's keys."""
    if isinstance(value, dict):
        return list(value)
    if not isinstance(value, list):
        return []
    named = [item.get("name") if isinstance(item, dict) else item for item in value]
    return list(dict.fromkeys(str(name) for name in named if name not in (None, "") and not isinstance(name, list)))


def config_value(component: FlowComponent, description: ComponentDescription | None, path: str) -> JsonValue:
    """The value at a dotted path of the component's config, else of its default config, else None."""
    places: list[JsonObject] = [component.config]
    if description is not None:
        places.append(description.config_default)
    head, *rest = path.split(".")
    for place in places:
        if head in place:
            value: JsonValue = place[head]
            for part in rest:
                value = value.get(part) if isinstance(value, dict) else None
            return value
    return None


def _ports_of(output: Output, component: FlowComponent, description: ComponentDescription | None) -> Iterator[Port]:
    if output.each is not None:
        for name in item_names(config_value(component, description, output.each)):
            yield _stored_port(component, Output(name, unset=output.unset), name)
    elif output.config is not None:
        value = config_value(component, description, output.config)
        yield _port(output, f"config.{output.config}", value, output.name)
    else:
        yield _stored_port(component, output, output.name)


def _stored_port(component: FlowComponent, output: Output, name: str) -> Port:
    if name == NEXT:
        return _port(output, NEXT, component.next, name)
    target = component.outputs.get(name) if component.outputs else None
    return _port(output, f"outputs.{name}", target, name)


def _port(output: Output, path: str, value: JsonValue, name: str) -> Port:
    text = value if isinstance(value, str) and value else None
    is_dynamic = isinstance(value, dict) or (text is not None and "{{" in text)
    target = None if text is None or is_dynamic else ComponentKey(text)
    label = output.label or ("" if name == NEXT else name)
    return Port(name, label, path, target, output.when_unset, is_dynamic)


def _undeclared(component: FlowComponent, declared: set[str]) -> Iterator[Port]:
    """Connections that no declared output explains: kept visible, so that they can be seen and removed."""
    if component.next is not None and NEXT not in declared:
        yield _stored_port(component, Output(NEXT), NEXT)
    for name in component.outputs or ():
        if name not in declared and name != NEXT:
            yield replace(_stored_port(component, Output(name), name), is_declared=False)
