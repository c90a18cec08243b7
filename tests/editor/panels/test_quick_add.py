"""Quick-add: by keyboard alone, a choice or a cancellation, never both."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from editor.panels.quick_add import QuickAdd
from editor.theme import DARK
from tests.editor.panels.catalog import CATALOG


@pytest.fixture
def quick_add(qtbot: QtBot) -> QuickAdd:
    popup = QuickAdd(CATALOG, DARK)
    qtbot.addWidget(popup)
    popup.open_at(QPoint(20, 20))
    return popup


def test_typing_and_enter_chooses_the_best_match_and_closes(quick_add: QuickAdd, qtbot: QtBot) -> None:
    with qtbot.waitSignal(quick_add.chosen) as chosen, qtbot.assertNotEmitted(quick_add.cancelled):
        qtbot.keyClicks(quick_add.search_field, "fetch")
        qtbot.keyClick(quick_add.search_field, Qt.Key.Key_Return)

    assert chosen.args == ["HttpRequest"]
    assert not quick_add.isVisible()


def test_escape_cancels_at_once(quick_add: QuickAdd, qtbot: QtBot) -> None:
    qtbot.keyClicks(quick_add.search_field, "fetch")

    with qtbot.waitSignal(quick_add.cancelled):
        qtbot.keyClick(quick_add.search_field, Qt.Key.Key_Escape)

    assert not quick_add.isVisible()


def test_a_click_chooses(quick_add: QuickAdd, qtbot: QtBot) -> None:
    place = quick_add.list.visualRect(quick_add.list.component_model.index(2, 0)).center()

    with qtbot.waitSignal(quick_add.chosen) as chosen:
        qtbot.mouseClick(quick_add.list.viewport(), Qt.MouseButton.LeftButton, pos=place)

    assert chosen.args == ["If"]


def test_enter_without_a_match_chooses_nothing(quick_add: QuickAdd, qtbot: QtBot) -> None:
    qtbot.keyClicks(quick_add.search_field, "zzz")

    with qtbot.assertNotEmitted(quick_add.chosen, wait=20):
        qtbot.keyClick(quick_add.search_field, Qt.Key.Key_Return)

    assert quick_add.isVisible()


def test_it_opens_inside_the_screen(quick_add: QuickAdd) -> None:
    quick_add.close()

    quick_add.open_at(QPoint(100_000, 100_000))

    assert quick_add.screen().availableGeometry().contains(quick_add.geometry())


def test_it_opens_again_as_if_new(quick_add: QuickAdd, qtbot: QtBot) -> None:
    qtbot.keyClicks(quick_add.search_field, "fetch")
    qtbot.keyClick(quick_add.search_field, Qt.Key.Key_Return)

    quick_add.open_at(QPoint(20, 20))

    assert quick_add.search_field.text() == ""
    assert quick_add.list.current_name() == "ForEach"


def test_it_is_as_high_as_what_it_found(quick_add: QuickAdd, qtbot: QtBot) -> None:
    whole = quick_add.height()

    qtbot.keyClicks(quick_add.search_field, "fetch")

    assert quick_add.height() < whole / 2
    last = quick_add.list.component_model.index(quick_add.list.component_model.rowCount() - 1, 0)
    assert quick_add.list.viewport().rect().contains(quick_add.list.visualRect(last))

    quick_add.search_field.clear()
    assert quick_add.height() == whole
