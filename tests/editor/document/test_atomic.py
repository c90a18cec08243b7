"""Writing files: whole or not at all."""

from __future__ import annotations

import errno
import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from editor.document.atomic import write_atomically
from node_engine.errors import StorageError


def test_a_file_is_replaced_whole_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text("old and much longer")

    write_atomically(path, b"new")

    assert path.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [path]


def test_the_mode_is_kept_and_a_link_stays_a_link(tmp_path: Path) -> None:
    target, link = tmp_path / "target.json", tmp_path / "link.json"
    target.write_text("old")
    target.chmod(0o640)
    link.symlink_to(target)

    write_atomically(link, b"new")

    assert link.is_symlink()
    assert target.read_bytes() == b"new"
    assert stat.S_IMODE(target.stat().st_mode) == 0o640


def test_a_new_file_has_the_usual_mode(tmp_path: Path) -> None:
    write_atomically(tmp_path / "made.json", b"")
    (tmp_path / "usual.json").touch()

    assert (tmp_path / "made.json").stat().st_mode == (tmp_path / "usual.json").stat().st_mode


def test_temporaries_that_a_crash_left_are_swept(tmp_path: Path) -> None:
    path = tmp_path / "a[1].json"
    old, fresh, other = (
        tmp_path / name for name in (".a[1].json.00ff.saving", ".a[1].json.11ff.saving", ".b.json.00ff.saving")
    )
    for each in (old, fresh, other):
        each.write_text("torn")
    os.utime(old, (0, 0))
    os.utime(other, (0, 0))

    write_atomically(path, b"new")

    assert sorted(each.name for each in tmp_path.iterdir()) == [
        ".a[1].json.11ff.saving",
        ".b.json.00ff.saving",
        path.name,
    ]


@pytest.mark.parametrize(
    ("code", "words"), [(errno.ENOSPC, "the disk is full"), (errno.EDQUOT, "quota"), (errno.EIO, "reported an error")]
)
@pytest.mark.parametrize("function", ["write", "fsync", "replace"])
def test_a_disk_that_fails_leaves_the_old_file_and_no_temporary(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, function: str, code: int, words: str
) -> None:
    path = tmp_path / "a.json"
    path.write_text("old")

    def fail(*_: object) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, function, fail)
    with pytest.raises(StorageError, match=words) as caught:
        write_atomically(path, b"new")

    assert "The file there is as it was." in str(caught.value)
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_short_write_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write = os.write
    monkeypatch.setattr(os, "write", lambda handle, view: write(handle, view[:3]))

    write_atomically(tmp_path / "a.json", b"0123456789")

    assert (tmp_path / "a.json").read_bytes() == b"0123456789"


@pytest.mark.parametrize(
    ("name", "words"),
    [("gone/a.json", "the folder is no longer there"), ("folder", "there is a folder of that name"),
     ("file/a.json", "no longer a folder"), ("x" * 300, "the name is too long"), ("pipe", "not an ordinary file")],
)  # fmt: skip
def test_a_place_that_cannot_be_written_is_told(tmp_path: Path, name: str, words: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").touch()
    os.mkfifo(tmp_path / "pipe")

    with pytest.raises(StorageError, match=words):
        write_atomically(tmp_path / name, b"new")


def test_a_file_that_may_not_be_written_is_not_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.json"
    path.write_text("old")
    monkeypatch.setattr(os, "access", lambda *_: False)

    with pytest.raises(StorageError, match="may not be written to"):
        write_atomically(path, b"new")

    assert path.read_text() == "old"


_KILLED = """
import sys
from pathlib import Path
from editor.document.atomic import write_atomically
path = Path(sys.argv[1])
print("ready", flush=True)
for number in range(100_000):
    write_atomically(path, (str(number % 10) * 200_000).encode())
"""


def test_a_kill_at_any_moment_tears_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    torn = []

    for number in range(10):
        process = subprocess.Popen([sys.executable, "-c", _KILLED, str(path)], stdout=subprocess.PIPE)
        assert process.stdout is not None
        process.stdout.readline()
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(0.01 + 0.013 * number)
        process.send_signal(signal.SIGKILL)
        process.wait(10)
        process.stdout.close()
        content = path.read_bytes() if path.exists() else b"0" * 200_000
        torn += [number] if len(content) != 200_000 or len(set(content)) != 1 else []

    assert torn == []
