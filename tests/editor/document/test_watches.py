"""Watch expressions beside the flow."""

from __future__ import annotations

from pathlib import Path

from pytestqt.qtbot import QtBot

from editor.document.document import Document
from editor.document.watches import MOST, WatchStore
from node_engine.models.flow import FlowDefinition


def document_of(path: Path | None = None) -> Document:
    return Document(FlowDefinition(key="draft", flow=[]), path=path)


def test_expressions_are_kept_beside_the_flow_and_read_again(qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "triage.flow.json"
    store = WatchStore(document_of(path))

    with qtbot.waitSignal(store.changed):
        store.put(["score", " len(text) ", "score", ""])
    store.add("visit")

    assert WatchStore(document_of(path)).all() == ["score", "len(text)", "visit"]
    assert (tmp_path / ".flow" / "triage.watches.json").is_file()


def test_there_are_never_too_many(qtbot: QtBot) -> None:
    store = WatchStore(document_of())

    store.put(f"x{number}" for number in range(2 * MOST))

    assert len(store.all()) == MOST


def test_what_cannot_be_read_is_said(qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / ".flow").mkdir()
    (tmp_path / ".flow" / "triage.watches.json").write_bytes(b'{"not": "a list"}')

    store = WatchStore(document_of(tmp_path / "triage.flow.json"))

    assert store.all() == []
    assert "holds no list" in str(store.problem)
