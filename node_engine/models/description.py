"""What is known of a component class without running it: the form, ports and checks are made from this."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

from node_engine.models.json import JsonObject


class Touch(StrEnum):
    """What a component reaches beyond context, storage and events; decides who may run it (TRUST.md §3.5)."""

    FILES = "files"
    NETWORK = "network"
    PROCESSES = "processes"
    CODE = "code"
    MODELS = "models"


class Family(StrEnum):
    """The groups of the palette; each has a colour and an icon."""

    CONTROL = "control"
    DATA = "data"
    FILES = "files"
    CODE = "code"
    MODELS = "models"
    PEOPLE = "people"


Unset = Literal["following", "end", "error"]


@dataclass(frozen=True, slots=True)
class Output:
    """A port. Where its target is stored, and what happens when nothing is connected to it.

    `config` names the place in the component's config that holds the target ("next", "outputs.yes"); without it
    the target is in `FlowComponent.outputs[name]`, or in `FlowComponent.next` for the port named "next".
    `each` names a list or object in the config that makes one port per item, called `name` itself, the item's
    text, its "name", or the mapping's key. `unset`: "following" goes on with the next in the list (the default of
    the port "next"), "end" ends the flow (the default of all others), "error" fails.
    """

    name: str
    label: str = ""
    config: str | None = None
    each: str | None = None
    unset: Unset | None = None

    @property
    def when_unset(self) -> Unset:
        """What happens at this port when nothing is connected."""
        return self.unset or ("following" if self.name == "next" else "end")


@dataclass(frozen=True, slots=True)
class Sample:
    """Something to try: run the component with this context and config, expect these context values."""

    context: JsonObject = field(default_factory=dict)
    config: JsonObject = field(default_factory=dict)
    expected: JsonObject = field(default_factory=dict)
    """A part of the context after the step."""
    port: str | None = None
    """The port that is taken, if it matters."""


@dataclass(frozen=True, slots=True)
class ComponentDescription:
    """All that palette, inspector, checker and service know of a component."""

    name: str
    """The registry key."""
    label: str
    description: str
    type: str = "module"
    """How it is loaded: module, code or endpoint."""
    family: Family = Family.CODE
    icon: str = "box"
    """Name of an SVG in resources/icons."""
    synonyms: tuple[str, ...] = ()
    outputs: tuple[Output, ...] = (Output("next"),)
    reads: tuple[str, ...] = ()
    writes: tuple[str, ...] = ()
    touches: frozenset[Touch] = frozenset()
    repeatable: bool = False
    sample: Sample | None = None
    config_schema: JsonObject = field(default_factory=dict)
    """JSON Schema (2020-12, as pydantic makes it) of the config; empty where unknown."""
    config_default: JsonObject = field(default_factory=dict)
    summary: str | None = None
    """Template for the second line of a node over the config: "{condition}", "{method} {url}"."""
    nested: tuple[str, ...] = ()
    """Config paths that hold a nested flow (a FlowDefinition or a list of components)."""
    key_fields: tuple[str, ...] = ()
    """Config paths, besides those of `outputs`, that hold keys of other components."""
    help: str = ""
    """Markdown: what it does, each field, an example."""
    source: str | None = None
    """Where it comes from, in words: "built in", a module's name, an endpoint."""
    problem: str | None = None
    """Why it cannot be used now ("needs pip install openai"), or None."""


BUILT_IN = "built in"
"""`ComponentDescription.source` of the components that come with the engine: their ports tell the whole truth."""

Catalog = Mapping[str, ComponentDescription]
"""Component descriptions by registry key; a name that is missing is an unknown component."""
