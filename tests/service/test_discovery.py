"""The discovery file: private, exclusive, swept, and never believed when others could have written it."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from node_engine.errors import StorageError
from node_engine.service.discovery import Discovery, discovery_folder, publish, running_services, withdraw

HERE = Discovery("http://127.0.0.1:8000", "secret", os.getpid(), "aa", 1.0)


def ended_process() -> int:
    process = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, check=True)
    return int(process.stdout)


def test_the_file_and_its_folder_are_for_this_user_only(tmp_path: Path) -> None:
    path = publish(HERE, tmp_path / "run" / "node-engine")

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert running_services(path.parent) == [HERE]


def test_withdrawing_removes_the_file(tmp_path: Path) -> None:
    withdraw(publish(HERE, tmp_path))

    assert running_services(tmp_path) == []
    assert list(tmp_path.iterdir()) == []


def test_several_services_are_listed_newest_first(tmp_path: Path) -> None:
    newer = replace(HERE, instance_id="bb", started_s=2.0)
    for each in (HERE, newer):
        publish(each, tmp_path)

    assert running_services(tmp_path) == [newer, HERE]


def test_what_a_killed_service_left_behind_is_not_believed_and_swept_by_the_next(tmp_path: Path) -> None:
    left = publish(replace(HERE, pid=ended_process(), instance_id="dead"), tmp_path)
    assert running_services(tmp_path) == []

    publish(HERE, tmp_path)

    assert not left.exists()


def test_a_file_that_others_may_read_is_not_believed(tmp_path: Path) -> None:
    publish(HERE, tmp_path).chmod(0o644)

    assert running_services(tmp_path) == []


def test_a_folder_that_others_may_enter_is_not_believed_and_made_private_by_publishing(tmp_path: Path) -> None:
    path = publish(HERE, tmp_path)
    tmp_path.chmod(0o755)
    assert running_services(tmp_path) == []
    path.unlink()

    publish(HERE, tmp_path)

    assert running_services(tmp_path) == [HERE]


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    real = tmp_path / "real.json"
    real.write_text(json.dumps(asdict(HERE)))
    real.chmod(0o600)
    folder = tmp_path / "folder"
    folder.mkdir(mode=0o700)
    (folder / "service-aa.json").symlink_to(real)

    assert running_services(folder) == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"url":1}',
        "\x00\xff",
        '{"url":"u","more":2}',
        '{"url":"u","token":"t","pid":"x","instance_id":"i","started_s":1.0}',
    ],
)
def test_a_broken_file_is_passed_over(tmp_path: Path, text: str) -> None:
    publish(HERE, tmp_path)
    broken = tmp_path / "service-zz.json"
    broken.write_text(text)
    broken.chmod(0o600)

    assert running_services(tmp_path) == [HERE]


def test_a_name_that_exists_is_never_overwritten(tmp_path: Path) -> None:
    publish(HERE, tmp_path)

    with pytest.raises(StorageError):
        publish(HERE, tmp_path)


def test_a_folder_that_is_a_link_is_refused(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir(mode=0o700)
    (tmp_path / "link").symlink_to(tmp_path / "real")

    with pytest.raises(StorageError):
        publish(HERE, tmp_path / "link")


def test_the_folder_follows_the_users_runtime_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))

    assert discovery_folder() == tmp_path / "node-engine"
    assert running_services() == []
