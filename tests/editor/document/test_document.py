"""The document: the truth that views read."""

from __future__ import annotations

import gc
import subprocess
import sys
import weakref

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot
from shiboken6 import delete, isValid

from editor.document import Document
from node_engine.analysis.wires import wires
from node_engine.errors import DuplicateKeyError, UnknownKeyError
from tests.analysis.catalog import CATALOG, flow_of, step
from tests.editor.document.documents import chain, changes_of, document_of, drawn, editor_of


def test_no_widget_is_loaded_with_document_and_session() -> None:
    program = "import sys, editor.document, editor.session; print('PySide6.QtWidgets' in sys.modules)"

    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True)

    assert answer.stdout.strip() == "False"


def test_wires_are_those_of_the_analysis() -> None:
    document = document_of(step("a"), step("if", "If", outputs={"true": "c"}), step("b"), step("c", next="a"))

    assert document.wires() == wires(document.flow(), CATALOG)


def test_flow_gives_a_definition_whose_context_is_its_own() -> None:
    document = document_of(step("a"), context={"list": [1]})

    document.flow().context["list"].append(2)

    assert document.context == {"list": [1]}


def test_two_components_of_one_key_are_refused() -> None:
    with pytest.raises(DuplicateKeyError):
        Document(flow_of(step("a"), step("a")))


def test_an_unknown_key_is_told_in_words() -> None:
    with pytest.raises(UnknownKeyError, match="No component found with key: nope"):
        chain("a").component("nope")


def test_every_component_has_a_place_on_the_grid() -> None:
    document = chain("a", "b", "c")

    places = [document.place(key) for key in "abc"]

    assert [place.y for place in places] == [0, 0, 0]
    assert all(place.x % 20 == 0 for place in places)
    assert places[0].x < places[1].x < places[2].x


def test_a_component_of_an_unknown_class_has_no_description() -> None:
    document = document_of(step("a", "Nowhere"))

    assert document.description("a") is None
    assert [port.name for port in document.ports("a")] == ["next"]


def test_another_catalog_is_told_as_a_reset() -> None:
    document = document_of(step("a", "If", outputs={"true": "b"}), step("b"))
    changes = changes_of(document)

    document.set_catalog({})

    assert [change.reset for change in changes] == [True]
    assert drawn(document) == ["a.next>b", "a.true>b"]


def test_a_change_names_exactly_the_sources_whose_wires_became_others() -> None:
    document = chain("a", "b", "c", "d")
    changes = changes_of(document)

    editor_of(document).connect("b", "next", "d")

    assert changes[0].changed == {"b"}
    assert changes[0].rewired == {"b"}
    assert changes[0].wires


def test_a_move_changes_no_wire() -> None:
    document = chain("a", "b")
    changes = changes_of(document)

    editor_of(document).move({"a": (100, 100)})

    assert changes[0].moved == {"a"}
    assert not changes[0].wires


def test_dirty_is_the_clean_state_of_the_undo_stack() -> None:
    document = chain("a")
    told: list[bool] = []
    document.dirty_changed.connect(told.append)

    editor_of(document).move({"a": (100, 100)})
    document.undo_stack.undo()

    assert told == [True, False]
    assert not document.is_dirty


def test_problems_are_found_again_after_a_change() -> None:
    document = chain("a", "b")
    before = document.problems()

    editor_of(document).change_component("a", "Nowhere")

    assert "unknown-component" not in [problem.code for problem in before]
    assert "unknown-component" in [problem.code for problem in document.problems()]


def test_problems_of_a_large_flow_are_found_beside_the_window(qtbot: QtBot) -> None:
    document = chain(*(f"k{number}" for number in range(1_500)))
    editor_of(document).change_component("k7", "Nowhere")
    changes = changes_of(document)

    at_first = document.problems()
    with qtbot.waitSignal(document.changed, timeout=20_000):
        pass

    assert at_first == []
    assert [problem.component_key for problem in document.problems() if problem.code == "unknown-component"] == ["k7"]
    assert [change.problems for change in changes] == [True]


def test_a_closed_document_leaves_nothing_behind() -> None:
    seen = []
    for number in range(20):
        document = chain("a", "b", "c")
        editor = editor_of(document)
        editor.add("If", number, 0, on_wire=document.wires_of("a")[0])
        editor.remove(["b"])
        document.undo_stack.undo()
        seen.append(weakref.ref(document))
        del document, editor

    gc.collect()

    assert [reference() for reference in seen if reference() is not None] == []


def test_a_document_that_its_parent_took_along_ends_quietly() -> None:
    parent = QObject()
    document = chain("a")
    document.setParent(parent)
    editor_of(document).move({"a": (5, 5)})
    stack = document.undo_stack

    delete(parent)
    stack.clear()

    assert not isValid(document)
