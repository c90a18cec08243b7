"""The thread that runs it all: engine and HTTP service on one loop beside a window or a script."""

from __future__ import annotations

import asyncio
import concurrent.futures
import logging
import threading
from collections.abc import Callable, Coroutine
from secrets import token_urlsafe
from typing import TYPE_CHECKING, Any, TypeVar

from node_engine.errors import NodeEngineError
from node_engine.service.binding import ServiceSettings
from node_engine.service.server import HttpService

if TYPE_CHECKING:
    from node_engine.engine.engine import Engine, EngineSettings
    from node_engine.engine.events import EventLog
    from node_engine.engine.runtime import Runtime

T = TypeVar("T")
_logger = logging.getLogger(__name__)
_START_TIMEOUT_S = 30.0


class EngineHost:
    """Runs the engine and, if wanted, the HTTP service in one background thread.

    Other threads hand work in with `submit` and `call` and read events with a cursor; nothing else of the engine may
    be touched from outside of its thread.
    """

    def __init__(
        self,
        settings: EngineSettings,
        *,
        host: str = "127.0.0.1",
        port: int = 8000,
        serve: bool = True,
        require_token: bool = False,
        allow_code: bool = False,
        service_settings: ServiceSettings | None = None,
    ) -> None:
        self.settings = settings
        self.service_settings = service_settings or ServiceSettings(
            host, port, require_token=require_token, allow_code=allow_code
        )
        self.token = token_urlsafe(32)
        self.problem: str | None = None
        """Why the engine or the service does not run, in words, or None."""
        self.engine: Engine
        self._serves_at_start = serve
        self._service: HttpService | None = None
        self._loading: asyncio.Task[None] | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping: asyncio.Event | None = None
        self._is_ready = threading.Event()
        self._thread = threading.Thread(target=self._run, name="engine", daemon=True)

    @property
    def runtime(self) -> Runtime:
        """The runtime; its methods are for the engine's thread only."""
        return self.engine.runtime

    @property
    def events(self) -> EventLog:
        """The event log; cursors over it may be read from any thread."""
        return self.engine.runtime.events

    @property
    def url(self) -> str | None:
        """Where the service answers, or None while it is off."""
        service = self._service
        return service.url if service is not None else None

    @property
    def is_running(self) -> bool:
        """True while the engine takes work."""
        return self._loop is not None and self._thread.is_alive()

    def start(self) -> None:
        """Start the thread; returns when the engine takes work and the socket is bound.

        The web packages load after that, in the background: callers wait in the socket's queue meanwhile. If the
        service cannot start, the engine runs without it and `problem` says why.

        Raises:
            NodeEngineError: the engine itself did not start.
        """
        self._thread.start()
        if not self._is_ready.wait(_START_TIMEOUT_S) or self._loop is None:
            raise NodeEngineError(self.problem or "The engine did not start in time. Try again.")

    def stop(self, timeout_s: float = 5.0) -> None:
        """End streams, runs and the thread; returns when they have ended or the time is over."""
        loop, stopping = self._loop, self._stopping
        if loop is None or stopping is None or not self._thread.is_alive():
            return
        try:
            loop.call_soon_threadsafe(stopping.set)
        except RuntimeError:  # the loop closed between the two lines
            return
        self._thread.join(timeout_s)

    def submit(self, coroutine: Coroutine[Any, Any, T]) -> concurrent.futures.Future[T]:
        """Run a coroutine on the engine's loop."""
        if self._loop is None or self._loop.is_closed():
            coroutine.close()
            raise NodeEngineError("The engine does not run. Start the program again.")
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop)

    def call(self, function: Callable[..., T], *args: object) -> concurrent.futures.Future[T]:
        """Call a plain function on the engine's loop."""

        async def call_there() -> T:
            return function(*args)

        return self.submit(call_there())

    def start_service(self) -> concurrent.futures.Future[str | None]:
        """Switch the HTTP service on; gives the URL, or None and `problem` if it could not start."""
        return self.submit(self._start_service())

    def stop_service(self) -> concurrent.futures.Future[None]:
        """Switch the HTTP service off; the engine and the runs of the window go on."""
        return self.submit(self._stop_service())

    def _run(self) -> None:
        try:
            asyncio.run(self._main())
        except Exception as error:  # the edge of the thread: start() reports it
            _logger.exception("the engine's thread ended")
            self.problem = str(error) or type(error).__name__
        finally:
            self._is_ready.set()

    async def _main(self) -> None:
        from node_engine.components import BUILTINS, LOADERS  # imported here, beside the window that is starting
        from node_engine.engine.engine import Engine

        self._stopping = asyncio.Event()
        async with Engine(self.settings, BUILTINS, LOADERS) as engine:
            self.engine = engine
            if self._serves_at_start:
                await self._start_service()
            self._loop = asyncio.get_running_loop()
            self._is_ready.set()
            await self._stopping.wait()
            await engine.runtime.stop_all()
            await self._stop_service()

    async def _start_service(self) -> str | None:
        if self._service is not None:
            return self._service.url
        service = HttpService(self.engine, self.service_settings, token=self.token)
        self.problem = None
        try:
            service.bind()
        except NodeEngineError as error:
            self.problem = str(error)
            return None
        self._service = service
        self._loading = asyncio.create_task(self._serve(service))
        return service.url

    async def _serve(self, service: HttpService) -> None:
        try:
            await service.serve()
        except Exception as error:  # the edge of a background task: the window shows `problem`
            _logger.exception("the service did not start")
            self.problem = f"The service did not start: {error}"

    async def _stop_service(self) -> None:
        service, loading = self._service, self._loading
        self._service = self._loading = None
        if loading is not None:
            await asyncio.wait({loading})
        if service is not None:
            await service.stop()
