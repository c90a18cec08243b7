"""What is prepared while nothing else happens: words and icons, in slices far shorter than a frame."""

from __future__ import annotations

from time import perf_counter

from pytestqt.qtbot import QtBot

from editor.canvas import words
from editor.canvas.words import Role
from tests.editor.canvas.canvas_documents import component, document
from tests.editor.canvas.conftest import OpenCanvas


def test_words_are_laid_out_before_they_are_seen(open_canvas: OpenCanvas, qtbot: QtBot) -> None:
    keys = [f"not_seen_before_{number}" for number in range(40)]
    view = open_canvas(document([component(key) for key in keys], dict.fromkeys(keys, (9000, 9000))))

    qtbot.waitUntil(lambda: not view.warm_up.is_busy)

    assert all((key, Role.SMALL_TITLE, 0) in words._kept for key in keys)


def test_a_slice_of_work_is_shorter_than_a_frame(open_canvas: OpenCanvas) -> None:
    keys = [f"another_{number}" for number in range(1_500)]
    view = open_canvas(document([component(key) for key in keys], {}))
    view.warm_up.start()
    view.warm_up._on_due()
    spent = []

    for _ in range(10):
        started = perf_counter()
        view.warm_up._on_due()
        spent.append(perf_counter() - started)

    assert sorted(spent)[5] < 0.016
