"""Puts the program together: application, event loop, engine session and window; ends it all in order."""

from __future__ import annotations

import asyncio
import signal
import socket
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

import qasync
from PySide6.QtCore import QEvent, QObject, QSocketNotifier, QTimer
from PySide6.QtWidgets import QApplication

from editor import theme as look
from editor.document.recovery import state_folder
from editor.session.engine_session import EngineSession
from editor.window.main_window import MainWindow
from editor.window.options import Options
from editor.window.screenshot import take_screenshot
from editor.window.settings import Settings
from editor.window.theme_switch import ThemeSwitch

_SIGNALS = (signal.SIGINT, signal.SIGTERM)
SWITCH_INTERVAL_S = 0.0005
"""How long a busy thread may hold the interpreter while the window wants to paint."""


def run_program(options: Options) -> int:
    """Run the editor until its window is closed; returns the exit code."""
    sys.setswitchinterval(SWITCH_INTERVAL_S)
    with ExitStack() as stack:
        app = make_application()
        state_dir = _state_dir(options, stack)
        loop = qasync.QEventLoop(app)
        asyncio.set_event_loop(loop)
        with loop:
            return int(loop.run_until_complete(_run(app, options, state_dir)))


def make_application() -> QApplication:
    """Make the application with its style and fonts."""
    app = QApplication(sys.argv[:1])
    app.setApplicationName("node-engine")
    app.setApplicationDisplayName("")
    app.setQuitOnLastWindowClosed(False)
    app.setStyle("Fusion")
    look.load_fonts()
    app.setFont(look.ui_font())
    app.setWindowIcon(look.icon("workflow", look.DARK.accent, look.TILE))
    return app


def make_session(settings: Settings, state_dir: Path, port: int | None = None) -> EngineSession:
    """Make the session; its engine starts later, when the window has been painted."""
    from node_engine.engine.settings import EngineSettings
    from node_engine.models.limits import EDITOR_LIMITS
    from node_engine.service.host import EngineHost

    engine = EngineSettings(registry_root=settings.registry_root, state_dir=state_dir, limits=EDITOR_LIMITS)
    chosen = settings.port if port is None else port
    return EngineSession(EngineHost(engine, port=chosen, serve=settings.is_serving))


async def _run(app: QApplication, options: Options, state_dir: Path) -> int:
    settings = Settings(state_dir)
    themes = ThemeSwitch(app, settings, options.theme)
    session = make_session(settings, state_dir, options.port)
    window = MainWindow(session, settings, themes)
    closed = asyncio.Event()
    window.closed.connect(closed.set)
    interrupts = Interrupts(window)
    FirstPaint(window, session)
    code = 0
    try:
        _show(window, app, options)
        window.open_when_ready(options.flows or [path for path in settings.open_files if path.is_file()])
        if options.screenshot is not None:
            code = await take_screenshot(window, options)
        else:
            window.recovery.offer()
            if options.run:
                window.run_when_ready()
            await closed.wait()
    finally:
        interrupts.close()
        await window.shut_down()
        session.close()
        app.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    return code


def _show(window: MainWindow, app: QApplication, options: Options) -> None:
    """Show the window in the wanted size, else as it was; on a screen that is too small for it, maximised."""
    if options.size is not None:
        window.resize(*options.size)
    else:
        room = app.primaryScreen().availableSize()
        if window.width() >= room.width() or window.height() >= room.height():
            window.resize(window.size().boundedTo(room * look.SCREEN_SHARE))
            window.showMaximized()
            return
    window.show()


class FirstPaint(QObject):
    """Starts the engine once the window has been painted, so that nothing delays the first picture."""

    def __init__(self, window: MainWindow, session: EngineSession) -> None:
        super().__init__(window)
        self._window = window
        self._session = session
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            watched.removeEventFilter(self)
            QTimer.singleShot(0, self._on_painted)
        return False

    def _on_painted(self) -> None:
        self._session.start()
        self._window.docks.raise_floating()


class Interrupts(QObject):
    """Closes the window on Ctrl+C in the terminal and on SIGTERM; Python sees signals only when Qt gives it a turn."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._reader, self._writer = socket.socketpair()
        self._writer.setblocking(False)
        self._previous_fd = signal.set_wakeup_fd(self._writer.fileno(), warn_on_full_buffer=False)
        self._previous = {number: signal.signal(number, self._on_interrupt) for number in _SIGNALS}
        self._notifier = QSocketNotifier(self._reader.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._on_woken)

    def close(self) -> None:
        """Give the signals back."""
        self._notifier.setEnabled(False)
        for number, handler in self._previous.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(self._previous_fd)
        self._reader.close()
        self._writer.close()

    def _on_woken(self) -> None:
        self._reader.recv(64)

    def _on_interrupt(self, number: int, _frame: object) -> None:
        signal.signal(number, signal.SIG_DFL)  # the second time it ends the program, whatever the window asks
        self._window.close()


def _state_dir(options: Options, stack: ExitStack) -> Path:
    if options.screenshot is not None and options.state_dir is None:
        return Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="node-engine-", ignore_cleanup_errors=True)))
    return state_folder(options.state_dir)
