"""ReadFile and WriteFile: files inside the flow's folder, and nowhere else."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from node_engine.components.flow_folder import write_atomically
from node_engine.engine.runtime import Runtime
from node_engine.models.flow import FlowDefinition
from tests.components.conftest import RunFlow, RunOne


async def error_of(run: Any) -> str:
    error = (await run.wait()).status.error
    assert error is not None
    return str(error)


@pytest.mark.parametrize(
    ("written", "config", "content"),
    [
        (b"one\r\ntwo\n", {}, "one\r\ntwo\n"),
        (b"one\r\ntwo\n", {"format": "lines"}, ["one", "two"]),
        (b'\xef\xbb\xbf{"n": [1]}', {"format": "json"}, {"n": [1]}),
        ("Grüße".encode("latin-1"), {"encoding": "latin-1"}, "Grüße"),
    ],
)
async def test_a_file_is_read(
    run_one: RunOne, tmp_path: Path, written: bytes, config: dict[str, Any], content: Any
) -> None:
    (tmp_path / "in.txt").write_bytes(written)

    run = await run_one("ReadFile", {"path": "in.txt", **config})

    assert (await run.wait()).context["content"] == content
    assert run.steps()[0].port == "found"


async def test_a_missing_file_branches_or_fails(run_flow: RunFlow) -> None:
    read = {"key": "a", "name": "ReadFile", "config": {"path": "gone.txt"}}

    branching = await run_flow(
        {**read, "outputs": {"missing": "b"}}, {"key": "x", "name": "Stop"}, {"key": "b", "name": "Log"}
    )
    failing = await run_flow(read)

    assert [step.id.key for step in branching.steps()] == ["a", "b"]
    assert await error_of(failing) == 'There is no file "gone.txt" in the folder of the flow.'


async def test_what_cannot_be_read_says_why(run_one: RunOne, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "bad.txt").write_bytes(b"ab\xff")
    (tmp_path / "bad.json").write_text('{"a": }')

    assert "is a folder or a device" in await error_of(await run_one("ReadFile", {"path": "folder"}))
    assert "is not utf-8 text (byte 3)" in await error_of(await run_one("ReadFile", {"path": "bad.txt"}))
    assert "is not JSON. Line 1, column 7" in await error_of(
        await run_one("ReadFile", {"path": "bad.json", "format": "json"})
    )
    assert 'there is no encoding "klingon"' in await error_of(
        await run_one("ReadFile", {"path": "bad.txt", "encoding": "klingon"})
    )


@pytest.mark.parametrize("path", ["../x.txt", "/etc/hostname", "a/../../x", "link/x"])
async def test_no_path_leads_outside_the_folder(run_one: RunOne, tmp_path: Path, path: str) -> None:
    (tmp_path / "link").symlink_to(tmp_path.parent)

    for name in ("ReadFile", "WriteFile"):
        assert "leads outside the folder of the flow" in await error_of(await run_one(name, {"path": path}))


async def test_a_flow_without_a_file_has_no_folder(runtime: Runtime) -> None:
    step = {"key": "a", "name": "ReadFile", "config": {"path": "x"}}

    answer = await runtime.invoke(FlowDefinition.model_validate({"key": "f", "flow": [step]}))

    assert answer.status.error is not None
    assert "Save it first" in answer.status.error


async def test_a_file_is_written_with_its_folders(run_one: RunOne, tmp_path: Path) -> None:
    await run_one("WriteFile", {"path": "out/a.txt", "content": "Hi {{name}}"}, {"name": "Ä"})
    await run_one("WriteFile", {"path": "out/b.json", "content": {"$ctx": "value"}}, {"value": {"ä": [1]}})

    assert (tmp_path / "out" / "a.txt").read_text("utf-8") == "Hi Ä"
    assert (tmp_path / "out" / "b.json").read_text("utf-8") == '{\n  "ä": [\n    1\n  ]\n}\n'
    assert sorted(os.listdir(tmp_path / "out")) == ["a.txt", "b.json"]


async def test_what_cannot_be_written_says_why_and_leaves_the_old_file(run_one: RunOne, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "old.txt").write_text("old")

    assert "is a folder" in await error_of(await run_one("WriteFile", {"path": "folder", "content": "x"}))
    assert '"Ж" cannot be written as latin-1' in await error_of(
        await run_one("WriteFile", {"path": "old.txt", "content": "Ж", "encoding": "latin-1"})
    )
    assert "cannot be written" in await error_of(await run_one("WriteFile", {"path": "old.txt/x", "content": "x"}))
    assert (tmp_path / "old.txt").read_text() == "old"


@pytest.mark.parametrize("path", ["components/mine.py", "registry.json"])
async def test_a_flow_cannot_install_components(run_one: RunOne, tmp_path: Path, path: str) -> None:
    run = await run_one("WriteFile", {"path": path, "content": "x"})

    assert "components are code and are installed by hand" in await error_of(run)
    assert os.listdir(tmp_path) == []


def test_an_atomic_write_keeps_the_mode_and_leaves_nothing_behind(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_text("old")
    path.chmod(0o600)

    write_atomically(path, b"new")

    assert (path.read_bytes(), path.stat().st_mode & 0o777, os.listdir(tmp_path)) == (b"new", 0o600, ["x"])
