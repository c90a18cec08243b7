"""Session values: stored, read back, kept apart, and safe against damaged files."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from node_engine.engine.storage import Storage
from node_engine.errors import LimitError, StorageError
from node_engine.models.limits import Limits


async def test_a_value_is_read_back_as_it_was_stored(tmp_path: Path) -> None:
    value = {"text": "grüße", "big": 2**80, "list": [1, 2.5, None, True]}
    storage = Storage(tmp_path / "deep" / "storage.sqlite")
    await storage.put("session", "key", value)
    await storage.close()

    again = Storage(tmp_path / "deep" / "storage.sqlite")

    assert await again.get("session", "key") == value
    assert await again.keys("session") == ["key"]
    await again.close()


async def test_sessions_and_keys_are_data_and_kept_apart() -> None:
    storage = Storage()
    await storage.put("../../a", "'; DROP TABLE stored; --", 1)
    await storage.put("b", "k", 2)

    assert await storage.get("../../a", "'; DROP TABLE stored; --") == 1
    assert await storage.get("a", "k", "nothing") == "nothing"
    await storage.clear_session("b")
    assert await storage.get("b", "k") is None
    assert await storage.delete("../../a", "'; DROP TABLE stored; --")
    assert not await storage.delete("../../a", "k")
    await storage.close()


async def test_updates_at_the_same_time_lose_nothing() -> None:
    storage = Storage()

    await asyncio.gather(
        *(storage.update("s", "list", lambda old, n=n: [*(old or []), n]) for n in range(50))  # type: ignore[misc]
    )

    assert sorted(await storage.get("s", "list")) == list(range(50))
    await storage.close()


async def test_an_update_that_fails_changes_nothing() -> None:
    storage = Storage()
    await storage.put("s", "k", 1)

    with pytest.raises(KeyError):
        await storage.update("s", "k", lambda old: {}["missing"])

    assert await storage.get("s", "k") == 1
    await storage.close()


async def test_a_value_at_the_limit_is_stored_and_one_byte_more_is_refused() -> None:
    storage = Storage(limits=Limits(value_bytes=10))

    await storage.put("s", "k", "x" * 8)
    with pytest.raises(LimitError):
        await storage.put("s", "k", "x" * 9)

    assert await storage.get("s", "k") == "x" * 8
    await storage.close()


async def test_what_is_not_json_is_refused_in_words() -> None:
    storage = Storage()

    with pytest.raises(StorageError, match='"k" cannot be stored'):
        await storage.put("s", "k", {1, 2})  # type: ignore[arg-type]

    await storage.close()


def _moved_aside(folder: Path) -> list[bytes]:
    return [path.read_bytes() for path in folder.glob("storage.broken-*.sqlite")]


@pytest.mark.parametrize("content", [b"this is no database, " * 100, b"SQLite format 3\x00" + b"\xff" * 5_000])
async def test_a_damaged_file_is_moved_aside_and_a_new_one_started(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "storage.sqlite"
    path.write_bytes(content)
    storage = Storage(path)

    await storage.put("s", "k", 1)

    assert await storage.get("s", "k") == 1
    assert storage.notice is not None
    assert "was damaged" in storage.notice
    assert _moved_aside(tmp_path) == [content]
    await storage.close()


async def test_a_place_that_cannot_be_used_is_told_in_words(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    storage = Storage(tmp_path / "file" / "storage.sqlite")

    with pytest.raises(StorageError, match="cannot be used"):
        await storage.get("s", "k")

    await storage.close()


async def test_two_processes_may_use_one_file(tmp_path: Path) -> None:
    first, second = Storage(tmp_path / "s.sqlite"), Storage(tmp_path / "s.sqlite")

    await asyncio.gather(*(store.put("s", f"{i}{n}", n) for i, store in enumerate([first, second]) for n in range(20)))

    assert len(await first.keys("s")) == 40
    await asyncio.gather(first.close(), second.close())


async def test_use_after_closing_is_told_in_words() -> None:
    storage = Storage()
    await storage.close()

    with pytest.raises(StorageError, match="closed"):
        await storage.get("s", "k")
