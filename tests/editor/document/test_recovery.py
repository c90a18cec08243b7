"""Unsaved work survives a crash."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from editor.document import Document
from editor.document.files import DiskState, disk_state, load_flow, save
from editor.document.recovery import RecoveryFolder, RecoveryKeeper, state_folder
from node_engine.errors import FlowFileError
from tests.analysis.catalog import CATALOG
from tests.editor.document.documents import chain, editor_of


@pytest.fixture
def recovery(tmp_path: Path) -> RecoveryFolder:
    return RecoveryFolder(tmp_path / "state")


@pytest.fixture
def document(tmp_path: Path) -> Document:
    document = chain("a", "b")
    save(document, tmp_path / "my.flow.json")
    return document


@pytest.fixture
def keeper(document: Document, recovery: RecoveryFolder, qapp: object) -> Iterator[RecoveryKeeper]:
    keeper = RecoveryKeeper(document, recovery)
    yield keeper
    keeper.close()


_CRASHING = """
import sys
from pathlib import Path
from PySide6.QtCore import QCoreApplication, QTimer
from editor.document import Document, DocumentEditor
from editor.document.files import load_flow
from editor.document.recovery import RecoveryFolder, RecoveryKeeper
application = QCoreApplication([])
path = Path(sys.argv[1])
loaded = load_flow(path)
document = Document(loaded.source, loaded.layout, {}, path)
keeper = RecoveryKeeper(document, RecoveryFolder(Path(sys.argv[2])))
editor = DocumentEditor(document)
editor.rename("a", "precious")
editor.move({"precious": (123, 45)})
print("ready", flush=True)
timer = QTimer()
timer.setInterval(20)
timer.timeout.connect(lambda: print("written", flush=True) if any(Path(sys.argv[2]).glob("recovery/*.json")) else None)
timer.start()
application.exec()
"""


def test_work_of_a_killed_program_is_found_and_restored(
    tmp_path: Path, document: Document, recovery: RecoveryFolder
) -> None:
    path = tmp_path / "my.flow.json"
    process = subprocess.Popen(
        [sys.executable, "-c", _CRASHING, str(path), str(tmp_path / "state")], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    assert process.stdout.readline() == "written\n"

    held = recovery.orphans()
    process.send_signal(signal.SIGKILL)
    process.wait(10)
    process.stdout.close()
    (orphan,) = recovery.orphans()
    loaded = recovery.restore(orphan)
    restored = Document(loaded.source, loaded.layout, CATALOG, loaded.path)

    assert held == []
    assert (orphan.path, orphan.flow_key) == (path, "test")
    assert list(restored.keys()) == ["precious", "b"]
    assert restored.place("precious").x == 123
    assert restored.is_dirty
    assert disk_state(restored) is DiskState.SAME
    save(restored)
    assert list(Document(load_flow(path).source).keys()) == ["precious", "b"]
    recovery.discard(orphan)
    assert recovery.orphans() == []


def test_nothing_is_written_while_nothing_is_unsaved(keeper: RecoveryKeeper, recovery: RecoveryFolder) -> None:
    keeper.write()

    assert not recovery.folder.exists()


def test_saving_removes_the_snapshot(document: Document, keeper: RecoveryKeeper, recovery: RecoveryFolder) -> None:
    editor_of(document).rename("a", "c")
    keeper.write()
    written = list(recovery.folder.glob("*.recovery.json"))

    save(document)

    assert len(written) == 1
    assert list(recovery.folder.iterdir()) == []


def test_a_snapshot_comes_a_second_after_a_change(
    document: Document, keeper: RecoveryKeeper, recovery: RecoveryFolder, qtbot: QtBot
) -> None:
    editor_of(document).rename("a", "c")

    qtbot.waitUntil(lambda: any(recovery.folder.glob("*.recovery.json")), timeout=10_000)

    assert keeper.problem is None


def test_a_state_folder_that_cannot_be_written_is_told(tmp_path: Path, document: Document, qapp: object) -> None:
    (tmp_path / "file").touch()
    keeper = RecoveryKeeper(document, RecoveryFolder(tmp_path / "file"))

    editor_of(document).rename("a", "c")
    keeper.write()
    keeper.close()

    assert keeper.problem


@pytest.mark.parametrize(
    "content", [b"", b"not json", b"[]", b'{"format": 2}', b'{"format": 1, "flow": 5, "time_s": "x"}']
)
def test_a_broken_snapshot_is_no_danger(recovery: RecoveryFolder, content: bytes) -> None:
    recovery.folder.mkdir(parents=True)
    (recovery.folder / "x.recovery.json").write_bytes(content)

    orphans = recovery.orphans()

    for orphan in orphans:
        with pytest.raises(FlowFileError):
            recovery.restore(orphan)


def test_the_state_folder_can_be_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NODE_ENGINE_STATE_DIR", str(tmp_path))

    assert state_folder() == tmp_path
    assert state_folder(tmp_path / "x") == tmp_path / "x"
