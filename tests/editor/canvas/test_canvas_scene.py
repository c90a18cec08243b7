"""The scene mirrors the document after any changes, forward and back."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from editor.canvas.looks import WireId
from editor.canvas.scene import PROBLEMS_AT_ONCE, Scene
from editor.document.document import Document
from editor.document.editing import DocumentEditor
from node_engine.errors import NodeEngineError
from node_engine.models.problem import Problem, Severity
from tests.editor.canvas.canvas_documents import chain, component, document, fork

numbers = st.integers(0, 8)
deeds = st.sampled_from(
    ["add", "insert", "remove", "connect", "disconnect", "rename", "move", "undo", "redo", "disable", "change", "paste"]
)


def do(editor: DocumentEditor, deed: str, first: int, second: int) -> None:
    """Make one change, as the editor's users do; one that does not apply is refused."""
    doc = editor.document
    keys = list(doc.keys())
    a = keys[first % len(keys)] if keys else "a"
    b = keys[second % len(keys)] if keys else "a"
    match deed:
        case "add":
            editor.add("Choice" if first % 2 else "Step", first * 100, second * 80)
        case "insert" if doc.wires():
            editor.add("Step", 0, 0, on_wire=doc.wires()[first % len(doc.wires())])
        case "remove":
            editor.remove([a, b])
        case "connect" if doc.ports(a):
            editor.connect(a, doc.ports(a)[second % len(doc.ports(a))].name, b)
        case "disconnect" if doc.ports(a):
            editor.disconnect(a, doc.ports(a)[second % len(doc.ports(a))].name)
        case "rename":
            editor.rename(a, f"key_{first}_{second}")
        case "move":
            editor.move({a: (first * 300.0, second * 200.0)})
        case "undo":
            doc.undo_stack.undo()
        case "redo":
            doc.undo_stack.redo()
        case "disable":
            editor.set_enabled([a], first % 2 == 0)
        case "change":
            editor.change_component(a, "Choice" if second % 2 else "Unknown")
        case "paste":
            editor.paste(editor.copy([a, b]), 50, 50)


def assert_mirrors(scene: Scene, doc: Document) -> None:
    fresh = Scene(doc, lambda _area: None)
    assert set(scene.nodes) == set(doc.keys())
    assert scene.nodes == fresh.nodes
    assert scene.rects == fresh.rects
    assert scene.ranks == fresh.ranks
    assert set(scene.wires) == set(fresh.wires)
    assert set(scene.routes) == set(scene.wires)
    assert len(scene.node_grid) == len(scene.near_grid) == len(scene.nodes)
    assert len(scene.wire_grid) == len(scene.wires)
    for key in scene.nodes:
        assert set(scene.wires_from(key)) == {id_ for id_ in scene.wires if id_.source == key}
        assert set(scene.wires_into(key)) == {id_ for id_ in scene.wires if id_.target == key}
    for id_, route in scene.routes.items():
        assert route.start == fresh.routes[id_].start
        assert route.end == fresh.routes[id_].end


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(deeds, numbers, numbers), max_size=50))
def test_the_scene_mirrors_the_document_after_any_changes(history: list[tuple[str, int, int]]) -> None:
    doc = chain()
    scene, editor = Scene(doc, lambda _area: None), DocumentEditor(doc)
    doc.changed.connect(scene.update)

    for deed, first, second in history:
        try:
            do(editor, deed, first, second)
        except NodeEngineError:
            continue

    assert_mirrors(scene, doc)


def test_wires_to_keys_that_are_not_there_are_left_out() -> None:
    scene = Scene(document([component("a", next="nobody"), component("b", next="exit")], {}), lambda _area: None)

    assert [id_.target for id_ in scene.wires] == ["exit"]


def test_a_wire_comes_back_with_its_target() -> None:
    doc = document([component("a", next="c"), component("b", next="exit"), component("c")], {})
    scene = Scene(doc, lambda _area: None)
    doc.changed.connect(scene.update)
    editor = DocumentEditor(doc)

    editor.remove(["c"])
    doc.undo_stack.undo()

    assert WireId(doc.keys()[0], "next", doc.keys()[2]) in scene.wires


def test_a_component_put_in_the_way_of_a_wire_sends_it_round() -> None:
    doc = document([component("a", next="b"), component("b")], {"a": (0, 0), "b": (900, 0)})
    scene = Scene(doc, lambda _area: None)
    doc.changed.connect(scene.update)
    wire = WireId(doc.keys()[0], "next", doc.keys()[1])
    assert scene.routes[wire].is_curve

    DocumentEditor(doc).add("Step", 450, 0)

    assert not scene.routes[wire].is_curve


def test_problems_mark_their_components_and_only_theirs() -> None:
    scene = Scene(chain(), lambda _area: None)

    scene.set_problems([Problem("bad", Severity.WARNING, "Say what.", "b"), Problem("flow", Severity.ERROR, "No.")])

    assert [scene.nodes[key].severity for key in scene.nodes] == [None, Severity.WARNING, None]
    scene.set_problems([])
    assert [scene.nodes[key].severity for key in scene.nodes] == [None, None, None]


def test_far_away_places_are_drawn_where_the_canvas_ends() -> None:
    scene = Scene(document([component("a")], {"a": (1e300, -1e300)}), lambda _area: None)

    assert abs(next(iter(scene.rects.values())).x) <= 1e7


def test_an_unknown_component_gets_a_placeholder() -> None:
    doc = fork()
    DocumentEditor(doc).change_component("no", "Missing")

    look = Scene(doc, lambda _area: None).nodes[doc.keys()[2]]

    assert not look.is_known
    assert look.detail == "Missing · not in the registry"


def test_thousands_of_problems_appear_a_thousand_components_at_a_time() -> None:
    keys = [f"k{number}" for number in range(PROBLEMS_AT_ONCE + 10)]
    scene = Scene(document([component(key) for key in keys], {}), lambda _area: None)
    problems = [Problem("bad", Severity.WARNING, "Say what.", key) for key in keys]

    has_more = scene.set_problems(problems)
    shown_first = sum(look.problem != "" for look in scene.nodes.values())
    has_still_more = scene.show_problems()

    assert has_more
    assert shown_first == PROBLEMS_AT_ONCE
    assert not has_still_more
    assert all(look.problem == "Say what." for look in scene.nodes.values())
