"""Keeps snapshots of unsaved work and offers, after a crash, what is left of it: restore, discard or later."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from editor.document.document import Document
from editor.document.recovery import RecoveryFolder, RecoveryKeeper, Snapshot
from editor.session.engine_session import EngineSession
from editor.session.jobs import Jobs
from editor.window.dialogs.question import Answer, ask
from editor.window.file_commands import FileCommands
from editor.window.flow_tab import FlowTab
from node_engine.errors import NodeEngineError


class RecoveryOffer(QObject):
    """One per window."""

    def __init__(
        self, state_dir: Path, files: FileCommands, session: EngineSession, jobs: Jobs, window: QWidget
    ) -> None:
        super().__init__(window)
        self._recovery = RecoveryFolder(state_dir)
        self._files = files
        self._session = session
        self._jobs = jobs
        self._window = window
        self._keepers: dict[FlowTab, RecoveryKeeper] = {}

    def keep(self, tab: FlowTab) -> None:
        """Keep snapshots of a flow from now on, while it has unsaved changes."""
        if not tab.is_read_only:
            self._keepers[tab] = RecoveryKeeper(tab.document, self._recovery, self)

    def release(self, tab: FlowTab) -> None:
        """End the snapshots of a flow: its work was saved or given up."""
        keeper = self._keepers.pop(tab, None)
        if keeper is not None:
            keeper.close()
            keeper.deleteLater()

    def release_all(self) -> None:
        """End all snapshots, as the window closes."""
        for tab in list(self._keepers):
            self.release(tab)

    def offer(self) -> None:
        """Ask about what programs left behind that did not end properly."""
        orphans = self._recovery.orphans()
        if orphans:
            self._jobs.start("recovery", self._ask(orphans))

    async def _ask(self, orphans: list[Snapshot]) -> None:
        answers = (
            Answer("restore", self.tr("Restore"), "primary"),
            Answer("discard", self.tr("Discard"), "danger"),
            Answer("", self.tr("Later")),
        )
        title = self.tr("Restore unsaved work?")
        text = self.tr("The program did not end properly the last time. These changes were not saved yet:")
        answer = await ask(self._window, title, text, answers, "\n".join(_line(orphan) for orphan in orphans))
        for orphan in orphans:
            if answer == "restore":
                self._restore(orphan)
            elif answer == "discard":
                self._recovery.discard(orphan)

    def _restore(self, snapshot: Snapshot) -> None:
        try:
            loaded = self._recovery.restore(snapshot)
        except NodeEngineError as error:
            self._files.tell(self.tr("Unsaved work was not restored"), str(error))
            return
        document = Document(loaded.source, loaded.layout, self._session.catalog(), loaded.path)
        tab = self._files.add_instead(document)
        self._keepers[tab].write()
        self._recovery.discard(snapshot)


def _line(snapshot: Snapshot) -> str:
    when = datetime.fromtimestamp(snapshot.time_s).strftime("%Y-%m-%d %H:%M")
    return f"{snapshot.flow_key}   {when}   {snapshot.path or 'never saved'}"
