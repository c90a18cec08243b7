"""`node-engine serve`: engine and service on the main thread's loop, until a signal comes."""

from __future__ import annotations

import asyncio
import gc
import signal
import sys
from pathlib import Path

from node_engine.components import BUILTINS, LOADERS
from node_engine.engine.engine import Engine, EngineSettings
from node_engine.service.binding import ServiceSettings
from node_engine.service.server import HttpService
from node_engine.start.output import say
from node_engine.start.places import state_folder


async def serve_until_stopped(
    settings: ServiceSettings, registry_root: Path | None, *, debug_information: bool = False
) -> None:
    """Serve until Ctrl+C or SIGTERM, then end streams, requests and runs properly.

    Raises:
        NodeEngineError: the address is refused or nothing is free there.
    """
    engine_settings = EngineSettings(
        registry_root=registry_root, state_dir=state_folder(), debug_information=debug_information, owns_process=True
    )
    stopping = asyncio.Event()
    async with Engine(engine_settings, BUILTINS, LOADERS) as engine:
        service = HttpService(engine, settings)
        service.bind()
        await service.serve()
        gc.freeze()  # with what the web packages made, each full collection would take 4 to 12 ms longer
        _on_signals(stopping)
        _tell(service, settings)
        await stopping.wait()
        say("Stopping…")
        await engine.runtime.stop_all()
        await service.stop()


def _on_signals(stopping: asyncio.Event) -> None:
    if sys.platform == "win32":  # asyncio has no signal handlers there
        loop = asyncio.get_running_loop()
        signal.signal(signal.SIGINT, lambda *_: loop.call_soon_threadsafe(stopping.set))
        return
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)


def _tell(service: HttpService, settings: ServiceSettings) -> None:
    place = f"the socket {settings.uds}" if settings.uds is not None else str(service.url)
    say(f"Serving flows at {place} – press Ctrl+C to stop.")
    if settings.expose:
        say("Other machines can reach this address. Every call needs the token.")
    say("The token for calls that need one: node-engine token")
