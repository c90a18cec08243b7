"""What the View and Help menus do, and the command palette's contents."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QMainWindow

from editor.session.engine_session import EngineSession
from editor.session.jobs import Jobs
from editor.window.action_set import ActionSet, keys_of
from editor.window.action_table import ACTIONS
from editor.window.command_palette import CommandPalette
from editor.window.dialogs.question import Answer, ask
from editor.window.docks import Docks
from editor.window.entries import Entry
from editor.window.file_commands import FileCommands
from editor.window.flow_tab import FlowTab
from editor.window.flow_tabs import FlowTabs
from editor.window.settings import Settings
from editor.window.theme_switch import ThemeSwitch

if TYPE_CHECKING:
    from editor.window.help_window import HelpWindow


class ViewCommands(QObject):
    """Shows things; changes no flow."""

    def __init__(
        self,
        window: QMainWindow,
        actions: ActionSet,
        tabs: FlowTabs,
        docks: Docks,
        files: FileCommands,
        session: EngineSession,
        settings: Settings,
        themes: ThemeSwitch,
        jobs: Jobs,
    ) -> None:
        super().__init__(window)
        self._jobs = jobs
        self._window = window
        self._actions = actions
        self._tabs = tabs
        self._docks = docks
        self._files = files
        self._session = session
        self._settings = settings
        self._themes = themes
        self.palette = CommandPalette(themes.theme, window)
        self.help_window: HelpWindow | None = None

    def show_welcome(self) -> None:
        """Bring the welcome page to the front."""
        self._tabs.show_welcome()

    def show_commands(self) -> None:
        """Open the command palette over everything."""
        entries = [*self._action_entries(), *self._component_entries(), *self._add_entries()]
        self.palette.open_with(entries, self.tr("Type a command, a component of this flow, or one to add"))

    def quick_open(self) -> None:
        """Open the palette over the components of the flow, open flows and recent files."""
        entries = [*self._component_entries(), *self._flow_entries()]
        self.palette.open_with(entries, self.tr("Go to a component or a flow"))

    def next_tab(self, step: int) -> None:
        """Go to the next tab, or with -1 to the previous one."""
        self._tabs.show_next(step)

    def show_panel(self, name: str) -> None:
        """Open a panel and give it the keyboard."""
        self._docks.show(name)

    def set_theme(self, name: str) -> None:
        """Choose the colours: "system", "light" or "dark"."""
        self._settings.theme = name
        self._themes.refresh()

    def toggle_full_screen(self) -> None:
        """Fill the screen, or stop filling it."""
        if self._window.isFullScreen():
            self._window.showNormal()
        else:
            self._window.showFullScreen()

    def reset_layout(self) -> None:
        """Put every panel where it stands at first start."""
        self._settings.forget_layout()
        self._docks.arrange()

    def show_settings(self) -> None:
        """Open the settings."""
        from editor.window.dialogs.settings_dialog import SettingsDialog  # loaded when wanted: spares start-up time

        SettingsDialog(self._settings, self._window).open()

    def show_about(self) -> None:
        """Say what this program is."""
        from editor.window.dialogs.about import AboutDialog  # loaded when wanted: spares start-up time

        AboutDialog(self._window).open()

    def show_help(self, page: str) -> None:
        """Open the help window at a page."""
        from editor.window.help_window import HelpWindow  # loaded when wanted: spares start-up time

        if self.help_window is None:
            self.help_window = HelpWindow(self._window)
        self.help_window.show_page(page, self._session.url)

    def ask_link(self, address: str) -> None:
        """Open a web address from a text in the browser, after asking; nothing else is ever opened from a text."""
        if QUrl(address).scheme() in ("http", "https"):
            self._jobs.start("open link", self._ask_link(address))

    async def _ask_link(self, address: str) -> None:
        answers = (Answer("open", self.tr("Open"), "primary"), Answer("", self.tr("Cancel")))
        if await ask(self._window, self.tr("Open this page in the browser?"), address, answers) == "open":
            QDesktopServices.openUrl(QUrl(address))

    def quit(self) -> None:
        """Close the window; it asks about unsaved changes."""
        self._window.close()

    def _action_entries(self) -> list[Entry]:
        return [
            Entry(
                text=row.text,
                run=self._actions[row.id].trigger,
                group=row.menu.value,
                hint=keys_of(row.id),
                icon=row.icon,
                is_enabled=self._actions[row.id].isEnabled(),
                words=row.hint,
            )
            for row in ACTIONS
            if row.id != "view.commands"
        ]

    def _component_entries(self) -> list[Entry]:
        tab = self._tabs.current
        if tab is None:
            return []
        keys = tab.document.keys()
        return [self._component_entry(tab, key) for key in keys]

    def _component_entry(self, tab: FlowTab, key: str) -> Entry:
        described = tab.document.description(key)
        label = described.label if described else tab.document.component(key).name
        color = self._themes.theme.family[described.family] if described else ""
        icon = described.icon if described else "package-x"
        return Entry(key, partial(_go_to, tab, key), label, self.tr("go to"), icon, color)

    def _add_entries(self) -> list[Entry]:
        tab = self._tabs.current
        if tab is None or tab.is_read_only:
            return []
        return [
            Entry(
                self.tr("Add {label}").format(label=each.label),
                partial(self._add, name),
                each.family.value,
                self.tr("add"),
                each.icon,
                self._themes.theme.family[each.family],
                words=f"{each.description} {' '.join(each.synonyms)}",
            )
            for name, each in self._session.catalog().items()
        ]

    def _flow_entries(self) -> list[Entry]:
        shown = [
            Entry(tab.title, partial(self._tabs.show_tab, tab), "", self.tr("open"), "workflow")
            for tab in self._tabs.tabs()
        ]
        open_paths = {tab.document.path for tab in self._tabs.tabs()}
        for path in self._settings.recent_files:
            if path not in open_paths and path.is_file():
                shown.append(Entry(path.name, partial(self._open, path), str(path.parent), "", "file-json"))
        return shown

    def _add(self, name: str) -> None:
        tab = self._tabs.current
        if tab is not None:
            tab.add_component(name)

    def _open(self, path: Path) -> None:
        self._files.open(path)


def _go_to(tab: FlowTab, key: str) -> None:
    tab.canvas.select([key])
    tab.canvas.center_on(key)
    tab.canvas.setFocus()
