"""The main window: only puts its parts together and joins their signals."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QMainWindow, QVBoxLayout, QWidget

from editor import theme as look
from editor.session.engine_session import EngineSession
from editor.session.jobs import Jobs
from editor.theme import Theme
from editor.window.action_set import ActionSet
from editor.window.action_table import BY_ID
from editor.window.actions import Situation
from editor.window.breakpoint_wiring import BreakpointWiring
from editor.window.canvas_wiring import CanvasWiring
from editor.window.config_edits import ConfigEdits
from editor.window.debug_commands import DebugCommands
from editor.window.debug_wiring import DebugWiring
from editor.window.desk import Desk
from editor.window.docks import Docks
from editor.window.edit_commands import EditCommands
from editor.window.file_commands import FileCommands
from editor.window.flow_tab import FlowTab
from editor.window.flow_tabs import FlowTabs
from editor.window.outside_runs import OutsideRuns
from editor.window.panels import Panels
from editor.window.recovery_offer import RecoveryOffer
from editor.window.run_commands import RunCommands
from editor.window.run_watch import RunWatch
from editor.window.samples import find_samples
from editor.window.service_commands import ServiceCommands
from editor.window.settings import Settings
from editor.window.situation import situation_of
from editor.window.status_bar import StatusBar
from editor.window.status_words import counts_text, service_state, undo_text
from editor.window.strip import Strip
from editor.window.tab_bar import FlowTabBar
from editor.window.theme_switch import ThemeSwitch
from editor.window.toolbar import ToolBar
from editor.window.view_commands import ViewCommands
from editor.window.welcome import Welcome
from node_engine.models.problem import count_problems

if TYPE_CHECKING:
    from editor.window.samples import SampleFlow

_COUNT_MS = 150
"""Problems are counted this long after the last change, not at every key."""


class MainWindow(QMainWindow):
    """One window over one engine session. `closed` comes when it is really going."""

    closed = Signal()

    def __init__(self, session: EngineSession, settings: Settings, themes: ThemeSwitch) -> None:
        super().__init__()
        self.setWindowTitle("Node Engine")
        self.resize(look.WINDOW_WIDTH, look.WINDOW_HEIGHT)
        self.setAcceptDrops(True)
        self.session = session
        self.settings = settings
        self.jobs = Jobs(self)
        self._themes = themes
        self._may_close = False
        self._failure = ""
        self._waiting: list[Path] = []
        self._situation: Situation | None = None
        self._words_soon = _timer(self, 0, self._say)
        self._count_soon = _timer(self, _COUNT_MS, self._count)
        theme = themes.theme
        self.actions_by_id = ActionSet(self)
        self.tab_bar = FlowTabBar(theme, self)
        self.welcome = Welcome(find_samples(), self.actions_by_id, theme, self)
        self.tabs = FlowTabs(self.tab_bar, self.welcome, self)
        self.strip = Strip(theme, self)
        self.toolbar = ToolBar(self.actions_by_id, self.tab_bar, theme, self)
        self.status = StatusBar(self.actions_by_id, session.debugger, theme, self)
        self.panels = Panels(session, theme, self)
        self.addToolBar(self.toolbar)
        self.setCentralWidget(self._centre())
        self.setStatusBar(self.status)
        self.docks = Docks(self, self.panels.widgets, theme)
        self.breakpoints = BreakpointWiring(self.tabs, session, self.jobs)
        self.desk = self._make_desk()
        self.watch = RunWatch(self.tabs, session.run_model, self.strip)
        self.outside = OutsideRuns(self.tabs, self.desk.files, session, self.jobs, self)
        self.recovery = RecoveryOffer(settings.folder, self.desk.files, session, self.jobs, self)
        self.debug = self._make_debug_wiring()
        self._join()
        self._on_theme(theme)
        self.docks.restore(settings)
        self.welcome.show_recent(settings.recent_files)
        self._refresh()

    def _centre(self) -> QWidget:
        centre = QWidget(self)
        column = QVBoxLayout(centre)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.strip)
        column.addWidget(self.tabs, 1)
        return centre

    def _make_desk(self) -> Desk:
        files = FileCommands(self.tabs, self.session, self.settings, self._themes, self.jobs, self)
        view = ViewCommands(
            self, self.actions_by_id, self.tabs, self.docks, files, self.session, self.settings, self._themes, self.jobs
        )
        edits = ConfigEdits(self.tabs, self.session, self.jobs, self)
        edits.said.connect(self.status.say)
        runs = RunCommands(self.tabs, self.session, self.breakpoints, edits, self.jobs, self)
        return Desk(
            files=files,
            edit=EditCommands(self.tabs, self),
            runs=runs,
            debug=DebugCommands(self.tabs, self.session, runs, self.jobs, self),
            view=view,
            service=ServiceCommands(self.session, self.tabs, self.jobs, self),
        )

    def _make_debug_wiring(self) -> DebugWiring:
        return DebugWiring(
            self,
            self.session,
            self.tabs,
            self.panels,
            self.docks,
            self.desk,
            self.actions_by_id,
            self.outside,
            self.status,
            self.breakpoints,
            self.jobs,
        )

    def _join(self) -> None:
        self.actions_by_id.triggered.connect(self._on_action)
        self.strip.link_chosen.connect(self._on_link)
        self.tabs.current_changed.connect(self._on_current_changed)
        self.tabs.close_wanted.connect(self.desk.files.close)
        self.desk.files.opened.connect(self._on_opened)
        self.desk.files.closing.connect(self.recovery.release)
        self.desk.files.closing.connect(self.breakpoints.release)
        self.desk.files.closing.connect(self.debug.compare.release)
        self.desk.debug.armed_changed.connect(self._refresh)
        self.breakpoints.changed.connect(self._on_breakpoints_changed)
        self.desk.files.said.connect(self.status.say)
        self.desk.service.said.connect(self.status.say)
        self.welcome.sample_wanted.connect(self._on_sample)
        self.welcome.file_wanted.connect(self._on_file_wanted)
        self.watch.changed.connect(self._refresh)
        self.jobs.failed.connect(self._on_job_failed)
        self._themes.changed.connect(self._on_theme)
        self.settings.changed.connect(self._on_setting)
        for signal in (self.session.ready, self.session.service_changed):
            signal.connect(self._refresh)
        self.session.failed.connect(self._on_engine_failed)
        self.session.trouble.connect(self.status.say)
        self.session.catalog_changed.connect(self._on_catalog_changed)
        self.panels.add_wanted.connect(self._on_add_wanted)
        self.panels.go_wanted.connect(self._on_go_wanted)
        self.panels.run_wanted.connect(self.outside.open)
        self.panels.start_wanted.connect(self.actions_by_id["run.start"].trigger)
        self.panels.select_wanted.connect(self._on_select_wanted)
        self.panels.open_wanted.connect(self._on_open_component)
        self.panels.breakpoint_wanted.connect(self._on_breakpoint_wanted)
        self.panels.link_wanted.connect(self.desk.view.ask_link)
        self.panels.problems.count_changed.connect(partial(self.docks.set_count, "problems"))

    def _on_action(self, action_id: str) -> None:
        BY_ID[action_id].command(self.desk)
        self._refresh()

    def _on_link(self, link: str) -> None:
        tab = self.tabs.current
        if link == "tab.edit_copy" and tab is not None:
            self.outside.edit_copy(tab)
        elif link in BY_ID:
            self.actions_by_id[link].trigger()

    def _on_opened(self, tab: FlowTab) -> None:
        CanvasWiring(tab, self.actions_by_id, self._themes, self._on_open_component)
        self.watch.watch(tab)
        self.debug.watch(tab)
        self.recovery.keep(tab)
        tab.canvas.set_reduced_motion(self.settings.has_reduced_motion)
        tab.canvas.selection_changed.connect(self._on_selection_changed)
        tab.canvas.refused.connect(self.status.say)
        tab.canvas.search_wanted.connect(self.desk.view.quick_open)
        tab.canvas.zoom_changed.connect(self._refresh)
        tab.document.changed.connect(self._refresh)
        tab.document.undo_stack.indexChanged.connect(self._refresh)
        self._refresh()

    def _on_current_changed(self) -> None:
        self.panels.show_flow(self.tabs.current)
        self.welcome.show_recent(self.settings.recent_files)
        self._refresh()

    def _on_selection_changed(self) -> None:
        tab = self.tabs.current
        if tab is not None and self.sender() is tab.canvas:
            keys = tab.canvas.selection()
            self.panels.show_selection(keys)
            self._refresh()

    def _on_open_component(self, key: str) -> None:
        self.panels.show_selection([key])
        self.docks.show("inspector")

    def _on_add_wanted(self, name: str) -> None:
        tab = self.tabs.current or self.desk.files.new()
        if not tab.is_read_only:
            tab.add_component(name)

    def _on_go_wanted(self, key: str, field: str) -> None:
        tab = self.tabs.current
        if tab is not None and tab.document.has(key):
            tab.canvas.select([key])
            tab.canvas.center_on(key)
            if field:
                self.docks.raise_dock("inspector")
                self.panels.inspector.show_field(key, field)

    def _on_select_wanted(self, keys: list[str]) -> None:
        tab = self.tabs.current
        if tab is not None:
            tab.canvas.select([key for key in keys if tab.document.has(key)])

    def _on_breakpoints_changed(self) -> None:
        self.panels.show_breakpoints()
        self._refresh()

    def _on_breakpoint_wanted(self, key: str) -> None:
        if self.tabs.current is not None:
            self.tabs.current.toggle_breakpoint(key)

    def _on_sample(self, sample: SampleFlow) -> None:
        if self.desk.files.open_sample(sample) is not None:
            self.debug.show_guide(sample)
            self.run_when_ready()

    def _on_file_wanted(self, path: str) -> None:
        self.desk.files.open_path(path)

    def _on_catalog_changed(self) -> None:
        catalog = self.session.catalog()
        self.panels.set_catalog()
        for tab in self.tabs.tabs():
            tab.document.set_catalog(catalog)

    def _on_job_failed(self, _name: str, message: str) -> None:
        self.desk.files.tell(self.tr("That did not work"), message)

    def _on_engine_failed(self, reason: str) -> None:
        self._failure = reason
        self._words_soon.start()
        text = self.tr("{reason} Flows can be edited and saved, but not run. Start the program again to try once more.")
        self.desk.files.tell(self.tr("The engine did not start"), text.format(reason=reason))

    def _on_theme(self, theme: Theme) -> None:
        self.actions_by_id.set_theme(theme)
        for part in (self.toolbar, self.tab_bar, self.tabs, self.strip, self.status, self.welcome, self.docks):
            part.set_theme(theme)
        self.panels.set_theme(theme)
        self.desk.view.palette.set_theme(theme)
        self._situation = None
        self._refresh()

    def _on_setting(self, name: str) -> None:
        if name == "motion":
            for tab in self.tabs.tabs():
                tab.canvas.set_reduced_motion(self.settings.has_reduced_motion)
        if name in ("recent", "theme"):
            self.welcome.show_recent(self.settings.recent_files)
            self._situation = None
            self._refresh()

    def _refresh(self) -> None:
        """Enable what applies at once; words and figures follow when the window has a moment."""
        tab = self.tabs.current
        now = situation_of(tab, self.desk.runs.shown_run(), self.session, self.desk.files.has_closed_tab)
        if now != self._situation:
            self._situation = now
            self.actions_by_id.refresh(now, partial(self._is_checked, now))
            self.toolbar.set_can_continue(now.is_paused)
        self._words_soon.start()

    def _is_checked(self, now: Situation, name: str) -> bool:
        states = {"armed": now.is_armed, "errors": now.stops_at_errors}
        return states.get(name, name == f"theme:{self.settings.theme}")

    def _say(self) -> None:
        tab = self.tabs.current
        self.docks.set_count("runs", self.panels.runs.live_count())
        self.status.show_service(service_state(self.session, self._failure))
        if tab is None:
            self.status.show_undo("", "")
            self.status.show_counts("", None)
            self.setWindowTitle("Node Engine")
            return
        self.status.show_undo(undo_text(tab.document), f"{round(tab.canvas.zoom * 100)} %")
        self._count_soon.start()
        self.setWindowTitle(f"{tab.title}[*] – Node Engine")
        self.setWindowModified(tab.document.is_dirty)

    def _count(self) -> None:
        tab = self.tabs.current
        if tab is not None:
            self.status.show_counts(counts_text(tab.document), count_problems(tab.document.problems()))

    def open_when_ready(self, paths: Sequence[Path]) -> None:
        """Open files as soon as it is known what components there are; nothing is drawn twice."""
        if not paths:
            return
        self._waiting = list(paths)
        if self.session.is_ready:
            self._open_waiting()
            return
        self.tabs.show_blank()
        for signal in (self.session.ready, self.session.failed):
            signal.connect(self._open_waiting)

    def _open_waiting(self) -> None:
        paths, self._waiting = self._waiting, []
        for path in paths:
            self.desk.files.open(path)
        if paths and self.tabs.current is None:
            self.tabs.show_welcome()

    def run_when_ready(self) -> None:
        """Run the flow in front as soon as the engine takes work."""
        if self.session.is_ready:
            self.desk.runs.start_or_continue()
        else:
            self.session.ready.connect(self.desk.runs.start_or_continue, Qt.ConnectionType.SingleShotConnection)

    async def shut_down(self) -> None:
        """End what is under way and delete the window; the session is closed after that."""
        for jobs in self.findChildren(Jobs):
            await jobs.close()
        self.hide()
        self.docks.release()
        self.recovery.release_all()
        self.deleteLater()

    async def _ask_and_close(self) -> None:
        if await self.desk.files.close_all():
            self._may_close = True
            self.close()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.ActivationChange and self.isActiveWindow() and hasattr(self, "desk"):
            self.desk.files.check_disk()
            if self.session.is_ready:
                self.jobs.start("refresh catalog", self.session.refresh_catalog())
        super().changeEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        for url in event.mimeData().urls():
            if url.isLocalFile():
                self.desk.files.open(Path(url.toLocalFile()))

    def closeEvent(self, event: QCloseEvent) -> None:
        is_dirty = any(tab.document.is_dirty and not tab.is_read_only for tab in self.tabs.tabs())
        if is_dirty and not self._may_close:
            event.ignore()
            self.jobs.start("quit", self._ask_and_close())
            return
        self.docks.save(self.settings)
        self.settings.remember_open([tab.document.path for tab in self.tabs.tabs() if tab.document.path is not None])
        event.accept()
        self.closed.emit()


def _timer(parent: QObject, interval_ms: int, slot: Callable[[], None]) -> QTimer:
    timer = QTimer(parent)
    timer.setSingleShot(True)
    timer.setInterval(interval_ms)
    timer.timeout.connect(slot)
    return timer
