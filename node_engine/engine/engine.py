"""The engine as one object: registry, event log, storage, workers and runtime, opened and closed together."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType

from node_engine.engine.component import Component
from node_engine.engine.events import EventLog
from node_engine.engine.journal import Journal
from node_engine.engine.lookback import Lookback
from node_engine.engine.registry import Loader, Registry
from node_engine.engine.runtime import Runtime
from node_engine.engine.settings import EngineSettings
from node_engine.engine.storage import Storage
from node_engine.engine.watch import Watch, calm_garbage_collector
from node_engine.engine.worker import Workers
from node_engine.errors import StorageError

__all__ = ["Engine", "EngineSettings"]


class Engine:
    """`async with Engine(settings, BUILTINS, LOADERS) as engine:` runs flows on the present loop."""

    def __init__(
        self,
        settings: EngineSettings,
        builtins: Mapping[str, type[Component]],
        loaders: Mapping[str, Loader] | None = None,
    ) -> None:
        self.settings = settings
        self.events = EventLog(settings.limits)
        self.registry = Registry(builtins, settings.registry_root, loaders)
        self.journal: Journal | None = None
        """Past runs; None without a state folder, or when it cannot be used."""
        self.notices: list[str] = []
        """What a person should know about the files of the engine."""
        self.storage: Storage
        self.workers: Workers
        self.runtime: Runtime
        self._watch: Watch

    @property
    def lookback(self) -> Lookback:
        """Questions about runs that are under way, over, or in the journal."""
        return self.runtime.lookback

    async def __aenter__(self) -> Engine:
        settings = self.settings
        folder = settings.state_dir
        if folder is not None:
            await asyncio.to_thread(self._open_journal, folder)
        self.storage = Storage(None if folder is None else folder / "storage.sqlite", settings.limits)
        self.workers = Workers(settings.limits)
        self.runtime = Runtime(
            self.registry,
            self.events,
            storage=self.storage,
            workers=self.workers,
            limits=settings.limits,
            debug_information=settings.debug_information,
            numbers=None if self.journal is None else self.journal.take_number,
        )
        self.runtime.base_url = settings.base_url
        self.runtime.lookback.journal = self.journal
        if self.journal is not None:
            self.journal.start(self.runtime.run)
        self._watch = Watch(self.events, settings.limits)
        if settings.owns_process:
            calm_garbage_collector()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        stack: TracebackType | None,
    ) -> None:
        await self.runtime.stop_all()
        await self._watch.close()
        if self.journal is not None:
            await self.journal.close()
        await self.workers.close()
        await self.storage.close()
        self.registry.close()
        self.events.close()

    def _open_journal(self, folder: Path) -> None:
        """Runs go on without a journal when there is no place for one."""
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with suppress(PermissionError):  # somebody else's folder that may be written to
                folder.chmod(0o700)  # what runs hold is nobody else's business
            self.journal = Journal(folder, self.events, self.settings.limits)
        except (OSError, StorageError) as error:
            reason = error.strerror if isinstance(error, OSError) else str(error)
            self.notices.append(f"Runs are not kept: the folder {folder} cannot be used ({reason}).")
            return
        if self.journal.notice is not None:
            self.notices.append(self.journal.notice)
