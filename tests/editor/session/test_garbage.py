"""Garbage is collected by the window's thread and by no other."""

from __future__ import annotations

import gc
import threading
import weakref
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject

from editor.session.garbage import GarbageSweep


class Forgotten(QObject):
    """A Qt object in a cycle, as closures over a widget make them."""

    def __init__(self) -> None:
        super().__init__()
        self.itself = self


@pytest.fixture
def sweep(qapp: object) -> Iterator[GarbageSweep]:
    sweep = GarbageSweep()
    yield sweep
    sweep.close()


def allocate_much() -> None:
    kept = [[number] for number in range(200_000)]
    assert kept


def test_a_busy_thread_destroys_no_qt_object_of_the_window(sweep: GarbageSweep) -> None:
    forgotten = weakref.ref(Forgotten())
    thread = threading.Thread(target=allocate_much)

    thread.start()
    thread.join()

    assert forgotten() is not None
    gc.collect()
    assert forgotten() is None


def test_what_python_would_collect_is_collected(sweep: GarbageSweep) -> None:
    forgotten = weakref.ref(Forgotten())
    kept = [[number] for number in range(gc.get_threshold()[0] + 1_000)]

    sweep.look()

    assert kept
    assert forgotten() is None


def test_a_full_collection_comes_at_most_every_half_minute(qapp: object, monkeypatch: pytest.MonkeyPatch) -> None:
    now_s = [0.0]
    sweep = GarbageSweep(clock=lambda: now_s[0])
    generations: list[int] = []
    monkeypatch.setattr(gc, "get_count", lambda: (10**6, 10**6, 10**6))
    monkeypatch.setattr(gc, "collect", generations.append)

    for now in (1.0, 29.0, 31.0, 32.0, 62.0):
        now_s[0] = now
        sweep.look()
    monkeypatch.undo()
    sweep.close()

    assert generations == [1, 1, 2, 1, 2]
