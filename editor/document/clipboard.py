"""Components as plain JSON text for the clipboard, and any JSON that looks like components back again."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass, replace

from pydantic import ValidationError

from editor.document.autolayout import arrange
from editor.document.document import Document
from editor.document.edit import Aside
from editor.document.file_form import component_form, split_unknown
from editor.document.json_text import write_json
from editor.document.key_names import KeyMaker, key_base
from editor.document.layout import Place, node_size
from editor.document.layout_file import read_place
from node_engine.analysis.ports import NEXT, ports
from node_engine.analysis.references import references_of, with_target
from node_engine.analysis.wires import WireKind, wires
from node_engine.errors import FlowFileError
from node_engine.models.description import Catalog
from node_engine.models.flow import FlowComponent, FlowDefinition
from node_engine.models.ids import EXIT, ComponentKey
from node_engine.models.json import JsonObject, JsonValue
from node_engine.models.limits import DEFAULT_LIMITS
from node_engine.models.parse import format_path, parse_json

LARGEST_PASTE_BYTES = DEFAULT_LIMITS.request_body_bytes
_NO_COMPONENTS = (
    'The clipboard holds no components. Copy components here, or JSON with a "name" for each: one component, '
    "a list of them, or a whole flow."
)


@dataclass(frozen=True, slots=True)
class Pasted:
    """Components of a text with their unknown keys, and where they lay beside each other, where the text says so."""

    components: tuple[FlowComponent, ...]
    extras: tuple[JsonObject, ...]
    places: dict[str, Place]


def copy_text(document: Document, keys: Iterable[str]) -> str:
    """The components in list order as JSON, with their layout.

    What went on by list order to a component that is not copied ends there in the copy, unless it is the last.
    """
    chosen = {ComponentKey(key) for key in keys if document.has(key)}
    order = sorted(chosen, key=document.index)
    forms: list[JsonValue] = []
    for place, key in enumerate(order):
        entry = document.entry(key)
        following = order[place + 1] if place + 1 < len(order) else None
        component = _closed(document, entry.component, following)
        forms.append(component_form(component, entry.aside.extras))
    layout: JsonObject = {key: _place_form(document.place(key)) for key in order}
    return write_json({"flow": forms, "layout": layout}, {}, 0)


def parse_pasted(text: str) -> Pasted:
    """Read components out of a text.

    Raises:
        FlowFileError: it is not JSON, or not of components; the message says what is.
    """
    data = text.strip().encode(errors="replace")
    if not data or len(data) > LARGEST_PASTE_BYTES:
        raise FlowFileError(_NO_COMPONENTS)
    value = parse_json(data, depth=DEFAULT_LIMITS.json_depth)
    raw_components = _components_in(value)
    components, extras = [], []
    for number, raw in enumerate(raw_components, start=1):
        component, unknown = _component_of(raw, number)
        components.append(component)
        extras.append(unknown)
    layout = value.get("layout") if isinstance(value, dict) else None
    return Pasted(tuple(components), tuple(extras), _places_in(layout))


def unique_components(
    pasted: Pasted, catalog: Catalog, key_maker: KeyMaker, taken: Container[str]
) -> Iterator[tuple[FlowComponent, Place, Aside]]:
    """The pasted components under keys that are free, with references among them following, from (0, 0) on."""
    made: set[str] = set()
    follow: dict[str, ComponentKey] = {}
    keys = []
    for component in pasted.components:
        key = key_maker.unique(component.key or key_base(component.name), _Either(taken, made))
        made.add(key)
        follow.setdefault(component.key, key)
        keys.append(key)
    places = _relative_places(pasted, catalog)
    for component, key, place, extras in zip(pasted.components, keys, places, pasted.extras, strict=True):
        for path, target in list(references_of(component, catalog.get(component.name))):
            if target in follow:
                component = with_target(component, path, follow[target])
        yield component.model_copy(update={"key": key}), place, Aside(extras=extras)


class _Either:
    """Two sets of names as one."""

    def __init__(self, first: Container[str], second: Container[str]) -> None:
        self._both = (first, second)

    def __contains__(self, name: object) -> bool:
        return any(name in each for each in self._both)


def _closed(document: Document, component: FlowComponent, following: ComponentKey | None) -> FlowComponent:
    """The component, ending where list order would lead to another one in the copy than it does here."""
    wires = document.wires_of(component.key)
    goes_on = any(wire.kind is WireKind.ORDER and wire.port == NEXT for wire in wires)
    if following is None or not goes_on or document.following(component.key) == following:
        return component
    return component.model_copy(update={"next": EXIT})


def _components_in(value: JsonValue) -> list[JsonValue]:
    if isinstance(value, dict) and isinstance(value.get("flow"), list):
        value = value["flow"]
    elif isinstance(value, dict):
        value = [value]
    if not isinstance(value, list) or not value:
        raise FlowFileError(_NO_COMPONENTS)
    return value


def _component_of(raw: JsonValue, number: int) -> tuple[FlowComponent, JsonObject]:
    if not isinstance(raw, dict) or not isinstance(raw.get("name"), str):
        raise FlowFileError(_NO_COMPONENTS)
    known, unknown = split_unknown({"key": "", **raw})
    try:
        return FlowComponent.model_validate(known), unknown
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        words = f'component {number}, "{format_path(first["loc"])}": {first["msg"]}'
        raise FlowFileError(f"This cannot be pasted: {words}.") from None


def _place_form(place: Place) -> JsonObject:
    form: JsonObject = {"x": place.x, "y": place.y}
    return form if place.color is None else {**form, "color": place.color}


def _places_in(layout: JsonValue) -> dict[str, Place]:
    if not isinstance(layout, dict):
        return {}
    found = {key: read_place(form) for key, form in layout.items()}
    return {key: place for key, place in found.items() if place is not None}


def _relative_places(pasted: Pasted, catalog: Catalog) -> list[Place]:
    """The places moved to (0, 0), or an automatic layout when any is missing."""
    keys = [component.key for component in pasted.components]
    places = [pasted.places[key] for key in keys if key in pasted.places]
    if len(places) == len(set(keys)) == len(keys):
        left, top = min(place.x for place in places), min(place.y for place in places)
        return [replace(place, x=place.x - left, y=place.y - top) for place in places]
    numbered = [component.model_copy(update={"key": str(n)}) for n, component in enumerate(pasted.components)]
    order = [ComponentKey(component.key) for component in numbered]
    sizes = {
        ComponentKey(component.key): node_size(ports(component, catalog.get(component.name))) for component in numbered
    }
    points = arrange(order, wires(FlowDefinition(key="", flow=numbered), catalog), sizes)
    return [Place(*points[key]) for key in order]
