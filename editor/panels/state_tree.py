"""The context as a tree that is built only where it is opened: a whole state, or what changed between two."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice

from node_engine.models.json import JsonObject, JsonValue

BATCH = 500
"""Children of one node that are built at once; a row "more" builds the next ones."""
UNCHANGED_SHOWN = 12
"""Unchanged keys beside a change that are shown; more are folded into one row."""
CONTEXT_ITEMS = 3
"""Unchanged items before and after a change in a list that are shown."""


class Sign(StrEnum):
    """How a row stands in the difference."""

    SAME = " "
    ADDED = "+"
    REMOVED = "−"
    CHANGED = "~"
    """A list or object with changes inside."""
    MORE = "…"
    """A row that stands for further rows."""


@dataclass(slots=True, eq=False)
class StateNode:
    """A row of the tree. `before` is the earlier value of a CHANGED node."""

    name: str
    path: str
    value: JsonValue
    sign: Sign = Sign.SAME
    before: JsonValue = None
    parent: StateNode | None = None
    row: int = 0
    number: int = 0
    """Its place among all rows ever built, for the model."""
    children: list[StateNode] | None = None
    """None until the node is opened."""
    pending: Iterator[StateNode] | None = None
    """Of a MORE row: the rows it stands for."""
    depth: int = -1

    @property
    def can_open(self) -> bool:
        """True when there is something below."""
        return isinstance(self.value, dict | list) and bool(self.value or self.before)


def root_of_state(state: JsonObject) -> StateNode:
    """The root of a whole state."""
    return StateNode("", "", state)


def root_of_change(before: JsonObject, after: JsonObject) -> StateNode:
    """The root of what became of `before`; every difference below it is found when it is opened."""
    return StateNode("", "", after, Sign.CHANGED, before)


def open_node(node: StateNode) -> list[StateNode]:
    """Build the first children of a node, if that was not done yet, and answer those that are built."""
    if node.children is None:
        node.children = next_rows(_children(node))
        place_children(node)
    return node.children


def next_rows(rows: Iterator[StateNode]) -> list[StateNode]:
    """The next rows of `rows`, with a MORE row at the end when there may be further ones."""
    built = list(islice(rows, BATCH))
    if len(built) == BATCH:
        built.append(more(rows))
    return built


def more(rows: Iterator[StateNode], text: str = "") -> StateNode:
    """A row that stands for further rows."""
    return StateNode(text, "", None, Sign.MORE, pending=rows)


def place_children(node: StateNode, start: int = 0) -> None:
    """Tell the children from `start` on whose they are and in which row."""
    for place, child in enumerate((node.children or [])[start:], start):
        child.parent, child.row, child.depth = node, place, node.depth + 1


def join_path(path: str, name: str, *, is_list: bool) -> str:
    """The path of a child as templates write it: `a.b[0]`; a name with special characters in quotes."""
    if is_list:
        return f"{path}[{name}]"
    if not name.replace("_", "a").replace("-", "a").isalnum():
        return f'{path}["{name}"]'
    return f"{path}.{name}" if path else name


def same(left: JsonValue, right: JsonValue) -> bool:
    """True for equal JSON values; 1 and true are not equal."""
    return left is right or (type(left) is type(right) and left == right)


def _children(node: StateNode) -> Iterator[StateNode]:
    value, before = node.value, node.before
    if node.sign is Sign.CHANGED and isinstance(value, dict) and isinstance(before, dict):
        yield from _changed_keys(node.path, before, value)
    elif node.sign is Sign.CHANGED and isinstance(value, list) and isinstance(before, list):
        yield from _changed_items(node.path, before, value)
    elif isinstance(value, dict):
        yield from (_child(name, node.path, item, node.sign, is_list=False) for name, item in value.items())
    elif isinstance(value, list):
        yield from _items(node.path, value, 0, len(value), node.sign)


def _changed_keys(path: str, before: JsonObject, after: JsonObject) -> Iterator[StateNode]:
    shown = 0
    folded: list[str] = []
    for name, old in before.items():
        if name not in after:
            yield _child(name, path, old, Sign.REMOVED, is_list=False)
    for name, new in after.items():
        if name not in before:
            yield _child(name, path, new, Sign.ADDED, is_list=False)
        elif not same(before[name], new):
            yield from _pair(name, path, before[name], new, is_list=False)
        elif shown < UNCHANGED_SHOWN:
            shown += 1
            yield _child(name, path, new, is_list=False)
        else:
            folded.append(name)
    if folded:
        rest = (_child(name, path, after[name], is_list=False) for name in folded)
        yield more(rest, f"{len(folded):,} unchanged")


def _changed_items(path: str, before: list[JsonValue], after: list[JsonValue]) -> Iterator[StateNode]:
    head, most = 0, min(len(before), len(after))
    while head < most and same(before[head], after[head]):
        head += 1
    tail = 0
    while tail < most - head and same(before[-1 - tail], after[-1 - tail]):
        tail += 1
    old_end, new_end = len(before) - tail, len(after) - tail
    near = max(0, head - CONTEXT_ITEMS)
    if near:
        yield more(_items(path, after, 0, near), f"{near:,} unchanged")
    yield from _items(path, after, near, head)
    for place in range(head, max(old_end, new_end)):
        if place < old_end and place < new_end:
            yield from _pair(str(place), path, before[place], after[place], is_list=True)
        elif place < old_end:
            yield _child(str(place), path, before[place], Sign.REMOVED, is_list=True)
        else:
            yield _child(str(place), path, after[place], Sign.ADDED, is_list=True)
    far = min(len(after), new_end + CONTEXT_ITEMS)
    yield from _items(path, after, new_end, far)
    if far < len(after):
        yield more(_items(path, after, far, len(after)), f"{len(after) - far:,} unchanged")


def _items(path: str, items: list[JsonValue], start: int, end: int, sign: Sign = Sign.SAME) -> Iterator[StateNode]:
    return (_child(str(place), path, items[place], sign, is_list=True) for place in range(start, end))


def _child(name: str, base: str, value: JsonValue, sign: Sign = Sign.SAME, *, is_list: bool) -> StateNode:
    return StateNode(name, join_path(base, name, is_list=is_list), value, sign)


def _pair(name: str, path: str, old: JsonValue, new: JsonValue, *, is_list: bool) -> Iterator[StateNode]:
    if same(old, new):
        yield _child(name, path, new, is_list=is_list)
    elif isinstance(old, dict | list) and type(old) is type(new) and old and new:
        made = _child(name, path, new, Sign.CHANGED, is_list=is_list)
        made.before = old
        yield made
    else:
        yield _child(name, path, old, Sign.REMOVED, is_list=is_list)
        yield _child(name, path, new, Sign.ADDED, is_list=is_list)
