"""The palette: groups, search, and the three ways to add a component."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from editor.panels.component_list import MIME_COMPONENT, ComponentListModel
from editor.panels.palette import PalettePanel
from editor.theme import DARK, LIGHT
from tests.editor.panels.catalog import CATALOG


@pytest.fixture
def palette(qtbot: QtBot) -> PalettePanel:
    panel = PalettePanel(CATALOG, DARK)
    qtbot.addWidget(panel)
    panel.show()
    return panel


def shown(palette: PalettePanel) -> list[str]:
    model = palette.list.component_model
    return [str(model.index(row, 0).data()) for row in range(model.rowCount())]


def test_the_model_keeps_the_rules_of_qt(qtbot: QtBot) -> None:
    model = ComponentListModel(CATALOG)
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)

    model.search("file")
    model.search("")
    model.set_catalog({})

    assert tester.model() is model


def test_components_stand_under_their_family(palette: PalettePanel) -> None:
    assert shown(palette)[:3] == ["Control", "For Each", "If"]
    assert shown(palette)[-2:] == ["People and events", "Wait"]


def test_typing_and_enter_adds_the_best_match(palette: PalettePanel, qtbot: QtBot) -> None:
    with qtbot.waitSignal(palette.add_wanted) as added:
        qtbot.keyClicks(palette.search_field, "sleep")
        qtbot.keyClick(palette.search_field, Qt.Key.Key_Return)

    assert added.args == ["Wait"]


def test_arrow_keys_in_the_search_field_choose_another_match(palette: PalettePanel, qtbot: QtBot) -> None:
    qtbot.keyClicks(palette.search_field, "e")
    second = shown(palette)[1]

    with qtbot.waitSignal(palette.add_wanted) as added:
        qtbot.keyClick(palette.search_field, Qt.Key.Key_Down)
        qtbot.keyClick(palette.search_field, Qt.Key.Key_Return)

    assert CATALOG[added.args[0]].label == second


def test_arrow_keys_in_the_list_step_over_the_headers(palette: PalettePanel, qtbot: QtBot) -> None:
    palette.list.move_current(0)
    palette.list.setFocus()

    qtbot.keyClick(palette.list, Qt.Key.Key_Down)
    qtbot.keyClick(palette.list, Qt.Key.Key_Down)

    assert palette.list.current_name() == "Set"


def test_a_double_click_adds(palette: PalettePanel, qtbot: QtBot) -> None:
    index = palette.list.component_model.index(2, 0)
    place = palette.list.visualRect(index).center()

    with qtbot.waitSignal(palette.add_wanted) as added:
        qtbot.mouseClick(palette.list.viewport(), Qt.MouseButton.LeftButton, pos=place)
        qtbot.mouseDClick(palette.list.viewport(), Qt.MouseButton.LeftButton, pos=place)

    assert added.args == ["If"]


def test_a_dragged_component_carries_its_registry_key(palette: PalettePanel) -> None:
    model = palette.list.component_model

    carried = model.mimeData([model.index(2, 0)])

    assert bytes(carried.data(MIME_COMPONENT).data()) == b"If"


def test_a_search_without_a_match_says_so_and_offers_to_clear_it(palette: PalettePanel, qtbot: QtBot) -> None:
    qtbot.keyClicks(palette.search_field, "zzz")

    assert palette.empty_text() == "No component matches “zzz”."
    assert not palette.list.isVisible()

    qtbot.keyClick(palette.search_field, Qt.Key.Key_Escape)

    assert palette.empty_text() == ""
    assert len(palette.list.component_model.component_rows()) == len(CATALOG)


def test_a_tooltip_shows_markup_as_text(palette: PalettePanel) -> None:
    model = palette.list.component_model
    model.set_catalog({"If": replace(CATALOG["If"], description="<img src=x>")})

    assert "&lt;img src=x&gt;" in str(model.index(1, 0).data(Qt.ItemDataRole.ToolTipRole))


def test_a_theme_can_change_while_it_is_shown(palette: PalettePanel) -> None:
    palette.set_theme(LIGHT)

    assert not palette.grab().isNull()
