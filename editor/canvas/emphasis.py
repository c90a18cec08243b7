"""What stands out at the moment: hover, selected wires, a connection being drawn, wires about to be cut."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeVar

from editor.canvas.looks import Flag, WireId
from editor.canvas.paint_wire import CALM, WireMood
from editor.document.layout import Frame, Note
from node_engine.models.ids import ComponentKey

Box = TypeVar("Box", Frame, Note)


@dataclass(frozen=True, slots=True)
class Offer:
    """Components that a connection being drawn may reach, and the one it would reach now."""

    refused: frozenset[ComponentKey] = frozenset()
    aimed: ComponentKey | None = None
    is_next: bool = False
    """True when no wire is being drawn, but it is chosen where a paused run goes on."""


@dataclass(slots=True)
class Emphasis:
    """Everything that pointer and keyboard make stand out; part of no document."""

    hovered: ComponentKey | None = None
    gutter: ComponentKey | None = None
    """The component at whose gutter the pointer is."""
    current: ComponentKey | None = None
    """Where the keyboard is."""
    hovered_wire: WireId | None = None
    wire_hint: WireId | None = None
    """The wire on which a click would set a breakpoint."""
    selected_wires: set[WireId] = field(default_factory=set)
    cut_wires: frozenset[WireId] = frozenset()
    opened_wire: WireId | None = None
    """Where a drop would insert a component."""
    hidden_wires: frozenset[WireId] = frozenset()
    """Wires whose end is in the user's hand."""
    offer: Offer | None = None
    edited: frozenset[ComponentKey] = frozenset()
    """Components whose config was changed for the shown run only."""
    reshaped: tuple[str, Frame | Note] | None = None
    """A frame or note whose edge is in the user's hand, as it is meanwhile."""

    def shape_of(self, id_: str, box: Box) -> Box:
        """A frame or note as it is to be drawn."""
        if self.reshaped is not None and self.reshaped[0] == id_ and isinstance(self.reshaped[1], type(box)):
            return self.reshaped[1]
        return box

    def node_flags(self, key: ComponentKey, selected: set[ComponentKey]) -> int:
        """How a component stands out."""
        flags = Flag.SELECTED if key in selected else Flag.NONE
        if key == self.hovered:
            flags |= Flag.HOVERED
        if self.edited and key in self.edited:
            flags |= Flag.EDITED
        if self.offer is None:
            return flags
        if self.offer.is_next:
            flags |= Flag.NEXT
        if key in self.offer.refused:
            return flags | Flag.DIMMED
        return flags | (Flag.AIMED if key == self.offer.aimed else Flag.OFFERED)

    def wire_mood(self, id_: WireId) -> WireMood:
        """How a wire stands out."""
        if self.leaves_wires_calm:
            return CALM
        return WireMood(
            is_selected=id_ in self.selected_wires,
            is_hovered=id_ == self.hovered_wire,
            is_dimmed=self.offer is not None and not self.offer.is_next,
            is_cut=id_ in self.cut_wires,
            is_opened=id_ == self.opened_wire,
        )

    @property
    def leaves_wires_calm(self) -> bool:
        """True when no wire stands out."""
        return not (
            self.selected_wires or self.hovered_wire or self.offer or self.cut_wires or self.opened_wire is not None
        )
