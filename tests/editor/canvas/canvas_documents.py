"""Small flows for tests of the canvas, and the two kinds of components they are made of."""

from __future__ import annotations

from editor.document.document import Document
from editor.document.layout import Layout, Place
from node_engine.models.description import ComponentDescription, Family, Output
from node_engine.models.flow import FlowComponent, FlowDefinition
from node_engine.models.ids import ComponentKey

CATALOG = {
    "Step": ComponentDescription(
        "Step", "Step", "Does one thing.", family=Family.DATA, icon="braces", summary="{what}"
    ),
    "Choice": ComponentDescription(
        "Choice",
        "Choice",
        "Goes one of two ways.",
        family=Family.CONTROL,
        icon="git-branch",
        outputs=(Output("true"), Output("false")),
    ),
}
"""A component with one way out, and one with two named ones."""


def component(key: str, name: str = "Step", **fields: object) -> FlowComponent:
    """One component."""
    return FlowComponent.model_validate({"key": key, "name": name, **fields})


def document(components: list[FlowComponent], places: dict[str, tuple[float, float]]) -> Document:
    """A document of these components at these places."""
    flow = FlowDefinition(key="test", flow=components)
    layout = Layout(places={ComponentKey(key): Place(x, y) for key, (x, y) in places.items()})
    return Document(flow, layout, CATALOG)


def chain() -> Document:
    """a → b → c in list order, left to right, 300 apart."""
    return document(
        [component("a"), component("b"), component("c")], {"a": (40, 100), "b": (340, 100), "c": (640, 100)}
    )


def fork() -> Document:
    """choose has two ports, of which "true" leads to yes; no is below it and not connected."""
    return document(
        [component("choose", "Choice", outputs={"true": "yes"}), component("yes", next="exit"), component("no")],
        {"choose": (40, 100), "yes": (400, 60), "no": (400, 240)},
    )


def loop() -> Document:
    """a → b → c, and c back to a."""
    return document(
        [component("a"), component("b"), component("c", next="a")], {"a": (40, 200), "b": (340, 200), "c": (640, 200)}
    )
