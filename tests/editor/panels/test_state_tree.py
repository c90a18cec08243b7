"""The tree of a context: differences found where they are opened, and only there."""

from __future__ import annotations

import time
from typing import Any

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from editor.panels.state_model import StateModel
from editor.panels.state_tree import BATCH, StateNode, open_node, root_of_change, root_of_state


def rows(node: StateNode) -> list[str]:
    return [f"{child.sign.value}{child.name or child.path}" for child in open_node(node)]


def changed(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    return rows(root_of_change(before, after))


def test_a_changed_value_is_a_removed_and_an_added_line() -> None:
    assert changed({"round": 1, "brief": "b"}, {"round": 2, "brief": "b"}) == ["−round", "+round", " brief"]


def test_new_and_lost_keys_are_lines_of_their_own() -> None:
    assert changed({"old": 1}, {"new": 1}) == ["−old", "+new"]


def test_true_and_one_are_different_values() -> None:
    assert changed({"a": 1}, {"a": True}) == ["−a", "+a"]


def test_an_object_with_changes_inside_opens_to_them() -> None:
    root = root_of_change({"usage": {"in": 1, "out": 2}}, {"usage": {"in": 1, "out": 3}})

    assert rows(root) == ["~usage"]
    assert rows(open_node(root)[0]) == [" in", "−out", "+out"]


def test_an_item_put_into_a_list_is_one_line_with_its_neighbours() -> None:
    before = {"items": list(range(100))}
    after = {"items": [*range(50), "new", *range(50, 100)]}
    root = root_of_change(before, after)

    inside = open_node(open_node(root)[0])

    assert [f"{row.sign.value}{row.name}" for row in inside] == [
        "…47 unchanged", " 47", " 48", " 49", "+50", " 51", " 52", " 53", "…47 unchanged",
    ]  # fmt: skip


def test_many_unchanged_keys_are_folded_into_one_line() -> None:
    before = {f"k{number}": number for number in range(50)}

    found = changed(before, {**before, "new": 1})

    assert found[-1] == "…38 unchanged"
    assert "+new" in found


def test_paths_are_those_of_templates() -> None:
    root = root_of_state({"a": [{"b c": 1}]})
    item = open_node(open_node(root)[0])[0]

    assert item.path == "a[0]"
    assert open_node(item)[0].path == 'a[0]["b c"]'


def test_the_model_keeps_the_rules_of_qt(qtbot: QtBot) -> None:
    model = StateModel()
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.show_change({"a": 1, "l": [1, 2]}, {"a": 2, "l": [1, 3], "d": {"x": {}}})
    model.show_state({"big": list(range(3 * BATCH))})
    big = model.index(0, 0)

    assert model.rowCount(big) == BATCH + 1

    model.load_more(model.index(BATCH, 0, big))

    assert model.rowCount(big) == 2 * BATCH + 1
    assert model.index(BATCH, 0, big).data() == f"{BATCH}: {BATCH}"
    assert tester.model() is model


def test_a_folded_line_opens_to_what_it_stands_for(qtbot: QtBot) -> None:
    before = {f"k{number}": number for number in range(20)}
    model = StateModel()
    model.show_change(before, {**before, "new": 1})
    last = model.index(model.rowCount() - 1, 0)

    assert model.load_more(last) == 8
    assert model.rowCount() == 21
    assert model.index(20, 0).data() == "k19: 19"


def test_a_value_of_fifty_megabytes_is_shown_at_once(qtbot: QtBot) -> None:
    shared = [{"number": number, "text": "x" * 40} for number in range(500_000)]
    model = StateModel()

    started = time.perf_counter()
    model.show_change({"rows": shared, "t": "a" * 25_000_000}, {"rows": shared, "t": "b" * 25_000_000})
    texts = [model.index(row, 0).data(Qt.ItemDataRole.DisplayRole) for row in range(model.rowCount(QModelIndex()))]
    opened = model.rowCount(model.index(2, 0))

    assert time.perf_counter() - started < 0.5
    assert [text[:8] for text in texts] == ["rows: [5", 't: "aaaa', 't: "bbbb']
    assert opened == 0
    assert model.rowCount(model.index(0, 0)) == BATCH + 1


def test_a_value_says_who_wrote_it_and_is_read_aloud(qtbot: QtBot) -> None:
    model = StateModel()
    model.show_change({"a": 1}, {"a": 2, "b": 3}, {"b": "written by step 1 x"})
    indexes = [model.index(row, 0) for row in range(model.rowCount())]

    spoken = [index.data(Qt.ItemDataRole.AccessibleTextRole) for index in indexes]

    assert spoken == ["removed a 1", "added a 2", "added b 3"]
    assert model.note(model.node(indexes[0])) == ""
