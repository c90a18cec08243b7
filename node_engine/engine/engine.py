"""The engine as one object: registry, event log, storage, workers and runtime, opened and closed together."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from types import TracebackType

from node_engine.engine.component import Component
from node_engine.engine.events import EventLog
from node_engine.engine.registry import Loader, Registry
from node_engine.engine.runtime import Runtime
from node_engine.engine.settings import EngineSettings
from node_engine.engine.storage import Storage
from node_engine.engine.watch import Watch, calm_garbage_collector
from node_engine.engine.worker import Workers

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
        self.storage: Storage
        self.workers: Workers
        self.runtime: Runtime
        self._watch: Watch

    async def __aenter__(self) -> Engine:
        settings = self.settings
        folder = settings.state_dir
        if folder is not None:
            await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True)
        self.storage = Storage(None if folder is None else folder / "storage.sqlite", settings.limits)
        self.workers = Workers(settings.limits)
        self.runtime = Runtime(
            self.registry,
            self.events,
            storage=self.storage,
            workers=self.workers,
            limits=settings.limits,
            debug_information=settings.debug_information,
        )
        self.runtime.base_url = settings.base_url
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
        await self.workers.close()
        await self.storage.close()
        self.registry.close()
        self.events.close()
