"""Reads the text of a flow file. Parsing only: nothing is run, imported or looked up because a flow was read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pydantic import ValidationError

from editor.document.edit import Aside, Entry, Head
from editor.document.file_form import option_spelling, split_unknown, unknown_names
from editor.document.flow_source import FlowSource, FlowText, Span
from editor.document.json_text import Spelling, SpellingReader
from editor.document.key_names import KeyMaker
from node_engine.errors import FlowFileError
from node_engine.models.flow import FlowComponent, FlowDefinition
from node_engine.models.json import JsonObject, JsonValue
from node_engine.models.limits import DEFAULT_LIMITS, MIB, Limits
from node_engine.models.parse import describe_problems, parse_json
from node_engine.models.registration import ComponentRegistration

_SPACES = " \t\r\n"
_BYTE_ORDER_MARK = "\ufeff"
_RUN_MEMBERS = ("session_id", "status")
"""They belong to a run: read, and dropped when the flow is saved after a change."""
_KNOWN_MEMBERS = ("key", "flow", "registry", "context", *_RUN_MEMBERS)
_SHOWN_KEYS = 5
_NO_FLOW = 'A flow is a JSON object with "key" and "flow", a list of components'


@dataclass(frozen=True, slots=True)
class _Item:
    """One component as it stands in the text."""

    raw: JsonValue
    spelling: Spelling
    span: Span


@dataclass(slots=True)
class _Parts:
    members: dict[str, JsonValue]
    spellings: dict[str, Spelling]
    spans: dict[str, Span]
    items: list[_Item]
    has_twins: bool = False
    """A top-level name stands twice."""


def read_flow(content: bytes, limits: Limits = DEFAULT_LIMITS) -> FlowSource:
    """The flow of a file's content.

    Raises:
        FlowFileError: it holds no flow, or more than the limits allow; the message says where and why.
    """
    text = _checked_text(content, limits)
    parts = _split(text)
    known_items = [split_unknown(item.raw) if isinstance(item.raw, dict) else (item.raw, {}) for item in parts.items]
    if len(known_items) > limits.flow_components:
        message = f"The flow has {len(known_items):,} components; {limits.flow_components:,} are allowed at most."
        raise FlowFileError(message)
    flow = _validated(parts, [known for known, _ in known_items], text)
    warnings: list[str] = []
    entries = [
        _entry(component, unknown, item, text)
        for component, (_, unknown), item in zip(flow.flow, known_items, parts.items, strict=True)
    ]
    unique = list(_with_unique_keys(entries, warnings))
    extras = {name: value for name, value in parts.members.items() if name not in _KNOWN_MEMBERS}
    warnings.extend(_unknown_words(extras, entries))
    head = Head(flow.key, flow.context, flow.registry, extras, _head_spelling(parts))
    return FlowSource(
        head=head,
        entries=tuple(unique),
        text=FlowText(text, None if parts.has_twins else parts.spans, tuple(item.span for item in parts.items)),
        session_id=flow.session_id if "session_id" in parts.members else None,
        is_altered=unique != entries,
        warnings=tuple(warnings),
    )


def _checked_text(content: bytes, limits: Limits) -> str:
    """The text, known to be JSON within the limits."""
    if len(content) > limits.flow_file_bytes:
        raise FlowFileError(
            f"The file is larger than {limits.flow_file_bytes / MIB:.3g} MiB, the most for a flow file."
        )
    if b"\0" in content:
        raise FlowFileError(f"This is not a text file, so it holds no flow. {_NO_FLOW}.")
    if not content.strip():
        raise FlowFileError(f"The file is empty. {_NO_FLOW}.")
    mark = _BYTE_ORDER_MARK.encode()
    value = parse_json(content.removeprefix(mark), depth=limits.json_depth)
    if not isinstance(value, dict) or not isinstance(value.get("flow"), list):
        raise FlowFileError(f"This is JSON, but it holds no flow. {_NO_FLOW}.")
    return content.decode()


def _split(text: str) -> _Parts:
    """The parts of a JSON object, each with its place in the text. The text is known to be valid JSON."""
    reader = SpellingReader(text)
    parts = _Parts({}, {}, {}, [])
    place = _skip(text, 1 if text.startswith(_BYTE_ORDER_MARK) else 0) + 1
    while text[place := _skip(text, place)] != "}":
        name, _, place = reader.read(place)
        start = place = _skip(text, _skip(text, place) + 1)
        key = str(name)
        spelling: Spelling = {}
        if key == "flow" and text[place] == "[":
            value: JsonValue = []
            parts.items, place = _read_items(text, place, reader)
        else:
            value, spelling, place = reader.read(place)
        parts.has_twins = parts.has_twins or key in parts.members
        parts.members[key], parts.spellings[key], parts.spans[key] = value, spelling, (start, place)
        place = _after_comma(text, place)
    return parts


def _read_items(text: str, place: int, reader: SpellingReader) -> tuple[list[_Item], int]:
    """The items of the list that starts at `place`, and where it ends."""
    items = []
    place += 1
    while text[place := _skip(text, place)] != "]":
        value, spelling, end = reader.read(place)
        items.append(_Item(value, spelling, (place, end)))
        place = _after_comma(text, end)
    return items, place + 1


def _skip(text: str, place: int) -> int:
    while text[place] in _SPACES:
        place += 1
    return place


def _after_comma(text: str, place: int) -> int:
    place = _skip(text, place)
    return place + 1 if text[place] == "," else place


def _validated(parts: _Parts, components: list[JsonValue], text: str) -> FlowDefinition:
    members = {name: value for name, value in parts.members.items() if name in _KNOWN_MEMBERS and name != "status"}
    registry = members.get("registry")
    if isinstance(registry, list):
        fields = ComponentRegistration.model_fields
        members["registry"] = [
            {name: entry[name] for name in entry if name in fields} if isinstance(entry, dict) else entry
            for entry in registry
        ]
    try:
        return FlowDefinition.model_validate({**members, "flow": components})
    except ValidationError as error:
        raise FlowFileError(describe_problems(error, text.removeprefix(_BYTE_ORDER_MARK))) from None


def _entry(component: FlowComponent, unknown: JsonObject, item: _Item, text: str) -> Entry:
    raw: JsonObject = item.raw if isinstance(item.raw, dict) else {}
    spelling = (
        option_spelling(raw, component, item.spelling) if component.timeout_s or component.retry else item.spelling
    )
    return Entry(component, Aside(text[slice(*item.span)], component, unknown, spelling))


def _head_spelling(parts: _Parts) -> Spelling:
    """Unusual numbers in the context and in unknown members."""
    return {name: spelling for name, spelling in parts.spellings.items() if spelling and name not in _RUN_MEMBERS}


def _with_unique_keys(entries: list[Entry], warnings: list[str]) -> Iterator[Entry]:
    """The entries; of two with one key the later gets another, because a key stands for one component here."""
    taken = {entry.component.key for entry in entries}
    seen: set[str] = set()
    key_maker = KeyMaker()
    for entry in entries:
        key = entry.component.key
        if key in seen:
            new_key = key_maker.unique(key, taken)
            taken.add(new_key)
            warnings.append(f'Two components have the key "{key}". The later one is called "{new_key}" here.')
            entry = Entry(entry.component.model_copy(update={"key": new_key}), entry.aside)
        seen.add(entry.component.key)
        yield entry


def _unknown_words(extras: JsonObject, entries: list[Entry]) -> Iterator[str]:
    """What this version does not know, in words."""
    if extras:
        yield f"The flow has keys that this version does not know: {_listed(extras)}. They are kept as they are."
    strange = [entry for entry in entries if entry.aside.extras]
    for entry in strange[:_SHOWN_KEYS]:
        names = _listed(unknown_names(entry.aside.extras))
        yield f'Component "{entry.component.key}" has keys that this version does not know: {names}. They are kept.'
    if len(strange) > _SHOWN_KEYS:
        yield f"{len(strange) - _SHOWN_KEYS} more components have keys that this version does not know. They are kept."


def _listed(names: Iterable[str]) -> str:
    found = [f'"{name[:60]}"' for name in names]
    more = f" and {len(found) - _SHOWN_KEYS} more" if len(found) > _SHOWN_KEYS else ""
    return ", ".join(found[:_SHOWN_KEYS]) + more
