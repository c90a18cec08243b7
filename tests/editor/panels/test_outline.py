"""The outline: everything the canvas can do, by keyboard."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from editor.document.editing import DocumentEditor
from editor.panels.outline import OutlinePanel
from editor.panels.outline_model import KEY, KIND, NEXT, OutlineModel
from editor.theme import DARK
from tests.editor.panels.flows import component, edited


@pytest.fixture
def editor(qtbot: QtBot) -> DocumentEditor:
    return edited(
        component("a", "Template"), component("b", "If", outputs={"true": "a"}), component("c", "Wait", next="a")
    )


@pytest.fixture
def panel(editor: DocumentEditor, qtbot: QtBot) -> OutlinePanel:
    made = OutlinePanel(DARK)
    qtbot.addWidget(made)
    made.resize(300, 400)
    made.show()
    made.set_document(editor.document, editor)
    made.select(["a"])
    return made


def cells(panel: OutlinePanel, column: int) -> list[str]:
    return [panel.model.words(row, column) for row in range(panel.model.rowCount())]


def test_the_model_keeps_the_rules_of_qt(editor: DocumentEditor) -> None:
    model = OutlineModel()
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.set_document(editor.document)
    editor.add("Wait", 0, 0)
    editor.remove(["a"])
    editor.set_enabled(["b"], False)
    model.set_document(None)

    assert tester.model() is model


def test_it_lists_components_in_order_with_kind_and_targets(panel: OutlinePanel) -> None:
    assert cells(panel, KEY) == ["a", "b", "c"]
    assert cells(panel, KIND) == ["Template", "If", "Wait"]
    assert cells(panel, NEXT) == ["", "true → a", "→ a"]


def test_alt_and_arrows_reorder_and_keep_the_selection(
    panel: OutlinePanel, editor: DocumentEditor, qtbot: QtBot
) -> None:
    qtbot.keyClick(panel.table, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    qtbot.keyClick(panel.table, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    qtbot.keyClick(panel.table, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)

    assert list(editor.document.keys()) == ["b", "c", "a"]
    assert panel.selection() == ["a"]


def test_f2_renames_in_place(panel: OutlinePanel, editor: DocumentEditor, qtbot: QtBot) -> None:
    qtbot.keyClick(panel.table, Qt.Key.Key_F2)
    field = panel.table.findChild(QLineEdit)
    field.selectAll()
    qtbot.keyClicks(field, "first")
    qtbot.keyClick(field, Qt.Key.Key_Return)

    qtbot.waitUntil(lambda: list(editor.document.keys()) == ["first", "b", "c"])
    assert editor.document.component("c").next == "first"


def test_a_key_that_is_taken_is_refused_in_words(panel: OutlinePanel, editor: DocumentEditor, qtbot: QtBot) -> None:
    qtbot.keyClick(panel.table, Qt.Key.Key_F2)
    field = panel.table.findChild(QLineEdit)
    field.selectAll()
    qtbot.keyClicks(field, "b")
    qtbot.keyClick(field, Qt.Key.Key_Return)

    qtbot.waitUntil(panel.error.isVisible)
    assert "b" in panel.error.text()
    assert list(editor.document.keys()) == ["a", "b", "c"]


def test_delete_removes_and_goes_to_the_next(panel: OutlinePanel, editor: DocumentEditor, qtbot: QtBot) -> None:
    qtbot.keyClick(panel.table, Qt.Key.Key_Delete)

    assert list(editor.document.keys()) == ["b", "c"]
    assert panel.selection() == ["b"]


def test_insert_adds_after_the_current_component(panel: OutlinePanel, editor: DocumentEditor, qtbot: QtBot) -> None:
    qtbot.keyClick(panel.table, Qt.Key.Key_Insert)
    qtbot.keyClicks(panel.quick_add.search_field, "chat")
    qtbot.keyClick(panel.quick_add.search_field, Qt.Key.Key_Return)

    assert list(editor.document.keys()) == ["a", "chat", "b", "c"]
    assert panel.selection() == ["chat"]


def test_c_connects_a_port_by_choosing_a_key(panel: OutlinePanel, editor: DocumentEditor, qtbot: QtBot) -> None:
    panel.select(["b"])
    qtbot.keyClick(panel.table, Qt.Key.Key_C)
    popup = panel.connect_popup
    qtbot.keyClick(popup.port, Qt.Key.Key_Down)
    line: Any = popup.target.chooser.lineEdit()
    qtbot.keyClicks(line, "c")
    qtbot.keyClick(popup, Qt.Key.Key_Return)

    assert editor.document.component("b").outputs == {"true": "a", "false": "c"}


def test_b_breaks_and_d_disables(panel: OutlinePanel, editor: DocumentEditor, qtbot: QtBot) -> None:
    with qtbot.waitSignal(panel.breakpoint_toggled) as toggled:
        qtbot.keyClick(panel.table, Qt.Key.Key_B)
    qtbot.keyClick(panel.table, Qt.Key.Key_D)
    panel.set_breakpoints(["a"])

    assert toggled.args == ["a"]
    assert editor.document.component("a").enabled is False
    spoken = panel.model.index(0, KEY).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "1. a, Template, breakpoint, disabled"
    assert not panel.grab().isNull()


def test_selecting_here_is_told_and_selecting_elsewhere_is_followed(panel: OutlinePanel, qtbot: QtBot) -> None:
    with qtbot.waitSignal(panel.selection_changed) as changed:
        qtbot.keyClick(panel.table, Qt.Key.Key_Down)
    assert changed.args == [["b"]]

    with qtbot.assertNotEmitted(panel.selection_changed, wait=10):
        panel.select(["a", "c"])
    assert panel.selection() == ["a", "c"]


def test_enter_opens_a_component(panel: OutlinePanel, qtbot: QtBot) -> None:
    with qtbot.waitSignal(panel.open_wanted) as opened:
        qtbot.keyClick(panel.table, Qt.Key.Key_Return)

    assert opened.args == ["a"]


def test_an_empty_flow_offers_to_add_the_first(panel: OutlinePanel, qtbot: QtBot) -> None:
    empty = edited()
    panel.set_document(empty.document, empty)
    assert panel.empty_text() == "This flow has no components yet."

    panel.add_after_current()
    qtbot.keyClicks(panel.quick_add.search_field, "wait")
    qtbot.keyClick(panel.quick_add.search_field, Qt.Key.Key_Return)

    assert list(empty.document.keys()) == ["wait"]
    assert QApplication.activePopupWidget() is None


def test_in_a_narrow_panel_the_keys_have_all_the_room(panel: OutlinePanel) -> None:
    panel.resize(160, 400)

    assert panel.table.isColumnHidden(KIND)
    assert panel.table.columnWidth(KEY) > 140
