"""Problems of a flow: everything that can be said about it without running it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from node_engine.analysis.config_problems import Validate, config_problems
from node_engine.analysis.names import known_names
from node_engine.analysis.nested import nested_flows
from node_engine.analysis.ports import ERROR, Port, ports
from node_engine.analysis.reach import endless_loops, unreachable, ways
from node_engine.analysis.references import keys_in_config
from node_engine.analysis.suggestions import Suggestions, did_you_mean
from node_engine.analysis.template_problems import template_problems
from node_engine.models.description import Catalog, ComponentDescription
from node_engine.models.flow import FlowComponent, FlowDefinition
from node_engine.models.ids import EXIT, ComponentKey
from node_engine.models.limits import DEFAULT_LIMITS
from node_engine.models.problem import Problem, Severity

_KEY = re.compile(r"[A-Za-z0-9_.-]{1,128}")
_NOT_IN_KEYS = re.compile(r"[^A-Za-z0-9_.-]+")


def find_problems(flow: FlowDefinition, catalog: Catalog, validate: Validate | None = None) -> list[Problem]:
    """All problems, in list order of the components, errors of the flow itself first.

    Args:
        flow: the flow; problems inside nested flows are reported at the component that holds them.
        catalog: descriptions of the components by registry key.
        validate: checks a component's config against its model; without it the JSON Schema is asked.
    """
    return _problems(flow, catalog, validate, frozenset(), False, 0)


def _problems(
    flow: FlowDefinition,
    catalog: Catalog,
    validate: Validate | None,
    outer_names: frozenset[str],
    is_open: bool,
    depth: int,
) -> list[Problem]:
    own_names, own_open = known_names(flow, catalog)
    names, is_open = frozenset(own_names) | outer_names, is_open or own_open
    found = [*_flow_problems(flow), *_control_problems(flow, catalog)]
    near_keys = Suggestions(component.key for component in flow.flow)
    near_names = Suggestions(names)
    near_components = Suggestions(catalog)
    keys = {component.key for component in flow.flow}
    seen: set[str] = set()
    for component in flow.flow:
        description = catalog.get(component.name)
        found.extend(_key_problems(component, seen))
        found.extend(_target_problems(component, description, keys, near_keys))
        if component.enabled is False:
            continue
        if description is None:
            found.append(_unknown_component(component, near_components))
            continue
        found.extend(_component_problem(component, description))
        found.extend(config_problems(component, description, validate))
        found.extend(template_problems(component, description, names, is_open, near_names))
        if depth < DEFAULT_LIMITS.nesting:
            found.extend(_nested_problems(component, description, catalog, validate, names, is_open, depth))
    return _in_list_order(found, flow)


def _flow_problems(flow: FlowDefinition) -> Iterator[Problem]:
    if not flow.flow:
        yield Problem("empty-flow", Severity.INFO, "Nothing to run yet: add a component.")
    if not flow.key:
        yield Problem("bad-key", Severity.WARNING, "The flow has no key. Give it a name.", field="key")


def _key_problems(component: FlowComponent, seen: set[str]) -> Iterator[Problem]:
    key = component.key
    if key in seen:
        yield Problem(
            "duplicate-key",
            Severity.ERROR,
            f'Two components have the key "{key}". Rename one of them: each key stands for one component.',
            component_key=key,
            field="key",
            suggestion=f"{key}_2",
        )
    seen.add(key)
    if key == "exit":
        message = 'A component called "exit" never runs: that key ends the flow. Rename it.'
        yield Problem("bad-key", Severity.WARNING, message, component_key=key, field="key", suggestion="exit_step")
    elif not _KEY.fullmatch(key):
        yield Problem(
            "bad-key",
            Severity.WARNING,
            f'The key "{key[:60]}" should have 1 to 128 letters (A-Z), digits, dots, dashes or underscores.',
            component_key=key,
            field="key",
            suggestion=_NOT_IN_KEYS.sub("_", key)[:128].strip("_") or "component",
        )


def _unknown_component(component: FlowComponent, near: Suggestions) -> Problem:
    guess = near.nearest(component.name)
    todo = did_you_mean(guess, "Choose another component, or put this one into the components folder.")
    return Problem(
        "unknown-component",
        Severity.ERROR,
        f'There is no component "{component.name}" in the registry. {todo}',
        component_key=component.key,
        field="name",
        suggestion=guess,
    )


def _component_problem(component: FlowComponent, description: ComponentDescription) -> Iterator[Problem]:
    if description.problem is not None:
        message = f'The component "{component.name}" cannot be used: {description.problem}'
        yield Problem("component-problem", Severity.ERROR, message, component_key=component.key, field="name")


def _target_problems(
    component: FlowComponent, description: ComponentDescription | None, keys: set[str], near: Suggestions
) -> Iterator[Problem]:
    its_ports = ports(component, description)
    connected = ((port.path, port.target) for port in its_ports)
    for path, target in (*connected, *keys_in_config(component, description)):
        if target is None or target in keys or target == EXIT:
            continue
        guess = near.nearest(target)
        todo = did_you_mean(guess, "Connect it to another component, or add one with this key.")
        yield Problem(
            "missing-target",
            Severity.ERROR,
            f'"{_shown(path)}" leads to "{target}", which is not in this flow. {todo}',
            component_key=component.key,
            field=_shown(path),
            suggestion=guess,
        )
    if description is not None:
        for port in its_ports:
            yield from _port_problems(component, its_ports, port)


def _port_problems(component: FlowComponent, its_ports: tuple[Port, ...], port: Port) -> Iterator[Problem]:
    if port.unset == "error" and port.target is None and not port.is_dynamic:
        yield Problem(
            "missing-target",
            Severity.ERROR,
            f'Nothing is connected to "{port.label or port.name}": the step will fail. Choose where it leads.',
            component_key=component.key,
            field=port.path,
        )
    if port.path.startswith("outputs.") and port.name in (component.outputs or {}) and not port.is_declared:
        guess = Suggestions(item.name for item in its_ports if item.is_declared)
        yield Problem(
            "unknown-field",
            Severity.WARNING,
            f'"{component.name}" has no output "{port.name}", so this connection is never taken. '
            + did_you_mean(guess.nearest(port.name), "Remove it or connect another output."),
            component_key=component.key,
            field=port.path,
            suggestion=guess.nearest(port.name),
        )


def _control_problems(flow: FlowDefinition, catalog: Catalog) -> Iterator[Problem]:
    if len({component.key for component in flow.flow}) < len(flow.flow):
        return  # with two of one key nobody can say where a wire leads
    found = ways(flow, catalog)
    lost = unreachable(flow, catalog, found)
    for key in lost:
        message = f'Nothing leads to "{key}", so it never runs. Connect it, or remove it.'
        yield Problem("unreachable", Severity.WARNING, message, component_key=key)
    for loop in endless_loops(flow, catalog, found):
        if loop[0] not in lost:
            yield _endless_loop(loop, flow, found[loop[-1]].wires[0].path)


def _endless_loop(loop: list[ComponentKey], flow: FlowDefinition, path: str | None) -> Problem:
    shown = [*loop, loop[0]] if len(loop) <= 4 else [*loop[:3], "…", loop[-1], loop[0]]
    way = " → ".join(shown)
    return Problem(
        "endless-loop",
        Severity.WARNING,
        f"The loop {way} never ends: nothing leads out of it and nothing limits it. "
        "Give it a limit, or connect an output to a component outside the loop.",
        component_key=loop[-1],
        field=path,
    )


def _nested_problems(
    component: FlowComponent,
    description: ComponentDescription,
    catalog: Catalog,
    validate: Validate | None,
    names: frozenset[str],
    is_open: bool,
    depth: int,
) -> Iterator[Problem]:
    for nested in nested_flows(component, description):
        if nested.flow is None:
            message = f"The nested flow cannot be read: {nested.error}"
            yield Problem(
                "invalid-config", Severity.ERROR, message, component_key=component.key, field=f"config.{nested.path}"
            )
            continue
        for problem in _problems(nested.flow, catalog, validate, names, is_open, depth + 1):
            yield _at_outer(problem, component.key, nested.path, nested.place_of(problem.component_key))


def _at_outer(problem: Problem, key: str, path: str, place: str) -> Problem:
    inside = f'In the nested flow, "{problem.component_key}": ' if problem.component_key else "In the nested flow: "
    field = ".".join(part for part in (f"config.{path}{place}", problem.field) if part)
    return Problem(problem.code, problem.severity, inside + problem.message, key, field, problem.suggestion)


def _shown(path: str) -> str:
    return "on_error.go_to" if path == ERROR else path


def _in_list_order(found: list[Problem], flow: FlowDefinition) -> list[Problem]:
    place: Mapping[str, int] = {component.key: index for index, component in reversed(list(enumerate(flow.flow)))}
    return sorted(found, key=lambda problem: place.get(problem.component_key or "", -1))
