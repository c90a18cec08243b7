"""Writes a flow as text: byte by byte as its file had it where nothing changed, in our one form where something did."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from editor.document.edit import Entry, Head
from editor.document.file_form import component_text, registry_form
from editor.document.flow_source import FlowSource, FlowText, Span
from editor.document.json_text import carried_spelling, write_json
from node_engine.models.flow import FlowComponent
from node_engine.models.json import JsonValue

_COMPONENT_LEVEL = 2
_RUN_MEMBERS = ("session_id", "status")


@dataclass(slots=True)
class FlowWriter:
    """Makes the text of one flow again and again; components that did not change are not written anew."""

    source: FlowSource
    _texts: dict[str, tuple[FlowComponent, str]] = field(default_factory=dict)

    def text(self, head: Head, entries: list[Entry]) -> str:
        """The text of the file for this state. The same state always gives the same text."""
        components = self._component_texts(entries)
        was = self.source.text
        if was is None:
            return self._whole(head, components)
        old = [was.text[start:end] for start, end in was.components]
        if components == old and head is self.source.head and not self.source.is_altered:
            return was.text
        if was.members is not None and self._keeps_members(head, was.members):
            return self._spliced(head, components, was, was.members)
        return self._whole(head, components)

    def _component_texts(self, entries: list[Entry]) -> list[str]:
        """One text for each component; texts made before are used again."""
        texts, kept = [], {}
        for entry in entries:
            component = entry.component
            if entry.aside.text is not None and entry.aside.loaded is component:
                texts.append(entry.aside.text)
                continue
            known = self._texts.get(component.key)
            if known is None or known[0] is not component:
                known = (component, component_text(component, entry.aside, _COMPONENT_LEVEL))
            kept[component.key] = known
            texts.append(known[1])
        self._texts = kept
        return texts

    def _keeps_members(self, head: Head, members: dict[str, Span]) -> bool:
        """True when the file has exactly the members that it is to have."""
        wanted = {name for name, _ in self._members(head)} | {"flow"}
        return wanted == members.keys()

    def _members(self, head: Head) -> Iterator[tuple[str, JsonValue]]:
        """The members but for the components, in the order in which they are written. Defaults are left out."""
        was = self.source.text.members if self.source.text is not None else None
        written = was or {}
        yield "key", head.key
        if head.registry is not None or ("registry" in written and self.source.head.registry is None):
            yield "registry", None if head.registry is None else registry_form(head.registry)
        if head.context or ("context" in written and not self.source.head.context):
            yield "context", head.context
        yield from head.extras.items()

    def _spliced(self, head: Head, components: list[str], was: FlowText, members: dict[str, Span]) -> str:
        """The old text with new values in the places of those that changed."""
        replaced: list[tuple[Span, str]] = []
        for name, value in self._members(head):
            if not self._is_unchanged(name, head):
                replaced.append((members[name], self._value_text(name, value, head)))
        if len(components) == len(was.components):
            replaced += [(s, t) for s, t in zip(was.components, components, strict=True) if was.text[slice(*s)] != t]
        else:
            replaced.append((members["flow"], _flow_text(components)))
        pieces, place = [], 0
        for (start, end), text in sorted(replaced):
            pieces += [was.text[place:start], text]
            place = end
        return "".join([*pieces, was.text[place:]])

    def _whole(self, head: Head, components: list[str]) -> str:
        """The text in our form; values that did not change keep their text."""
        lines = []
        for name, value in self._members(head):
            lines.append(f"  {write_json(name, {}, 0)}: {self._old_or_new(name, value, head)}")
            if name == "key":
                lines.append(f'  "flow": {_flow_text(components)}')
        return "{\n" + ",\n".join(lines) + "\n}\n"

    def _old_or_new(self, name: str, value: JsonValue, head: Head) -> str:
        was = self.source.text
        if was is not None and was.members is not None and name in was.members and self._is_unchanged(name, head):
            return was.text[slice(*was.members[name])]
        return self._value_text(name, value, head)

    def _is_unchanged(self, name: str, head: Head) -> bool:
        old = self.source.head
        if name == "key":
            return head.key == old.key
        return name not in ("registry", "context") or getattr(head, name) is getattr(old, name)

    def _value_text(self, name: str, value: JsonValue, head: Head) -> str:
        old = self.source.head
        spelled = head.spelling.get(name)
        if not isinstance(spelled, dict):
            return write_json(value, {}, 1)
        before = old.context if name == "context" else old.extras.get(name)
        return write_json(value, carried_spelling(spelled, before, value), 1)


def _flow_text(components: list[str]) -> str:
    if not components:
        return "[]"
    return "[\n    " + ",\n    ".join(components) + "\n  ]"
