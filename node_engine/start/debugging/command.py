"""`node-engine debug`: a flow file and the engine that runs it, in a thread beside the terminal."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from node_engine.engine.settings import EngineSettings
from node_engine.errors import NodeEngineError
from node_engine.models.flow import FlowDefinition
from node_engine.models.limits import EDITOR_LIMITS
from node_engine.service.host import EngineHost
from node_engine.start.debugging.debugger import Debugger
from node_engine.start.debugging.session import Session
from node_engine.start.output import say
from node_engine.start.places import state_folder

_LIMITS = replace(EDITOR_LIMITS, hold_s=None)
"""Nobody else waits for these runs: they stand as long as the person at the prompt likes."""


def debug_flow(flow: FlowDefinition, folder: Path, registry_root: Path | None) -> int:
    """Debug the flow with commands from standard input; returns the exit code.

    Raises:
        NodeEngineError: the registry folder does not exist, or the engine does not start.
    """
    if registry_root is not None and not registry_root.is_dir():
        raise NodeEngineError(f'The registry folder "{registry_root}" does not exist.')
    settings = EngineSettings(registry_root=registry_root, state_dir=state_folder(), limits=_LIMITS)
    host = EngineHost(settings, serve=False)
    host.start()
    try:
        count = len(flow.flow)
        say(f'Flow "{flow.key}" with {count} component{"" if count == 1 else "s"}. help lists the commands.')
        session = Session(host, flow, folder)
        try:
            return Debugger(session).debug()
        finally:
            session.close()
    finally:
        host.stop()
