"""Breakpoints beside the flow: kept, read again, renamed along, asleep while their component is gone."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest
from pytestqt.qtbot import QtBot

from editor.document.breakpoints import BreakpointStore, breakpoint_path
from editor.document.document import Document
from editor.document.editing import DocumentEditor
from node_engine.models.breakpoint import BreakPlace, Breakpoint
from node_engine.models.flow import FlowComponent, FlowDefinition


def document_of(*keys: str, path: Path | None = None) -> Document:
    components = [FlowComponent(key=key, name="Log") for key in keys]
    return Document(FlowDefinition(key="draft", flow=components), path=path)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "triage.flow.json"


def test_breakpoints_are_kept_beside_the_flow_and_read_again(qtbot: QtBot, path: Path) -> None:
    store = BreakpointStore(document_of("a", "b", path=path))
    store.put(Breakpoint(id="1", flow_key="draft", component_key="a", condition="score < 0.8", hits=">= 2"))
    store.put(Breakpoint(id="2", flow_key="draft", place=BreakPlace.CHANGE, path="order.total", once=True))

    again = BreakpointStore(document_of("a", "b", path=path))

    assert again.all() == store.all()
    assert orjson.loads((path.parent / ".flow" / "triage.breakpoints.json").read_bytes()) == [
        {"id": "1", "component_key": "a", "condition": "score < 0.8", "hits": ">= 2"},
        {"id": "2", "place": "change", "path": "order.total", "once": True},
    ]


def test_nothing_is_written_while_there_are_none(qtbot: QtBot, path: Path) -> None:
    store = BreakpointStore(document_of("a", path=path))

    store.remove("unknown")

    assert not (path.parent / ".flow").exists()


def test_toggling_makes_one_and_removes_it(qtbot: QtBot) -> None:
    store = BreakpointStore(document_of("a", "b"))

    with qtbot.waitSignal(store.changed):
        store.toggle("a")
    store.toggle("b", BreakPlace.WIRE, "true")
    assert store.keys() == {"a"}
    assert [one.port for one in store.at("b", BreakPlace.WIRE, "true")] == ["true"]

    store.toggle("a")
    assert store.keys() == set()


def test_switching_off_keeps_everything_else(qtbot: QtBot) -> None:
    store = BreakpointStore(document_of("a"))
    store.put(Breakpoint(id="1", flow_key="draft", component_key="a", condition="x"))

    store.set_enabled(["1"], False)

    assert store.get("1") == Breakpoint(id="1", flow_key="draft", component_key="a", condition="x", enabled=False)


def test_a_rename_and_its_undo_are_followed(qtbot: QtBot, path: Path) -> None:
    document = document_of("a", "b", path=path)
    store = BreakpointStore(document)
    store.toggle("a")

    DocumentEditor(document).rename("a", "first")
    assert store.keys() == {"first"}
    assert BreakpointStore(document).keys() == {"first"}

    document.undo_stack.undo()
    assert store.keys() == {"a"}


def test_another_key_of_the_flow_is_followed(qtbot: QtBot) -> None:
    document = document_of("a")
    store = BreakpointStore(document)
    store.toggle("a")

    DocumentEditor(document).set_flow_key("other")

    assert [one.flow_key for one in store.all()] == ["other"]


def test_a_breakpoint_sleeps_while_its_component_is_gone(qtbot: QtBot) -> None:
    document = document_of("a", "b")
    store = BreakpointStore(document)
    store.toggle("a")

    with qtbot.waitSignal(store.changed):
        DocumentEditor(document).remove(["a"])
    assert store.all() == []

    with qtbot.waitSignal(store.changed):
        document.undo_stack.undo()
    assert store.keys() == {"a"}


def test_a_flow_saved_elsewhere_takes_its_breakpoints_along(qtbot: QtBot, path: Path) -> None:
    document = document_of("a")
    store = BreakpointStore(document)
    store.toggle("a")

    document.set_path(path)

    assert BreakpointStore(document_of("a", path=path)).keys() == {"a"}


def test_what_cannot_be_read_is_left_out_and_said(qtbot: QtBot, path: Path) -> None:
    kept = breakpoint_path(path)
    assert kept is not None
    kept.parent.mkdir()
    kept.write_bytes(b'[{"component_key": "a"}, {"place": "wire"}, 7]')
    store = BreakpointStore(document_of("a", path=path))
    assert store.keys() == {"a"}
    assert store.problem == f"Some breakpoints in {kept} cannot be read and were left out."

    kept.write_bytes(b"<html>")
    assert "cannot be read" in str(BreakpointStore(document_of("a", path=path)).problem)


def test_a_folder_that_cannot_be_written_says_so_and_keeps_them_for_now(qtbot: QtBot, path: Path) -> None:
    (path.parent / ".flow").write_text("a file stands in the way")
    store = BreakpointStore(document_of("a", path=path))

    store.toggle("a")

    assert store.keys() == {"a"}
    assert store.problem is not None
