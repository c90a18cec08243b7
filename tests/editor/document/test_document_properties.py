"""Whatever a user does: undo brings the start back, redo the end, wires and files say the same as the flow."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from editor.document import Change, Document, DocumentEditor
from editor.document.files import load_flow
from node_engine.analysis.wires import wires
from node_engine.errors import FlowError
from node_engine.models.flow import FlowComponent, FlowDefinition, GoTo, RetryPolicy
from tests.analysis.catalog import CATALOG, step
from tests.editor.document.documents import document_of, state_of

Action = Callable[[DocumentEditor, random.Random], object]


def some_key(editor: DocumentEditor, chance: random.Random) -> str:
    return chance.choice([*editor.document.keys(), "nobody"])


def some_keys(editor: DocumentEditor, chance: random.Random) -> list[str]:
    keys = list(editor.document.keys())
    return chance.sample(keys, chance.randrange(len(keys) + 1))


def some_port(editor: DocumentEditor, key: str, chance: random.Random) -> str:
    names = [port.name for port in editor.document.ports(key)]
    return chance.choice([*names, "error", "next"])


def connect(editor: DocumentEditor, chance: random.Random) -> None:
    source = some_key(editor, chance)
    editor.connect(source, some_port(editor, source, chance), chance.choice([some_key(editor, chance), "exit"]))


def disconnect(editor: DocumentEditor, chance: random.Random) -> None:
    source = some_key(editor, chance)
    editor.disconnect(source, some_port(editor, source, chance))


def add_at_port(editor: DocumentEditor, chance: random.Random) -> None:
    source = some_key(editor, chance)
    name = chance.choice(["Step", "If", "Stop", "Evaluate"])
    editor.add(name, 0, 0, connect_from=(source, some_port(editor, source, chance)))


def add_on_wire(editor: DocumentEditor, chance: random.Random) -> None:
    found = editor.document.wires()
    if found:
        editor.add(chance.choice(["Step", "If", "GoTo"]), 9, 9, on_wire=chance.choice(found))


def cut(editor: DocumentEditor, chance: random.Random) -> None:
    found = editor.document.wires()
    editor.disconnect_wires(chance.sample(found, min(len(found), 3)) or found)


ACTIONS: list[Action] = [
    connect,
    disconnect,
    add_at_port,
    add_on_wire,
    lambda e, c: e.add(c.choice(["Step", "If", "Switch", "Nowhere"]), c.randrange(999), 0),
    lambda e, c: e.add("Step", 0, 0, after=some_key(e, c)),
    lambda e, c: e.remove(some_keys(e, c)[:3]),
    lambda e, c: e.move({key: (c.randrange(999), 5.0) for key in some_keys(e, c)}, c.choice([None, 1, 2])),
    lambda e, c: e.rename(some_key(e, c), c.choice(["x", "y", "z_1", "exit", "a b"])),
    lambda e, c: e.set_field(some_key(e, c), c.choice(["config.a", "config.b.c", "note"]), c.choice(["p", "q"])),
    lambda e, c: e.set_config(some_key(e, c), {"n": c.choice([1, 1.0, True, None, 2**70]), "cases": ["u", "v"]}),
    lambda e, c: e.set_options(some_key(e, c), on_error=c.choice(["continue", "stop", None])),
    lambda e, c: e.set_options(some_key(e, c), timeout_s=c.choice([1, None])),
    lambda e, c: e.change_component(some_key(e, c), c.choice(["Step", "If", "Evaluate", "Nowhere"])),
    lambda e, c: e.set_enabled(some_keys(e, c), c.choice([True, False])),
    lambda e, c: e.move_in_order(some_key(e, c), c.randrange(9)),
    lambda e, c: e.duplicate(some_keys(e, c)[:2]),
    lambda e, c: e.paste(e.copy(some_keys(e, c)[:2]), 3, 4),
    lambda e, c: e.set_context({"v": c.choice([1, 1.0, True])}),
    lambda e, c: e.set_flow_key(c.choice(["k", "l", " "])),
    lambda e, c: e.tidy(c.choice([None, some_keys(e, c)])),
    lambda e, c: e.add_note(1, 2, "n"),
    lambda e, c: e.add_frame(1, 2, 3, 4),
    lambda e, _: e.finish_field(),
]


def start(chance: random.Random) -> Document:
    return document_of(
        step("a", config={"x": 1.0}),
        step("if", "If", outputs={"true": "c", "false": "a"}),
        step("b", next="a"),
        step("c", on_error=GoTo(go_to="a"), retry=RetryPolicy(times=chance.randrange(3))),
        step("go", "GoTo", config={"next": "b"}),
    )


def act(editor: DocumentEditor, chance: random.Random, times: int) -> None:
    """Do things at random; what is refused changes nothing."""
    for _ in range(times):
        action, before = chance.choice(ACTIONS), editor.document.undo_stack.index()
        try:
            action(editor, chance)
        except FlowError:
            assert editor.document.undo_stack.index() == before
        assert editor.document.wires() == wires(editor.document.flow(), CATALOG)
        assert set(editor.document.layout.places) == set(editor.document.keys())


@pytest.mark.parametrize("seed", range(60))
def test_undo_of_everything_is_the_start_and_redo_of_everything_the_end(seed: int) -> None:
    chance = random.Random(seed)
    document = start(chance)
    before = state_of(document)
    act(DocumentEditor(document), chance, 50)
    after = state_of(document)

    while document.undo_stack.canUndo():
        document.undo_stack.undo()
    undone = state_of(document)
    while document.undo_stack.canRedo():
        document.undo_stack.redo()

    assert undone == before
    assert state_of(document) == after


@pytest.mark.parametrize("seed", range(20))
def test_a_view_that_follows_the_changes_holds_what_the_document_holds(seed: int) -> None:
    chance = random.Random(1_000 + seed)
    document = start(chance)
    seen = {key: document.component(key).name for key in list(document.keys())}
    sources = {key: document.wires_of(key) for key in list(document.keys())}

    def follow(change: Change) -> None:
        for old, new in change.renamed.items():
            seen[new] = seen.pop(old)
            sources[new] = sources.pop(old)
        for key in change.removed:
            del seen[key], sources[key]
        for key in change.added | change.changed:
            seen[key] = document.component(key).name
        for key in change.added | change.rewired:
            sources[key] = document.wires_of(key)

    document.changed.connect(follow)
    act(DocumentEditor(document), chance, 40)
    for _ in range(25):
        document.undo_stack.undo()

    assert seen == {key: document.component(key).name for key in list(document.keys())}
    assert sources == {key: document.wires_of(key) for key in list(document.keys())}


@pytest.mark.parametrize("seed", range(30))
def test_what_is_saved_is_what_is_loaded(seed: int) -> None:
    chance = random.Random(2_000 + seed)
    document = start(chance)
    act(DocumentEditor(document), chance, 30)

    loaded = load_flow(document.text().encode())

    again = Document(loaded.source, loaded.layout, CATALOG)
    assert [c.model_dump() for c in again.flow().flow] == [saved(c) for c in document.flow().flow]
    assert again.text() == document.text()


def saved(component: FlowComponent) -> object:
    """The component without what is its default anyway."""
    defaults = {"on_error": "stop", "retry": {"times": 0, "delay_s": 0.0, "backoff": 1.0}}
    return {name: value for name, value in component.model_dump().items() if defaults.get(name) != value}


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
).filter(lambda value: "\\ud" not in ascii(value))


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.dictionaries(st.text(), json_values, max_size=4), max_size=5), st.dictionaries(st.text(), json_values)
)
def test_any_json_in_a_flow_comes_back_as_it_was(configs: list[dict[str, object]], context: dict[str, object]) -> None:
    components = [FlowComponent(key=str(number), name="S", config=config) for number, config in enumerate(configs)]
    document = Document(FlowDefinition(key="k", flow=components, context=context))

    text = document.text()
    again = Document(load_flow(text.encode()).source)

    assert repr([c.config for c in again.flow().flow]) == repr(configs)
    assert repr(again.context) == repr(context)
    assert again.text() == text


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=200) | st.text(alphabet='{}[]",:0123456789eE.-+ \\nkeyflowam', max_size=120).map(str.encode))
def test_any_bytes_open_or_get_a_message(content: bytes) -> None:
    try:
        source = load_flow(content).source
    except FlowError:
        return
    assert Document(source).text().encode() == content
