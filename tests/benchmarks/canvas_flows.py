"""Flows of any size for measuring the canvas: rows of chains with branches, in the shape of the shared workload."""

from __future__ import annotations

from math import ceil, sqrt

from editor.document.layout import Layout, Place
from node_engine.models.description import ComponentDescription, Family, Output
from node_engine.models.flow import FlowComponent, FlowDefinition
from node_engine.models.ids import ComponentKey

STEP_X, STEP_Y = 260, 150
FAMILIES = list(Family)
ICONS = ("git-branch", "braces", "file-text", "code", "message-square", "user")
LABELS = ("Decide", "Transform", "Read file", "Python function", "Chat", "Human input")


def catalog() -> dict[str, ComponentDescription]:
    """Six kinds of components, one of each family, each with a branch besides its next."""
    return {
        label: ComponentDescription(
            name=label,
            label=label,
            description=label,
            family=family,
            icon=icon,
            outputs=(Output("next"), Output("branch")) if family is Family.CONTROL else (Output("next"),),
            summary="{what}",
        )
        for label, family, icon in zip(LABELS, FAMILIES, ICONS, strict=True)
    }


def flow(size: int) -> tuple[FlowDefinition, Layout]:
    """A flow of `size` components, about 1.2 wires each, and its layout."""
    columns = max(4, ceil(sqrt(size * STEP_Y / STEP_X * 1.6)))
    components = [_component(number, size, columns) for number in range(size)]
    places = {
        ComponentKey(key_of(number)): Place((number % columns) * STEP_X, (number // columns) * STEP_Y)
        for number in range(size)
    }
    return FlowDefinition(key="large", flow=components), Layout(places=places)


def key_of(number: int) -> str:
    """The key of a component by its number."""
    return f"step_{number}"


def _component(number: int, size: int, columns: int) -> FlowComponent:
    kind = number % len(LABELS)
    below = number + columns
    at_row_end = (number + 1) % columns == 0
    return FlowComponent(
        key=key_of(number),
        name=LABELS[kind],
        config={"what": f"item {number}"},
        next=key_of(below) if at_row_end and below < size else None,
        outputs={"branch": key_of(below)} if kind == 0 and below < size else None,
    )
