"""A whole window over a real engine and a real socket in a temporary folder; it must leave nothing alive."""

from __future__ import annotations

import asyncio
import gc
import threading
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

import pytest
import qasync
from PySide6.QtCore import QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from editor import theme as look
from editor.session.engine_session import EngineSession
from editor.window.flow_tab import FlowTab
from editor.window.main_window import MainWindow
from editor.window.program import make_session
from editor.window.settings import Settings
from editor.window.theme_switch import ThemeSwitch

PATIENCE_MS = 20_000
NONE = Qt.KeyboardModifier.NoModifier


@pytest.fixture
def loop(qapp: QApplication) -> Iterator[asyncio.AbstractEventLoop]:
    """The window's event loop, running while Qt's does; it must end without a task."""
    loop = qasync.QEventLoop(qapp, already_running=True)
    yield loop
    left = asyncio.all_tasks(loop)
    qapp.aboutToQuit.disconnect(loop._after_run_forever)
    asyncio.events._set_running_loop(None)
    loop._after_run_forever()
    loop._QEventLoop__is_running = False
    loop.close()
    assert not left


@pytest.fixture
def state_dir(tmp_path: Path) -> Path:
    """The folder that the program keeps its state in."""
    return tmp_path / "state"


class Person:
    """Somebody who uses a window with mouse and keyboard."""

    def __init__(self, window: MainWindow, qtbot: QtBot) -> None:
        self.window = window
        self.qtbot = qtbot

    @property
    def tab(self) -> FlowTab:
        """The flow in front."""
        assert self.window.tabs.current is not None
        return self.window.tabs.current

    def until(self, is_true: Callable[[], object]) -> None:
        """Wait until something is true."""
        self.qtbot.waitUntil(lambda: bool(is_true()), timeout=PATIENCE_MS)

    def click(self, widget: QWidget) -> None:
        """Press the left button in the middle of a widget."""
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton, NONE, widget.rect().center())

    def press(self, keys: str, widget: QWidget | None = None) -> None:
        """Press keys as they are written in a menu, e.g. "Ctrl+S"."""
        parts = keys.split("+")
        modifiers = NONE
        for part in parts[:-1]:
            modifiers |= {
                "Ctrl": Qt.KeyboardModifier.ControlModifier,
                "Shift": Qt.KeyboardModifier.ShiftModifier,
                "Alt": Qt.KeyboardModifier.AltModifier,
            }[part]
        key = getattr(Qt.Key, f"Key_{parts[-1]}")
        if QApplication.activeModalWidget() is None and QApplication.activePopupWidget() is None:
            self.window.activateWindow()  # there is no window manager that does it after a dialog
            self.until(self.window.isActiveWindow)
        focused = QApplication.focusWidget()
        there = focused if focused is not None and focused.isVisible() else self.window
        QTest.keyClick(widget or there, key, modifiers)

    def write(self, text: str) -> None:
        """Type a text where the keyboard is."""
        widget = QApplication.focusWidget()
        assert widget is not None
        QTest.keyClicks(widget, text)

    def dialog(self, kind: type[QDialog] = QDialog) -> QDialog:
        """The dialog that is open, once there is one."""
        self.until(lambda: self.dialogs(kind))
        return self.dialogs(kind)[0]

    def dialogs(self, kind: type[QDialog] = QDialog) -> list[QDialog]:
        """Every dialog that is open."""
        return [each for each in self.window.findChildren(kind) if each.isVisible()]

    def answer(self, answer_id: str) -> None:
        """Press an answer of the question that is open, once there is one."""
        name = f"answer_{answer_id}"
        self.until(lambda: self.window.findChildren(QPushButton, name))
        self.click(self.window.findChildren(QPushButton, name)[-1])
        self.until(lambda: not self.window.findChildren(QPushButton, name))

    def idle(self) -> None:
        """Wait until nothing that was asked for is under way."""
        self.until(lambda: not self.window.jobs.is_busy)

    def action(self, action_id: str) -> None:
        """Choose an action as a menu does, once it applies."""
        action = self.window.actions_by_id[action_id]
        self.until(action.isEnabled)
        action.trigger()

    def open(self, path: Path) -> FlowTab:
        """Open a file and have it in front."""
        tab = self.window.desk.files.open(path)
        assert tab is not None
        return tab

    def run_state(self) -> str:
        """The state of the shown run in words, empty without one."""
        run = self.window.desk.runs.shown_run()
        return run.state.value if run is not None else ""


class Windows:
    """Opens windows over one state folder, one after the other, and closes them in order."""

    def __init__(self, qapp: QApplication, qtbot: QtBot, state_dir: Path) -> None:
        self._qapp = qapp
        self._qtbot = qtbot
        self._state_dir = state_dir
        self._open: list[tuple[MainWindow, EngineSession, Settings]] = []

    def open(self) -> Person:
        """Open a window and wait until its engine takes work."""
        settings = Settings(self._state_dir)
        themes = ThemeSwitch(self._qapp, settings, "dark")
        session = make_session(settings, self._state_dir, port=0)
        window = MainWindow(session, settings, themes)
        self._open.append((window, session, settings))
        window.resize(1400, 900)
        window.show()
        with self._qtbot.waitSignal(session.ready, timeout=PATIENCE_MS):
            session.start()
        window.activateWindow()
        self._qtbot.waitUntil(window.isActiveWindow, timeout=PATIENCE_MS)
        return Person(window, self._qtbot)

    def close(self) -> None:
        """End every window as the program does."""
        for window, session, settings in self._open:
            self._wait(window.shut_down())
            session.close()
            settings.deleteLater()
        self._open.clear()
        self._qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)

    def _wait(self, coroutine: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(coroutine)
        self._qtbot.waitUntil(task.done, timeout=PATIENCE_MS)
        task.result()


@pytest.fixture
def windows(qapp: QApplication, qtbot: QtBot, loop: asyncio.AbstractEventLoop, state_dir: Path) -> Iterator[Windows]:
    """Windows over one state folder; whatever they leave alive fails the test."""
    qapp.setStyle("Fusion")
    look.load_fonts()
    qapp.setFont(look.ui_font())
    threads, widgets = set(threading.enumerate()), set(qapp.topLevelWidgets())
    opened = Windows(qapp, qtbot, state_dir)
    yield opened
    opened.close()
    gc.collect()
    assert set(qapp.topLevelWidgets()) <= widgets
    assert {thread for thread in threading.enumerate() if thread.is_alive()} <= threads


@pytest.fixture
def person(windows: Windows) -> Person:
    """Somebody in front of a new window."""
    return windows.open()
