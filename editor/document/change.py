"""What one command did to a document, told once and after it is true."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from node_engine.models.ids import ComponentKey

Keys = frozenset[ComponentKey]
_NONE: Keys = frozenset()
_NOTHING_RENAMED: Mapping[ComponentKey, ComponentKey] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Change:
    """One change of a document. Views refresh exactly what is named here.

    A renamed component is in `renamed` (old to new key) and in neither `added` nor `removed`; components whose
    references were rewritten along with it are in `changed`.
    """

    added: Keys = _NONE
    removed: Keys = _NONE
    changed: Keys = _NONE
    """Config, component name or options (next, outputs, on_error, retry, timeout, enabled, note) became others."""
    moved: Keys = _NONE
    """Position or colour became others."""
    renamed: Mapping[ComponentKey, ComponentKey] = field(default_factory=lambda: _NOTHING_RENAMED)
    order: bool = False
    """The list order became another."""
    wires: bool = False
    rewired: Keys = _NONE
    """Sources whose wires became others; those of added and renamed components are included."""
    flow: bool = False
    """The flow's own key, session, context or registry became others."""
    layout: bool = False
    """Frames or notes became others."""
    problems: bool = False
    """Nothing of the flow changed, but the search for its problems has ended."""
    reset: bool = False
    """Everything may be different: ask again for all of it."""
