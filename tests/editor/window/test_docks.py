"""Docks, dropped files and breakpoints set late: what the window does besides the flow in front."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QTabBar

from tests.editor.window.conftest import Person
from tests.editor.window.test_main_window import GREET, steps_of, write


def test_reset_puts_closed_and_floating_panels_back(person: Person) -> None:
    person.window.docks.dock("inspector").close()
    person.window.docks.dock("log").setFloating(True)

    person.action("view.reset")

    assert not person.window.docks.dock("inspector").isHidden()
    assert not person.window.docks.dock("log").isFloating()


def test_a_panel_is_closed_with_the_middle_button_on_its_tab(person: Person) -> None:
    bar = next(each for each in person.window.findChildren(QTabBar) if each.tabText(0) == "Steps")
    names = [bar.tabText(index) for index in range(bar.count())]

    QTest.mouseClick(bar, Qt.MouseButton.MiddleButton, pos=bar.tabRect(names.index("Events")).center())

    assert person.window.docks.dock("events").isHidden()
    person.action("view.events")
    assert not person.window.docks.dock("events").isHidden()


def test_problems_are_counted_in_the_title_of_their_panel(person: Person, tmp_path: Path) -> None:
    person.open(write(tmp_path, {"key": "broken", "flow": [{"key": "a", "name": "Nowhere", "config": {}}]}))
    person.window.docks.show("problems")

    person.until(lambda: person.window.docks.dock("problems").windowTitle() == "Problems  1")
    person.until(lambda: person.window.status.problems.text() == "1 problem")


def test_a_file_that_is_dropped_on_the_window_is_opened(person: Person, tmp_path: Path) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(write(tmp_path, GREET)))])
    place = QPointF(person.window.rect().center())
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier

    QApplication.sendEvent(person.window, QDragEnterEvent(place.toPoint(), Qt.DropAction.CopyAction, mime, left, none))
    QApplication.sendEvent(person.window, QDropEvent(place, Qt.DropAction.CopyAction, mime, left, none))

    assert person.tab.document.key == "greet"


def test_a_breakpoint_set_during_a_run_stops_it(person: Person, tmp_path: Path) -> None:
    flow = {"key": "two", "flow": [{"key": "wait", "name": "Wait", "config": {"seconds": 0.3}}, GREET["flow"][0]]}  # type: ignore[index,call-overload]
    tab = person.open(write(tmp_path, flow))
    person.press("F5")
    person.until(lambda: steps_of(person) == ["wait"])

    tab.toggle_breakpoint("first")

    person.until(lambda: person.run_state() == "paused")
