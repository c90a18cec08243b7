"""What the File menu does: flows are opened, saved, closed and opened again; nothing runs because it was opened."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from editor.document.document import Document
from editor.document.files import changed_on_disk, load_flow, save
from editor.document.layout import Layout
from editor.session.engine_session import EngineSession
from editor.session.jobs import Jobs
from editor.theme import Theme
from editor.window.dialogs.question import Answer, answered, ask
from editor.window.flow_tab import FlowTab
from editor.window.flow_tabs import FlowTabs
from editor.window.samples import SampleFlow
from editor.window.settings import Settings
from editor.window.theme_switch import ThemeSwitch
from node_engine.errors import FlowFileError, NodeEngineError, StorageError
from node_engine.models.flow import FlowDefinition

_FILTER = "Flows (*.flow.json *.json);;All files (*)"
_SUFFIX = ".flow.json"
_NEW = "untitled"
"""The key of new flows, until they are saved."""


class FileCommands(QObject):
    """Signals: `opened(FlowTab)`, `closing(FlowTab)` before a tab goes, `said(text)` with what was done."""

    opened = Signal(object)
    closing = Signal(object)
    said = Signal(str)

    def __init__(
        self,
        tabs: FlowTabs,
        session: EngineSession,
        settings: Settings,
        themes: ThemeSwitch,
        jobs: Jobs,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._tabs = tabs
        self._session = session
        self._settings = settings
        self._themes = themes
        self._jobs = jobs
        self._window = window
        self._closed: list[Path] = []
        self._declined: dict[Path, tuple[int, int]] = {}

    @property
    def has_closed_tab(self) -> bool:
        """Whether there is a tab to open again."""
        return bool(self._closed)

    def new(self) -> FlowTab:
        """Open an empty flow."""
        taken = {tab.document.key for tab in self._tabs.tabs()}
        names = (_NEW, *(f"{_NEW}_{number}" for number in range(2, len(taken) + 3)))
        key = next(name for name in names if name not in taken)
        return self.add(Document(FlowDefinition(key=key, flow=[]), Layout(), self._session.catalog()))

    def make_new(self) -> None:
        """Open an empty flow, as the menu does."""
        self.new()

    def ask_open(self) -> None:
        """Ask for files and open them."""
        dialog = self._file_dialog(self.tr("Open flow"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.filesSelected.connect(self._on_files_selected)
        dialog.open()

    def open(self, path: Path) -> FlowTab | None:
        """Open a file, or bring its tab to the front. What cannot be read is told in one message."""
        path = path.expanduser().absolute()
        tab = self._tabs.with_path(path)
        if tab is not None:
            self._tabs.show_tab(tab)
            return tab
        try:
            document = self._load(path)
        except (NodeEngineError, OSError) as error:
            self.tell(self.tr("This file was not opened"), _words(error, path))
            return None
        self._settings.add_recent(path)
        return self.add(document)

    def open_path(self, path: str) -> None:
        """Open a file whose path is text, as a list of recent files has it."""
        self.open(Path(path))

    def open_sample(self, sample: SampleFlow) -> FlowTab | None:
        """Open a sample as a flow of its own, to be saved where the user likes; its files lie in the user's folder."""
        try:
            loaded = load_flow(sample.path)
            folder = sample.make_folder(self._settings.folder)
        except (NodeEngineError, OSError) as error:
            self.tell(self.tr("This sample was not opened"), _words(error, sample.path))
            return None
        document = Document(loaded.source, loaded.layout, self._session.catalog())
        return self.add(document, title=sample.title, folder=folder)

    def add(
        self, document: Document, *, title: str | None = None, folder: Path | None = None, is_read_only: bool = False
    ) -> FlowTab:
        """Give a document a tab."""
        theme: Theme = self._themes.theme
        tab = FlowTab(document, theme, title=title, folder=folder, is_read_only=is_read_only, parent=self._tabs)
        self._tabs.add(tab)
        self.opened.emit(tab)
        return tab

    def add_instead(self, document: Document) -> FlowTab:
        """Give a document a tab; one of the same file without changes makes way for it."""
        path = document.path
        old = self._tabs.with_path(path) if path is not None else None
        if old is not None and not old.document.is_dirty:
            self.closing.emit(old)
            self._tabs.remove(old)
        return self.add(document)

    def save(self) -> None:
        """Save the flow in front; ask where if it has no file yet."""
        tab = self._tabs.current
        if tab is not None:
            self._jobs.start("save", self._save(tab))

    def save_as(self) -> None:
        """Ask for a file and save the flow in front there."""
        tab = self._tabs.current
        if tab is not None:
            self._jobs.start("save", self._save(tab, asks=True))

    def close_tab(self) -> None:
        """Close the flow in front; ask when it has unsaved changes."""
        if self._tabs.current is not None:
            self.close(self._tabs.current)

    def close(self, tab: FlowTab) -> None:
        """Close a flow; ask when it has unsaved changes."""
        self._jobs.start("close", self._close(tab))

    def reopen(self) -> None:
        """Open the file again whose tab was closed last."""
        while self._closed:
            path = self._closed.pop()
            if path.is_file():
                self.open(path)
                return

    def export_picture(self) -> None:
        """Ask for a file and write a picture of the canvas there."""
        dialog = self._file_dialog(self.tr("Export picture"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilter("PNG (*.png)")
        dialog.setDefaultSuffix("png")
        dialog.fileSelected.connect(self._on_picture_file)
        dialog.open()

    def check_disk(self) -> None:
        """Look whether another program changed the file in front, and ask what to do then."""
        tab = self._tabs.current
        if tab is not None and tab.document.path is not None and not tab.is_read_only:
            self._jobs.start("check disk", self._check_disk(tab))

    def tell(self, title: str, text: str) -> None:
        """Tell something in a message that waits to be closed."""
        self._jobs.start(f"tell {title} {text}", self._tell_and_wait(title, text))

    async def close_all(self) -> bool:
        """Ask about each flow with unsaved changes; False when the user wants to stay."""
        for tab in self._tabs.tabs():
            if tab.document.is_dirty and not await self._may_close(tab):
                return False
        return True

    async def _close(self, tab: FlowTab) -> None:
        if tab.document.is_dirty and not tab.is_read_only and not await self._may_close(tab):
            return
        if tab.document.path is not None:
            self._closed.append(tab.document.path)
        self.closing.emit(tab)
        self._tabs.remove(tab)

    async def _may_close(self, tab: FlowTab) -> bool:
        self._tabs.show_tab(tab)
        answers = (
            Answer("save", self.tr("Save"), "primary"),
            Answer("discard", self.tr("Close without saving"), "danger"),
            Answer("", self.tr("Cancel")),
        )
        title = self.tr('Save the changes of "{name}"?').format(name=tab.title)
        text = self.tr("Without saving, what was changed since the last time it was saved is lost.")
        answer = await ask(self._window, title, text, answers)
        return answer == "discard" or (answer == "save" and await self._save(tab))

    async def _save(self, tab: FlowTab, *, asks: bool = False) -> bool:
        path = tab.document.path
        if asks or path is None:
            path = await self._ask_where(tab)
        elif self._is_changed(tab) and not await self._may_overwrite(path):
            return False
        if path is None:
            return False
        if tab.document.path is None and tab.document.key.startswith(_NEW):
            tab.editor.set_flow_key(path.name.removesuffix(".json").removesuffix(".flow"))
        try:
            save(tab.document, path)
        except (StorageError, OSError) as error:
            text = self.tr("{reason} The flow is still open here and nothing of it is lost. Save it somewhere else.")
            self.tell(self.tr("The flow was not saved"), text.format(reason=_words(error, path)))
            return False
        self._settings.add_recent(path)
        self.said.emit(self.tr("Saved {name}").format(name=path.name))
        return True

    async def _ask_where(self, tab: FlowTab) -> Path | None:
        dialog = self._file_dialog(self.tr("Save flow"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(_SUFFIX.lstrip("."))
        dialog.selectFile(str(tab.document.path or f"{tab.document.key}{_SUFFIX}"))
        chosen = await answered(dialog, lambda: dialog.selectedFiles() if dialog.result() else [])
        return Path(chosen[0]) if chosen else None

    async def _may_overwrite(self, path: Path) -> bool:
        self._declined[path] = _stamp(path)  # coming back to the window need not ask again
        answers = (
            Answer("", self.tr("Cancel"), "primary"),
            Answer("overwrite", self.tr("Write my version"), "danger"),
        )
        title = self.tr("Another program changed this file")
        text = self.tr('"{path}" is not as it was when it was opened here. Your version would replace the other one.')
        return await ask(self._window, title, text.format(path=path), answers) == "overwrite"

    async def _check_disk(self, tab: FlowTab) -> None:
        path = tab.document.path
        if path is None or not path.exists() or not self._is_changed(tab):
            return
        stamp = _stamp(path)
        if self._declined.get(path) == stamp:
            return
        answers = (
            Answer("reload", self.tr("Load the file again"), "primary"),
            Answer("keep", self.tr("Keep what is open")),
        )
        text = self.tr('"{path}" is not as it was when it was opened here.').format(path=path)
        if tab.document.is_dirty:
            text = self.tr("{text} Loading it again loses the changes made here.").format(text=text)
        if await ask(self._window, self.tr("Another program changed this file"), text, answers) == "reload":
            self._reload(tab, path)
        else:
            self._declined[path] = stamp

    def _reload(self, tab: FlowTab, path: Path) -> None:
        try:
            document = self._load(path)
        except (NodeEngineError, OSError) as error:
            self.tell(self.tr("This file was not opened"), _words(error, path))
            return
        self.closing.emit(tab)
        self._tabs.remove(tab)
        self.add(document)

    def _is_changed(self, tab: FlowTab) -> bool:
        try:
            return changed_on_disk(tab.document)
        except OSError:
            return False

    def _load(self, path: Path) -> Document:
        loaded = load_flow(path)
        return Document(loaded.source, loaded.layout, self._session.catalog(), loaded.path)

    def _file_dialog(self, title: str) -> QFileDialog:
        recent = self._settings.recent_files
        folder = recent[0].parent if recent else Path.home()
        dialog = QFileDialog(self._window, title, str(folder), _FILTER)
        dialog.setOption(QFileDialog.Option.DontUseNativeDialog)
        return dialog

    def _on_files_selected(self, names: list[str]) -> None:
        for name in names:
            self.open(Path(name))

    def _on_picture_file(self, name: str) -> None:
        tab = self._tabs.current
        if tab is None:
            return
        if tab.canvas.grab().save(name):
            self.said.emit(self.tr("Wrote {name}").format(name=Path(name).name))
        else:
            self.tell(self.tr("The picture was not written"), self.tr("Choose a folder that can be written to."))

    async def _tell_and_wait(self, title: str, text: str) -> None:
        await ask(self._window, title, text, (Answer("ok", self.tr("Close"), "primary"),))


def _words(error: Exception, path: Path) -> str:
    if isinstance(error, FlowFileError | NodeEngineError):
        return str(error)
    if isinstance(error, OSError):
        return f"{path}: {error.strerror or error}."
    return str(error)


def _stamp(path: Path) -> tuple[int, int]:
    try:
        status = path.stat()
    except OSError:
        return 0, 0
    return status.st_mtime_ns, status.st_size
