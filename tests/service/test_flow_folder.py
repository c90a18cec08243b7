"""The header that says where a flow's relative paths begin: for files beside the flow, with the token only."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

from node_engine.client import NodeEngineClient
from tests.service.running import RunningService, flow, step

READ = step("r", "ReadFile", path="note.txt", target="note")


async def test_a_flow_called_with_its_folder_reads_the_files_beside_it(service: RunningService, tmp_path: Path) -> None:
    folder = tmp_path / "my flöws"
    folder.mkdir()
    (folder / "note.txt").write_text("hello", encoding="utf-8")

    answer = await service.trusted.post("/invoke", json=flow(READ), headers={"x-flow-folder": quote(str(folder))})

    assert answer.json()["status"]["error"] is None
    assert answer.json()["context"]["note"] == "hello"


async def test_one_component_called_with_its_folder_reads_the_files_beside_it(
    service: RunningService, tmp_path: Path
) -> None:
    (tmp_path / "note.txt").write_text("hello", encoding="utf-8")

    answer = await service.trusted.post(
        "/invoke_component?component_key=r", json=flow(READ), headers={"x-flow-folder": quote(str(tmp_path))}
    )

    assert answer.json()["flow_definition"]["context"]["note"] == "hello"


async def test_a_folder_without_the_token_is_refused(service: RunningService, tmp_path: Path) -> None:
    answer = await service.http.post("/invoke", json=flow(step("a")), headers={"x-flow-folder": quote(str(tmp_path))})

    assert answer.status_code == 401


async def test_a_folder_that_is_none_is_refused_with_its_place(service: RunningService, tmp_path: Path) -> None:
    for text in ("somewhere", str(tmp_path / "missing")):
        answer = await service.trusted.post("/invoke", json=flow(READ), headers={"x-flow-folder": quote(text)})

        assert answer.status_code == 422
        assert answer.json()["detail"][0]["loc"] == ["header", "x-flow-folder"]


async def test_the_client_names_the_folder(service: RunningService, tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("hello", encoding="utf-8")

    async with NodeEngineClient(service.url, service.service.token) as client:
        answer = await client.invoke(flow(READ), flow_folder=tmp_path)

    assert answer.context["note"] == "hello"
